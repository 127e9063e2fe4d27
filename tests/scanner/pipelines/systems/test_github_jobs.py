"""Jobs of GitHub Actions, in all the spellings of their keys."""

from __future__ import annotations

import pytest

from scanner.pipelines.definition import CallDefinition, Pin, Via
from tests.support.workflows import job, read


@pytest.mark.parametrize(
    ("written", "oidc", "permissions"),
    [
        ("permissions: write-all", True, (("*", "write"),)),
        ("permissions: read-all", False, (("*", "read"),)),
        ("permissions: {}", False, ()),
        ("permissions: {packages: write, id-token: none}", False, (("id-token", "none"), ("packages", "write"))),
        ("permissions: {id-token: write}", True, (("id-token", "write"),)),
        ("permissions: {id-token: [write], a: {}}", False, ()),
        ("permissions:", None, None),
        ("permissions: [id-token]", None, None),
        ("permissions: everything", None, None),
        ("name: x", None, None),
    ],
)
def test_permissions(written: str, oidc: bool | None, permissions: tuple[tuple[str, str], ...] | None) -> None:
    grant = job(written).grant
    assert (grant.oidc, grant.permissions) == (oidc, permissions)
    ((top,),) = ([one.grant for one in read(f"{written}\njobs: {{j: {{}}}}")],)
    assert (top.oidc, top.permissions) == (oidc, permissions)


@pytest.mark.parametrize(
    ("written", "runner"),
    [
        ("runs-on: ubuntu-latest", "hosted"),
        ("runs-on: ubuntu-24.04-arm", "hosted"),
        ("runs-on: [macos-15-xlarge]", "hosted"),
        ("runs-on: windows-2025", "hosted"),
        ("runs-on: self-hosted", "self_hosted"),
        ("runs-on: [Self-Hosted, linux]", "self_hosted"),
        ("runs-on: {labels: [self-hosted], group: x}", "self_hosted"),
        ("runs-on: {group: big}", "unknown"),
        ("runs-on: {group: big, labels: ubuntu-latest}", "unknown"),
        ("runs-on: our-machines", "unknown"),
        ("runs-on: [ubuntu-latest, our-machines]", "unknown"),
        ("runs-on: ${{ inputs.machine }}", "unknown"),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [ubuntu-latest, windows-latest]}}", "hosted"),
        ("runs-on: ${{ Matrix.OS }}\nstrategy: {matrix: {os: [ubuntu-latest], include: [{os: self-hosted}]}}", "self_hosted"),
        ("runs-on: ${{ matrix.t.os }}\nstrategy: {matrix: {t: [{os: ubuntu-latest}, {os: odd}]}}", "unknown"),
        ("runs-on: ${{ matrix.t.os }}\nstrategy: {matrix: {include: [{t: {os: ubuntu-latest}}]}}", "hosted"),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: '${{ fromJSON(x) }}'}", "unknown"),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: '${{ fromJSON(x) }}'}}", "unknown"),
        ("runs-on: ${{ matrix.os || 'ubuntu-latest' }}\nstrategy: {matrix: {os: [ubuntu-latest]}}", "unknown"),
        ("runs-on:", "unknown"),
        ("name: x", "unknown"),
    ],
)
def test_machines(written: str, runner: str) -> None:
    assert job(written).runner == runner
    expected = runner if runner == "self_hosted" else "unknown"
    assert job(written, ".gitea/workflows/w.yml").runner == expected


@pytest.mark.parametrize(
    ("written", "environment", "by_input"),
    [
        ("environment: pypi", "pypi", False),
        ("environment: {name: pypi, url: x}", "pypi", False),
        ("environment: ${{ inputs.stage }}", "${{ inputs.stage }}", True),
        ("environment: {name: 'x-${{ github.event.inputs.stage }}'}", "x-${{ github.event.inputs.stage }}", True),
        ("environment: ${{ github.event.client_payload.to }}", "${{ github.event.client_payload.to }}", True),
        ("environment: ${{ github.ref_name }}", "${{ github.ref_name }}", False),
        ("environment: ${{ github.event_name }}", "${{ github.event_name }}", False),
        ("environment: ${{ matrix.inputs }}", "${{ matrix.inputs }}", False),
        ("environment: inputs", "inputs", False),
    ],
)
def test_environments(written: str, environment: str, by_input: bool) -> None:
    found = job(written)
    assert found.environment == environment
    assert [(one.evidence, one.by_input, one.line) for one in found.gates] == [(f"environment {environment}", by_input, 4)]


@pytest.mark.parametrize("written", ["environment:", "environment: {}", "environment: [a]", "environment: {name: [a]}", "name: x"])
def test_no_environment(written: str) -> None:
    found = job(written)
    assert (found.environment, found.gates) == (None, ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "uses: ./.github/workflows/x.yml\nsecrets: inherit",
            CallDefinition(".github/workflows/x.yml", is_local=True, line=4, column=11, pin=Pin.LOCAL, inherits=True),
        ),
        (
            "uses: acme/ci/.github/workflows/x.yml@v3",
            CallDefinition("acme/ci/.github/workflows/x.yml", is_local=False, line=4, column=11, ref="v3", pin=Pin.TAG),
        ),
        ("uses: [a]", None),
        ("uses:", None),
    ],
)
def test_calls(written: str, expected: CallDefinition | None) -> None:
    assert job(written).call == expected


def test_what_is_handed_to_a_called_workflow() -> None:
    call = job("uses: ./x.yml\nsecrets:\n  TOKEN: ${{ secrets.MINE }}\nwith:\n  stage: ${{ inputs.to }}").call
    assert call is not None
    assert [(one.name, one.mentions[0].name, one.mentions[0].line, one.mentions[0].column) for one in call.secrets] == [
        ("TOKEN", "MINE", 6, 18)
    ]
    assert [(one.name, one.value, str(one.mentions[0].named)) for one in call.inputs] == [("stage", "${{ inputs.to }}", "input")]


def test_what_is_secret_is_found_in_strange_places() -> None:
    found = job(
        "env: ${{ secrets.A }}\noutputs: {x: '${{ secrets.B }}'}\nservices: {db: {image: '${{ vars.C }}', credentials: {password: '${{ secrets.D }}'}}}\n"
        "steps:\n- name: ${{ secrets.E }}\n  run: x\n  env: ${{ secrets.F }}\n- parallel: [{uses: y@v1, with: '${{ secrets.G }}', working-directory: '${{ secrets.H }}', if: 'secrets.I && env.J'}]\nif: ${{ secrets.K }}"
    )
    assert [(via, one.name) for via, one in found.mentions] == [
        (Via.JOB_ENV, "A"),
        (Via.WITH_INPUT, "B"),
        (Via.CONTAINER, "C"),
        (Via.CONTAINER, "D"),
        (Via.WITH_INPUT, "K"),
        (Via.WITH_INPUT, "E"),
        (Via.STEP_ENV, "F"),
        (Via.WITH_INPUT, "I"),
        (Via.WITH_INPUT, "H"),
        (Via.WITH_INPUT, "G"),
    ]
