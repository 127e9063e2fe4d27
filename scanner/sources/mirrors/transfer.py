"""git as a client: the one place where it talks to a server.

It gets an environment and settings of our own here as well; nothing of the user's configuration counts but what leads to a host and
proves who we are to it (ssh, proxies, certificates). Only the URL's own protocol is allowed. The whole group of processes is ended
when git is silent for too long, takes too long or says too much, and when we are interrupted.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from scanner.errors import TargetError
from scanner.records import dataclass
from scanner.sources.history.git import INHERITED, executable
from scanner.sources.history.text import complaint
from scanner.sources.mirrors.url import Url

_CHUNK = 1 << 16
_ANSWER = 128 << 20
"""Bytes that git may say: a million refs."""
_KEPT = 1 << 14
"""Bytes of the end of standard error; progress comes before the reason."""
_SILENT = "the server is silent for too long"
_PROXIES = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
_CERTIFICATES = {"SSL_CERT_FILE": "GIT_SSL_CAINFO", "SSL_CERT_DIR": "GIT_SSL_CAPATH"}
"""What OpenSSL reads by itself, and git under names of its own whatever it was built with."""
_PERSON = ("HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK")
"""Who we are to ssh, which has no other way to keys and known hosts. Nobody else gets a home: there is a `.netrc` in it."""
_SSH = "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oForwardAgent=no -oClearAllForwardings=yes -oPermitLocalCommand=no"
_SETTINGS = (
    ("core.alternateRefsCommand", "true"),
    ("core.bigFileThreshold", "128m"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.packedGitLimit", "256m"),
    ("credential.helper", ""),
    ("fetch.fsckObjects", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("pack.threads", "2"),
    ("protocol.version", "2"),
    ("safe.directory", "*"),
    ("submodule.recurse", "false"),
)
_HELPER = '!printf "username=%s\\npassword=%s\\n" "$KEYTRAIL_USER" "$KEYTRAIL_PASSWORD"; :'
"""A credential helper as gitcredentials(7) has them. The shell's own `printf` and variables: the login is in no command line."""
_SERVER_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "safe.directory=*")
_QUOTED = re.compile(rb"'[^']{0,4096}'")
"""Where git repeats a URL or a name."""
_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (rb"could not resolve|name or service not known|unable to look up", "the host is not known"),
        (rb"host key verification failed|no .{1,20} host key is known", "the host's key is not among the known hosts"),
        (rb"not allowed|(?:not supported or )?disabled in libcurl|protocol .{1,40} disabled", "it leads to a protocol that is not allowed"),
        (rb"returned error: 30\d|redirect", "the server redirects to another URL"),
        (rb"authentication failed|could not read (?:username|password)|permission denied|returned error: 401", "it wants another login"),
        (rb"returned error: 403", "the server refuses access"),
        (rb"repository .{0,9}not found|returned error: 404|does not appear to be a git repo|not exported", "there is no such repository"),
        (rb"certificate|ssl|tls", "the server's certificate is not trusted"),
        (
            rb"refused|failed to connect|could ?n[o']t connect|unable to connect|unreachable|no route|timed out",
            "the host cannot be reached",
        ),
        (rb"file too large|file size limit|out of memory|no space left", "it is larger than there is room for"),
        (rb"hung up|early eof|unexpected disconnect|invalid index-pack|empty reply", "the server ended in the middle"),
        (rb"remote error", "the server refuses, for reasons of its own"),
    )
)
"""What git, curl and ssh write (they speak English to us), and what it means. The first that fits is taken."""


@dataclass(frozen=True, slots=True)
class NetLimits:
    """What one conversation with a server may cost. Times are in seconds, sizes are in bytes."""

    patience: float = 120.0
    """How long there may be silence."""
    duration: float = 6 * 3600.0
    """How long it may take, however much is said."""
    memory: int = 4 << 30
    """Address space of each process."""
    storage: int = 64 << 30
    """Largest file that may be written."""


def talk(url: Url, gitdir: str, limits: NetLimits, command: str, *arguments: str) -> bytes:
    """What `git command --upload-pack=… arguments…` says about the repository at `url`, working in `gitdir`.

    Raises TargetError where it fails, UsageError where there is no git.
    """
    # git forgets its environment's settings when it starts the server's half itself. That half is made to serve repositories that
    # nobody vouches for (git-upload-pack(1), SECURITY); no protocol may be left to it, so that it does not fetch what is missing.
    if url.scheme == "file":
        server = [executable(), *(part for setting in _SERVER_SETTINGS for part in ("-c", setting)), "upload-pack"]
        arguments = (f"--upload-pack=GIT_ALLOW_PROTOCOL=none {shlex.join(server)}", *arguments)
    with _Client(url, gitdir, limits, (command, *arguments)) as client:
        return client.answer()


