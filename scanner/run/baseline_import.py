"""`keytrail baseline import`: what another scanner has on record becomes entries of a baseline.

Values are read where the source says that they are, in this repository, and by our own detectors: what those do not see there needs no
entry, since nothing would be reported.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.records import dataclass
from scanner.reports import write_report
from scanner.run.accept import baseline_in
from scanner.run.arguments import public
from scanner.run.baseline import Placed, by_place, check_reason, with_more
from scanner.run.baseline_look import salt_of
from scanner.run.baseline_sources import LARGEST, Row, rows
from scanner.run.baseline_values import Seen, Where, values_of
from scanner.run.prepare import prepare
from scanner.run.unsaid import tells
from scanner.sources.changes import find_repository
from scanner.sources.files import shown
from scanner.sources.history import Repository
from scanner.store.baseline import Accepted, Baseline, as_kept, render


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An entry of the source that has no counterpart, and why."""

    entry: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a source."""

    entries: int
    added: tuple[Placed, ...]
    there: int
    """Entries that the baseline had already."""
    unneeded: int
    """Entries about what keytrail does not report: dummies, and what a marker allows."""
    unresolved: tuple[Unresolved, ...]


class _Taken:
    """What of a source was taken so far."""

    def __init__(self, baseline: Baseline) -> None:
        self._accepted = Accepted(baseline)
        self.added: dict[tuple[str, str, str], Placed] = {}
        self.there = 0
        self.unneeded = 0
        self.unresolved: dict[Row, Unresolved] = {}
        self._shown: dict[str, str] = {}
        """Paths of the source as they may be told."""

    def take(self, row: Row, path: str, seen: Sequence[Seen]) -> None:
        """The entry `row` is about these values in the file at `path`."""
        sightings = [one.sighting for one in seen]
        reported = [one.identified for one in sightings if one.suppression is None and one.identified.suppression is None]
        named = [(one, one.baseline_id) for one in reported if one.baseline_id is not None]
        new = [(one, name) for one, name in named if not self._accepted.names(name, path)]
        if len(named) < len(reported):
            self.leave(row, "guessable values are too many to be named")
        elif not reported:
            self.unneeded += 1
        elif not new:
            self.there += 1
        for one, name in new:
            self.added[name, one.kind.id, path] = Placed(one.kind.title, one.short, path)

    def leave(self, row: Row, why: str) -> None:
        """The entry `row` has no counterpart."""
        if row.path not in self._shown:
            self._shown[row.path] = public(as_kept(row.path))
        self.unresolved[row] = Unresolved(row.told(self._shown[row.path]), why)


def import_source(
    source: Path, settings: Settings, environ: Mapping[str, str], *, file: Path, kind: str | None, reason: str, until: date | None
) -> Imported:
    """The baseline in `file`, which is made where it is not there, accepts what `source` names in the repository around the current folder.

    Raises UsageError for a source that cannot be read or is none, where there is no repository and for a reason that holds a credential,
    BaselineError for a file that is no baseline, OutputError for one that cannot be written.
    """
    check_reason(reason)
    found = rows(_content(source), kind)
    layout = find_repository(Path.cwd(), {})
    top = layout.worktree or layout.gitdir
    baseline = baseline_in(file) if os.path.lexists(file) else Baseline(salt_of(layout, top))
    setup = prepare(settings, environ, salt=baseline.salt, targets=(top, layout.common))
    taken = _Taken(baseline)
    wanted: dict[Where, list[Row]] = {}
    for row in found:
        path, problem = _path(row, top)
        if problem:
            taken.leave(row, problem)
        else:
            wanted.setdefault((row.commit, path), []).append(row)
    with Repository(str(top), layout, tips=False) as repository:
        for where, values in values_of(wanted, repository, setup):
            for row in wanted[where]:
                answer = values if isinstance(values, str) else values.of(row)
                if isinstance(answer, str):
                    taken.leave(row, answer)
                else:
                    taken.take(row, _named(where[1]), answer)
    if taken.added:
        write_report(render(with_more(baseline, taken.added, reason=reason, until=until)), file)
    unresolved = tuple(taken.unresolved[row] for row in found if row in taken.unresolved)
    return Imported(len(found), tuple(sorted(taken.added.values(), key=by_place)), taken.there, taken.unneeded, unresolved)


def _content(source: Path) -> bytes:
    try:
        with source.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        message = f"{source} cannot be read: {error.strerror}"
        raise UsageError(message) from None


def _path(row: Row, top: Path) -> tuple[str, str]:
    """The path of an entry below the top of the repository, and what is wrong with it."""
    path = row.path
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        path = "\0"
    if row.problem or not path or "\0" in path or "\n" in path:
        return "", row.problem or "its path is none"
    if path.startswith("/"):
        inside = _below(path, (top, Path(os.path.realpath(top))))
        return inside, "" if inside else "it is outside of the repository"
    path = posixpath.normpath(path)
    outside = path in {".", ".."} or path.startswith("../")
    return path, "it is outside of the repository" if outside else ""


def _below(path: str, tops: Sequence[Path]) -> str:
    """An absolute path relative to the one of `tops` that it is below; empty where it is below none."""
    plain = posixpath.normpath(path)
    real = os.path.join(os.path.realpath(posixpath.dirname(plain)), posixpath.basename(plain))  # noqa: PTH118 - text that may be no path
    for one in (plain, real):
        for top in tops:
            if one.startswith(f"{os.path.abspath(top)}/"):  # noqa: PTH100 - resolved links are the other top
                return one[len(os.path.abspath(top)) + 1 :]  # noqa: PTH100 - as above
    return ""


def _named(path: str) -> str:
    """The path as a scan has it, and as a baseline does."""
    name = shown(os.fsencode(path))
    return as_kept(public(name) if tells(name) else name)
