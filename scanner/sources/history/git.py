"""The one place where git reads a repository; `transfer` is where it talks to a server.

What is scanned is hostile, and git was made to obey the repository it works in. So git never sees the repository: it gets a private
shadow (see `shadow`) for a repository, an environment of our own, no configuration but ours, and limits on memory, time and files. It
reads objects and writes to a pipe, nothing else. That git failed is a value, `Failure`; an empty output always means that there was
nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from scanner.errors import UsageError
from scanner.model import Reason
from scanner.records import dataclass, field
from scanner.sources.history.text import complaint

if sys.platform == "linux":
    import fcntl

_MIB = 1 << 20
_BUFFER = _MIB
"""Size of our buffer, and of the pipe where that may be had."""
_NAP = 0.001
"""Seconds that git gets to fill the pipe after it gave us little. It writes piece by piece, and being woken for each takes longer. What it says
of trees in that time is a fortieth of the pipe, so it never waits for us.
"""
_STDERR_KEPT = 4096

INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DEVELOPER_DIR", "SYSTEMROOT", "PATHEXT")
"""All that a child gets from our environment: what it takes to find and load git. No `GIT_*`, no `HOME`, no `XDG_*`."""

_SETTINGS = (
    "advice.graftFileDeprecated=false",
    "core.alternateRefsCommand=true",
    f"core.attributesFile={os.devnull}",
    "core.bigFileThreshold=128m",
    "core.commitGraph=false",
    f"core.excludesFile={os.devnull}",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.multiPackIndex=false",
    "core.packedGitLimit=256m",
    "core.packedGitWindowSize=32m",
    "core.pager=cat",
    "core.untrackedCache=false",
    "diff.external=",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "gpg.program=false",
    "log.showSignature=false",
    "maintenance.auto=false",
    "pack.readReverseIndex=false",
    "protocol.allow=never",
    "safe.directory=*",
    "submodule.recurse=false",
    "uploadpack.packObjectsHook=",
)
"""Belt and braces: the shadow's configuration holds nothing, and these would win over it if it did."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What git may cost. `patience` is in seconds, sizes are in bytes."""

    patience: float = 120.0
    """How long a child may be silent, and how long any run may take even if it has nothing to do."""
    memory: int = 1 << 30
    """Address space of a child, pack indexes aside."""
    restarts: int = 250
    """How often one job is taken up again behind an object on which git died."""


@dataclass(frozen=True, slots=True)
class Handle:
    """What a child needs to know of a shadow repository. Small and picklable, so that workers can read too."""

    gitdir: str
    algorithm: str = "sha1"
    """`sha1` or `sha256`: how objects are named."""
    indexes: int = 0
    """Bytes of all pack indexes: git maps them whole."""
    limits: Limits = field(default_factory=Limits)

    @property
    def digits(self) -> int:
        """Hexadecimal digits of an object id."""
        return 64 if self.algorithm == "sha256" else 40


@dataclass(frozen=True, slots=True)
class Failure:
    """That git did not do what it was asked, and why, in words that may be shown."""

    reason: Reason
    detail: str


def executable() -> str:
    """The absolute path of git.

    Relative entries of PATH are passed over: they would be looked up in whatever folder we are in.

    Raises UsageError where there is none.
    """
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = shutil.which("git", path=os.pathsep.join(entry for entry in entries if Path(entry).is_absolute()))
    if found is None:
        message = "git is needed to read a repository's history, and there is none on the PATH"
        raise UsageError(message)
    return found


