"""CircleCI: what a job is called, which uses of it are one job, and steps as parameters."""

from __future__ import annotations

from scanner.pipelines.definition import JobDefinition, PipelineDefinition
from scanner.pipelines.systems.circleci import SYSTEM


def read(text: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read(".circleci/config.yml", text.encode(), lambda _: None)
    return pipeline


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    return next(one for one in pipeline.jobs if one.name == name)


def test_a_job_is_called_by_its_key_whatever_a_workflow_calls_it() -> None:
    text = """\
version: 2.1
jobs:
  ship: {parameters: {how: {type: string}}, steps: [{run: "ship << parameters.how >>"}]}
  look: {parameters: {what: {type: string}}, steps: [{run: "look << parameters.what >>"}]}
  p/2: {steps: []}
workflows:
  w:
    jobs:
      - ship: {name: rehearse, how: dry}
      - ship: {how: real, context: keys, requires: [rehearse]}
      - look: {name: look at a, what: a, requires: [ship]}
      - look: {name: look at b, what: b, requires: [ship, look at a]}
      - look: {name: look at c, what: c, requires: [rehearse], filters: {branches: {only: main}}}
      - p/2
      - p: {context: a}
      - p: {x: y, context: b}
"""
    pipeline = read(text)
    done = {one.name: ([step.script.value for step in one.steps if step.script is not None], one.needs) for one in pipeline.jobs}
    assert done == {
        "ship": (["ship real"], ("ship/2",)),
        "ship/2": (["ship dry"], ()),
        "look": (["look a", "look b"], ("ship",)),
        "look/2": (["look c"], ("ship/2",)),
        "p/2": ([], ()),
        "p": ([], ()),
        "p/3": ([], ()),
    }
    assert [mention.name for _, mention in job(pipeline, "ship").mentions] == ["keys"]
    assert job(pipeline, "ship/2").mentions == ()


def test_uses_with_the_same_contexts_and_parameters_are_one_job_under_all_their_names() -> None:
    text = """\
version: 2.1
jobs: {t: {steps: [{run: a}]}, u: {steps: []}}
workflows:
  w: {jobs: [t: {name: first, context: c}, t: {name: second, context: c, filters: {tags: {only: v1}, branches: {ignore: /.*/}}}, u: {requires: [second]}]}
"""
    pipeline = read(text)
    assert [one.name for one in pipeline.jobs] == ["t", "u"]
    assert [one.event for one in job(pipeline, "t").triggers or ()] == ["push:branches", "push:tags"]
    assert job(pipeline, "u").needs == ("t",)


def test_steps_that_a_parameter_is_given_stand_in_its_place() -> None:
    text = """\
version: 2.1
commands:
  around:
    parameters: {inner: {type: steps}, last: {type: steps, default: [{run: end}]}, word: {default: w}}
    steps: [{run: begin << parameters.word >>}, << parameters.inner >>, {when: {condition: c, steps: << parameters.last >>}}]
jobs:
  ship:
    parameters: {how: {type: steps, default: [{run: make release}]}, word: {default: outer}}
    steps:
      - checkout
      - around: {inner: [{run: say << parameters.word >>}, {steps: << parameters.how >>}]}
      - << parameters.none >>
workflows:
  w: {jobs: [ship: {context: c}, ship: {name: dry, how: [{run: make}, << parameters.how >>]}]}
"""
    pipeline = read(text)
    said = {
        one.name: [(step.script.value if step.script is not None else step.uses, step.condition) for step in one.steps]
        for one in pipeline.jobs
    }
    end = [("end", "c"), ("<< parameters.none >>", None)]
    begin = [("checkout", None), ("begin w", None), ("say outer", None)]
    assert said == {
        "ship": [*begin, ("make release", None), *end],
        "ship/2": [*begin, ("make", None), ("<< parameters.how >>", None), *end],
    }
