"""What the names that a user gives stand for. No name ever becomes an argument of git: it may look like an option."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scanner.errors import IncompleteError, UsageError
from scanner.sources.files import shown
from scanner.sources.history import RawObject, Repository, Tag, git, parse_tag
from scanner.sources.history.objects import sizes
from scanner.sources.history.text import printable

_TAGS = 16
"""How many tags of tags are followed."""
_FOUND = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (commit|tag|tree|blob) [0-9]{1,20}\n")
_BREAK = re.compile(r"[\r\n\0]")
_HELP = "the clone is shallow: fetch all of it with `git fetch --unshallow`, in CI with `fetch-depth: 0`"


class EmptyRangeError(UsageError):
    """The range that was asked for holds no commits."""


def parse_range(text: str) -> tuple[str, str]:
    """Both ends of `A..B`; an empty one is HEAD, as for git.

    Raises UsageError for anything else.
    """
    base, dots, tip = text.partition("..")
    if not dots or tip.startswith(".") or ".." in tip or not (base or tip):
        message = f"{printable(text)} is not a range: it is written A..B"
        raise UsageError(message)
    return base or "HEAD", tip or "HEAD"


def commit_named(repository: Repository, name: str) -> str | None:
    """Id of the commit that `name` stands for: an id, a ref, a tag, an expression such as `main~2`; None where there is none."""
    found = _look_up(repository, [f"{name}^{{commit}}"])[0]
    return found[0] if found else None


def need_commits(repository: Repository, *names: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the commits that `names` stand for, and of the annotated tags through which the last one leads.

    Raises UsageError where one stands for none.
    """
    *commits, last = _look_up(repository, [*(f"{name}^{{commit}}" for name in names), names[-1]])
    for name, commit in zip(names, commits, strict=True):
        if commit is None:
            raise UsageError(_unknown(repository, name))
    return tuple(commit[0] for commit in commits if commit), tuple(_tags(repository, last))


def _unknown(repository: Repository, name: str) -> str:
    if name == "HEAD" and repository.head is None:
        return "the repository has no commits yet"
    message = f"there is no commit called {shown(os.fsencode(name))}"
    return printable(f"{message} ({_HELP})" if repository.shadow.shallow else message)


def _tags(repository: Repository, found: tuple[str, str] | None) -> Iterator[str]:
    """The tag `found`, given as id and type, and those that it is about."""
    for _ in range(_TAGS):
        if found is None or found[1] != "tag":
            return
        yield found[0]
        tag = _tag(repository, found[0])
        found = (tag.target, tag.type) if tag else None


def merge_base(repository: Repository, one: str, other: str) -> str:
    """The commit at which the commits `one` and `other` parted.

    Raises IncompleteError where that cannot be told.
    """
    hide_shallow(repository)
    with git.run(repository.shadow.handle, "merge-base", one, other) as child:
        base = child.out.readline(100).decode("ascii", "replace").strip()
        child.end()
    if base:
        return base
    if repository.shadow.shallow:
        message = f"it cannot be told what the change is: {_HELP}"
    else:
        message = f"it cannot be told what the change is: {one[:12]} and {other[:12]} have no commit in common that can be read"
    raise IncompleteError(message)


def root_commits(repository: Repository) -> tuple[str, ...]:
    """Ids of the commits without parents that HEAD's history begins with, sorted; none where they cannot be known."""
    if repository.head is None:
        return ()
    hide_shallow(repository)
    with git.run(repository.shadow.handle, "rev-list", "--max-parents=0", repository.head, "--") as child:
        roots = tuple(sorted(line.decode("ascii", "replace").strip() for line in child.out))
        if child.end() or not repository.shadow.shallow.isdisjoint(roots):
            return ()
    return roots


def hide_shallow(repository: Repository) -> None:
    """From here on git does not look for parents that a shallow clone left out."""
    shadow = repository.shadow
    if shadow.shallow:
        Path(shadow.handle.gitdir, "shallow").write_text("".join(f"{oid}\n" for oid in sorted(shadow.shallow)), "ascii")


def _look_up(repository: Repository, names: Sequence[str]) -> list[tuple[str, str] | None]:
    """Id and type of the object that each of `names` stands for. They are handed to git as lines of its input."""
    lines = [b"" if _BREAK.search(name) else os.fsencode(name) for name in names]
    answers = (_FOUND.fullmatch(line) for line in sizes(repository.shadow.handle, lines))
    return [(match[1].decode("ascii"), match[2].decode("ascii")) if match else None for match in answers]


def _tag(repository: Repository, oid: str) -> Tag | None:
    for batch in repository.batches([oid]):
        for found in batch.read():
            parsed = parse_tag(oid, found.data) if isinstance(found, RawObject) else None
            return parsed.tag if parsed else None
    return None
