"""GitLab: files that a definition is put together from."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import Pin, PipelineDefinition
from scanner.pipelines.systems.gitlab import SYSTEM
from scanner.pipelines.systems.system import Others


def read(text: str, files: dict[str, str] | None = None) -> PipelineDefinition:
    others = {path: value.encode() for path, value in (files or {}).items()}
    (pipeline,) = SYSTEM.read(".gitlab-ci.yml", text.encode(), Others(others.get, others))
    return pipeline


def names(text: str, files: dict[str, str]) -> list[str]:
    return [job.name for job in read(text, files).jobs]


@pytest.mark.parametrize(
    ("entry", "target", "is_local", "ref", "pin"),
    [
        ("https://u:p@example.com/a.yml?private_token=x#y", "https://example.com/a.yml", False, None, Pin.NONE),
        ("{remote: 'https://example.com/a.yml'}", "https://example.com/a.yml", False, None, Pin.NONE),
        ("{remote: 'https://example.com/a.yml', integrity: sha256-x}", "https://example.com/a.yml", False, None, Pin.COMMIT),
        ("{remote: 'https://[/a.yml'}", "remote", False, None, Pin.NONE),
        ("{project: g/p, file: /a.yml}", "g/p/a.yml", False, None, Pin.NONE),
        ("{project: g/p, file: a.yml, ref: main}", "g/p/a.yml", False, "main", Pin.BRANCH),
        ("{project: g/p, file: [a.yml], ref: v1.2.3}", "g/p/a.yml", False, "v1.2.3", Pin.TAG),
        (f"{{project: g/p, file: a.yml, ref: {'0a' * 20}}}", "g/p/a.yml", False, "0a" * 20, Pin.COMMIT),
        ("{template: Jobs/Build.gitlab-ci.yml}", "template:Jobs/Build.gitlab-ci.yml", False, None, Pin.NONE),
        ("{component: $CI_SERVER_FQDN/g/c/x@1.2.3}", "$CI_SERVER_FQDN/g/c/x", False, "1.2.3", Pin.TAG),
        ("{component: example.com/g/c/x@1.2}", "example.com/g/c/x", False, "1.2", Pin.BRANCH),
        ("{component: example.com/g/c/x@~latest}", "example.com/g/c/x", False, "~latest", Pin.BRANCH),
        ("{component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/x@$CI_COMMIT_SHA}", "templates/x.yml", True, None, Pin.LOCAL),
        ("{local: /ci/*.yml}", "ci/*.yml", True, None, Pin.LOCAL),
        ("missing.yml", "missing.yml", True, None, Pin.LOCAL),
        ("{local: ../up.yml}", "../up.yml", True, None, Pin.LOCAL),
    ],
)
def test_what_lies_elsewhere(entry: str, target: str, is_local: bool, ref: str | None, pin: Pin) -> None:
    (call,) = read(f"include:\n  - {entry}\n", {"../up.yml": "x: {script: [a]}"}).includes
    assert (call.target, call.is_local, call.ref, call.pin, call.line, call.column) == (target, is_local, ref, pin, 2, 5)


@pytest.mark.parametrize("entry", ["ci/a.yml", "/ci/a.yml", "[ci/a.yml]", "{local: ci/a.yml}", "[{local: /ci/a.yml, rules: []}]"])
def test_what_lies_here_is_read(entry: str) -> None:
    pipeline = read(
        f"include: {entry}\ny: {{extends: .x}}", {"ci/a.yml": ".x:\n  script:\n    - |\n      one\n      two $KEY\n  variables: {A: $B}"}
    )
    template, job = pipeline.jobs
    assert (template.name, template.file, template.line) == (".x", "ci/a.yml", 1)
    assert (job.name, job.file, job.line, job.column) == ("y", "", 2, 1)
    (step,) = job.steps
    assert step.script is not None
    assert (step.file, step.line, step.script.file, step.script.line) == ("ci/a.yml", 4, "ci/a.yml", 4)
    assert [(mention.name, mention.line, mention.column) for mention in step.script.mentions] == [("KEY", 5, 11)]
    assert [(one.name, one.file, one.line, one.mentions[0].line) for one in job.env] == [("A", "ci/a.yml", 6, 6)]
    assert pipeline.includes == ()


def test_a_file_goes_over_what_it_includes() -> None:
    files = {
        "a.yml": "include: b.yml\nstages: [a]\nx: {script: [a], variables: {A: a}}",
        "b.yml": "variables: {W: b, V: b}\nx: {script: [b], variables: {A: b, B: b}, stage: s}",
    }
    pipeline = read("include: [a.yml]\nvariables: {W: own}\nx: {variables: {C: own}}", files)
    (job,) = pipeline.jobs
    assert {setting.name: (setting.value, setting.file) for setting in (*pipeline.env, *job.env)} == {
        "W": ("own", ""),
        "V": ("b", "b.yml"),
        "A": ("a", "a.yml"),
        "B": ("b", "b.yml"),
        "C": ("own", ""),
    }
    assert [step.script.value for step in job.steps if step.script] == ["a"]
    assert (pipeline.stages, job.stage) == ((".pre", "a", ".post"), "s")


def test_a_circle_of_includes_ends() -> None:
    files = {"a.yml": "include: [b.yml, .gitlab-ci.yml]\nx: {script: [a]}", "b.yml": "include: a.yml\ny: {script: [b]}"}
    pipeline = read("include: a.yml", files)
    assert [(job.name, job.file) for job in pipeline.jobs] == [("y", "b.yml"), ("x", "a.yml")]
    assert pipeline.includes == ()


def test_a_file_is_read_once() -> None:
    every = ", ".join(f"{number}.yml" for number in range(10))
    files = {f"{number}.yml": f"include: [{every}]\nj{number}: {{script: [a]}}" for number in range(10)}
    pipeline = read(f"include: [{every}, last.yml]", files | {"last.yml": "last: {script: [a]}"})
    assert (len(pipeline.jobs), pipeline.includes) == (11, ())


def test_includes_go_six_levels_down() -> None:
    files = {f"{number}.yml": f"include: {number + 1}.yml\nj{number}: {{script: [a]}}" for number in range(1, 10)}
    pipeline = read("include: 1.yml", files)
    assert [job.name for job in pipeline.jobs] == ["j6", "j5", "j4", "j3", "j2", "j1"]
    assert [(call.target, call.line) for call in pipeline.includes] == [("7.yml", 1)]


def test_a_hundred_and_fifty_files_are_read() -> None:
    files = {f"{number}.yml": f"j{number}: {{script: [a]}}" for number in range(200)}
    pipeline = read("include: [" + ", ".join(files) + "]", files)
    assert (len(pipeline.jobs), len(pipeline.includes)) == (150, 50)


@pytest.mark.parametrize("broken", ["{", "- a", "", "a: " + "[" * 80])
def test_a_file_that_cannot_be_read_is_named(broken: str) -> None:
    pipeline = read("include: a.yml\nx: {script: [a]}", {"a.yml": broken})
    assert [(call.target, call.is_local) for call in pipeline.includes] == [("a.yml", True)]
    assert [job.name for job in pipeline.jobs] == ["x"]


def test_the_header_of_an_included_component_is_no_job() -> None:
    pipeline = read("include: a.yml", {"a.yml": "spec: {inputs: {i: }}\n---\nx: {script: [a]}"})
    assert ([job.name for job in pipeline.jobs], pipeline.inputs) == (["x"], ())


def test_gates_and_triggers_from_elsewhere_stand_at_the_job() -> None:
    files = {"a.yml": "\n\n.x:\n  script: [a]\n  environment: pypi\n  rules: [{if: $CI_COMMIT_TAG}]\n  id_tokens: {T: {aud: pypi}}"}
    job = read("include: a.yml\ny: {extends: .x}", files).jobs[1]
    assert [(gate.line, gate.column) for gate in job.gates] == [(2, 1)]
    assert [(one.line, one.column) for one in job.triggers or ()] == [(2, 1)]
    assert (job.grant.line, job.grant.column) == (2, 1)


TREE = ["ci/a.yml", "ci/b.yaml", "ci/x/c.yml", "ci/x/y/d.yml", "cia.yml", "ci/e.txt", "other/ci/f.yml"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("/ci/*.yml", "a"),
        ("ci/*", "ab"),
        ("ci/**.yml", "acd"),
        ("ci/**/*.yml", "cd"),
        ("ci/*/*.yml", "c"),
        ("ci/*/*/d.yml", "d"),
        ("**/ci/*.yml", "f"),
        ("**", "abcdef"),
        ("*.yml", "e"),
        ("ci/x*.yml", ""),
        ("ci/?.yml", ""),
        ("ci/.*", ""),
        ("*" * 20 + "/c*c.yml", ""),
        ("$CI_FOLDER/*.yml", ""),
        ("../*.yml", ""),
    ],
)
def test_a_pattern_names_files(pattern: str, found: str) -> None:
    jobs = dict(zip(TREE, "abcdeff", strict=True)) | {"cia.yml": "e", "ci/e.txt": "no", "other/ci/f.yml": "f"}
    pipeline = read(f"include: [{{local: '{pattern}'}}]", {path: f"{name}: {{script: [a]}}" for path, name in jobs.items()})
    assert "".join(sorted(job.name for job in pipeline.jobs)) == found
    assert [call.target for call in pipeline.includes] == ([] if found else [pattern.removeprefix("./").lstrip("/")])


def test_files_of_a_pattern_come_in_their_order_and_include_each_other_once() -> None:
    files = {"ci/b.yml": "x: {script: [b]}", "ci/a.yml": "include: ci/*.yml\nx: {script: [a]}\ny: {script: [a]}"}
    pipeline = read("include: ci/*.yml", files)
    assert {job.name: [step.script.value for step in job.steps if step.script] for job in pipeline.jobs} == {"x": ["a"], "y": ["a"]}


def test_of_thousands_of_files_of_a_pattern_as_many_are_read_as_gitlab_takes() -> None:
    files = {f"ci/{number:04}.yml": f"j{number}: {{script: [a]}}" for number in range(5_000)}
    pipeline = read("include: ci/**", files)
    assert (len(pipeline.jobs), len(pipeline.includes)) == (150, 4_850)


def test_a_pattern_without_end_over_long_paths_is_too_large() -> None:
    files = {f"{'a' * 480}{number:05}.yml": "" for number in range(20_000)}
    with pytest.raises(UnreadableError) as caught:
        read(f"include: '{'*a' * 19}.yml'", files)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("version", ["", "@$CI_COMMIT_SHA", "@1.2.3", "@~latest"])
@pytest.mark.parametrize("path", ["templates/x.yml", "templates/x/template.yml"])
@pytest.mark.parametrize("host", ["$CI_SERVER_FQDN", "$CI_SERVER_HOST"])
def test_a_component_of_the_same_project_is_read(host: str, path: str, version: str) -> None:
    assert names(f"include: [{{component: {host}/$CI_PROJECT_PATH/x{version}}}]", {path: "j: {script: [a]}"}) == ["j"]


COMPONENT = """\
spec:
  inputs:
    prefix: {default: my}
    stage: {}
    script: {type: array, default: [npm ci, npm publish]}
    times: {type: number, default: 3}
    key:
---
"$[[ inputs.prefix ]]-publish":
  stage: $[[inputs.stage]]
  retry: $[[ inputs.times ]]
  script: $[[ inputs.script ]]
  variables: {A: "a-$[[ inputs.prefix | expand_vars | truncate(1,1) ]]-$[[ inputs.key ]]-$[[ inputs.other ]]"}
"""


def scripts(pipeline: PipelineDefinition) -> dict[str, list[tuple[str, str, int]]]:
    """What the jobs run, each with its file and line."""
    return {
        job.name: [(step.script.value, step.script.file, step.script.line) for step in job.steps if step.script] for job in pipeline.jobs
    }


def test_inputs_are_what_is_given_and_else_their_defaults() -> None:
    pipeline = read(
        "include:\n  - local: c.yml\n    inputs:\n      stage: ship\n      key: $KEY\n      other: no\n      script:\n        - make $TARGET\n",
        {"c.yml": COMPONENT},
    )
    (job,) = pipeline.jobs
    assert (job.name, job.file, job.line, job.stage) == ("my-publish", "c.yml", 9, "ship")
    assert [(one.name, one.value, [mention.name for mention in one.mentions]) for one in job.env] == [
        ("A", "a-y-$KEY-$[[ inputs.other ]]", ["other", "KEY"])
    ]
    assert scripts(pipeline) == {"my-publish": [("make $TARGET", "", 8)]}


def test_a_file_may_be_included_twice_with_other_inputs() -> None:
    include = "include: [{{local: c.yml, inputs: {{prefix: {}}}}}, {{local: c.yml, inputs: {{prefix: {}, script: [b]}}}}]"
    assert scripts(read(include.format("a", "b"), {"c.yml": COMPONENT})) == {
        "a-publish": [("npm ci", "c.yml", 5), ("npm publish", "c.yml", 5)],
        "b-publish": [("b", "", 1)],
    }


def test_inputs_are_handed_on() -> None:
    files = {
        "a.yml": "spec: {inputs: {p: {default: d}, s: {}}}\n---\ninclude: [{local: c.yml, inputs: {prefix: 'x$[[ inputs.p ]]', script: '$[[ inputs.s ]]'}}]",
        "c.yml": COMPONENT,
    }
    assert scripts(read("include: [{local: a.yml, inputs: {s: [one, two]}}]", files)) == {"xd-publish": [("one", "", 1), ("two", "", 1)]}


def test_a_definition_has_the_defaults_of_its_own_inputs() -> None:
    pipeline = read(COMPONENT)
    assert (scripts(pipeline), pipeline.inputs) == (
        {"my-publish": [("npm ci", "", 5), ("npm publish", "", 5)]},
        ("prefix", "stage", "script", "times", "key"),
    )


def test_a_ring_of_files_with_inputs_ends() -> None:
    ring = "spec: {inputs: {n: {default: a}}}\n---\ninclude: [{local: FILE, inputs: {n: '$[[ inputs.n ]]b'}}]\n'j$[[ inputs.n ]]': {script: [a]}"
    files = {"a.yml": ring.replace("FILE", "b.yml"), "b.yml": ring.replace("FILE", "a.yml")}
    assert names("include: [{local: a.yml, inputs: {n: x}}]", files) == ["jxb", "jx"]


def test_inputs_that_multiply_are_too_large() -> None:
    files = {
        f"{number}.yml": "spec: {inputs: {s: {}}}\n---\ninclude: [{local: NEXT.yml, inputs: {s: [MANY]}}]\njNEXT: {script: '$[[ inputs.s ]]'}".replace(
            "NEXT", str(number + 1)
        ).replace("MANY", ", ".join(["'$[[ inputs.s ]]'"] * 50))
        for number in range(1, 6)
    }
    with pytest.raises(UnreadableError) as caught:
        read("include: [{local: 1.yml, inputs: {s: [a, b]}}]", files)
    assert caught.value.reason == "too-large"


def test_texts_of_inputs_that_multiply_are_too_large() -> None:
    text = (
        "spec: {inputs: {s: {default: '"
        + "a" * 60_000
        + "'}}}\n---\n"
        + "\n".join(f"j{number}: {{script: ['x$[[ inputs.s ]]']}}" for number in range(3_000))
    )
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.reason == "too-large"


def test_an_include_with_rules_may_be_missing() -> None:
    pipeline = read(
        "include: [{local: a.yml, rules: [{exists: [a.yml]}]}, b.yml, {local: c.yml, rules: [{if: $X}]}]", {"c.yml": "x: {script: [a]}"}
    )
    assert [(call.target, call.is_optional) for call in pipeline.includes] == [("a.yml", True), ("b.yml", False)]
    assert [job.name for job in pipeline.jobs] == ["x"]
