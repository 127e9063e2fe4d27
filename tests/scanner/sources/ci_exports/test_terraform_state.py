from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest

from scanner.sources.ci_exports import Export
from scanner.sources.ci_exports.terraform_kinds import KINDS
from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
Json = Mapping[str, object]


def state(folder: Path, *resources: Json) -> Export:
    document = {"version": 4, "serial": 1, "lineage": "", "outputs": {}, "resources": list(resources)}
    return read(folder, json.dumps(document).encode(), "terraform.tfstate")


def resource(kind: str, attributes: Json, **more: object) -> Json:
    return {"mode": "managed", "type": kind, "name": "a", "instances": [{"attributes": attributes, **more}]}


@pytest.mark.parametrize("system", ["", "terraform:"])
def test_ci_variables_and_outputs_of_a_state_are_slots(tmp_path: Path, system: str) -> None:
    data = filled("terraform-state.json")

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("terraform:export", "terraform", "unknown", ())
    assert (values(export), export.text_fallback) == ({"stage": b"live", "NPM_TOKEN": NPM}, data)
    slot = variable(export, "NPM_TOKEN").slot
    assert (slot.level, slot.owner, slot.environment_scope) == ("project", "terraform:export/acme/web", "*")
    assert (slot.protected, slot.masked) == (False, True)


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("gitlab_group_variable", {"key": "A", "value": "x", "group": "7"}, ("A", "group", "7", None)),
        ("gitlab_instance_variable", {"key": "A", "value": "x"}, ("A", "instance", "gitlab_instance_variable.a", None)),
        ("github_actions_secret", {"secret_name": "A", "plaintext_value": "x", "repository": "web"}, ("A", "project", "web", None)),
        ("github_actions_organization_secret", {"secret_name": "A", "plaintext_value": "x"}, ("A", "org", "github_actions_organization_secret.a", None)),
        ("github_actions_environment_variable", {"variable_name": "A", "value": "x", "repository": "web", "environment": "live"}, ("A", "environment", "web", "live")),
        ("tfe_variable", {"key": "A", "value": "x", "workspace_id": "ws-1", "category": "env"}, ("A", "project", "ws-1", None)),
        ("circleci_environment_variable", {"name": "A", "value": "x", "project": "web"}, ("A", "project", "web", None)),
        ("buildkite_cluster_secret", {"key": "A", "value": "x", "cluster_id": "c"}, ("A", "group", "c", None)),
        ("aws_ssm_parameter", {"name": "/prod/A", "value": "x"}, ("A", "unknown", "aws_ssm_parameter.a", "/prod")),
        ("aws_secretsmanager_secret_version", {"secret_id": "arn:aws:secretsmanager:eu:1:secret:A", "secret_string": "x"}, ("A", "unknown", "aws_secretsmanager_secret_version.a", None)),
        ("google_secret_manager_secret_version", {"secret": "projects/1/secrets/A", "secret_data": "x"}, ("A", "unknown", "google_secret_manager_secret_version.a", None)),
        ("vercel_project_environment_variable", {"key": "A", "value": "x", "project_id": "p", "target": ["production", "preview"]}, ("A", "project", "p", "preview,production")),
        ("netlify_environment_variable", {"key": "A", "site_id": "s", "values": [{"value": "x", "context": "all"}]}, ("A", "project", "s", "all")),
        ("azurerm_key_vault_secret", {"name": "A", "value": "x", "key_vault_id": "/subscriptions/1/vaults/v"}, ("A", "unknown", "v", None)),
        ("heroku_app_config_association", {"app_id": "h", "sensitive_vars": {"A": "x"}}, ("A", "project", "h", None)),
        ("azuredevops_variable_group", {"name": "g", "variable": [{"name": "A", "secret_value": "x", "is_secret": True}]}, ("A", "variable_group", "g", None)),
        ("kubernetes_secret", {"metadata": [{"name": "s", "namespace": "n"}], "data": {"A": "x"}}, ("A", "unknown", "s", "n")),
        ("vault_generic_secret", {"path": "kv/a", "data": {"A": "x"}}, ("A", "unknown", "vault_generic_secret.a", "kv/a")),
        ("vault_kv_secret_v2", {"path": "kv/a", "data_json": '{"A": "x"}'}, ("A", "unknown", "vault_kv_secret_v2.a", "kv/a")),
        ("aws_lambda_function", {"function_name": "f", "environment": [{"variables": {"A": "x"}}]}, ("A", "project", "f", None)),
    ],
)  # fmt: skip
def test_each_kind_of_variable_has_its_name_owner_and_scope(
    tmp_path: Path, kind: str, attributes: Json, expected: tuple[str, str, str, str | None]
) -> None:
    export = state(tmp_path, resource(kind, attributes))

    slot = export.variables[0].slot
    owner = slot.owner.removeprefix("terraform:terraform.tfstate/")
    assert (values(export), export.problems) == ({expected[0]: b"x"}, ())
    assert (slot.name, slot.level, owner, slot.environment_scope) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_without_any_attribute(tmp_path: Path, kind: str) -> None:
    export = state(tmp_path, resource(kind, {}))

    assert (export.problems, {v.value for v in export.variables}) == ((), set() if not export.variables else {None})


