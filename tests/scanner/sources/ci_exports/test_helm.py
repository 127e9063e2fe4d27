from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

NPM, GHP = tokens.npm(1).encode(), tokens.ghp(2).encode()


@pytest.mark.parametrize(("name", "system"), [("values-prod.yaml", ""), ("values-prod.yaml", "helm:"), ("prod.yml", "helm:")])
def test_values_are_called_by_their_paths(tmp_path: Path, name: str, system: str) -> None:
    data = filled("helm-values.yaml")

    export = read(tmp_path, data, name, system)

    assert (export.container, export.platform, export.level, export.problems) == (f"helm:{name}", "helm", "project", ())
    assert values(export) == {"replicas": b"2", "npm.token": NPM, "extraEnv.GH_TOKEN": GHP}
    assert {v.slot.environment_scope for v in export.variables} == {"prod"}
    assert [v.line for v in export.variables] == [1, 3, 6]
    assert export.text_fallback == data


@pytest.mark.parametrize("name", ["values.yaml", "values.yml", "web-values.yaml", "values_web.yaml", "values.dev.yaml"])
def test_file_of_values_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, b"a: x\n", name).platform == "helm"


@pytest.mark.parametrize("name", ["revalues.yaml", "values.json", "values", "valuesx.yaml"])
def test_other_names_are_not_of_helm(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, b"a: x\n", name).platform != "helm"


def test_what_helm_prints_is_known_by_its_headings(tmp_path: Path) -> None:
    data = b"USER-SUPPLIED VALUES:\na:\n  b: x\n\nCOMPUTED VALUES:\na:\n  b: x\nc: [y]\n"

    export = read(tmp_path, data)

    assert (export.platform, export.problems, values(export)) == ("helm", (), {"a.b": b"x", "c[0]": b"y"})
    assert [(v.line, v.value_offset) for v in export.variables] == [(3, data.index(b"x")), (7, data.rindex(b"x")), (8, data.index(b"y"))]


def test_manifests_and_notes_behind_the_values_are_read_as_text(tmp_path: Path) -> None:
    data = (
        b"NAME: web\nLAST DEPLOYED: Mon: x\nUSER-SUPPLIED VALUES:\na: x\n\nHOOKS:\nMANIFEST:\n---\n"
        b"apiVersion: v1\nkind: Secret\nNOTES:\nOpen: a: b\n"
    )

    export = read(tmp_path, data)

    assert (export.platform, values(export), export.problems, export.text_fallback) == ("helm", {"a": b"x"}, (), data)


@pytest.mark.parametrize("none", [b"{}", b"null"])
def test_nothing_is_no_problem(tmp_path: Path, none: bytes) -> None:
    export = read(tmp_path, b"USER-SUPPLIED VALUES:\n" + none + b"\n", system="helm:")

    assert (export.platform, export.variables, export.problems) == ("helm", (), ())


@pytest.mark.parametrize("data", [b'{"a": {"b": "x"}}', b"a:\n  b: x\n", b"a: {b: x}"])
def test_output_without_a_heading_needs_the_name(tmp_path: Path, data: bytes) -> None:
    export = read(tmp_path, data, system="helm:")

    assert (export.platform, values(export)) == ("helm", {"a.b": b"x"})


def test_release_is_read_under_both_names(tmp_path: Path) -> None:
    data = filled("kubernetes-release.json")

    exports = [read(tmp_path, data, system=system) for system in ("", "helm:", "kubernetes:")]

    assert [export.platform for export in exports] == ["kubernetes", "helm", "kubernetes"]
    assert {values(export)["npm.token"] for export in exports} == {NPM}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a: ENC[AES256_GCM,data:x]\nsops: {mac: y}\n", {"a": None}),
        (b"a: !Ref x\nb: !tag {c: x}\n", {"a": None, "b.c": b"x"}),
        (b"a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n", {"a": None}),
        (b"a: null\nb: []\nc: ''\n", {"a": None, "c": b""}),
        (b"a:\n- [x]\n- {name: n, value: {d: x}}\n- {name: n, value: x, other: y}\n", None),
    ],
)
def test_what_is_no_plain_value_is_named(tmp_path: Path, text: bytes, expected: dict[str, bytes | None] | None) -> None:
    inner = {"a[0][0]": b"x", "a.n.d": b"x", "a[2].name": b"n", "a[2].value": b"x", "a[2].other": b"y"}

    assert values(read(tmp_path, text, system="helm:")) == (expected or inner)


def test_what_nests_too_deeply_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    data = json.dumps({"b": json.loads("[" * 200 + "]" * 200), "c": "x"}).encode()

    export = read(tmp_path, data, system="helm:")

    assert (values(export), details(export)) == ({"c": b"x"}, ["expected at most 128 levels"])


def test_long_paths_stay_short(tmp_path: Path) -> None:
    data = json.dumps({"k" * 5000: {"l" * 5000: {"m": ["x"] * 50}}}).encode()

    export = read(tmp_path, data, system="helm:")

    assert {len(v.name) for v in export.variables} == {195, 196}


@pytest.mark.parametrize(("name", "system"), [("values.yaml", ""), ("x", "helm:")])
def test_damaged_values_say_where(tmp_path: Path, name: str, system: str) -> None:
    data = b"a: x\nb: ]\n"

    export = read(tmp_path, data, name, system)

    assert (details(export), export.text_fallback) == (["line 2, column 4: expected a value"], data)


def test_headings_without_an_end_are_a_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b"COMPUTED VALUES:\na: x\n" * 1_001)

    assert (len(export.variables), details(export)) == (1_000, ["expected at most 1000 headings"])


def test_text_is_no_export_of_helm(tmp_path: Path) -> None:
    assert details(read(tmp_path, b"some prose", system="helm:")) == ["expected values of Helm as YAML or JSON"]
