"""What a run could not have seen: an entry about it is not gone just because nothing was found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from scanner.config import Settings
from scanner.model import Outcome, Reason, Unscanned
from scanner.sources.history import Layout
from scanner.sources.ignore import EVERYTHING, Ignore, load_ignore
from scanner.store.baseline import Known, as_kept

_OF_ONE_FILE = frozenset({Reason.TOO_LARGE, Reason.ENCRYPTED, Reason.TOO_DEEP, Reason.MALFORMED})
"""Reasons for which one file was not read, and which say nothing about others."""
_OF_A_FILE = frozenset({Reason.UNREADABLE, Reason.DAMAGED, Reason.VANISHED})
"""The same, as long as it is no file of git's own."""
_OF_ANY = (".git/", "blob:", "commit:", "tag:", "note:")
"""How the names of what git remembers begin: it may have lain at any path."""
_MEMBER = "!/"


class Unseen:
    """Says of places why a run may have missed them; made once, after which no question takes longer for more that was unread."""

    def __init__(self, outcome: Outcome, settings: Settings, target: Path, *, layout: Layout | None, kinds: Collection[str]) -> None:
        """`kinds` are those that the detectors of the run find."""
        self._kinds = kinds
        self._archives = settings.archives
        self._ignore = _ignore(settings, target)
        self._unnamed = {one.identified.kind.id for one in outcome.credentials if one.identified.baseline_id is None}
        with_files = layout is None or layout.worktree is not None
        of_any = [one for one in outcome.coverage.unscanned if _is_of_any(one, with_files=with_files)]
        self._files = {as_kept(one.path): one for one in outcome.coverage.unscanned}
        self._any = ""
        if layout is not None and not settings.history:
            self._any = "the history was not read"
        elif outcome.coverage.skipped.get("too-many"):
            self._any = "a file holds more values than are looked at"
        elif of_any:
            self._any = _unread(of_any[0])

    def why(self, known: Known, place: str) -> str:
        """Why the credential may be at the place although the run did not see it there; empty where it would have been seen."""
        return self._any or next(self._reasons(known, place), "")

    def _reasons(self, known: Known, place: str) -> Iterator[str]:
        if known.kind not in self._kinds:
            yield "no detector of this kind ran"
        if known.kind in self._unnamed:
            yield "guessable values were too many to be named"
        if _MEMBER in place and not self._archives:
            yield "archives were not opened"
        if self._ignore.skips(place.partition(_MEMBER)[0]):
            yield "the settings leave it out"
        yield from (_unread(self._files[path]) for path in _around(place) if path in self._files)


def _ignore(settings: Settings, target: Path) -> Ignore:
    if not target.is_dir() or not (settings.include or settings.exclude or settings.trust_config):
        return EVERYTHING
    return load_ignore(target, include=settings.include, exclude=settings.exclude, trusted=settings.trust_config)


def _is_of_any(unread: Unscanned, *, with_files: bool) -> bool:
    """Whether it may have lain at any path. In a repository without files, what is unreadable is git's own."""
    of_one = unread.reason in _OF_ONE_FILE or (with_files and unread.reason in _OF_A_FILE)
    return not of_one or unread.path.startswith(_OF_ANY)


def _unread(one: Unscanned) -> str:
    return f"{one.path} could not be read ({one.reason})"


def _around(place: str) -> Iterator[str]:
    """The place, the archives that it is in and the folders above it."""
    yield place
    while _MEMBER in place:
        place = place.rpartition(_MEMBER)[0]
        yield place
    while "/" in place:
        place = place.rpartition("/")[0]
        yield place
