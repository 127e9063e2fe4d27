"""Expressions that are replaced by what they can come to."""

from __future__ import annotations

import json

import pytest

from scanner.pipelines.alternatives import alternatives, given, joined, settled
from scanner.pipelines.definition import Setting
from tests.support.pipelines import WORKFLOW, jobs, pipelines, roles
from tests.support.pipelines import workflow as of_steps

KNOWN = {"matrix.a": ("x", "y"), "matrix.b": ("1",), "inputs.c": ("z",)}
MAKEFILE = "build:\n\tgo build ./...\ntest:\n\tgo test ./...\nlint:\n\tgolangci-lint run\nship:\n\tdocker push acme/web\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make", ("make",)),
        ("make ${{ matrix.a }}", ("make x", "make y")),
        ("make ${{Matrix.A}}-${{ matrix.b }}", ("make x-1", "make y-1")),
        ("${{ matrix.a }} ${{ matrix.a }}", ("x x", "y y")),
        ("make ${{ matrix.other }}", ("make ${{ matrix.other }}",)),
        ("make ${{ matrix.b }} ${{ github.ref }}", ("make 1 ${{ github.ref }}",)),
        ("make ${{ inputs.c || 'it''s' }}", ("make z", "make it's")),
        ("make ${{ github.event.inputs.c }}", ("make z",)),
        ("make ${{ matrix.is_so && matrix.a || 'n' }}", ("make x", "make y", "make n")),
        ("make ${{ inputs.c == 'Z' && 'a' || 'b' }}", ("make a",)),
        ("make ${{ inputs.c != 'z' && 'a' || 'b' }}", ("make b",)),
        ("make ${{ inputs.c == 'z' && '' || 'b' }}", ("make ", "make b")),
        ("make ${{ matrix.a == 'x' && 'a' || 'b' }}", ("make a", "make b")),
        ("make ${{ matrix.b == '1' && inputs.c != 'z' && 'a' || matrix.a }}", ("make x", "make y")),
        ("make ${{ fromJSON(matrix.a) }}", ("make ${{ fromJSON(matrix.a) }}",)),
    ],
)
def test_a_text_is_made_for_each_value(text: str, expected: tuple[str, ...]) -> None:
    assert alternatives(text, KNOWN) == expected


def test_lines_of_a_value_are_commands_of_one_line() -> None:
    assert alternatives("${{ matrix.a }}\nnext", {"matrix.a": ("one\ntwo",)}) == ("one; two\nnext",)


def test_only_so_many_texts_are_made() -> None:
    many = {"matrix.a": tuple(map(str, range(100))), "matrix.b": tuple(map(str, range(100)))}
    assert len(alternatives("${{ matrix.a }} ${{ matrix.b }}", many)) == 64
    assert len(alternatives("${{ matrix.a }}" + "x" * 40_000, many)) == 1


def test_what_has_an_expression_left_is_not_settled() -> None:
    assert settled("${{ matrix.a }}${{ github.sha }}", KNOWN) == ()
    assert settled("${{ matrix.a }}", KNOWN) == ("x", "y")


def test_a_caller_gives_values_in_place_of_defaults() -> None:
    settings = (Setting("A", "${{ matrix.a }}", 1, 1), Setting("B", "${{ github.sha }}", 1, 1))
    assert given((("inputs.a", ("d",)), ("inputs.b", ("e",)), ("inputs.c", ("f",))), settings, KNOWN) == {
        "inputs.a": ("x", "y"),
        "inputs.c": ("f",),
    }
    assert joined([{"a": ("1",)}, {"a": ("2", "1"), "b": ("3",)}]) == {"a": ("1", "2"), "b": ("3",)}


def workflow(job: object, on: object = "push") -> str:
    return json.dumps({"on": on, "jobs": {"ci": job}})


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"matrix": {"goal": ["build", "lint"]}}, {"build", "lint"}),
        ({"matrix": {"os": ["a"], "include": [{"goal": "test"}, {"goal": "lint", "os": "b"}]}}, {"test", "lint"}),
        ({"matrix": {"goal": ["lint"], "exclude": [{"goal": "test"}]}}, {"lint"}),
        ({"matrix": {"goal": "${{ fromJSON(needs.a.outputs.b) }}"}}, set[str]()),
    ],
)
def test_a_job_does_what_its_matrix_makes_of_it(strategy: object, expected: set[str]) -> None:
    text = workflow({"strategy": strategy, "steps": [{"run": "make ${{ matrix.goal }}"}]})
    assert roles(jobs({WORKFLOW: text, "Makefile": MAKEFILE})["ci"]) == dict.fromkeys(expected, "set")