def git_mark() -> str:
    """Another one when another git is installed, which may say other things. Raises UsageError where there is none."""
    path = executable()
    status = os.stat(path)  # noqa: PTH116 - as strings, like everything that becomes a command line
    return f"{path} {status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def environment(gitdir: str) -> dict[str, str]:
    """The whole environment of a child that works on the shadow `gitdir`."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ASKPASS": "true",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_DIR": gitdir,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OBJECT_DIRECTORY": f"{gitdir}/objects",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": gitdir,
        "LC_ALL": "C",
        "SSH_ASKPASS": "true",
    }


class Child:
    """One run of git. `out` is its standard output; when that is at its end, `end` says whether it was the whole answer."""

    def __init__(self, handle: Handle, arguments: Sequence[str], request: IO[bytes] | None, allowance: float, room: int) -> None:
        self._name = f"git {arguments[0]}"
        self._limits = handle.limits
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        self._process = subprocess.Popen(
            [*_limited(handle, room), executable(), "--no-pager", "--no-replace-objects", *settings, *arguments],
            stdin=request or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=handle.gitdir,
            env=environment(handle.gitdir),
        )
        _widen(self._process.stdout)
        self._raw = _Output(self._process, self._limits.patience, self._limits.patience + allowance)
        self.out: io.BufferedIOBase = io.BufferedReader(self._raw, _BUFFER)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self.out.close()

    @property
    def complaint(self) -> str:
        """The first thing that git said on standard error, fit to be shown; empty where it said nothing."""
        return complaint(bytes(self._raw.stderr))

    @property
    def crashed(self) -> bool:
        """Whether a signal ended the child, so that the last part of its output may be lost."""
        return self._process.returncode is not None and self._process.returncode < 0

    def end(self) -> Failure | None:
        """What went wrong, once `out` is at its end; the child is gone afterwards."""
        try:
            code = self._process.wait(timeout=self._limits.patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
            self._raw.late = True
        if self._raw.late:
            return Failure(Reason.TIMEOUT, f"{self._name} took too long and was ended")
        if code < 0:
            return Failure(Reason.DAMAGED, f"{self._name} was ended by signal {-code}")
        if code:
            return Failure(Reason.DAMAGED, f"{self._name} failed: {self.complaint}".removesuffix(": "))
        return None


class _Output(io.RawIOBase):
    """A child's standard output. Standard error is drained on the way, and nobody waits for ever.

    Only time spent waiting for the child counts against it: a reader that takes its time is no fault of git's.
    """

    def __init__(self, process: subprocess.Popen[bytes], patience: float, budget: float) -> None:
        self.stderr = bytearray()
        self.late = False
        self._hungry = 0
        """How often in a row git gave us little: once is all that there is of a short answer."""
        self._process = process
        self._patience = patience
        self._budget = budget
        self._selector = selectors.DefaultSelector()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                self._selector.register(pipe, selectors.EVENT_READ)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a raw stream is only ever asked with a memoryview
        while self._selector.get_map():
            for key in self._wait():
                if key.fileobj is self._process.stdout:
                    if self._hungry > 1:
                        time.sleep(_NAP)
                    if count := os.readv(key.fd, [buffer]):
                        self._hungry = self._hungry + 1 if count < _BUFFER // 4 else 0
                        return count
                elif said := os.read(key.fd, _STDERR_KEPT):
                    self.stderr += said[: _STDERR_KEPT - len(self.stderr)]
                    continue
                self._selector.unregister(key.fileobj)
        return 0

    def close(self) -> None:
        if not self.closed:
            self._selector.close()
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe is not None:
                    pipe.close()
        super().close()

    def _wait(self) -> list[selectors.SelectorKey]:
        """The pipes with something to read; none after the child was ended for being late."""
        started = time.monotonic()
        ready = [key for key, _ in self._selector.select(min(self._patience, self._budget))]
        self._budget = max(0.0, self._budget - (time.monotonic() - started))
        if not ready:
            self.late = True
            self._process.kill()
            for key in list(self._selector.get_map().values()):
                self._selector.unregister(key.fileobj)
        return ready


@contextlib.contextmanager
def run(handle: Handle, *arguments: str, request: bytes | None = None, allowance: float = 0.0, room: int = 0) -> Iterator[Child]:
    """A child that runs `git arguments…` on the shadow; it is gone when the context ends.

    `request` becomes its standard input, from a file: with a pipe both sides could wait for each other. `allowance` is how many seconds
    the run may take beyond the limits' patience, `room` how many bytes of address space beyond their memory, for a file that git maps.

    Raises UsageError where there is no git.
    """
    with contextlib.ExitStack() as stack:
        source: IO[bytes] | None = None
        if request is not None:
            source = stack.enter_context(tempfile.TemporaryFile(dir=handle.gitdir))
            source.write(request)
            source.seek(0)
        yield stack.enter_context(Child(handle, arguments, source, allowance, room))


def _limited(handle: Handle, room: int) -> tuple[str, ...]:
    """A command that runs the one behind it with bounded memory, without leaving a core, and unable to write any file (a pipe is none).

    A shell, because nothing else sets limits before the first instruction of a child and is safe beside threads. What a system does not
    know it does not limit: macOS has no bound on address space.
    """
    memory = handle.limits.memory + room + 2 * handle.indexes  # an index is mapped, and turned over once into a table of offsets
    return ("/bin/sh", "-c", 'ulimit -c 0; ulimit -f 0; ulimit -v "$0" 2>/dev/null; exec "$@"', str(memory >> 10))


def _widen(pipe: IO[bytes] | None) -> None:
    if pipe is not None and sys.platform == "linux":
        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _BUFFER)
