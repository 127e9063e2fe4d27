"""What commits change, in parts that any process can ask git for: pairs of trees where a commit has one parent, merges apart from them.

From the same answers it is known what is missing. A blob that a ref reaches is in what some commit that it reaches brings: of two trees
git opens what differs, and what a commit does not bring its parents had. Trees that are missing are noticed, since git cannot open them.

Two trees cost git a third less than a commit, whose text it would read once more. It says nothing of a pair that it cannot read; so the
answers are counted, and where anything is odd there is none: whoever asks then goes the slow way, commit by commit.
"""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence

from scanner.errors import UnreadableError
from scanner.records import dataclass, field, replace
from scanner.sources.history import git
from scanner.sources.history.changes import (
    ARGUMENTS,
    BUDGET,
    GITLINK,
    KEPT,
    LONGEST_PATH,
    Progress,
    RawChange,
    Renames,
    change_of,
    ids_of,
    records,
    taken,
)
from scanner.sources.history.git import Handle
from scanner.sources.history.graph import Graph
from scanner.sources.history.missing import Asked, hide_cuts
from scanner.sources.history.shadow import Shadow

_BROUGHT = 1 << 20
"""Most blobs that one part may bring; the first commit of a large project has a third of that."""
_ALL_BROUGHT = 12 << 20
"""Most that all parts may: a quarter of a gigabyte of ids, while they wait for each other."""
_MOST_ASKED = 10_000
_MERGE = 2
"""Merges are dealt in smaller parts: git needs 60 microseconds for one, and 20 for a pair of trees."""
_COMPARE = ("diff-tree", "--stdin", "-r", "--no-abbrev", "--raw", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")
_EMPTY = {40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}
"""The tree without entries, by the digits of its id: git has it in every store."""
_MEMORY = 512 << 20
"""Bytes of address space for git's comparing: it keeps each tree that it was asked about, some thousand of usually a few thousand bytes."""
_PACE = 0.005
"""Seconds that git may take for a commit; it needs about 20 microseconds."""
_CHUNK = 1 << 18
_RECORD = len(":100644 100644   M")
"""Bytes of a record beside its ids."""
_LINK = b" %b " % GITLINK
"""The second mode in the record of a submodule."""
_PASSED_OVER = 8 << 20
"""Bytes of paths that are remembered as not asked for."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a batch. Picklable."""

    changes: tuple[RawChange, ...]
    """Of paths that have a wanted blob before or after."""
    brought: bytes = field(repr=False)
    """Binary ids of all blobs that commits bring which something reaches, one after the other."""
    asked: tuple[str, ...]
    """Ids of blobs with a path that is asked for."""


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Commits that git is asked about together. Picklable: any process can ask while the repository is open."""

    handle: Handle
    count: int
    """How many."""
    ids: bytes = field(repr=False)
    """Theirs, one after the other."""
    request: bytes = field(repr=False)
    """What git is asked about each of them, a line each: two trees, or a merge."""
    merges: bool
    reached: bool
    """Whether something reaches them."""
    wanted: frozenset[bytes] = field(repr=False)
    """The blobs that somebody wants to know of."""
    among: int = 1
    """How many such batches there are: each may take so many times less than one alone."""

    def read(self, asked: Asked) -> Changed | None:
        """What the commits change; None where git cannot say all, or its share of what all may take was not enough.

        Histories of real files need a hundredth of that.
        """
        most = min(_BROUGHT, _ALL_BROUGHT // self.among)
        found = _Found(self.wanted, self.handle.digits, asked, room=KEPT // self.among, budget=BUDGET // self.among, most=most)
        if not (_read_merges if self.merges else _read_pairs)(self, found):
            return None
        found.brought -= {b"", b"0" * self.handle.digits}
        return Changed(tuple(found.changes), unhexlify(b"".join(found.brought)) if self.reached else b"", tuple(found.asked))


def change_batches(shadow: Shadow, graph: Graph, hits: frozenset[str], together: int) -> tuple[ChangeBatch, ...]:
    """What there is to ask about the blobs `hits` and about what all commits bring, about `together` of them at once; what takes longest first.

    Commits whose tree is that of a parent change nothing, and are left out.
    """
    hide_cuts(shadow, graph)
    cut = {commit.id for commit, _ in graph.cut()}
    sorts: dict[tuple[bool, bool], list[tuple[str, str]]] = {(merges, reached): [] for merges in (True, False) for reached in (True, False)}
    ids, trees, parents = graph.table.ids, graph.table.trees, graph.parents
    empty = _EMPTY[shadow.handle.digits]
    for row in graph.rows:
        oid, tree = ids[row], trees[row]
        before = [trees[parent] for parent in parents[row]]
        if tree in before:
            continue
        line = f"{before[0] if before else empty} {tree}\n"
        if merges := len(before) > 1:
            line = " ".join((oid, *(ids[parent] for parent in parents[row]))) + "\n" if oid in cut else f"{oid}\n"
        sorts[merges, graph.is_reached(row)].append((oid, line))
    wanted = frozenset(oid.encode("ascii") for oid in hits)
    batches = [
        ChangeBatch(shadow.handle, len(part), _joined(oid for oid, _ in part), _joined(line for _, line in part), merges, reached, wanted)
        for (merges, reached), asked in sorts.items()
        for part in _slices(asked, max(1, together // _MERGE) if merges else together)
    ]
    return tuple(replace(batch, among=len(batches)) for batch in batches)


def _joined(texts: Iterable[str]) -> bytes:
    return "".join(texts).encode("ascii")


def _slices(asked: Sequence[tuple[str, str]], most: int) -> Iterator[Sequence[tuple[str, str]]]:
    return (asked[start : start + most] for start in range(0, len(asked), most))


def in_order(graph: Graph, parts: Sequence[Changed]) -> Iterator[RawChange]:
    """The changes of all parts, in the graph's order."""
    changes = [change for part in parts for change in part.changes]
    met = {change.commit for change in changes}
    places = graph.in_order(met)
    yield from sorted(changes, key=lambda change: places[change.commit])


@dataclass(slots=True)
class _Found:
    """What a batch came by so far, and what it still may."""

    wanted: frozenset[bytes]
    digits: int
    is_asked: Asked
    room: int
    """Bytes for changes that are kept."""
    budget: int
    """Changes of any kind."""
    most: int
    """Blobs that are brought."""
    changes: list[RawChange] = field(default_factory=list)
    brought: set[bytes] = field(default_factory=set)
    asked: dict[str, None] = field(default_factory=dict)
    passed_over: set[bytes] = field(default_factory=set)
    """Paths that are not asked for."""
    passed_bytes: int = 0

    @property
    def full(self) -> bool:
        return self.room < 0 or self.budget < 0 or len(self.brought) > self.most

    def keep(self, change: RawChange) -> None:
        self.changes.append(change)
        self.room -= taken(change)

    def ask(self, oid: bytes) -> None:
        """Keeps the id of a blob whose path is asked for."""
        if len(self.asked) < _MOST_ASKED and oid.strip(b"0"):
            self.asked[oid.decode("ascii")] = None

    def take_merge(self, commit: bytes, record: bytes, path: bytes) -> None:
        """Takes a record of a combined diff."""
        self.budget -= 1
        ids = ids_of(record, self.digits)
        wanted = not self.wanted.isdisjoint(ids)
        after = ids[-1]
        if wanted or GITLINK in record:
            change = change_of(commit, record, self.digits, [path])
            after = change.after
            if after in self.wanted or not self.wanted.isdisjoint(change.before):
                self.keep(change)
        self.brought.add(after)
        if self.is_asked(path):
            self.ask(after)

    def take_pairs(self, records: list[bytes], paths: list[bytes], ids: bytes, said: int, *, links: bool) -> int:
        """Takes records of raw diffs, each behind the headers of the pairs that begin there; returns how many headers there were by then.

        `said` of them, each about one of the commits `ids`, came before; `links` says whether submodules may be among the records. A record ends
        in two ids and one letter (git-diff(1), `--no-renames`), and without headers all are equally long.
        """
        digits = self.digits
        after = [record[-2 - digits : -2] for record in records]
        before = [record[-3 - 2 * digits : -3 - digits] for record in records]
        wanted = self.wanted
        if not (wanted.isdisjoint(after) and wanted.isdisjoint(before)):
            known, known_to = said, 0
            for place, (left, came) in enumerate(zip(before, after, strict=True)):
                if came in wanted or left in wanted:
                    known, known_to = known + self._headers(records[known_to : place + 1]), place + 1
                    record = records[place]
                    commit = ids[(known - 1) * digits : known * digits]
                    self.keep(change_of(commit, record[record.rfind(b"\n") + 1 :], digits, [paths[place]]))
        if links:
            after = [b"" if record[: -4 - 2 * digits].endswith(GITLINK) else oid for record, oid in zip(records, after, strict=True)]
        self.budget -= len(records)
        self.brought.update(after)
        self._ask_for(after, paths)
        return said + self._headers(records)

    def _headers(self, records: list[bytes]) -> int:
        """How many headers stand before the records, each with two ids and as many bytes behind these."""
        return (sum(map(len, records)) - (_RECORD + 2 * self.digits) * len(records)) // (2 * self.digits + 2)

    def _ask_for(self, oids: list[bytes], paths: list[bytes]) -> None:
        """Keeps the ids of those files whose path is asked for. Each path comes many times."""
        new = set(paths) - self.passed_over
        special = {path for path in new if self.is_asked(path)}
        if special:
            for oid, path in zip(oids, paths, strict=True):
                if path in special:
                    self.ask(oid)
        self.passed_over |= new - special
        self.passed_bytes += sum(map(len, new))
        if self.passed_bytes > _PASSED_OVER:
            self.passed_over.clear()
            self.passed_bytes = 0


def _read_merges(batch: ChangeBatch, found: _Found) -> bool:
    """Whether git said all of a batch of merges."""
    handle = batch.handle
    progress = Progress(found.budget)
    with git.run(handle, *ARGUMENTS, *Renames.IGNORED.value, request=batch.request, allowance=_PACE * batch.count) as child:
        try:
            for commit, record, (path,) in records(child.out, Renames.IGNORED, progress):
                found.take_merge(commit, record, path)
                if found.full:
                    return False
        except UnreadableError:
            return False
        return _is_whole(child, progress.commits, batch)


def _read_pairs(batch: ChangeBatch, found: _Found) -> bool:
    """Whether git said all of a batch of pairs: a line with both trees for each, and behind it what differs, record by record."""
    limits = replace(batch.handle.limits, memory=min(batch.handle.limits.memory, _MEMORY))
    said = 0
    rest = b""
    with git.run(replace(batch.handle, limits=limits), *_COMPARE, request=batch.request, allowance=_PACE * batch.count) as child:
        while chunk := child.out.read1(_CHUNK):
            text = rest + chunk
            *tokens, rest = text.split(b"\0")
            if len(tokens) % 2:  # a record whose path is yet to come
                rest = tokens.pop() + b"\0" + rest
            if tokens:
                said = found.take_pairs(tokens[::2], tokens[1::2], batch.ids, said, links=_LINK in text)
            if found.full or len(rest) > 2 * LONGEST_PATH:
                return False
        said += rest.count(b"\n")  # the last pairs may not differ
        return b":" not in rest and _is_whole(child, said, batch)


def _is_whole(child: git.Child, said: int, batch: ChangeBatch) -> bool:
    """Whether git came to the end without a word of complaint, and passed over nothing."""
    return child.end() is None and not child.complaint and said == batch.count
