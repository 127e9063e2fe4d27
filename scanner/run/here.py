"""What is read and examined in this process, so that no value crosses a pipe: CI exports, standard input, the environment."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping

from scanner.config import Settings
from scanner.correlate import Part
from scanner.errors import UsageError
from scanner.model import Blob, Sighting, Slot, Zone
from scanner.run.assemble import Assembly
from scanner.run.examine import Examination, Examiner
from scanner.run.plan import Read
from scanner.run.request import Request
from scanner.run.work import Hit
from scanner.sources.ci_exports import Export, ExportSpec, read_export
from scanner.sources.stdin import CONTAINER, read_stdin
from scanner.sources.workstation import ENVIRON, ENVIRONMENT, exported


def read_here(
    request: Request, specs: Iterable[ExportSpec], environ: Mapping[str, str], *, examiner: Examiner, settings: Settings, assembly: Assembly
) -> list[Read]:
    """The sources that were read, with their occurrences in the assembly."""
    reads = [examine_export(spec, examiner, settings, assembly) for spec in specs]
    if "-" in request.targets:
        reads.append(_stdin(examiner, settings, assembly))
    if request.environment:
        reads.append(_environment(environ, examiner, assembly))
    return reads


def examine_export(spec: ExportSpec, examiner: Examiner, settings: Settings, assembly: Assembly, *, container: str | None = None) -> Read:
    """An export of CI variables, with its slots and occurrences in the assembly; `container` is what it is called among many."""
    export = read_export(spec, max_size=settings.max_blob_size, container=container)
    read = Read("ci_export", export.container)
    read.unscanned += export.problems
    slots: dict[str, Slot] = {}
    parts: list[tuple[str | None, tuple[Sighting, ...]]] = []
    for variable in export.variables:
        slots.setdefault(variable.slot.id, variable.slot)
        if variable.value is not None:
            data = variable.value.reveal()
            examination = examiner.examine_variable(variable.name, data, line=variable.line, encoding=variable.encoding)
            _count(read, data, examination)
            parts.append((variable.slot.id, examination.sightings))
    parts += _as_text(export, {sighting.identified.id for _, sightings in parts for sighting in sightings}, read, examiner)
    assembly.add_export(export, slots.values(), parts)
    return read


def _as_text(export: Export, known: set[str], read: Read, examiner: Examiner) -> list[tuple[None, tuple[Sighting, ...]]]:
    """What an export holds beside its variables, where it had to be read as text."""
    if export.text_fallback is None:
        return []
    examination = examiner.examine(export.path, export.text_fallback)
    read.blobs += 1
    read.bytes += len(export.text_fallback)
    return [(None, tuple(sighting for sighting in examination.sightings if sighting.identified.id not in known))]


def _stdin(examiner: Examiner, settings: Settings, assembly: Assembly) -> Read:
    read = Read("stdin", CONTAINER)
    if sys.stdin is None:
        message = "standard input is closed, so there is nothing to read for -"
        raise UsageError(message)
    blob = read_stdin(sys.stdin.buffer, settings.max_blob_size)
    if isinstance(blob, Blob):
        examination = examiner.examine(blob.path, blob.data)
        _count(read, blob.data, examination)
        if examination.sightings:
            read.hits.append(Hit(blob.container, blob.path, None, None, examination.sightings))
    else:
        read.unscanned.append(blob)
    assembly.add(read, None, {})
    return read


def _environment(environ: Mapping[str, str], examiner: Examiner, assembly: Assembly) -> Read:
    read = Read("environment", ENVIRONMENT)
    parts: list[Part] = []
    for name, value in exported(environ):
        data = value.reveal()
        examination = examiner.examine_variable(name, data, line=None, encoding=())
        _count(read, data, examination)
        parts.append(Part(examination.sightings))
    assembly.add_parts(ENVIRONMENT, ENVIRON, Zone.WORKSTATION_SHELL, parts)
    return read


def _count(read: Read, data: bytes, examination: Examination) -> None:
    read.blobs += 1
    read.bytes += len(data)
    read.skipped += Counter(examination.skipped)
