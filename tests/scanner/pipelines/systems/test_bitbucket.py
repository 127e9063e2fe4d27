"""Bitbucket Pipelines: what a definition says of its jobs."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import GateKind, JobDefinition, Named, Pin, PipelineDefinition, StepKind, Via
from scanner.pipelines.systems.bitbucket import SYSTEM
from scanner.pipelines.yamltree import parse


def read(text: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read("bitbucket-pipelines.yml", text.encode(), lambda _: None)
    return pipeline


def only(step: str, more: str = "") -> JobDefinition:
    (job,) = read(f"pipelines: {{default: [step: {{{step}}}]}}\n{more}").jobs
    return job


def mentioned(job: JobDefinition) -> list[tuple[str, Named, int, int]]:
    texts = [step.script for step in job.steps if step.script is not None]
    return [(mention.name, mention.named, mention.line, mention.column) for text in texts for mention in text.mentions]


@pytest.mark.parametrize(
    ("path", "is_one"), [("bitbucket-pipelines.yml", True), ("a/bitbucket-pipelines.yaml", True), ("pipelines.yml", False)]
)
def test_files_that_are_definitions(path: str, is_one: bool) -> None:
    assert (SYSTEM.files.fullmatch(path) is not None) == is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("pipelines: {default: []}", True),
        ("pipelines: {pull-requests: {'**': []}, tags: {v: []}}", True),
        ("pipelines: {default: [], mine: []}", False),
        ("pipelines: []", False),
        ("resources: {pipelines: {default: []}}", False),
        ("[a]", False),
    ],
)
def test_a_document_elsewhere_is_told_by_its_keys(text: str, is_one: bool) -> None:
    assert SYSTEM.claims is not None
    assert SYSTEM.claims(parse(text.encode())[0]) == is_one


def test_steps_are_called_by_where_they_stand() -> None:
    text = """\
pipelines:
  default:
    - step: {name: one, script: [a]}
    - parallel:
        - step: {script: [a]}
        - step: {script: [a]}
    - parallel: {fail-fast: true, steps: [{step: {script: [a]}}]}
    - stage:
        name: Ship
        deployment: production
        trigger: manual
        steps:
          - step: {script: [a]}
          - step: {script: [a]}
  branches: {main: [step: {script: [a]}]}
  pull-requests: {'**': [step: {script: [a]}]}
  tags: {'v*': [step: {script: [a]}]}
  custom: {ship: [{variables: [{name: WHERE, default: $PLACE}]}, {step: {script: [echo $WHERE $TOKEN]}}]}
"""
    pipeline = read(text)
    assert [(job.name, job.line, job.needs, job.stage) for job in pipeline.jobs] == [
        ("default/1", 3, (), None),
        ("default/2", 5, ("default/1",), None),
        ("default/3", 6, ("default/1",), None),
        ("default/4", 7, ("default/2", "default/3"), None),
        ("default/5", 13, ("default/4",), "Ship"),
        ("default/6", 14, ("default/5",), "Ship"),
        ("branches/main/1", 15, (), None),
        ("pull-requests/**/1", 16, (), None),
        ("tags/v*/1", 17, (), None),
        ("custom/ship/1", 18, (), None),
    ]
    assert [(gate.kind, gate.evidence, gate.line) for gate in pipeline.jobs[5].gates] == [
        (GateKind.ENVIRONMENT, "environment production", 10),
        (GateKind.MANUAL, "trigger: manual", 11),
    ]
    started = [[(one.event, one.trust, one.filters) for one in job.triggers or ()] for job in pipeline.jobs[5:]]
    assert started == [
        [("push:branches", Trust.CONTRIBUTOR, ())],
        [("push:branches", Trust.CONTRIBUTOR, ("main",))],
        [("pull_request", Trust.CONTRIBUTOR, ("**",))],
        [("push:tags", Trust.MAINTAINER, ("v*",))],
        [("custom", Trust.MAINTAINER, ())],
    ]
    ship = pipeline.jobs[-1]
    assert [(setting.name, [mention.name for mention in setting.mentions]) for setting in ship.env] == [("WHERE", ["PLACE"])]
    assert [one[:2] for one in mentioned(ship)] == [("WHERE", Named.ENV), ("TOKEN", Named.VARIABLE)]


def test_events_that_start_custom_pipelines() -> None:
    text = """\
