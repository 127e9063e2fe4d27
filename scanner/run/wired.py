"""Jobs and scripts under names that can be shown: whatever a definition calls something may hold a credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from scanner.model import Job, Script
from scanner.records import replace

_IDS = frozenset({"id", "slot", "slots", "jobs", "needs", "starts"})
"""Fields that are made by us."""
Noun = TypeVar("Noun", Job, Script)


def shown(noun: Noun, container: Callable[[str], str], name: Callable[[str], str]) -> Noun:
    """The job or script, with everything in it that comes from a file as `container` and `name` show it."""
    told: Noun = _told(noun, container, name)
    return told


def _told(noun: Any, container: Callable[[str], str], name: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever a field holds
    """The same object where nothing in it changes, so that nobody has to compare what is made of it."""
    if isinstance(noun, tuple):
        told = tuple(_told(one, container, name) for one in noun)
        return noun if all(one is other for one, other in zip(told, noun, strict=True)) else told
    if isinstance(noun, str):
        return noun if isinstance(noun, Enum) or (said := name(noun)) == noun else said
    names = _fields(noun.__class__)
    changed = {}
    for one in names:
        value = getattr(noun, one)
        said = container(value) if one == "container" and value is not None else _told(value, container, name)
        if said is not value and said != value:
            changed[one] = said
    return replace(noun, **changed) if changed else noun


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a class of data that may hold what a file says; none of any other class."""
    return tuple(one.name for one in fields(kind) if one.name not in _IDS) if is_dataclass(kind) else ()
