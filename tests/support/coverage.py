"""What docs/coverage.md says: every tool of the catalogue and every system of CI variables, and how each is read. All of it is asked of the product."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from scanner.sources.ci_exports import systems
from scanner.sources.ci_exports.shapes import never
from scanner.sources.fields.formats import Format, format_of
from scanner.sources.opaque import is_opaque
from scanner.sources.workstation.catalogue import CATALOGUE, MACHINE, Row
from tests.scanner.sources.ci_exports.exports import FIXTURES, filled, read
from tests.scanner.sources.workstation.places import example, sample

_CELLS = "sqlite"
_SHELLS = frozenset({"history", "zsh-history", "shell", "env", "lines"})
_KEYS = frozenset({"key", "token"})


def pages() -> Iterator[str]:
    """The page, part by part."""
    yield (
        "# Coverage\n\nWhat is read of homes, machines and exports of CI variables, and how. A test makes a file for every place and every system, and looks that\n"
        "what is in it is told once, as what it is.\n\n## Places of tools\n\n"
        "*By meaning*: keys, sections, cells, commands or the file itself name the credential, with account and host where the file says them.\n"
        "*As text*: words on the line name it. *As it stands*: only the tool itself opens it; it is searched as bytes and counted as `opaque`.\n\n"
        "| tool | places | by meaning | as text | as it stands |\n|---|---:|---|---|---|\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        yield from _places(Path(folder))
    yield (
        "\n## Exports of CI variables\n\nThe names that `--ci-export NAME:FILE` takes. *By itself*: its content alone tells the system. *Files*: how many made files of that system the tests\n"
        "read, with how many variables, of which so many have a value.\n\n| system | levels in the name | by itself | files | variables | with a value |\n"
        "|---|---|---|---:|---:|---:|\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        yield from _exports(Path(folder))


def _places(folder: Path) -> Iterator[str]:
    ways: defaultdict[str, tuple[list[str], list[str], list[str]]] = defaultdict(lambda: ([], [], []))
    counts: defaultdict[str, int] = defaultdict(int)
    for row in (*CATALOGUE, *MACHINE):
        counts[row.tool] += 1
        found = ways[row.tool][_way(row, folder)]
        if row.format not in found:
            found.append(row.format)
    for tool in sorted(ways):
        cells = (", ".join(sorted(way)) or "–" for way in ways[tool])
        yield f"| {tool} | {counts[tool]} | {' | '.join(cells)} |\n"


def _way(row: Row, folder: Path) -> int:
    """0 by meaning, 1 as text, 2 as it stands."""
    data = sample(row, 0, folder)
    if row.format == _CELLS or row.format in _KEYS:
        return 0
    if is_opaque(data, row.format):
        return 2
    read_as = format_of(row.like or example(row), data)
    return 0 if read_as is not Format.LINES or row.format in _SHELLS - {"lines"} else 1


def _exports(folder: Path) -> Iterator[str]:
    held: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for file in sorted(FIXTURES.iterdir()):
        export = read(folder, filled(file.name), file.name)
        held[export.platform].append((len(export.variables), sum(variable.value is not None for variable in export.variables)))
    levels: defaultdict[str, set[str]] = defaultdict(set)
    alone: defaultdict[str, bool] = defaultdict(bool)
    for system in systems.SYSTEMS:
        levels[system.platform] |= set(system.levels)
        alone[system.platform] |= system.recognise is not never
    for platform, names in sorted(levels.items()):
        told = ", ".join(sorted(filter(None, names))) or "–"
        variables, values = (sum(column) for column in zip((0, 0), *held[platform], strict=True))
        yield f"| {platform} | {told} | {'yes' if alone[platform] else 'no'} | {len(held[platform])} | {variables} | {values} |\n"
