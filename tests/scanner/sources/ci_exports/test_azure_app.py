from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

NPM = tokens.npm(1).encode()
SETTING = {"name": "A", "slotSetting": False, "value": "x"}
SECRET = {"id": "https://acme.vault.example/secrets/A/0a", "attributes": {"updated": 1767323045}, "value": "x"}
CONFIGURATION = {"name": "appsettings", "type": "Microsoft.Web/sites/config", "properties": {"A": "x"}}


@pytest.mark.parametrize("system", ["", "azure-app:"])
def test_settings_of_an_application_are_read(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, filled("azure-app.json"), system=system)

    assert (export.container, export.platform, export.level) == ("azure-app:export", "azure", "project")
    assert (values(export), export.problems, export.text_fallback) == ({"NPM_TOKEN": NPM, "STAGE": b"live", "UNSET": None}, (), None)


def test_secret_of_a_vault_has_its_vault_and_time(tmp_path: Path) -> None:
    export = read(tmp_path, filled("azure-vault.json"))

    assert (export.container, export.platform, export.level, export.problems, export.text_fallback) == (
        "azure:export",
        "azure",
        "unknown",
        (),
        None,
    )
    assert [(v.name, v.slot.environment_scope, v.slot.updated_at) for v in export.variables] == [
        ("NPM-TOKEN", "acme", "2026-01-02T03:04:05Z")
    ]
    assert values(export) == {"NPM-TOKEN": NPM}


def test_secrets_that_are_only_listed_are_slots_without_values(tmp_path: Path) -> None:
    listed = {"id": "https://acme.vault.example/secrets/A", "attributes": {"created": 1767323045}}

    export = read(tmp_path, json.dumps({"value": [listed], "nextLink": None}).encode())

    assert [(v.name, v.value, v.slot.updated_at) for v in export.variables] == [("A", None, "2026-01-02T03:04:05Z")]


@pytest.mark.parametrize(
    "document", [CONFIGURATION, {**CONFIGURATION, "type": "microsoft.web/sites/slots/config"}, {"value": [CONFIGURATION]}]
)
def test_map_of_the_api_is_read(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    export = read(tmp_path, data)

    assert (export.container, values(export), export.problems, export.text_fallback) == ("azure-app:export", {"A": b"x"}, (), data)


@pytest.mark.parametrize(
    "document", [[{**SETTING, "value": "@Microsoft.KeyVault(a)"}], {**CONFIGURATION, "properties": {"A": "@Microsoft.KeyVault(a)"}}]
)
def test_place_in_a_vault_fills_no_slot_and_is_read_as_text(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    export = read(tmp_path, data)

    assert (values(export), export.text_fallback) == ({"A": None}, data)


@pytest.mark.parametrize(("data", "level"), [(b'{"A": "x"}', "project"), (b'[{"name": "A", "value": "x"}]', "project")])
def test_maps_and_pairs_are_of_an_application_if_the_user_says_so(tmp_path: Path, data: bytes, level: str) -> None:
    export = read(tmp_path, data, system="azure-app:")

    assert (export.platform, export.level, values(export)) == ("azure", level, {"A": b"x"})


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "expected an object"),
        ({"name": "B", "value": "y"}, "expected a setting of an application or a secret of a vault"),
        ({**SETTING, "name": 5}, "expected name to be text"),
        ({**SETTING, "value": []}, "expected text"),
        ({**SETTING, "slotSetting": "no"}, "expected slotSetting to be true or false"),
        ({**CONFIGURATION, "properties": []}, "expected properties to be an object"),
        ({**SECRET, "value": 5}, "expected value to be text"),
        ({**SECRET, "attributes": []}, "expected attributes to be an object"),
        ({**SECRET, "attributes": {"updated": {}}}, "expected updated to be text"),
        ({**SECRET, "id": "https://acme.vault.example/keys/A"}, "expected a setting of an application or a secret of a vault"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([SETTING, broken]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


@pytest.mark.parametrize("document", [{**SETTING, "note": "y"}, {**SECRET, "tags": {"a": "b"}}, {**SECRET, "contentType": "y"}])
def test_text_beside_the_values_is_read_as_text(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    assert read(tmp_path, data).text_fallback == data


def test_other_json_is_not_of_azure(tmp_path: Path) -> None:
    expected = "expected settings of an Azure application or secrets of a Key Vault as JSON"

    assert details(read(tmp_path, b'{"properties": {"A": []}}', system="azure-app:")) == [expected]
