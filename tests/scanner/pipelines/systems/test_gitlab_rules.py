"""GitLab: who can start a job."""

from __future__ import annotations

import pytest

from scanner.model import Trust
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab import SYSTEM
from scanner.pipelines.systems.gitlab_conditions import STARTS, Condition
from scanner.pipelines.yamltree import Scalar

BRANCH, OWN_BRANCH, TAG, REQUEST = "push:branches", "push:branches!", "push:tags", "merge_request_event"
ALL = [BRANCH, TAG, REQUEST]


def read(text: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read(".gitlab-ci.yml", text.encode(), lambda _: None)
    return pipeline


def events(keys: str, more: str = "") -> list[str] | None:
    found = read(f"x:\n  script: [a]\n  {keys}\n{more}").jobs[0].triggers
    if found is None:
        return None
    return [one.event + ("!" if one.event == BRANCH and one.trust is Trust.MAINTAINER else "") for one in found]


@pytest.mark.parametrize(
    ("condition", "starts"),
    [
        ("$CI_COMMIT_TAG", [TAG]),
        ("$CI_COMMIT_TAG != null", [TAG]),
        ("$CI_COMMIT_TAG =~ /^v/", [TAG]),
        ("$CI_COMMIT_TAG == 'v1'", [TAG]),
        ("$CI_COMMIT_TAG == null", [BRANCH, REQUEST]),
        ("$CI_COMMIT_BRANCH", [BRANCH]),
        ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", [BRANCH]),
        ("$CI_COMMIT_BRANCH && $CI_COMMIT_REF_PROTECTED == 'true'", [OWN_BRANCH]),
        ("$CI_COMMIT_REF_PROTECTED == 'true'", [OWN_BRANCH, TAG]),
        ("$CI_COMMIT_REF_PROTECTED != 'true'", [BRANCH, TAG, REQUEST]),
        ("$CI_PIPELINE_SOURCE == 'merge_request_event'", [REQUEST]),
        ("$CI_MERGE_REQUEST_IID", [REQUEST]),
        ("$CI_PIPELINE_SOURCE == 'push'", [BRANCH, TAG]),
        ("$CI_PIPELINE_SOURCE == 'schedule'", ["schedule"]),
        ("$CI_PIPELINE_SOURCE == 'web' || $CI_PIPELINE_SOURCE == 'api'", ["web", "api"]),
        ("$CI_PIPELINE_SOURCE =~ /^trigger|pipeline$/", [*ALL, "trigger", "pipeline"]),
        ("$CI_PIPELINE_SOURCE != 'schedule'", ALL),
        ("$CI_PIPELINE_TRIGGERED", ["trigger"]),
        ("$DEPLOY == 'yes'", ALL),
        ("$CI_COMMIT_TAG && $DEPLOY", [TAG]),
        ("($CI_COMMIT_TAG || $CI_COMMIT_BRANCH) && $CI_COMMIT_BRANCH", [BRANCH]),
        ("$CI_COMMIT_TAG || $CI_COMMIT_BRANCH && 'a' == 'b'", [TAG]),
        ("'a' == 'b'", []),
        ("$CI_COMMIT_TAG &&", ALL),
        ("(((", ALL),
        ("%$ nonsense", ALL),
    ],
)
def test_what_a_condition_leaves(condition: str, starts: list[str]) -> None:
    assert events(f'rules: [{{if: "{condition}"}}]') == starts


@pytest.mark.parametrize(
    ("keys", "starts"),
    [
        ("rules: []", []),
        ("rules: [{when: on_success}]", ALL),
        ("rules: [{when: never}]", []),
        ("rules: [{if: $CI_COMMIT_TAG, when: never}, {when: always}]", [BRANCH, REQUEST]),
        ("rules: [{if: $X, when: never}, {if: $CI_COMMIT_TAG}]", [TAG]),
        ("rules: [{if: $CI_COMMIT_TAG, changes: [a], when: never}, {when: always}]", ALL),
        ("rules: [{changes: [a]}]", ALL),
        ("only: [tags]", [TAG]),
        ("only: [/^v/]", [BRANCH, TAG]),
        ("only: [/^v/]\n  except: [branches]", [TAG]),
        ("only: {refs: [main, schedules]}", [BRANCH, "schedule"]),
        ("only: [branches@group/project]", [BRANCH]),
        ("only: [merge_requests, triggers, api, pipelines, web]", [REQUEST, "web", "api", "trigger", "pipeline"]),
        ("only: {variables: [$CI_COMMIT_TAG]}", [TAG]),
        ("except: [tags]", [BRANCH]),
        ("except: [main]", [BRANCH, TAG]),
        ("except: {variables: [$CI_COMMIT_TAG]}", [BRANCH]),
        ("stage: test", None),
    ],
)
def test_what_rules_and_only_leave(keys: str, starts: list[str] | None) -> None:
    assert events(keys) == starts


def test_a_condition_that_another_job_has_written() -> None:
    text = ".is_tag: $CI_COMMIT_TAG\n.all: {rules: [{if: !reference [.is_tag]}]}\nx: {script: [a], rules: [!reference [.all, rules]]}"
    assert [one.event for one in read(text).jobs[-1].triggers or ()] == [TAG]


def test_trusts_of_starts_and_where_they_are_said() -> None:
    text = """\
x:
  script: [a]
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
    - if: $CI_COMMIT_BRANCH =~ /^rel/
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_PIPELINE_SOURCE == "trigger"
    - if: $CI_COMMIT_TAG
"""
    found = read(text).jobs[0].triggers or ()
    assert [(one.event, one.trust, one.line, one.column, one.filters) for one in found] == [
        ("push:branches", Trust.CONTRIBUTOR, 4, 11, ("main", "/^rel/")),
        ("push:tags", Trust.MAINTAINER, 8, 11, ()),
        ("schedule", Trust.TIMER, 6, 11, ()),
        ("trigger", Trust.REMOTE, 7, 11, ()),
    ]


def test_a_pipeline_begins_as_its_workflow_says() -> None:
    tags = "workflow: {rules: [{if: $CI_COMMIT_TAG}, {if: $CI_PIPELINE_SOURCE == 'schedule'}]}\n"
    pipeline = read(
        tags + "x: {script: [a]}\ny: {script: [a], rules: [{when: always}]}\nz: {script: [a], rules: [{if: $CI_COMMIT_BRANCH}]}"
    )
    assert [(one.event, one.trust) for one in pipeline.triggers] == [("push:tags", Trust.MAINTAINER), ("schedule", Trust.TIMER)]
    assert [None if one.triggers is None else [trigger.event for trigger in one.triggers] for one in pipeline.jobs] == [
        None,
        ["push:tags", "schedule"],
        ["schedule"],
    ]


def test_a_pipeline_without_workflow_begins_with_pushes() -> None:
    assert [(one.event, one.trust) for one in read("x: {script: [a]}").triggers] == [
        ("push:branches", Trust.CONTRIBUTOR),
        ("push:tags", Trust.MAINTAINER),
    ]


def test_a_pattern_is_never_run() -> None:
    budget = Budget()
    condition = Condition(Scalar("$CI_PIPELINE_SOURCE =~ /(p+)+u/", 1, 1), budget)
    assert {condition.says(start) for start in STARTS} == {None}
