"""Every name from which a repository can be entered: refs, heads of worktrees, pseudo refs, reflogs.

Refs are read from their files, checked and written anew into the shadow, so that git meets only well-formed ones; then git
itself says what they resolve to. Reflogs and pseudo refs are only mined for object ids.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from scanner.errors import UnreadableError
from scanner.model import Reachability, Reason
from scanner.records import dataclass
from scanner.sources.files import shown
from scanner.sources.history import git
from scanner.sources.history.files import entries, is_folder, is_regular, lines_of, read_regular, walk
from scanner.sources.history.git import Handle
from scanner.sources.history.layout import Layout

UNBORN = "refs/heads/.invalid"
"""What HEAD points at in a shadow where the real one cannot be read; git accepts it and no branch can have this name."""

_DEPTH = 64
_LOOSE = 4096
"""Longest loose ref, in bytes; git writes at most a name."""
_PACKED = 64 << 20
_LOG = 64 << 20
_FETCHED = 16 << 20
_BAD_NAME = re.compile(rb"[\x00-\x20~^:?*\[\\\x7f]|\.\.|//|@\{|/\.|\.lock(?:/|$)|[./]$")
"""What no ref name holds: git-check-ref-format(1)."""
_OBJECT = re.compile(rb"(?:[0-9a-f]{64}|[0-9a-f]{40})")
_PSEUDO = re.compile(r"[A-Z_]{0,40}HEAD")

_SYMBOLIC = 5
"""How many refs git reads, HEAD among them, until it is at an object (SYMREF_MAXDEPTH in refs/refs-internal.h)."""

Report = Callable[[str, Reason, str], None]


@dataclass(frozen=True, slots=True)
class Tip:
    """An object that a name leads to."""

    name: str
    """Full name of the ref, or the file below the git folder."""
    oid: str
    reach: Reachability
    ref: bool = True
    """Whether the repository promises to hold the object: a reflog does not."""


@dataclass(frozen=True, slots=True)
class Head:
    """What HEAD says and what that leads to."""

    value: str
    """The full name of a ref, or an object id where it is detached."""
    oid: str | None
    """None where the ref, or one that it leads to, does not exist."""


def copy_refs(layout: Layout, shadow: Path, digits: int, say: Report) -> Head:
    """The shadow has HEAD and every well-formed ref of the repository, as git would see them from `layout.gitdir`.

    What is no ref although it should be one is handed to `say`.
    """
    refs = _packed(layout, digits, say)
    for folder in dict.fromkeys((layout.common, layout.gitdir)):
        for name, value in _loose(folder, layout.prefix, digits, say):
            refs[name] = value
    head = _head(layout, digits, say)
    (shadow / "HEAD").write_bytes(head + b"\n")
    (shadow / "refs").mkdir()
    with (shadow / "packed-refs").open("wb") as packed:
        packed.writelines(b"%s %s\n" % (value, name) for name, value in refs.items() if not value.startswith(b"ref: "))
    for name, value in refs.items():
        if value.startswith(b"ref: "):
            path = shadow / os.fsdecode(name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(value + b"\n")
            except OSError:
                say(layout.prefix + shown(name), Reason.MALFORMED, "another ref has the name of its folder")
    return Head(shown(head.removeprefix(b"ref: ")), _resolved(head, refs))


def _resolved(value: bytes, refs: Mapping[bytes, bytes]) -> str | None:
    """The object that a ref with this content leads to."""
    for _ in range(_SYMBOLIC):
        if not value.startswith(b"ref: "):
            return value.decode("ascii")
        value = refs.get(value.removeprefix(b"ref: "), b"ref: ")
    return None


def list_refs(handle: Handle, say: Report) -> Iterator[Tip]:
    """What each ref of the shadow leads to.

    One run of git for all of them: to look each up reads all packed refs again, which takes minutes with thousands.
    """
    with git.run(handle, "for-each-ref", "--format=%(objectname) %(refname)") as child:
        for line in child.out:
            oid, _, name = line.rstrip(b"\n").partition(b" ")
            yield Tip(shown(name), oid.decode("ascii"), _reach_of_ref(name))
        failure = child.end()
        if failure:
            say("refs", failure.reason, failure.detail)
        elif child.complaint:
            say("refs", Reason.MALFORMED, child.complaint)


def list_others(layout: Layout, digits: int, say: Report) -> Iterator[Tip]:
    """Heads of other worktrees, pseudo refs such as ORIG_HEAD, and both sides of every reflog entry, each once."""
    for folder, label in _gitdirs(layout, say):
        for entry in _listed(folder, label, say):
            if is_regular(entry) and _PSEUDO.fullmatch(entry.name) and (entry.name != "HEAD" or folder != layout.gitdir):
                yield from _pseudo(entry, f"{label}{entry.name}", digits, say)
        for name, entry in _walked(folder / "logs", f"{label}logs", say):
            yield from _logged(entry, f"{label}logs/{name}", _reach_of_log(name), digits, say)


def _gitdirs(layout: Layout, say: Report) -> Iterator[tuple[Path, str]]:
    """The folders that have a HEAD and logs of their own, with their labels."""
    yield layout.common, layout.prefix
    label = f"{layout.prefix}worktrees/"
    for entry in _listed(layout.common / "worktrees", label, say):
        if is_folder(entry):
            yield Path(entry.path), f"{label}{shown(os.fsencode(entry.name))}/"


def _head(layout: Layout, digits: int, say: Report) -> bytes:
    path = layout.gitdir / "HEAD"
    try:
        value = _value(_linked(path) or read_regular(path, _LOOSE), digits)
    except FileNotFoundError:
        say(f"{layout.prefix}HEAD", Reason.MALFORMED, "it does not exist")
    except UnreadableError as error:
        say(f"{layout.prefix}HEAD", Reason(error.reason), error.detail)
    else:
        if value:
            return value
        say(f"{layout.prefix}HEAD", Reason.MALFORMED, "neither a ref nor an object id")
    return b"ref: " + UNBORN.encode()


def _packed(layout: Layout, digits: int, say: Report) -> dict[bytes, bytes]:
    """Name to object id for every good line of `packed-refs`."""
    label = f"{layout.prefix}packed-refs"
    refs: dict[bytes, bytes] = {}
    try:
        content = read_regular(layout.common / "packed-refs", _PACKED)
    except FileNotFoundError:
        return refs
    except UnreadableError as error:
        say(label, Reason(error.reason), error.detail)
        return refs
    bad = 0
    for line in lines_of(content):
        oid, _, name = line.partition(b" ")
        if _is_id(oid, digits) and is_ref_name(name):
            refs[name] = oid
        elif line and not line.startswith((b"#", b"^")):
            bad += 1
    if bad:
        say(label, Reason.MALFORMED, f"{bad} lines are no refs")
    return refs


def _loose(folder: Path, prefix: str, digits: int, say: Report) -> Iterator[tuple[bytes, bytes]]:
    """Name and value of every loose ref below `folder`."""
    for path, entry in _walked(folder / "refs", f"{prefix}refs", say):
        name = b"refs/" + os.fsencode(path)
        if not is_ref_name(name):
            continue  # a lock, or what a file manager leaves: no ref for git either
        label = prefix + shown(name)
        try:
            value = _value(_linked(Path(entry.path)) or read_regular(entry.path, _LOOSE), digits)
        except FileNotFoundError:
            continue  # deleted or packed meanwhile
        except UnreadableError as error:
            say(label, Reason(error.reason), error.detail)
            continue
        if value:
            yield name, value
        else:
            say(label, Reason.MALFORMED, "neither a ref nor an object id")


def _linked(path: Path) -> bytes | None:
    """What the old kind of symbolic ref, a link to `refs/…`, says in the new kind's words; the link is not followed."""
    try:
        target = os.fsencode(path.readlink())
    except OSError:
        return None
    return b"ref: " + target if target.startswith(b"refs/") else None


