"""One run, from what the user named to an outcome."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from multiprocessing import get_context

from scanner import policies, registry
from scanner.config import SEVERITIES, Settings, untrusted_files
from scanner.correlate import build_graph
from scanner.engine import build, deal
from scanner.identity import StretchBudget, default_cache_dir, default_config_dir, derived_id, load_key
from scanner.model import Blob, Coverage, Graph, Outcome, Severity, Sighting, Slot, SourceCoverage
from scanner.run.assemble import Assembly, Memory, Placed, place_tasks, remember
from scanner.run.examine import Examiner, Setup
from scanner.run.plan import Plan, Read, weight
from scanner.run.request import Progress, Request
from scanner.run.version import tool_version
from scanner.run.work import Answer, Hit, Task, Worker
from scanner.sources.ci_exports import Export, ExportSpec, parse_spec, read_export
from scanner.sources.stdin import CONTAINER, read_stdin

FEW = 8 << 20
"""Bytes up to which starting worker processes costs more than they bring."""


def run(request: Request, settings: Settings, environ: Mapping[str, str], progress: Progress) -> Outcome:
    """Read everything that was named, correlate it and judge it.

    Raises UsageError for targets, exports, ids and keys that are not there or not right; what cannot be read is in the outcome.
    """
    began = time.monotonic()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    policies.check(settings.policy, settings.no_policy)
    specs = tuple(parse_spec(text) for text in request.ci_exports)
    key = load_key(key_file=settings.key_file, environ=environ, config_dir=default_config_dir())
    cache = default_cache_dir() if settings.cache else None
    setup = Setup(key, StretchBudget(get_context()), settings.detector, settings.no_detector, cache)
    detectors = tuple(detector.id for detector in setup.detectors())
    with ExitStack() as stack:
        plan = Plan(request, settings, stack, progress)
        assembly = Assembly()
        _first_pass(plan, setup, settings, progress)
        _memories(plan, setup, settings, progress, assembly)
        _here(request, specs, plan, examiner=Examiner(setup), settings=settings, assembly=assembly)
    graph = build_graph(assembly.identified, assembly.occurrences, slots=assembly.slots, public=settings.public)
    credentials, findings, verdict = policies.judge(
        graph,
        fail_on=Severity[settings.fail_on.upper()] if settings.fail_on in SEVERITIES else None,
        as_of=settings.as_of or datetime.now(UTC).date(),
        only=frozenset(settings.policy),
        without=frozenset(settings.no_policy),
        make_id=derived_id,
    )
    notes = [*plan.notes, *_notes(request, settings, setup), *_assumed(plan.reads, graph)]
    return Outcome(
        tool_version(),
        detectors,
        _coverage(plan.reads, notes),
        credentials,
        graph.slots,
        graph.jobs,
        findings,
        verdict,
        time.monotonic() - began,
    )


def holds_credential(text: str) -> bool:
    """Whether `text` is or holds something that a detector takes for a credential."""
    examined = build(registry.load(), cache=default_cache_dir()).examine(text.encode(errors="surrogateescape"))
    return bool(examined.found)


def _first_pass(plan: Plan, setup: Setup, settings: Settings, progress: Progress) -> None:
    """Everything is read once; what holds something is kept as a hit of its source."""
    for answer in _answers(plan.tasks(), setup, settings):
        read = plan.reads[answer.source]
        read.blobs += answer.blobs
        read.bytes += answer.bytes
        read.unscanned += answer.unscanned
        read.skipped += answer.skipped
        read.hits += answer.hits
        read.commits += answer.commits
        read.tags += answer.tags
        progress.advance(answer.blobs, answer.bytes)


def _memories(plan: Plan, setup: Setup, settings: Settings, progress: Progress, assembly: Assembly) -> None:
    """Repositories are asked where their hits lay and when; then every source's hits become occurrences."""
    memories: dict[int, Memory] = {}
    for number, read in enumerate(plan.reads):
        if read.repository is not None:
            progress.begin(f"{read.target}: where and when")
            memories[number] = remember(read)
    tasks = chain.from_iterable(place_tasks(number, plan.reads[number], memory) for number, memory in memories.items())
    placed: dict[int, Placed] = {}
    for answer in _answers(tasks, setup, settings):
        for hit in answer.hits:
            placed.setdefault(answer.source, {})[hit.oid or "", hit.path] = hit.sightings
            assembly.see(hit.sightings)
    for number, read in enumerate(plan.reads):
        assembly.add(read, memories.get(number), placed.get(number, {}))


