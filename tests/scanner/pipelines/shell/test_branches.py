"""What a script leaves out because of the words that it is called with."""

from __future__ import annotations

import pytest

from scanner.pipelines.shell import commands
from scanner.pipelines.shell.branches import Branches, has_branches, is_left_out
from tests.support.pipelines import WORKFLOW, jobs, roles

IF = 'what=$1\nif [[ "${what}" = "out" ]]; then\n  push\nelif [ "$1" == "try" ] || [ "$what" = "again" ]; then\n  check\nelse\n  other\nfi\nend\n'
CASE = 'case "$1" in\n  out|up) push ;;\n  try) check ;;\n  *) other ;;\nesac\nend\n'
LINE = 'what=${1:-try}; if [ "$what" = out ]; then push; else other; fi\n'
OTHER = 'if [ "$REF" = "out" ]; then push; fi\nif [ "$1" = out ] && [ -n "$T" ]; then check; fi\n'
FUNCTION = 'one() {\n  what=$1\n  if [ "$what" = "out" ]; then push; fi\n}\none out\n'
INITIAL = 'what="try"\nif [ $# -gt 0 ]; then what=$1; fi\nif [ "$what" = "out" ]; then push; fi\n'


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (IF, "out", ["push", "other", "end"]),
        (IF, "try", ["check", "other", "end"]),
        (IF, "again", ["check", "other", "end"]),
        (IF, "", ["other", "end"]),
        (IF, "--what=out", ["push", "other", "end"]),
        (IF, "$X", ["push", "check", "other", "end"]),
        (CASE, "up", ["push", "other", "end"]),
        (CASE, "try", ["check", "other", "end"]),
        (CASE, "else", ["other", "end"]),
        (LINE, "", ["other"]),
        (LINE, "out", ["push", "other"]),
        (OTHER, "try", ["push", "check"]),
        (INITIAL, "", []),
        (INITIAL, "out", ["push"]),
        (FUNCTION, "try", ["push"]),
    ],
)
def test_branches_for_other_words_are_not_run(text: str, words: str, expected: list[str]) -> None:
    parts = Branches(text).left_out(tuple(words.split()), {}) if has_branches(text) else ()
    run = [one.program for one in commands(text) if not is_left_out(parts, (one.row, one.column))]
    assert [program for program in run if program in {"push", "check", "other", "end"}] == expected


@pytest.mark.parametrize(
    ("command", "expected"), [("./ci.sh out", "set"), ("bash ci.sh out", "set"), ("./ci.sh try", None), ("./ci.sh try; ./ci.sh out", "set")]
)
def test_a_job_does_what_its_call_of_a_script_does(command: str, expected: str | None) -> None:
    workflow = f"on: push\njobs:\n  one:\n    runs-on: self-hosted\n    steps:\n      - run: {command}\n"
    script = '#!/bin/sh\ncase "$1" in\n  out) gem push a.gem ;;\n  try) rspec ;;\nesac\n'
    assert roles(jobs({WORKFLOW: workflow, "ci.sh": script})["one"]).get("publish") == expected


@pytest.mark.parametrize(
    ("env", "before", "expected"),
    [
        ("OUT: 'false'", "", None),
        ("OUT: 'true'", "", "set"),
        ("OUT: '${{ inputs.out }}'", "", "set"),
        ("OTHER: 'false'", "", "set"),
        ("OUT: 'false'", "OUT=true; ", "set"),
        ("OUT: 'false'", "echo OUT=true >> $GITHUB_ENV; ", "set"),
    ],
)
def test_a_branch_for_another_value_of_a_variable_is_not_run(env: str, before: str, expected: str | None) -> None:
    step = f'{{run: \'{before}if [ "$OUT" = "true" ]; then gem push a.gem; fi\', env: {{{env}}}}}'
    workflow = f"on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - {step}\n"
    assert roles(jobs(workflow)["one"]).get("publish") == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("", None), ("push: 'true'", "set"), ("push: '${{ inputs.p }}'", "set"), ("push: 'false'", None)]
)
def test_an_input_of_an_action_decides_what_its_script_does(given: str, expected: str | None) -> None:
    files = {
        WORKFLOW: f"on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - {{uses: ./out, with: {{{given}}}}}\n",
        "out/action.yml": "inputs: {push: {default: 'false'}}\nruns: {using: docker, image: Dockerfile, entrypoint: go.sh}\n",
        "out/go.sh": '#!/bin/sh\nif [[ "$INPUT_PUSH" == "true" ]]; then\n  gem push a.gem\nfi\n',
    }
    assert roles(jobs(files)["one"]).get("publish") == expected
