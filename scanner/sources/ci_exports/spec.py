"""Understanding `[SYSTEM[@REPOSITORY]:]FILE`."""

from __future__ import annotations

import re
from pathlib import Path

from scanner.errors import UsageError
from scanner.sources.ci_exports.nouns import ExportSpec
from scanner.sources.ci_exports.systems import names

_LIKE_A_SYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,63}")
"""Two characters at least: one alone is a drive."""
_USER_INFO = re.compile(r"//[^/\s@]{1,512}@")


def parse_spec(argument: str) -> ExportSpec:
    """The export that `argument` names; its file was there a moment ago.

    Colons may be part of the repository and of the file: the file begins after the first colon behind which one exists. Raises
    `UsageError` for a system that is not known, an empty repository and a file that is missing.
    """
    head, colon, _ = argument.partition(":")
    system, at, _ = head.partition("@")
    if colon and system in names():
        return _of_system(system, argument, has_repository=bool(at))
    if _exists(argument):
        return ExportSpec(None, None, Path(argument), argument)
    if colon and _LIKE_A_SYSTEM.fullmatch(system):
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

        near = get_close_matches(system, names(), n=1)
        message = f"unknown system {system!r}; {f'did you mean {near[0]}?' if near else 'known are ' + ', '.join(names())}"
        raise UsageError(message)
    if not colon and system in names():
        message = f"no such file: {argument}; an export of {system} is named as {argument}:FILE"
        raise UsageError(message)
    raise _missing(argument)


def _of_system(system: str, argument: str, *, has_repository: bool) -> ExportSpec:
    rest = argument[len(system) + 1 :]
    if not has_repository:
        if _exists(rest):
            return ExportSpec(system, None, Path(rest), argument)
        if _exists(argument):
            return ExportSpec(None, None, Path(argument), argument)
        raise _missing(rest)
    if rest.startswith(":"):
        message = f"no repository between {system}@ and the colon"
        raise UsageError(message)
    for colon in re.finditer(":", rest):
        if _exists(rest[colon.end() :]):
            repository = _USER_INFO.sub("//", rest[: colon.start()])
            return ExportSpec(system, repository, Path(rest[colon.end() :]), argument)
    raise _missing(rest.rpartition(":")[2])


def _exists(file: str) -> bool:
    """Whether there is such a file, or something that keeps us from looking."""
    try:
        Path(file).stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return bool(file)


def _missing(file: str) -> UsageError:
    return UsageError(f"no such file: {file}" if file else "no file is named")
