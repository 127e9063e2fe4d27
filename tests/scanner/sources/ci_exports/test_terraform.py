from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.model import Reason
from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
EXPECTED = "expected a state, outputs, variables or tfvars of Terraform"


@pytest.mark.parametrize("system", ["", "terraform:"])
def test_variables_in_hcl_are_slots(tmp_path: Path, system: str) -> None:
    data = filled("production.auto.tfvars")

    export = read(tmp_path, data, "production.auto.tfvars", system)

    assert (export.container, export.platform, export.level) == ("terraform:production.auto.tfvars", "terraform", "unknown")
    assert (export.problems, export.text_fallback) == ((), data)
    assert values(export) == {
        "npm_token": NPM,
        "deploy.key": tokens.ghp(2).encode() + b"\n",
        "deploy.hosts[0]": b"a",
        "deploy.hosts[1]": b"b",
    }
    assert [(v.line, v.encoding) for v in export.variables] == [(2, ()), (5, ("hcl",)), (7, ()), (7, ())]
    assert (variable(export, "npm_token").value_offset, {v.slot.environment_scope for v in export.variables}) == (
        data.index(NPM),
        {"production"},
    )


@pytest.mark.parametrize(
    ("name", "scope"),
    [("terraform.tfvars", None), ("web-prod.tfvars", "prod"), ("STAGING.auto.tfvars", "staging"), ("livery.tfvars", None)],
)
def test_environment_is_in_the_name_of_a_file_of_variables(tmp_path: Path, name: str, scope: str | None) -> None:
    assert {v.slot.environment_scope for v in read(tmp_path, b'a = "x"', name).variables} == {scope}
    assert {v.slot.environment_scope for v in read(tmp_path, b'{"a": "x"}', f"{name}.json").variables} == {scope}


def test_variables_in_json_are_slots(tmp_path: Path) -> None:
    document = {"a": "x", "b": {"c": [1, {"d": True}]}, "e": None}

    export = read(tmp_path, json.dumps(document).encode(), "terraform.tfvars.json")

    assert (export.platform, values(export), export.problems, export.text_fallback) == (
        "terraform",
        {"a": b"x", "b.c[0]": b"1", "b.c[1].d": b"true", "e": None},
        (),
        None,
    )


def test_values_that_lie_too_deep_are_read_as_text(tmp_path: Path) -> None:
    data = b'{"a":' * 50 + b'"x"' + b"}" * 50

    export = read(tmp_path, data, "terraform.tfvars.json")

    assert (export.variables, export.text_fallback) == ((), data)


def test_mistake_in_hcl_is_told_and_what_stands_before_it_is_read(tmp_path: Path) -> None:
    data = b'a = "x"\nb = file("y")\n'

    export = read(tmp_path, data, "terraform.tfvars")

    assert (values(export), details(export)) == (
        {"a": b"x"},
        ["line 2, column 5: expected a value: a string, a number, a list or an object"],
    )
    assert export.text_fallback == data


def test_mistake_in_json_is_told_of_terraform(tmp_path: Path) -> None:
    data = b'{"a": "x", '

    export = read(tmp_path, data, "terraform.tfvars.json")

    assert (export.platform, details(export), export.text_fallback) == (
        "terraform",
        ["line 1, column 12: expected a name in double quotes"],
        data,
    )


def test_hcl_needs_the_name_of_the_file_or_of_the_system(tmp_path: Path) -> None:
    data = b'a = { b = "x" }\n'

    assert read(tmp_path, data).platform != "terraform"
    assert values(read(tmp_path, data, system="terraform:")) == {"a.b": b"x"}


@pytest.mark.parametrize("system", ["", "terraform:"])
def test_variables_of_hcp_terraform_are_slots(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, filled("terraform-vars.json"), system=system)

    assert (export.container, export.level, export.problems, export.text_fallback) == ("terraform:export", "project", (), None)
    assert values(export) == {"NPM_TOKEN": NPM, "GH_TOKEN": None}
    assert [(v.slot.masked, v.slot.hidden, v.slot.updated_at) for v in export.variables] == [
        (False, None, "2026-01-02T03:04:05Z"),
        (True, True, None),
    ]
    assert variable(export, "NPM_TOKEN").slot.owner == "terraform:export/ws-4j8p6jX1w33MiDC7"


