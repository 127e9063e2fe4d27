"""CircleCI: what a definition says of its jobs."""

from __future__ import annotations

import pytest

from scanner.model import Trust
from scanner.pipelines.definition import GateKind, JobDefinition, Named, Pin, PipelineDefinition, StepKind, Via
from scanner.pipelines.systems.circleci import SYSTEM
from scanner.pipelines.yamltree import parse


def read(text: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read(".circleci/config.yml", text.encode(), lambda _: None)
    return pipeline


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    return next(one for one in pipeline.jobs if one.name == name)


def mentioned(one: JobDefinition) -> list[tuple[str, Named, int, int]]:
    texts = [step.script for step in one.steps if step.script is not None]
    return [(mention.name, mention.named, mention.line, mention.column) for text in texts for mention in text.mentions]


def events(one: JobDefinition) -> list[tuple[str, Trust, tuple[str, ...]]]:
    return [(trigger.event, trigger.trust, trigger.filters) for trigger in one.triggers or ()]


@pytest.mark.parametrize(("path", "is_one"), [(".circleci/config.yml", True), ("a/.circleci/config.yaml", True), ("config.yml", False)])
def test_files_that_are_definitions(path: str, is_one: bool) -> None:
    assert (SYSTEM.files.fullmatch(path) is not None) == is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("version: 2.1\nworkflows: {}", True),
        ("version: 2\njobs: {build: {}}", True),
        ("version: 2.1\norbs: {a: b/c@1}", True),
        ("version: 2\nupdates: []", False),
        ("jobs: {build: {}}", False),
        ("version: 3\nservices: {}", False),
        ("[a]", False),
    ],
)
def test_a_document_elsewhere_is_told_by_its_keys(text: str, is_one: bool) -> None:
    assert SYSTEM.claims is not None
    assert SYSTEM.claims(parse(text.encode())[0]) == is_one


def test_runs_in_all_spellings() -> None:
    text = """\
version: 2
jobs:
  build:
    environment: {OWN: $OTHER}
    steps:
      - run: echo $A $OWN $CIRCLE_SHA1 $CIRCLE_TOKEN
      - run:
          name: say
          command: |
            X=1
            echo $B $X
          environment: {C: $D}
          working_directory: sub
          when: on_fail
      - run: {command: dir, shell: powershell.exe}
      - deploy: {command: echo $X}
      - run: "echo 'export E=1' >> $BASH_ENV"
      - run: echo $E
      - restore_cache: {key: v1}
"""
    one = job(read(text), "build")
    assert mentioned(one) == [
        ("A", Named.VARIABLE, 6, 19),
        ("OWN", Named.ENV, 6, 22),
        ("CIRCLE_TOKEN", Named.VARIABLE, 6, 40),
        ("B", Named.VARIABLE, 11, 18),
        ("X", Named.VARIABLE, 16, 32),
    ]
    assert [(step.title, step.folder, step.always) for step in one.steps[:2]] == [(None, None, False), ("say", "sub", True)]
    assert [(setting.name, [mention.name for mention in setting.mentions]) for setting in (*one.env, *one.steps[1].env)] == [
        ("OWN", ["OTHER"]),
        ("C", ["D"]),
    ]
    assert [step.script.shell for step in one.steps if step.script is not None][2] == "pwsh"
    assert (one.steps[-1].kind, one.steps[-1].uses, one.restores_cache) == (StepKind.TASK, "restore_cache", True)
    assert (one.is_template, events(one)) == (False, [("push:branches", Trust.CONTRIBUTOR, ())])


