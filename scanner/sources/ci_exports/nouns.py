"""What an export is asked for with, and what it turns out to hold."""

from __future__ import annotations

from pathlib import Path

from scanner.contract import Secret
from scanner.model import Slot, Unscanned
from scanner.records import dataclass, field


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """One export, as the user named it."""

    system: str | None
    """A known system (`gitlab-project`, `gitlab`, `shell`, …); None where the content has to tell."""
    repository: str | None
    """Whose variables these are, as the user wrote it, without user info in a URL."""
    file: Path
    text: str = field(repr=False)
    """What the user wrote, user info in a URL included."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: a slot, and what is in it if the export shows that."""

    name: str
    """Fit to be printed: at most 256 characters, and what looks like a token in it is an ellipsis."""
    value: Secret | None
    """The value as a job would get it; None where the export does not show it."""
    line: int | None
    """Line of the file that the value begins on, from 1; None for JSON, for NUL-separated dumps, and where a value has lines of its own: those of what
    was decoded, or of quotes that YAML folds."""
    value_offset: int | None
    """Offset of the value in the file, in bytes, where the file holds exactly the value's bytes; None elsewhere and for JSON."""
    is_file: bool
    """Whether a job gets a file with this content and the variable holds its path."""
    slot: Slot
    encoding: tuple[str, ...] = ()
    """What was undone to get the value and did change it, outermost first, in the report's words."""


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that one file says."""

    container: str
    """`SYSTEM:file-name`, the system as the user named it, else as it was recognised, else `unknown`."""
    path: str
    """The file's name."""
    platform: str
    level: str
    variables: tuple[Variable, ...]
    """In the order of the file; two may share a slot where the file says a name twice."""
    problems: tuple[Unscanned, ...]
    text_fallback: bytes | None = field(repr=False)
    """The whole file, where something in it belongs to no variable (what could not be parsed, comments, descriptions, a name that
    looks like a token) and must still be read as plain text; what is found there and in a variable is then one. What a value was deciphered
    from is the value in it, since a name beside it may be all that tells it. None where the variables are all there is."""
