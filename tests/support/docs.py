"""The generated pages, and the generated parts of pages that people write.

detectors/facts.json, docs/detectors.md, docs/encodings.md, docs/locations.md, docs/policies.md and the schema are written whole, in this order. In README.md, docs/pipelines.md and docs/commands what stands between a marker and
`<!-- end -->` is written: `<!-- output: NAME -->` is what commands print (`tests/support/readme.py`), `<!-- help: COMMAND -->` what
`keytrail COMMAND --help` does, `<!-- columns: TABLE -->` the keys of a table of signatures, `<!-- words: signatures -->` what they choose from,
`<!-- situations: gate -->` how a gate ends.

usage: python -m tests.support.docs
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from scanner.contract import Kind
from scanner.reports import json_schema
from scanner.reports.catalogue import ALWAYS, Page, can, level
from scanner.reports.locations import Location
from scanner.run.catalogue import pages
from scanner.run.locations import families
from scanner.sources.workstation.catalogue import FORMATS, MOVED, NAMED
from tests.scanner.engine.planted import KEYS, PLANTS, TOKENS, Row, plant
from tests.scanner.engine.rows_more import ROWS
from tests.support import coverage, policypages, situations
from tests.support.fixtures import cases, read
from tests.support.helps import help_of
from tests.support.readme import outputs
from tests.support.signaturepages import choices, columns

ROOT = Path(__file__).parents[2]
GENERATED = "<!-- Written by `make docs`; edit the module it comes from. -->\n\n"

_MARKED = re.compile(r"<!-- (?P<what>output|help|columns|words|situations): (?P<name>[a-z -]+) -->\n.*?<!-- end -->", re.DOTALL)


def written() -> Mapping[str, Callable[[], str]]:
    """What each page is to hold that is written whole, by its path below ROOT."""
    return {
        "detectors/facts.json": _facts,
        "docs/coverage.md": lambda: GENERATED + "".join(coverage.pages()),
        "docs/detectors.md": lambda: GENERATED + "".join(_detectors()),
        "docs/encodings.md": lambda: GENERATED + "".join(_encodings()),
        "docs/locations.md": lambda: GENERATED + "".join(_locations()),
        "docs/policies.md": lambda: GENERATED + "".join(policypages.page()),
        "docs/report.schema.json": lambda: json.dumps(json_schema(), indent=2) + "\n",
    }


def filled() -> Mapping[str, Callable[[], str]]:
    """What each page is to hold that people write and in which parts are written, by its path below ROOT."""
    pages = (ROOT / "README.md", ROOT / "docs" / "pipelines.md", *sorted((ROOT / "docs" / "commands").glob("*.md")))
    return {page.relative_to(ROOT).as_posix(): partial(_filled, page) for page in pages}


def _filled(page: Path) -> str:
    return _MARKED.sub(_part, page.read_text(encoding="utf-8"))


def _part(marker: re.Match[str]) -> str:
    begin = marker[0].partition("\n")[0]
    if marker["what"] == "situations":
        return f"{begin}\n\n{situations.table()}\n<!-- end -->"
    if marker["what"] in {"columns", "words"}:
        return f"{begin}\n\n{columns(marker['name']) if marker['what'] == 'columns' else choices()}\n<!-- end -->"
    language, text = ("console", outputs()[marker["name"]]) if marker["what"] == "output" else ("text", help_of(marker["name"]))
    return f"{begin}\n```{language}\n{text.strip()}\n```\n<!-- end -->"


def _detectors() -> Iterator[str]:
    yield (
        "# Detectors\n\nWhat keytrail recognises; `keytrail detectors show ID` says the same. Checksum and structure decide; a value that fails\n"
        "its own checksum is only information. Every credential has the facts "
        f"{', '.join(f'`{name}`' for name in ALWAYS)}; those of a kind come on top.\n"
    )
    by_module: dict[str, list[Page]] = {}
    for page in pages():
        by_module.setdefault(page.module, []).append(page)
    for module, found in sorted(by_module.items()):
        yield f"\n## {module.rpartition('.')[2]}\n\n{found[0].about}\n\n"
        yield "| detector | kind | what it is | can do | level | facts | since |\n|---|---|---|---|---|---|---|\n"
        yield from (_kind(page, kind) for page in found for kind in page.detector.kinds)
        yield from _rotations(tuple(kind for page in found for kind in page.detector.kinds))


def _kind(page: Page, kind: Kind) -> str:
    facts = ", ".join(f"`{name}`" for name in page.facts_of(kind)) or "–"
    return f"| `{page.detector.id}` | `{kind.id}` | {kind.title} | {can(kind)} | {level(kind)} | {facts} | {kind.since} |\n"


def _facts() -> str:
    """What the values of each kind say in fixtures, besides what all of them do."""
    said: dict[str, set[str]] = {}
    detectors = {page.detector.id: page.detector for page in pages()}
    for case in cases():
        if case.kind:
            for reading in read(detectors[case.detector], case.expanded()[0]):
                said.setdefault(reading.kind, set()).update(reading.facts)
    return json.dumps({kind: sorted(names.difference(ALWAYS)) for kind, names in sorted(said.items())}, indent=1) + "\n"


def _rotations(kinds: Sequence[Kind]) -> Iterator[str]:
    """How to revoke, once for all kinds of which the same is true."""
    by_steps: dict[tuple[str, ...], list[str]] = {}
    for kind in kinds:
        by_steps.setdefault(kind.rotate, []).append(f"`{kind.id}`")
    for steps, names in by_steps.items():
        yield f"\nTo rotate {', '.join(dict.fromkeys(names))}:\n\n"
        yield from (f"{number}. {step}.\n" for number, step in enumerate(steps, 1))


def _encodings() -> Iterator[str]:
    yield (
        "# Encodings\n\nAll the ways of writing in which the tests plant credentials, and what the report's `encoding` says there, outermost step first.\n"
        "Each is tried with tokens of npm, PyPI, GitHub and GitLab, with keys of RSA, OpenSSH and age, and in files, homes, work trees, histories\n"
        "and archives; `make matrix` shows what is found. Ways with an empty `encoding` leave the bytes of a value as they are.\n\n"
        "| how it is written | `encoding` of a token | of a key | not for |\n|---|---|---|---|\n"
    )
    for name, row in ROWS.items():
        missing = ", ".join(planted for planted in PLANTS if planted not in row.plants)
        yield f"| {name} | {_of_a_token(row)} | {_of_a_key(row)} | {missing} |\n"


def _of_a_token(row: Row) -> str:
    """What is said of the first token that is written so; a dash where none is."""
    name = next((name for name in TOKENS if name in row.plants), None)
    return "–" if name is None else _code(row.written(plant(name))[2])


def _of_a_key(row: Row) -> str:
    """The steps that change a key; not asked of one, since no run has the keys of another."""
    if not set(KEYS) & set(row.plants):
        return "–"
    return _code(reversed([word for word, _ in row.steps if word]) if row.keys is None else row.keys)


def _code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _locations() -> Iterator[str]:
    yield (
        "# Locations\n\nThe places below a home that `keytrail workstation` and `keytrail scan --home` read, and those outside of homes that\n"
        "`keytrail workstation` reads on its own machine; `keytrail detectors locations` says the same.\n"
        "All are looked for on every system, since homes are copied between machines. `*` stands for any part of one name, `**` for any folders.\n"
        "Where a file is reached by several rows, the first one speaks for it. A mode stands where the file is made to hold secrets: what is\n"
        "looser can be read by others, which [TB705](policies.md#tb705) reports.\n"
    )
    for heading, family in families():
        yield f"\n## {heading}\n\n| tool | place | system | format | secrets | zone | mode |\n|---|---|---|---|---|---|---|\n"
        for (tool, system, format_, fields, zone, mode), found in groupby(family, _alike):
            places = "<br>".join(f"`{place.shown}`" for place in found)
            yield f"| {tool} | {places} | {system} | {format_} | {fields or '–'} | `{zone}` | {mode or '–'} |\n"
    yield (
        "\n## Variables\n\nWhere `keytrail workstation` reads the environment, it follows what tools would follow: folders of a home that were moved, and\n"
        "files that are named. Each is read as what stands at the place on the right, once, inside the home or outside.\n\n"
        "| variable | read as |\n|---|---|\n"
    )
    yield from (f"| `{variable}` | `{folder}/` |\n" for variable, folder in MOVED)
    yield from (f"| `{variable}` | `{place}` |\n" for variable, place in NAMED)
    yield "\n## Formats\n\n| format | what it is |\n|---|---|\n"
    yield from (f"| {name} | {told} |\n" for name, told in sorted(FORMATS.items()))


def _alike(place: Location) -> tuple[str, str, str, str, str, str | None]:
    """What rows that stand together share."""
    return (place.tool, place.system, place.format, place.fields.replace("<", "&lt;").replace("|", "\\|"), place.zone.value, place.mode)


def main() -> None:
    """Write the pages."""
    for name, text in {**written(), **filled()}.items():
        (ROOT / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
