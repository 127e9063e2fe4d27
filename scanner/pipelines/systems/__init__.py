"""One reader for each system: from the bytes of a definition to what it says."""

from __future__ import annotations

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


def of(path: str) -> System | None:
    """The system whose definition lies at a path; None where none would look there."""
    return next((system for system in SYSTEMS if system.files.fullmatch(path)), None)
