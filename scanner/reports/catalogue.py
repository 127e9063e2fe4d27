"""The catalogue of detectors: what each one finds, how sure that is, what its values say and how to revoke them.

The text about a detector is its module's docstring: what it recognises, whence the format is known, what it must not take for one.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.contract import Detector, Kind
from scanner.records import dataclass, field
from scanner.reports.escape import shown

ALWAYS = ("lifetime", "validity", "at_rest", "scope")
"""Facts that every credential has."""
_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One detector, and what is written about it."""

    detector: Detector
    module: str
    distribution: str
    about: str
    """The module's docstring, which its detectors share."""
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By kind, the names of what its values may say."""

    def facts_of(self, kind: Kind) -> tuple[str, ...]:
        """What values of a kind may say, besides what all do."""
        return tuple(name for name in self.facts.get(kind.id, ()) if name not in ALWAYS)


def render_list(pages: Sequence[Page]) -> str:
    """A line a kind, by detector: what it is called in reports, what it is, and how much it opens at most."""
    rows = [(page.detector.id, kind.id, kind.title, level(kind)) for page in pages for kind in page.detector.kinds]
    rows = [("detector", "kind", "what it is", "level"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ("  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])).rstrip() for row in rows)
    kinds = {kind.id for page in pages for kind in page.detector.kinds}
    return "".join(f"{shown(line)}\n" for line in (*lines, "", f"{len(pages)} detectors, {len(kinds)} kinds of credentials."))


def render_page(page: Page) -> str:
    """Everything about one detector, for people."""
    lines = [f"{page.detector.id}   {page.detector.title}   (of {page.distribution})", ""]
    for paragraph in page.about.split("\n\n"):
        lines += [*_flowed(paragraph), ""]
    for kind in page.detector.kinds:
        lines += [*_kind(page, kind), ""]
    return "".join(f"{shown(line)}\n" for line in lines[:-1])


def render_json(pages: Iterable[Page]) -> str:
    """The same for machines (`keytrail.detectors/1`)."""
    entries = [
        {
            "id": page.detector.id,
            "title": page.detector.title,
            "module": page.module,
            "distribution": page.distribution,
            "about": page.about,
            "kinds": [_as_data(page, kind) for kind in page.detector.kinds],
        }
        for page in pages
    ]
    return json.dumps({"schema": "keytrail.detectors/1", "detectors": entries}, indent=2) + "\n"


def can(kind: Kind) -> str:
    """What such a credential can do at most."""
    return ", ".join(sorted(kind.actions)) or "–"


def level(kind: Kind) -> str:
    """The privilege, and whether it is a guess."""
    return f"{kind.privilege}{' (assumed)' if kind.assumed else ''}"


def _kind(page: Page, kind: Kind) -> Iterator[str]:
    yield f"{kind.id}   {kind.title}"
    yield f"  provider {kind.provider}, privilege {level(kind)}, can {can(kind)}, lifetime {kind.lifetime.value}, since {kind.since}"
    yield from _flowed(f"facts: {', '.join((*ALWAYS, *page.facts_of(kind)))}", "  ")
    for number, step in enumerate(kind.rotate, 1):
        yield from _flowed(f"{number}. {step}", "  ")


def _as_data(page: Page, kind: Kind) -> dict[str, object]:
    return {
        "id": kind.id,
        "title": kind.title,
        "provider": kind.provider,
        "actions": sorted(kind.actions),
        "privilege": kind.privilege,
        "assumed": kind.assumed,
        "lifetime": kind.lifetime.value,
        "facts": [*ALWAYS, *page.facts_of(kind)],
        "rotate": list(kind.rotate),
        "since": kind.since,
    }


def _flowed(text: str, indent: str = "") -> list[str]:
    """The text in lines; a paragraph whose lines are indented is a table or an example, and stays."""
    if any(line.startswith("    ") for line in text.split("\n")):
        return text.split("\n")
    return textwrap.wrap(text, _COLUMNS, initial_indent=indent, subsequent_indent=f"{indent}  " if indent else "", break_on_hyphens=False)
