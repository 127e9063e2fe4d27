"""Which slot a credential fills, and which credential another one replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model import Occurrence, Slot
from scanner.records import replace

_Field = tuple[str, str, str | None, tuple[str, ...]]


def fill_slots(slots: Iterable[Slot], occurrences: Iterable[Occurrence]) -> tuple[Slot, ...]:
    """The slots with every credential that was seen in them (grade E1); what was seen is no mere candidate any more."""
    seen: dict[str, set[str]] = {}
    for occurrence in occurrences:
        if occurrence.slot is not None:
            seen.setdefault(occurrence.slot, set()).add(occurrence.credential)
    return tuple(_filled(slot, seen.get(slot.id, set())) for slot in slots)


def offered(slots: Iterable[Slot], candidates: Mapping[str, Iterable[tuple[str, str]]]) -> tuple[Slot, ...]:
    """The slots with the credentials that may fill them, other than those that were seen there."""
    return tuple(
        replace(slot, candidates=tuple(sorted({*slot.candidates, *(one for one in candidates[slot.id] if one[0] not in slot.credentials)})))
        if slot.id in candidates
        else slot
        for slot in slots
    )


def _filled(slot: Slot, seen: set[str]) -> Slot:
    return replace(
        slot,
        credentials=tuple(sorted(seen.union(slot.credentials))),
        candidates=tuple(candidate for candidate in slot.candidates if candidate[0] not in seen),
    )


def superseded(occurrences: Iterable[Occurrence], providers: Mapping[str, str]) -> frozenset[str]:
    """Ids of the occurrences that ended where another value of the same provider began: same commit, path and field.

    `providers` maps credential ids to providers.
    """
    known = tuple(occurrences)
    brought: dict[tuple[_Field, str | None, str], set[str]] = {}
    for occurrence in known:
        key = (_field(occurrence), occurrence.commit, providers[occurrence.credential])
        brought.setdefault(key, set()).add(occurrence.credential)
    return frozenset(
        occurrence.id
        for occurrence in known
        if occurrence.removed_commit is not None
        and brought.get((_field(occurrence), occurrence.removed_commit, providers[occurrence.credential]), set()) - {occurrence.credential}
    )


def _field(occurrence: Occurrence) -> _Field:
    return (occurrence.container, occurrence.path, occurrence.spot.field, occurrence.spot.field_path)
