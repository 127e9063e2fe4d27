from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import Pin, StepKind
from tests.scanner.pipelines.systems.azure_reading import commands, named, read


def test_templates_of_the_repository_are_read_in_place() -> None:
    pipeline = read(
        """\
        jobs:
          - template: ci/jobs.yml
            parameters:
              name: pack
              token: $(PUSH_TOKEN)
              extra:
                - bash: extra
    """,
        ci__jobs="""\
        parameters:
          name: ""
          token: ""
          feed: main
          extra: []
        jobs:
          - job: ${{ parameters.name }}_job
            variables:
              - template: vars.yml
            steps:
              - ${{ each step in parameters.extra }}:
                  - ${{ step }}
              - ${{ if eq(parameters.feed, 'main') }}:
                  - template: /shared/push.yml
                    parameters: {token: "${{ parameters.token }}", feed: "${{ parameters.feed }}"}
        """,
        ci__vars="variables:\n  KIND: x\n",
        shared__push="""\
        parameters: [{name: token}, {name: feed, default: other}]
        steps:
          - bash: push ${{ parameters.feed }} ${{ parameters.unknown }}
            env:
              TOKEN: ${{ parameters.token }}
              ${{ if true }}:
                MORE: $(KIND)
        """,
    )
    only = pipeline.jobs[0]
    assert (only.name, only.file, only.line) == ("pack_job", "ci/jobs.yml", 7)
    assert named(only.env) == [("KIND", "x", [])]
    assert only.env[0].file == "ci/vars.yml"
    assert [(body, step.file, step.line) for (_, body), step in zip(commands(only), only.steps, strict=True)] == [
        ("extra", "", 7),
        ("push main ${{ parameters.unknown }}", "shared/push.yml", 3),
    ]
    assert named(only.steps[1].env) == [("TOKEN", "$(PUSH_TOKEN)", [("PUSH_TOKEN", "secret")]), ("MORE", "$(KIND)", [("KIND", "env")])]
    assert only.steps[1].env[0].file == ""
    assert [(one.target, one.is_local) for one in pipeline.includes] == [
        ("ci/jobs.yml", True),
        ("ci/vars.yml", True),
        ("shared/push.yml", True),
    ]


def test_parameters_that_are_handed_on_as_they_are() -> None:
    pipeline = read(
        "steps: [{template: a.yml, parameters: {command: $(X)}}]",
        a="""\
        parameters: {command: ""}
        steps:
          - template: b.yml
            parameters:
              ${{ each one in parameters }}:
                ${{ one.key }}: ${{ one.value }}
        """,
        b="steps:\n  - bash: run ${{ parameters.command }}\n",
    )
    assert commands(pipeline.jobs[0]) == [("bash", "run $(X)")]


def test_a_loop_over_jobs_makes_each() -> None:
    pipeline = read("""\
        parameters:
          - name: all
        jobs:
          - ${{ each one in parameters.all }}:
              - job: build_${{ one.name }}
                steps: [{script: make}]
    """)
    assert [one.name for one in pipeline.jobs] == ["build_${{ one.name }}"]
    text = "parameters: {all: [{name: a}, {name: b}]}\njobs:\n - ${{ each one in parameters.all }}:\n   - job: build_${{ one.name }}\n"
    handed = read("jobs:\n  - template: t.yml\n", t=text)
    assert [one.name for one in handed.jobs] == ["build_a", "build_b"]


def test_templates_elsewhere_are_called_and_what_they_are_handed_is_read() -> None:
    pipeline = read("""\
        resources:
          repositories:
            - {repository: shared, name: acme/pipelines, ref: refs/tags/v1}
        jobs:
          - template: jobs/pack.yml@shared
            parameters:
              name: pack
              pre: [{bash: prepare}]
          - job: b
            steps:
              - template: steps/sign.yml@shared
                parameters: {certificate: $(CERT)}
              - template: gone.yml
    """)
    pack, other = pipeline.jobs
    assert pack.call is not None
    assert (pack.name, pack.call.target, pack.call.is_local, pack.call.ref, pack.call.pin) == (
        "pack",
        "jobs/pack.yml@acme/pipelines",
        False,
        "refs/tags/v1",
        Pin.TAG,
    )
    assert commands(pack) == [("bash", "prepare")]
    assert [(step.kind, step.uses, step.pin, named(step.settings)) for step in other.steps] == [
        (StepKind.ACTION, "steps/sign.yml@acme/pipelines", Pin.TAG, [("certificate", "$(CERT)", [("CERT", "secret")])]),
        (StepKind.ACTION, "gone.yml", Pin.LOCAL, []),
    ]


def test_what_extends_a_template_is_read_wherever_it_lies() -> None:
    text = "pool: {vmImage: x}\nextends:\n  template: %s\n  parameters:\n    stages: [{stage: s, jobs: [{job: a, steps: [{bash: x}]}]}]\n"
    elsewhere = read(text % "v1/frame.yml@templates")
    assert [(one.name, one.stage, commands(one)) for one in elsewhere.jobs] == [("a", "s", [("bash", "x")])]
    here = read(text % "frame.yml", frame="parameters: {stages: []}\nvariables: {A: b}\nstages:\n  - ${{ parameters.stages }}\n")
    assert [(one.name, one.stage, commands(one)) for one in here.jobs] == [("a", "s", [("bash", "x")])]
    assert named(here.env) == [("A", "b", [])]


def test_circles_of_templates_end() -> None:
    pipeline = read("steps: [{template: a.yml}]", a="steps: [{bash: a}, {template: b.yml}]", b="steps: [{bash: b}, {template: a.yml}]")
    assert [step.uses or commands(pipeline.jobs[0])[0] for step in pipeline.jobs[0].steps] == [("bash", "a"), ("bash", "a"), "a.yml"]


def test_templates_are_read_twenty_levels_down() -> None:
    files = {f"t{number}": f"steps: [{{bash: b{number}}}, {{template: t{number + 1}.yml}}]" for number in range(30)}
    found = commands(read("steps: [{template: t0.yml}]", **files).jobs[0])
    assert [text for kind, text in found if kind == "bash"] == [f"b{number}" for number in range(20)]


def test_a_template_is_read_as_often_as_it_is_asked_for() -> None:
    pipeline = read("steps: [" + "{template: a.yml}, " * 1_000 + "]", a="steps: [{bash: a}]")
    assert len(pipeline.jobs[0].steps) == 1_000


def test_long_texts_that_multiply_are_refused() -> None:
    with pytest.raises(UnreadableError, match="nodes"):
        read(
            f"steps: [{{template: a.yml, parameters: {{p: {'y' * 60_000}}}}}]", a="steps:\n" + "  - bash: run ${{ parameters.p }}\n" * 2000
        )


def test_what_multiplies_is_refused() -> None:
    more = "steps: [" + "{template: %s.yml}, " * 30 + "]"
    names = "abcdef"
    files = {name: more.replace("%s", after) for name, after in zip(names, names[1:] + "g", strict=True)}
    with pytest.raises(UnreadableError, match="templates"):
        read("steps: [{template: a.yml}]", **files)
