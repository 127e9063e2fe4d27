"""What is read of workflows and actions of GitHub, Gitea and Forgejo."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import GateKind, Named, Pin, PipelineDefinition, StepKind, Via
from scanner.pipelines.systems.github import SYSTEMS
from tests.support.workflows import ACTION, WORKFLOW, read

RELEASE = """\
name: release
on:
  push:
    branches: [main]
    tags: ['v*']
  workflow_dispatch:
permissions:
  contents: read
env:
  REGION: ${{ vars.REGION }}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
  publish:
    needs: test
    runs-on: [self-hosted, linux]
    environment:
      name: pypi
      url: https://example.invalid/${{ vars.PAGE }}
    permissions: {id-token: write, contents: write}
    env:
      TOKEN: ${{ secrets.UPLOAD_TOKEN }}
    container:
      image: example.invalid/build
      credentials:
        username: bot
        password: ${{ secrets.PULL_TOKEN }}
    if: github.event_name == 'push' && always()
    steps:
      - name: Upload
        uses: acme/upload@0123456789abcdef0123456789abcdef01234567 # v1
        with:
          password: ${{ secrets['API-TOKEN'] }}
          all: ${{ toJSON(secrets) }}
      - id: sh
        shell: pwsh
        working-directory: pkg
        continue-on-error: true
        if: ${{ failure() }}
        env:
          A: ${{ fromJSON(secrets.BLOB).a }} ${{ github.token }}
        run: |
          echo one
            upload ${{ secrets.RAW }} '${{ steps.x.outputs.y }}'