def test_values_in_base64_are_opened(tmp_path: Path) -> None:
    coded = b64encode(NPM).decode()

    export = state(
        tmp_path,
        resource("aws_secretsmanager_secret_version", {"secret_id": "A", "secret_binary": coded}),
        resource("kubernetes_secret_v1", {"binary_data": {"B": coded}}),
    )

    assert values(export) == {"A": NPM, "B": NPM}
    assert {v.encoding for v in export.variables} == {("base64",)}


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"protected": True, "masked": False}, (True, False, None, None)),
        ({"masked": True, "hidden": True}, (None, True, True, None)),
        ({"sensitive": True, "protected": "false"}, (False, True, None, None)),
        ({"visibility": "all"}, (None, None, None, ("all",))),
    ],
)
def test_flags_of_a_variable_are_facts_of_its_slot(tmp_path: Path, flags: Json, expected: tuple[object, ...]) -> None:
    slot = state(tmp_path, resource("gitlab_project_variable", {"key": "A", "value": "x", **flags})).variables[0].slot

    assert (slot.protected, slot.masked, slot.hidden, slot.allowed_projects) == expected


def test_secrets_of_other_resources_are_called_by_their_address(tmp_path: Path) -> None:
    database = {"password": "x", "engine": "pg", "password_length": "5", "nested": [{"api_token": "y"}]}
    marked = resource("acme_thing", {"odd": {"inner": "z"}, "plain": "w"}, sensitive_attributes=[[{"type": "get_attr", "value": "odd"}]])
    module = {
        **resource("aws_db_instance", database, index_key="blue"),
        "module": "module.data",
        "name": "main",
        "instances": [{"index_key": "blue", "attributes": database}],
    }
    counted = {
        "mode": "data",
        "type": "random_password",
        "name": "p",
        "instances": [{"index_key": 1, "attributes": {"result": "v", "length": 5}}],
    }

    export = state(tmp_path, module, marked, counted)

    assert [(v.name, None if v.value is None else v.value.reveal(), v.slot.masked) for v in export.variables] == [
        ('module.data.aws_db_instance.main["blue"].password', b"x", None),
        ('module.data.aws_db_instance.main["blue"].nested[0].api_token', b"y", None),
        ("acme_thing.a.odd.inner", b"z", True),
        ("data.random_password.p[1].result", b"v", None),
    ]


def test_mark_may_have_an_index(tmp_path: Path) -> None:
    path = [{"type": "get_attr", "value": "rows"}, {"type": "index", "value": {"value": 1, "type": "number"}}]

    export = state(tmp_path, resource("acme_thing", {"rows": ["x", "y"]}, sensitive_attributes=[path]))

    assert values(export) == {"acme_thing.a.rows[1]": b"y"}


