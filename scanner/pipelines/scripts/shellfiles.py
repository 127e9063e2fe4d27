"""Scripts of shells: a file is one target without a name."""

from __future__ import annotations

import re

from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import Lines

_SHEBANG = re.compile(rb"#![ \t]{0,8}+[^\n]{0,128}?\b(?:ba|da|a|z|k)?sh\b")


def is_shell(data: bytes) -> bool:
    """Whether a file without an ending says in its first line that it is text of a POSIX shell."""
    return _SHEBANG.match(data) is not None


def _whole(file: str, data: bytes, kind: str, shell: str) -> ScriptFile:
    lines = Lines(data)
    return ScriptFile(file, kind, (Target("", 1, 1, (lines.cut(0, len(lines.text), shell),)),), default="")


def _shell(file: str, data: bytes) -> ScriptFile:
    return _whole(file, data, "shell", "bash")


def _powershell(file: str, data: bytes) -> ScriptFile:
    return _whole(file, data, "powershell", "pwsh")


def _batch(file: str, data: bytes) -> ScriptFile:
    return _whole(file, data, "batch", "cmd")


SHELL = ScriptReader("shell", re.compile(r"(?s:.{0,4096})\.(?:sh|bash|zsh|ksh)"), _shell)
"""That of files that `is_shell` recognises, too."""
READERS = (
    SHELL,
    ScriptReader("powershell", re.compile(r"(?s:.{0,4096})\.ps[m]?1"), _powershell),
    ScriptReader("batch", re.compile(r"(?s:.{0,4096})\.(?:bat|cmd)", re.IGNORECASE), _batch),
)