def test_orbs_are_actions_with_their_names() -> None:
    text = """\
version: 2.1
orbs:
  node: circleci/node@5.1.0
  aws: circleci/aws-cli@4
  dev: acme/x@dev:first
jobs:
  a: {steps: [node/install, {node/publish: {token: NPM_TOKEN, dir: sub, other: "$KEY"}}, aws/setup]}
workflows:
  w: {jobs: [a, {node/test: {pre-steps: [checkout], context: npm}}]}
"""
    pipeline = read(text)
    assert [(call.target, call.ref, call.pin) for call in pipeline.includes] == [
        ("circleci/node", "5.1.0", Pin.COMMIT),
        ("circleci/aws-cli", "4", Pin.BRANCH),
        ("acme/x", "dev:first", Pin.BRANCH),
    ]
    steps = job(pipeline, "a").steps
    assert [(step.kind, step.uses, step.ref, step.pin) for step in steps] == [
        (StepKind.ACTION, "circleci/node/install", "5.1.0", Pin.COMMIT),
        (StepKind.ACTION, "circleci/node/publish", "5.1.0", Pin.COMMIT),
        (StepKind.ACTION, "circleci/aws-cli/setup", "4", Pin.BRANCH),
    ]
    assert [(setting.name, [(one.name, one.named) for one in setting.mentions]) for setting in steps[1].settings] == [
        ("token", [("NPM_TOKEN", Named.VARIABLE)]),
        ("dir", []),
        ("other", [("KEY", Named.VARIABLE)]),
    ]
    whole = job(pipeline, "node/test")
    assert [step.uses for step in whole.steps] == ["checkout", "circleci/node/test"]
    assert [(via, mention.name, mention.named, mention.line) for via, mention in whole.mentions] == [(Via.CONTEXT, "npm", Named.GROUP, 9)]


def test_commands_of_the_file_are_taken_apart() -> None:
    text = """\
version: 2.1
commands:
  outer:
    parameters: {which: {type: env_var_name, default: FIRST}}
    steps: [{inner: {name: << parameters.which >>}}, outer]
  inner:
    parameters: {name: {type: env_var_name}, text: {type: string, default: $TEXT}}
    steps:
      - run: echo ${<< parameters.name >>} << parameters.text >> << parameters.none >> << pipeline.parameters.p >>
jobs:
  a: {steps: [outer, {outer: {which: SECOND}}]}
workflows: {w: {jobs: [a]}}
"""
    one = job(read(text), "a")
    assert [(mention[0], mention[1]) for mention in mentioned(one)] == [
        *[("FIRST", Named.VARIABLE), ("TEXT", Named.VARIABLE), ("none", Named.INPUT), ("p", Named.INPUT)],
        *[("SECOND", Named.VARIABLE), ("TEXT", Named.VARIABLE), ("none", Named.INPUT), ("p", Named.INPUT)],
    ]
    assert [step.uses for step in one.steps] == [None, "outer", None, "outer"]
    assert one.steps[0].script is not None
    assert one.steps[0].script.value == "echo ${FIRST} $TEXT << parameters.none >> << pipeline.parameters.p >>"


def test_orbs_that_stand_in_the_file() -> None:
    text = """\
version: 2.1
orbs:
  own:
    commands: {a: {steps: [b]}, b: {steps: [{run: echo $KEY}]}}
    jobs: {whole: {docker: [{image: x}], steps: [a]}}
workflows: {w: {jobs: [own/whole]}}
"""
    one = job(read(text), "own/whole")
    assert [mention[0] for mention in mentioned(one)] == ["KEY"]
    assert one.runner == "hosted"


def test_choices_are_conditions() -> None:
    text = """\
version: 2.1
jobs:
  build:
    steps:
      - when: {condition: << parameters.x >>, steps: [{run: a}]}
      - unless: {condition: {equal: [a, b]}, steps: [{run: b}]}
      - run: c
"""
    assert [step.condition for step in job(read(text), "build").steps] == ["<< parameters.x >>", "not a b", None]


