"""What helps where a clone has not all of the history that a change takes."""

from __future__ import annotations

import re

from scanner.sources.history import Repository

SETTING = 'in CI the checkout has to fetch everything (GitHub: `fetch-depth: 0`, GitLab: `GIT_DEPTH: "0"`)'
"""Said where it is not known which system it is."""
_REMOTE = re.compile(r"[A-Za-z0-9_][\w./-]{0,100}", re.ASCII)
"""Names of remotes that are repeated in a command which people copy."""


def fetch(repository: Repository, *wanted: str) -> str:
    """The command that brings the rest of the history, and the refs or ids `wanted`, quoted for a shell."""
    import shlex  # noqa: PLC0415 - most clones lack nothing

    names = [name for name in repository.remotes if _REMOTE.fullmatch(name)]
    remote = "origin" if "origin" in names or not names else names[0]
    whole = ["--unshallow"] if repository.shadow.shallow else []
    return f"`{shlex.join(['git', 'fetch', *whole, remote, *wanted])}`"


def bringing(repository: Repository, setting: str, *wanted: str) -> str:
    """What brings it by hand, and what does in CI."""
    return f"{fetch(repository, *wanted)} brings it; {setting}"
