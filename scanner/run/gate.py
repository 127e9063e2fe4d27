"""The gate, which asks whether a change brings a credential to a place where it was not.

What counts is the credential at a path. Each commit of a range is compared with all its parents, for `--staged` the index with HEAD: a
copy, a revert and a merge that slips something in bring places though they may bring no blob; a moved line, a second copy in the same
file and a rename bring none.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from scanner.config import CONFIG_FILES, Settings
from scanner.errors import IncompleteError, UnreadableError, UsageError
from scanner.identity import derived_id
from scanner.model import Coverage, Graph, Identified, Occurrence, Outcome, Reachability, Sighting, SourceCoverage, Unscanned
from scanner.records import dataclass, replace
from scanner.run.accept import Reviewed, accept, reviewed
from scanner.run.answers import answers
from scanner.run.conclude import Ends, conclude, distinct, today
from scanner.run.examine import Setup
from scanner.run.prepare import notes_of, prepare
from scanner.run.reached import definitions
from scanner.run.request import Progress
from scanner.run.work import Answer, Places, by_place
from scanner.sources.changes import (
    ChangeSet,
    between,
    file_at,
    files_at,
    find_repository,
    parse_range,
    since,
    staged,
    staged_file,
)
from scanner.sources.history import Layout, Repository
from scanner.sources.history.files import read_regular

if TYPE_CHECKING:  # loaded where no change is named
    from scanner.sources.changes.announced import Announcement

Configure = Callable[[Sequence[tuple[str, bytes]]], Settings]
"""The settings of the run, given the configuration files that were reviewed."""

BROUGHT = frozenset({Reachability.WORKTREE, Reachability.TAG})
"""What is staged, and what only a tag leads to; everything else that a change brings is brought by a commit."""
_CONFIG = 1 << 20
_BASELINE = 16 << 20
_EVENT = 32 << 20
"""Bytes of the event that a CI system describes: GitHub sends up to 25 million."""
NOTHING_NAMED = "name one change: --staged, --range A..B, --since REF, --pre-receive or - for a patch on standard input (no CI system that we know runs here and says which)"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which change is to be judged: at most one of these. Where it is none, the environment says which."""

    staged: bool = False
    range: str | None = None
    since: str | None = None
    pushed: bytes | None = None
    """What a pre-receive hook is told."""
    announced: Announcement | None = None
    """What the system that runs us says, once it was asked."""
    inline: bool = True
    """Whether markers beside values count."""


def gate(asked: Asked, configure: Configure, environ: Mapping[str, str], progress: Progress) -> Outcome:
    """What the change in the repository around the current folder brings, judged.

    Configuration and baseline are those that were reviewed: of the base of a range, for what is staged of HEAD and of the index. Raises
    UsageError for a change that is not there, IncompleteError where it cannot be told what the change is; what of the change could not be
    read is in the outcome.
    """
    began = time.monotonic()
    asked = _settled(asked, environ)
    layout = find_repository(Path.cwd(), environ)
    first = configure(())
    container = container_of(layout)
    progress.begin(container)
    with Repository(container, layout, max_blob_size=first.max_blob_size, tips=False) as repository:
        change = _change(asked, repository, environ)
        if change.why:
            progress.aside(change.why)
        settings = first if first.trust_config else configure(reviewed_files(repository, change))
        accepted = baseline_of(asked, repository, change, settings)
        setup = prepare(settings, environ, salt=accepted.salt, inline=asked.inline, targets=roots_of(layout))
        seen = Seen(container, change)
        for tasks in (seen.after, seen.before):
            for answer in answers(tasks(), setup, settings):
                seen.add(answer)
        graph, ends = seen.with_pipelines(repository, seen.graph(settings), setup, settings)
    graph, notes = accept(graph, accepted, today(settings))
    everything = distinct(
        (*filter(None, (change.told,)), *accepted.notes, *notes_of(setup, ids=bool(graph.sprawls)), *notes, *allowed(graph))
    )
    return conclude(graph, settings, setup, seen.coverage(everything), began, ends=ends)


