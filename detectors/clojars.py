"""Clojars deploy tokens: `CLOJARS_` and 60 hexadecimal digits, without a checksum.

Source: clojars-web, `clojars.db`, whose tokens are 30 random bytes. Near misses: the variables `CLOJARS_USERNAME` and
`CLOJARS_PASSWORD`, digits that are too few or too many, a piece of a longer word.
"""

from __future__ import annotations

import re

from detectors import _issued
from scanner.contract import Anchor, Kind, Reading, RegexDetector, rx

_KIND = Kind(
    id="clojars-token",
    title="Clojars deploy token",
    provider="clojars",
    actions=frozenset({"publish"}),
    privilege=4,
    rotate=(
        "Make a new deploy token for a single project, used once or with an end date, and replace the copies that are in use",
        "Disable the old token in the Clojars account under Deploy tokens",
        "Look at the project's versions and their times for releases that nobody made",
        "Remove the copies that are left, from `~/.m2/settings.xml` and `~/.lein/credentials.clj` too",
    ),
)

_PATTERN = rx(r"(?P<prefix> CLOJARS_) (?= (?P<body> [0-9a-f]{60}) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KIND)


DETECTORS = (
    RegexDetector(
        id="clojars-token",
        title="Clojars deploy token",
        kinds=(_KIND,),
        anchors=(Anchor(b"CLOJARS_", then=rb"[0-9a-f]{60}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
)
