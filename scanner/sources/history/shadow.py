"""A private stand-in for a repository, in a temporary folder: the only repository that git ever opens.

It has our configuration, checked copies of HEAD, refs and index, and links to the objects that were looked at. git follows
`include.path` and runs what a configuration names; from here none of that is to be had.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.errors import UnreadableError, UsageError
from scanner.model import Reachability, Reason, Unscanned
from scanner.private import temporary_folder
from scanner.records import dataclass, field
from scanner.sources.history import git, objectstore
from scanner.sources.history.config import Facts, read_facts
from scanner.sources.history.files import entries, is_regular, lines_of, read_regular
from scanner.sources.history.git import Handle, Limits
from scanner.sources.history.layout import Layout
from scanner.sources.history.objectstore import PackFile
from scanner.sources.history.refs import Head, Report, Tip, copy_refs, list_others, list_refs

_CONFIG = 1 << 20
_INDEX = 256 << 20
"""Bytes of the index, shared parts included."""
_SHALLOW = 16 << 20
_PATTERNS = "info/sparse-checkout"
_SHARED = re.compile(r"sharedindex\.[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class Shadow:
    """An open stand-in and what was learned while it was made."""

    target: str
    """How the report calls the repository."""
    layout: Layout
    handle: Handle
    tips: tuple[Tip, ...]
    """Every name from which the repository can be entered; none where nobody wants to know."""
    at: Head
    """What HEAD says."""
    shallow: frozenset[str]
    """Commits whose parents were left out on purpose."""
    promised: bool
    """Whether objects were left out on purpose by a partial clone."""
    packs: tuple[PackFile, ...]
    loose: tuple[str, ...]
    """Ids of the objects that are files of their own."""
    unscanned: tuple[Unscanned, ...]
    remotes: Mapping[str, str] = field(default_factory=dict)
    """Name to URL without user and password."""

    @property
    def head(self) -> str | None:
        """What HEAD leads to; None while there is no commit."""
        return self.at.oid


@contextlib.contextmanager
def open_shadow(layout: Layout, target: str, limits: Limits, *, tips: bool = True) -> Iterator[Shadow]:
    """The stand-in for the repository at `layout`; its folder is gone when the context ends. The repository itself is only read.

    `tips` says whether they are looked up, which takes a run of git and reading all reflogs; refs can be resolved either way.

    Raises UsageError where there is no git, or no folder for temporary files.
    """
    git.executable()
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(temporary_folder())
        except OSError as error:
            message = f"there is no room for temporary files: {error.strerror}"
            raise UsageError(message) from error
        yield _fill(folder, layout, target, limits, tips=tips)


def copy_index(shadow: Shadow) -> None:
    """The stand-in has the index that the repository had when this was first asked for, and the shared part of a split one.

    Raises FileNotFoundError where there is no index, UnreadableError where it cannot be copied.
    """
    folder = Path(shadow.handle.gitdir)
    if (folder / "index").exists():
        return
    gitdir = shadow.layout.gitdir
    left = _INDEX
    shared = [entry.name for entry in entries(gitdir) if is_regular(entry) and _SHARED.fullmatch(entry.name)]
    for name, path in (*((name, gitdir / name) for name in shared), ("index", shadow.layout.index or gitdir / "index")):
        content = read_regular(path, left)
        left -= len(content)
        if name == "index" and _is_collapsed(content, shadow.handle.digits // 2):
            _accept_collapsed(folder)
        (folder / name).write_bytes(content)


def index_listing(shadow: Shadow) -> tuple[str, ...]:
    """Arguments with which git lists the copied index; a folder that is collapsed into its tree stays so."""
    collapsed = Path(shadow.handle.gitdir, _PATTERNS).exists()
    return ("ls-files", "--stage", "-z", *(("--sparse",) if collapsed else ()))


def _is_collapsed(index: bytes, width: int) -> bool:
    """Whether `index` has whole folders as one entry (gitformat-index(5)).

    Then it has the extension `sdir`, which git writes behind all others but `EOIE`; `width` is that of the checksum at the end.
    """
    rest = index[:-width]
    if rest[-(12 + width) :].startswith(b"EOIE"):
        rest = rest[: -(12 + width)]
    return rest.endswith(b"sdir\0\0\0\0")


def _accept_collapsed(folder: Path) -> None:
    """From here on git reads the index as it is; else it would begin by writing trees, and there is nothing that it may write."""
    (folder / _PATTERNS).parent.mkdir(exist_ok=True)
    (folder / _PATTERNS).write_text("/*\n!/*/\n", "ascii")
    with (folder / "config").open("a", encoding="utf-8") as config:
        config.write("[core]\nsparseCheckout = true\nsparseCheckoutCone = true\n[index]\nsparse = true\n")


def _fill(folder: Path, layout: Layout, target: str, limits: Limits, *, tips: bool) -> Shadow:
    unscanned: list[Unscanned] = []

    def say(path: str, reason: Reason, detail: str) -> None:
        unscanned.append(Unscanned(target, path, reason, detail))

    facts = _facts(layout, say)
    algorithm = facts.algorithm
    if algorithm not in {"sha1", "sha256"}:
        say(f"{layout.prefix}config", Reason.MALFORMED, "an object format that git does not have; taken for sha1")
        algorithm = "sha1"
    _write_config(folder, algorithm)
    survey = objectstore.mirror(
        layout.objects, folder / "objects", algorithm, target, f"{layout.prefix}objects/", extra=layout.extra_objects
    )
    handle = Handle(str(folder), algorithm, survey.indexes, limits)
    head = copy_refs(layout, folder, handle.digits, say)
    if facts.refs != "files" or os.path.lexists(layout.common / "reftable"):
        say(f"{layout.prefix}reftable", Reason.MALFORMED, "refs are kept as reftable, which is not read; all objects are")
    entrances = tuple(_tips(layout, handle, head, say)) if tips else ()
    shallow = _read_shallow(layout, handle.digits, say)
    everything = (*survey.unscanned, *unscanned)
    return Shadow(target, layout, handle, entrances, head, shallow, survey.promised, survey.packs, survey.loose, everything, facts.remotes)


def _tips(layout: Layout, handle: Handle, head: Head, say: Report) -> Iterator[Tip]:
    if not head.value.startswith("refs/"):
        yield Tip("HEAD", head.value, Reachability.BRANCH)
    yield from list_refs(handle, say)
    yield from list_others(layout, handle.digits, say)


def _facts(layout: Layout, say: Report) -> Facts:
    try:
        return read_facts(read_regular(layout.common / "config", _CONFIG))
    except FileNotFoundError:
        return Facts()
    except UnreadableError as error:
        say(f"{layout.prefix}config", Reason(error.reason), error.detail)
        return Facts()


def _write_config(folder: Path, algorithm: str) -> None:
    """All the configuration that there is for git: how objects are named."""
    lines = ["[core]", f"repositoryformatversion = {int(algorithm != 'sha1')}", "bare = true"]
    if algorithm != "sha1":
        lines += ["[extensions]", f"objectFormat = {algorithm}"]
    (folder / "config").write_text("\n".join(lines) + "\n", "utf-8")


def _read_shallow(layout: Layout, digits: int, say: Report) -> frozenset[str]:
    try:
        content = read_regular(layout.common / "shallow", _SHALLOW)
    except FileNotFoundError:
        return frozenset()
    except UnreadableError as error:
        say(f"{layout.prefix}shallow", Reason(error.reason), error.detail)
        return frozenset()
    return frozenset(line.decode("ascii", "replace") for line in lines_of(content) if len(line) == digits)
