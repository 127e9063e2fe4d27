"""RubyGems API keys: `rubygems_` and 48 hexadecimal digits, and 32 bare ones of before 2020 behind the keys that hold them.

There is no checksum. Bare digits are a credential only where RubyGems itself reads one: `:rubygems_api_key:` in its credentials file,
and the variables of the same meaning. Sources: the registry's `api_keys_helper.rb`, RubyGems' `gemcutter_utilities.rb`.

Near misses: an MD5 without such a key, the prefix in names of methods and files, references such as `${GEM_HOST_API_KEY}`.
"""

from __future__ import annotations

import re

from detectors import _issued
from scanner import hosts
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_ROTATE = (
    "Register the release workflow as a trusted publisher of the gem, so that no key is needed",
    "Where a key is still needed, make one that can only push, for a single gem, and replace the copies",
    "Delete the old key in the RubyGems account under Settings, API keys",
    "Look at the gem's versions and their times for releases that nobody made",
    "Remove the copies that are left",
)
_KEY = Kind(
    id="rubygems-api-key",
    title="RubyGems API key",
    provider="rubygems",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_LEGACY = Kind(
    id="rubygems-legacy-api-key",
    title="RubyGems API key (legacy)",
    provider="rubygems",
    actions=frozenset({"read", "publish", "admin"}),
    privilege=5,
    lifetime=Lifetime.STATIC,
    rotate=("Find out which registry the key belongs to: others took over the public one's form", *_ROTATE),
)

_PATTERN = rx(r"(?P<prefix> rubygems_) (?= (?P<body> [0-9a-f]{48}) )")
_ASSIGNED = r""" ["']? [ \t]{0,3} [:=] [ \t]{0,3} ["']? (?: \$\{ [A-Za-z_][0-9A-Za-z_]{0,63} :?- )? """
_BARE = rx(rf"(?i: (?P<own> rubygems_api_key) | gem_host_api_key) {_ASSIGNED} (?P<body> [0-9a-f]{{32}})")
_THEN_ASSIGNED = rb"""["']?[ \t]{0,3}[:=][ \t]{0,3}["']?(?:\$\{[0-9A-Za-z_]{1,64}:?-)?[0-9a-f]{32}"""


def _key(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KEY)


def _bare(match: re.Match[bytes]) -> Reading | None:
    service = hosts.spell(hosts.RUBYGEMS) if match["own"] else None
    return _issued.token(match, _LEGACY, start=match.start("body"), confidence=Confidence.MEDIUM, service=service)


DETECTORS = (
    RegexDetector(
        id="rubygems-api-key",
        title="RubyGems API key",
        kinds=(_KEY,),
        anchors=(Anchor(b"rubygems_", then=rb"[0-9a-f]{48}", nested=True),),
        pattern=_PATTERN,
        judge=_key,
        reach=(64, 128),
    ),
    RegexDetector(
        id="rubygems-legacy-api-key",
        title="RubyGems API key, legacy",
        kinds=(_LEGACY,),
        anchors=tuple(Anchor(key, then=_THEN_ASSIGNED, caseless=True) for key in (b"rubygems_api_key", b"gem_host_api_key")),
        pattern=_BARE,
        judge=_bare,
        reach=(64, 192),
    ),
)
