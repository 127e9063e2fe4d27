from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

SECRET = {"raw": "x", "computed": "x", "rawVisibility": "masked", "computedVisibility": "masked"}


def test_secrets_have_values_and_the_config(tmp_path: Path) -> None:
    export = read(tmp_path, filled("doppler.json"))

    assert (export.container, export.platform, export.level) == ("doppler:export", "doppler", "environment")
    assert (export.problems, export.text_fallback) == ((), None)
    assert values(export) == {"DOPPLER_CONFIG": b"prd", "NPM_TOKEN": tokens.npm(1).encode(), "SIGNING_KEY": None}
    assert [(v.slot.environment_scope, v.slot.masked, v.slot.hidden) for v in export.variables] == [
        ("prd", False, False),
        ("prd", True, False),
        ("prd", True, True),
    ]


@pytest.mark.parametrize("said", [{"computed": "x", "computedVisibility": "masked", "note": ""}, {"raw": "x", "rawVisibility": "masked"}])
def test_secrets_of_the_command_line_are_not_in_a_page(tmp_path: Path, said: dict[str, str]) -> None:
    export = read(tmp_path, json.dumps({"A": said}).encode())

    assert (export.platform, values(export), variable(export, "A").slot.masked, export.text_fallback) == (
        "doppler",
        {"A": b"x"},
        True,
        None,
    )


def test_reference_is_read_as_text_and_the_value_is_what_a_job_gets(tmp_path: Path) -> None:
    data = json.dumps({"A": {**SECRET, "raw": "${B}y"}}).encode()

    export = read(tmp_path, data)

    assert (values(export), export.text_fallback) == ({"A": b"x"}, data)


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        (5, "expected an object"),
        ([SECRET], "expected an object"),
        ({**SECRET, "computed": 5}, "expected computed to be text"),
        ({**SECRET, "raw": {}}, "expected raw to be text"),
        ({**SECRET, "computedVisibility": True}, "expected computedVisibility to be text"),
    ],
)
def test_member_of_wrong_types_is_a_problem(tmp_path: Path, said: object, detail: str) -> None:
    data = json.dumps({"secrets": {"A": SECRET, "B": said, "C": SECRET}}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x", "C": b"x"}, [f"member 2: {detail}"], data)


def test_note_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps({"A": {**SECRET, "note": "the old one"}}).encode()

    assert read(tmp_path, data).text_fallback == data
