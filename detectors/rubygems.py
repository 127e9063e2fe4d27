"""RubyGems API keys: `rubygems_` and 48 hexadecimal digits, and 32 bare ones of before 2020 behind the keys that hold them.

There is no checksum. Bare digits are a credential only where RubyGems itself reads one: `:rubygems_api_key:` in its credentials file,
and the variables of the same meaning. Sources: the registry's `api_keys_helper.rb`, RubyGems' `gemcutter_utilities.rb`.

Near misses: an MD5 without such a key, the prefix in names of methods and files, references such as `${GEM_HOST_API_KEY}`.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import AssignedDetector, Form
from scanner import hosts
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

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
_BARE = "[0-9a-f]{32}"


def _key(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KEY)


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
    AssignedDetector(
        id="rubygems-legacy-api-key",
        title="RubyGems API key, legacy",
        forms=(
            Form(_LEGACY, _BARE, names=("rubygems_api_key",), service=hosts.spell(hosts.RUBYGEMS), encoded=True),
            Form(_LEGACY, _BARE, names=("gem_host_api_key",), encoded=True),
        ),
    ),
)
