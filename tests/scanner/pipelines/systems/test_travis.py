from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import JobDefinition, Named, PipelineDefinition, StepKind
from scanner.pipelines.systems.travis import SYSTEM
from scanner.pipelines.yamltree import parse
from tests.scanner.pipelines.systems.azure_trees import no_files, taken, trees


def read(text: str, **files: str) -> PipelineDefinition:
    others = {name.replace("_", "."): content.encode() for name, content in files.items()}
    return SYSTEM.read(".travis.yml", dedent(text).encode(), others.get)[0]


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    return next(one for one in pipeline.jobs if one.name == name)


def commands(one: JobDefinition) -> list[tuple[str | None, str, int]]:
    return [(step.title, step.script.value, step.line) for step in one.steps if step.script is not None]


DEPLOYING = """\
    language: python
    env:
      global:
        - INDEX=main OTHER="$INDEX/x"
        - secure: AbCd==
        - TOKEN:
            secure: AbCd==
    script:
      - make test
      - make lint
    after_success: coveralls
    deploy:
      - provider: pypi
        user: acme
        password:
          secure: AbCd==
        on:
          tags: true
          repo: acme/web
      - provider: script
        script: bash release.sh $TOKEN
        on:
          branch: main
"""


def test_phases_are_steps_of_the_build_and_providers_a_job_of_their_own() -> None:
    pipeline = read(DEPLOYING)
    assert [one.name for one in pipeline.jobs] == ["build", "deploy"]
    assert commands(job(pipeline, "build")) == [
        ("install", "pip install -r requirements.txt", 1),
        ("script", "make test", 9),
        ("script", "make lint", 10),
        ("after_success", "coveralls", 11),
    ]
    assert job(pipeline, "build").steps[3].ignores_failure
    deploy = job(pipeline, "deploy")
    assert deploy.needs == ("build",)
    assert [(step.kind, step.uses, step.line, step.condition) for step in deploy.steps] == [
        (StepKind.TASK, "pypi", 13, "tags: true, repo: acme/web"),
        (StepKind.TASK, "script", 20, "branch: main"),
        (StepKind.SCRIPT, None, 21, "branch: main"),
    ]
    assert pipeline.ambient


def test_a_provider_has_its_settings_and_a_blob_is_a_slot_under_its_name() -> None:
    step = job(read(DEPLOYING), "deploy").steps[0]
    said = {one.name: (one.value, one.line, [(m.name, m.named) for m in one.mentions]) for one in step.settings}
    assert said == {
        "provider": ("pypi", 13, []),
        "user": ("acme", 14, []),
        "password": ("", 15, [("pypi.password", Named.SECRET)]),
        "on.tags": ("true", 18, []),
        "on.repo": ("acme/web", 19, []),
    }


def test_variables_are_told_by_name_and_a_blob_only_where_it_has_one() -> None:
    env = read(DEPLOYING).env
    assert [(one.name, one.value, one.line, one.column) for one in env] == [
        ("INDEX", "main", 4, 7),
        ("OTHER", "$INDEX/x", 4, 18),
        ("TOKEN", "", 6, 7),
    ]
    assert [(m.name, m.named, m.line, m.column) for one in env for m in one.mentions] == [
        ("INDEX", Named.VARIABLE, 4, 25),
        ("TOKEN", Named.SECRET, 6, 7),
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("on: {tags: true}", [("push:tags", Trust.MAINTAINER, ())]),
        ("on: {branch: [main, next]}", [("push:branches", Trust.CONTRIBUTOR, ("main", "next"))]),
        ("on: {tags: false}", [("push:branches", Trust.CONTRIBUTOR, ("master",))]),
        ("on: {all_branches: true}", [("push:branches", Trust.CONTRIBUTOR, ("*",))]),
        ("on: main", [("push:branches", Trust.CONTRIBUTOR, ("main",))]),
        ("edge: true", [("push:branches", Trust.CONTRIBUTOR, ("master",))]),
    ],
)
def test_a_provider_deploys_from_tags_or_branches(on: str, expected: list[tuple[str, Trust, tuple[str, ...]]]) -> None:
    pipeline = read(f"script: make\ndeploy:\n  provider: npm\n  {on}\n")
    triggers = job(pipeline, "deploy").triggers or ()
    assert [(one.event, one.trust, one.filters) for one in triggers] == expected


