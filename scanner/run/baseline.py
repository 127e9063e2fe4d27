"""`keytrail baseline create`: everything that is there now, accepted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.records import dataclass, replace
from scanner.reports import write_report
from scanner.run.accept import places_of
from scanner.run.arguments import holds_credential
from scanner.run.request import Progress, Request
from scanner.run.scan import run
from scanner.sources.changes import root_commits
from scanner.sources.history import Repository, discover
from scanner.store.baseline import from_occurrences, random_salt, render, salt_from


@dataclass(frozen=True, slots=True)
class Created:
    """What became of a baseline."""

    credentials: int
    places: int
    unnamed: int
    """Credentials that cannot be accepted, because they are guessable and too many."""
    unread: int
    """What could not be read: whatever is in there is not accepted."""


def create(
    target: str, settings: Settings, environ: Mapping[str, str], progress: Progress, *, file: Path, reason: str, until: date | None
) -> Created:
    """`file` is a baseline that accepts every credential at every place where `target` holds it, whatever another baseline says.

    Raises UsageError for a target that is not there, for a file that exists and for a reason that holds a credential, OutputError for a
    file that cannot be written.
    """
    if os.path.lexists(file):
        message = f"{file} exists; remove it to begin anew"
        raise UsageError(message)
    if holds_credential(reason):
        message = "the reason holds a credential, and it would stand in the baseline"
        raise UsageError(message)
    salt = _salt(Path(target))
    outcome = run(Request(targets=(target,)), replace(settings, baseline=None), environ, progress, salt=salt)
    found = places_of((one.identified, (place for place in one.occurrences if place.suppression is None)) for one in outcome.credentials)
    baseline = from_occurrences(found, salt=salt, reason=reason, until=until)
    write_report(render(baseline), file)
    return Created(
        credentials=len(baseline.known),
        places=sum(len(known.places) for known in baseline.known),
        unnamed=sum(one.open and one.identified.baseline_id is None for one in outcome.credentials),
        unread=len(outcome.coverage.unscanned),
    )


def _salt(target: Path) -> bytes:
    """The same for every clone of a repository, so that two people who begin a baseline can merge theirs."""
    layout, _ = discover(target) if target.is_dir() else (None, ())
    if layout is None:
        return random_salt()
    with Repository(str(target), layout, tips=False) as repository:
        return salt_from(root_commits(repository))
