"""Real git repositories, made as a user makes them, without the user's configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

AUTHOR = "Ada Developer <ada@example.org>"
FIRST_DATE = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)

_SETTINGS = {
    "commit.gpgsign": "false",
    "core.autocrlf": "false",
    "gc.auto": "0",
    "init.defaultBranch": "main",
    "protocol.file.allow": "always",
    "tag.gpgsign": "false",
    "user.email": "ada@example.org",
    "user.name": "Ada Developer",
}


def environment(**extra: str) -> dict[str, str]:
    """What git sees: no configuration but ours, no user, no other repository's variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
    settings = {"GIT_CONFIG_COUNT": str(len(_SETTINGS))}
    for number, (name, value) in enumerate(_SETTINGS.items()):
        settings |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    isolation = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": os.devnull, "LC_ALL": "C"}
    return {**kept, **isolation, **settings, **extra}


class Repo:
    """A repository in a folder that is made when it is missing. Commits are an hour apart unless dates say otherwise."""

    def __init__(self, path: Path, *, bare: bool = False, object_format: str = "sha1") -> None:
        self.path = path
        self.gitdir = path if bare else path / ".git"
        self._commits = 0
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", f"--object-format={object_format}", *(["--bare"] if bare else []))

    def git(self, *arguments: str, stdin: bytes | None = None, date: datetime | None = None) -> str:
        """What `git arguments…` says in the repository, without the last newline; an error where it fails."""
        stamp = f"{int((date or FIRST_DATE).timestamp())} +0000"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=environment(GIT_AUTHOR_DATE=stamp, GIT_COMMITTER_DATE=stamp),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            message = f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
            raise AssertionError(message)
        return os.fsdecode(done.stdout).removesuffix("\n")

    def commit(
        self,
        files: Mapping[str, str | bytes | None] | None = None,
        *,
        message: str = "change",
        date: datetime | None = None,
        author: str = AUTHOR,
    ) -> str:
        """The id of a new commit that gives `files` these contents; None removes a file. Nothing else is added."""
        for name, content in (files or {}).items():
            self._write(name, content)
        if files:
            self.git("--literal-pathspecs", "add", "--all", "--force", "--", *files)
        when = date or FIRST_DATE + timedelta(hours=self._commits)
        self._commits += 1
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", f"--author={author}", f"--message={message}", date=when)
        return self.git("rev-parse", "HEAD")

    def blob(self, content: str) -> str:
        """The id of a blob with this content, which nothing refers to if it is new."""
        return self.git("hash-object", "-w", "--stdin", stdin=content.encode())

    def forge(self, kind: str, content: bytes) -> str:
        """The id of an object of `kind` with any content, well-formed or not."""
        return self.git("hash-object", "-t", kind, "-w", "--stdin", "--literally", stdin=content)

    def loose(self, oid: str) -> Path:
        """Where the loose object `oid` lies."""
        return self.gitdir / "objects" / oid[:2] / oid[2:]

    def pack(self) -> Path:
        """The one pack that now holds everything reachable, reflogs included."""
        self.git("repack", "-a", "-d", "-n", "--quiet")
        (pack,) = (self.gitdir / "objects" / "pack").glob("*.pack")
        return pack

    def _write(self, name: str, content: str | bytes | None) -> None:
        path = self.path / name
        if content is None:
            path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
