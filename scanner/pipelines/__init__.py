"""CI definitions and release scripts: what runs, when, with which credentials, and what it does with them."""

from __future__ import annotations

import re

_LIKELY = re.compile(
    r"""(?: [^/]{0,255} \. (?: ya?ml | sh | bash | zsh | ps1 | psm1 | bat | cmd | mk | rake | just | cake | gradle | kts | groovy | jenkinsfile | toml | ini | cfg | conf | xml | properties )
      | (?: package | lerna | config | cloudbuild [^/]{0,64} | \.release-it | \.releaserc | \.np-config | \.autorc ) \.json
      | (?: release\.config | \.releaserc | \.release-it | \.np-config ) \. [cm]? [jt] s
      | \.? (?: npmrc | pypirc | releaserc | autorc | justfile ) | nuget\.config
      | docker-bake [^/]{0,64} \.hcl
      | [A-Za-z_-]{1,64} (?: file | file\.rb ) (?: [.-] [^/.]{1,64} )? | noxfile\.py | setup\.py | (?: build | cake ) \.cs
      | [^/.]{1,64} )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""What the path of a definition or script may look like: one look at each file of a tree, before those of all readers."""
_PROGRAM = re.compile(r"[^/]{0,255}\.(?:py|[cm]?[jt]sx?)|magefile\.go", re.DOTALL)
"""Programs that call others: a repository may be full of them, so only those that lie where scripts do are looked at."""
_PROGRAMS = frozenset({"tasks.py", "fabfile.py", "noxfile.py", "setup.py", "magefile.go"})
"""Those that a tool looks for by their names."""
_MAGE = "magefiles"
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
"""Where scripts without an ending lie, and programs that are scripts, but for the top."""


_LEAD = re.compile(
    r"""[^/]{0,255} \. (?: sh | bash | zsh | ps1 | psm1 | bat | cmd | mk | gradle | kts | groovy | jenkinsfile )
      | package\.json | (?: gnu )? makefile | \.? justfile | taskfile (?: \.dist )? \. ya?ml | rakefile (?: \.rb )? | fastfile | earthfile | noxfile\.py | tox\.ini
      | \.? goreleaser \. ya?ml | jenkinsfile (?: [.-] [^/]{1,64} )? | pom\.xml | action \. ya?ml
      | [^/]{0,128} (?: gitlab-ci | azure-pipelines | bitbucket-pipelines | \.travis | \.drone | \.woodpecker | appveyor | cloudbuild | buildspec ) [^/]{0,128} \. (?: ya?ml | json )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Names of what runs something; settings and other YAML are of no meaning without one of them."""
_LEAD_FOLDERS = frozenset({"workflows", ".circleci", ".buildkite", ".woodpecker", ".azure", ".azure-pipelines"})


def leads(path: str) -> bool:
    """Whether a file by itself is a reason to look for pipelines, told at once by its path."""
    folder, _, name = path.rpartition("/")
    return _LEAD.fullmatch(name) is not None or bool(_LEAD_FOLDERS.intersection(folder.split("/")))


def may_be_read(path: str) -> bool:
    """Whether `is_read` may say so, told at once."""
    folder, _, name = path.rpartition("/")
    return (_LIKELY.fullmatch(name) is not None or _is_program(folder, name)) and not _OTHERS.intersection(folder.split("/"))


def _is_program(folder: str, name: str) -> bool:
    """Whether a file may be a program that calls others, for its name or where it lies."""
    if name.endswith(".go") and folder.rpartition("/")[2] == _MAGE:
        return True
    is_script = not folder or bool(_SCRIPT_FOLDERS.intersection(folder.split("/")))
    return _PROGRAM.fullmatch(name) is not None and (is_script or name in _PROGRAMS)


def calls(path: str) -> bool:
    """Whether a file may run or include others, told at once by its path: settings do not."""
    folder, _, name = path.rpartition("/")
    return leads(path) or _is_program(folder, name) or ("." not in name and bool(_SCRIPT_FOLDERS.intersection(folder.split("/"))))


def includes(path: str) -> bool:
    """Whether a file is a definition of a system whose definitions may include or start files that lie anywhere."""
    from scanner.pipelines import systems  # noqa: PLC0415 - as below

    system = systems.of(path)
    return system is not None and system.platform in {"gitlab", "azure", "circleci"}


def may_be_included(path: str) -> bool:
    """Whether such a definition may include a file."""
    return path.lower().endswith((".yml", ".yaml"))


def is_read(path: str) -> bool:
    """Whether a file of a repository may be a definition or a script, told by its path alone."""
    if not may_be_read(path):
        return False
    from scanner.pipelines import scripts, systems  # noqa: PLC0415 - loaded where there may be something for them

    folder, _, name = path.rpartition("/")
    return (
        systems.may_be(path)
        or scripts.reader_of(path) is not None
        or _is_program(folder, name)
        or ("." not in name and (not folder or bool(_SCRIPT_FOLDERS.intersection(folder.split("/")))))
    )
