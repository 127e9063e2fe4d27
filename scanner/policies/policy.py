"""What a policy is, what it looks at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from scanner.model import Graph, Job, Location, Occurrence, Severity, Slot, Sprawl, Zone, projects_of
from scanner.policies.calendar import ended
from scanner.policies.wiring import NOWHERE, Wiring, wiring_of
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """The graph, indexed for what policies ask of it."""

    graph: Graph
    as_of: date
    slots: Mapping[str, Slot]
    projects: Mapping[str, str]
    """Slot id to the project it belongs to: a repository of the graph where it is known to be that one's, else its owner."""
    wiring: Wiring = NOWHERE
    """What jobs do with slots."""
    ended: frozenset[str] = frozenset()
    """Ids of the credentials that are known to have come to their end: only TB306 speaks of them."""
    covered: frozenset[str] = frozenset()
    """Ids of the occurrences that other policies have spoken about; empty for all but the last ones."""

    @property
    def open(self) -> Iterator[Sprawl]:
        """The credentials that nobody said no to, and that may still work."""
        return (sprawl for sprawl in self.graph.sprawls if sprawl.suppression is None and sprawl.id not in self.ended)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a policy says, before the ranking of the credentials has its say about the severity."""

    credentials: tuple[str, ...]
    base: Severity
    message: str
    places: tuple[Occurrence, ...]
    """Everything that the policy speaks about, what to look at first at the front."""
    ceiling: Severity = Severity.CRITICAL
    """Never above this, however high the credential ranks."""
    aside: bool = False
    """Whether this is said beside whatever else there is to say: then the places do not count as spoken about."""
    jobs: tuple[Job, ...] = ()
    slots: tuple[str, ...] = ()
    """Ids, beside those of `places`."""
    spots: tuple[Location, ...] = ()
    """Places in definitions and scripts, what to look at first at the front."""
    grade: str | None = None
    """Where it is other evidence than the policy asks for at least."""
    about: tuple[str, ...] = ()
    """What tells this apart from what else the policy says, where no credential does: names and ids, never lines."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule on the graph, with what people need to know about it."""

    id: str
    title: str
    summary: str
    severity: Severity
    """The usual base; a draft may have another."""
    grade: str
    """Weakest evidence it speaks on: E1 the same credential in both places, E2 the same slot, E3 the same name, E4 a guess."""
    remediation: str
    references: tuple[str, ...]
    evaluate: Callable[[View], Iterable[Draft]]
    last: bool = False
    """Whether it speaks only where all others have not."""


Rule = Callable[[View, Sprawl], Draft | None]


def each(rule: Rule) -> Callable[[View], Iterator[Draft]]:
    """A policy that looks at one open credential at a time."""

    def evaluate(view: View) -> Iterator[Draft]:
        return (draft for sprawl in view.open if (draft := rule(view, sprawl)) is not None)

    return evaluate


def view_of(graph: Graph, as_of: date) -> View:
    """`graph`, to be judged as on the day `as_of`."""
    repositories = {one.container for sprawl in graph.sprawls for one in sprawl.occurrences if in_repository(one)}
    repositories.update(job.container for job in graph.jobs)
    return View(
        graph=graph,
        as_of=as_of,
        slots={slot.id: slot for slot in graph.slots},
        projects=projects_of(graph.slots, repositories),
        wiring=wiring_of(graph.jobs, graph.sprawls, graph.slots),
        ended=frozenset(sprawl.id for sprawl in graph.sprawls if ended(sprawl, as_of)),
    )


def in_repository(occurrence: Occurrence) -> bool:
    """Whether the container of a place is a repository."""
    return occurrence.in_head is not None or occurrence.zone in {Zone.WORKTREE, Zone.GIT_METADATA}
