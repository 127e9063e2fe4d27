"""Which repositories a sweep is about: a folder of clones, or a TOML file that lists them.

    [[targets]]
    url = "https://forge.example/acme/web.git"    # or: path = "clones/web"
    name = "web"                                  # else the end of the URL or path
    visibility = "public"                         # else "private"
    ci_exports = ["gitlab-project:web.json"]      # as for --ci-export; paths are relative to this file

Whether a URL is allowed is not asked here: a bad one fails its target, not the sweep.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scanner.errors import ConfigError, UsageError
from scanner.records import dataclass, field

MAX_LISTING = 4 << 20
"""Bytes of a listing; a larger one is refused."""
_NAME = 200
_KEYS = frozenset({"name", "url", "path", "visibility", "ci_exports"})
_SYSTEM = re.compile(r"([a-z0-9-]+)([@:])")
_PLAIN_KEY = re.compile(r"[a-z][a-z_-]{0,19}")

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """One repository, either on this machine or elsewhere."""

    name: str
    """Told apart from all others of its listing by this."""
    path: Path | None
    """Absolute. Nobody has looked whether a path from a file is there."""
    url: str | None = field(repr=False)
    """As it is written in the file, with user and password if it has them; nobody has looked whether it is allowed."""
    public: bool = False
    """Whether everybody can read it."""
    ci_exports: tuple[str, ...] = ()
    """Arguments of `--ci-export`, with absolute paths and the target for their repository where they named none."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The repositories of one sweep, sorted by name where they were found and in the file's order where they were listed."""

    name: str
    """The absolute path of the folder or file."""
    targets: tuple[Target, ...]
    unreadable: tuple[Path, ...] = ()
    """Sub-folders that might hold repositories and could not be listed."""


def read_targets(argument: str, is_repository: Callable[[Path], bool], *, base: Path) -> Listing:
    """The repositories that `argument`, a folder or a file, stands for; a relative one begins at `base`.

    Raises ConfigError for a file that says something else than it may, UsageError where there is nothing or no repository.
    """
    if not argument or "\0" in argument:
        message = "the targets of a sweep are a folder or a file"
        raise UsageError(message)
    place = _absolute(base, argument)
    if place.is_dir():
        return _from_folder(place, is_repository)
    if not place.is_file():
        message = f"no such file or folder: {argument}"
        raise UsageError(message)
    return Listing(str(place), _from_file(place))


def _from_folder(folder: Path, is_repository: Callable[[Path], bool]) -> Listing:
    """`folder` itself if it is a repository, else all that lie in it or in one of its sub-folders."""
    if is_repository(folder):
        return Listing(str(folder), (Target(_spelled(folder.name), folder, None),))
    unreadable: list[Path] = []
    found: list[Path] = []
    try:
        outer = list(_folders(folder))
    except OSError as error:
        message = f"{folder}: {error.strerror}"
        raise UsageError(message) from None
    for path in outer:
        if is_repository(path):
            found.append(path)
            continue
        try:
            found.extend(inner for inner in _folders(path) if is_repository(inner))
        except OSError:
            unreadable.append(path)
    if not found:
        message = f"no repository in {folder}"
        raise UsageError(message)
    targets = (Target(_spelled(os.fspath(path.relative_to(folder))), path, None) for path in found)
    return Listing(str(folder), tuple(sorted(targets, key=lambda target: target.name)), tuple(sorted(unreadable)))


def _folders(path: Path) -> Iterator[Path]:
    """The folders in `path`; links to folders are none. Raises OSError."""
    with os.scandir(path) as listing:
        yield from sorted(Path(entry.path) for entry in listing if entry.is_dir(follow_symlinks=False))


def _from_file(file: Path) -> tuple[Target, ...]:
    rows = _rows(file)
    targets = tuple(_target(row, file, number) for number, row in enumerate(rows, 1))
    twice = [name for name, count in Counter(target.name for target in targets).items() if count > 1]
    if twice:
        message = f"{file}: several targets have the name {twice[0]}"
        raise ConfigError(message)
    return targets


