"""What the user does not want to be read: `--include` and `--exclude`, and `.keytrailignore` where the target is trusted.

Patterns are git's (gitignore(5)). `.gitignore` itself is not obeyed: what git ignores is exactly where credentials lie.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import ConfigError, UsageError
from scanner.model import Blob, Reason
from scanner.records import dataclass
from scanner.sources.files import FileRef, read_file

if TYPE_CHECKING:  # imported where there is a pattern to read, which is seldom
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

IGNORE_FILE = ".keytrailignore"

_LARGEST = 1_048_576
_MOST_PATTERNS = 10_000


@dataclass(frozen=True, slots=True)
class Ignore:
    """Which paths of one target are left out."""

    include: GitIgnoreSpec | None = None
    """Where given, only what it matches is read."""
    exclude: tuple[GitIgnoreSpec, ...] = ()
    """What any of these matches is not read, included or not."""
    note: str | None = None
    """What the user should be told about this target, once."""

    def skips(self, path: str, *, directory: bool = False) -> bool:
        """Whether `path`, relative to the target, is left out; for a directory: with everything below it."""
        if directory:
            return any(spec.match_file(f"{path}/") for spec in self.exclude)
        if any(spec.match_file(path) for spec in self.exclude):
            return True
        return self.include is not None and not self.include.match_file(path)


EVERYTHING = Ignore()
"""Leaves nothing out."""


def load_ignore(target: Path, *, include: Iterable[str] = (), exclude: Iterable[str] = (), trusted: bool = False) -> Ignore:
    """What is left out of `target`; its `.keytrailignore` counts only if `trusted`, and is mentioned otherwise.

    Raises `UsageError` for a pattern that git would not understand, `ConfigError` for one in `.keytrailignore` or if that file
    cannot be read.
    """
    included = _spec((f"--include {pattern}", pattern) for pattern in include)
    specs = [_spec((f"--exclude {pattern}", pattern) for pattern in exclude)]
    file = target / IGNORE_FILE
    note = None
    if os.path.lexists(file):
        if trusted:
            specs.append(_file_spec(file))
        else:
            note = f"{file} is not obeyed (--trust-config)"
    return Ignore(included, tuple(spec for spec in specs if spec is not None), note)


def _file_spec(file: Path) -> GitIgnoreSpec | None:
    blob = read_file(FileRef(str(file.parent), str(file.parent), file.name, os.fsencode(file.name)), _LARGEST)
    if not isinstance(blob, Blob):
        message = f"{file}: {_complaint(blob.reason)}"
        raise ConfigError(message)
    lines = blob.data.decode("utf-8", "backslashreplace").splitlines()
    if len(lines) > _MOST_PATTERNS:
        message = f"{file}: more than {_MOST_PATTERNS} lines"
        raise ConfigError(message)
    try:
        return _spec((f"{file}:{number}", line) for number, line in enumerate(lines, 1))
    except UsageError as error:
        raise ConfigError(*error.args) from error


def _complaint(reason: Reason | str) -> str:
    return reason.value if isinstance(reason, Reason) else f"is no regular file ({reason})"


def _spec(patterns: Iterable[tuple[str, str]]) -> GitIgnoreSpec | None:
    """All patterns as one, later ones winning; None if there are none. Each comes with the words that name it in an error."""
    compiled = [_pattern(where, text) for where, text in patterns if text.strip() and not text.startswith("#")]
    if not compiled:
        return None
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - see above

    return GitIgnoreSpec(compiled, backend="simple")


def _pattern(where: str, text: str) -> GitIgnoreSpecPattern:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415 - see above

    try:
        pattern = GitIgnoreSpecPattern(text)
    except (ValueError, re.error) as error:
        message = f"{where}: not a pattern"
        raise UsageError(message) from error
    if pattern.include is None:
        message = f"{where}: matches nothing"
        raise UsageError(message)
    return pattern