def test_containers_and_executors() -> None:
    text = """\
version: 2.1
executors:
  e: {docker: [{image: "x:$TAG", auth: {username: u, password: $PASS}, environment: {E: e}}], environment: {F: f}}
jobs:
  a: {executor: {name: e}, steps: [{run: echo $E $F}]}
  b: {docker: [{image: y, aws_auth: {aws_secret_access_key: $KEY}}], resource_class: large, steps: []}
  c: {machine: true, resource_class: acme/own, steps: []}
  d: {executor: node/default, steps: []}
workflows: {w: {jobs: [a, b, c, d]}}
"""
    pipeline = read(text)
    assert [(via, mention.name) for name in "abcd" for via, mention in job(pipeline, name).mentions] == [
        (Via.CONTAINER, "TAG"),
        (Via.CONTAINER, "PASS"),
        (Via.CONTAINER, "KEY"),
    ]
    assert [named for _, named, *_ in mentioned(job(pipeline, "a"))] == [Named.ENV, Named.ENV]
    assert [one.runner for one in pipeline.jobs] == ["hosted", "hosted", "self_hosted", "unknown"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", [("push:branches", Trust.CONTRIBUTOR, ())]),
        ("filters: {branches: {only: main}}", [("push:branches", Trust.CONTRIBUTOR, ("main",))]),
        ("filters: {tags: {only: [/^v/]}}", [("push:branches", Trust.CONTRIBUTOR, ()), ("push:tags", Trust.MAINTAINER, ("/^v/",))]),
        ("filters: {tags: {only: /^v/}, branches: {ignore: /.*/}}", [("push:tags", Trust.MAINTAINER, ("/^v/",))]),
        ("filters: {tags: {ignore: /.*/}, branches: {ignore: [gh-pages]}}", [("push:branches", Trust.CONTRIBUTOR, ())]),
        ("filters: pipeline.git.branch == 'main'", [("push:branches", Trust.CONTRIBUTOR, ()), ("push:tags", Trust.MAINTAINER, ())]),
        ("filters: pipeline.git.tag starts-with 'v'", [("push:tags", Trust.MAINTAINER, ())]),
    ],
)
def test_who_can_start_a_job(filters: str, found: list[tuple[str, Trust, tuple[str, ...]]]) -> None:
    pipeline = read(f"version: 2.1\njobs: {{a: {{steps: []}}}}\nworkflows: {{w: {{jobs: [a: {{{filters}}}]}}}}")
    assert events(job(pipeline, "a")) == found


def test_schedules_and_parameters() -> None:
    text = """\
version: 2.1
parameters: {go: {type: boolean, default: false}, on: {type: boolean, default: true}}
jobs: {a: {steps: []}, b: {steps: []}, c: {steps: []}}
workflows:
  night: {triggers: [{schedule: {cron: "0 0 * * *", filters: {branches: {only: [main]}}}}], jobs: [a]}
  called: {when: << pipeline.parameters.go >>, jobs: [b]}
  always: {when: << pipeline.parameters.on >>, jobs: [c]}
"""
    pipeline = read(text)
    assert pipeline.inputs == ("go", "on")
    assert [events(one) for one in pipeline.jobs] == [
        [("schedule", Trust.TIMER, ("main",))],
        [("api", Trust.REMOTE, ("go",))],
        [("push:branches", Trust.CONTRIBUTOR, ())],
    ]
    assert job(pipeline, "b").condition == "<< pipeline.parameters.go >>"


def test_an_approval_is_a_job_and_holds_what_asks_for_it() -> None:
    text = """\
version: 2.1
jobs: {a: {steps: []}, b: {steps: []}}
workflows:
  w:
    jobs:
      - a
      - hold: {type: approval, requires: [a]}
      - b: {requires: [hold]}
      - c: {requires: [{b: [success, failed]}]}
"""
    pipeline = read(text)
    gates = {one.name: [(gate.kind, gate.evidence, gate.is_blocking, gate.line) for gate in one.gates] for one in pipeline.jobs}
    held = [(GateKind.APPROVAL, "approval hold", True, 7)]
    assert gates == {"a": [], "hold": held, "b": held, "c": []}
    assert [one.needs for one in pipeline.jobs] == [(), ("a",), ("hold",), ("b",)]
    assert job(pipeline, "hold").steps == ()