def _rows(file: Path) -> list[Any]:
    """The `[[targets]]` of `file`, whatever they hold."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_LISTING + 1)
        if len(raw) > MAX_LISTING:
            message = f"{file}: larger than {MAX_LISTING} bytes"
            raise ConfigError(message)
        table = tomllib.loads(raw.decode())
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise ConfigError(message) from None
    except (ValueError, RecursionError):
        message = f"{file}: not valid TOML"
        raise ConfigError(message) from None
    rows = table.pop("targets", None)
    if table:
        message = f"{file}: unknown key {_key(next(iter(table)))}; only [[targets]] is known"
        raise ConfigError(message)
    if not isinstance(rows, list) or not rows:
        message = f"{file}: no [[targets]]"
        raise ConfigError(message)
    return rows


def _target(row: object, file: Path, number: int) -> Target:
    where = f"{file}: target {number}"
    if not isinstance(row, dict):
        message = f"{where}: not a table"
        raise ConfigError(message)
    if unknown := sorted(row.keys() - _KEYS):
        message = f"{where}: unknown key {_key(unknown[0])}; known are {', '.join(sorted(_KEYS))}"
        raise ConfigError(message)
    url, path = _text(row, "url", where), _text(row, "path", where)
    if (url is None) == (path is None):
        message = f"{where}: it takes a url or a path" + (", not both" if url else "")
        raise ConfigError(message)
    name = _text(row, "name", where) or (_end_of_url(url) if url else _end_of_path(path or "")) or f"target {number}"
    if not name.isprintable() or len(name) > _NAME:
        message = f"{where}: the name must be printable and of at most {_NAME} characters"
        raise ConfigError(message)
    visibility = row.get("visibility", "private")
    if visibility not in ("public", "private"):
        message = f"{where}: visibility must be public or private"
        raise ConfigError(message)
    exports = tuple(_export(entry, name, file.parent, where) for entry in _list(row, where))
    return Target(name, _absolute(file.parent, path) if path else None, url, visibility == "public", exports)


def _text(row: Fields, key: str, where: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        message = f"{where}: {key} must be a text that is not empty"
        raise ConfigError(message)
    return value


def _list(row: Fields, where: str) -> list[str]:
    value = row.get("ci_exports", [])
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry and "\0" not in entry for entry in value):
        message = f"{where}: ci_exports must be a list of texts that are not empty"
        raise ConfigError(message)
    return value


def _export(entry: str, name: str, base: Path, where: str) -> str:
    """`[SYSTEM[@REPOSITORY]:]FILE` with an absolute FILE, and with `name` for the repository where a system is named without one."""
    match = _SYSTEM.match(entry)
    if match is None or ":" not in entry:
        return str(_absolute(base, entry))
    rest = entry[match.end() :]
    colons = [place for place, char in enumerate(rest) if char == ":"] if match[2] == "@" else []
    repository, file = name, rest
    if colons:
        # a repository may hold colons and so may a file: the file begins behind the first where one exists, as for --ci-export
        colon = next((place for place in colons if (base / rest[place + 1 :]).is_file()), colons[0])
        repository, file = rest[:colon], rest[colon + 1 :]
    if not file or not repository:
        message = f"{where}: an entry of ci_exports names no {'repository' if file else 'file'}"
        raise ConfigError(message)
    return f"{match[1]}@{repository}:{_absolute(base, file)}"


def _end_of_url(url: str) -> str:
    """`owner/repository`, or what there is of it; nothing where the URL is too strange to tell user info from the rest."""
    scheme, full, rest = re.split(r"[?#]", url, maxsplit=1)[0].partition("://")
    place = rest.partition("/")[2] if full else scheme.partition(":")[2]
    parts = [part for part in place.removesuffix("/").removesuffix(".git").split("/") if part][-1 if scheme == "file" else -2 :]
    name = "/".join(parts)
    return name if name.isprintable() and "@" not in name and len(name) <= _NAME else ""


def _key(name: str) -> str:
    """A key for a message: what does not look like one may be a value that went astray."""
    return name if _PLAIN_KEY.fullmatch(name) else "(not shown)"


def _absolute(base: Path, path: str) -> Path:
    """`path` as seen from `base`, without `..`; links are left as they are, for a target is called what its user calls it."""
    return Path(os.path.normpath(base.absolute() / path))


def _end_of_path(path: str) -> str:
    return _spelled(Path(path).name.removesuffix(".git"))


def _spelled(path: str) -> str:
    r"""A path as a name: bytes that are no UTF-8 are `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
