"""Which repository a gate is about: the one that it is run in, or the one whose hook it is.

git tells a hook in its environment where things are (githooks(5), git(1)): `git commit -a` and `git commit FILE` have an index of their
own, what is being pushed lies in a store of its own until the hook has agreed. Nobody but the gate may believe these variables, and the
gate believes them only where they name a part of the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.errors import UsageError
from scanner.records import replace
from scanner.sources.history import Layout, discover
from scanner.sources.history.files import leads_to_folder
from scanner.sources.history.layout import is_gitdir
from scanner.sources.history.text import printable

_STORES = 64
"""Most object stores that are taken from the environment."""


class NoRepositoryError(UsageError):
    """There is no git repository around a folder."""


def find_repository(folder: Path, environ: Mapping[str, str]) -> Layout:
    """The repository that git would work on in `folder`, as far as a look at the files tells; no configuration is read.

    Of `environ` only GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY, GIT_ALTERNATE_OBJECT_DIRECTORIES and
    GIT_QUARANTINE_PATH count, relative ones relative to `folder`; empty ones do not.

    Raises UsageError where there is no repository, or where a variable names what is no part of it.
    """
    folder = folder.resolve()
    layout = _named(folder, environ) if environ.get("GIT_DIR") else _above(folder)
    if environ.get("GIT_WORK_TREE"):
        layout = replace(layout, worktree=_folder(folder, environ, "GIT_WORK_TREE"))
    if environ.get("GIT_INDEX_FILE"):
        layout = replace(layout, index=_index(folder, environ["GIT_INDEX_FILE"], layout))
    return replace(layout, extra_objects=tuple(_stores(folder, environ, layout)))


def _above(folder: Path) -> Layout:
    """The repository of the innermost of `folder` and its parents that is one; a `.git` folder that is none is passed over, as git does."""
    for path in (folder, *folder.parents):
        dot = path / ".git"
        if is_gitdir(path) or (os.path.lexists(dot) and (is_gitdir(dot) or not leads_to_folder(dot))):
            return _whole(path, str(path))
    message = f"{_shown(folder)} is not in a git repository"
    raise NoRepositoryError(message)


def _named(folder: Path, environ: Mapping[str, str]) -> Layout:
    """The repository that GIT_DIR names. Its work tree is `folder`, as for git, unless it is bare or `folder` is inside of it."""
    path = _path(folder, environ["GIT_DIR"])
    if not is_gitdir(path):
        message = f"GIT_DIR names {_shown(path)}, which is not a git repository"
        raise UsageError(message)
    layout = _whole(path, "GIT_DIR")
    has_index = bool(environ.get("GIT_INDEX_FILE")) or os.path.lexists(path / "index")
    owns_tree = path.name == ".git" or layout.gitdir != layout.common or has_index
    return replace(layout, worktree=folder if owns_tree and not folder.is_relative_to(layout.gitdir) else None)


def _whole(path: Path, name: str) -> Layout:
    layout, problems = discover(path)
    if layout is None:
        why = "; ".join(problem.detail or problem.reason for problem in problems)
        message = f"the git repository of {_shown(name)} cannot be used: {why}"
        raise UsageError(message)
    return layout


def _index(folder: Path, value: str, layout: Layout) -> Path:
    """The index that a hook is to look at. It need not exist: before the first `git add` there is none."""
    path = _path(folder, value)
    real = path.parent.resolve() / path.name
    if not real.parent.is_relative_to(layout.gitdir):
        message = f"GIT_INDEX_FILE names {_shown(path)}, which is not in the git repository"
        raise UsageError(message)
    if os.path.lexists(real) and (real.is_symlink() or not real.is_file()):
        message = f"GIT_INDEX_FILE names {_shown(path)}, which is not a regular file"
        raise UsageError(message)
    return real


def _stores(folder: Path, environ: Mapping[str, str], layout: Layout) -> Iterator[Path]:
    """The object stores in `environ`, each once, without the repository's own."""
    main = layout.objects.resolve()
    seen = {main}
    for variable, value in _store_names(environ):
        path = _path(folder, value).resolve()
        if path in seen:
            continue
        if not any(path.is_relative_to(root) for root in (layout.common, main)) or not leads_to_folder(path):
            message = f"{variable} names {_shown(path)}, which is not a folder of the git repository"
            raise UsageError(message)
        if len(seen) > _STORES:
            message = f"{variable} names more than {_STORES} object stores"
            raise UsageError(message)
        seen.add(path)
        yield path


def _store_names(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for variable in ("GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH"):
        if value := environ.get(variable):
            yield variable, value
    variable = "GIT_ALTERNATE_OBJECT_DIRECTORIES"
    yield from ((variable, value) for value in environ.get(variable, "").split(os.pathsep) if value)


def _folder(folder: Path, environ: Mapping[str, str], variable: str) -> Path:
    path = _path(folder, environ[variable])
    if not leads_to_folder(path):
        message = f"{variable} names {_shown(path)}, which is not a folder"
        raise UsageError(message)
    return path.resolve()


def _path(folder: Path, value: str) -> Path:
    if "\0" in value:
        message = "a variable of git's names a path with a NUL byte in it"
        raise UsageError(message)
    return folder / value


def _shown(path: Path | str) -> str:
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))
