"""The values of files in a repository, and what other scanners would know each of them by. Values themselves do not leave this module."""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from scanner.engine import Found
from scanner.model import Blob, Reason, Sighting
from scanner.records import dataclass
from scanner.run.baseline_sources import Row, digest_of
from scanner.run.examine import Examiner, Setup
from scanner.run.spots import Spots, from_text
from scanner.sources.files import FileRef, read_file, shown
from scanner.sources.history import RawObject, Repository
from scanner.sources.history.objects import sizes

_LARGEST = 64 << 20
"""Bytes of a file that is looked at."""
_BLOB = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) blob ([0-9]{1,20})\n")
_COMMIT = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64}) commit [0-9]{1,20}\n")
_KEY_BEGIN = re.compile(rb"-{5}(BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-{5}")
"""What detect-secrets takes for the value of a private key is the line that it begins with."""
_MEMBER = "!"
"""What stands between an archive and what is in it, in the reports of scanners that open archives."""
_TOO_LARGE = f"the file is larger than {_LARGEST >> 20} MiB"
GONE = "there is no such file"

Where = tuple[str | None, str]
"""A file: the commit, or None for the work tree, and the path below the top."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One value as keytrail sees it, and what another scanner knows it by."""

    sighting: Sighting
    first: int
    last: int
    digests: frozenset[str]
    header: str | None
    """The digest of the line with which a private key begins."""


class Values:
    """The values of one file, to be asked for what entries are about."""

    def __init__(self, seen: Sequence[Seen], lines: int) -> None:
        self._seen = sorted(seen, key=lambda one: one.first)
        self._begins = [one.first for one in self._seen]
        self._long = [one for one in self._seen if one.last > one.first]
        self._lines = lines
        self._digests: dict[str, list[Seen]] = {}
        for one in self._seen:
            for digest in one.digests:
                self._digests.setdefault(digest, []).append(one)

    def of(self, row: Row) -> Sequence[Seen] | str:
        """The values that the entry is about; else why there are none."""
        same = self._digests.get(row.digest or "", [])
        if row.by_digest:
            return same or self._begun(row) or "keytrail sees no credential with this digest in the file"
        there = self._between(row.first, row.last) if row.first else []
        if found := [one for one in there if one in same] if len(there) > 1 and same else there or same:
            return found
        if not row.first:
            return "it names no line"
        return "keytrail sees no credential on this line" if row.first <= self._lines else "the file does not have this line"

    def _between(self, first: int, last: int) -> list[Seen]:
        inside = self._seen[bisect_left(self._begins, first) : bisect_right(self._begins, last)]
        return [one for one in self._long if one.first < first <= one.last] + inside

    def _begun(self, row: Row) -> list[Seen]:
        """The private keys of which the entry has the first line: the one on its line, else the only one."""
        keys = [one for one in self._long if one.header == row.digest]
        return [one for one in keys if one.first == row.first] or (keys if len(keys) == 1 else [])


class _Recorder(Examiner):
    """An examiner that remembers what other scanners would know each value by."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._met: list[tuple[int, frozenset[str], str | None]] = []

    def values(self, path: str, data: bytes) -> Values:
        """Every value in a file."""
        self._met = []
        sightings = self.examine(path, data).sightings
        seen = [
            Seen(one, one.spot.line or 0, (one.spot.line or 0) + more, digests, header)
            for one, (more, digests, header) in zip(sightings, self._met, strict=True)
        ]
        return Values(seen, data.count(b"\n") + 1)

    def _sighting(self, found: Found, spots: Spots, allowed: str | None, written: Sequence[bytes]) -> Sighting:
        outer, inner = from_text(found.layers)[0], found.layers[-1]
        spellings = {found.reading.secret.reveal(), outer.text[outer.start : outer.end], inner.text[inner.start : inner.end]}
        begin = _KEY_BEGIN.search(inner.text, inner.start, inner.end)
        more = outer.text[outer.start : outer.end].rstrip(b"\r\n").count(b"\n")
        self._met.append((more, frozenset(map(digest_of, spellings)), digest_of(begin[1]) if begin else None))
        return super()._sighting(found, spots, allowed, written)


def values_of(wanted: Mapping[Where, object], repository: Repository, setup: Setup) -> Iterator[tuple[Where, Values | str]]:
    """The values of each file that is wanted; else why it has none. A file that the work tree does not have is read as HEAD has it."""
    recorder = _Recorder(setup)
    committed: dict[Where, list[Where]] = {}
    for where in wanted:
        commit, path = where
        if commit is not None:
            committed.setdefault((commit, path), []).append(where)
            continue
        read = _in_worktree(repository, path)
        if isinstance(read, bytes):
            yield where, recorder.values(path, read)
        elif read == GONE and repository.head is not None:
            committed.setdefault((repository.head, path), []).append(where)
        else:
            yield where, _gone(path) if read == GONE else read
    for at, answer in _in_commits(tuple(committed), repository, recorder):
        yield from ((where, answer) for where in committed[at])


def _in_worktree(repository: Repository, path: str) -> bytes | str:
    """The content of a file, which no link leads to; else why there is none."""
    if repository.worktree is None:
        return GONE
    raw = os.fsencode(path)
    read = read_file(FileRef("", str(repository.worktree), shown(raw), raw), _LARGEST)
    if isinstance(read, Blob):
        return read.data
    if read.reason == Reason.VANISHED:
        return GONE
    return _TOO_LARGE if read.reason == Reason.TOO_LARGE else f"the file cannot be read ({read.reason})"


def _in_commits(files: Sequence[Where], repository: Repository, recorder: _Recorder) -> Iterator[tuple[Where, Values | str]]:
    """The values of files as commits have them. Names are handed to git as lines of its input, never as arguments."""
    commits = sorted({commit for commit, _ in files if commit is not None})
    handle = repository.shadow.handle
    known = dict(zip(commits, sizes(handle, [b"%b^{commit}" % commit.encode("ascii") for commit in commits]), strict=True))
    blobs: dict[str, list[Where]] = {}
    names = [b"%b:%b" % ((commit or "").encode("ascii"), os.fsencode(path)) for commit, path in files]
    for where, answer in zip(files, sizes(handle, names), strict=True):
        match = _BLOB.fullmatch(answer)
        if not _COMMIT.fullmatch(known[where[0] or ""]):
            yield where, "the repository does not have this commit"
        elif match is None:
            yield where, _gone(where[1])
        elif int(match[2]) > _LARGEST:
            yield where, _TOO_LARGE
        else:
            blobs.setdefault(match[1].decode("ascii"), []).append(where)
    left = set(blobs)
    for batch in repository.batches(tuple(blobs)):
        for item in batch.read():
            if isinstance(item, RawObject) and item.oid in left and item.genuine:
                left.discard(item.oid)
                yield from ((where, recorder.values(where[1], item.data)) for where in blobs[item.oid])
    yield from ((where, "the file cannot be read") for oid in sorted(left) for where in blobs[oid])


def _gone(path: str) -> str:
    return "it is in an archive, of which no line can be read" if _MEMBER in path else GONE
