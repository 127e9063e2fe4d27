"""What tokens have in common that their issuer's prefix gives away.

Where nothing can be computed from a token, its prefix, its length and its alphabet are the proof; so it must stand by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from detectors import _edges
from detectors._offline import facts
from scanner.contract import Check, Confidence, Fact, Kind, Reading, Secret

_TRUST = {Check.PASSED: Confidence.HIGH, Check.NONE: Confidence.HIGH, Check.FAILED: Confidence.LOW}
_DEFAULT = b":-"
_NOTHING: Mapping[str, Fact] = MappingProxyType({})


def token(
    match: re.Match[bytes],
    kind: Kind,
    *,
    start: int | None = None,
    check: Check = Check.NONE,
    confidence: Confidence | None = None,
    privilege: int | None = None,
    service: str | None = None,
    known: Mapping[str, Fact] = _NOTHING,
) -> Reading | None:
    """The token that ends where the group `body` does and begins where the match does, unless `start` is given.

    None where it is a piece of something longer. The group `prefix`, if there is one, is its public beginning; of the facts in `known`
    those are kept that are not None.
    """
    start, end = match.start() if start is None else start, match.end("body")
    if not stands(match.string, start, end):
        return None
    return Reading(
        start,
        end,
        kind.id,
        Secret(match.string[start:end]),
        check=check,
        confidence=_TRUST[check] if confidence is None else confidence,
        prefix=match.groupdict(b"").get("prefix", b"").decode(),
        facts={**facts(kind.lifetime), **{name: fact for name, fact in known.items() if fact is not None}},
        privilege=privilege,
        service=service,
    )


def stands(text: bytes, start: int, end: int) -> bool:
    """Whether nothing before `start` or after `end` belongs to the same word; the default of a shell's variable is a word by itself."""
    opens = _edges.opens(text, start) or text[max(0, start - len(_DEFAULT)) : start] == _DEFAULT
    return (opens and _edges.closes(text, end)) or _edges.counted(text, start, end)
