from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

VARIABLE = {"key": "A", "scopes": ["builds"], "values": [{"value": "x", "context": "all"}], "is_secret": False}


def test_each_context_is_a_slot(tmp_path: Path) -> None:
    export = read(tmp_path, filled("netlify.json"))

    assert (export.container, export.platform, export.level) == ("netlify:export", "netlify", "unknown")
    assert (export.problems, export.text_fallback) == ((), None)
    assert [(v.name, v.slot.environment_scope, v.value and v.value.reveal(), v.slot.hidden) for v in export.variables] == [
        ("NPM_TOKEN", "production", tokens.npm(1).encode(), False),
        ("NPM_TOKEN", "branch:next", b"none", False),
        ("STAGE", "*", b"live", None),
        ("SIGNING_KEY", "production", None, True),
        ("UNSET", None, None, None),
    ]
    assert {v.slot.updated_at for v in export.variables} == {"2026-01-02T03:04:05Z", None}
    assert len({v.slot.id for v in export.variables}) == 5


def test_one_variable_alone_is_an_export(tmp_path: Path) -> None:
    assert values(read(tmp_path, json.dumps(VARIABLE).encode())) == {"A": b"x"}


def test_map_is_of_netlify_if_the_user_says_so(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"A": "x"}', system="netlify:")

    assert (export.platform, export.level, values(export)) == ("netlify", "unknown", {"A": b"x"})


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        ({"key": None}, "expected key to be text"),
        ({"values": {}}, "expected values to be a list of objects"),
        ({"values": ["x"]}, "expected values to be a list of objects"),
        ({"values": [{"value": 5}]}, "expected value to be text"),
        ({"values": [{"context": 5}]}, "expected context to be text"),
        ({"is_secret": "no"}, "expected is_secret to be true or false"),
        ({"updated_at": "soon"}, "expected updated_at to be a time"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, member: dict[str, object], detail: str) -> None:
    data = json.dumps([VARIABLE, {**VARIABLE, **member}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


@pytest.mark.parametrize("more", [{"values": [{"value": "x", "note": "y"}]}, {"note": "y"}])
def test_text_beside_the_values_is_read_as_text(tmp_path: Path, more: dict[str, object]) -> None:
    data = json.dumps([{**VARIABLE, **more}]).encode()

    assert read(tmp_path, data).text_fallback == data


def test_other_json_is_not_of_netlify(tmp_path: Path) -> None:
    assert details(read(tmp_path, b'[{"values": []}]', system="netlify:")) == ["expected Netlify environment variables as JSON"]
