"""Where a script lies that a command names by its path, be it in a folder that only a run knows: `$(cd "$(dirname "$0")"; pwd)/build.sh`.

Sources: the Bash reference manual, the help of `cmd /?` and `for /?` (`%~dp0`), PowerShell's `about_Automatic_Variables`.
"""

from __future__ import annotations

import re
from posixpath import join, normpath

from scanner.pipelines.library import Library
from scanner.pipelines.scripts.nouns import ScriptFile

_SOMEWHERE = re.compile(
    r"(?:\$\{\{[^{}]{1,200}+\}\}|\$\{[^{}]{1,200}+\}|\$\((?:[^()]|\([^()]{0,200}+\)|\$\([^()]{0,200}+\)){1,200}+\)|\$[A-Za-z_]\w{0,100}+)/"
    r"|%~dp0/{0,2}"
)
"""A folder that only a run knows, before the path of a script."""
_OWN = re.compile(r"\bdirname\b|BASH_SOURCE|\$0|%~dp0|PSScriptRoot|MyInvocation", re.IGNORECASE)
"""What in it says that it is where the script lies that names it."""
_MORE = re.compile(r"\)[\"']?/([\w./-]{1,200})")
"""What follows the folder of the script in it: `$(cd "$(dirname "$0")/../ci" && pwd)`."""
_FILE = re.compile(r"[^\s'\"&;|()]{1,300}\.ps1\b", re.IGNORECASE)


def located(word: str, folder: str, own: str, library: Library) -> tuple[str, ScriptFile | None]:
    """The path as far as it is known, empty where it is not, and the script. `own` is the file that says so, where that is a script."""
    word = word.replace("\\", "/")
    found = _SOMEWHERE.search(word)
    rest = word if found is None else word[: found.start()] + word[found.end() :]
    if not rest or "$" in rest or rest.startswith("/"):
        return "", None
    places = [join(folder, rest), rest]
    if found is not None and own:
        more = _MORE.search(found[0])
        beside = join(own.rpartition("/")[0], more[1] if more is not None else "", rest)
        places.insert(0 if _OWN.search(found[0]) else len(places), beside)
    file = next((script for place in places if (script := library.script(normpath(place))) is not None), None)
    if file is None and rest != word and (only := library.only(normpath(rest))) is not None:
        file = library.script(only)
    return rest, file


def in_command(words: tuple[str, ...]) -> str:
    """The script of PowerShell that a text starts which is given to `-Command`; empty where there is none."""
    return next((found[0] for word in words if (found := _FILE.search(word)) is not None), "")
