"""Lines of text that know their width: words that flow, cells that stand under each other, and paint that never changes a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from scanner.records import dataclass, replace
from scanner.reports.escape import shown
from scanner.reports.style import Style


@dataclass(frozen=True, slots=True)
class Span:
    """A few characters that look alike. Made by `span`, so that nothing in it acts on a terminal."""

    text: str
    look: str = ""
    """What Rich calls a style; empty for plain text."""
    link: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What stays on one line, and how many blanks stand before it where it does not begin one."""

    span: Span
    gap: int = 1


def span(text: str, look: str = "", link: str = "") -> Span:
    """Any text, made harmless."""
    return Span(shown(text), look, link)


def words(text: str, look: str = "", gap: int = 1) -> list[Word]:
    """The words of `text`; `gap` stands before the first."""
    pieces = [span(piece, look) for piece in text.split(" ") if piece]
    return [Word(piece, gap if n == 0 else 1) for n, piece in enumerate(pieces)]


def width(text: str) -> int:
    """Columns that a terminal needs for `text`."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - plain output of plain names must not wait for Rich

    return cell_len(text, "latest")  # what is installed decides, never UNICODE_VERSION in the environment


def take(text: str, room: int) -> str:
    """The longest beginning of `text` that fits into `room` columns."""
    if text.isascii():
        return text[:room]
    used = 0
    for at, character in enumerate(text):
        used += 1 if character == "\ufe0f" else width(character)  # a variation selector may widen what is before it
        if used > room:
            return text[:at]
    return text


def flow(items: Iterable[Word], columns: int, indent: int = 0, hang: int | None = None) -> list[Line]:
    """`items` one after another in lines of `columns`; the first begins at `indent`, the others at `hang`. A word that fits in no line is cut."""
    margin = indent if hang is None else hang
    lines: list[list[Span]] = [[_blank(indent)]]
    used = indent
    fresh = True
    for item in _cut(items, columns - margin):
        need = width(item.span.text) + (0 if fresh else item.gap)
        if used + need > columns and (not fresh or used > margin):
            lines.append([_blank(margin)])
            used, fresh = margin, True
            need = width(item.span.text)
        if not fresh:
            lines[-1].append(_blank(item.gap, item.span.look if item.span.look == lines[-1][-1].look else ""))
        lines[-1].append(item.span)
        used, fresh = used + need, False
    return [tuple(line) for line in lines]


def row(cells: Sequence[Span], stops: Sequence[int], last: Sequence[Word], columns: int) -> list[Line]:
    """Cells that begin at their stops, then `last` in what is left.

    `stops` has one more entry than there are cells, of which there are at least two. A cell that runs past the next stop pushes what follows
    by two blanks; what then fits no longer goes on at its stop in the next line, or at the second stop where that gives it room.
    """
    line: list[Span] = []
    lines: list[Line] = []
    used = 0
    for cell, stop in zip(cells, stops, strict=False):
        start = stop if not line or used + 2 <= stop else used + 2
        if line and start + width(cell.text) > columns:
            lines.append(tuple(line))
            line, used, start = [], 0, stop if stop + width(cell.text) <= columns else stops[1]
        line += [_blank(start - used), cell]
        used = start + width(cell.text)
    return [*lines, *_with_last(line, used, last, stops[-1], columns)]


def paint(lines: Iterable[Line], style: Style) -> str:
    """The lines as text, with colours and links as far as `style` wants them; without them exactly the same characters."""
    return "".join("".join(_painted(one, style) for one in _merged(line)) + "\n" for line in lines)


def _blank(count: int, look: str = "") -> Span:
    return Span(" " * count, look)


def _cut(items: Iterable[Word], room: int) -> Iterator[Word]:
    """The same words, where none is wider than `room`."""
    for item in items:
        if width(item.span.text) <= room:
            yield item
            continue
        text, at, gap = item.span.text, 0, item.gap
        while piece := take(text[at : at + 4 * room], room):
            yield Word(replace(item.span, text=piece), gap)
            at, gap = at + len(piece), 0


def _with_last(line: list[Span], used: int, last: Sequence[Word], stop: int, columns: int) -> list[Line]:
    if not last:
        return [tuple(line)]
    start = max(stop, used + 2)
    need = sum(width(item.span.text) + item.gap for item in last) - last[0].gap
    if start > stop and start + need > columns:
        return [tuple(line), *flow(last, columns, stop)]
    first, *others = flow(last, columns, start)
    return [(*line, _blank(start - used), *first[1:]), *others]


def _painted(one: Span, style: Style) -> str:
    text = one.text
    if style.colour and one.look:
        from rich.color import ColorSystem  # noqa: PLC0415 - plain output must not wait for Rich
        from rich.style import Style as Look  # noqa: PLC0415 - as above

        text = Look.parse(one.look).render(text, color_system=ColorSystem.STANDARD)
    return f"\x1b]8;;{one.link}\x1b\\{text}\x1b]8;;\x1b\\" if style.links and one.link else text


def _merged(line: Line) -> Iterator[Span]:
    """Without blanks at the end, and neighbours that look alike as one."""
    spans = list(line)
    while spans and not spans[-1].text.strip(" "):
        spans.pop()
    for (look, link), alike in groupby(spans, key=lambda one: (one.look, one.link)):
        yield Span("".join(one.text for one in alike), look, link)
