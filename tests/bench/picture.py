"""A curve as SVG: a few lines of our own, since one picture is no reason for a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 30, 50
COLOURS = ("#0b6e99", "#b3541e", "#4d7c0f", "#7c3aed")
TICKS = 5


def curves(title: str, across: str, up: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines through points, over axes that begin at nought and are named `across` and `up`."""
    points = [point for line in lines.values() for point in line]
    most_across, most_up = _round(max(x for x, _ in points)), _round(max(y for _, y in points))
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return round(LEFT + x / most_across * inner_width, 1), round(HEIGHT - BOTTOM - y / most_up * inner_height, 1)

    parts = [_text(WIDTH / 2, 18, title, "middle"), _text(WIDTH / 2, HEIGHT - 10, across, "middle"), _text(8, TOP - 10, up)]
    for tick in range(TICKS + 1):
        x, y = most_across * tick / TICKS, most_up * tick / TICKS
        (left, bottom), (_, height) = place(x, 0), place(0, y)
        parts.append(f'<path d="M{LEFT} {height}H{WIDTH - RIGHT}M{left} {bottom}v5" stroke="#ccc" fill="none"/>')
        parts += [_text(left, HEIGHT - BOTTOM + 18, f"{x:g}", "middle"), _text(LEFT - 6, height + 4, f"{y:g}", "end")]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [place(x, y) for x, y in line]
        parts.append(f'<path d="M{"L".join(f"{x} {y}" for x, y in places)}" stroke="{colour}" stroke-width="2" fill="none"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places]
        parts.append(_text(LEFT + 14, TOP + 16 + 18 * number, name, colour=colour))
    body = "\n".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    return f'{head}\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#333") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _round(most: float) -> float:
    """The next number of one digit, or of one and a half, that is not smaller: where an axis ends."""
    scale = 1.0
    while scale * 10 <= most:
        scale *= 10
    while scale > most:
        scale /= 10
    return next(scale * step for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if scale * step >= most)
