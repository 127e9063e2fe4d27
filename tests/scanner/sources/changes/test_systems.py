"""What each system says, by the variables that it documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from scanner.errors import UnreadableError, UsageError
from scanner.model import Reason
from scanner.sources.changes.announced import Announcement, Index, Look, Proposal, Push, Removal
from scanner.sources.changes.systems import SYSTEMS, announced, setting_of, system_of

A, B, C, D = ("a" * 40, "b" * 40, "c" * 40, "d" * 40)
NEW = "0" * 40
MAIN = "refs/remotes/origin/main"

GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "/event.json", "GITHUB_SHA": B}
GITLAB = {"GITLAB_CI": "true", "CI_COMMIT_SHA": B, "CI_DEFAULT_BRANCH": "main"}
CIRCLE = {"CIRCLECI": "true", "CIRCLE_SHA1": B}
AZURE = {"TF_BUILD": "True", "BUILD_SOURCEVERSION": B}
BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_COMMIT": B}
JENKINS = {"JENKINS_URL": "https://ci.example.org/", "GIT_COMMIT": B}
BUILDKITE = {"BUILDKITE": "true", "BUILDKITE_COMMIT": B, "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"}
WOODPECKER = {"CI": "woodpecker", "CI_COMMIT_SHA": B, "CI_REPO_DEFAULT_BRANCH": "main"}
DRONE = {"DRONE": "true", "DRONE_COMMIT_SHA": B, "DRONE_REPO_BRANCH": "main"}
TRAVIS = {"TRAVIS": "true", "TRAVIS_COMMIT": B, "TRAVIS_BRANCH": "main", "TRAVIS_PULL_REQUEST": "false"}
APPVEYOR = {"APPVEYOR": "True", "APPVEYOR_REPO_COMMIT": B, "APPVEYOR_REPO_BRANCH": "main"}
PULL = {"pull_request": {"head": {"sha": C}, "base": {"sha": A, "ref": "main"}}}
REPOSITORY = {"repository": {"default_branch": "main"}}


def heard(environ: Mapping[str, str], event: object = None) -> Announcement | None:
    return announced(environ, lambda _: json.dumps(event).encode())


@pytest.mark.parametrize(
    ("name", "ref", "event", "expected"),
    [
        ("push", "refs/heads/x", {"before": A, "after": B}, Push("GitHub's push", (B,), A, "refs/heads/x", "main")),
        ("push", "refs/heads/x", {"before": NEW, "after": B}, Push("GitHub's push", (B,), NEW, "refs/heads/x", "main")),
        ("push", "refs/tags/v1", {"before": NEW, "after": D}, Push("GitHub's push", (D, B), NEW, "refs/tags/v1", "main")),
        ("push", "refs/heads/x", {"before": A, "after": NEW, "deleted": True}, Removal("GitHub's push")),
        ("push", "refs/heads/x", {"before": A, "after": NEW}, Removal("GitHub's push")),
        ("pull_request", "refs/pull/1/merge", PULL, Proposal("GitHub's pull request", (MAIN, A), C)),
        ("pull_request_target", "refs/heads/main", PULL, Proposal("GitHub's pull request", (MAIN, A), C)),
        ("pull_request_review", "refs/pull/1/merge", PULL, Proposal("GitHub's pull request", (MAIN, A), C)),
        (
            "merge_group",
            "refs/heads/gh-readonly-queue/main/pr-1",
            {"merge_group": {"head_sha": B, "base_sha": A, "base_ref": "refs/heads/main"}},
            Proposal("GitHub's merge queue", (A,), B),
        ),
        ("workflow_dispatch", "refs/heads/x", {}, Look("GitHub Actions", "main")),
        ("schedule", "refs/heads/main", {"schedule": "0 0 * * *"}, Look("GitHub Actions", "main")),
        ("push", "refs/heads/x", {"before": 7, "after": [B]}, Push("GitHub's push", (B,), None, "refs/heads/x", "main")),
    ],
)
def test_github(name: str, ref: str, event: Mapping[str, Any], expected: Announcement) -> None:
    assert heard({**GITHUB, "GITHUB_EVENT_NAME": name, "GITHUB_REF": ref}, {**event, **REPOSITORY}) == expected


def test_github_without_an_event_says_the_target_by_a_variable() -> None:
    assert heard({"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}) == Proposal("GitHub's pull request", (MAIN,), None)


MERGE_REQUEST = {**GITLAB, "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_BEFORE_SHA": NEW, "CI_MERGE_REQUEST_DIFF_BASE_SHA": A}
TO_MAIN = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
CASES: list[tuple[Mapping[str, str], Announcement]] = [
    ({"PRE_COMMIT": "1"}, Index("pre-commit")),
    ({"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": A, "PRE_COMMIT_TO_REF": "HEAD"}, Proposal("pre-commit", (A,), "HEAD")),
    (
        {"PRE_COMMIT": "1", "PRE_COMMIT_LOCAL_BRANCH": "HEAD", "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/x"},
        Push("pre-commit", ("HEAD",), NEW, "refs/heads/x"),
    ),
    ({**GITHUB, "PRE_COMMIT": "1"}, Index("pre-commit")),
    (
        {**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": A, "CI_COMMIT_BRANCH": "x"},
        Push("GitLab's push", (B,), A, "refs/heads/x", "main"),
    ),
    (
        {**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": NEW, "CI_COMMIT_BRANCH": "x"},
        Push("GitLab's push", (B,), NEW, "refs/heads/x", "main"),
    ),
    (
        {**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": NEW, "CI_COMMIT_TAG": "v1"},
        Push("GitLab's push", (B,), NEW, "refs/tags/v1", "main"),
    ),
    ({**GITLAB, "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BEFORE_SHA": NEW, "CI_COMMIT_BRANCH": "x"}, Look("GitLab's pipeline", "main")),
    ({**MERGE_REQUEST, **TO_MAIN}, Proposal("GitLab's merge request", (MAIN, A), B)),
    (
        {**MERGE_REQUEST, **TO_MAIN, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": D, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": C},
        Proposal("GitLab's merge request", (MAIN, D, A), C),
    ),
    (
        {**GITLAB, "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA": C},
        Proposal("GitLab's external pull request", (MAIN,), C),
    ),
    ({**CIRCLE, "CIRCLE_BRANCH": "pull/7"}, Push("CircleCI's build", (B,), None, "refs/heads/pull/7")),
    ({**CIRCLE, "CIRCLE_TAG": "v1"}, Push("CircleCI's build", (B,), None, "refs/tags/v1")),
    (
        {
            **AZURE,
            "BUILD_REASON": "PullRequest",
            "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": C,
        },
        Proposal("Azure Pipelines' pull request", (MAIN,), C),
    ),
    (
        {**AZURE, "BUILD_REASON": "PullRequest", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"},
        Proposal("Azure Pipelines' pull request", (MAIN,), None),
    ),
    (
        {**AZURE, "BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": "refs/heads/x"},
        Push("Azure Pipelines' build", (B,), None, "refs/heads/x"),
    ),
    ({**AZURE, "BUILD_REASON": "Schedule"}, Look("Azure Pipelines' build")),
    (
        {**BITBUCKET, "BITBUCKET_PR_DESTINATION_BRANCH": "main", "BITBUCKET_PR_DESTINATION_COMMIT": A[:12]},
        Proposal("Bitbucket's pull request", (MAIN, A[:12]), B),
    ),
    ({**BITBUCKET, "BITBUCKET_BRANCH": "x"}, Push("Bitbucket's pipeline", (B,), None, "refs/heads/x")),
    ({**JENKINS, "CHANGE_TARGET": "main", "BRANCH_NAME": "PR-7"}, Proposal("Jenkins' change request", (MAIN,), None)),
    (
        {**JENKINS, "BRANCH_NAME": "x", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": A, "GIT_PREVIOUS_COMMIT": C},
        Push("Jenkins' build", (), A, "refs/heads/x"),
    ),
    (
        {**JENKINS, "GIT_BRANCH": "origin/x", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": "null", "GIT_PREVIOUS_COMMIT": C},
        Push("Jenkins' build", (), C, "refs/heads/x"),
    ),
    ({**JENKINS, "GIT_BRANCH": "origin/x", "GIT_PREVIOUS_COMMIT": B}, Push("Jenkins' build", (), None, "refs/heads/x")),
    (
        {**BUILDKITE, "BUILDKITE_PULL_REQUEST": "7", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
        Proposal("Buildkite's pull request", (MAIN,), B),
    ),
    ({**BUILDKITE, "BUILDKITE_MERGE_QUEUE_BASE_COMMIT": A}, Proposal("Buildkite's merge queue", (A,), B)),
    (
        {**BUILDKITE, "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_BRANCH": "x"},
        Push("Buildkite's build", (), None, "refs/heads/x", "main"),
    ),
    ({**BUILDKITE, "BUILDKITE_SOURCE": "schedule"}, Look("Buildkite's build", "main")),
    (
        {**WOODPECKER, "CI_PIPELINE_EVENT": "push", "CI_PREV_COMMIT_SHA": A, "CI_COMMIT_BRANCH": "x"},
        Push("Woodpecker's pipeline", (B,), A, "refs/heads/x", "main"),
    ),
    (
        {**WOODPECKER, "CI_PIPELINE_EVENT": "push", "CI_PREV_COMMIT_SHA": B, "CI_COMMIT_BRANCH": "x"},
        Push("Woodpecker's pipeline", (B,), None, "refs/heads/x", "main"),
    ),
    (
        {**WOODPECKER, "CI_PIPELINE_EVENT": "pull_request", "CI_COMMIT_TARGET_BRANCH": "main"},
        Proposal("Woodpecker's pull request", (MAIN,), B),
    ),
    ({**WOODPECKER, "CI_PIPELINE_EVENT": "cron"}, Look("Woodpecker's pipeline", "main")),
    (
        {**DRONE, "DRONE_BUILD_EVENT": "push", "DRONE_COMMIT_BEFORE": A, "DRONE_BRANCH": "x"},
        Push("Drone's build", (B,), A, "refs/heads/x", "main"),
    ),
    ({**DRONE, "DRONE_BUILD_EVENT": "pull_request", "DRONE_TARGET_BRANCH": "main"}, Proposal("Drone's pull request", (MAIN,), B)),
    ({**DRONE, "DRONE_BUILD_EVENT": "promote"}, Look("Drone's build", "main")),
    ({**TRAVIS, "TRAVIS_COMMIT_RANGE": f"{A[:12]}...{B[:12]}"}, Push("Travis' build", (B,), A[:12], "refs/heads/main")),
    ({**TRAVIS, "TRAVIS_PULL_REQUEST": "7", "TRAVIS_PULL_REQUEST_SHA": C}, Proposal("Travis' pull request", (MAIN,), C)),
    ({**TRAVIS, "TRAVIS_EVENT_TYPE": "cron"}, Look("Travis' build")),
    (APPVEYOR, Push("AppVeyor's build", (B,), None, "refs/heads/main")),
    ({**APPVEYOR, "APPVEYOR_SCHEDULED_BUILD": "True"}, Look("AppVeyor's build")),
    (
        {**APPVEYOR, "APPVEYOR_PULL_REQUEST_NUMBER": "7", "APPVEYOR_PULL_REQUEST_HEAD_COMMIT": C},
        Proposal("AppVeyor's pull request", (MAIN,), C),
    ),
]


@pytest.mark.parametrize(("environ", "expected"), CASES, ids=[f"{case[1].says} {number}" for number, case in enumerate(CASES)])
def test_a_system_says(environ: Mapping[str, str], expected: Announcement) -> None:
    assert heard(environ) == expected


@pytest.mark.parametrize("environ", [{}, {"CI": "true"}, {"GITHUB_ACTIONS": "false"}, {"GITHUB_SHA": B}, {"PRE_COMMIT": ""}])
def test_nothing_is_heard_where_no_system_runs(environ: Mapping[str, str]) -> None:
    assert heard(environ) is None


def test_every_system_has_a_setting_of_its_own() -> None:
    runs = [{system.variable: (system.values or ("x",))[0]} for system in SYSTEMS]
    assert [system_of(environ) for environ in runs] == list(SYSTEMS)
    assert len({setting_of(environ) for environ in (*runs, {})}) == len(SYSTEMS) + 1


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "--output=x"}, "CI_COMMIT_BEFORE_SHA"),
        ({**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "a" * 65}, "CI_COMMIT_BEFORE_SHA"),
        ({**GITLAB, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "a\n^main"}, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        ({**GITLAB, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "../../../HEAD"}, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        ({**GITLAB, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main~3"}, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        ({**JENKINS, "BRANCH_NAME": "x y z"}, "BRANCH_NAME"),
        ({**JENKINS, "GIT_PREVIOUS_SUCCESSFUL_COMMIT": "HEAD"}, "GIT_PREVIOUS_SUCCESSFUL_COMMIT"),
    ],
)
def test_what_cannot_be_meant_is_an_error_without_the_value(environ: Mapping[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=rf"^{named} is not ") as caught:
        heard(environ)
    assert environ[named] not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"])
def test_an_event_that_is_none_is_an_error(content: bytes) -> None:
    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH names no file with an event"):
        announced(GITHUB, lambda _: content)


@pytest.mark.parametrize("error", [FileNotFoundError("x"), UnreadableError(Reason.TOO_LARGE, "x")])
def test_an_event_that_cannot_be_read_is_an_error(error: Exception) -> None:
    def read(_: str) -> bytes:
        raise error

    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH"):
        announced(GITHUB, read)


@pytest.mark.parametrize("event", [[], "x", None, {"pull_request": []}, {"pull_request": {"head": "x"}}, {"repository": 7}])
def test_an_event_of_another_shape_says_nothing(event: object) -> None:
    assert heard({**GITHUB, "GITHUB_EVENT_NAME": "issues"}, event) == Look("GitHub Actions", None)
