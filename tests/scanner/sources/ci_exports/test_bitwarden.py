from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.model import Reason
from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values
from tests.support import tokens

ITEM = {"name": "release", "login": {"password": "x"}}
SECRET = {"key": "A", "value": "x", "organizationId": "a", "revisionDate": "2026-01-02T03:04:05Z"}


@pytest.mark.parametrize("system", ["", "bitwarden:"])
def test_items_are_told_apart_by_their_names(tmp_path: Path, system: str) -> None:
    data = filled("bitwarden.json")

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level) == ("bitwarden:export", "bitwarden", "unknown")
    assert (export.problems, export.text_fallback) == ((), data)
    assert [(v.name, v.slot.environment_scope, v.value and v.value.reveal(), v.slot.updated_at) for v in export.variables] == [
        ("password", "release", tokens.npm(1).encode(), "2026-01-02T03:04:05Z"),
        ("GH_TOKEN", "release", tokens.ghp(2).encode(), "2026-01-02T03:04:05Z"),
        ("privateKey", "deploy", key(3).encode(), None),
    ]


@pytest.mark.parametrize("document", [[SECRET], SECRET, {**SECRET, "note": ""}])
def test_secrets_of_the_secrets_manager_are_read(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.platform, values(export), export.problems, export.text_fallback) == ("bitwarden", {"A": b"x"}, (), None)


@pytest.mark.parametrize(
    "document", [{"encrypted": True, "items": [ITEM]}, {"encrypted": True, "passwordProtected": True, "salt": "a", "data": "b"}]
)
def test_encrypted_export_is_unread(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    export = read(tmp_path, data)

    assert [(p.reason, p.detail) for p in export.problems] == [(Reason.ENCRYPTED, "expected an export without encryption")]
    assert (export.platform, export.variables, export.text_fallback) == ("bitwarden", (), data)


@pytest.mark.parametrize(
    ("item", "detail"),
    [
        (5, "expected an object"),
        ({"name": 5}, "expected name to be text"),
        ({"login": []}, "expected login to be an object"),
        ({"login": {"password": 5}}, "expected password to be text"),
        ({"sshKey": {"privateKey": {}}}, "expected privateKey to be text"),
        ({"fields": ["B"]}, "expected fields to be a list of objects"),
        ({"fields": [{"name": "B", "value": 5}]}, "expected value to be text"),
        ({"revisionDate": "soon"}, "expected revisionDate to be a time"),
    ],
)
def test_item_of_wrong_types_is_a_problem(tmp_path: Path, item: object, detail: str) -> None:
    data = json.dumps({"encrypted": False, "items": [ITEM, item]}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"password": b"x"}, [f"entry 2: {detail}"], data)


def test_note_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps([{**SECRET, "note": "y"}]).encode()

    assert read(tmp_path, data).text_fallback == data


def test_other_json_is_not_of_bitwarden(tmp_path: Path) -> None:
    expected = "expected a Bitwarden export as JSON or CSV, or the secrets of its Secrets Manager as JSON"

    assert details(read(tmp_path, b'{"items": [{"A": []}]}', system="bitwarden:")) == [expected]