def test_listed_jobs_take_over_what_they_do_not_say() -> None:
    pipeline = read("""\
        language: node_js
        stages: [test, release]
        install: npm ci
        jobs:
          include:
            - name: lint
              script: npm run lint
            - script: npm test
            - stage: release
              if: tag IS present
              script: skip
              deploy:
                provider: npm
                api_key: $NPM_TOKEN
            - stage: release
              script: ./notify.sh
    """)
    assert [(one.name, one.stage) for one in pipeline.jobs] == [
        ("lint", "test"),
        ("build/2", "test"),
        ("release", "release"),
        ("release/2", "release"),
    ]
    assert commands(job(pipeline, "lint")) == [("install", "npm ci", 3), ("script", "npm run lint", 7)]
    release = job(pipeline, "release")
    assert [(step.title, step.uses) for step in release.steps] == [("install", None), (None, "npm")]
    assert [(m.name, m.named) for m in release.steps[1].settings[1].mentions] == [("NPM_TOKEN", Named.VARIABLE)]
    assert [(one.event, one.trust) for one in release.triggers or ()] == [("push:tags", Trust.MAINTAINER)]
    assert (pipeline.stages, pipeline.serial) == (("test", "release"), True)


@pytest.mark.parametrize(
    ("condition", "event"),
    [("type = cron", "cron"), ("type = push OR tag IS present", None), ("NOT tag IS present", None), ("branch = main", None)],
)
def test_a_condition_says_what_starts_a_job_only_where_it_leaves_no_doubt(condition: str, event: str | None) -> None:
    triggers = job(read(f"jobs:\n  include:\n    - name: a\n      if: {condition}\n      script: make\n"), "a").triggers
    assert (triggers[0].event if triggers else None) == event


def test_variants_of_the_build_are_the_build() -> None:
    pipeline = read("""\
        script: make
        cache: pip
        matrix:
          include:
            - python: 3.8
              env: TOX=py38 KIND=fast
            - python: 3.9
        env:
          - A=1
          - A=2
    """)
    assert [one.name for one in pipeline.jobs] == ["build"]
    assert [(one.name, one.value, one.line) for one in pipeline.jobs[0].env] == [
        ("A", "1", 9),
        ("A", "2", 10),
        ("TOX", "py38", 6),
        ("KIND", "fast", 6),
    ]
    assert pipeline.jobs[0].restores_cache


def test_what_builds_java_is_told_by_the_files() -> None:
    assert [one[1] for one in commands(read("language: java\n").jobs[0])] == ["mvn install -DskipTests=true -B -V", "mvn test -B"]
    assert [one[1] for one in commands(read("language: java\n", build_gradle="x").jobs[0])] == ["./gradlew assemble", "./gradlew check"]


def test_imports_name_their_version() -> None:
    includes = read("import:\n  - source: acme/shared:ci.yml@v1\n  - ./local.yml\nscript: x\n").includes
    assert [(one.target, one.is_local, one.ref) for one in includes] == [("acme/shared:ci.yml", False, "v1"), ("local.yml", True, None)]


def test_what_starts_a_build() -> None:
    triggers = read("script: make\nbranches:\n  only: [main, /^v/]\n").triggers
    assert [(one.event, one.filters) for one in triggers] == [
        ("push:branches", ("main", "/^v/")),
        ("pull_request", ()),
        ("api", ()),
        ("cron", ()),
        ("push:tags", ()),
    ]


@pytest.mark.parametrize(
    ("path", "known"), [(".travis.yml", True), ("a/b/.travis.yaml", True), ("travis.yml", False), ("x.travis.yml", False)]
)
def test_files(path: str, known: bool) -> None:
    assert bool(SYSTEM.files.fullmatch(path)) is known


def test_a_document_elsewhere_is_known_by_its_keys() -> None:
    assert SYSTEM.claims is not None
    assert SYSTEM.claims(parse(b"language: go\nscript: make\n")[0])
    assert not SYSTEM.claims(parse(b"language: en\n")[0])


@pytest.mark.parametrize("data", [b"", b"- a\n", b"text", b"a: [", b"\x00\xff"])
def test_what_is_no_definition_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        SYSTEM.read(".travis.yml", data, no_files)


def test_steps_that_multiply_are_refused() -> None:
    listed = "  - name: a\n" * 500
    with pytest.raises(UnreadableError, match="steps"):
        read("script:\n" + " - x\n" * 50 + f"jobs:\n include:\n{listed}")


KEYS = ("language", "env", "global", "jobs", "matrix", "include", "deploy", "on", "tags", "script", "stage", "name", "secure", "import")


@given(trees(KEYS, ("$A", "X=$Y", "node_js", "java", "tag IS present", "skip")))
def test_no_tree_makes_it_fall(data: bytes) -> None:
    taken(SYSTEM, data)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall(data: bytes) -> None:
    taken(SYSTEM, data)
