"""Logs in a folder, and what a worker says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.identity import OrgKey, StretchBudget
from scanner.model import Reason
from scanner.run.examine import Setup
from scanner.run.work import Answer, Logs, Worker
from scanner.sources.files import FileRef
from tests.support.command import DETECTORS

SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)


def read(worker: Worker, folder: Path, files: Mapping[str, str | bytes], most: int = 1 << 30) -> Answer:
    refs = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        refs.append(FileRef("box", str(folder), name, name.encode()))
    return worker(Logs(0, tuple(refs), most, 0))


def found(answer: Answer) -> list[tuple[str, str, int | None, str | None, str | None]]:
    """Kind, path, line, job and step of everything."""
    every = [(hit.path, one) for hit in answer.hits for one in hit.sightings]
    return [(one.identified.kind.id, path, one.spot.line, one.job, one.step) for path, one in every]


def unread(answer: Answer) -> list[tuple[str, Reason]]:
    return [(one.path, one.reason) for one in (*answer.unscanned, *answer.unopened)]
