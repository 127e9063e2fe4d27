from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import JobDefinition, Named, PipelineDefinition, StepKind
from scanner.pipelines.systems.appveyor import SYSTEM
from scanner.pipelines.yamltree import parse
from tests.scanner.pipelines.systems.azure_trees import no_files, taken, trees


def read(text: str) -> PipelineDefinition:
    return SYSTEM.read("appveyor.yml", dedent(text).encode(), no_files)[0]


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    return next(one for one in pipeline.jobs if one.name == name)


def commands(one: JobDefinition) -> list[tuple[str | None, str, str, int]]:
    return [(step.title, step.script.shell, step.script.value, step.line) for step in one.steps if step.script is not None]


DEPLOYING = """\
    environment:
      global:
        CONFIG: Release
      KEY:
        secure: AbCd==
      matrix:
        - TOOL: "%KEY%"
    cache: packages
    install:
      - ps: ./install.ps1
      - nuget restore
    build:
      project: Web.sln
    test_script:
      - sh: ./test.sh
        cmd: test.cmd
    on_finish:
      - ps: ./report.ps1
    before_deploy:
      - cmd: pack.cmd
    deploy:
      - provider: NuGet
        server: https://feed.example/$(FEED)
        api_key:
          secure: AbCd==
        on:
          branch: main
          APPVEYOR_REPO_TAG: true
      - provider: GitHub
        auth_token: $(KEY)
        on:
          branch: [main, next]
"""


def test_phases_are_steps_of_the_build() -> None:
    pipeline = read(DEPLOYING)
    assert [one.name for one in pipeline.jobs] == ["build", "deploy"]
    assert commands(job(pipeline, "build")) == [
        ("install", "pwsh", "./install.ps1", 10),
        ("install", "cmd", "nuget restore", 11),
        ("build", "cmd", "msbuild Web.sln", 13),
        ("test_script", "bash", "./test.sh", 15),
        ("test_script", "cmd", "test.cmd", 16),
        ("on_finish", "pwsh", "./report.ps1", 18),
    ]
    assert job(pipeline, "build").restores_cache
    assert job(pipeline, "build").steps[-1].always


def test_providers_are_a_job_with_their_settings() -> None:
    deploy = job(read(DEPLOYING), "deploy")
    assert [(step.kind, step.uses, step.line, step.condition) for step in deploy.steps] == [
        (StepKind.SCRIPT, None, 20, None),
        (StepKind.TASK, "NuGet", 22, "branch: main, APPVEYOR_REPO_TAG: true"),
        (StepKind.TASK, "GitHub", 29, None),
    ]
    assert [(one.name, one.value, [(m.name, m.named, m.line, m.column) for m in one.mentions]) for one in deploy.steps[1].settings] == [
        ("provider", "NuGet", []),
        ("server", "https://feed.example/$(FEED)", [("FEED", Named.VARIABLE, 23, 34)]),
        ("api_key", "", [("NuGet.api_key", Named.SECRET, 24, 5)]),
        ("on.branch", "main", []),
        ("on.APPVEYOR_REPO_TAG", "true", []),
    ]
    assert deploy.needs == ("build",)
    assert [(one.event, one.trust, one.filters) for one in deploy.triggers or ()] == [
        ("push:tags", Trust.MAINTAINER, ()),
        ("push:branches", Trust.CONTRIBUTOR, ("main", "next")),
        ("push:tags", Trust.MAINTAINER, ()),
    ]


def test_variables_of_all_jobs() -> None:
    env = read(DEPLOYING).env
    assert [(one.name, one.value, one.line, [(m.name, m.named) for m in one.mentions]) for one in env] == [
        ("KEY", "", 4, [("KEY", Named.SECRET)]),
        ("CONFIG", "Release", 3, []),
        ("TOOL", "%KEY%", 7, [("KEY", Named.VARIABLE)]),
    ]


def test_named_jobs_have_their_own_parts() -> None:
    pipeline = read("""\
        image: Ubuntu
        environment:
          matrix:
            - job_name: Build
            - job_name: Release
              job_depends_on: Build
              KIND: full
        build_script: make
        for:
          - matrix:
              only:
                - job_name: Release
            build_script:
              - make release
    """)
    assert [(one.name, one.needs, [c[1:3] for c in commands(one)]) for one in pipeline.jobs] == [
        ("Build", (), [("bash", "make")]),
        ("Release", ("Build",), [("bash", "make release")]),
    ]
    assert [one.name for one in job(pipeline, "Release").env] == ["job_name", "job_depends_on", "KIND"]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("build_script: x", ["push:branches", "pull_request", "push:tags", "api"]),
        ("skip_tags: true", ["push:branches", "pull_request", "api"]),
        ("skip_non_tags: true", ["push:tags", "api"]),
    ],
)
def test_what_starts_a_build(text: str, events: list[str]) -> None:
    assert [one.event for one in read(text).triggers] == events


def test_a_provider_deploys_only_what_is_built() -> None:
    deploy = job(read("skip_tags: true\ndeploy:\n  provider: NuGet\n"), "deploy")
    assert [one.event for one in deploy.triggers or ()] == ["push:branches"]


def test_branches_are_filters() -> None:
    assert read("branches:\n  only: [main]\n").triggers[0].filters == ("main",)


def test_configurations_by_branch_are_pipelines_of_their_own() -> None:
    pipelines = SYSTEM.read("appveyor.yml", b"- build_script: a\n- build_script: b\n", no_files)
    assert [commands(one.jobs[0])[0][2] for one in pipelines] == ["a", "b"]


@pytest.mark.parametrize(("path", "known"), [("appveyor.yml", True), ("a/.appveyor.yaml", True), ("my-appveyor.yml", False)])
def test_files(path: str, known: bool) -> None:
    assert bool(SYSTEM.files.fullmatch(path)) is known


def test_a_document_elsewhere_is_known_by_its_keys() -> None:
    assert SYSTEM.claims is not None
    assert SYSTEM.claims(parse(b"skip_tags: true\nbuild_script: make\n")[0])
    assert not SYSTEM.claims(parse(b"image: x\nbuild_script: make\n")[0])


@pytest.mark.parametrize("data", [b"", b"text", b"a: [", b"\x00\xff"])
def test_what_is_no_definition_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        SYSTEM.read("appveyor.yml", data, no_files)


def test_steps_that_multiply_are_refused() -> None:
    rows = "".join(f"\n  - job_name: j{number}" for number in range(500))
    text = f"environment:\n matrix:{rows}\ntest_script:\n" + " - x\n" * 50
    with pytest.raises(UnreadableError, match="steps"):
        SYSTEM.read("appveyor.yml", text.encode(), no_files)


def test_too_many_named_jobs_are_refused() -> None:
    rows = "".join(f"\n  - job_name: j{number}" for number in range(1001))
    with pytest.raises(UnreadableError, match="named jobs"):
        SYSTEM.read("appveyor.yml", f"environment:\n matrix:{rows}\n".encode(), no_files)


KEYS = ("environment", "matrix", "for", "only", "job_name", "deploy", "on", "branch", "build", "install", "ps", "cmd", "secure", "image")


@given(trees(KEYS, ("$(A)", "%B%", "Ubuntu", "NuGet", "true", "off")))
def test_no_tree_makes_it_fall(data: bytes) -> None:
    taken(SYSTEM, data)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall(data: bytes) -> None:
    taken(SYSTEM, data)
