"""What scripts and build files say, whatever tool reads them."""

from __future__ import annotations

from scanner.pipelines.definition import Mention, Setting, Text
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A named thing that a tool can be asked to do: a target of make, a script of `package.json`, an environment of tox."""

    name: str
    """Empty for a file that is one script."""
    line: int
    column: int
    texts: tuple[Text, ...] = ()
    """Its recipe, in order."""
    needs: tuple[str, ...] = ()
    """Targets of the same file that run before it, in order; those that run after it by themselves (npm's `post…`) too, at the end."""
    env: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """What a file of settings makes a release tool do, which no command says: goreleaser's `signs`, a `distributionManagement`."""

    role: str
    target: str | None
    evidence: str
    """Names of keys, nothing of their values."""
    line: int
    column: int
    sinks: tuple[str, ...] = ()
    """Variables that it takes credentials from."""
    tool: str = ""
    """The program that it is about, where the file has settings of several."""
    elsewhere: bool = False
    """Whether it is about another folder than the one that the file lies in."""


@dataclass(frozen=True, slots=True)
class Denial:
    """What settings keep a release tool from, though that is what its command is known for."""

    tool: str
    role: str
    target: str | None
    """None for whatever target."""
    of_private: bool = False
    """Whether that is because the package of the folder is private: one of another folder may be none."""


@dataclass(frozen=True, slots=True)
class Import:
    """What a program takes from another file of the repository."""

    name: str
    """What the program calls it; empty where it only runs the file, `*` where it hands everything on."""
    of: str
    """What that file calls it: a name, `default`, or `*` for the file as a whole."""
    path: str
    """As written."""


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """One script or build file."""

    file: str
    type: str
    """`shell`, `make`, `npm_script`, `groovy`, `python`, `javascript`,
    `just`, `gradle`, `fastlane`, `powershell`, `batch`, `taskfile`, `tox`, `nox`, `rake`,
    `cake`, `mage`, `maven`, `goreleaser`, `semantic_release`, `docker`, `bake`, `earthly`, `settings`."""
    targets: tuple[Target, ...] = ()
    default: str | None = None
    """The target that runs when none is named."""
    parts: tuple[ReleasePart, ...] = ()
    mentions: tuple[Mention, ...] = ()
    """Variables that settings name for credentials (`${NPM_TOKEN}` in an `.npmrc`)."""
    facts: tuple[tuple[str, str], ...] = ()
    """What policies ask of settings, from a closed list: (`provenance`, `false`), (`ignore-scripts`, `true`), (`strict-ssl`, `false`), (`private`, `true`), (`name`, `none`), (`registry`, `private`)."""
    denials: tuple[Denial, ...] = ()
    cut: str = ""
    """Why the rest of it was not read, for people; empty where all was."""
    includes: tuple[str, ...] = ()
    """Files of its kind whose targets are as good as its own, as written: `include` of make; of a workspace, the folders of its packages; of Gradle, those of builds."""
    sets: tuple[tuple[str, str], ...] = ()
    """What it sets for itself and for those that it includes: make's variables."""
    defaults: tuple[str, ...] = ()
    """Those of them that the environment may set instead (`?=`)."""
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The environments that it lists for tox, each with its labels."""
    imports: tuple[Import, ...] = ()
    project: str = ""
    """What the package is called that it describes."""
