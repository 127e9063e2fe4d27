"""What is read and examined in this process, so that no value crosses a pipe: CI exports, standard input, variables of processes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping

from scanner.config import Settings
from scanner.correlate import Part, export_zone
from scanner.errors import UnreadableError, UsageError
from scanner.model import Blob, Reason, Sighting, Slot, Unscanned, Zone
from scanner.records import replace
from scanner.run.assemble import Assembly
from scanner.run.examine import SHORTEST_TELLING, Examination, Examiner
from scanner.run.inside import examine_blob, examine_large, limits_of
from scanner.run.notice import Noted, unlined
from scanner.run.read import Read
from scanner.run.request import Request
from scanner.run.taking import take
from scanner.run.work import Answer, Hit
from scanner.sources.ci_exports import Export, ExportSpec, read_export
from scanner.sources.files import Skipped
from scanner.sources.large import HELD
from scanner.sources.stdin import CONTAINER, PATH, LargeInput, read_stdin
from scanner.sources.workstation import ENVIRON, ENVIRONMENT, PROCESSES, Inherited, are_shown, exported, inherited


def read_here(
    request: Request, specs: Iterable[ExportSpec], environ: Mapping[str, str], *, examiner: Examiner, settings: Settings, assembly: Assembly
) -> list[Read]:
    """The sources that were read, with their occurrences in the assembly."""
    reads = [examine_export(spec, examiner, settings, assembly) for spec in specs]
    if "-" in request.targets:
        reads.append(_stdin(examiner, settings, assembly))
    if request.environment:
        reads.append(_environment(environ, examiner, assembly))
    if request.processes and are_shown():
        reads.append(_processes(environ, examiner, assembly))
    return reads


def examine_export(spec: ExportSpec, examiner: Examiner, settings: Settings, assembly: Assembly, *, container: str | None = None) -> Read:
    """An export of CI variables, with its slots and occurrences in the assembly; `container` is what it is called among many."""
    export = read_export(spec, max_size=min(settings.max_blob_size, HELD), container=container)
    read = Read("ci_export", export.container)
    read.unscanned += export.problems
    slots: dict[str, Slot] = {}
    parts: list[tuple[str | None, tuple[Sighting, ...]]] = []
    for variable in export.variables:
        name = examiner.shown(variable.name)
        slots.setdefault(variable.slot.id, examiner.slot(variable.slot))
        if variable.value is not None:
            data = variable.value.reveal()
            examination = examiner.examine_variable(variable.name, data, line=variable.line, encoding=variable.encoding)
            _count(read, data, examination)
            _hear(read, export.path, examination, assembly, name)
            assembly.pairs.glimpses += (
                replace(one, container=export.container, path=export.path) for one in examiner.glimpses(name, data, variable.slot.id)
            )
            parts.append((variable.slot.id, examination.sightings))
    assembly.pairs.place(read, {})
    text = _as_text(export, examiner, settings)
    read.take(text)
    known = {sighting.identified.id for _, sightings in parts for sighting in sightings}
    for hit in text.hits:
        beside = tuple(sighting for sighting in hit.sightings if sighting.identified.id not in known)
        if hit.member_of is None:
            parts.append((None, beside))
        else:
            assembly.add_parts(hit.container, hit.path, export_zone(export.platform), [Part(beside)])
    assembly.add_export(export, slots.values(), parts)
    return read


def _as_text(export: Export, examiner: Examiner, settings: Settings) -> Answer:
    """What an export holds where it had to be read as text; it may be an archive."""
    answer = Answer(0)
    if export.text_fallback is not None:
        answer = Answer(0, blobs=1, bytes=len(export.text_fallback))
        for found in examine_blob(examiner, export.container, export.path, export.text_fallback, limits_of(settings)):
            take(answer, found, Hit(export.container, export.path, None, None, ()))
    return answer


def _stdin(examiner: Examiner, settings: Settings, assembly: Assembly) -> Read:
    read = Read("stdin", CONTAINER)
    if sys.stdin is None:
        message = "standard input is closed, so there is nothing to read for -"
        raise UsageError(message)
    blob = read_stdin(sys.stdin.buffer, settings.max_blob_size)
    if isinstance(blob, Unscanned):
        read.unscanned.append(blob)
    else:
        answer = _examined(blob, examiner, settings)
        read.take(answer)
        assembly.pairs.tails.update(answer.tails)
    assembly.add(read, None, {})
    return read


def _examined(blob: Blob | LargeInput, examiner: Examiner, settings: Settings) -> Answer:
    """What standard input holds."""
    answer = Answer(0)
    limits = limits_of(settings)
    try:
        for found in (
            examine_blob(examiner, CONTAINER, PATH, blob.data, limits)
            if isinstance(blob, Blob)
            else examine_large(examiner, CONTAINER, PATH, blob, limits)
        ):
            take(answer, found, Hit(CONTAINER, PATH, None, None, ()))
    except UnreadableError as error:
        answer.unscanned.append(Unscanned(CONTAINER, PATH, Reason(error.reason), error.detail))
    answer.blobs, answer.bytes = 1, len(blob.data) if isinstance(blob, Blob) else blob.size
    return answer


def _environment(environ: Mapping[str, str], examiner: Examiner, assembly: Assembly) -> Read:
    read = Read("environment", ENVIRONMENT)
    parts: list[Part] = []
    for exported_name, value in exported(environ):
        data = value.reveal()
        name = _public(exported_name, examiner)
        examination = examiner.examine_variable(name, data, line=None, encoding=())
        _count(read, data, examination)
        _hear(read, ENVIRON, examination, assembly, name)
        parts.append(Part(examination.sightings))
    assembly.pairs.place(read, {})
    assembly.add_parts(ENVIRONMENT, ENVIRON, Zone.WORKSTATION_SHELL, parts)
    return read


def _processes(environ: Mapping[str, str], examiner: Examiner, assembly: Assembly) -> Read:
    read = Read("processes", PROCESSES)
    parts: dict[str, list[Part]] = {}
    for found in inherited(environ):
        match found:
            case Inherited(program, name, value):
                data = value.reveal()
                named = _public(name, examiner)
                examination = examiner.examine_variable(named, data, line=None, encoding=())
                _count(read, data, examination)
                _hear(read, program, examination, assembly, named)
                seen = (replace(one, spot=replace(one.spot, tool=program)) for one in examination.sightings)
                parts.setdefault(program, []).append(Part(tuple(seen)))
            case Unscanned():
                read.unscanned.append(found)
            case Skipped(_, _, reason):
                read.skipped[reason] += 1
    assembly.pairs.place(read, {})
    for program in sorted(parts):
        assembly.add_parts(PROCESSES, program, Zone.WORKSTATION_SHELL, parts[program])
    return read


def _public(name: str, examiner: Examiner) -> str:
    """The name of a variable, unless a credential stands there: people mistake the order, and programs write over their variables."""
    telling = len(name) >= SHORTEST_TELLING and examiner.examine("", name.encode()).sightings
    return ENVIRON if telling else name


def _hear(read: Read, path: str, examination: Examination, assembly: Assembly, variable: str | None = None) -> None:
    """Takes what lies beside credentials; of a variable's value the lines are not known."""
    assembly.pairs.tails.update(examination.tails)
    if examination.noticed:
        noticed = examination.noticed if variable is None else unlined(examination.noticed)
        read.noted.append(Noted(read.target, path, None, noticed, variable))


def _count(read: Read, data: bytes, examination: Examination) -> None:
    read.blobs += 1
    read.bytes += len(data)
    read.skipped += Counter(examination.skipped)
