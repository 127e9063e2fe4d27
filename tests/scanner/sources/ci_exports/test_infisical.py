from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.model import Reason
from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

SECRET = {"secretKey": "A", "secretValue": "x", "environment": "prod", "type": "shared"}


@pytest.mark.parametrize("system", ["", "infisical:"])
def test_exported_secrets_have_values_and_environments(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, filled("infisical.json"), system=system)

    assert (export.container, export.platform, export.level) == ("infisical:export", "infisical", "project")
    assert (export.problems, export.text_fallback) == ((), None)
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "STAGE": b"live"}
    assert [v.slot.environment_scope for v in export.variables] == ["prod", "prod/web"]


@pytest.mark.parametrize("document", [SECRET, {"secrets": [SECRET], "imports": []}, {"secrets": [], "imports": [{"secrets": [SECRET]}]}])
def test_secrets_of_the_api_are_read(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.platform, values(export), export.problems) == ("infisical", {"A": b"x"}, ())


def test_pairs_are_read_if_the_user_says_whose_they_are(tmp_path: Path) -> None:
    export = read(tmp_path, b'[{"key": "A", "value": "x", "environment": "prod"}]', system="infisical:")

    assert [(v.name, v.slot.environment_scope) for v in export.variables] == [("A", "prod")]


def test_hidden_value_fills_no_slot(tmp_path: Path) -> None:
    data = json.dumps({**SECRET, "secretValueHidden": True, "secretValue": "hidden"}).encode()

    export = read(tmp_path, data)

    assert (values(export), [v.slot.hidden for v in export.variables], export.text_fallback) == ({"A": None}, [True], data)


def test_ciphertext_is_unread(tmp_path: Path) -> None:
    data = json.dumps({"secrets": [{"secretKeyCiphertext": "a", "secretValueCiphertext": "b"}]}).encode()

    export = read(tmp_path, data)

    assert [(p.reason, p.detail) for p in export.problems] == [
        (Reason.ENCRYPTED, "entry 1: expected secrets without end-to-end encryption")
    ]
    assert (export.platform, export.variables, export.text_fallback) == ("infisical", (), data)


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        ({"secretKey": 5}, "expected secretKey to be text"),
        ({"secretValue": []}, "expected secretValue to be text"),
        ({"environment": {}}, "expected environment to be text"),
        ({"secretValueHidden": "no"}, "expected secretValueHidden to be true or false"),
        ({"updatedAt": "soon"}, "expected updatedAt to be a time"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, member: dict[str, object], detail: str) -> None:
    data = json.dumps([SECRET, {**SECRET, **member}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


def test_comment_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps({**SECRET, "secretComment": "y"}).encode()

    assert read(tmp_path, data).text_fallback == data


def test_other_json_is_not_of_infisical(tmp_path: Path) -> None:
    assert details(read(tmp_path, b'{"secrets": {"A": []}}', system="infisical:")) == ["expected Infisical secrets as JSON"]
