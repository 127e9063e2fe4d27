"""Which events a filter lets through, for systems whose filters are mappings of lists: Drone's `trigger` and `when`, Woodpecker's `when`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from scanner.model import Trust
from scanner.pipelines.definition import GateDefinition, GateKind, TriggerDefinition
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, texts
from scanner.records import dataclass, replace

MOST_EVENTS = 20
"""Events of a filter that are told, those that no system has included."""
MOST_FILTERS = 20
"""Branches, refs and targets that are told of an event."""
_LONGEST = 200

_HEADS, _TAGS, _PULLS = "heads", "tags", "pulls"
_FAMILIES = {
    "refs/heads/": _HEADS,
    "refs/tags/": _TAGS,
    "refs/pull/": _PULLS,
    "refs/pull-requests/": _PULLS,
    "refs/merge-requests/": _PULLS,
}
_ALL_OF_IT = frozenset({"*", "**"})
_SHOWN = ("event", "branch", "ref", "target", "environment", "cron", "path", "status", "repo", "instance", "platform", "evaluate")


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a system."""

    trusts: Mapping[str, Trust]
    refs: Mapping[str, Collection[str]]
    """What an event's ref may be: `heads`, `tags`, `pulls`; all of them where it is not here."""
    silent: frozenset[str] = frozenset()
    """Events that start only what names them."""
    asked: frozenset[str] = frozenset()
    """Events that somebody asks for by hand, for a version that is built."""
    targets: tuple[str, ...] = ()
    """Keys of filters that only `asked` events have a value for."""
    timers: tuple[str, ...] = ()
    """Keys of filters that only the timer has a value for."""

    def everything(self, place: Entries) -> tuple[TriggerDefinition, ...]:
        """All events, said by nobody."""
        return tuple(TriggerDefinition(event, trust, place.line, place.column) for event, trust in self.trusts.items())

    def unnamed(self, triggers: Sequence[TriggerDefinition]) -> tuple[TriggerDefinition, ...]:
        """Those that come without being named."""
        return tuple(one for one in triggers if one.event not in self.silent)

    def gates(self, triggers: Sequence[TriggerDefinition]) -> tuple[GateDefinition, ...]:
        """What holds a job that starts only when somebody asks."""
        if not triggers or any(one.event not in self.asked for one in triggers):
            return ()
        return (GateDefinition(GateKind.MANUAL, f"event: {triggers[0].event}", triggers[0].line, triggers[0].column),)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, understood."""

    named: tuple[Scalar, ...]
    barred: tuple[str, ...]
    families: frozenset[str] | None
    """What refs may be; None where that does not matter."""
    only: frozenset[str] | None
    """Events to which other keys leave it."""
    told: tuple[str, ...]

    def place(self, event: str) -> Scalar | None:
        """Where it names an event."""
        return next((one for one in self.named if _matches(event, one.value)), None)


def filter_of(node: Entries, events: Events, only: frozenset[str] | None = None) -> Filter:
    """What a filter says; `only` are the events that an expression leaves."""
    included = {key: included_in(node.get(key)) for key in ("branch", "ref", "cron", *events.targets)}
    for key in events.targets:
        if included[key] and not any(one.value in _ALL_OF_IT for one in included[key]):
            only = events.asked if only is None else only & events.asked
    for key in events.timers:
        if included[key]:
            only = _timers(events) if only is None else only & _timers(events)
    named, barred = included_in(node.get("event")), texts(at(node.get("event"), "exclude"))
    told = dict.fromkeys(one.value for ones in included.values() for one in ones[:MOST_FILTERS])
    refs = included["ref"], texts(at(node.get("ref"), "exclude"))
    return Filter(named[:MOST_EVENTS], tuple(one.value for one in barred[:MOST_EVENTS]), _families(*refs), only, tuple(told)[:MOST_FILTERS])


def narrowed(
    triggers: Sequence[TriggerDefinition], filters: Sequence[Filter], events: Events, *, is_unnamed: bool
) -> tuple[TriggerDefinition, ...]:
    """The triggers that one of the filters lets through, each event once. `is_unnamed`: nobody has named the triggers yet."""
    found: dict[str, TriggerDefinition] = {}
    for one in filters:
        for trigger in _through(triggers, one, events, is_unnamed=is_unnamed):
            known = found.get(trigger.event)
            if known is None and len(found) < MOST_EVENTS:
                found[trigger.event] = trigger
            elif known is not None:
                wider = known.filters and trigger.filters and tuple(dict.fromkeys((*known.filters, *trigger.filters)))
                found[trigger.event] = replace(known, filters=tuple(wider)[:MOST_FILTERS])
    return tuple(found.values())


def _through(triggers: Sequence[TriggerDefinition], one: Filter, events: Events, *, is_unnamed: bool) -> Iterator[TriggerDefinition]:
    for trigger in triggers:
        event, place = trigger.event, one.place(trigger.event)
        if (place is None and (one.named or (is_unnamed and event in events.silent))) or any(_matches(event, bar) for bar in one.barred):
            continue
        if one.only is not None and event not in one.only:
            continue
        if one.families is not None and event in events.refs and not one.families & set(events.refs[event]):
            continue
        where = place or trigger
        told = tuple(dict.fromkeys((*trigger.filters, *one.told)))[:MOST_FILTERS]
        yield replace(trigger, line=where.line, column=where.column, filters=told)
    if is_unnamed:
        yield from (
            TriggerDefinition(name.value, Trust.UNKNOWN, name.line, name.column, one.told)
            for name in one.named
            if name.value not in events.trusts and not _is_pattern(name.value)
        )


def included_in(node: Node | None) -> tuple[Scalar, ...]:
    """What a filter lets through by name: a list, one text, or what is under `include`."""
    return texts(at(node, "include")) if isinstance(node, Entries) else texts(node)


def described(node: Node | None) -> str | None:
    """A filter in one line, for people; None where it says nothing."""
    parts = [
        f"{key.value}: {', '.join([*(one.value for one in included_in(value)), *(f'not {one.value}' for one in texts(at(value, 'exclude')))])}"
        for key, value in entries(node)
        if key.value in _SHOWN
    ]
    return "; ".join(parts)[:_LONGEST] or None


def _families(included: Sequence[Scalar], excluded: Sequence[Scalar]) -> frozenset[str] | None:
    """What refs may be: `refs/tags/**` and the like leave no doubt."""
    left = {_HEADS, _TAGS, _PULLS}
    if included:
        met = {next((family for start, family in _FAMILIES.items() if one.value.startswith(start)), "") for one in included}
        left = left if "" in met else met
    for one in excluded:
        for start, family in _FAMILIES.items():
            if one.value.startswith(start) and one.value.removeprefix(start) in _ALL_OF_IT:
                left = left - {family}
    return frozenset(left) if included or excluded else None


def _timers(events: Events) -> frozenset[str]:
    return frozenset(event for event, trust in events.trusts.items() if trust is Trust.TIMER)


def _is_pattern(value: str) -> bool:
    return any(letter in value for letter in "*?[")


def _matches(event: str, pattern: str) -> bool:
    return event == pattern or (_is_pattern(pattern[:_LONGEST]) and fnmatchcase(event, pattern[:_LONGEST]))
