"""Jobs and scripts under names that can be shown: whatever a definition calls something may hold a credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from scanner.model import Job, Script

_IDS = frozenset({"id", "slot", "slots", "jobs", "needs"})
"""Fields that are made by us."""
Noun = TypeVar("Noun", Job, Script)


def shown(noun: Noun, container: Callable[[str], str], name: Callable[[str], str]) -> Noun:
    """The job or script, with everything in it that comes from a file as `container` and `name` show it."""
    told: Noun = _told(noun, container, name)
    return told


def _told(noun: Any, container: Callable[[str], str], name: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(noun, tuple):
        return tuple(_told(one, container, name) for one in noun)
    if isinstance(noun, str) and not isinstance(noun, Enum):
        return name(noun)
    if not is_dataclass(noun) or isinstance(noun, type):
        return noun
    changed = {}
    for one in fields(noun):
        value = getattr(noun, one.name)
        if one.name in _IDS or value is None:
            continue
        said = container(value) if one.name == "container" else _told(value, container, name)
        if said != value:
            changed[one.name] = said
    return replace(noun, **changed) if changed else noun
