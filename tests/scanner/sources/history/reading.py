"""Reading a repository to the end, as a run does."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanner.model import Chronicle, Commit, Unscanned
from scanner.sources.history import Graph, Inventory, Limits, RawObject, Repository, Tag, discover, knowing, parse_commit, parse_tag

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
    head: str | None
    branch: str | None
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


def look(
    path: Path,
    *,
    max_blob_size: int = 1 << 20,
    limits: Limits | None = None,
    needle: bytes = NEEDLE,
    known: frozenset[bytes] = frozenset(),
    before_reading: Callable[[], object] | None = None,
) -> Seen:
    """The repository at `path`, read to the end but for the `known` objects; something may happen once it is known what there is."""
    layout, problems = discover(path)
    assert layout is not None, problems
    with Repository("box", layout, max_blob_size=max_blob_size, limits=limits) as repository:
        inventory = repository.inventory(knowing(known))
        if before_reading is not None:
            before_reading()
        items = [item for batch in inventory.batches for item in batch.read()]
        objects = {item.oid: item for item in items if isinstance(item, RawObject)}
        commits: list[Commit] = []
        tags: list[Tag] = []
        for item in objects.values():
            if item.type == "commit" and (commit := parse_commit(item.oid, item.data)):
                commits.append(commit[0])
            elif item.type == "tag" and (tag := parse_tag(item.oid, item.data)):
                tags.append(tag.tag)
        graph = repository.graph(commits, tags)
        ahead = repository.ahead()
        taken = ahead.take(lambda _: False) if ahead is not None else None
        later = repository.walk(graph, lambda _: False).lost
        missing = repository.walk(graph, lambda _: False, taken).lost
        assert missing == later or inventory.unscanned, "unless git cannot even list what there is, both ways say the same"
        hits = frozenset(item.oid for item in objects.values() if item.type == "blob" and needle in item.data)
        chronicle, unplaced = repository.chronicle(graph, hits)
        return Seen(
            inventory=inventory,
            objects=objects,
            damaged=tuple(item for item in items if isinstance(item, Unscanned)),
            graph=graph,
            missing=tuple(missing),
            chronicle=chronicle,
            unplaced=tuple(unplaced),
            head=repository.head,
            branch=repository.branch,
            remotes=dict(repository.remotes),
        )


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