def told(stream: TextIO | None) -> bytes:
    """What git tells a hook; one byte more than it can be where it is more. Nothing where nobody but a person could say it."""
    from scanner.sources.changes.received import LONGEST  # noqa: PLC0415 - only a server is pushed to

    return b"" if stream is None or stream.isatty() else stream.buffer.read(LONGEST + 1)


def roots_of(layout: Layout) -> tuple[Path, ...]:
    """The folders that the change could lie in."""
    return tuple(Path(folder) for folder in (layout.worktree, layout.common) if folder is not None)


def container_of(layout: Layout) -> str:
    """What reports call the repository."""
    return os.path.relpath(layout.worktree or layout.gitdir)


def _settled(asked: Asked, environ: Mapping[str, str]) -> Asked:
    """`asked`, and where it names no change what the environment says. Raises UsageError where that says nothing either."""
    if asked.staged or any(named is not None for named in (asked.range, asked.since, asked.pushed)):
        return asked
    from scanner.sources.changes.announced import Index  # noqa: PLC0415 - a hook names its change
    from scanner.sources.changes.systems import announced  # noqa: PLC0415 - as above

    found = announced(environ, lambda path: read_regular(path, _EVENT))
    if found is None:
        raise UsageError(NOTHING_NAMED)
    return replace(asked, staged=isinstance(found, Index), announced=found)


def _change(asked: Asked, repository: Repository, environ: Mapping[str, str]) -> ChangeSet:
    if asked.staged and asked.announced is None:
        return staged(repository)
    if asked.pushed is not None:
        from scanner.sources.changes.received import received  # noqa: PLC0415 - as above

        return received(repository, asked.pushed)
    from scanner.sources.changes.systems import setting_of  # noqa: PLC0415 - not for what is staged

    setting = setting_of(environ)
    if asked.announced is not None:
        from scanner.sources.changes.derived import derived  # noqa: PLC0415 - only where nobody names the change

        return derived(repository, asked.announced, setting)
    if asked.range is not None:
        return between(repository, *parse_range(asked.range), setting)
    return since(repository, asked.since or "HEAD", setting)


def reviewed_files(repository: Repository, change: ChangeSet) -> tuple[tuple[str, bytes], ...]:
    """The configuration files that stand at the base of the change."""
    try:
        return tuple(files_at(repository, change.base, CONFIG_FILES, _CONFIG).items())
    except UnreadableError as error:
        message = f"the configuration at the base of the change cannot be read: {error.reason}"
        raise IncompleteError(message) from None


def baseline_of(asked: Asked, repository: Repository, change: ChangeSet, settings: Settings) -> Reviewed:
    """What the reviewed baseline accepts. One outside the repository is taken as it is."""
    if settings.baseline is None:
        return Reviewed()
    path = _inside(repository.layout, settings.baseline)
    if path is None:
        return reviewed(settings.baseline)
    commit = _tip(change) if settings.trust_config else change.base
    try:
        content = staged_file(repository, path, _BASELINE) if asked.staged else file_at(repository, commit, path, _BASELINE)
    except UnreadableError as error:
        message = f"the baseline {path} cannot be read: {error.reason}"
        raise IncompleteError(message) from None
    if content is not None:
        return reviewed(settings.baseline, content)
    if not settings.baseline.is_file() and file_at(repository, _tip(change), path, _BASELINE) is None:
        message = f"there is no baseline {path}"
        raise UsageError(message)
    where = "the index" if asked.staged else "the base of the change"
    return Reviewed(notes=(f"The baseline {path} is not in {where}, so nothing is accepted yet.",))


def _tip(change: ChangeSet) -> str | None:
    """The last commit of a range; for a staged change HEAD, which is its base."""
    return next(reversed(tuple(change.chronicle.commits)), change.base)


