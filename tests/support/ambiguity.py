"""How many ways a pattern may be tried from one place of a hostile text, estimated from the pattern itself.

Python's `re` tries one way after the other. Ways multiply where two repeats can share the same bytes, one behind the other (a product of their
bounds) or one inside the other (a power). So a pattern is made an automaton of positions (V. M. Glushkov, "The abstract theory of
automata", 1961) whose repeats are loops, and it is asked which loops the same bytes lead through in two ways (A. Weber and H. Seidl, "On
the degree of ambiguity of finite automata", 1991). What looks around or refers back counts as nothing, so that no way is forgotten.
"""

from __future__ import annotations

import re
import re._constants as ops  # type: ignore[import-not-found]  # nothing public says how a pattern is built
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, pairwise
from math import prod
from typing import Any

_ALL = (1 << 256) - 1
_SPELLED_OUT = 300
"""Bytes of a repeat of fixed length that are positions of their own; of a longer one the first stands for all."""
_MOST = 20
"""Rounds of a repeat that are counted: no power of more is small."""
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_NAMED = {ops.CATEGORY_DIGIT: rb"\d", ops.CATEGORY_SPACE: rb"\s", ops.CATEGORY_WORD: rb"\w"}
_NAMED |= {ops.CATEGORY_NOT_DIGIT: rb"\D", ops.CATEGORY_NOT_SPACE: rb"\S", ops.CATEGORY_NOT_WORD: rb"\W"}

_ENDLESS = 1 << 16
"""Bytes that a repeat without a bound is taken to have."""

_Pair = tuple[int, int]
Ends = list[tuple[int, int]]
"""Last positions, each with the bytes that may follow: none of its own where it gives nothing back."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: whether it may be empty, and where it begins and ends."""

    empty: bool
    firsts: list[int] = field(default_factory=list)
    lasts: Ends = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Round:
    """A repeat of more than one byte: its positions, and how often it is repeated."""

    positions: range
    most: int


@dataclass(slots=True)
class Automaton:
    """The positions of a pattern and what may follow what."""

    masks: list[int] = field(default_factory=list)
    """For each position the bytes that it takes, a bit for each."""
    bounds: dict[int, int] = field(default_factory=dict)
    """Positions that repeat themselves, with how many lengths they may have."""
    follows: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    """After which position which one may come, and by which bytes; once for each reason."""
    rounds: list[_Round] = field(default_factory=list)

    def add(self, mask: int) -> int:
        """A new position."""
        self.masks.append(mask)
        return len(self.masks) - 1

    def link(self, lasts: Ends, firsts: Iterable[int]) -> None:
        """Lets what begins at `firsts` follow what ends at `lasts`."""
        for last, then in lasts:
            for first in firsts:
                self.follows.setdefault(last, {}).setdefault(first, []).append(self.masks[first] & then)

    def after(self, position: int, inside: range) -> list[tuple[int, int]]:
        """What may follow within `inside`, by which bytes; what may for two reasons, twice."""
        return [(other, mask) for other, masks in self.follows.get(position, {}).items() if other in inside for mask in masks]


def tries(pattern: re.Pattern[bytes] | re.Pattern[str]) -> int:
    """About how many ways there are from one place."""
    built = Automaton()
    source: Any = pattern.pattern
    flags = pattern.flags & ~re.UNICODE if isinstance(source, bytes) else pattern.flags
    _sequence(built, parser.parse(source, flags), flags)
    everything = range(len(built.masks))
    nested: list[int] = [_ways(built, one.positions) ** min(one.most, _MOST) for one in built.rounds if _ambiguous(built, one.positions)]
    return max(prod(_chain(built, everything)), *nested, 1)


def _sequence(built: Automaton, items: Iterable[Any], flags: int) -> _Part:
    whole = _Part(empty=True)
    for operator, argument in items:
        part = _part(built, operator, argument, flags)
        built.link(whole.lasts, part.firsts)
        firsts = whole.firsts + part.firsts if whole.empty else whole.firsts
        whole = _Part(whole.empty and part.empty, firsts, whole.lasts + part.lasts if part.empty else part.lasts)
    return whole


def _part(built: Automaton, operator: Any, argument: Any, flags: int) -> _Part:  # noqa: ANN401 - as the parser has it
    mask = _bytes_of(operator, argument, flags)
    if mask is not None:
        position = built.add(mask)
        return _Part(empty=False, firsts=[position], lasts=[(position, _ALL)])
    if operator is ops.SUBPATTERN:
        _, more, fewer, inner = argument
        return _sequence(built, inner, (flags | more) & ~fewer)
    if operator is ops.ATOMIC_GROUP:
        return _sequence(built, argument, flags)
    if operator is ops.BRANCH:
        parts = [_sequence(built, branch, flags) for branch in argument[1]]
        firsts = [first for part in parts for first in part.firsts]
        return _Part(any(part.empty for part in parts), firsts, [last for part in parts for last in part.lasts])
    if operator in _REPEATS:
        return _repeat(built, argument, flags, keeps=operator is ops.POSSESSIVE_REPEAT)
    return _Part(empty=True)


