"""What the names that a user gives stand for. No name ever becomes an argument of git: it may look like an option."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scanner.errors import IncompleteError, UsageError
from scanner.sources.changes.advice import SETTING, bringing
from scanner.sources.files import shown
from scanner.sources.history import RawObject, Repository, Tag, git, parse_tag
from scanner.sources.history.objects import sizes
from scanner.sources.history.refs import is_ref_name
from scanner.sources.history.text import printable

_TAGS = 16
"""How many tags of tags are followed."""
_FOUND = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (commit|tag|tree|blob) [0-9]{1,20}\n")
_BREAK = re.compile(r"[\r\n\0]")
_ID = re.compile(r"[0-9a-f]{7,64}")
_SYMBOLIC = 5
"""How many refs lead to one another at most, as for git."""


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


def need_commits(repository: Repository, *names: str, setting: str = SETTING) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the commits that `names` stand for, and of the annotated tags through which the last one leads.

    Raises UsageError where one stands for none; where the clone is shallow it says what helps, in CI by `setting`.
    """
    *commits, last = _look_up(repository, [*(f"{name}^{{commit}}" for name in names), names[-1]])
    for name, commit in zip(names, commits, strict=True):
        if commit is None:
            raise UsageError(_unknown(repository, name, setting))
    return tuple(commit[0] for commit in commits if commit), tuple(tags_through(repository, last))


def _unknown(repository: Repository, name: str, setting: str) -> str:
    if name == "HEAD" and repository.head is None:
        return "the repository has no commits yet"
    message = f"there is no commit called {shown(os.fsencode(name))}"
    wanted = (name,) if is_id(name) else ()
    return printable(f"{message} in this shallow clone: {bringing(repository, setting, *wanted)}" if repository.shadow.shallow else message)


def commits_of(repository: Repository, names: Iterable[str]) -> dict[str, str]:
    """Ids of the commits that those of `names` stand for which stand for one.

    A name that begins with `refs/` is that ref and no other: git would also take a tag of the same name, which anybody who may push can
    make. Digits are an id, or the beginning of one. Anything else is what it is for git.
    """
    asked = dict.fromkeys(names)
    refs = refs_called(repository, [name for name in asked if name.startswith("refs/")])
    lines = {name: refs.get(name, "") if name.startswith("refs/") else name for name in asked}
    found = zip(lines, _look_up(repository, [f"{line}^{{commit}}" if line else "" for line in lines.values()]), strict=True)
    return {name: it[0] for name, it in found if it and (not is_id(name) or it[0].startswith(name))}


def is_id(name: str) -> bool:
    """Whether `name` is the id of an object, or the beginning of one, and no name of a ref."""
    return _ID.fullmatch(name) is not None


def refs_called(repository: Repository, names: Sequence[str]) -> dict[str, str]:
    """The ids of objects that those of the refs `names` hold which exist, by their full names."""
    gitdir = Path(repository.shadow.handle.gitdir)
    held: dict[str, str] = {}
    wanted = {name: _followed(gitdir, name) for name in names if is_ref_name(os.fsencode(name))}
    asked = {os.fsencode(name) for name in wanted.values()}
    with (gitdir / "packed-refs").open("rb") as packed:
        for line in packed:
            oid, _, name = line.rstrip(b"\n").partition(b" ")
            if name in asked:
                held[os.fsdecode(name)] = oid.decode("ascii")
    return {name: held[target] for name, target in wanted.items() if target in held}


def _followed(gitdir: Path, name: str) -> str:
    """The ref that `name` leads to; itself where it leads to none. In a shadow only symbolic refs are files."""
    for _ in range(_SYMBOLIC):
        target = symbolic(gitdir, name)
        if target is None:
            return name
        name = target
    return name


def symbolic(gitdir: Path, name: str) -> str | None:
    """The ref that the symbolic ref `name` of the shadow names; None where it is none."""
    try:
        text = os.fsdecode((gitdir / name).read_bytes())
    except (OSError, ValueError):
        return None
    return text.removeprefix("ref: ").strip() if text.startswith("ref: ") else None


def peeled(repository: Repository, oids: Sequence[str]) -> list[tuple[tuple[str, str] | None, tuple[str, str] | None]]:
    """Id and type of each of `oids`, and of what it leads to behind all tags; None for what is not there."""
    answers = _look_up(repository, [name for oid in oids for name in (oid, f"{oid}^{{}}")])
    return list(zip(answers[::2], answers[1::2], strict=True))


def tags_through(repository: Repository, found: tuple[str, str] | None) -> Iterator[str]:
    """The tag `found`, given as id and type, and those that it is about."""
    for _ in range(_TAGS):
        if found is None or found[1] != "tag":
            return
        yield found[0]
        tag = _tag(repository, found[0])
        found = (tag.target, tag.type) if tag else None


def merge_base(repository: Repository, one: str, other: str, setting: str = SETTING) -> str:
    """The commit at which the commits `one` and `other` parted.

    Raises IncompleteError where that cannot be told; `setting` is what helps in CI.
    """
    base = parting(repository, one, other, setting)
    if base is None:
        message = f"it cannot be told what the change is: {one[:12]} and {other[:12]} have no commit in common that can be read"
        raise IncompleteError(message)
    return base


def parting(repository: Repository, one: str, other: str, setting: str = SETTING) -> str | None:
    """The commit at which the commits `one` and `other` parted; None where they have no commit in common that can be read.

    Raises IncompleteError where that is because the clone is shallow.
    """
    hide_shallow(repository)
    with git.run(repository.shadow.handle, "merge-base", one, other) as child:
        base = child.out.readline(100).decode("ascii", "replace").strip()
        child.end()
    if not base and repository.shadow.shallow:
        where = f"where {one[:12]} and {other[:12]} parted lies outside of this shallow clone"
        message = f"it cannot be told what the change is: {where}: {bringing(repository, setting)}"
        raise IncompleteError(message)
    return base or None


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
