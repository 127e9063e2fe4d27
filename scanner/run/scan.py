"""One run, from what the user named to an outcome."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from scanner.config import Settings, untrusted_files
from scanner.correlate import build_graph, injected
from scanner.model import Coverage, Graph, Outcome, SourceCoverage
from scanner.run.accept import Reviewed, accept, reviewed
from scanner.run.accounts import accounts
from scanner.run.answers import answers
from scanner.run.assemble import Assembly
from scanner.run.conclude import conclude, distinct, today
from scanner.run.course import Course
from scanner.run.examine import Examiner, Setup
from scanner.run.here import read_here
from scanner.run.manner import clean_contents
from scanner.run.pairing import paired
from scanner.run.plan import Plan
from scanner.run.prepare import notes_of, prepare
from scanner.run.read import Read
from scanner.run.request import Progress, Request
from scanner.run.tables import with_tables
from scanner.run.untouched import known_files, ledger
from scanner.sources.ci_exports import parse_spec, slot_id
from scanner.sources.opaque import SKIPPED as OPAQUE
from scanner.sources.workstation import are_shown


def run(request: Request, settings: Settings, environ: Mapping[str, str], progress: Progress, *, salt: bytes | None = None) -> Outcome:
    """Read everything that was named, correlate it and judge it. Credentials are also named under `salt`, which is a baseline's.

    Raises UsageError for targets, exports, logs, ids and keys that are not there or not right; what cannot be read is in the outcome.
    """
    began = time.monotonic()
    specs = tuple(parse_spec(text) for text in request.ci_exports)
    baseline = reviewed(settings.baseline) if settings.baseline else Reviewed(salt)
    setup = with_tables(prepare(settings, environ, salt=baseline.salt, targets=_looked_into(request)), settings)
    assembly = Assembly()
    with ExitStack() as stack:
        clean, untouched, settled = clean_contents(setup, settings, "clean", "untouched", "accounts")
        clean = clean if settings.history else None
        untouched = untouched if request.homes or request.below else None
        if clean is not None:
            stack.enter_context(clean)
        setup = stack.enter_context(ledger(setup, untouched))
        known = stack.enter_context(accounts(setup, settings, settled if untouched else None))
        plan = Plan(
            request, settings, stack, progress, environ, clean=clean, untouched=untouched, ledger=known_files(setup), accounts=known
        )
        _read_all(plan, setup, settings, progress, assembly)
        if known is not None and not setup.budget.exhausted:
            known.keep(assembly.pairs.known(assembly.identified))
    if specs or "-" in request.targets or request.environment or request.processes:
        plan.reads += read_here(request, specs, environ, examiner=Examiner(setup), settings=settings, assembly=assembly)
    graph = joined(assembly, settings)
    graph, expired = accept(graph, baseline, today(settings))
    notes = [*plan.notes, *_unshown(request), *notes_of(setup), *_disobeyed(request, settings), *_assumed(plan.reads, graph), *expired]
    return conclude(graph, settings, setup, _coverage(plan.reads, notes), began)


def joined(assembly: Assembly, settings: Settings) -> Graph:
    """The graph of everything that was read, with what lies beside its credentials."""
    anchors, glimpses = paired(assembly, settings)
    jobs, slots = injected(assembly.jobs, assembly.slots, slot_id)
    return build_graph(
        assembly.identified,
        assembly.occurrences,
        slots=slots,
        jobs=jobs,
        scripts=assembly.scripts,
        anchors=anchors,
        glimpses=glimpses,
        public=settings.public,
    )


def _read_all(plan: Plan, setup: Setup, settings: Settings, progress: Progress, assembly: Assembly) -> None:
    """Everything that the plan names is read, and becomes occurrences."""
    course = Course(plan, progress, assembly)
    unfinished = True
    while unfinished:
        for answer in answers(course.tasks(), setup, settings):
            course.take(answer)
        unfinished = course.unfinished or course.conclude()


def _looked_into(request: Request) -> Iterator[str | Path]:
    """Everything that a run reads, from where it must not run anything."""
    yield from (target for target in request.named_targets if target != "-")
    yield from (*request.homes, *request.below)
    yield from request.ci_logs


def _disobeyed(request: Request, settings: Settings) -> Iterator[str]:
    """Configuration that was found in a target."""
    if not settings.trust_config:
        yield from (f"{file} is not obeyed (--trust-config)" for file in untrusted_files(request.named_targets))


def _unshown(request: Request) -> Iterator[str]:
    """What was asked for and this system does not have."""
    if request.processes and not are_shown():
        yield "--processes: this system does not show the variables of processes"


def _assumed(reads: Iterable[Read], graph: Graph) -> Iterator[str]:
    """What the ranking took for granted about the targets, where something was ranked."""
    private = [read.target for read in reads if read.repository is not None and read.target not in graph.public]
    held = {occurrence.container for sprawl in graph.sprawls for occurrence in sprawl.occurrences}
    if held.intersection(private):
        yield "Repositories count as private unless the setting `public` names them."


def _coverage(reads: Iterable[Read], notes: Iterable[str]) -> Coverage:
    skipped: Counter[str] = Counter()
    sources = []
    unscanned = []
    for read in reads:
        once = sorted(set(read.unscanned))
        skipped += read.skipped
        unscanned += once
        sources.append(SourceCoverage(read.kind, read.target, read.blobs, read.bytes, len(once)))
    notes = (*notes, *_unopened(skipped[OPAQUE]))
    return Coverage(tuple(sources), tuple(unscanned), dict(sorted(skipped.items())), distinct(notes))


def _unopened(count: int) -> Iterator[str]:
    """What is said of containers that only their own program opens."""
    if count:
        yield f"{count} container{'s' if count > 1 else ''} that only a password or another program opens: counted, not opened."