def _value(raw: bytes, digits: int) -> bytes | None:
    """The content of a ref file in its plainest form; None where it is none."""
    text = raw.split(b"\n", 1)[0].strip()
    if text.startswith(b"ref:"):
        name = text.removeprefix(b"ref:").strip()
        return b"ref: " + name if name.startswith(b"refs/") and (is_ref_name(name) or name == UNBORN.encode()) else None
    return text if _is_id(text, digits) else None


def _pseudo(entry: os.DirEntry[str], label: str, digits: int, say: Report) -> Iterator[Tip]:
    """The objects that a file such as ORIG_HEAD, FETCH_HEAD or another worktree's HEAD names."""
    reach = Reachability.BRANCH if entry.name == "HEAD" else Reachability.REFLOG
    words = (line[:digits] for line in lines_of(_content(entry, label, _FETCHED, say)) if not line[digits : digits + 1].strip())
    for oid in sorted({word for word in words if _is_id(word, digits)}):
        yield Tip(label, oid.decode("ascii"), reach, ref=entry.name == "HEAD")


def _logged(entry: os.DirEntry[str], label: str, reach: Reachability, digits: int, say: Report) -> Iterator[Tip]:
    """Both sides of every entry of a reflog; the side before the first entry is no object."""
    found: set[bytes] = set()
    for line in lines_of(_content(entry, label, _LOG, say)):
        found.update(oid for oid in line.split(b" ", 2)[:2] if _is_id(oid, digits))
    found.discard(b"0" * digits)
    yield from (Tip(label, oid.decode("ascii"), reach, ref=False) for oid in sorted(found))


def _content(entry: os.DirEntry[str], label: str, limit: int, say: Report) -> bytes:
    try:
        return read_regular(entry.path, limit)
    except FileNotFoundError:
        return b""
    except UnreadableError as error:
        say(label, Reason(error.reason), error.detail)
        return b""


def _walked(folder: Path, label: str, say: Report) -> Iterator[tuple[str, os.DirEntry[str]]]:
    if folder.is_symlink():
        say(label, Reason.MALFORMED, "a link, where git has a folder")
        return
    try:
        yield from walk(folder, _DEPTH)
    except UnreadableError as error:
        say(label, Reason(error.reason), error.detail)


def _listed(folder: Path, label: str, say: Report) -> Iterator[os.DirEntry[str]]:
    try:
        yield from entries(folder)
    except UnreadableError as error:
        say(label, Reason(error.reason), error.detail)


def _is_id(oid: bytes, digits: int) -> bool:
    return len(oid) == digits and _OBJECT.fullmatch(oid) is not None


def is_ref_name(name: bytes) -> bool:
    """Whether a ref can be called so: git-check-ref-format(1), below `refs/`."""
    return name.startswith(b"refs/") and not _BAD_NAME.search(name)


def _reach_of_ref(name: bytes) -> Reachability:
    if name == b"refs/stash":
        return Reachability.STASH
    if name.startswith(b"refs/tags/"):
        return Reachability.TAG
    return Reachability.NOTE if name.startswith(b"refs/notes/") else Reachability.BRANCH


def _reach_of_log(name: str) -> Reachability:
    """An older stash is a stash, an overwritten note a note."""
    reach = _reach_of_ref(os.fsencode(name))
    return reach if reach in {Reachability.STASH, Reachability.NOTE} else Reachability.REFLOG
