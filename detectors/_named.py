"""Detectors of values that nothing marks but the name before them: a variable that its issuer's own tools read.

Names count in either case, with something before them (`PROD_DD_API_KEY`) and nothing behind. The value is a literal: a reference, a
placeholder or a longer word is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from detectors._beginnings import assigned, beginning
from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Confidence, Kind, Reading, RegexDetector, rx

_BEFORE_VALUE = r"""["']?(?:\$\{[0-9A-Za-z_]{1,40}:?-)?"""
_SAME_LINE = r"""["']?\]?[ \t]{0,3}(?::=|=>|[:=])[ \t]{0,3}"""
_NEXT_LINE = r"""["']?,?[ \t]{0,3}(?:\\?\r?\n)?[ \t]{0,24}["']?[Vv]alue["']?[ \t]{0,3}[:=][ \t]{0,3}"""
ASSIGNED = f"(?:{_SAME_LINE}|{_NEXT_LINE}){_BEFORE_VALUE}"
"""From a name to its value, in dotenv files, YAML, JSON, TOML and source; also where the name is itself a value, as in lists of variables."""

_GIVEN = r"(?: (?<! [0-9A-Za-z] ) (?P<given> (?: ENV | ARG | setx ) [ \t]{1,4} ) )?"
_ARGUMENT = r"""(?(given) [ \t]{1,4} ["']? | (?!) )"""
"""What gives a name the value that follows it without any sign: lines of a Dockerfile, a command of Windows."""


@dataclass(frozen=True, slots=True)
class Named:
    """One sort of value, and the names that tell it."""

    kind: Kind
    names: tuple[str, ...]
    value: str
    """An expression without blanks that Python and Hyperscan both know, with an upper bound on every repeat."""
    mixed: bool = False
    """Whether a value in one case, or without a digit, is a word."""
    confidence: Confidence = Confidence.MEDIUM


def detector(name: str, title: str, *sorts: Named, reach: tuple[int, int] = (64, 320)) -> RegexDetector:
    """The detector `name` of these values. What it searches is plain text only: names are too frequent for more."""
    names = " | ".join(f"(?P<sort{number}> {' | '.join(sort.names)} )" for number, sort in enumerate(sorts))
    return RegexDetector(
        id=name,
        title=title,
        kinds=tuple({sort.kind.id: sort.kind for sort in sorts}.values()),
        anchors=tuple(anchors(sorts)),
        pattern=rx(rf"{_GIVEN} (?<! [0-9A-Za-z] ) (?i: {names} ) (?: {ASSIGNED} | {_ARGUMENT} ) (?= (?P<body> {_values(sorts)} ) )"),
        judge=_Judge(sorts),
        reach=reach,
    )


def anchors(sorts: Sequence[Named]) -> list[Anchor]:
    """What is searched for each name: itself, and the beginning of its value."""
    return [
        Anchor(name.encode(), then=assigned(beginning(sort.value)).encode(), encoded=False, caseless=True)
        for sort in sorts
        for name in sort.names
    ]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Tells the sort by the name that matched."""

    sorts: Sequence[Named]

    def __call__(self, match: re.Match[bytes]) -> Reading | None:
        sort = next(sort for number, sort in enumerate(self.sorts) if match[f"sort{number}"] is not None)
        reading = token(match, sort.kind, start=match.start("body"), confidence=sort.confidence)
        return None if sort.mixed and reading and not mixed(match["body"]) else reading


def _values(sorts: Sequence[Named]) -> str:
    """The value that belongs to the name that matched."""
    value = f"(?: {sorts[-1].value} )"
    for number, sort in reversed(list(enumerate(sorts[:-1]))):
        value = f"(?(sort{number}) (?: {sort.value} ) | {value} )"
    return value
