"""A bare copy of a remote repository, in a cache folder that we alone write to.

All refs are fetched, and refs that the remote no longer has are gone from the copy; objects stay, so that what a rewritten history
left behind is still read. The configuration is ours to the byte: a folder with another one is not touched.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import TargetError, UnreadableError
from scanner.records import dataclass
from scanner.sources.history import git
from scanner.sources.history.files import entries, is_folder, is_regular, read_regular, walk
from scanner.sources.history.git import Handle
from scanner.sources.history.refs import UNBORN
from scanner.sources.mirrors.transfer import NetLimits, talk
from scanner.sources.mirrors.url import Url

_CONFIG = 16 << 10
_DEPTH = 64
_SLUG = 60
_DIGEST = 20
"""Hexadecimal digits that tell mirrors apart whose names look alike."""
_SHA256 = 64
"""Hexadecimal digits of an id in a repository that uses SHA-256."""
_LINE = re.compile(rb"(?:ref: (refs/heads/\S+)|([0-9a-f]{64}|[0-9a-f]{40}))\t(\S+)")
_FETCH = (
    *("--prune", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", "--no-write-fetch-head"),
    *("--no-show-forced-updates", "--progress"),
)


@dataclass(frozen=True, slots=True)
class RemoteRefs:
    """What a server says its repository has."""

    digest: str
    """Changes whenever a ref or HEAD does."""
    head: str | None
    """What HEAD leads to: the name of a branch, or a commit's id where it is detached; None where there is none."""
    algorithm: str
    """`sha1` or `sha256`; `sha1` where there is no ref to tell by."""
    empty: bool
    """Whether there is no ref at all."""


def remote_refs(url: Url, *, limits: NetLimits | None = None) -> RemoteRefs:
    """The refs of the repository at `url`, as its server lists them; nothing is written.

    Raises TargetError with one reason, UsageError where there is no git.
    """
    said = talk(url, os.devnull, limits or NetLimits(), "ls-remote", "--symref", "--", url.text)
    branch = detached = None
    digits = 0
    count = 0
    for line in said.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        count += 1
        digits = digits or len(match[2] or b"")
        if match[3] == b"HEAD":
            branch, detached = branch or match[1], detached or match[2]
    head = branch or detached
    algorithm = "sha256" if digits == _SHA256 else "sha1"
    return RemoteRefs(hashlib.sha256(said).hexdigest(), os.fsdecode(head) if head else None, algorithm, not count)


def update(url: Url, folder: Path, refs: RemoteRefs, *, limits: NetLimits | None = None) -> None:
    """`folder` is a mirror of `url` with at least what `refs` tells of; it is made where it does not exist.

    An update that was interrupted is made good by the next.

    Raises TargetError with one reason: the server's, that the folder is no mirror of this URL, or that another process is at work in it.
    Raises UsageError where there is no git.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(folder):
            _update(url, folder, refs, limits or NetLimits())
    except OSError as error:
        message = f"the mirror {folder} cannot be written: {error.strerror}"
        raise TargetError(message) from error
    except UnreadableError as error:
        message = f"the mirror {folder} cannot be read: {error}"
        raise TargetError(message) from error


def _update(url: Url, folder: Path, refs: RemoteRefs, limits: NetLimits) -> None:
    if os.path.lexists(folder):
        _check(folder, url, refs)
        _tidy(folder)
    else:
        _make(folder, url, refs.algorithm)
    detached = refs.head is not None and not refs.head.startswith("refs/")
    wanted = ("+refs/*:refs/*", *(("HEAD",) if detached else ()))
    talk(url, str(folder), limits, "fetch", *_FETCH, "--", url.text, *wanted)
    _write_head(folder, refs)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else updates `folder` inside; the lock ends with the process at the latest."""
    descriptor = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"another sweep is updating the mirror {folder}"
        raise TargetError(message) from None


