"""Every kind of the matrix, in every encoding, in everything that holds files: what is found of it, from outside.

usage: python -m tests.support.matrix
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.scanner.engine.planted import PLANTS, plant
from tests.scanner.engine.rows_more import ROWS
from tests.support.archives import tar, zipped
from tests.support.command import keytrail
from tests.support.repos import Repo

Files = Mapping[str, bytes]
Seen = tuple[str, tuple[str, ...]]
"""A kind and the encoding of a place."""


@dataclass(frozen=True, slots=True)
class Case:
    """A value of one kind, written in one way, in a file of its own."""

    path: str
    row: str
    plant: str
    content: bytes
    expected: Seen


@dataclass(frozen=True, slots=True)
class Container:
    """What holds the files, how it is scanned, and what its places say besides."""

    made: Callable[[Path, Files], list[str]]
    """Makes it in a folder, and tells the arguments of `keytrail scan`."""
    before: str = ""
    """What the paths begin with."""
    steps: tuple[str, ...] = ()
    """What the encodings begin with."""


def _written(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _folder(folder: Path, files: Files) -> list[str]:
    _written(folder, files)
    return ["."]


def _home(folder: Path, files: Files) -> list[str]:
    _written(folder / ".ssh", files)
    return ["--home", "."]


def _head(folder: Path, files: Files) -> list[str]:
    Repo(folder).commit(files)
    return ["."]


def _history(folder: Path, files: Files) -> list[str]:
    repo = Repo(folder)
    repo.commit(files)
    repo.commit(dict.fromkeys(files))
    return ["."]


def _packed_history(folder: Path, files: Files) -> list[str]:
    arguments = _history(folder, files)
    Repo(folder).pack()
    return arguments


def _only(name: str, pack: Callable[[Files], bytes], put: Callable[[Path, Files], list[str]]) -> Callable[[Path, Files], list[str]]:
    return lambda folder, files: put(folder, {name: pack(files)})


def _tgz(files: Files) -> bytes:
    return gzip.compress(tar(files), mtime=0)


CONTAINERS: Mapping[str, Container] = {
    "folder": Container(_folder),
    "home": Container(_home, ".ssh/"),
    "work tree": Container(_head),
    "history": Container(_history),
    "packed history": Container(_packed_history),
    "zip": Container(_only("a.zip", zipped, _folder), "a.zip!/", ("zip",)),
    "tar.gz": Container(_only("a.tgz", _tgz, _folder), "a.tgz!/", ("gzip", "tar")),
    "zip in tar.gz": Container(
        _only("b.tgz", lambda files: _tgz({"a.zip": zipped(files)}), _folder), "b.tgz!/a.zip!/", ("gzip", "tar", "zip")
    ),
    "zip in history": Container(_only("a.zip", zipped, _history), "a.zip!/", ("zip",)),
}


def cases() -> tuple[Case, ...]:
    """All of them, each with a path of its own that ends as such files do."""
    made = []
    for number, (name, row) in enumerate(ROWS.items()):
        for planted in map(plant, row.plants):
            content, _, words = row.written(planted)
            path = f"{number}/{planted.kind}/{row.hint or 'file'}"
            made.append(Case(path, name, planted.kind, content, (planted.kind, words)))
    return tuple(made)


def missed(container: Container, wanted: Iterable[Case]) -> dict[str, list[Seen]]:
    """Of each path at which anything else is found than what was put there, what is found."""
    planted = tuple(wanted)
    with tempfile.TemporaryDirectory() as folder:
        arguments = container.made(Path(folder), {case.path: case.content for case in planted})
        run = keytrail("scan", *arguments, "--format", "json", "--fail-on", "none", "--exclude", ".git/", cwd=Path(folder))
    found: dict[str, list[Seen]] = {}
    for one in json.loads(run.stdout)["credentials"]:
        for place in one["occurrences"]:
            found.setdefault(place["path"], []).append((one["kind"], tuple(place["encoding"])))
    expected = {container.before + case.path: [(case.expected[0], container.steps + case.expected[1])] for case in planted}
    return {path: found.get(path, []) for path in {*expected, *found} if found.get(path) != expected.get(path)}


def table(title: str, rows: Mapping[tuple[str, str], tuple[int, int]]) -> str:
    """Rows by kinds: how many were found of how many."""
    kinds = [plant(name).kind for name in PLANTS]
    names = list(dict.fromkeys(name for name, _ in rows))
    lines = [f"| {title} | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
    for name in names:
        cells = (rows.get((name, kind), (0, 0)) for kind in kinds)
        lines.append(f"| {name} | {' | '.join(f'{good} of {of}' if of else '–' for good, of in cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Print what is found of everything: by encoding, then by container; 1 where anything is not."""
    planted = cases()
    of: Counter[tuple[str, str]] = Counter()
    good: Counter[tuple[str, str]] = Counter()
    wrong = 0
    for name, container in CONTAINERS.items():
        misses = missed(container, planted)
        wrong += len(misses)
        for path, seen in sorted(misses.items()):
            sys.stdout.write(f"{name}: {path}: found {seen}\n")
        for case in planted:
            for key in ((case.row, case.plant), (name, case.plant)):
                of[key] += 1
                good[key] += container.before + case.path not in misses
    for title, names in (("encoding", list(ROWS)), ("container", list(CONTAINERS))):
        sys.stdout.write(table(title, {key: (good[key], of[key]) for key in of if key[0] in names}) + "\n\n")
    sys.stdout.write(f"{sum(good.values()) // 2} of {sum(of.values()) // 2} found; {wrong} places differ\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
