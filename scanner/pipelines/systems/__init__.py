"""One reader for each system: from the bytes of a definition to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.pipelines.systems import (
    appveyor,
    azure,
    bitbucket,
    buildkite,
    circleci,
    cloudbuild,
    codebuild,
    drone,
    github,
    gitlab,
    jenkins,
    travis,
    woodpecker,
)
from scanner.pipelines.systems.system import System
from scanner.pipelines.yamltree import parse

SYSTEMS: tuple[System, ...] = (
    *github.SYSTEMS,
    gitlab.SYSTEM,
    circleci.SYSTEM,
    azure.SYSTEM,
    jenkins.SYSTEM,
    bitbucket.SYSTEM,
    travis.SYSTEM,
    appveyor.SYSTEM,
    drone.SYSTEM,
    woodpecker.SYSTEM,
    buildkite.SYSTEM,
    cloudbuild.SYSTEM,
    codebuild.SYSTEM,
)


_ANYWHERE = frozenset({"azure", "jenkins", "cloudbuild", "codebuild"})
"""Systems whose projects name the definition that they run, which lies beside what it builds."""
_SPECIMENS = re.compile(
    r"(?i)(?:^|/)_{0,2}(?:test[_-]?)?(?:fixtures?|testdata|test[_-]data|examples?|samples?|schemas?|mocks?)_{0,2}/",
)
"""Folders that hold definitions as something to read, not to run."""
_DOUBTFUL = re.compile(r"(?i)(?:^|/)_{0,2}(?:tests?|specs?|docs?|documentation|templates?)_{0,2}/")
"""Folders in which only systems of `_ANYWHERE` have definitions of the repository itself."""


def of(path: str) -> System | None:
    """The system whose definition lies at a path; None where none would look there, or where it is there to be read and not run."""
    found = next((system for system in SYSTEMS if system.files.fullmatch(path)), None)
    return None if found is None or _is_specimen(path, found) else found


def by_content(path: str, data: bytes) -> System | None:
    """The system of whose definitions a file is one that lies where only its content tells; a template is none by itself."""
    found = tuple(_elsewhere(path)) if "template" not in path.lower() else ()
    if not found:
        return None
    try:
        documents = parse(data)
    except UnreadableError:
        return None
    return next((one for one in found if documents and one.claims is not None and one.claims(documents[0])), None)


def may_be(path: str) -> bool:
    """Whether a file may be a definition, told by its path alone."""
    return of(path) is not None or any(_elsewhere(path))


def _elsewhere(path: str) -> Iterator[System]:
    for system in SYSTEMS:
        if system.elsewhere is not None and system.elsewhere.fullmatch(path) and not _is_specimen(path, system):
            yield system


def _is_specimen(path: str, system: System) -> bool:
    if system.platform == "github":
        return False
    return _SPECIMENS.search(path) is not None or (system.platform not in _ANYWHERE and _DOUBTFUL.search(path) is not None)
