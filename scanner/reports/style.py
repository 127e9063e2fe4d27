"""How a report is to look. Decided by whoever asks for it; a renderer finds out nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scanner.model import Outcome
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that a renderer may know besides the outcome. Formats for machines ignore what is meant for people."""

    width: int = 100
    """Columns; a line is only longer where a path that cannot be shortened without doubt is."""
    colour: bool = False
    links: bool = False
    """Whether places that are files become links that a terminal can open."""
    all_places: bool = False
    show_suppressed: bool = False
    show_unscanned: bool = False
    first: bool = False
    """Whether the text report begins with the few things to do before all others."""
    quiet: bool = False
    """Results only: no header, no notes, no counts."""
    as_of: date | None = None
    """The day against which an expiry is worded; without it an expiry is given as a date."""
    home: str = ""
    """Absolute path of the user's own home directory, written `~`; empty where it is not to be recognised."""
    folder: str = ""
    """Absolute path that relative containers are below, for links."""


Renderer = Callable[[Outcome, Style], str]
"""A pure function: the same outcome and style give the same text, which is empty or ends with one newline."""
