"""Scripts of Cake, the build tool of .NET: tasks, what they depend on, and which of Cake's aliases they call.

Source: Cake's reference of its script aliases. Which `.cs` file is a script of Cake its calls of `Task("…")` tell.
"""

from __future__ import annotations

import re
import shlex

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines

_TASK = re.compile(r"\bTask[ \t]{0,8}+\([ \t]{0,8}+\"(?P<name>[^\"\n]{1,200}+)\"")
_NEEDS = re.compile(r"\.IsDependentOn[ \t]{0,8}+\([ \t]{0,8}+\"(?P<name>[^\"\n]{1,200}+)\"")
_NEEDED = re.compile(r"\.IsDependeeOf[ \t]{0,8}+\([ \t]{0,8}+\"(?P<name>[^\"\n]{1,200}+)\"")
_DEFAULT = re.compile(
    r"\bArgument(?:<string\??>)?[ \t]{0,8}+\([ \t]{0,8}+\"target\"[ \t]{0,8}+,[ \t]{0,8}+\"(?P<name>[^\"\n]{1,200}+)\"", re.IGNORECASE
)
_CALL = re.compile(
    r"(?<![\w<])(?P<alias>[A-Z]\w{2,60}+)(?:<[^<>\n]{1,80}>)?[ \t]{0,8}+\([ \t]{0,8}+(?P<words>(?:\$?@?\"[^\"\n]{0,1000}+\"[,\s]{0,80}+){0,2})"
)
_QUOTED = re.compile(r"\"([^\"\n]{0,1000}+)\"")
_COMMANDS = {
    "Restore": "dotnet restore",
    "Build": "dotnet build",
    "Publish": "dotnet build",
    "MSBuild": "msbuild",
    "Test": "dotnet test",
    "VSTest": "dotnet test",
    "Pack": "dotnet pack",
    "NuGetPush": "dotnet nuget push",
    "Format": "dotnet format",
    "FormatStyle": "dotnet format",
    "FormatAnalyzers": "dotnet format",
    "FormatWhitespace": "dotnet format",
}
"""Aliases of the tool of .NET, without the `DotNet` or `DotNetCore` that they begin with."""
_OTHERS = {
    "NuGetRestore": "dotnet restore",
    "NuGetPack": "nuget pack",
    "NuGetPush": "nuget push",
    "ChocolateyPack": "choco pack",
    "ChocolateyPush": "choco push",
    "MSBuild": "msbuild",
    "VSTest": "dotnet test",
    "XUnit2": "dotnet test",
    "NUnit3": "dotnet test",
    "NpmInstall": "npm install",
    "NpmCi": "npm ci",
    "DockerPush": "docker push",
    "DockerBuild": "docker build",
    "GitReleaseManagerCreate": "gh release create",
    "GitReleaseManagerAddAssets": "gh release upload",
}


def _read(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    heads = list(_TASK.finditer(lines.text))[:MOST]
    if not heads:
        raise UnreadableError(Reason.MALFORMED, "no tasks of Cake")
    ends = [*(head.start() for head in heads[1:]), len(lines.text)]
    pieces = [(head, lines.text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]
    needed = [(found["name"].lower(), head["name"].lower()) for head, piece in pieces for found in _NEEDED.finditer(piece)]
    targets = []
    for head, piece in pieces:
        name = head["name"].lower()
        needs = [found["name"].lower() for found in _NEEDS.finditer(piece)] + [before for after, before in needed if after == name]
        line, column = lines.place(head.start())
        targets.append(Target(name, line, column, _texts(lines, head.end(), head.end() + len(piece)), tuple(needs)[:MOST]))
    default = _DEFAULT.search(lines.text)
    return ScriptFile(file, "cake", tuple(targets), default["name"].lower() if default is not None else "default")


def _texts(lines: Lines, start: int, end: int) -> tuple[Text, ...]:
    """Commands that do what the aliases do."""
    found = []
    for call in _CALL.finditer(lines.text, start, end):
        command = _command(call["alias"], _QUOTED.findall(call["words"]))
        if command:
            found.append(Text(command, *lines.place(call.start()), is_block=False))
    return tuple(found[:MOST])


def _command(alias: str, words: list[str]) -> str | None:
    if alias == "StartProcess":
        return " ".join((shlex.quote(words[0]), *words[1:])) if words else None
    if alias in {"NpmRunScript", "DotNetTool"}:
        return f"{'npm run' if alias == 'NpmRunScript' else 'dotnet'} {words[-1]}" if words else None
    if alias in _OTHERS:
        return _OTHERS[alias]
    return _COMMANDS.get(alias.removeprefix("DotNet").removeprefix("Core")) if alias.startswith("DotNet") else None


READERS = (ScriptReader("cake", re.compile(r"(?s:(?:.{0,4096}/)?)(?:[^/]{1,255}\.cake|(?:build|cake)\.cs)", re.IGNORECASE), _read),)