def mirror_folder(cache: Path, url: Url) -> Path:
    """Where below `cache` the mirror of `url` lies. Two URLs never share one, the same URL with another user does."""
    place = url.shown.partition("://")[2] or url.shown
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", place.removesuffix(".git")).strip("-.")[-_SLUG:].lstrip("-.")
    digest = hashlib.sha256(f"{url.scheme} {url.shown}".encode()).hexdigest()[:_DIGEST]
    return cache / f"{slug or 'repository'}-{digest}.git"


def _make(folder: Path, url: Url, algorithm: str) -> None:
    """An empty mirror that is there as a whole or not at all (gitrepository-layout(5))."""
    prefix = f".new-{folder.name}-"
    for stale in folder.parent.glob(glob.escape(prefix) + "*"):  # of a process that was killed: the lock is ours
        shutil.rmtree(stale, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        (draft / "objects").mkdir(mode=0o700)
        (draft / "refs").mkdir(mode=0o700)
        (draft / "HEAD").write_text(f"ref: {UNBORN}\n", "ascii")
        (draft / "config").write_bytes(_config(url, algorithm))
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _config(url: Url, algorithm: str) -> bytes:
    """The whole configuration of a mirror. The remote is there for whoever wonders what the folder is."""
    quoted = url.shown.replace("\\", "\\\\").replace('"', '\\"')
    lines = ["[core]", f"\trepositoryFormatVersion = {int(algorithm != 'sha1')}", "\tbare = true"]
    lines += ["[extensions]", f"\tobjectFormat = {algorithm}"] if algorithm != "sha1" else []
    return "\n".join([*lines, '[remote "origin"]', f'\turl = "{quoted}"', ""]).encode()


def _check(folder: Path, url: Url, refs: RemoteRefs) -> None:
    """Nothing, where `folder` is our mirror of `url`; TargetError otherwise."""
    try:
        status = folder.lstat()
        ours = folder.is_dir() and not folder.is_symlink() and status.st_uid == os.geteuid()
        found = read_regular(folder / "config", _CONFIG) if ours else b""
    except (FileNotFoundError, UnreadableError):
        found = b""
    if found == _config(url, refs.algorithm) or (refs.empty and found == _config(url, "sha256")):
        return
    if found in {_config(url, "sha1"), _config(url, "sha256")}:
        message = f"it now names its objects in another way; remove {folder} to read it anew"
    else:
        message = f"{folder} is there and no mirror of this URL"
    raise TargetError(message)


def _tidy(folder: Path) -> None:
    """Nothing that an interrupted git left behind is there any more."""
    for entry in [*entries(folder / "objects")]:
        if is_folder(entry) and entry.name.startswith("tmp_objdir-"):
            shutil.rmtree(entry.path)
    for path in [*_leavings(folder)]:
        path.unlink()


def _leavings(folder: Path) -> Iterator[Path]:
    """Locks and unfinished files: git names the latter `tmp_…` and knows no lock that is older than its process."""
    for entry in entries(folder):
        if is_regular(entry) and (entry.name.endswith((".lock", ".new")) or entry.name == "FETCH_HEAD"):
            yield Path(entry.path)
    for path, entry in walk(folder / "refs", _DEPTH):
        if path.endswith(".lock"):
            yield Path(entry.path)
    for _, entry in walk(folder / "objects", 2):
        if entry.name.startswith(("tmp_", ".tmp-")) or entry.name.endswith(".lock"):
            yield Path(entry.path)


def _write_head(folder: Path, refs: RemoteRefs) -> None:
    """The mirror's HEAD says what the remote's does, so far as that is a name that git accepts."""
    head = refs.head or UNBORN
    if head.startswith("refs/") and head != UNBORN and not _is_accepted(folder, refs.algorithm, head):
        head = UNBORN
    draft = folder / "HEAD.new"
    draft.write_bytes(b"ref: " * head.startswith("refs/") + os.fsencode(head) + b"\n")
    draft.replace(folder / "HEAD")


def _is_accepted(folder: Path, algorithm: str, name: str) -> bool:
    with git.run(Handle(str(folder), algorithm), "check-ref-format", name) as child:
        return child.end() is None