class _Client:
    """A running git and everything that it started; none of it is left when the context ends."""

    def __init__(self, url: Url, gitdir: str, limits: NetLimits, arguments: Sequence[str]) -> None:
        self._limits = limits
        self._out = bytearray()
        self._errors = bytearray()
        self._process = subprocess.Popen(
            [*_limited(limits), executable(), "--no-pager", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            env=environment(url, gitdir),
            start_new_session=True,  # a group that can be ended as a whole, and no terminal to ask at
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them are gone; macOS says the latter
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def answer(self) -> bytes:
        """All that git said, once it has ended well; TargetError otherwise."""
        for piece, good in self._pieces():
            if good:
                self._out += piece
                if len(self._out) > _ANSWER:
                    message = "it has more refs than can be read"
                    raise TargetError(message)
            else:
                self._errors += piece
                del self._errors[:-_KEPT]
        try:
            code = self._process.wait(self._limits.patience)
        except subprocess.TimeoutExpired:
            raise TargetError(_SILENT) from None
        if code:
            raise TargetError(reason(bytes(self._errors)))
        return bytes(self._out)

    def _pieces(self) -> Iterator[tuple[bytes, bool]]:
        """What comes from both outputs until both are closed, and whether it is standard output."""
        end = time.monotonic() + self._limits.duration
        with selectors.DefaultSelector() as selector:
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe is not None:
                    selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(max(0.0, min(self._limits.patience, end - time.monotonic())))
                if not ready:
                    raise TargetError(_SILENT if time.monotonic() < end else "it takes too long")
                for key, _ in ready:
                    if piece := os.read(key.fd, _CHUNK):
                        yield piece, key.fileobj is self._process.stdout
                    else:
                        selector.unregister(key.fileobj)


def environment(url: Url, gitdir: str) -> dict[str, str]:
    """The whole environment of a git that works in `gitdir` and talks to `url`; only the same user can read it."""
    passed = {name: name for name in (*INHERITED, *(_PERSON if url.scheme == "ssh" else ()))}
    if url.scheme in {"http", "https"}:
        passed |= {name: name for name in _PROXIES} | _CERTIFICATES
    settings = [*_SETTINGS, ("http.followRedirects", "initial" if url.scheme == "https" else "false")]
    login = {}
    if url.login is not None:
        settings.append((f"credential.{url.site}.helper", _HELPER))
        user, password = (secret.reveal().decode() for secret in url.login)
        login = {"KEYTRAIL_USER": user, "KEYTRAIL_PASSWORD": password}
    numbered = {f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(settings)}
    numbered |= {f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(settings)}
    kept = {name: os.environ[source] for source, name in passed.items() if source in os.environ}
    return (
        {"HOME": os.devnull}
        | kept
        | login
        | numbered
        | {
            "GIT_ALLOW_PROTOCOL": url.scheme,
            "GIT_ASKPASS": "",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": str(len(settings)),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_DIR": gitdir,
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_SSH_COMMAND": _SSH,
            "GIT_SSH_VARIANT": "ssh",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }
    )


def reason(stderr: bytes) -> str:
    """Why git failed, in words that hold nothing of what the server or the URL said."""
    lines = [_QUOTED.sub(b"''", line) for line in re.split(rb"[\r\n]+", stderr) if not line.startswith(b"remote:")]
    known = (words for pattern, words in _REASONS if any(pattern.search(line) for line in lines))
    fatal = next((line for line in lines if line.startswith((b"fatal:", b"error:"))), b"")
    words = " ".join("…" if "@" in word else word for word in complaint(fatal).split())
    return next(known, f"git failed: {words}" if words else "git failed")


def _limited(limits: NetLimits) -> tuple[str, ...]:
    """A command that runs the one behind it with bounded memory and files, without leaving a core and for nobody else to read."""
    script = 'umask 077; ulimit -c 0; ulimit -f "$0"; ulimit -v "$1" 2>/dev/null; shift; exec "$@"'
    return ("/bin/sh", "-c", script, str(limits.storage >> 9), str(limits.memory >> 10))
