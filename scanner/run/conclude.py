"""The end of every run: what was accepted is marked, the rest is judged, and both become an outcome."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from scanner.config import SEVERITIES, Settings
from scanner.identity import derived_id
from scanner.model import Coverage, Credential, Finding, Graph, Outcome, Severity, Verdict
from scanner.records import replace
from scanner.run.arguments import holds_credential, public
from scanner.run.examine import Setup
from scanner.run.unsaid import tells
from scanner.run.version import tool_version

if TYPE_CHECKING:  # loaded where there are exceptions
    from scanner.policies.exceptions import Exempt


def today(settings: Settings) -> date:
    """The day on which expiry is judged."""
    return settings.as_of or datetime.now(UTC).date()


def judged(graph: Graph, settings: Settings) -> tuple[tuple[Credential, ...], tuple[Finding, ...], Verdict]:
    """What the policies of this run say about the graph. One with nothing in it passes, whatever they are."""
    if not (graph.sprawls or graph.slots or graph.jobs or graph.scripts):
        return (), (), Verdict(failed=False, fail_on=settings.fail_on, reasons=())
    from scanner import policies  # noqa: PLC0415 - a gate seldom has anything to judge, and starts sooner without

    return policies.judge(
        graph,
        fail_on=fail_on(settings),
        as_of=today(settings),
        only=frozenset(settings.policy),
        without=frozenset(settings.no_policy),
        make_id=derived_id,
        severities={policy: Severity[word.upper()] for policy, word in settings.severity},
        exceptions=exceptions(settings),
    )


def exceptions(settings: Settings) -> tuple[Exempt, ...]:
    """The exceptions of the configuration, as policies know them. Reasons are left out where one of them holds a credential."""
    if not settings.accepted:
        return ()
    from scanner.policies.exceptions import Exempt  # noqa: PLC0415 - loaded where there are some

    reasons = "\n".join(one.reason for one in settings.accepted)
    shown = not holds_credential(reasons)
    return tuple(Exempt(one.policy, one.where, one.reason if shown else "accepted", one.until) for one in settings.accepted)


def lapsed(settings: Settings) -> tuple[str, ...]:
    """What there is to say about exceptions that do not count any more."""
    if not settings.accepted:
        return ()
    from scanner.policies.exceptions import past  # noqa: PLC0415 - as above

    return tuple(map(public, past(exceptions(settings), today(settings))))


def fail_on(settings: Settings) -> Severity | None:
    """The severity from which on a finding fails the run; None is never."""
    return Severity[settings.fail_on.upper()] if settings.fail_on in SEVERITIES else None


Ends = tuple[Graph, Graph]
"""What was there before a change, and what is there after it."""


def conclude(graph: Graph, settings: Settings, setup: Setup, coverage: Coverage, began: float, *, ends: Sequence[Ends] = ()) -> Outcome:
    """The outcome of a run that began at the monotonic time `began`.

    With the `ends` of a change, the first of which leaves `graph`, only what is worse after it than before counts.
    """
    coverage = replace(coverage, notes=distinct((*coverage.notes, *lapsed(settings))))
    if _may_tell(graph, coverage):
        from scanner.run.names import Names, containers_of  # noqa: PLC0415 - as above

        names = Names(setup.cache, containers_of(graph, coverage))
        graph, coverage = names.graph(graph), names.coverage(coverage)
        ends = [(names.graph(before), names.graph(after)) for before, after in ends]
    credentials, findings, verdict = judged(graph, settings)
    if ends:
        from scanner.policies.worse import judged_worse  # noqa: PLC0415 - most changes touch no pipeline

        graph, findings, verdict = judged_worse(graph, findings, ends, lambda one: judged(one, settings)[1], fail_on(settings))
    return Outcome(
        tool_version(),
        detector_ids(setup),
        coverage,
        credentials,
        graph.slots,
        graph.jobs,
        findings,
        verdict,
        time.monotonic() - began,
    )


def _may_tell(graph: Graph, coverage: Coverage) -> bool:
    """Whether any name in there may hold a credential at all."""
    return bool(graph.sprawls or graph.slots or graph.jobs or coverage.unscanned) or any(
        map(tells, (*coverage.notes, *(source.target for source in coverage.sources)))
    )


def detector_ids(setup: Setup) -> tuple[str, ...]:
    """The detectors of this run."""
    return tuple(detector.id for detector in setup.detectors())


def distinct(notes: Iterable[str]) -> tuple[str, ...]:
    """Notes in their order, each once."""
    return tuple(dict.fromkeys(notes))