def _inside(layout: Layout, file: Path) -> str | None:
    """The path of `file` in the work tree as git writes it; None where it lies outside.

    A hook of a bare repository stands in it as if its files were there; what really lies there is no part of what is pushed.
    """
    if layout.worktree is None and (layout.gitdir != Path.cwd() or file.is_file()):
        return None
    real = Path(os.path.realpath(file.parent), file.name)
    top = Path(os.path.realpath(layout.worktree or layout.gitdir))
    return real.relative_to(top).as_posix() if real.is_relative_to(top) else None


class Seen:
    """What was read of the change so far."""

    def __init__(self, container: str, change: ChangeSet) -> None:
        self._container = container
        self._change = change
        self._blobs = 0
        self._bytes = 0
        self._unscanned: list[Unscanned] = list(change.unscanned)
        self._skipped: Counter[str] = Counter()
        self._placed: dict[tuple[str, str], tuple[Sighting, ...]] = {}
        self._files: dict[tuple[str, str], set[str]] = {}
        """Where in each file something was found, by (blob id, path): at the path itself, or at those of members."""
        self._messages: dict[str, tuple[Sighting, ...]] = {}
        self._loose = {f"blob:{oid}": oid for oid in change.loose}

    def after(self) -> Iterator[Places]:
        """Everything that the change leaves at some path or at none, and its messages."""
        chronicle = self._change.chronicle
        left = ((change.path, change.after) for change in chronicle.changes if change.after is not None)
        paths = _paths((*left, *chronicle.index.items(), *self._change.extra, *self._loose.items()))
        return self._tasks({**dict.fromkeys(self._change.messages, ()), **paths}, again=False)

    def before(self) -> Iterator[Places]:
        """What lay at the paths where something was found before the change."""
        chronicle = self._change.chronicle
        hit = {path for _, path in self._files}
        lay = ((change.path, oid) for change in chronicle.changes for oid in sorted(change.before))
        places = ((path, oid) for path, oid in (*lay, *chronicle.head.items()) if path in hit and (oid, path) not in self._files)
        return self._tasks(_paths(places), again=True)

    def _tasks(self, paths: Mapping[str, tuple[str, ...]], *, again: bool) -> Iterator[Places]:
        for batch in self._change.batches:
            part = batch.only(paths)
            if part.objects:
                yield Places(0, part, {oid: paths[oid] for oid in part.oids}, again=again)

    def add(self, answer: Answer) -> None:
        """Takes the answer to one of the tasks."""
        if answer.counted:
            self._blobs += answer.blobs
            self._bytes += answer.bytes
            self._skipped += answer.skipped
        self._unscanned += (*answer.unscanned, *answer.unopened)
        for hit in answer.hits:
            if hit.path.startswith(("commit:", "tag:")) or hit.file in self._loose:
                self._messages[hit.path] = self._messages.get(hit.path, ()) + hit.sightings
            else:
                by_place((hit,), self._placed)
                self._files.setdefault((hit.oid or "", hit.file), set()).add(hit.path)

    def graph(self, settings: Settings) -> Graph:
        """What the change brings, joined; nothing where nothing was seen."""
        if not self._placed and not self._messages:
            return Graph(())
        from scanner.correlate import build_graph  # noqa: PLC0415 - most changes bring nothing, and are judged sooner without

        return build_graph(self._identified(), self.brought(), public=settings.public)

    def with_pipelines(self, repository: Repository, graph: Graph, setup: Setup, settings: Settings) -> tuple[Graph, tuple[Ends, ...]]:
        """The graph with the pipelines as the change leaves them, and what they were before and are now, for each of its tips that changes any.

        Raises IncompleteError where their files cannot be listed.
        """
        ends: list[Ends] = []
        for files in definitions(repository, self._change):
            from scanner.run.ends import pipelines_at, with_pipelines  # noqa: PLC0415 - most changes touch none

            found = pipelines_at(files, repository, setup, settings)
            if found is not None:
                self._unscanned += found.unscanned
                after = with_pipelines(Graph((), public=graph.public) if ends else graph, found.after)
                graph = graph if ends else after
                ends.append((with_pipelines(Graph((), public=graph.public), found.before), after))
        return graph, tuple(ends)

    def _identified(self) -> Iterator[Identified]:
        """What every sighting says of its credential."""
        for sightings in (*self._placed.values(), *self._messages.values()):
            yield from (sighting.identified for sighting in sightings)

    def brought(self) -> tuple[Occurrence, ...]:
        """One occurrence for each credential at each path to which the change brings it."""
        from scanner.correlate import occurrences_of  # noqa: PLC0415 - as above

        placed, index = self._with_stages()
        found = occurrences_of(
            self._container,
            one_place_each(placed),
            replace(self._change.chronicle, index=index),
            worktree={},
            modes={},
            orphans=self._messages,
            make_id=derived_id,
        )
        tagged = (replace(one, reachability=Reachability.TAG) if one.path.partition("!/")[0] in self._loose else one for one in found)
        return tuple(one for one in tagged if one.commit is not None or one.reachability in BROUGHT)

    def _with_stages(self) -> tuple[Mapping[tuple[str, str], tuple[Sighting, ...]], Mapping[str, str]]:
        """What was read, and what is staged: of an unmerged path all stages as one blob, which HEAD does not have."""
        placed, index = dict(self._placed), dict(self._change.chronicle.index)
        stages: dict[str, dict[str, None]] = {}
        for path, oid in self._change.extra:
            stages.setdefault(path, {index.get(path, ""): None})[oid] = None
        for path, oids in stages.items():
            index[path] = together = f"unmerged:{path}"
            for blob, met in ((oid, met) for oid in oids for met in sorted(self._files.get((oid, path), ()))):
                placed[together, met] = placed.get((together, met), ()) + self._placed[blob, met]
        return placed, index

    def coverage(self, notes: tuple[str, ...]) -> Coverage:
        """What was read of the change, and what was not."""
        unscanned = tuple(sorted(set(self._unscanned)))
        source = SourceCoverage("repository", self._container, self._blobs, self._bytes, len(unscanned))
        return Coverage((source,), unscanned, dict(sorted(self._skipped.items())), notes)