def test_what_is_the_same_for_all_of_a_matrix_is_done_once() -> None:
    job = jobs(workflow({"strategy": {"matrix": {"node": ["20", "22"]}}, "steps": [{"run": "npm ci && mocha --only ${{ matrix.node }}"}]}))[
        "ci"
    ]
    assert [act.role for act in job.acts] == ["build", "test"]


def test_a_folder_may_be_one_of_a_matrix() -> None:
    step = {"run": "make", "working-directory": "${{ matrix.at }}"}
    text = workflow({"strategy": {"matrix": {"at": ["a", "b"]}}, "steps": [step]})
    files = {WORKFLOW: text, "a/Makefile": "x:\n\tgo vet ./...\n", "b/Makefile": "x:\n\tgo test ./...\n"}
    assert roles(jobs(files)["ci"]) == {"lint": "set", "test": "set"}


def test_whoever_starts_a_pipeline_may_choose() -> None:
    on = {"workflow_dispatch": {"inputs": {"goal": {"type": "choice", "options": ["test", "lint"], "default": "test"}}}}
    text = workflow({"steps": [{"run": "make ${{ github.event.inputs.goal }}"}]}, on)
    assert roles(jobs({WORKFLOW: text, "Makefile": MAKEFILE})["ci"]) == {"test": "set", "lint": "set"}


def test_an_action_of_the_repository_runs_what_its_inputs_say() -> None:
    inputs = {"goal": {"default": "lint"}}
    action = {"inputs": inputs, "runs": {"using": "composite", "steps": [{"run": "make ${{ inputs.goal }}", "shell": "bash"}]}}
    steps = [{"uses": "./.github/actions/run"}, {"uses": "./.github/actions/run", "with": {"goal": "${{ matrix.goal }}"}}]
    text = workflow({"strategy": {"matrix": {"goal": ["test"]}}, "steps": steps})
    files = {WORKFLOW: text, "Makefile": MAKEFILE, ".github/actions/run/action.yml": json.dumps(action)}
    assert roles(jobs(files)["ci"]) == {"test": "set", "lint": "set"}


CALLED = {
    "on": {"workflow_call": {"inputs": {"goal": {"default": "build"}}}},
    "jobs": {"run": {"steps": [{"run": "go vet ./..."}, {"run": "make ${{ inputs.goal }}"}]}},
}


def called(**callers: object) -> dict[str, dict[str, str]]:
    files = {
        ".github/workflows/run.yml": json.dumps(CALLED),
        "Makefile": MAKEFILE,
        WORKFLOW: json.dumps({"on": "push", "jobs": callers}),
    }
    return {name: roles(job) for name, job in jobs(files).items()}


def caller(goal: str | None, **more: object) -> dict[str, object]:
    return {"uses": "./.github/workflows/run.yml", **({} if goal is None else {"with": {"goal": goal}}), **more}


def test_each_caller_does_what_it_asks_for_and_the_called_all_of_it() -> None:
    done = called(
        one=caller("test"), two=caller("lint"), three=caller("${{ matrix.goal }}", strategy={"matrix": {"goal": ["test", "ship"]}})
    )
    assert done == {
        "one": {"lint": "set", "test": "set"},
        "two": {"lint": "set"},
        "three": {"lint": "set", "test": "set", "publish": "set"},
        "run": {"lint": "set", "test": "set", "publish": "set"},
    }


def test_a_caller_that_asks_for_nothing_gets_the_default() -> None:
    assert called(one=caller(None)) == {"one": {"lint": "set", "build": "set"}, "run": {"lint": "set", "build": "set"}}


def test_a_caller_that_asks_for_what_nobody_knows_gets_nothing_of_it() -> None:
    assert called(one=caller("${{ needs.x.outputs.y }}")) == {"one": {"lint": "set"}, "run": {"lint": "set"}}


