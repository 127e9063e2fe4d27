"""Numbers, dates and lists as people write them, the same on every platform and in every locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BASES: Mapping[str, str] = {"E1": "seen", "E2": "claimed by file", "E3": "inferred from the name", "E4": "guessed from names"}
"""What a grade of evidence rests on, as people say it."""
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def counted(number: int, one: str, many: str = "") -> str:
    """`1 place`, `2,000 places`; `many` where an s is not enough."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def size(count: int) -> str:
    """Bytes in decimal units with one decimal place: `812 B`, `6.1 GB`."""
    value, unit = float(count), 0
    while value >= 999.95 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - where one decimal place would round up to 1,000.0
        value, unit = value / 1000, unit + 1
    return f"{value:,.1f} {_UNITS[unit]}" if unit else f"{count} B"


def duration(seconds: float) -> str:
    """`7.2 s`, `2 min 5 s`, `1 h 3 min`; never less than `0.1 s`."""
    if seconds < 99.95:  # noqa: PLR2004 - where one decimal place would round up to 100.0
        return f"{max(seconds, 0.1):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s"


def day(moment: str) -> str:
    """The date of an RFC 3339 time."""
    return moment.partition("T")[0]


def basis_of(grade: str) -> str:
    """Whether a file says that a slot is meant, or only its name does."""
    return BASES["E2"] if grade in {"E1", "E2"} else BASES["E3"]
