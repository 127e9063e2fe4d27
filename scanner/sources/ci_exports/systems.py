"""The systems whose exports are read: one row each."""

from __future__ import annotations

from scanner.sources.ci_exports import (
    ansible,
    aws,
    azure,
    azure_app,
    bitbucket,
    bitwarden,
    browsers,
    buildkite,
    circleci,
    compose,
    docker,
    doppler,
    dotenv,
    drone,
    flat,
    fly,
    gcp,
    github,
    gitlab,
    helm,
    heroku,
    infisical,
    jenkins,
    keepass,
    kubernetes,
    lastpass,
    netlify,
    onepassword,
    railway,
    render,
    shell,
    sops,
    teamcity,
    terraform,
    travis,
    vault,
    vercel,
    woodpecker,
)
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Listing, Reader, System

SYSTEMS: tuple[System, ...] = (
    *(gitlab.SYSTEM, vercel.SYSTEM, netlify.SYSTEM, aws.SYSTEM, vault.SYSTEM, infisical.SYSTEM, bitwarden.SYSTEM, gcp.SYSTEM),
    *(azure_app.SYSTEM, azure.SYSTEM, bitbucket.SYSTEM, circleci.SYSTEM),
    *(travis.SYSTEM, buildkite.SYSTEM, woodpecker.SYSTEM, drone.SYSTEM),
    *(helm.SYSTEM, kubernetes.SYSTEM, sops.SYSTEM, compose.SYSTEM, docker.SYSTEM, ansible.SYSTEM),
    *(onepassword.SYSTEM, lastpass.SYSTEM, keepass.SYSTEM, browsers.FIREFOX, browsers.SAFARI, browsers.CHROME),
    *(heroku.SYSTEM, railway.SYSTEM, render.SYSTEM, fly.SYSTEM, doppler.SYSTEM),
    *(jenkins.SYSTEM, teamcity.SYSTEM, terraform.SYSTEM),
    *(github.DEPENDABOT, github.CODESPACES, github.SYSTEM),
    *(dotenv.SYSTEM, shell.SYSTEM),
)
"""In the order in which content is offered to them: of one platform the general one last; GitHub after the others, since a name and a time are
enough for it; values of Helm before Kubernetes' objects, which stand in what Helm prints; and at the end shells, which take nearly every text."""

_ANYWHERE: tuple[Reader, ...] = (flat.SYSTEM.read, dotenv.SYSTEM.recognise, shell.SYSTEM.recognise)
"""Shapes in which any platform's variables may be written down once the user says whose they are."""


def names() -> tuple[str, ...]:
    """Every name that a system may be called by, sorted: the platform, and the platform with what tells its levels apart."""
    return tuple(
        sorted({name for system in SYSTEMS for name in (system.platform, *(f"{system.platform}-{level}" for level in system.levels))})
    )


def named(name: str) -> tuple[System, str | None]:
    """The system called `name`, which is one of `names()`, and the level that the name tells."""
    platform, _, suffix = name.partition("-")
    system = next(system for system in reversed(SYSTEMS) if system.platform == platform and (not suffix or suffix in system.levels))
    return system, system.levels.get(suffix)


def read_as(system: System, content: Content) -> Listing | None:
    """What content says that the user calls an export of `system`; None where it is of no shape that could be."""
    return _first((system.read, *_ANYWHERE), content)


def recognise(content: Content) -> tuple[System, Listing] | None:
    """The system that the content shows, and what it says; None where it shows none."""
    for system in (*SYSTEMS, flat.SYSTEM):
        listing = system.recognise(content)
        if listing is not None:
            return system, listing
    return None


def _first(readers: tuple[Reader, ...], content: Content) -> Listing | None:
    listings = (read(content) for read in readers)
    return next((listing for listing in listings if listing is not None), None)