def _repeat(built: Automaton, argument: tuple[int, int, Sequence[Any]], flags: int, *, keeps: bool) -> _Part:
    least, most, inner = int(argument[0]), min(int(argument[1]), _ENDLESS), argument[2]
    mask = _bytes_of(inner[0][0], inner[0][1], flags) if len(inner) == 1 else None
    if mask is None:
        begun = len(built.masks)
        part = _sequence(built, inner, flags)
        if most > 1:
            built.link(part.lasts, part.firsts)
        if most > 1 and not keeps:
            built.rounds.append(_Round(range(begun, len(built.masks)), most if most > least else 1))
        return _Part(part.empty or not least, part.firsts, part.lasts)
    if 1 < least == most <= _SPELLED_OUT:
        positions = [built.add(mask) for _ in range(most)]
        for one, other in pairwise(positions):
            built.link([(one, _ALL)], [other])
        return _Part(empty=False, firsts=positions[:1], lasts=[(positions[-1], _ALL)])
    position = built.add(mask)
    if most > 1:
        built.link([(position, _ALL)], [position])
        built.bounds[position] = 1 if keeps else most - least + 1
    return _Part(not least, [position], [(position, _ALL & ~mask if keeps and most > 1 else _ALL)])


def _bytes_of(operator: Any, argument: Any, flags: int) -> int | None:  # noqa: ANN401 - as the parser has it
    """The bytes that a part takes one of; None for parts of other sorts."""
    if operator is ops.ANY:
        return _ALL if flags & re.DOTALL else _ALL & ~(1 << ord("\n"))
    if operator in {ops.LITERAL, ops.NOT_LITERAL}:
        mask = _either_case(_range(argument, argument), flags)
        return mask if operator is ops.LITERAL else _ALL & ~mask
    if operator is not ops.IN:
        return None
    mask = 0
    for kind, what in argument:
        if kind is ops.LITERAL:
            mask |= _range(what, what)
        elif kind is ops.RANGE:
            mask |= _range(*what)
        elif kind is ops.CATEGORY:
            mask |= _category(what)
    mask = _either_case(mask, flags)
    return _ALL & ~mask if argument[0][0] is ops.NEGATE else mask


def _range(first: int, last: int) -> int:
    return sum(1 << byte for byte in range(first, min(last, 255) + 1))


@cache
def _category(name: Any) -> int:  # noqa: ANN401 - as the parser has it
    return sum(1 << byte for byte in range(256) if re.match(_NAMED[name], bytes((byte,))))


def _either_case(mask: int, flags: int) -> int:
    if flags & re.IGNORECASE:
        for letter in range(ord("a"), ord("z") + 1):
            both = 1 << letter | 1 << letter - 32
            mask |= both if mask & both else 0
    return mask


def _ambiguous(built: Automaton, inside: range) -> bool:
    """Whether some bytes lead through the rounds of a repeat in two ways: in two positions at once, or from one to the next for two reasons."""
    steps = {position: built.after(position, inside) for position in inside}
    if any(_twice(then) for then in steps.values()):
        return True
    same = {(position, position) for position in inside}
    forward: dict[_Pair, list[_Pair]] = {}
    backward: dict[_Pair, list[_Pair]] = {}
    for pair in _reached(same, lambda pair: _together(steps, pair)):
        forward[pair] = _together(steps, pair)
        for other in forward[pair]:
            backward.setdefault(other, []).append(pair)
    return any(one != other for one, other in _reached(same, lambda pair: backward.get(pair, [])))


def _twice(then: list[tuple[int, int]]) -> bool:
    """Whether the same byte leads to the same position for two reasons."""
    return any(one == other and mask & bytes_ for (one, mask), (other, bytes_) in combinations(then, 2))


def _together(steps: Mapping[int, list[tuple[int, int]]], pair: _Pair) -> list[_Pair]:
    """Where the same byte may lead from two positions."""
    return [(one, other) for one, mask in steps[pair[0]] for other, bytes_ in steps[pair[1]] if mask & bytes_]


def _reached(begins: Iterable[_Pair], then: Callable[[_Pair], Iterable[_Pair]]) -> set[_Pair]:
    met = set(begins)
    waiting = list(met)
    while waiting:
        new = set(then(waiting.pop())) - met
        met |= new
        waiting += new
    return met


def _ways(built: Automaton, inside: range) -> int:
    """How many ways one round of an ambiguous repeat may go.

    Of a chain of loops, what is left over for the longest is not chosen; a loop whose bytes may be those of a whole round, too, may end anywhere.
    """
    bounds = sorted(_chain(built, inside))
    around = (built.bounds[loop] for loop in _loops(built, inside) if _leads(built, loop, loop, inside))
    return max(2, prod(bounds[:-1]), *around)


def _loops(built: Automaton, inside: range) -> list[int]:
    return [position for position in sorted(built.bounds) if position in inside and built.bounds[position] > 1]


def _chain(built: Automaton, inside: range) -> tuple[int, ...]:
    """The bounds of loops that share bytes one after the other, those with the largest product."""
    loops = _loops(built, inside)
    best: dict[int, tuple[int, ...]] = {}
    for loop in reversed(loops):
        rest = max((best[other] for other in loops if other > loop and _leads(built, loop, other, inside)), key=prod, default=())
        best[loop] = (built.bounds[loop], *rest)
    return max(best.values(), key=prod, default=())


def _leads(built: Automaton, loop: int, other: int, inside: range) -> bool:
    """Whether bytes that both loops take lead from one to the other, or from a loop back to itself by another way than its own."""
    both = built.masks[loop] & built.masks[other]
    met, waiting = {loop}, [loop] if both else []
    while waiting:
        position = waiting.pop()
        for then, mask in built.after(position, inside):
            if not mask & both or position == then == loop:
                continue
            if then == other:
                return True
            if then not in met:
                met.add(then)
                waiting.append(then)
    return False