def test_one_variable_and_those_of_a_set_are_read(tmp_path: Path) -> None:
    one = {"id": "var-1", "type": "vars", "attributes": {"key": "A", "value": "x", "description": "why"}}
    of_set = {**one, "relationships": {"varset": {"data": {"id": "varset-1", "type": "varsets"}}}}

    alone = read(tmp_path, json.dumps({"data": one}).encode(), system="terraform@acme/web:")
    shared = read(tmp_path, json.dumps({"data": [of_set], "links": {"self": "/"}}).encode(), system="terraform@acme/web:")

    assert (alone.level, alone.variables[0].slot.owner, values(alone)) == ("project", "acme/web", {"A": b"x"})
    assert (shared.level, shared.variables[0].slot.owner) == ("variable_group", "acme/web/varset-1")
    assert alone.text_fallback is not None


def test_outputs_of_the_command_line_are_slots(tmp_path: Path) -> None:
    answer = {
        "token": {"sensitive": True, "type": "string", "value": tokens.npm(1)},
        "hosts": {"sensitive": False, "type": ["list", "string"], "value": ["a", "b"]},
    }

    export = read(tmp_path, json.dumps(answer).encode())

    assert (export.platform, values(export), export.problems) == ("terraform", {"token": NPM, "hosts[0]": b"a", "hosts[1]": b"b"}, ())
    assert [v.slot.masked for v in export.variables] == [True, False, False]


def test_workspace_is_the_scope_of_its_state(tmp_path: Path) -> None:
    folder = tmp_path / "terraform.tfstate.d" / "blue"
    folder.mkdir(parents=True)
    state = {"version": 4, "serial": 1, "lineage": "", "outputs": {"a": {"value": "x"}}, "resources": []}

    export = read(folder, json.dumps(state).encode(), "terraform.tfstate")

    assert [v.slot.environment_scope for v in export.variables] == ["blue"]


def test_state_that_opentofu_encrypted_is_told(tmp_path: Path) -> None:
    data = b'{"serial": 1, "lineage": "a", "meta": {"key_provider.pbkdf2.a": "b"}, "encrypted_data": "c", "encryption_version": "v0"}'

    export = read(tmp_path, data)

    assert (export.platform, details(export)) == ("terraform", ["entry 1: expected a state that is not encrypted"])
    assert export.problems[0].reason == Reason.ENCRYPTED


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b'{"version": 5, "serial": 1, "lineage": ""}', "entry 1: expected a state of version 3 or 4"),
        (b'{"version": "4", "serial": 1, "lineage": ""}', "entry 1: expected a state of version 3 or 4"),
        (b'{"version": 4, "version": 3, "serial": 1, "lineage": ""}', "entry 1: expected version to be once"),
        (b'{"version": 4, "serial": 1, "lineage": "", "resources": {}}', "entry 1: expected resources to be a list of objects"),
        (b'{"version": 4, "serial": 1, "lineage": "", "outputs": {"a": 5}}', "entry 1: output 1: expected an object"),
        (b'{"data": [{"type": "vars", "attributes": {"key": "A"}}, 5]}', "entry 1: entry 2: expected an object"),
        (b'{"data": [{"type": "vars", "attributes": {"key": "A", "value": 5}}]}', "entry 1: entry 1: expected value to be text"),
        (b'[{"a": {"sensitive": true, "value": 1}}, {"b": 5}]', "entry 2: expected a state, outputs or variables"),
        (b'{"version": 4, "serial": 1, "lineage": "",', "line 1, column 43: expected a name in double quotes"),
        (b"nothing", EXPECTED),
        (b"[5]", EXPECTED),
    ],
)
def test_what_is_damaged_or_of_another_shape_is_told(tmp_path: Path, data: bytes, detail: str) -> None:
    export = read(tmp_path, data, system="terraform:")

    assert (details(export), export.text_fallback) == ([detail], data)
