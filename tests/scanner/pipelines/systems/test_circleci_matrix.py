"""CircleCI: parameters in texts, and matrices."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import JobDefinition, Via
from scanner.pipelines.systems.circleci import SYSTEM
from tests.support.pipelines import jobs as jobs_of
from tests.support.pipelines import roles

CONFIG = """\
version: 2.1
jobs:
  task:
    parameters: {{what: {{type: string}}, tool: {{default: npm}}, extra: {{default: ""}}}}
    docker: [{{image: "cimg/<< parameters.tool >>:1"}}]
    steps:
      - checkout
      - run: << parameters.tool >> run << parameters.what >>
  after: {{steps: [{{run: b}}]}}
workflows:
  w:
    jobs:
      - task: {}
      - after: {{requires: [{}]}}
"""


def read(use: str, asked: str = "task") -> dict[str, JobDefinition]:
    (pipeline,) = SYSTEM.read(".circleci/config.yml", CONFIG.format(use, asked).encode(), lambda _: None)
    return {job.name: job for job in pipeline.jobs}


def scripts(job: JobDefinition) -> list[str]:
    return [step.script.value for step in job.steps if step.script]


def contexts(job: JobDefinition) -> list[str]:
    return [mention.name for via, mention in job.mentions if via is Via.CONTEXT]


def test_a_parameter_stands_in_the_text_as_it_was_given() -> None:
    job = read("{what: publish}")["task"]
    assert scripts(job) == ["npm run publish"]
    assert job.steps[1].script is not None
    assert (job.steps[1].script.line, job.steps[1].script.column) == (8, 14)


def test_what_a_parameter_makes_of_a_command_is_what_the_job_does() -> None:
    text = CONFIG.format("{what: x, tool: twine, extra: y}", "task").replace(" run << parameters.what >>", " upload dist/*")
    assert "publish" in roles(jobs_of({".circleci/config.yml": text})["task"])


def test_a_matrix_is_one_job_with_the_steps_of_all() -> None:
    found = read("{matrix: {parameters: {what: [test, publish], tool: [npm, pnpm]}}}")
    assert found.keys() == {"task", "after"}
    assert scripts(found["task"]) == ["npm run test", "pnpm run test", "npm run publish", "pnpm run publish"]
    assert [step.uses for step in found["task"].steps].count("checkout") == 1
    assert found["after"].needs == ("task",)


@pytest.mark.parametrize("asked", ["all", "task-test-npm", "task-publish-pnpm", "other"])
def test_others_ask_for_a_matrix_by_its_alias_or_by_one_of_its_jobs(asked: str) -> None:
    found = read("{matrix: {alias: all, parameters: {what: [test, publish], tool: [npm, pnpm]}}}", asked)
    assert found["after"].needs == (("other",) if asked == "other" else ("task",))


def test_names_of_ones_own_may_be_asked_for() -> None:
    found = read("{name: 'do-<< matrix.what >>', matrix: {parameters: {what: [a, b]}}}", "do-b")
    assert (list(found), found["after"].needs) == (["task", "after"], ("task",))


def test_what_is_excluded_is_not_there() -> None:
    found = read("{matrix: {parameters: {what: [a, b], tool: [x, y]}, exclude: [{what: a, tool: y}, {what: b}]}}")
    assert scripts(found["task"]) == ["x run a"]


def test_jobs_that_get_other_contexts_are_jobs_of_their_own() -> None:
    found = read("{context: [all, 'ctx-<< matrix.tool >>'], matrix: {parameters: {tool: [npm, gem], what: [a, b]}}}", "task")
    assert {name: (contexts(job), scripts(job)) for name, job in found.items() if name != "after"} == {
        "task": (["all", "ctx-npm"], ["npm run a", "npm run b"]),
        "task/2": (["all", "ctx-gem"], ["gem run a", "gem run b"]),
    }
    assert found["after"].needs == ("task", "task/2")


def test_values_of_a_matrix_stand_in_other_arguments() -> None:
    found = read("{name: 'x-<< matrix.tool >>', matrix: {parameters: {tool: [npm]}}}".replace("name: 'x", "extra: 'x"))
    assert scripts(found["task"]) == ["npm run << parameters.what >>"]
    (pipeline,) = SYSTEM.read(
        ".circleci/config.yml",
        b"version: 2.1\norbs: {n: circleci/node@5.0.0}\nworkflows: {w: {jobs: [{n/publish: {token: << matrix.t >>, matrix: {parameters: {t: [A_TOKEN, B_TOKEN]}}}}]}}",
        lambda _: None,
    )
    (job,) = pipeline.jobs
    assert [{one.name: one.value for one in step.settings} for step in job.steps] == [
        {"token": "A_TOKEN", "t": "A_TOKEN"},
        {"token": "B_TOKEN", "t": "B_TOKEN"},
    ]
    assert [mention.name for step in job.steps for one in step.settings for mention in one.mentions] == [
        "A_TOKEN",
        "A_TOKEN",
        "B_TOKEN",
        "B_TOKEN",
    ]


@pytest.mark.parametrize(
    "matrix",
    [
        "a",
        "[]",
        "{}",
        "{parameters: []}",
        "{parameters: {name: a}}",
        "{parameters: {what: []}}",
        "{parameters: {name: << pipeline.parameters.x >>}}",
        "{exclude: [a]}",
    ],
)
def test_a_matrix_that_says_nothing_makes_one_job(matrix: str) -> None:
    assert scripts(read(f"{{what: x, matrix: {matrix}}}")["task"]) == ["npm run x"]


def test_a_hundred_and_twenty_eight_jobs_of_a_matrix_are_read() -> None:
    many = "[" + ", ".join(f"v{number}" for number in range(1_000)) + "]"
    assert len(scripts(read(f"{{matrix: {{parameters: {{what: {many}, tool: {many}, extra: {many}}}}}}}")["task"])) == 1
    assert len(scripts(read(f"{{matrix: {{parameters: {{what: {many}}}}}}}")["task"])) == 128


def test_texts_of_parameters_that_multiply_are_too_large() -> None:
    long = "a" * 4_096
    steps = "\n".join(["      - run: " + "<< parameters.what >> " * 200] * 500)
    text = CONFIG.format(f"{{what: {long}}}", "task").replace("      - checkout", steps)
    with pytest.raises(UnreadableError) as caught:
        SYSTEM.read(".circleci/config.yml", text.encode(), lambda _: None)
    assert caught.value.reason == "too-large"
