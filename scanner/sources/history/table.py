"""Commits in columns. A history has a hundred thousand of them, and hardly one is ever looked at by itself.

As objects they took most of the time between reading commits and knowing how they hang together: each was made, sent from one process to
another, and made there again.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self

from scanner.model import Commit
from scanner.records import dataclass, field
from scanner.sources.history.commits import message_after, parse_headers, person, seconds_of, stamp

_USUAL = re.compile(
    rb"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n){0,9})author ([^\n<>]{1,140}<[^\n<>]{1,140}>) [0-9]{1,11} [-+][0-9]{4}\n"
    rb"committer [^\n>]{1,300}> ([0-9]{1,10}) [-+][0-9]{4}\n"
)
"""How most commits begin: with the headers that there must be."""
_CONTROL = re.compile(rb"[\0-\x1f\x7f]")
_ENCODING = b"\nencoding "
_SHA1_DIGITS = 40
_LITTLE = 1
_PARENT = slice(len("parent "), len("parent ") + _SHA1_DIGITS)
_ONE_PARENT = len("parent \n") + _SHA1_DIGITS


@dataclass(slots=True)
class CommitTable:
    """Many commits, a row each."""

    ids: list[str] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    """Ids with a blank between two."""
    seconds: list[int] = field(default_factory=list)
    """From 1970 to when it was committed."""
    authors: list[str] = field(default_factory=list)
    """`Name <mail>`, control characters escaped. Few people make most of a history, and their commits share the text."""
    _people: dict[bytes, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Authors by what commits have, in UTF-8."""

    @classmethod
    def of(cls, commits: Iterable[Commit]) -> Self:
        """A table of these commits."""
        table = cls()
        for commit in commits:
            table.add(commit.id, commit.tree, " ".join(commit.parents), seconds_of(commit.committed_at), commit.author)
        return table

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Commit:
        return Commit(self.ids[row], self.trees[row], tuple(self.parents[row].split()), stamp(self.seconds[row]), self.authors[row])

    def __iter__(self) -> Iterator[Commit]:
        return map(self.__getitem__, range(len(self)))

    def __reduce__(self) -> tuple[Callable[..., CommitTable], tuple[object, ...]]:
        """A few long texts are sent to another process in a fraction of the time that many short ones take."""
        return _split, (*map("\n".join, (self.ids, self.trees, self.parents)), self.seconds, self.authors)

    def read(self, oid: str, data: bytes) -> int | None:
        """Adds the commit that `data` is, and returns where its message begins; None for what is no commit, see `parse_commit`."""
        usual = _USUAL.match(data) if len(oid) == _SHA1_DIGITS else None
        if usual is not None:
            tree, above, who, seconds = usual.groups()
            last = usual.end() - 1
            end = message_after(data, last)
            author = self._people.get(who) or self._met(who)
            if author is not None and (who.isascii() or data.find(_ENCODING, last, end) < 0):
                parents = above[_PARENT] if len(above) == _ONE_PARENT else b" ".join(above.split()[1::2])
                self.add(oid, tree.decode("ascii"), parents.decode("ascii"), int(seconds), author)
                return end
        headers = parse_headers(oid, data)
        if headers is None:
            return None
        self.add(oid, headers.tree, " ".join(headers.parents), headers.seconds, headers.author)
        return headers.end

    def add(self, oid: str, tree: str, parents: str, seconds: int, author: str) -> None:
        """Adds a row."""
        self.ids.append(oid)
        self.trees.append(tree)
        self.parents.append(parents)
        self.seconds.append(seconds)
        self.authors.append(author)

    def extend(self, more: CommitTable) -> None:
        """Adds all rows of another table."""
        self.ids += more.ids
        self.trees += more.trees
        self.parents += more.parents
        self.seconds += more.seconds
        self.authors += more.authors

    def clear(self) -> None:
        """Forgets everything."""
        for texts in (self.ids, self.trees, self.parents, self.authors):
            texts.clear()
        self.seconds.clear()
        self._people.clear()

    def oldest_first(self) -> CommitTable:
        """The same by date, and those of one second by their ids; of rows with one id the last."""
        last = dict(zip(self.ids, range(len(self)), strict=True))
        return self._picked([row for _, oid, row in sorted(zip(self.seconds, self.ids, range(len(self)), strict=True)) if last[oid] == row])

    def only(self, wanted: Callable[[str], bool]) -> CommitTable:
        """The rows whose id is wanted."""
        return self._picked([row for row, oid in enumerate(self.ids) if wanted(oid)])

    def pack(self) -> bytes:
        """All columns, for a file. Ids are random: more than a little compression takes its time and saves nothing."""
        columns = (self.ids, self.trees, self.parents, map(str, self.seconds), self.authors)
        return zlib.compress("\0".join(map("\n".join, columns)).encode("utf-8", "surrogatepass"), _LITTLE) if self.ids else b""

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` has given. Raises ValueError or `zlib.error` for anything else."""
        if not packed:
            return cls()
        columns = zlib.decompress(packed).decode("utf-8", "surrogatepass").split("\0")
        ids, trees, parents, seconds, authors = (column.split("\n") for column in columns)
        if len({len(column) for column in (ids, trees, parents, seconds, authors)}) > 1:
            message = "columns of different lengths"
            raise ValueError(message)
        return cls(ids, trees, parents, list(map(int, seconds)), authors)

    def _picked(self, rows: Sequence[int]) -> CommitTable:
        ids, trees, parents, authors = ([column[row] for row in rows] for column in (self.ids, self.trees, self.parents, self.authors))
        return CommitTable(ids, trees, parents, [self.seconds[row] for row in rows], authors)

    def _met(self, who: bytes) -> str | None:
        """The author that commits call `who`, if they say nothing of an encoding; None where that may matter to ASCII too."""
        if _CONTROL.search(who):
            return None
        author = self._people[who] = person(who)
        return author


def _split(ids: str, trees: str, parents: str, seconds: list[int], authors: list[str]) -> CommitTable:
    """See `CommitTable.__reduce__`."""
    if not authors:
        return CommitTable()
    return CommitTable(ids.split("\n"), trees.split("\n"), parents.split("\n"), seconds, authors)
