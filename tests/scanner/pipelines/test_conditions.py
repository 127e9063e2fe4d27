"""Which triggers a condition leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Trust
from scanner.pipelines.conditions import narrowed
from scanner.pipelines.definition import TriggerDefinition

_TRUST = {"push:tags": Trust.MAINTAINER, "pull_request_target": Trust.UNTRUSTED, "issue_comment": Trust.UNTRUSTED}


def triggers(*events: str) -> tuple[TriggerDefinition, ...]:
    return tuple(TriggerDefinition(event, _TRUST.get(event, Trust.CONTRIBUTOR), row + 1, 1) for row, event in enumerate(events))


ALL = ("push", "pull_request", "pull_request_target", "schedule", "workflow_dispatch", "release", "workflow_call", "strange")


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ("github.event_name == 'push'", "push workflow_call strange"),
        ("'PUSH' == github.EVENT_NAME", "push workflow_call strange"),
        ("github['event_name'] == 'push'", "push workflow_call strange"),
        ("github.event_name != 'push' && github.event_name != 'schedule'", "pull_request pull_request_target workflow_dispatch release …"),
        ("!(github.event_name == 'pull_request')", "push pull_request_target schedule workflow_dispatch release …"),
        ("github.event_name == 'push' || github.event_name == 'schedule'", "push schedule …"),
        ("startsWith(github.ref, 'refs/tags/')", "push:tags workflow_dispatch release …"),
        ("startsWith(github.ref, 'refs/tags/v')", "push:tags workflow_dispatch release …"),
        ("contains(github.ref, 'refs/tags/')", ALL),
        ("github.ref_type == 'tag'", "push:tags pull_request workflow_dispatch release …"),
        ("github.ref == 'refs/heads/main'", "push:branches pull_request pull_request_target schedule workflow_dispatch …"),
        ("github.ref == 'refs/heads/main' && github.event_name == 'push'", "push:branches …"),
        ("github.event.ref == 'refs/heads/main'", "push:branches workflow_dispatch …"),
        ("startsWith(github.event.ref, 'refs/tags/v')", "push:tags pull_request pull_request_target schedule workflow_dispatch release …"),
        ("github.ref != 'refs/heads/main'", ALL),
        ("github.ref", ALL),
        ("github.repository == 'acme/one'", ALL),
        ("github.repository == 'acme/one' && github.event_name == 'release'", "release …"),
        ("github.repository == 'acme/one' || github.event_name == 'release'", ALL),
        ("github.event.pull_request.merged == true", "pull_request pull_request_target …"),
        ("github.event.pull_request.merged", "pull_request pull_request_target …"),
        ("github.event.pull_request.draft == false", ALL),
        ("github.event.pull_request == null", ALL),
        ("github.event.inputs.really == 'yes'", "workflow_dispatch …"),
        ("github.head_ref == ''", ALL),
        ("github.head_ref", "pull_request pull_request_target …"),
        ('contains(fromJSON(\'["push", "release"]\'), github.event_name)', "push release …"),
        ("always() && github.event_name == 'release'", "release …"),
        ("success() && github.event_name == 'release'", "release …"),
        ("always()", ALL),
        ("needs.build.outputs.publish == 'true'", ALL),
        ("github.event.commits[0].message == 'x' && github.event_name == 'push'", "push …"),
        ("toJSON(github.event.x).y[github.z].* && github.event_name == 'push'", "push …"),
        ("1 < 2", ALL),
        ("github.event_name == 'nothing'", "…"),
        ("'it''s' == 'it''s' && github.event_name == 'push'", "push …"),
        # What is not understood, or is more than one expression, takes nothing away.
        ("${{ github.event_name == 'push' }} && true", ALL),
        ("github.event_name == 'push' && '${{ github.ref }}' != ''", ALL),
        ("github.event_name = 'push'", ALL),
        ("github.event_name == 'push' github", ALL),
        ("(github.event_name == 'push'", ALL),
        ("github.event_name == 'push' &&", ALL),
        ("f(", ALL),
        ("a[", ALL),
        ("", ALL),
        ("(" * 30 + "github.event_name == 'push'" + ")" * 30, ALL),
        ("!" * 90 + "(github.event_name == 'push')", "push …"),
        ("!" * 1900 + "(github.event_name == 'push')", ALL),
        ("true && " * 300 + "github.event_name == 'push'", ALL),
        ("fromJSON('" + "[" * 1900 + "')", ALL),
    ],
)
def test_what_is_left(condition: str, left: str | tuple[str, ...]) -> None:
    expected = left.replace("…", "workflow_call strange").split() if isinstance(left, str) else list(left)
    assert [one.event for one in narrowed(triggers(*ALL), condition)] == expected


def test_no_condition() -> None:
    assert narrowed(triggers("push"), None) == triggers("push")


@pytest.mark.parametrize("condition", ["false", "0", "null", "''", "github.event_name == 'nothing'", "true && false || ''"])
def test_what_can_never_run_is_read_as_written(condition: str) -> None:
    assert narrowed(triggers("push", "release"), condition) == triggers("push", "release")


@pytest.mark.parametrize("event", ["push", "create"])
def test_a_push_that_only_a_tag_can_be(event: str) -> None:
    (left,) = narrowed(triggers(event), "startsWith(github.ref, 'refs/tags/')")
    assert (left.event, left.trust, left.line) == (f"{event}:tags", Trust.MAINTAINER, 1)


def test_the_name_of_what_is_created_is_no_ref() -> None:
    assert [one.event for one in narrowed(triggers("create"), "github.event.ref == 'main'")] == ["create"]


def test_a_push_of_a_branch_is_no_tag() -> None:
    assert narrowed(triggers("push:branches", "push:tags"), "github.ref_type == 'tag'") == triggers("x", "push:tags")[1:]


@pytest.mark.parametrize(
    ("event", "condition"),
    [
        ("pull_request_target", "github.event.pull_request.merged == true"),
        ("pull_request_target", "github.event.pull_request.merged && contains(github.event.pull_request.labels.*.name, 'backport')"),
        ("pull_request_target", "github.event.action == 'closed' && github.event.pull_request.merged_at != null"),
        ("pull_request_target", "github.event.pull_request.user.login == 'dependabot[bot]'"),
        ("pull_request_target", "'renovate[bot]' == github.event.pull_request.user.login && github.repository == 'acme/one'"),
        ("pull_request_target", 'contains(fromJSON(\'["ada", "bob"]\'), github.event.pull_request.user.login)'),
        ("pull_request_target", "github.event.pull_request.head.repo.full_name == github.repository"),
        ("pull_request_target", "github.event.pull_request.head.repo.full_name == github.event.repository.full_name"),
        ("pull_request_target", "github.event.pull_request.head.repo.owner.login == github.repository_owner"),
        ("pull_request_target", "github.event.pull_request.head.repo.fork == false"),
        ("pull_request_target", "!github.event.pull_request.head.repo.fork"),
        ("pull_request_target", "github.event.label.name == 'safe to test'"),
        ("issue_comment", "github.event.issue.pull_request && github.event.comment.author_association == 'MEMBER'"),
        ("issue_comment", 'contains(fromJSON(\'["OWNER","MEMBER","COLLABORATOR"]\'), github.event.comment.author_association)'),
        ("issue_comment", "github.event.comment.user.login == 'ada' && startsWith(github.event.comment.body, '/release')"),
    ],
)
def test_no_stranger_comes_through(event: str, condition: str) -> None:
    (left,) = narrowed(triggers(event), condition)
    assert (left.event, left.trust) == (event, Trust.CONTRIBUTOR)


@pytest.mark.parametrize(
    ("event", "condition"),
    [
        ("pull_request_target", "github.event.pull_request.merged == false"),
        ("pull_request_target", "github.event.pull_request.merged || github.event.action == 'opened'"),
        ("pull_request_target", "github.actor == 'dependabot[bot]'"),
        ("pull_request_target", "github.triggering_actor == 'ada'"),
        ("pull_request_target", "github.event.pull_request.user.login != 'dependabot[bot]'"),
        ("pull_request_target", "github.event.pull_request.head.repo.full_name != github.repository"),
        ("pull_request_target", "github.event.pull_request.head.repo.fork"),
        ("pull_request_target", "contains(github.event.pull_request.labels.*.name, 'safe to test')"),
        ("pull_request_target", "github.event.pull_request.base.repo.full_name == github.repository"),
        ("pull_request_target", "github.event.repository.fork == false"),
        ("pull_request_target", "github.event.pull_request.author_association == 'CONTRIBUTOR'"),
        ("issue_comment", 'contains(fromJSON(\'["MEMBER","CONTRIBUTOR"]\'), github.event.comment.author_association)'),
        ("issue_comment", "contains(github.event.comment.author_association, 'M')"),
        ("issue_comment", "github.event.issue.user.login == 'ada'"),
        ("issue_comment", "github.event.comment.body == '/release'"),
        ("strange", "github.event.pull_request.merged == true"),
    ],
)
def test_a_stranger_comes_through(event: str, condition: str) -> None:
    open_to_all = TriggerDefinition(event, Trust.UNTRUSTED, 1, 1)
    assert narrowed([open_to_all], condition) == (open_to_all,)


def test_more_ways_than_are_looked_at_take_nothing_away() -> None:
    many = triggers(
        "push",
        "release",
        "schedule",
        "issues",
        *ALL,
        "discussion",
        "discussion_comment",
        "merge_group",
        "create",
        "issue_comment",
        "pull_request_review",
    )
    assert narrowed(many, "github.event_name == 'push'") == many


@given(st.text("()[]!&|=<>.,*'${} abgithubref_0", max_size=60))
def test_any_text_leaves_some_of_the_triggers(condition: str) -> None:
    left = narrowed(triggers(*ALL), condition)
    assert left
    assert {one.event.partition(":")[0] for one in left} <= set(ALL)
