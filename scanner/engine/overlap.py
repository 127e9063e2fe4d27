"""Several readings of the same bytes become one: the one that knows more."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from scanner.contract import Check
from scanner.engine.found import Found
from scanner.engine.spans import Spans
from scanner.records import replace

_BESIDE = 8 << 10
"""Bytes of the blob between a value and its public name at most, however both are encoded."""
_TRUST = {Check.PASSED: 0, Check.NONE: 1, Check.FAILED: 2}


def settle(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each value at each place once, in the order of places.

    Of two readings of one value at overlapping places the one that knows more stays, and takes over the account and the service that only
    the other one names. Then a reading goes that another kind's covers whose check passed, unless it covers as much and passed its own.
    What is the name, or account, of something else that the same detector found beside it is no credential of its own. Of two readings by
    one detector, out of different texts, one of which covers the other, the one that knows less goes: they are two
    interpretations of the same bytes. What only its surroundings call a credential goes wherever something else lies over it.
    """
    kept: list[Found] = []
    near: list[int] = []
    for one in sorted(found, key=_order):
        near = [at for at in near if kept[at].span[1] > one.span[0]]
        twin = next((at for at in near if _same_value(kept[at], one)), None)
        if twin is None:
            near.append(len(kept))
            kept.append(one)
        else:
            kept[twin] = _joined(kept[twin], one)
    return _certain(_undisputed(_unnamed(sorted(kept, key=_order))))


def _unnamed(found: list[Found]) -> list[Found]:
    """Everything but public names of what the same detector found beside them: it did not see both where one of them is encoded."""
    names: defaultdict[tuple[str, bytes], list[int]] = defaultdict(list)
    for one in found:
        if one.reading.account is not None:
            names[one.detector, one.reading.account.encode()].append(one.span[0])
    return [one for one in found if not _near(one.span[0], names.get((one.detector, one.reading.secret.reveal()), []))] if names else found


def _near(at: int, places: list[int]) -> bool:
    """Whether one of the places, which are in order, is beside `at`."""
    first = bisect_left(places, at - _BESIDE)
    return first < len(places) and places[first] <= at + _BESIDE


def _certain(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Everything but the vague readings that meet others."""
    if not any(one.reading.vague for one in found):
        return found
    others = Spans()
    for one in found:
        if not one.reading.vague:
            others.add(*one.span)
    return tuple(one for one in found if not one.reading.vague or not others.meet(*one.span))


def _undisputed(found: list[Found]) -> tuple[Found, ...]:
    gone: set[int] = set()
    near: list[int] = []
    for number, one in enumerate(found):
        near = [at for at in near if found[at].span[1] > one.span[0]]
        for at in near:
            if found[at].span[1] >= one.span[1]:
                gone |= _loser(found[at], one, at, number)
        near.append(number)
    return tuple(one for number, one in enumerate(found) if number not in gone)


def _loser(outer: Found, inner: Found, outer_at: int, inner_at: int) -> set[int]:
    """Which of the two, of which the first covers the second, must go."""
    sure = outer.reading.check is Check.PASSED and (outer.span != inner.span or inner.reading.check is not Check.PASSED)
    if sure and (outer.reading.kind, outer.detector) != (inner.reading.kind, inner.detector):
        return {inner_at}
    if outer.detector == inner.detector and outer.layers[-1].text is not inner.layers[-1].text:
        return {inner_at if _rank(outer) <= _rank(inner) else outer_at}
    return set()


def _joined(one: Found, other: Found) -> Found:
    best, rest = sorted((one, other), key=_rank)
    account, service = best.reading.account or rest.reading.account, best.reading.service or rest.reading.service
    return replace(best, reading=replace(best.reading, account=account, service=service))


def _same_value(one: Found, other: Found) -> bool:
    first, second = one.reading, other.reading
    return first.sort is second.sort and first.secret.reveal() == second.secret.reveal()


def _order(one: Found) -> tuple[object, ...]:
    """By place, what covers more first; equals by value, so that the order in which they come is nobody's business."""
    start, end = one.span
    return start, -end, _rank(one), one.reading.kind, one.reading.secret.reveal()


def _rank(one: Found) -> tuple[bool, int, bool, bool, int, int, tuple[int, ...], str]:
    """Smaller for what knows more: by not being vague, by its check, by being of a kind that has a form of its own, by its length, by how directly it was read."""
    reading = one.reading
    start, end = one.span
    spans = tuple(layer.start - layer.end for layer in one.layers)
    return reading.vague, _TRUST[reading.check], not reading.prefix, reading.guessable, start - end, len(one.encoding), spans, one.detector
