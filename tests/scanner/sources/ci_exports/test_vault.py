from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

ANSWER = {"request_id": "a", "lease_id": "", "lease_duration": 2764800, "renewable": False}
PAIRS = {"A": "x", "B": 5}
VALUES = {"A": b"x", "B": b"5"}


@pytest.mark.parametrize("system", ["", "vault:"])
def test_second_version_has_pairs_and_a_time(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, filled("vault.json"), system=system)

    assert (export.container, export.platform, export.level) == ("vault:export", "vault", "unknown")
    assert (export.problems, export.text_fallback) == ((), None)
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "STAGE": b"live"}
    assert {v.slot.updated_at for v in export.variables} == {"2026-01-02T03:04:05Z"}


def test_first_version_has_pairs_only(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps({**ANSWER, "data": PAIRS, "auth": None}).encode())

    assert (export.platform, values(export), export.problems, export.text_fallback) == ("vault", VALUES, (), None)


def test_secret_of_the_first_version_may_be_called_data(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps({**ANSWER, "data": {"data": "x", "metadata": "y"}}).encode())

    assert values(export) == {"data": b"x", "metadata": b"y"}


def test_answers_in_a_row_are_one_export(tmp_path: Path) -> None:
    answer = json.dumps({**ANSWER, "data": PAIRS}).encode()

    assert len(read(tmp_path, answer + b"\n" + answer).variables) == 4


@pytest.mark.parametrize("data", [{"data": PAIRS}, {"data": {"data": PAIRS, "metadata": {}}}, PAIRS])
def test_less_is_enough_if_the_user_says_what_it_is(tmp_path: Path, data: dict[str, object]) -> None:
    assert values(read(tmp_path, json.dumps(data).encode(), system="vault:")) == VALUES


@pytest.mark.parametrize("data", [None, {"data": None, "metadata": {"destroyed": True}}])
def test_nothing_and_what_was_deleted_are_no_problem(tmp_path: Path, data: object) -> None:
    export = read(tmp_path, json.dumps({**ANSWER, "data": data}).encode())

    assert (export.platform, export.variables, export.problems) == ("vault", (), ())


@pytest.mark.parametrize(
    "answer",
    [
        {"data": None, "auth": {"client_token": "x"}},
        {"data": PAIRS, "warnings": ["y"]},
        {"data": {"data": PAIRS, "metadata": {"custom_metadata": {"owner": "y"}}}},
        {"data": {"data": PAIRS, "metadata": {}, "note": "y"}},
    ],
)
def test_text_beside_the_pairs_is_read_as_text(tmp_path: Path, answer: dict[str, object]) -> None:
    data = json.dumps({**ANSWER, **answer}).encode()

    export = read(tmp_path, data)

    assert (export.problems, export.text_fallback) == ((), data)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "entry 2: expected an object"),
        ({**ANSWER, "data": []}, "entry 2: expected data to be an object"),
        ({**ANSWER, "data": {"data": [], "metadata": {}}}, "entry 2: expected data to be an object"),
        ({**ANSWER, "data": {"data": {}, "metadata": {"created_time": "soon"}}}, "entry 2: expected created_time to be a time"),
        ({**ANSWER, "data": {"keys": ["C"]}}, "entry 2: member 1: expected text"),
        ({**ANSWER, "data": {"data": {"C": {"D": "y"}}, "metadata": {}}}, "entry 2: member 1: expected text"),
    ],
)
def test_answer_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([{**ANSWER, "data": PAIRS}, broken]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == (VALUES, [detail], data)


def test_other_json_is_not_of_vault(tmp_path: Path) -> None:
    assert details(read(tmp_path, b'{"keys": ["A"]}', system="vault:")) == ["expected secrets of Vault's key-value engine as JSON"]
