"""Tables as password managers and browsers export them: CSV whose first line names the columns (RFC 4180).

A manager's columns are its own, so that they tell whose export it is. Each row is an entry of a vault, and its secret columns are variables.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from scanner.records import dataclass, replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.discreet import discreet
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, Reader, listed

_LONGEST_HEAD = 4_096
"""Bytes of the first line."""
_MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one manager's exports."""

    columns: frozenset[str]
    """All that tell it, in lower case."""
    secrets: tuple[str, ...]
    """Columns whose values are secret."""
    title: str
    """The column that names an entry: the environment scope."""
    group: str | None = None
    """The column that names the folder, where there is one."""
    is_written: Callable[[Mapping[str, str]], bool] | None = None
    """Whether a row's `notes` are themselves what is kept; None where they never are."""
    notes: str = "notes"
    is_address: bool = False
    """Whether the title has an address, of which only the host is shown."""
    others: frozenset[str] | None = None
    """The only other columns that there may be; None where any may, because those that tell it are nobody else's."""

    def has(self, head: frozenset[str]) -> bool:
        """Whether a table with these columns is of the manager."""
        return self.columns <= head and (self.others is None or head <= self.columns | self.others)


def reader(*layouts: Layout) -> Reader:
    """Reads a table that has one of the layouts; None for any other content."""

    def read(content: Content) -> Listing | None:
        head = _head(content)
        layout = next((layout for layout in layouts if layout.has(frozenset(head))), None)
        return None if layout is None or len(head) != len(set(head)) else listed(_rows(content, layout, head))

    return read


def _head(content: Content) -> list[str]:
    """The names of the columns in lower case; empty where the first line is none that has several."""
    if not content.is_lines:
        return []
    first, _, _ = content.text[:_LONGEST_HEAD].lstrip(b"\r\n").partition(b"\n")
    if first.count(b",") < 1 or b"=" in first or b":" in first:
        return []
    try:
        rows = list(csv.reader([first.decode("utf-8", "surrogateescape")], strict=True))
    except csv.Error:
        return []
    return [name.strip().lower() for name in rows[0]] if rows else []


def _rows(content: Content, layout: Layout, head: list[str]) -> Iterator[Item]:
    """The secrets of every row. User names, addresses and notes are read as text."""
    yield Loose()
    text = content.text.decode("utf-8", "surrogateescape")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, seen = content.first_line, False
    try:
        for number, row in enumerate(rows):
            begin, line = line, content.first_line + rows.line_num
            if number > _MOST_ROWS:
                yield Flaw(f"expected at most {_MOST_ROWS} rows")
                return
            if not row or not seen:
                seen = seen or bool(row)
            elif len(row) != len(head):
                yield Flaw(f"line {begin}: expected {len(head)} columns")
            else:
                yield from discreet(_secrets(dict(zip(head, row, strict=True)), layout, begin))
    except csv.Error:
        yield Flaw(f"line {line}: expected a row of {len(head)} columns")


def _secrets(row: Mapping[str, str], layout: Layout, line: int) -> Iterator[Entry]:
    columns = layout.secrets
    if layout.is_written is not None and layout.is_written(row):
        columns = (*columns, layout.notes)
    for name in columns:
        if row.get(name):
            entry = Entry(name, jsontext.secret(row[name]), line if "\n" not in "".join(row.values()) else None)
            group = row[layout.group] if layout.group else None
            title = _host(row[layout.title]) if layout.is_address else row[layout.title]
            yield replace(entry, environment_scope=title or None, group=group or None)


def _host(address: str) -> str | None:
    """The host of an address: the rest may have a password in it."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