triggers:
  repository-push: [{condition: x, pipelines: [a]}]
  issue-created: [{pipelines: [a, b]}]
pipelines: {custom: {a: [step: {script: [x]}], b: [step: {script: [x]}]}}
"""
    found = [[(one.event, one.trust) for one in job.triggers or ()] for job in read(text).jobs]
    custom, push, issue = ("custom", Trust.MAINTAINER), ("push:branches", Trust.CONTRIBUTOR), ("issue-created", Trust.CONTRIBUTOR)
    assert found == [[custom, push, issue], [custom, issue]]


def test_scripts_and_pipes() -> None:
    text = """\
pipelines:
  default:
    - step:
        script:
          - VERSION=$(x)
          - echo $VERSION $KEY $BITBUCKET_COMMIT $BITBUCKET_TOKEN $BITBUCKET_STEP_OIDC_TOKEN
          - pipe: atlassian/npm-publish:1.2.3
            name: ship
            variables:
              NPM_TOKEN: $NPM_TOKEN
              EXTRA: [a, $MORE]
        after-script:
          - echo $VERSION
"""
    (job,) = read(text).jobs
    assert mentioned(job) == [
        ("KEY", Named.VARIABLE, 6, 27),
        ("BITBUCKET_TOKEN", Named.VARIABLE, 6, 50),
        ("BITBUCKET_STEP_OIDC_TOKEN", Named.JOB_TOKEN, 6, 67),
        ("VERSION", Named.VARIABLE, 13, 18),
    ]
    assert [(step.title, step.always, step.ignores_failure) for step in job.steps] == [
        ("script", False, False),
        ("script", False, False),
        ("ship", False, False),
        ("after-script", True, True),
    ]
    pipe = job.steps[2]
    assert (pipe.kind, pipe.uses, pipe.ref, pipe.pin, pipe.line, pipe.column) == (
        StepKind.ACTION,
        "atlassian/npm-publish",
        "1.2.3",
        Pin.TAG,
        7,
        19,
    )
    assert [(setting.name, setting.value, [one.name for one in setting.mentions], setting.line) for setting in pipe.settings] == [
        ("NPM_TOKEN", "$NPM_TOKEN", ["NPM_TOKEN"], 10),
        ("EXTRA", "", ["MORE"], 11),
    ]


@pytest.mark.parametrize(
    ("pipe", "uses", "ref", "pin"),
    [
        ("atlassian/x:1.2.3", "atlassian/x", "1.2.3", Pin.TAG),
        ("atlassian/x:latest", "atlassian/x", "latest", Pin.BRANCH),
        ("atlassian/x", "atlassian/x", None, Pin.NONE),
        ("docker://acme/x:1.0.0", "docker://acme/x", "1.0.0", Pin.TAG),
        ("docker://acme/x", "docker://acme/x", None, Pin.NONE),
        ("docker://host:5000/acme/x", "docker://host:5000/acme/x", None, Pin.NONE),
        ("docker://acme/x@sha256:ab", "docker://acme/x", "sha256:ab", Pin.COMMIT),
    ],
)
def test_versions_of_pipes(pipe: str, uses: str, ref: str | None, pin: Pin) -> None:
    (step,) = only(f"script: [{{pipe: '{pipe}'}}]").steps
    assert (step.uses, step.ref, step.pin) == (uses, ref, pin)


@pytest.mark.parametrize(
    ("keys", "gates"),
    [
        ("deployment: staging", [(GateKind.ENVIRONMENT, "environment staging", True)]),
        ("trigger: manual", [(GateKind.MANUAL, "trigger: manual", True)]),
        ("trigger: automatic", []),
    ],
)
def test_gates(keys: str, gates: list[tuple[GateKind, str, bool]]) -> None:
    job = only(f"script: [a], {keys}")
    assert [(gate.kind, gate.evidence, gate.is_blocking) for gate in job.gates] == gates
    assert job.environment == ("staging" if "staging" in keys else None)


@pytest.mark.parametrize(
    ("keys", "oidc", "audiences"),
    [("oidc: true", True, ()), ("oidc: {audiences: [pypi]}", True, ("pypi",)), ("oidc: false", False, ()), ("size: 2x", False, ())],
)
def test_identity_tokens(keys: str, oidc: bool, audiences: tuple[str, ...]) -> None:
    grant = only(f"script: [a], {keys}").grant
    assert (grant.oidc, grant.audiences) == (oidc, audiences)


def test_images_and_services() -> None:
    more = """\
