"""Reading a repository to the end, as a run does."""

from __future__ import annotations

import os
import pickle
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanner.model import Chronicle, Unscanned
from scanner.sources.history import (
    Changed,
    CommitTable,
    Graph,
    Inventory,
    Layout,
    Limits,
    RawObject,
    Repository,
    Tag,
    discover,
    knowing,
    parse_tag,
)
from scanner.sources.history.missing import Asked
from scanner.sources.history.repository import Past

NEEDLE = b"needle"


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that a repository says about itself, with the blobs that hold the needle for hits."""

    inventory: Inventory
    objects: dict[str, RawObject]
    damaged: tuple[Unscanned, ...]
    graph: Graph
    missing: tuple[Unscanned, ...]
    chronicle: Chronicle
    unplaced: tuple[Unscanned, ...]
    parts: tuple[Changed | None, ...]
    """What came of asking about its past in parts."""
    named: frozenset[str]
    head: str | None
    at: str
    """What HEAD says."""
    remotes: dict[str, str]

    @property
    def unscanned(self) -> tuple[Unscanned, ...]:
        return self.inventory.unscanned + self.damaged + self.missing + self.unplaced

    @property
    def complaints(self) -> set[tuple[str, str]]:
        """Path and reason of everything that was not read."""
        return {(entry.path, entry.reason.value) for entry in self.unscanned}

    @property
    def blobs(self) -> set[bytes]:
        return {item.data for item in self.objects.values() if item.type == "blob"}

    def changes(self) -> list[tuple[str, str, set[str], str | None]]:
        return [(change.commit, change.path, set(change.before), change.after) for change in self.chronicle.changes]


def _nothing(path: bytes) -> bool:
    """Whether files with this path are asked for."""
    return path == b""


def look(
    path: Path,
    *,
    max_blob_size: int = 1 << 20,
    limits: Limits | None = None,
    needle: bytes = NEEDLE,
    known: frozenset[bytes] = frozenset(),
    asked: Asked = _nothing,
    again: bool = True,
    before_reading: Callable[[], object] | None = None,
) -> Seen:
    """The repository at `path`, read to the end but for the `known` objects; something may happen once it is known what there is.

    Unless that is so, its past is asked `again` in the other ways, which must say the same.
    """
    layout, problems = discover(path)
    assert layout is not None, problems
    with Repository("box", layout, max_blob_size=max_blob_size, limits=limits) as repository:
        inventory = repository.inventory(knowing(known))
        if before_reading is not None:
            before_reading()
        items = [item for batch in inventory.batches for item in batch.read()]
        objects = {item.oid: item for item in items if isinstance(item, RawObject)}
        commits = CommitTable()
        tags: list[Tag] = []
        for item in objects.values():
            if item.type == "commit":
                commits.read(item.oid, item.data)
            elif item.type == "tag" and (tag := parse_tag(item.oid, item.data)):
                tags.append(tag.tag)
        graph = repository.graph(commits, tags)
        hits = frozenset(item.oid for item in objects.values() if item.type == "blob" and needle in item.data)
        parts = [pickle.loads(pickle.dumps(batch)).read(asked) for batch in repository.changes(graph, hits)]  # noqa: S301 - our own bytes
        past = repository.past(graph, hits, asked, parts)
        for ask in (Repository.past, Repository.slow_past) if again and before_reading is None else ():
            told = _asked_again(layout, limits, (commits, tags), hits, partial(ask, asked=asked))
            assert _told(past) == _told(told) or inventory.unscanned, "unless git cannot even list what there is, all ways say the same"
        return Seen(
            inventory=inventory,
            objects=objects,
            damaged=tuple(item for item in items if isinstance(item, Unscanned)),
            graph=graph,
            chronicle=past.chronicle,
            missing=past.lost,
            unplaced=past.untold,
            parts=tuple(parts),
            named=past.named,
            head=repository.head,
            at=repository.shadow.at.value,
            remotes=dict(repository.remotes),
        )


def _asked_again(
    layout: Layout,
    limits: Limits | None,
    read: tuple[CommitTable, list[Tag]],
    hits: frozenset[str],
    ask: Callable[[Repository, Graph, frozenset[str]], Past],
) -> Past:
    with Repository("box", layout, limits=limits) as repository:
        return ask(repository, repository.graph(*read), hits)


def _told(past: Past) -> tuple[object, ...]:
    """All that can be compared. A listing that was given up has what git had written by then."""
    told = past.chronicle
    listed = None if past.untold else (told.head, told.index)
    return set(past.lost), past.untold, past.named, told.commits, told.changes, told.reach, listed


def flip(path: Path, offset: int) -> None:
    """One byte of the file is another one."""
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Everything below `folder`: kind and mode, size, time, content."""
    found = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            facts = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(facts.st_mode) else b""
            found[str(path.relative_to(folder))] = (facts.st_mode, facts.st_size, facts.st_mtime_ns, content)
    return found
