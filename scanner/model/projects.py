"""Whose a slot is: the repository of a run that its owner's name means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model.outcome import Slot

WIDE = frozenset({"instance", "org", "group", "context", "variable_group", "user"})
"""Levels of slots that more than one project can read."""


def projects_of(slots: Iterable[Slot], repositories: Iterable[str]) -> dict[str, str]:
    """By slot id the project it belongs to: a repository of the run where it is known to be that one's, else its owner.

    It is known where the slot stands in that repository, where the last part of both names is the same and nothing else in the run is
    called so, and where the run has one repository and one owner.
    """
    known = set(repositories)
    every = tuple(slots)
    owners = {slot.owner for slot in every if slot.level not in WIDE}
    only = next(iter(known)) if len(known) == len(owners) == 1 else None
    by_name: dict[str, set[str]] = {}
    for container in known:
        by_name.setdefault(_name(container), set()).add(container)
    return {slot.id: _project(slot, known, by_name, only) for slot in every}


def _project(slot: Slot, repositories: set[str], by_name: Mapping[str, set[str]], only: str | None) -> str:
    if slot.container in repositories:
        return slot.container
    if slot.level in WIDE:
        return slot.owner
    named = by_name.get(_name(slot.owner), set())
    return next(iter(named)) if len(named) == 1 else only or slot.owner


def _name(project: str) -> str:
    return project.rstrip("/").rpartition("/")[2].removesuffix(".git").lower()