image: {name: "acme/x:$TAG", username: $USER_NAME, password: $PASS}
definitions: {services: {db: {image: postgres, variables: {POSTGRES_PASSWORD: $DB_PASS}}}}
"""
    assert [(via, mention.name) for via, mention in only("script: [a], services: [db, none]", more).mentions] == [
        (Via.CONTAINER, "TAG"),
        (Via.CONTAINER, "USER_NAME"),
        (Via.CONTAINER, "PASS"),
        (Via.CONTAINER, "DB_PASS"),
    ]
    own = only("script: [a], image: {name: y, aws: {access-key: $KEY}}", more)
    assert [mention.name for _, mention in own.mentions] == ["KEY"]


@pytest.mark.parametrize(
    ("keys", "more", "runner"),
    [
        ("size: 2x", "", "hosted"),
        ("runs-on: [self.hosted, linux]", "", "self_hosted"),
        ("runs-on: self.hosted", "", "self_hosted"),
        ("size: 2x", "options: {runs-on: self.hosted}", "self_hosted"),
        ("runs-on: $WHERE", "", "unknown"),
    ],
)
def test_runners(keys: str, more: str, runner: str) -> None:
    assert only(f"script: [a], {keys}", more).runner == runner


def test_caches_conditions_and_failures() -> None:
    job = only("script: [a], caches: [node], condition: {changesets: {includePaths: [a/*, b]}}, on-fail: {strategy: ignore}")
    assert (job.restores_cache, job.condition, job.ignores_failure) == (True, "a/* b", True)
    plain = only("script: [a]")
    assert (plain.restores_cache, plain.condition, plain.ignores_failure) == (False, None, False)


def test_anchors_stand_where_they_are_used() -> None:
    text = """\
definitions:
  steps:
    - step: &build
        script: [echo $KEY]
pipelines:
  default:
    - step: *build
    - step: {<<: *build, deployment: prod}
"""
    jobs = read(text).jobs
    assert [(job.name, job.line, job.environment, mentioned(job)) for job in jobs] == [
        ("default/1", 7, None, [("KEY", Named.VARIABLE, 4, 23)]),
        ("default/2", 8, "prod", [("KEY", Named.VARIABLE, 4, 23)]),
    ]


def test_imported_pipelines() -> None:
    text = """\
export: true
definitions: {imports: {shared: "repo:main:.bitbucket/x.yml"}}
pipelines:
  default: {import: "other:v1.0:whole"}
  custom: {a: {import: "shared:part"}}
"""
    pipeline = read(text)
    assert pipeline.is_reusable
    assert [(job.name, job.call.target, job.call.ref, job.call.pin) for job in pipeline.jobs if job.call is not None] == [
        ("default", "other/whole", "v1.0", Pin.TAG),
        ("custom/a", "repo/.bitbucket/x.yml/part", "main", Pin.BRANCH),
    ]


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "pipelines default branches tags custom pull-requests step parallel stage steps script after-script pipe variables name default import "
        "deployment trigger manual oidc audiences image username password services caches definitions imports options runs-on self.hosted "
        "condition changesets includePaths triggers repository-push $KEY a/b:1.0.0 x on-fail strategy",
    )
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=12))
TREES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)), max_leaves=40
)


@given(st.fixed_dictionaries({"pipelines": st.fixed_dictionaries({"default": TREES, "custom": TREES}), "definitions": TREES}) | TREES)
def test_any_tree_is_read_or_unreadable(tree: object) -> None:
    with suppress(UnreadableError):
        read(json.dumps(tree))


@pytest.mark.parametrize(
    "text",
    [
        "pipelines: {custom: {a: [" + ", ".join(["parallel: [" + ", ".join(["step: {script: [a]}"] * 2000) + "]"] * 3) + "]}}",
        "pipelines: {default: [{variables: [" + ", ".join(f"{{name: V{n}}}" for n in range(3000)) + "]}, "
        "" + ", ".join(["step: {script: [a]}"] * 3000) + "]}",
    ],
    ids=["needs", "variables"],
)
def test_what_few_lines_repeat_is_too_large(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("text", ["", "- hunter2", "a"])
def test_what_is_no_mapping_is_no_definition(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert (caught.value.reason, caught.value.detail) == ("malformed", "no mapping of pipelines")
