"""Variables of Azure Pipelines: values, groups of a library, templates of variables.

Source: Azure Pipelines' documentation, "YAML schema" (`variables`) and "Manage variable groups".
"""

from __future__ import annotations

from scanner.pipelines.definition import Mention, Named, Setting, Via
from scanner.pipelines.systems.azure_mentions import Known, setting
from scanner.pipelines.systems.azure_scope import Member, Placed, pick
from scanner.pipelines.systems.azure_steps import StepReader
from scanner.pipelines.yamltree import Entries
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Variables:
    """What a list or mapping of variables sets and names."""

    env: tuple[Setting, ...] = ()
    groups: tuple[tuple[Via, Mention], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Of what it sets, in lower case."""
        return frozenset(one.name.lower() for one in self.env)


def read(placed: Placed | None, reader: StepReader, known: Known) -> Variables:
    """The variables of a list or mapping, those of templates in their place."""
    if placed is None:
        return Variables()
    expansion = reader.expansion
    placed = expansion.settled(placed)
    env: list[Setting] = []
    groups: list[tuple[Via, Mention]] = []
    waiting = [placed]
    while waiting:
        one = expansion.settled(waiting.pop())
        if isinstance(one.node, Entries) and not any("${{" in key.value for key, _ in one.node.entries):
            env += (setting(member.key, expansion.said(member.value), known) for member in expansion.members(one))
            continue
        told: list[Placed] = []
        for item in expansion.listed(one):
            members = expansion.members(item)
            call = reader.call_of(members)
            if call is None:
                env += _set(members, reader, known)
                groups += _groups(members, reader)
                continue
            reader.called(call)
            opened = expansion.opened(call)
            below = None if opened is None else pick(expansion.members(opened), "variables")
            told += () if below is None else (below,)
        waiting += reversed(told)
    return Variables(tuple(env), tuple(groups))


def _set(members: tuple[Member, ...], reader: StepReader, known: Known) -> tuple[Setting, ...]:
    """A variable of a list, or those of a mapping in one."""
    name, value = reader.expansion.text(pick(members, "name")), pick(members, "value")
    if name is not None and value is not None:
        return (setting(name, reader.expansion.said(value), known),)
    if any(one.key.value in {"name", "group", "value"} for one in members):
        return ()
    return tuple(setting(one.key, reader.expansion.said(one.value), known) for one in members)


def _groups(members: tuple[Member, ...], reader: StepReader) -> tuple[tuple[Via, Mention], ...]:
    group = reader.expansion.text(pick(members, "group"))
    if group is None:
        return ()
    return ((Via.VARIABLE_GROUP, Mention(group.value, Named.GROUP, group.line, group.column)),)
