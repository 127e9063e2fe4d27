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


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """One script or build file."""

    file: str
    type: str
    """`shell`, `make`, `npm_script`, `groovy`, `python`, `just`, `gradle`, `fastlane`, `powershell`, `batch`, `taskfile`, `tox`, `nox`, `rake`,
    `maven`, `goreleaser`, `semantic_release`, `docker`, `earthly`, `settings`."""
    targets: tuple[Target, ...] = ()
    default: str | None = None
    """The target that runs when none is named."""
    parts: tuple[ReleasePart, ...] = ()
    mentions: tuple[Mention, ...] = ()
    """Variables that settings name for credentials (`${NPM_TOKEN}` in an `.npmrc`)."""
    facts: tuple[tuple[str, str], ...] = ()
    """What policies ask of settings, from a closed list: (`provenance`, `false`), (`ignore-scripts`, `true`), (`strict-ssl`, `false`), (`private`, `true`), (`registry`, `private`)."""
