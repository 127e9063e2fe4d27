"""Packagist tokens: the private service's `packagist_` and hexadecimal digits, without a checksum, and the bare ones of the public one.

`o` or `u` says whether an organisation or a user holds it, `r` or `u` whether it reads or updates. The public Packagist takes releases from
source repositories; its API tokens are 40 hexadecimal digits, older ones 20, read in the URL of its webhook, behind its name and as
`Bearer user:token` beside its address. Sources: Private Packagist's documentation of authentication tokens; `composer/packagist`,
`Entity/User.php` and `ApiController.php`.

Near misses: names such as `packagist_token`, another letter in those places, digits that are too few, `apiToken=` of other services.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import AssignedDetector, Form, Place
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_KIND = Kind(
    id="packagist-token",
    title="Private Packagist token",
    provider="packagist",
    actions=frozenset({"read", "publish"}),
    rotate=(
        "Make a new token in Private Packagist, read-only where Composer only installs, and replace the copies that are in use",
        "Delete the old token under the organisation's or the user's authentication tokens",
        "Look at the repository's packages and versions for some that nobody added",
        "Remove the copies that are left, from `auth.json` and `COMPOSER_AUTH` too",
    ),
)
_API = Kind(
    id="packagist-api-token",
    title="Packagist API token",
    provider="packagist",
    actions=frozenset({"publish", "trigger"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let the forge's app or its hook of Packagist announce releases, and use the safe token where a token is still needed",
        "Rotate the token in the Packagist account under Profile, API Token: that ends the old one",
        "Look at the account's packages for some that nobody submitted, and at where their source is said to be",
        "Remove the copies that are left, from the URLs of webhooks too",
    ),
)

_READS = 2
"""The level of what only installs."""
_HOLDERS = {b"o": "organisation", b"u": "user"}

_PATTERN = rx(r"(?P<prefix> packagist_ (?P<holder> [ou]) (?P<use> [ru]) t_ ) (?= (?P<body> [0-9a-f]{64,72}+) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    reads = match["use"] == b"r"
    return _issued.token(
        match,
        _KIND,
        privilege=_READS if reads else None,
        known={"holder": _HOLDERS[match["holder"]], "access": "read" if reads else "update"},
    )


DETECTORS = (
    RegexDetector(
        id="packagist-token",
        title="Private Packagist token",
        kinds=(_KIND,),
        anchors=(  # not from the beginning: in base64 six characters are looked for, and words that begin with `pack` are everywhere
            Anchor(b"gist_o", before=b"packa", then=rb"[ru]t_[0-9a-f]{64}"),
            Anchor(b"gist_u", before=b"packa", then=rb"[ru]t_[0-9a-f]{64}"),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
    AssignedDetector(
        id="packagist-api-token",
        title="Packagist API token, by its name",
        forms=(
            Form(
                _API,
                r"[0-9a-f]{20}(?:[0-9a-f]{20})?",
                names=("packagist (main|safe|update|api|org|webhook) (api) token|key|secret|apitoken",),
                places=(
                    Place(
                        r"packagist [^\s\"'<>]{0,160}? [?&] (?: username= (?P<account> [^\s&\"'<>]{1,64} ) & )? apiToken=",
                        b"apiToken=",
                    ),
                    Place(
                        r"username= (?P<account> [0-9A-Za-z_.-]{1,64} ) & apiToken=",
                        b"apiToken=",
                        tail=r"(?! [0-9A-Za-z] ) (?= [^\r\n]{0,160} packagist )",
                    ),
                    Place(
                        r"(?i: bearer ) [ ] (?P<account> [0-9A-Za-z_.-]{1,64} ) :",
                        b"Bearer ",
                        then="[0-9A-Za-z_.-]{1,64}:",
                        tail=r"(?! [0-9A-Za-z] ) (?= [^\0]{0,200} packagist )",
                    ),
                    Place(
                        r"packagist [^\0]{1,200} (?i: bearer ) [ ] (?P<account> [0-9A-Za-z_.-]{1,64} ) :",
                        b"packagist",
                        then=r"[^\0]{1,120}Bearer [0-9A-Za-z_.-]{1,64}:",
                    ),
                ),
            ),
        ),
    ),
)
