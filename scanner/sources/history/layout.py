"""Where a repository keeps what: work tree, bare repository, linked worktree, submodule.

gitrepository-layout(5). A `.git` file and `commondir` are followed, for they lead to objects; nothing here reads configuration.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.records import dataclass
from scanner.sources.history.files import entries, is_folder, leads_to_folder, read_regular

_POINTER = 8192
"""Longest `.git` file or `commondir` that is read; PATH_MAX is half of it."""
_MODULE_DEPTH = 16
_MODULES = 10_000


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one repository."""

    gitdir: Path
    """Holds HEAD and the index. Resolved, like `common`: one folder has one path."""
    common: Path
    """Holds refs, logs and configuration; another folder than `gitdir` in a linked worktree."""
    objects: Path
    worktree: Path | None
    """None where the target is the repository itself, bare or not."""
    index: Path | None = None
    """Where the index is if not in `gitdir`: git hands a hook one of its own."""
    extra_objects: tuple[Path, ...] = ()
    """Stores besides `objects`: what is being pushed lies in one until it has been accepted."""

    @property
    def prefix(self) -> str:
        """What the paths of git's own files begin with, seen from the target."""
        return ".git/" if self.worktree else ""


def is_repository(path: Path) -> bool:
    """Whether `path` is, or claims to be, the top of a repository. Costs at most four looks at the file system."""
    return os.path.lexists(path / ".git") or is_gitdir(path)


def discover(path: Path) -> tuple[Layout | None, tuple[Unscanned, ...]]:
    """The layout of the repository whose top is `path`, if it is one, and what is wrong with it if it only claims to be.

    The entries name no target: only the caller knows what it was called.
    """
    dot = path / ".git"
    worktree = path if os.path.lexists(dot) else None
    if worktree is None and not is_gitdir(path):
        return None, ()
    try:
        gitdir = _gitdir(dot) if worktree else path
        common = _common(gitdir)
    except FileNotFoundError:
        return None, (Unscanned("", ".git", Reason.VANISHED),)
    except UnreadableError as error:
        return None, (Unscanned("", ".git", Reason(error.reason), error.detail),)
    objects = common / "objects"
    if not leads_to_folder(objects):
        return None, (Unscanned("", ".git", Reason.MALFORMED, "it has no objects folder"),)
    return Layout(gitdir.resolve(), common, objects, worktree), ()


def modules(layout: Layout) -> Iterator[Path]:
    """The repositories of submodules that live inside this one's git folder, checked out or not, nested ones too."""
    pending = [(layout.common / "modules", 0)]
    found = 0
    while pending and found < _MODULES:
        folder, depth = pending.pop()
        for entry in _folders(folder):
            path = Path(entry.path)
            if is_gitdir(path):
                found += 1
                yield path
                pending.append((path / "modules", depth + 1))
            elif depth < _MODULE_DEPTH:
                pending.append((path, depth + 1))


def _folders(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return [entry for entry in entries(folder) if is_folder(entry)]
    except UnreadableError:
        return []


def is_gitdir(path: Path) -> bool:
    """Whether `path` has what git wants of a repository, or of a linked worktree's part of one."""
    if not os.path.lexists(path / "HEAD"):
        return False
    whole = leads_to_folder(path / "objects") and leads_to_folder(path / "refs")
    return whole or os.path.lexists(path / "commondir")


def _gitdir(dot: Path) -> Path:
    """The folder that `.git` is or names."""
    if leads_to_folder(dot):
        return dot
    text = read_regular(dot, _POINTER)
    if not text.startswith(b"gitdir:"):
        raise UnreadableError(Reason.MALFORMED, "neither a folder nor the name of one")
    return _named(text.removeprefix(b"gitdir:"), dot.parent)


def _common(gitdir: Path) -> Path:
    try:
        text = read_regular(gitdir / "commondir", _POINTER)
    except FileNotFoundError:
        return gitdir.resolve()
    return _named(text, gitdir).resolve()


def _named(text: bytes, base: Path) -> Path:
    """The folder that `text` names, relative to `base`."""
    name = text.strip(b" \t\r\n")
    if not name or b"\0" in name or b"\n" in name:
        raise UnreadableError(Reason.MALFORMED, "the folder it names has no proper name")
    path = base / os.fsdecode(name)
    if not leads_to_folder(path):
        raise UnreadableError(Reason.MALFORMED, "the folder it names does not exist")
    return path