def _answers(tasks: Iterator[Task], setup: Setup, settings: Settings) -> Iterator[Answer]:
    """The answers to all tasks, in no order; worker processes are started only for what is worth it."""
    first: list[Task] = []
    heavy = 0
    for task in tasks:
        first.append(task)
        heavy += weight(task)
        if heavy > FEW:
            break
    jobs = settings.jobs or len(os.sched_getaffinity(0))
    yield from deal(chain(first, tasks), partial(Worker, setup), jobs=jobs if heavy > FEW else 1)


def _here(request: Request, specs: Iterable[ExportSpec], plan: Plan, *, examiner: Examiner, settings: Settings, assembly: Assembly) -> None:
    """Exports and standard input: examined in this process, so that no value crosses a pipe."""
    for spec in specs:
        export = read_export(spec, max_size=settings.max_blob_size)
        read = Read("ci_export", export.container)
        plan.reads.append(read)
        _export(export, read, examiner, assembly)
    if "-" in request.targets:
        read = Read("stdin", CONTAINER)
        plan.reads.append(read)
        blob = read_stdin(sys.stdin.buffer, settings.max_blob_size)
        if isinstance(blob, Blob):
            examination = examiner.examine(blob.path, blob.data)
            read.blobs, read.bytes = 1, len(blob.data)
            read.skipped += Counter(examination.skipped)
            if examination.sightings:
                read.hits.append(Hit(blob.container, blob.path, None, None, examination.sightings))
        else:
            read.unscanned.append(blob)
        assembly.add(read, None, {})


def _export(export: Export, read: Read, examiner: Examiner, assembly: Assembly) -> None:
    read.unscanned += export.problems
    slots: dict[str, Slot] = {}
    parts: list[tuple[str | None, tuple[Sighting, ...]]] = []
    for variable in export.variables:
        slots.setdefault(variable.slot.id, variable.slot)
        if variable.value is not None:
            data = variable.value.reveal()
            read.blobs += 1
            read.bytes += len(data)
            examination = examiner.examine_variable(variable.name, data, line=variable.line, encoding=variable.encoding)
            read.skipped += Counter(examination.skipped)
            parts.append((variable.slot.id, examination.sightings))
    if export.text_fallback is not None:
        read.blobs += 1
        read.bytes += len(export.text_fallback)
        known = {sighting.identified.id for _, sightings in parts for sighting in sightings}
        text = examiner.examine(export.path, export.text_fallback).sightings
        parts.append((None, tuple(sighting for sighting in text if sighting.identified.id not in known)))
    assembly.add_export(export, slots.values(), parts)


def _notes(request: Request, settings: Settings, setup: Setup) -> Iterator[str]:
    """What is said once."""
    if setup.key.note:
        yield setup.key.note
    if setup.budget.exhausted:
        yield "More than 256 different guessable values: the ids of the others hold for this run only."
    if not settings.trust_config:
        yield from (f"{file} is not obeyed (--trust-config)" for file in untrusted_files(request.named_targets))


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
        distinct = sorted(set(read.unscanned))
        skipped += read.skipped
        unscanned += distinct
        sources.append(SourceCoverage(read.kind, read.target, read.blobs, read.bytes, len(distinct)))
    return Coverage(tuple(sources), tuple(unscanned), dict(sorted(skipped.items())), tuple(dict.fromkeys(notes)))