@pytest.mark.parametrize(
    ("env", "run", "expected"),
    [
        ({"GOAL": "test"}, "make $GOAL", {"test"}),
        ({"GOAL": "${{ matrix.goal }}"}, 'make "${GOAL}"', {"lint"}),
        ({"GOAL": "li${{ 'nt' }}"}, "make $GOAL", {"lint"}),
        ({"GOALS": "test lint"}, "make $GOALS", {"test", "lint"}),
        ({"GOAL": "test"}, "GOAL=lint; make $GOAL", set[str]()),
        ({"GOAL": "test"}, "make $GOALS", set[str]()),
        ({"GOAL": "$(cat goal)"}, "make $GOAL", set[str]()),
        ({"GOAL_TOKEN": "test"}, "make $GOAL_TOKEN", set[str]()),
        ({"GOAL": "${{ secrets.GOAL }}"}, "make $GOAL", set[str]()),
    ],
)
def test_a_variable_that_the_definition_sets_to_a_plain_value(env: dict[str, str], run: str, expected: set[str]) -> None:
    text = workflow({"strategy": {"matrix": {"goal": ["lint"]}}, "env": env, "steps": [{"run": run}]})
    assert roles(jobs({WORKFLOW: text, "Makefile": MAKEFILE})["ci"]) == dict.fromkeys(expected, "set")


def test_a_variable_is_known_in_a_script_too() -> None:
    text = workflow({"steps": [{"run": "make image", "env": {"ARGS": "--push"}}]})
    assert roles(jobs({WORKFLOW: text, "Makefile": "image:\n\tdocker buildx build $(ARGS) .\n"})["ci"]) == {
        "build": "set",
        "publish": "set",
    }


def test_variables_name_commands_beside_those_that_are_written() -> None:
    job = jobs(workflow({"env": {"WHAT": "a"}, "steps": [{"run": "mocha $WHAT && eslint $TOKEN"}]}))["ci"]
    assert [(act.role, act.at.column) for act in job.acts] == [("test", 73), ("lint", 88)]


def test_values_that_come_to_too_much_are_said() -> None:
    rows = "\n".join(f"echo {number} ${{{{ matrix.a }}}}" for number in range(300))
    job = {"strategy": {"matrix": {"a": list(range(64))}}, "steps": [{"run": rows}]}
    found = pipelines({WORKFLOW: json.dumps({"on": "push", "jobs": {f"j{number}": job for number in range(15)}})})
    assert [one.detail for one in found.unread if "expressions" in one.detail] == [
        "more than 20000 commands with all that their expressions come to; the rest was read as written"
    ]


def test_of_a_script_with_other_values_counts_what_differs() -> None:
    """One command of many holds the variable, and many steps call the script."""
    script = "#!/bin/sh\n" + "echo one\n" * 20 + "make $GOAL\n"
    goals = ["ship", "lint", "test", *map(str, range(7))]
    steps = [{"run": f"./all.sh {number}"} for number in range(20)]
    job = {"strategy": {"matrix": {"a": goals}}, "env": {"GOAL": "${{ matrix.a }}"}, "steps": steps}
    text = json.dumps({"on": "push", "jobs": {f"j{number}": job for number in range(10)}})
    found = pipelines({WORKFLOW: text, "all.sh": script, "Makefile": MAKEFILE})
    assert [one.detail for one in found.unread] == []
    assert [{"publish", "lint", "test"} <= set(roles(one)) for one in found.jobs] == [True] * 10


@pytest.mark.parametrize("script", ["push.sh", "Push.ps1"])
@pytest.mark.parametrize(("feed", "tier"), [("https://feed.example/v3/index.json", "private"), ("${{ vars.FEED }}", "public")])
def test_a_variable_of_the_step_says_where_its_script_publishes(script: str, feed: str, tier: str) -> None:
    shell, sign = ("pwsh", "$Env:") if script.endswith("ps1") else ("bash", "$")
    push = f"dotnet nuget push x.nupkg --source {sign}NUGET_URL --api-key {sign}NUGET_API_KEY\n"
    step = f"{{run: ./{script}, shell: {shell}, env: {{NUGET_URL: '{feed}', NUGET_API_KEY: '${{{{ secrets.K }}}}'}}}}"
    job = jobs({WORKFLOW: of_steps(step), script: push})["release"]
    assert [(one.target, one.tier, one.takes) for one in job.acts if one.role == "publish" and one.script] == [("nuget", tier, ("K",))]
