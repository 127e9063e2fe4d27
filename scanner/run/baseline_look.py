"""What is there of what a baseline accepts: where each credential is now, where it went, and what a run could not have seen."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scanner.config import Settings
from scanner.errors import BaselineError, UsageError
from scanner.identity import default_cache_dir
from scanner.model import Credential, Identified, Occurrence, Outcome, Zone
from scanner.records import dataclass, replace
from scanner.registry import select
from scanner.run import roster
from scanner.run.accept import baseline_in, places_of
from scanner.run.arguments import public
from scanner.run.baseline_unseen import Unseen
from scanner.run.request import Progress, Request
from scanner.run.scan import run
from scanner.run.unsaid import tells
from scanner.sources.changes import find_repository, root_commits
from scanner.sources.history import Layout, Repository, discover
from scanner.store.baseline import Accepted, Baseline, Known, as_kept, random_salt, salt_from

_NOT_COMMITTED = frozenset({Zone.WORKTREE, Zone.FOLDER})


@dataclass(frozen=True, slots=True)
class Looked:
    """What a run saw of a target, as far as its baseline is concerned."""

    baseline: Baseline
    outcome: Outcome
    places: Mapping[str, Mapping[str, Sequence[Occurrence]]]
    """By the credential's id under the baseline's salt and by the path as baselines have it."""
    identified: Mapping[str, Identified]
    """By the same id."""
    moves: Mapping[tuple[str, str], tuple[Known, str]]
    """The places, with the credential, that no entry names and to which it went from one that is named: that entry and that place."""
    went: Mapping[tuple[str, str], tuple[str, ...]]
    """The same from the other end: where a credential went from a place."""
    unseen: Unseen
    titles: Mapping[str, str]
    """What each kind of credential is called."""

    @property
    def open(self) -> Iterator[tuple[Identified, str]]:
        """Every place of every credential that a baseline may accept, as a baseline has it, each once."""
        met: set[tuple[str, str]] = set()
        for one in self.outcome.credentials:
            for name, _, path in places_of([(one.identified, open_places(one))]):
                if name is not None and (name, as_kept(path)) not in met:
                    met.add((name, as_kept(path)))
                    yield one.identified, as_kept(path)

    @property
    def unnamed(self) -> int:
        """Credentials that cannot be accepted, because they are guessable and too many."""
        return sum(one.open and one.identified.baseline_id is None for one in self.outcome.credentials)

    def short(self, known: Known) -> str:
        """The six characters that reports show of the credential; empty where the run did not meet it."""
        return self.identified[known.id].short if known.id in self.identified else ""

    def title(self, known: Known) -> str:
        """What its kind is called; of a kind that nobody knows, what the file says."""
        return self.titles.get(known.kind) or told(known.kind)

    def holds(self, known: Known, place: str) -> Sequence[Occurrence]:
        """What was seen of the credential at the place."""
        return self.places.get(known.id, {}).get(place, ())


def look(file: Path, target: str, settings: Settings, environ: Mapping[str, str], progress: Progress) -> Looked:
    """What `target` holds of what the baseline in `file` accepts.

    Raises BaselineError for a file that is no baseline, and for one that is another repository's; UsageError for a target that is not there.
    """
    if target == "-":
        message = "a baseline is about a folder or a repository, not about standard input"
        raise UsageError(message)
    baseline = baseline_in(file)
    settings = replace(settings, baseline=None)
    outcome = run(Request(targets=(target,)), settings, environ, progress, salt=baseline.salt)
    layout = layout_of(Path(target))
    seen = _places(outcome.credentials)
    _check_belongs(baseline, file, Path(target), layout, seen)
    identified = {one.identified.baseline_id: one.identified for one in outcome.credentials if one.identified.baseline_id}
    moves = dict(_moves(baseline, seen, Path(target)))
    went: dict[tuple[str, str], list[str]] = {}
    for (name, path), (_, came) in moves.items():
        went.setdefault((name, came), []).append(path)
    kinds = kinds_of(settings)
    titles = kinds_of(replace(settings, detector=(), no_detector=()))
    return Looked(
        baseline,
        outcome,
        seen,
        identified,
        moves,
        {place: tuple(sorted(paths)) for place, paths in went.items()},
        Unseen(outcome, settings, Path(target), layout=layout, kinds=kinds),
        titles,
    )


def told(text: str) -> str:
    """A path, or a word, of a baseline as it may be shown: without a credential that somebody wrote into it."""
    return public(text) if tells(text) else text


def layout_of(target: Path) -> Layout | None:
    """The repository that the target is; None where it is none."""
    return discover(target)[0] if target.is_dir() else None


def salt_of(layout: Layout | None, target: Path) -> bytes:
    """The same for every clone of a repository, so that two people who begin a baseline can merge theirs."""
    if layout is None:
        return random_salt()
    with Repository(str(target), layout, tips=False) as repository:
        return salt_from(root_commits(repository))


def kinds_of(settings: Settings) -> dict[str, str]:
    """The kinds of credentials that the detectors of these settings find, with their titles."""
    detectors = select(roster.installed(default_cache_dir() if settings.cache else None), settings.detector, settings.no_detector)
    return {kind.id: kind.title for detector in detectors for kind in detector.kinds}


def open_places(one: Credential) -> Iterator[Occurrence]:
    """The places of a credential that nothing suppresses."""
    return (place for place in one.occurrences if place.suppression is None)


def _check_belongs(baseline: Baseline, file: Path, target: Path, layout: Layout | None, seen: Mapping[str, Mapping[str, object]]) -> None:
    """Raises BaselineError for a baseline of another repository than the target, or of the one around it: nearly all of it would seem gone.

    The salt tells which; another one than the target's is no harm as long as something is where an entry has it, since a shallow clone
    begins with one of its own.
    """
    if not baseline.known:
        return
    if layout is None:
        around = _around(target)
        if around is not None and baseline.salt == _salt(around):
            message = f"{file} is the baseline of the repository around {target}, not of this part of it"
            raise BaselineError(message)
        return
    met = any(place in seen.get(known.id, ()) for known in baseline.known for place in known.places)
    if not met and baseline.salt != (_salt(layout) or baseline.salt):
        message = f"{file}: none of its entries names anything in {target}, and its salt is not that of this repository"
        raise BaselineError(message)


def _around(target: Path) -> Layout | None:
    """The repository that a folder or a file is in."""
    try:
        return find_repository(target if target.is_dir() else target.parent, {})
    except UsageError:
        return None


def _salt(layout: Layout) -> bytes | None:
    """The salt of the repository; None where its root commits are not known."""
    with Repository(str(layout.worktree or layout.gitdir), layout, tips=False) as repository:
        roots = root_commits(repository)
    return salt_from(roots) if roots else None


def _places(credentials: Iterable[Credential]) -> dict[str, dict[str, list[Occurrence]]]:
    seen: dict[str, dict[str, list[Occurrence]]] = {}
    for one in credentials:
        if one.identified.baseline_id is not None:
            held = seen.setdefault(one.identified.baseline_id, {})
            for place in one.occurrences:
                held.setdefault(as_kept(place.path), []).append(place)
    return seen


def _moves(
    baseline: Baseline, seen: Mapping[str, Mapping[str, Sequence[Occurrence]]], target: Path
) -> Iterator[tuple[tuple[str, str], tuple[Known, str]]]:
    """Where credentials went from places that entries name, and from there on."""
    accepted = Accepted(baseline)
    named: dict[str, list[tuple[Known, str]]] = {}
    for known in baseline.known:
        if known.id in seen:
            named.setdefault(known.id, []).extend((known, place) for place in known.places)
    for name, begin in named.items():
        new = {path: held for path, held in seen[name].items() if not accepted.names(name, path)}
        left, brought = _exchanged(seen[name], new, [place for _, place in begin], target) if new else ({}, {})
        todo = list(begin)
        while todo:
            known, place = todo.pop()
            for step in left.get(place, ()):
                if paths := brought.get(step):
                    path = _taken(paths, place)
                    todo.append((known, path))
                    yield (name, path), (known, place)


def _exchanged(
    held: Mapping[str, Sequence[Occurrence]], new: Mapping[str, Sequence[Occurrence]], named: Iterable[str], target: Path
) -> tuple[Mapping[str, Sequence[str]], Mapping[str, dict[str, list[str]]]]:
    """For each path the steps that took a credential from it, and for each step the new paths to which it brought it.

    A step is a commit or, with an empty name, what was not committed yet: the file is gone. One that brings more than it takes is no move.
    """
    left = {path: sorted({one.removed_commit for one in ones if one.removed_commit is not None}) for path, ones in held.items()}
    for path in named:
        if not left.get(path) and not _is_there(target, path):
            left[path] = [""]
    taken = Counter(step for steps in left.values() for step in steps)
    brought: dict[str, set[str]] = {}
    for path, ones in new.items():
        for one in ones:
            if one.commit is not None or one.zone in _NOT_COMMITTED:
                brought.setdefault(one.commit or "", set()).add(path)
    return left, {step: _by_name(paths) for step, paths in brought.items() if len(paths) <= taken[step]}


def _by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    """The paths by their last name, as that is what most moves keep."""
    named: dict[str, list[str]] = {}
    for path in sorted(paths, reverse=True):
        named.setdefault(path.rpartition("/")[2], []).append(path)
    return named


def _taken(paths: dict[str, list[str]], place: str) -> str:
    """One of the paths, which is taken out: one with the name of the place, if there is any."""
    last = place.rpartition("/")[2]
    last = last if last in paths else next(iter(paths))
    path = paths[last].pop()
    if not paths[last]:
        del paths[last]
    return path


def _is_there(target: Path, place: str) -> bool:
    """Whether there is still a file at the place, as far as it is a path below the target."""
    path = place.partition("!/")[0]
    return path.startswith("/") or ".." in path.split("/") or "\0" in path or os.path.lexists(target / path)