def _paths(places: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The paths of each blob."""
    paths: dict[str, dict[str, None]] = {}
    for path, oid in places:
        paths.setdefault(oid, {})[path] = None
    return {oid: tuple(met) for oid, met in paths.items()}


def one_place_each(placed: Mapping[tuple[str, str], tuple[Sighting, ...]]) -> dict[tuple[str, str], tuple[Sighting, ...]]:
    """Each credential once in each blob, and at one place for all blobs of a path: so that moving it or copying it there is nothing new."""
    spots: dict[tuple[str, str], Sighting] = {}
    single: dict[tuple[str, str], tuple[Sighting, ...]] = {}
    for (oid, path), sightings in placed.items():
        first: dict[str, Sighting] = {}
        for sighting in sightings:
            open_first = first.get(sighting.identified.id)
            if open_first is None or (open_first.suppression is not None and sighting.suppression is None):
                first[sighting.identified.id] = sighting
        single[oid, path] = tuple(_at_one_place(sighting, spots.setdefault((path, name), sighting)) for name, sighting in first.items())
    return single


def _at_one_place(sighting: Sighting, there: Sighting) -> Sighting:
    spot = there.spot
    return replace(sighting, spot=replace(sighting.spot, field=spot.field, field_path=spot.field_path, encoding=spot.encoding))


def allowed(graph: Graph) -> Iterator[str]:
    """Whatever a marker in the change lets pass is said, so that a reviewer sees it."""
    for sprawl in graph.sprawls:
        for one in sprawl.occurrences:
            if one.suppression is not None and one.suppression.by == "inline":
                kind = sprawl.identified.kind.title
                yield f"allowed in this change: {kind} #{sprawl.identified.short} in {one.path}:{one.spot.line} ({one.suppression.reason})"