"""


@pytest.fixture
def release() -> PipelineDefinition:
    (found,) = read(RELEASE)
    return found


def test_a_workflow(release: PipelineDefinition) -> None:
    found = release
    assert (found.platform, found.file, found.is_action, found.is_reusable) == ("github", WORKFLOW, False, False)
    assert [(one.event, one.trust, one.line, one.filters) for one in found.triggers] == [
        ("push:branches", Trust.CONTRIBUTOR, 3, ("main",)),
        ("push:tags", Trust.MAINTAINER, 3, ("v*",)),
        ("workflow_dispatch", Trust.MAINTAINER, 6, ()),
    ]
    assert (found.grant.oidc, found.grant.permissions) == (False, (("contents", "read"),))
    assert [(one.name, [(m.name, m.named) for m in one.mentions]) for one in found.env] == [("REGION", [("REGION", Named.VARIABLE)])]


def test_jobs(release: PipelineDefinition) -> None:
    test, publish = release.jobs
    assert (test.name, test.line, test.column, test.runner, test.grant.oidc) == ("test", 12, 3, "hosted", None)
    assert (publish.name, publish.needs, publish.runner) == ("publish", ("test",), "self_hosted")
    assert (publish.environment, publish.condition, publish.always) == ("pypi", "github.event_name == 'push' && always()", True)
    (gate,) = publish.gates
    assert (gate.kind, gate.evidence, gate.line, gate.column, gate.by_input) == (GateKind.ENVIRONMENT, "environment pypi", 21, 13, False)
    assert (publish.grant.oidc, publish.grant.permissions) == (True, (("contents", "write"), ("id-token", "write")))
    (token,) = publish.env
    assert (token.name, token.line, token.column) == ("TOKEN", 25, 7)
    assert [(m.name, m.named, m.line, m.column) for m in token.mentions] == [("UPLOAD_TOKEN", Named.SECRET, 25, 18)]
    assert [(via, m.name, m.line) for via, m in publish.mentions] == [(Via.CONTAINER, "PULL_TOKEN", 30)]


def test_steps(release: PipelineDefinition) -> None:
    upload, script = release.jobs[1].steps
    assert (upload.kind, upload.title, upload.uses, upload.pin) == (StepKind.ACTION, "Upload", "acme/upload", Pin.COMMIT)
    assert (upload.ref, upload.line, upload.column) == ("0123456789abcdef0123456789abcdef01234567", 33, 9)
    assert [(one.name, [(m.name, m.named) for m in one.mentions]) for one in upload.settings] == [
        ("password", [("API-TOKEN", Named.SECRET)]),
        ("all", [("toJSON(secrets)", Named.ALL)]),
    ]
    assert (script.kind, script.title, script.folder, script.condition) == (StepKind.SCRIPT, "sh", "pkg", "failure()")
    assert (script.ignores_failure, script.always) == (True, True)
    assert [(m.name, m.named, m.undone) for m in script.env[0].mentions] == [
        ("BLOB", Named.SECRET, "fromJSON"),
        ("github.token", Named.JOB_TOKEN, None),
    ]
    assert script.script is not None
    assert (script.script.line, script.script.column, script.script.is_block, script.script.shell) == (46, 11, True, "pwsh")
    assert [(m.name, m.named, m.line, m.column) for m in script.script.mentions] == [
        ("RAW", Named.SECRET, 47, 24),
        ("steps.x.outputs.y", Named.OUTPUT, 47, 44),
    ]


@pytest.mark.parametrize("text", ["", "[]", "a", "a: 1", "jobs: 1", "jobs: []", "\t: {", "on: push\njobs:"])
def test_no_workflow(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"malformed: line 1|malformed: line \d"):
        read(text)


@pytest.mark.parametrize(
    ("path", "platforms"),
    [
        (".github/workflows/a.yml", ["github"]),
        (".github/workflows/a.yaml", ["github"]),
        (".github/workflows/action.yml", ["github"]),
        (".github/workflows/deep/a.yml", []),
        (".github/workflows/a.json", []),
        ("x/.github/workflows/a.yml", []),
        (".gitea/workflows/a.yml", ["gitea"]),
        (".gitea/workflows/action.yml", ["gitea"]),
        (".forgejo/workflows/a.yaml", ["forgejo"]),
        ("action.yml", ["github"]),
        (".forgejo/actions/x/action.yml", ["github"]),
        ("a/b\nc/action.yaml", ["github"]),
        ("reaction.yml", []),
        ("action.yml/x", []),
    ],
)
def test_which_files_are_read(path: str, platforms: list[str]) -> None:
    assert [system.platform for system in SYSTEMS if system.files.fullmatch(path)] == platforms


def test_a_reusable_workflow() -> None:
    (found,) = read(
        "on: {workflow_call: {inputs: {a: }, secrets: {B: }, outputs: {c: {value: '${{ jobs.j.outputs.d }}'}}}}\n"
        "jobs: {j: {outputs: {d: '${{ secrets.B }}'}}}"
    )
    assert (found.is_reusable, found.inputs, found.secrets) == (True, ("a",), ("B",))
    assert [(one.name, one.mentions[0].name) for one in found.outputs] == [("c", "jobs.j.outputs.d")]
    assert [(one.name, one.mentions[0].name) for one in found.jobs[0].outputs] == [("d", "B")]
    assert [(via, one.name) for via, one in found.jobs[0].mentions] == [(Via.WITH_INPUT, "B")]


@pytest.mark.parametrize("key", ["on", "'on'", "true"])
def test_the_key_that_says_what_starts_it(key: str) -> None:
    assert [one.event for found in read(f"{key}: push\njobs: {{}}") for one in found.triggers] == ["push"]


def test_a_composite_action() -> None:
    (found,) = read(
        "inputs:\n  token: {default: '${{ github.token }}'}\n  b: {}\noutputs: {o: {value: '${{ steps.s.outputs.x }}'}}\n"
        "runs:\n  using: composite\n  steps:\n  - id: s\n    name: One\n    shell: bash\n    run: echo ${{ inputs.token }}\n",
        ACTION,
    )
    assert (found.platform, found.is_action, found.inputs, found.triggers) == ("github", True, ("token", "b"), ())
    assert [(via, one.name, one.line) for via, one in found.mentions] == [(Via.WITH_INPUT, "github.token", 2)]
    (runs,) = found.jobs
    assert (runs.name, runs.line, runs.column) == ("runs", 5, 1)
    assert [(one.id, one.title, one.script and one.script.mentions[0].name) for one in runs.steps] == [("s", "One", "token")]
    assert [(one.name, one.mentions[0].name) for one in found.outputs] == [("o", "steps.s.outputs.x")]


def test_other_actions_have_no_steps() -> None:
    (script,) = read("runs: {using: node20, main: x.js}", ACTION)
    assert (script.is_action, [one.steps for one in script.jobs]) == (True, [()])
    (docker,) = read(
        "inputs: {t: }\nruns: {using: docker, image: Dockerfile, args: ['${{ inputs.t }}'], env: {T: '${{ inputs.t }}'}}", ACTION
    )
    assert [(via, one.name) for via, one in docker.jobs[0].mentions] == [(Via.WITH_INPUT, "t")]
    assert [one.name for one in docker.jobs[0].env] == ["T"]


@pytest.mark.parametrize("text", ["", "a: 1", "[]", "runs: 1", "runs: []", "kind: Action\nspec: {}"])
def test_other_files_of_that_name_are_none(text: str) -> None:
    assert read(text, ACTION) == ()


def test_of_two_keys_the_last_one_counts() -> None:
    (found,) = read("jobs: {a: {steps: [{run: x}]}}\non: push\njobs: {b: {steps: [{run: x, run: y}]}}\non: release")
    assert [one.event for one in found.triggers] == ["release"]
    assert [(one.name, [step.script and step.script.value for step in one.steps]) for one in found.jobs] == [("b", ["y"])]


WORDS = [
    "on",
    "jobs",
    "steps",
    "runs",
    "uses",
    "with",
    "env",
    "run",
    "secrets",
    "if",
    "needs",
    "permissions",
    "environment",
    "name",
    "parallel",
]
MORE = [
    "runs-on",
    "strategy",
    "matrix",
    "include",
    "container",
    "services",
    "credentials",
    "outputs",
    "defaults",
    "push",
    "workflow_call",
    "tags",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.sampled_from(
        [
            "${{ secrets.A }}",
            "${{ matrix.os }}",
            "${{ toJSON(secrets)",
            "inherit",
            "write-all",
            "composite",
            "./x",
            "a@b",
            "always()",
            "${{",
        ]
    ),
    st.text(max_size=6),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(WORDS + MORE), SCALARS.filter(lambda key: key == key)), inner, max_size=5),  # noqa: PLR0124 - no NaN
    ),
    max_leaves=25,
)


def around(tree: object) -> st.SearchStrategy[object]:
    return st.sampled_from(
        [tree, {"jobs": tree}, {"on": tree, "jobs": {"j": tree}}, {"jobs": {"j": {"steps": tree}}}, {"runs": tree, "inputs": tree}]
    )


@given(TREES.flatmap(around), st.sampled_from([WORKFLOW, ACTION, ".forgejo/workflows/x.yml"]))
def test_any_tree_is_a_definition_or_unreadable(tree: object, path: str) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True)
    try:
        found = read(text, path)
    except UnreadableError as error:
        assert error.reason == "malformed"  # noqa: PT017 - either is fine
        return
    assert all(one.file == path for one in found)