def test_uses_of_one_job_are_joined() -> None:
    text = """\
version: 2.1
jobs: {p: {steps: [{run: "echo << parameters.x >>"}]}, unused: {steps: []}}
workflows:
  one: {jobs: [hold: {type: approval}, p: {context: [a], requires: [hold, q]}, q: {name: other}]}
  two: {jobs: [p: {context: b, requires: [q], filters: {tags: {only: x}, branches: {ignore: /.*/}}}, p: {x: $KEY}, p: {x: $KEY, context: c}]}
"""
    pipeline = read(text)
    assert [(one.name, one.is_template) for one in pipeline.jobs] == [
        ("hold", False),
        ("p", False),
        ("p/2", False),
        ("q", False),
        ("unused", True),
    ]
    both = job(pipeline, "p")
    assert [mention.name for _, mention in both.mentions] == ["a", "b"]
    assert (both.needs, both.gates) == (("q",), ())
    assert [one.event for one in both.triggers or ()] == ["push:tags"]
    other = job(pipeline, "p/2")
    assert ([mention.name for _, mention in other.mentions], [one[0] for one in mentioned(other)]) == (["c"], ["KEY"])


HELD, FREE = "p: {requires: [hold]}", "p: {requires: [q], filters: {tags: {only: x}, branches: {ignore: /.*/}}}"


@pytest.mark.parametrize(
    ("first", "second", "needs", "gates", "started"),
    [
        (HELD, FREE, ("q",), [], ["push:tags"]),
        (FREE, HELD, ("q",), [], ["push:tags"]),
        (HELD, HELD, ("hold",), ["approval hold"], ["push:branches", "push:branches"]),
        (FREE, "p: {requires: [r, q]}", ("q",), [], ["push:tags", "push:branches"]),
        (HELD, "other: {type: approval}, p: {requires: [other]}", (), ["approval hold"], ["push:branches", "push:branches"]),
    ],
)
def test_an_approval_counts_where_every_way_passes_one(
    first: str, second: str, needs: tuple[str, ...], gates: list[str], started: list[str]
) -> None:
    text = "version: 2.1\njobs: {p: {steps: []}}\nworkflows:\n" + "".join(
        f"  {name}: {{jobs: [hold: {{type: approval}}, {use}]}}\n" for name, use in (("one", first), ("two", second))
    )
    one = job(read(text), "p")
    assert (one.needs, [gate.evidence for gate in one.gates], [trigger.event for trigger in one.triggers or ()]) == (needs, gates, started)


def test_executors_are_used_with_parameters() -> None:
    text = """\
version: 2.1
executors: {e: {parameters: {tag: {default: $A}}, docker: [{image: "x:<< parameters.tag >>"}]}}
jobs: {a: {executor: e, steps: []}, b: {executor: {name: e, tag: $B}, steps: []}}
workflows: {w: {jobs: [a, b]}}
"""
    assert [[mention.name for _, mention in one.mentions] for one in read(text).jobs] == [["A"], ["B"]]


@pytest.mark.parametrize(
    ("script", "oidc", "audiences"),
    [
        ("echo $CIRCLE_OIDC_TOKEN", True, ()),
        ("echo ${CIRCLE_OIDC_TOKEN_V2}", True, ()),
        ("""circleci run oidc get --claims '{"aud": "pypi"}'""", True, ("pypi",)),
        ("echo", None, ()),
    ],
)
def test_identity_tokens(script: str, oidc: bool | None, audiences: tuple[str, ...]) -> None:
    one = job(read("version: 2.1\njobs:\n  build:\n    steps:\n      - run: |\n          " + script), "build")
    assert (one.grant.oidc, one.grant.audiences) == (oidc, audiences)


def test_a_setup_goes_on_elsewhere() -> None:
    text = """\
version: 2.1
setup: true
orbs: {continuation: circleci/continuation@1.0.0}
jobs: {s: {steps: [{continuation/continue: {configuration_path: .circleci/more.yml}}]}}
workflows: {w: {jobs: [s]}}
"""
    call = job(read(text), "s").call
    assert call is not None
    assert (call.target, call.is_local) == (".circleci/more.yml", True)