def test_version_3_has_flat_attributes_and_modules(tmp_path: Path) -> None:
    document = {
        "version": 3,
        "terraform_version": "0.11.14",
        "serial": 1,
        "lineage": "",
        "modules": [
            {
                "path": ["root", "ci"],
                "outputs": {"token": {"sensitive": True, "type": "string", "value": tokens.npm(1)}},
                "resources": {
                    "gitlab_project_variable.a": {
                        "type": "gitlab_project_variable",
                        "primary": {"id": "1", "attributes": {"key": "A", "value": "x", "project": "web", "protected": "false"}},
                    },
                    "aws_lambda_function.b": {
                        "type": "aws_lambda_function",
                        "primary": {"attributes": {"environment.0.variables.%": "1", "environment.0.variables.B": "y"}},
                    },
                    "acme_user.c": {"type": "acme_user", "primary": {"attributes": {"id": "1", "key.0.private_key": "z"}}},
                },
            }
        ],
    }

    export = read(tmp_path, json.dumps(document).encode())

    assert values(export) == {"token": NPM, "A": b"x", "B": b"y", "module.ci.acme_user.c.key.0.private_key": b"z"}
    assert (variable(export, "A").slot.protected, export.problems) == (False, ())


def test_settings_of_a_backend_are_slots(tmp_path: Path) -> None:
    backend = {"type": "s3", "config": {"bucket": "b", "secret_key": tokens.npm(1), "access_key": None}, "hash": 7}
    document = {
        "version": 3,
        "serial": 1,
        "lineage": "",
        "backend": backend,
        "modules": [{"path": ["root"], "outputs": {}, "resources": {}}],
    }

    export = read(tmp_path, json.dumps(document).encode(), "terraform.tfstate")

    assert (values(export), export.problems) == ({"backend.s3.secret_key": NPM}, ())


def test_state_and_plan_as_they_are_shown(tmp_path: Path) -> None:
    inner = {
        "resources": [
            {"address": "module.m.acme_a.b", "type": "acme_a", "values": {"odd": "x", "plain": "y"}, "sensitive_values": {"odd": True}},
            {"address": "module.m.tfe_variable.c", "type": "tfe_variable", "values": {"key": "K", "value": "z"}, "sensitive_values": {}},
        ]
    }
    values_of = {
        "outputs": {"o": {"sensitive": True, "value": "v"}, "later": {"sensitive": False}},
        "root_module": {"resources": [], "child_modules": [inner]},
    }
    known = {"root_module": {"variables": {"token": {"sensitive": True}}}}
    plan = {
        "format_version": "1.2",
        "variables": {"token": {"value": tokens.npm(1)}, "n": {"value": 5}},
        "planned_values": values_of,
        "configuration": known,
    }

    shown = read(tmp_path, json.dumps({"format_version": "1.0", "values": values_of}).encode())
    planned = read(tmp_path, json.dumps(plan).encode())

    assert values(shown) == {"o": b"v", "later": None, "module.m.acme_a.b.odd": b"x", "K": b"z"}
    assert (variable(shown, "module.m.acme_a.b.odd").slot.masked, variable(shown, "o").slot.masked) == (True, True)
    assert values(planned) == {"token": NPM, "n": b"5", **values(shown)}
    assert [variable(planned, name).slot.masked for name in ("token", "n")] == [True, None]
    assert (shown.problems, planned.problems) == ((), ())


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({"type": 5, "name": "a"}, "resource 1: expected type to be text"),
        ({"type": "a"}, "resource 1: expected name to be text"),
        ({"type": "a", "name": "b", "instances": {}}, "resource 1: expected instances to be a list of objects"),
        ({**resource("a", {"b": 1}), "module": 5}, "resource 1: expected module to be text"),
        ({"type": "a", "name": "b", "instances": [{"attributes": []}]}, "resource 1: expected attributes to be an object"),
        (resource("tfe_variable", {"key": "A", "value": {"b": 1}}), "resource 1: expected value to be text"),
        (resource("vault_generic_secret", {"data_json": "{"}), "resource 1: expected data_json to be a map"),
        (resource("kubernetes_secret", {"binary_data": {"A": "?"}}), "resource 1: expected value to be base64"),
    ],
)
def test_resource_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: Json, detail: str) -> None:
    export = state(tmp_path, broken, resource("tfe_variable", {"key": "B", "value": "x"}))

    assert (values(export)["B"], details(export)) == (b"x", [f"entry 1: {detail}"])
