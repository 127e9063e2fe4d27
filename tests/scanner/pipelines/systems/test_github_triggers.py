"""What starts a workflow, in all ways in which it can be written."""

from __future__ import annotations

import pytest

from scanner.pipelines.systems.github_triggers import declared, triggers
from scanner.pipelines.yamltree import Node, at, entries, parse


def on(written: str) -> Node | None:
    return at(parse(written.encode())[0], "on")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("on: push", [("push", "contributor", ())]),
        ("on: [push, pull_request]", [("push", "contributor", ()), ("pull_request", "contributor", ())]),
        ("on:\n- push\n- release: {types: [published]}", [("push", "contributor", ()), ("release", "maintainer", ("published",))]),
        ("on: {push: }", [("push", "contributor", ())]),
        ("on: {push: {branches: main}}", [("push:branches", "contributor", ("main",))]),
        ("on: {push: {tags: ['v*', '!v0']}}", [("push:tags", "maintainer", ("v*", "!v0"))]),
        (
            "on: {push: {tags: [v1], branches-ignore: [x]}}",
            [("push:branches", "contributor", ("!x",)), ("push:tags", "maintainer", ("v1",))],
        ),
        ("on: {push: {paths: [x]}}", [("push", "contributor", ())]),
        ("on: {pull_request: {types: [opened], branches: [main]}}", [("pull_request", "contributor", ("opened", "main"))]),
        ("on: pull_request_target", [("pull_request_target", "untrusted", ())]),
        ("on: {workflow_run: {workflows: [CI], types: [completed]}}", [("workflow_run", "untrusted", ("completed", "CI"))]),
        (
            "on: [issue_comment, issues, discussion, discussion_comment]",
            [(one, "untrusted", ()) for one in ("issue_comment", "issues", "discussion", "discussion_comment")],
        ),
        (
            "on: [workflow_dispatch, merge_group, release]",
            [(one, "maintainer", ()) for one in ("workflow_dispatch", "merge_group", "release")],
        ),
        ("on: {repository_dispatch: {types: [go]}}", [("repository_dispatch", "remote", ("go",))]),
        ("on: {schedule: [{cron: '0 0 * * *'}]}", [("schedule", "timer", ())]),
        ("on: {workflow_call: }", [("workflow_call", "unknown", ())]),
        ("on: moonrise", [("moonrise", "unknown", ())]),
        ("on: {push: {tags: {a: b}}}", [("push:tags", "maintainer", ())]),
        ("on: {push: [1]}", [("push", "contributor", ())]),
        ("on: [push, push]", [("push", "contributor", ())]),
        ("on: [[push], ~, {push: x}]", [("push", "contributor", ())]),
        ("on:", []),
        ("x: 1", []),
    ],
)
def test_triggers(written: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert [(one.event, str(one.trust), one.filters) for one in triggers(on(written))] == expected


def test_where_triggers_stand() -> None:
    written = "on:\n  push:\n    tags: [a]\n  release:\n"
    assert [(one.line, one.column) for one in triggers(on(written))] == [(2, 3), (4, 3)]


def test_what_nobody_knows_has_an_end_and_hides_nothing() -> None:
    found = triggers(on("on: [" + "".join(f"e{row}, " for row in range(1000)) + "pull_request_target]"))
    assert (len(found), found[-1].event) == (21, "pull_request_target")


def test_what_callers_hand_over() -> None:
    node = on("on: {workflow_call: {inputs: {a: {type: string}}, secrets: {B: , c: {required: true}}}}")
    assert [key.value for key, _ in entries(declared(node, "secrets"))] == ["B", "c"]
    assert [key.value for key, _ in entries(declared(node, "inputs"))] == ["a"]
    assert declared(on("on: push"), "inputs") is None
