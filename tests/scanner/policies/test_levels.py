"""Why each level of a credential is what it is."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from scanner.contract import Kind, Lifetime
from scanner.model import Act, Gate, Graph, Job, Levels, Location, Role, Slot, Use, Zone
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    HISTORY,
    KEY,
    NARROW,
    OTHER_HEAD,
    VARIABLE,
    graph,
    identified,
    place,
    ranked,
    slot,
)

CHAT = place(Zone.CHAT)


def kind_that_is(lifetime: Lifetime) -> Kind:
    return replace(GITHUB, lifetime=lifetime)


def why(of: Graph, level: str) -> str:
    return dict(ranked(of).reasons)[level]


def test_every_level_has_its_reason() -> None:
    assert [name for name, _ in ranked(graph(identified(), HEAD)).reasons] == [field.name for field in fields(Levels)]


@pytest.mark.parametrize(
    ("of", "level", "reason"),
    [
        (graph(identified(), HEAD), "privilege", "it can publish at most, assumed from its kind"),
        (graph(identified(kind=KEY), HEAD), "privilege", "it can sign at most, which the value proves"),
        (graph(identified(), place(Zone.MANAGED_STORE)), "exposure", "a managed store: web:.npmrc"),
        (graph(identified(), DOTFILE), "exposure", "a file that only its owner can read: home:.npmrc"),
        (graph(identified(), replace(DOTFILE, mode="0644")), "exposure", "a file that others on the machine can read: home:.npmrc"),
        (graph(identified(), HISTORY), "exposure", "in the history of a repository that counts as private: web:.npmrc"),
        (graph(identified(), HEAD, DOTFILE), "exposure", "in a repository that counts as private: web:.npmrc"),
        (graph(identified(), HEAD, public=["web"]), "exposure", "in a public repository: web:.npmrc"),
        (graph(identified(), place(Zone.WORKSTATION_SHELL)), "exposure", "in plain text: web:.npmrc"),
        (graph(identified(), CHAT), "exposure", "readable for whoever gets web:.npmrc"),
        (
            graph(identified(kind=KEY, facts={"at_rest": "encrypted"}), HEAD),
            "exposure",
            "in a repository that counts as private: web:.npmrc; one less because it is encrypted there",
        ),
        (
            graph(identified(), VARIABLE, slots=[NARROW]),
            "exposure",
            "a variable that is protected, masked and of one environment: NPM_TOKEN of export",
        ),
        (graph(identified(), VARIABLE, slots=[slot(protected=True)]), "exposure", "a variable of one project: NPM_TOKEN of export"),
        (
            graph(identified(), VARIABLE, slots=[slot()]),
            "exposure",
            "a variable that is neither protected nor of one environment: NPM_TOKEN of export",
        ),
        (graph(identified(), VARIABLE, slots=[slot(level="org")]), "exposure", "a variable that several projects get: NPM_TOKEN of export"),
        (graph(identified(), VARIABLE), "exposure", "a variable of which no owner is known: NPM_TOKEN of export"),
        (graph(identified(), HEAD), "reuse", "it is in one place"),
        (graph(identified(), HEAD, place(Zone.REPO_HEAD, path="b")), "reuse", "it is in 2 places of one group of zones"),
        (graph(identified(), HEAD, OTHER_HEAD), "reuse", "it is in 2 projects (web and infra)"),
        (graph(identified(), HEAD, DOTFILE), "reuse", "it is in 2 groups of zones (source and workstation)"),
        (graph(identified(), HEAD, DOTFILE, OTHER_HEAD), "reuse", "it is in 2 groups of zones (source and workstation) and 2 projects"),
        (graph(identified(kind=KEY), HEAD, trusted=["a"]), "reuse", "it lies in a repository, and its public half is trusted"),
        (graph(identified(), HEAD), "lifetime", "it lives for 90 days at most"),
        (graph(identified(kind=KEY), HEAD), "lifetime", "it works until somebody revokes it"),
        (graph(identified(kind=kind_that_is(Lifetime.EPHEMERAL)), HEAD), "lifetime", "it lives for minutes or hours"),
        (graph(identified(kind=kind_that_is(Lifetime.UNKNOWN)), HEAD), "lifetime", "its end is not known"),
        (graph(identified(kind=kind_that_is(Lifetime.EXPIRING)), HEAD), "lifetime", "it ends, but the value does not tell when"),
        (
            graph(identified(), place(Zone.REPO_HEAD, since="2025-11-24T00:00:00Z")),
            "lifetime",
            "it has been exposed since 2025-11-24, more than a year",
        ),
        (
            graph(identified(kind=kind_that_is(Lifetime.EXPIRING), facts={"expires_at": "2026-11-26T00:00:00Z"}), HEAD),
            "lifetime",
            "it lives for 1 day at most",
        ),
    ],
)
def test_a_level_says_why(of: Graph, level: str, reason: str) -> None:
    assert why(of, level) == reason


PUBLISHES = Act("publish", "A1", 0.9, "npm publish", Location("web", "ci.yml", 9), 1, "npm", takes=("NPM_TOKEN",))
JOB = Job(
    "job",
    "gitlab",
    "web",
    "ci.yml",
    "publish",
    (Role("publish", 0.9, (), "set"),),
    "maintainer",
    slots=("NPM_TOKEN",),
    acts=(PUBLISHES,),
    uses=(Use("NPM_TOKEN", "job_env", Location("web", "ci.yml", 5), slot="NPM_TOKEN"),),
)
TESTS = Role("test", 0.9, (), "set")
HELD = Gate("manual_job", True, "when: manual", Location("web", "ci.yml", 3))


def wired(*jobs: Job, held: Slot = NARROW) -> Graph:
    return replace(graph(identified(), VARIABLE, slots=[replace(held, credentials=("a",))]), jobs=jobs)


@pytest.mark.parametrize(
    ("of", "level", "number", "reason"),
    [
        (wired(replace(JOB, trigger_trust="untrusted")), "exposure", 4, "anybody can start the job publish of ci.yml, which gets it"),
        (
            wired(replace(JOB, trigger_trust="untrusted"), held=slot()),
            "exposure",
            5,
            "anybody can start the job publish of ci.yml, which gets it",
        ),
        (wired(replace(JOB, mixed=True)), "exposure", 2, "the job publish of ci.yml, which gets it, runs code of the project"),
        (wired(replace(JOB, gates=(HELD,)), held=slot()), "exposure", 2, "a gate holds every job that gets it, and nothing else has it"),
        (
            wired(replace(JOB, gates=(HELD,)), replace(JOB, id="other"), held=slot()),
            "exposure",
            3,
            "a variable that is neither protected nor of one environment: NPM_TOKEN of export",
        ),
        (wired(JOB), "reuse", 1, "it is in one place"),
        (wired(JOB, replace(JOB, id="two", roles=(TESTS,))), "reuse", 4, "jobs with the roles publish and test get it"),
        (
            wired(replace(JOB, roles=(*JOB.roles, TESTS, replace(TESTS, role="sign")))),
            "reuse",
            5,
            "jobs with the roles publish, sign and test get it",
        ),
        (wired(replace(JOB, acts=(PUBLISHES, replace(PUBLISHES, target="pypi")))), "reuse", 5, "jobs use it for npm and pypi"),
    ],
)
def test_what_jobs_do_with_it_is_a_reason(of: Graph, level: str, number: int, reason: str) -> None:
    assert (getattr(ranked(of).levels, level), why(of, level)) == (number, reason)
