"""What starts a pipeline of Azure.

Where a file says nothing, pushes to all branches start it and, where the code lies on GitHub, pull requests, too. A condition narrows this
only where it leaves no doubt.
Source: Azure Pipelines' documentation, "Triggers", "Scheduled triggers", "Resources", "Predefined variables" (`Build.Reason`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Trust
from scanner.pipelines.definition import TriggerDefinition
from scanner.pipelines.systems.azure_scope import Expansion, Member, Placed, pick
from scanner.pipelines.yamltree import Node

_NONE = "none"
_RESOURCES = {
    "pipelines": ("pipeline", Trust.CONTRIBUTOR),
    "repositories": ("push:branches", Trust.CONTRIBUTOR),
    "webhooks": ("webhook", Trust.REMOTE),
    "containers": ("container", Trust.REMOTE),
    "packages": ("package", Trust.REMOTE),
    "builds": ("build", Trust.REMOTE),
}
_DOUBT = re.compile(r"(?i)\b(?:or|not|xor|notIn)\s{0,9}\(")
_REASON = re.compile(
    r"(?i)\b(eq|ne)\s{0,9}\(\s{0,9}variables(?:\[\s{0,9}'Build\.Reason'\s{0,9}\]|\.Build\.Reason)\s{0,9},\s{0,9}'([a-z]{1,40}+)'"
)
_REF = re.compile(
    r"(?i)\b(?:eq|startsWith)\s{0,9}\(\s{0,9}variables(?:\[\s{0,9}'Build\.SourceBranch'\s{0,9}\]|\.Build\.SourceBranch)\s{0,9},\s{0,9}'refs/(tags|heads)/"
)
_NOT_EQUAL = re.compile(r"(?i)\bnot\s{0,9}\(\s{0,9}eq\s{0,9}(\([^()]{0,200}\))\s{0,9}\)")
_MOST = 100
"""Triggers that conditions are held against."""
_REASONS = {
    "pullrequest": ("pr", Trust.CONTRIBUTOR),
    "individualci": ("push:branches", Trust.CONTRIBUTOR),
    "batchedci": ("push:branches", Trust.CONTRIBUTOR),
    "schedule": ("schedule", Trust.TIMER),
    "manual": ("manual", Trust.MAINTAINER),
}


def triggers(members: tuple[Member, ...], expansion: Expansion, line: int, column: int) -> Iterator[TriggerDefinition]:
    """All that starts a pipeline; somebody may always start it by hand."""
    for key, event in (("trigger", "push:branches"), ("pr", "pr")):
        placed = pick(members, key)
        if placed is None:
            yield TriggerDefinition(event, Trust.CONTRIBUTOR, line, column, ("*",))
        else:
            yield from _asked(placed, event, expansion)
    for one in expansion.listed(pick(members, "schedules")):
        filters = _filters(pick(expansion.members(one), "branches"), expansion)
        yield TriggerDefinition("schedule", Trust.TIMER, one.node.line, one.node.column, filters)
    yield from _of_resources(members, expansion)
    yield TriggerDefinition("manual", Trust.MAINTAINER, line, column)


def _asked(placed: Placed, event: str, expansion: Expansion) -> Iterator[TriggerDefinition]:
    node = placed.node
    said = expansion.text(placed)
    if said is not None and said.value.strip().lower() == _NONE:
        return
    members = expansion.members(placed)
    if not members:
        branches = tuple(text.value for one in expansion.listed(placed) if (text := expansion.text(one)) is not None)
        yield TriggerDefinition(event, Trust.CONTRIBUTOR, node.line, node.column, branches)
        return
    branches, tags = (_filters(pick(members, key), expansion) for key in ("branches", "tags"))
    if branches or not tags:
        yield TriggerDefinition(event, Trust.CONTRIBUTOR, node.line, node.column, branches or ("*",))
    if tags and event != "pr":
        yield TriggerDefinition("push:tags", Trust.MAINTAINER, node.line, node.column, tags)


def _filters(placed: Placed | None, expansion: Expansion) -> tuple[str, ...]:
    """The names that are let in; those that are kept out are behind a `!`."""
    members = expansion.members(placed)
    let_in = expansion.listed(pick(members, "include") if members else placed)
    kept_out = expansion.listed(pick(members, "exclude"))
    return (
        *(said.value for one in let_in if (said := expansion.text(one)) is not None),
        *(f"!{said.value}" for one in kept_out if (said := expansion.text(one)) is not None),
    )


def _of_resources(members: tuple[Member, ...], expansion: Expansion) -> Iterator[TriggerDefinition]:
    for kind in expansion.members(pick(members, "resources")):
        event = _RESOURCES.get(kind.key.value)
        for one in expansion.listed(kind.value) if event is not None else ():
            own = expansion.members(one)
            asked = pick(own, "trigger") if kind.key.value != "webhooks" else pick(own, "webhook")
            said = expansion.text(asked)
            if event is not None and asked is not None and (said is None or said.value.lower() not in {_NONE, "false"}):
                yield TriggerDefinition(event[0], event[1], one.node.line, one.node.column)


def narrowed(condition: str | None, found: tuple[TriggerDefinition, ...], node: Node) -> tuple[TriggerDefinition, ...] | None:
    """What still starts a job under its condition; None where that is all, or cannot be told."""
    if condition is None or not 0 < len(found) <= _MOST:
        return None
    condition = _NOT_EQUAL.sub(r"ne\1", condition)
    if _DOUBT.search(condition):
        return None
    left = found
    refs = {match[1].lower() for match in _REF.finditer(condition)}
    if refs == {"tags"}:
        kept = tuple(one for one in left if one.event == "push:tags")
        left = kept or (TriggerDefinition("push:tags", Trust.MAINTAINER, node.line, node.column),)
    elif refs == {"heads"}:
        left = tuple(one for one in left if one.event not in {"pr", "push:tags"})
    for match in _REASON.finditer(condition):
        event = _REASONS.get(match[2].lower())
        if event is not None and match[1].lower() == "ne":
            left = tuple(one for one in left if one.event != event[0])
        elif event is not None:
            kept = tuple(one for one in left if one.event == event[0])
            left = kept or (TriggerDefinition(*event, node.line, node.column),)
    return None if left == found else left
