"""Scripts of shells: a file is one target without a name."""

from __future__ import annotations

import re
import shlex
from collections.abc import Container, Sequence

from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.powershell import without_branches
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import Lines
from scanner.pipelines.shell import block_end
from scanner.records import replace

_SHEBANG = re.compile(rb"#![ \t]{0,8}+[^\n]{0,128}?\b(?:ba|da|a|z|k)?sh\b")

_PARAMETERS = re.compile(r"(?im)^[ \t]{0,16}+param[ \t\r\n]{0,16}+\(")
_PARAMETER = re.compile(
    r"(?m)^[ \t]{0,64}+(?:\[[^\]\n]{1,80}+\][ \t]{0,8}+){0,4}+\$(?P<name>\w{1,80}+)(?:[ \t]{0,8}+=[ \t]{0,8}+(?P<quote>[\"'])(?P<value>[^\"'\n]{0,200}+)(?P=quote))?"
)
_HANDED_ON = re.compile(r"\n(?P<before>(?:[^\n#\\]|\\\n|\\[^\n]){0,4000}?)(?P<all>\"\$[@]\"|\$[@*])[ \t]{0,16}+;?\s{0,16}+\Z")
_LONGEST_END = 4_000
"""Characters of the end of a script in which it hands its words on."""
_OWN_FOLDER = re.compile(
    r"""(?: \$\( [ ]{0,4} (?: cd [ ]{1,4} (?:--[ ])? ["']? \$\( [ ]{0,4} )? dirname [ ]{1,4} (?:--[ ])? ["']? \$ \{? (?:0|BASH_SOURCE) (?:\[0\])? \}? ["']? [ ]{0,4} \)
        (?: ["']? (?P<below> /[\w./-]{1,80} )? ["']? [^()\n]{0,80} pwd [^()\n]{0,20} \) )?
      | \$\{ (?:0|BASH_SOURCE(?:\[0\])?) %/\* \} ) (?=/|\Z)""",
    re.VERBOSE,
)
_EXPANDED = re.compile(r"\$(?:(?P<bare>[A-Za-z_]\w{0,80}+)(?![\w.\[(:]|[ \t]{0,8}=)|\{(?P<curly>[A-Za-z_]\w{0,80})\})")
_POSITION = re.compile(r"(?i)\bPosition[ \t]{0,8}=[ \t]{0,8}(\d{1,3})")
_BOTH = re.compile(r"\s{0,64}+:[ \t]{0,8}+(?:;|<<)")
"""How a batch file begins that a POSIX shell runs as well: a label to the one, nothing or text to pass over to the other."""
_LAST = re.compile(r"(?im)^[ \t]{0,64}+@?[ \t]{0,8}+(?:goto[ \t]{0,8}+:?eof|exit[ \t]{1,8}+/b[^\n]{0,80}+)[ \t]{0,64}+$")
"""Where the part for Windows ends that stands first."""
_LAST_MARKED = re.compile(r"(?m)^:;[ \t]{0,8}+exit\b[^\n]{0,80}+$")
"""Where the part for other shells ends, each line of it marked."""
_LONGEST_HEAD = 4_000
"""Characters of a list of parameters."""


def is_shell(data: bytes) -> bool:
    """Whether a file without an ending says in its first line that it is text of a POSIX shell."""
    return _SHEBANG.match(data) is not None


def with_parameters(target: Target, words: Sequence[str]) -> Target:
    """A script of PowerShell in which its parameters are what they are given, or else their defaults, as far as these are texts.

    Branches that these rule out are left out.
    """
    text = target.texts[0].value if target.texts else ""
    head = _PARAMETERS.search(text)
    if head is None:
        return target
    end = min(block_end(text, head.end(), "()") or head.end(), head.end() + _LONGEST_HEAD)
    found = tuple(_PARAMETER.finditer(text, head.end(), end))
    declared = {one["name"].lower(): one["value"] for one in found}
    switches = {one["name"].lower() for one in found if "[switch]" in one[0].lower()}
    given, free = _told(words, declared, switches)
    declared |= given | dict(zip(_positions(text, head.end(), found, {*given, *switches}), free, strict=False))
    known = {name: value for name, value in declared.items() if value is not None and "$" not in value}
    if not any(word.startswith("@") for word in words):
        text = without_branches(text, end, known)
    done = _EXPANDED.sub(lambda name: known.get((name["bare"] or name["curly"]).lower(), name[0]), text[end:])
    return replace(target, texts=(replace(target.texts[0], value=text[:end] + done),))


