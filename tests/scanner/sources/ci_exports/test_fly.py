from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

SECRET = {"name": "A", "digest": "0f3a9c5d2b7e1846"}


def test_secrets_are_slots_without_values(tmp_path: Path) -> None:
    export = read(tmp_path, filled("fly.json"))

    assert (export.container, export.platform, export.level) == ("fly:export", "fly", "project")
    assert (values(export), export.problems, export.text_fallback) == ({"NPM_TOKEN": None, "STAGE": None}, (), None)
    assert [(v.slot.hidden, v.slot.masked, v.slot.updated_at) for v in export.variables] == [
        (True, True, "2026-01-02T03:04:05Z"),
        (True, True, None),
    ]


def test_name_with_a_time_and_a_digest_is_not_taken_for_a_secret_of_github(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps([{**SECRET, "created_at": "2026-01-02T03:04:05Z"}]).encode()).platform == "fly"


def test_names_alone_are_enough_if_the_user_says_what_they_are(tmp_path: Path) -> None:
    assert values(read(tmp_path, b'[{"Name": "A"}]', system="fly:")) == {"A": None}


def test_pairs_are_read_if_the_user_says_whose_they_are(tmp_path: Path) -> None:
    assert values(read(tmp_path, b'[{"name": "A", "value": "x"}]', system="fly:")) == {"A": b"x"}


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        ({"name": 5}, "expected name to be text"),
        ({"digest": 5}, "expected digest to be text"),
        ({"digest": tokens.npm(1)}, "expected digest to be hexadecimal digits"),
        ({"created_at": "soon"}, "expected updated_at to be a time"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, member: dict[str, object], detail: str) -> None:
    data = json.dumps([SECRET, {**SECRET, **member}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": None}, [f"entry 2: {detail}"], data)


def test_text_beside_the_digest_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps([{**SECRET, "status": "Deployed"}]).encode()

    assert read(tmp_path, data).text_fallback == data
