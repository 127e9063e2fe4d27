"""Steps of GitHub Actions, and what they are given."""

from __future__ import annotations

import pytest

from scanner.pipelines.definition import Pin
from scanner.pipelines.systems.github_steps import action, condition, runs_after_failure
from scanner.pipelines.yamltree import Scalar
from tests.support.workflows import job, read, steps


@pytest.mark.parametrize(
    ("uses", "name", "ref", "pin"),
    [
        ("acme/do@v1", "acme/do", "v1", Pin.TAG),
        ("acme/do@1.2.3-rc.1", "acme/do", "1.2.3-rc.1", Pin.TAG),
        ("acme/do/sub@main", "acme/do/sub", "main", Pin.BRANCH),
        ("acme/do@release/v1", "acme/do", "release/v1", Pin.BRANCH),
        ("acme/do@" + "a1" * 20, "acme/do", "a1" * 20, Pin.COMMIT),
        ("acme/do@" + "a1" * 10, "acme/do", "a1" * 10, Pin.BRANCH),
        ("acme/do", "acme/do", None, Pin.NONE),
        ("./here", "./here", None, Pin.LOCAL),
        ("./", "./", None, Pin.LOCAL),
        ("./here@v1", "./here@v1", None, Pin.LOCAL),
        ("$/.github/actions/x", "./.github/actions/x", None, Pin.LOCAL),
        ("docker://acme/x:1.2", "docker://acme/x", "1.2", Pin.TAG),
        ("docker://acme/x:latest", "docker://acme/x", "latest", Pin.BRANCH),
        ("docker://acme/x", "docker://acme/x", None, Pin.NONE),
        ("docker://host:5000/x", "docker://host:5000/x", None, Pin.NONE),
        ("docker://acme/x@sha256:" + "0" * 64, "docker://acme/x", "sha256:" + "0" * 64, Pin.COMMIT),
        ("https://github.com/acme/do@v2", "acme/do", "v2", Pin.TAG),
        ("https://git.example.invalid/acme/do@v2", "https://git.example.invalid/acme/do", "v2", Pin.TAG),
        ("@", "", "", Pin.BRANCH),
    ],
)
def test_actions_and_their_versions(uses: str, name: str, ref: str | None, pin: Pin) -> None:
    assert action(uses) == (name, ref, pin)


@pytest.mark.parametrize(
    ("written", "shell"),
    [
        ("runs-on: ubuntu-latest", "bash"),
        ("runs-on: windows-latest", "pwsh"),
        ("runs-on: windows-latest\ndefaults: {run: {shell: bash}}", "bash"),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [windows-latest, ubuntu-latest]}}", "bash"),
        ("defaults: {run: {shell: '/bin/sh -e {0}'}}", "bash"),
        ("defaults: {run: {shell: powershell}}", "pwsh"),
        ("defaults: {run: {shell: cmd}}", "cmd"),
        ("defaults: {run: {shell: 'python3 {0}'}}", "python"),
        ("defaults: {run: {shell: 'perl {0}'}}", "perl {0}"),
        ("defaults: {run: {shell: ' '}}", " "),
    ],
)
def test_shells(written: str, shell: str) -> None:
    script = job(f"{written}\nsteps: [{{run: x}}]").steps[0].script
    assert script is not None
    assert script.shell == shell


def test_defaults_of_a_workflow_and_a_step_of_its_own() -> None:
    (found,) = read(
        "defaults: {run: {shell: pwsh, working-directory: a}}\njobs: {j: {steps: [{run: x}, {run: y, shell: sh, working-directory: b}]}}"
    )
    assert [(one.script and one.script.shell, one.folder) for one in found.jobs[0].steps] == [("pwsh", "a"), ("bash", "b")]


def test_steps_side_by_side_come_in_their_order() -> None:
    found = steps("- run: a\n- if: x\n  parallel:\n  - run: b\n    if: y\n  - parallel: [{run: c}, {uses: d@v1}]\n- wait: b\n- run: e")
    assert [(one.script.value if one.script else one.uses, one.condition) for one in found] == [
        ("a", None),
        ("b", "(x) && (y)"),
        ("c", "x"),
        ("d", "x"),
        ("e", None),
    ]


def test_places_of_mentions_in_scripts_of_every_style() -> None:
    found = steps(
        "- run: |\n    a\n    b ${{ secrets.A }}\n- run: >\n    a\n    b ${{ secrets.A }}\n- run: a\n    ${{ secrets.A }}\n"
        "- run: 'it''s\n    ${{ secrets.A }}'\n- run: \"\\t${{\n    secrets.A }}\"\n- run: ${{ secrets.A }}"
    )
    assert [(one.script.is_block, one.script.mentions[0].line, one.script.mentions[0].column) for one in found if one.script] == [
        (True, 7, 15),
        (False, 10, 15),
        (False, 12, 13),
        (False, 14, 13),
        (False, 16, 9),
        (True, 17, 16),
    ]


@pytest.mark.parametrize(
    ("written", "always"),
    [
        ("always()", True),
        ("failure() && x", True),
        ("success() || failure()", True),
        ("!cancelled()", True),
        ("!cancelled() && !failure()", False),
        ("cancelled()", False),
        ("success()", False),
        ("always", False),
        ("'always()'", False),
        ("ALWAYS ()", True),
    ],
)
def test_what_runs_after_a_failure(written: str, always: bool) -> None:
    assert runs_after_failure(written) is always


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a", "a"),
        ("${{ a }}", "a"),
        (" ${{a}} ", "a"),
        ("${{ a }} && ${{ b }}", "${{ a }} && ${{ b }}"),
        ("${{ '}}' }}", "'}}'"),
        ("${{ a", "${{ a"),
    ],
)
def test_conditions_without_braces(written: str, expected: str) -> None:
    assert condition(Scalar(written, 1, 1)) == expected


def test_no_value_of_a_setting_is_shown() -> None:
    found = job("env: {A: hunter2}\nsteps: [{run: echo hunter2, env: {B: hunter2}, uses: x@v1, with: {c: hunter2}}, {run: echo hunter2}]")
    assert "hunter2" not in repr(found)


def test_texts_that_grow_have_a_bound() -> None:
    deep = "parallel: [{if: " + "x" * 900 + ", "
    (found,) = steps("- {" + deep * 20 + "run: a" + "}]" * 20 + "}")
    assert found.condition is not None
    assert len(found.condition) < 2000
    (setting,) = job("env: {" + "".join(f"{'k' * 90}: {{" for _ in range(20)) + "a: 1" + "}" * 20 + "}").env
    assert len(setting.name) == 255