def _told(words: Sequence[str], declared: Container[str], switches: Container[str]) -> tuple[dict[str, str | None], list[str]]:
    """The parameters that are given by their names, and the words behind the script that are given by their places."""
    given: dict[str, str | None] = {}
    free: list[str] = []
    script = next((place for place, word in enumerate(words) if word.lower().endswith(".ps1")), len(words))
    waiting = iter(range(len(words)))
    for place in waiting:
        name, colon, value = words[place][1:].partition(":")
        if words[place].startswith("-") and name.lower() in declared:
            is_switch = name.lower() in switches
            given[name.lower()] = value if colon else None if is_switch else words[place + 1] if place + 1 < len(words) else ""
            if not colon and not is_switch:
                next(waiting, None)
        elif place > script and not words[place].startswith("-"):
            free.append(words[place])
    return given, free


def _positions(text: str, start: int, found: Sequence[re.Match[str]], taken: Container[str]) -> list[str]:
    """The parameters that words without a name are for, in their order: those with a position, where any has one."""
    placed, before = [], start
    for one in found:
        said = _POSITION.search(text, before, one.start("name"))
        placed.append((int(said[1]) if said is not None else -1, one["name"].lower()))
        before = one.end()
    told = [one for one in placed if one[0] >= 0]
    return [name for _, name in (sorted(told) if told else placed) if name not in taken]


def in_own_folder(place: str) -> str | None:
    """What a place is below the folder of the script that goes there, as `$(dirname "$0")/..` is; None where it is no such place."""
    found = _OWN_FOLDER.match(place)
    return None if found is None else f"{found['below'] or ''}{place[found.end() :]}".lstrip("/") or "."


def with_words(target: Target, words: Sequence[str]) -> Target:
    """A script of a POSIX shell whose last command is handed what the script is called with: `exec "$@"`."""
    text = target.texts[0].value if target.texts else ""
    found = _HANDED_ON.search(text, max(0, len(text) - _LONGEST_END))
    if found is None or not words:
        return target
    given = " ".join(shlex.quote(word) if word.startswith("-") or not word.startswith("$") else word for word in words)[:_LONGEST_END]
    return replace(target, texts=(replace(target.texts[0], value=f"{text[: found.end('before')]}{given}{text[found.end('all') :]}"),))


def _whole(file: str, data: bytes, kind: str, shell: str) -> ScriptFile:
    lines = Lines(data)
    return ScriptFile(file, kind, (Target("", 1, 1, (lines.cut(0, len(lines.text), shell),)),), default="")


def _shell(file: str, data: bytes) -> ScriptFile:
    return _whole(file, data, "shell", "bash")


def _powershell(file: str, data: bytes) -> ScriptFile:
    return _whole(file, data, "powershell", "pwsh")


def _batch(file: str, data: bytes) -> ScriptFile:
    """A batch file, or one that a POSIX shell can run as well: what both do is read then."""
    lines = Lines(data)
    if _BOTH.match(lines.text) is None:
        return _whole(file, data, "batch", "cmd")
    is_marked = lines.text.lstrip().startswith(":;")
    end = (_LAST_MARKED if is_marked else _LAST).search(lines.text)
    at = end.end() if end is not None else len(lines.text)
    parts = ((0, at, "bash"), (at, len(lines.text), "cmd")) if is_marked else ((0, at, "cmd"), (0, len(lines.text), "bash"))
    texts = tuple(lines.cut(start, stop, shell) for start, stop, shell in parts if stop > start)
    return ScriptFile(file, "batch", (Target("", 1, 1, texts),), default="")


SHELL = ScriptReader("shell", re.compile(r"(?s:.{0,4096})\.(?:sh|bash|zsh|ksh)"), _shell)
"""That of files that `is_shell` recognises, too."""
READERS = (
    SHELL,
    ScriptReader("powershell", re.compile(r"(?s:.{0,4096})\.ps[m]?1"), _powershell),
    ScriptReader("batch", re.compile(r"(?s:.{0,4096})\.(?:bat|cmd)", re.IGNORECASE), _batch),
)
