"""CI definitions and release scripts: what runs, when, with which credentials, and what it does with them."""

from __future__ import annotations

import re

_LIKELY = re.compile(
    r"""(?: [^/]{0,255} \. (?: ya?ml | sh | bash | zsh | ps1 | psm1 | bat | cmd | mk | gradle | kts | groovy | jenkinsfile | toml | ini | cfg | conf | xml | properties )
      | (?: package | lerna | config | cloudbuild [^/]{0,64} | \.release-it | \.releaserc ) \.json
      | \.? (?: npmrc | pypirc | releaserc | justfile ) | nuget\.config
      | [A-Za-z_-]{1,64} (?: file | file\.rb ) (?: [.-] [^/.]{1,64} )? | noxfile\.py | setup\.py
      | [^/.]{1,64} )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""What the path of a definition or script may look like: one look at each file of a tree, before those of all readers."""
_OTHERS = frozenset({"node_modules", "bower_components", "site-packages", "third_party", "vendor", ".venv", ".tox", ".git"})
"""Folders of what others have written."""
_SCRIPT_FOLDERS = frozenset(
    {
        "script",
        "scripts",
        ".scripts",
        "bin",
        "tool",
        "tools",
        "hack",
        "ci",
        ".ci",
        "build",
        "dev",
        ".buildkite",
        ".github",
        "release",
        "contrib",
    }
)
"""Where scripts without an ending lie."""


def is_read(path: str) -> bool:
    """Whether a file of a repository may be a definition or a script, told by its path alone."""
    folder, _, name = path.rpartition("/")
    folders = frozenset(folder.split("/"))
    if _LIKELY.fullmatch(name) is None or folders & _OTHERS:
        return False
    from scanner.pipelines import scripts, systems  # noqa: PLC0415 - loaded where there may be something for them

    return systems.of(path) is not None or scripts.reader_of(path) is not None or ("." not in name and bool(folders & _SCRIPT_FOLDERS))
