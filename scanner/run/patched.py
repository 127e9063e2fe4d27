"""The gate for a patch on standard input: what it brings, as far as it shows.

Each difference of a file is compared with what the same hunks show of it before. So what lies elsewhere in a file is not known: all that is
new on a line is seen, and so may be a second copy whose first one the patch does not show. Nothing is opened by the names in a patch,
and outside of a repository git is not needed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from scanner.config import Settings
from scanner.errors import IncompleteError, UnreadableError, UsageError
from scanner.identity import derived_id
from scanner.model import Change, Chronicle, Occurrence, Outcome, Reachability, Sighting, Unscanned
from scanner.records import replace
from scanner.run.accept import Reviewed, accept, reviewed
from scanner.run.answers import answers
from scanner.run.conclude import conclude, distinct, today
from scanner.run.gate import BROUGHT, Asked, Configure, Seen, allowed, baseline_of, container_of, one_place_each, reviewed_files, roots_of
from scanner.run.prepare import notes_of, prepare
from scanner.run.request import Progress
from scanner.run.work import Answer, Hit, Places
from scanner.sources.changes import NoRepositoryError, find_repository, unborn
from scanner.sources.history import Layout, RawObject, Repository
from scanner.sources.large import HELD
from scanner.sources.patches import FileDiff, Message, Patch, after, before, dealt, read_patch, spoken, unread
from scanner.sources.stdin import PATH, read_stdin

CONTAINER = "patch"
"""What reports call it outside of a repository."""
_SAID = "said"
_AFTER = "after"
_MOST_ASKED = 1000
"""Blobs of the repository that are asked for, each by a process of its own."""
_MOST_GIVEN = 512 << 20
"""Bytes of them."""

Placed = Mapping[tuple[str, str], tuple[Sighting, ...]]
Held = dict[str, dict[str, Sighting]]
"""What a file holds: by the path at which it was met, that of the file or of a member, and by the id of the credential."""


def gate_patch(configure: Configure, environ: Mapping[str, str], progress: Progress, *, inline: bool = True) -> Outcome:
    """What the patch on standard input brings, judged.

    In a repository configuration and baseline are those of HEAD, outside of one those that the command line names. Raises UsageError where
    there is no patch, IncompleteError where it is broken; what of the change it does not show is in the outcome.
    """
    began = time.monotonic()
    layout = _layout(environ)
    settings = configure(())
    container = CONTAINER if layout is None else container_of(layout)
    progress.begin(container)
    patch = read_patch(_taken(settings), container)
    repository: Repository | None = None
    with ExitStack() as opened:
        if layout is None:
            accepted = Reviewed() if settings.baseline is None else reviewed(settings.baseline)
        else:
            repository = opened.enter_context(Repository(container, layout, max_blob_size=settings.max_blob_size, tips=False))
            settings, accepted = _at_head(repository, settings, configure)
        setup = prepare(settings, environ, salt=accepted.salt, inline=inline, targets=() if layout is None else roots_of(layout))
        seen = _SeenPatch(container, patch, repository)
        for tasks in (seen.after, seen.before):
            for answer in answers(tasks(), setup, settings):
                seen.add(answer)
        graph = seen.graph(settings)
    graph, notes = accept(graph, accepted, today(settings))
    everything = distinct((*accepted.notes, *notes_of(setup, ids=bool(graph.sprawls)), *notes, *allowed(graph)))
    coverage = seen.coverage(everything)
    coverage = replace(coverage, sources=tuple(replace(source, kind="patch") for source in coverage.sources))
    return conclude(graph, settings, setup, coverage, began)


def _layout(environ: Mapping[str, str]) -> Layout | None:
    try:
        return find_repository(Path.cwd(), environ)
    except NoRepositoryError:
        return None


def _taken(settings: Settings) -> bytes:
    """Everything on standard input."""
    if sys.stdin is None:
        message = "standard input is closed, so there is no patch to judge"
        raise UsageError(message)
    found = read_stdin(sys.stdin.buffer, min(settings.max_blob_size, HELD))
    if isinstance(found, Unscanned):
        message = f"the patch on standard input cannot be read ({found.reason}: {found.detail})"
        raise IncompleteError(message)
    data = b"" if not hasattr(found, "data") else found.data
    if not data:
        message = "there is no patch on standard input"
        raise IncompleteError(message)
    return data


def _at_head(repository: Repository, first: Settings, configure: Configure) -> tuple[Settings, Reviewed]:
    """The configuration and the baseline that HEAD has."""
    head = unborn(repository.head)
    settings = first if first.trust_config else configure(reviewed_files(repository, head))
    return settings, baseline_of(Asked(), repository, head, settings)


class _SeenPatch(Seen):
    """What was read of a patch so far."""

    def __init__(self, container: str, patch: Patch, repository: Repository | None) -> None:
        super().__init__(container, replace(unborn(None), unscanned=patch.unscanned))
        self._patch = patch
        self._repository = repository
        self._reader = None if repository is None else repository.reader
        self._asked = 0
        self._given = 0
        self._said: dict[str | None, list[Message]] = {}
        for message in patch.messages:
            self._said.setdefault(message.commit, []).append(message)

    def after(self) -> Iterator[Places]:
        """Everything that the patch leaves at some path, and what it says besides."""
        return self._shown(self._left(), again=False)

    def before(self) -> Iterator[Places]:
        """What lay at the paths where something was found before the patch."""
        return self._shown(self._lay(), again=True)

    def _left(self) -> Iterator[tuple[str, str, bytes] | Unscanned]:
        for commit, messages in self._said.items():
            kind = (_SAID, "blob") if commit is None else (commit, "commit")
            yield (*kind, spoken(self._patch, messages).data)
        for number, diff in enumerate(self._patch.diffs):
            try:
                image = after(self._patch, diff, self._find)
            except UnreadableError as error:
                yield unread(self._container, diff, error)
                continue
            if image is not None:
                yield _AFTER + f":{number}", "blob", image.data

    def _lay(self) -> Iterator[tuple[str, str, bytes] | Unscanned]:
        hit = {path for _, path in self._files}
        for number, diff in enumerate(self._patch.diffs):
            if diff.path in hit:
                for parent, image in enumerate(before(self._patch, diff, self._find)):
                    yield f"before:{number}:{parent}", "blob", image.data

    def _shown(self, contents: Iterator[tuple[str, str, bytes] | Unscanned], *, again: bool) -> Iterator[Places]:
        for part in dealt(self._container, self._reader, contents):
            yield Places(0, part, {oid: (self._path(oid),) for oid in part.oids}, again=again)

    def _find(self, oid: str) -> bytes | None:
        """The content of a blob of the repository, for a binary file of which the patch has but a difference."""
        if self._repository is None or self._asked == _MOST_ASKED or self._given > _MOST_GIVEN:
            return None
        self._asked += 1
        read = (item for batch in self._repository.batches((oid,)) for item in batch.read())
        data = next((item.data for item in read if isinstance(item, RawObject) and item.type == "blob"), None)
        self._given += len(data or b"")
        return data

    def _path(self, oid: str) -> str:
        diff = self._diff(oid)
        return PATH if diff is None else diff.path

    def _diff(self, oid: str) -> FileDiff | None:
        """The difference that shows this content; None for what is said."""
        return self._patch.diffs[int(oid.split(":")[1])] if ":" in oid else None

    def add(self, answer: Answer) -> None:
        """Takes the answer to one of the tasks: lines become those of the file."""
        answer.hits = [self._at_lines(hit) for hit in answer.hits]
        super().add(answer)

    def _at_lines(self, hit: Hit) -> Hit:
        if hit.path != hit.file or hit.oid is None or hit.oid.startswith("before:"):
            return hit
        diff = self._diff(hit.oid)
        image = (
            spoken(self._patch, self._said[None if hit.oid == _SAID else hit.oid]) if diff is None else after(self._patch, diff, self._find)
        )
        if image is None or not image.lines:
            return hit

        def moved(sighting: Sighting) -> Sighting:
            line = sighting.spot.line
            return sighting if line is None else replace(sighting, spot=replace(sighting.spot, line=image.line(line)))

        return replace(hit, sightings=tuple(map(moved, hit.sightings)))

    def brought(self) -> tuple[Occurrence, ...]:
        """One occurrence for each credential at each path to which the patch brings it, in a commit or without one."""
        placed = one_place_each(self._placed)
        found: dict[str, Occurrence] = {}
        for one in (*self._by_commits(placed), *self._by_nobody(placed)):
            if one.commit is not None or one.reachability in BROUGHT:
                found.setdefault(one.id, one)
        return tuple(found.values())

    def _by_commits(self, placed: Placed) -> tuple[Occurrence, ...]:
        """What commits of the patch bring."""
        changes: list[Change] = []
        left: dict[str, Held] = {}
        order: dict[str, int] = {}
        for number, diff in enumerate(self._patch.diffs):
            if diff.commit is None:
                continue
            order.setdefault(diff.commit, len(order))
            if diff.deleted or diff.start < diff.end:
                changes.append(Change(diff.commit, diff.path, frozenset(self._befores(number)), f"{_AFTER}:{number}"))
            _follow(left, diff, self._held(placed, diff.path, self._befores(number)), self._held(placed, diff.path, [f"{_AFTER}:{number}"]))
        head = {path: f"left:{path}" for path in left}
        all_placed = {**placed, **{(head[path], met): tuple(one.values()) for path, held in left.items() for met, one in held.items()}}
        orphans = {path: tuple({one.identified.id: one for one in reversed(said)}.values()) for path, said in self._messages.items()}
        commits = order.keys() | {path.partition(":")[2] for path in orphans}
        chronicle = Chronicle(
            {}, tuple(changes), head, {}, dict.fromkeys(commits, Reachability.BRANCH), lambda one, other: order[one] <= order[other]
        )
        return self._occurrences(all_placed, chronicle, orphans)

    def _by_nobody(self, placed: Placed) -> tuple[Occurrence, ...]:
        """What the patch brings that names no commit."""
        brought: dict[str, Held] = {}
        for number, diff in enumerate(self._patch.diffs):
            if diff.commit is None:
                old = self._held(placed, diff.path, self._befores(number))
                for met, sightings in self._held(placed, diff.path, [f"{_AFTER}:{number}"]).items():
                    new = {name: one for name, one in sightings.items() if name not in old.get(met, {})}
                    brought.setdefault(diff.path, {}).setdefault(met, {}).update(new)
        if said := self._held(placed, PATH, [_SAID]):
            brought.setdefault(PATH, {}).update(said)
        index = {path: f"brought:{path}" for path in brought}
        new_placed = {(index[path], met): tuple(one.values()) for path, held in brought.items() for met, one in held.items()}
        return self._occurrences(new_placed, replace(unborn(None).chronicle, index=index), {})

    def _occurrences(self, placed: Placed, chronicle: Chronicle, orphans: Mapping[str, tuple[Sighting, ...]]) -> tuple[Occurrence, ...]:
        from scanner.correlate import occurrences_of  # noqa: PLC0415 - most patches bring nothing, and are judged sooner without

        return occurrences_of(self._container, placed, chronicle, worktree={}, modes={}, orphans=orphans, make_id=derived_id)

    def _befores(self, number: int) -> list[str]:
        """Ids of what is shown of the states before a difference."""
        diff = self._patch.diffs[number]
        if diff.replaces is not None:
            return self._befores(diff.replaces)
        return [] if diff.created else [f"before:{number}:{parent}" for parent in range(diff.parents)]

    def _held(self, placed: Placed, path: str, oids: Sequence[str]) -> Held:
        """What any of these contents holds at `path`."""
        held: Held = {}
        for oid in oids:
            for met in sorted(self._files.get((oid, path), ())):
                held.setdefault(met, {}).update({one.identified.id: one for one in placed[oid, met]})
        return held


def _follow(left: dict[str, Held], diff: FileDiff, old: Held, new: Held) -> None:
    """What is `left` at each path behind a difference: what its hunks do not show stays as it was."""
    there = left.pop(diff.path, {}) if diff.origin is None else left.pop(diff.origin, {})
    if diff.deleted and not new:
        return
    for met in {*there, *old, *new}:
        kept = {name: one for name, one in there.get(met, {}).items() if name not in old.get(met, {})}
        there[met] = {**kept, **new.get(met, {})}
    left[diff.path] = there
