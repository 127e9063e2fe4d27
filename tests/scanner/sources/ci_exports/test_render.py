from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values
from tests.support import tokens

PAIR = {"key": "A", "value": "x"}


@pytest.mark.parametrize("system", ["", "render:"])
@pytest.mark.parametrize(
    ("fixture", "level", "expected"),
    [
        ("render.json", "project", {"NPM_TOKEN": tokens.npm(1).encode(), "STAGE": b"live", "release.pem": key(2).encode()}),
        ("render-group.json", "group", {"NPM_TOKEN": tokens.npm(1).encode(), "release.pem": key(2).encode()}),
    ],
)
def test_variables_and_secret_files_are_read(tmp_path: Path, system: str, fixture: str, level: str, expected: dict[str, bytes]) -> None:
    export = read(tmp_path, filled(fixture), system=system)

    assert (export.container, export.platform, export.level) == ("render:export", "render", level)
    assert (export.problems, export.text_fallback) == ((), None)
    assert values(export) == expected
    assert [v.is_file for v in export.variables] == [False] * (len(expected) - 1) + [True]


def test_variables_of_a_service_are_read_if_the_user_says_so(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps({"envVars": [PAIR]}).encode(), system="render:")

    assert (export.level, values(export), export.text_fallback) == ("project", {"A": b"x"}, None)


def test_list_called_alike_is_of_no_platform(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps({"envVars": [PAIR]}).encode())

    assert (export.platform, export.variables, details(export)) == ("unknown", (), ["expected an export of a known shape"])


@pytest.mark.parametrize(
    ("item", "detail"),
    [
        ({"envVar": "x"}, "expected envVar to be an object"),
        ({"envVar": {"value": "x"}}, "expected key to be text"),
        ({"envVar": {"key": "B", "value": 5}}, "expected value to be text"),
        ({"secretFile": {"name": "b", "content": []}}, "expected content to be text"),
        ({"envVars": [5]}, "expected envVars to be a list of objects"),
        ({"secretFiles": {}}, "expected secretFiles to be a list of objects"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, item: dict[str, object], detail: str) -> None:
    data = json.dumps([{"envVar": PAIR}, item]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


@pytest.mark.parametrize("item", [{"envVar": {**PAIR, "note": "y"}}, {"envVar": PAIR, "note": "y"}])
def test_text_beside_the_values_is_read_as_text(tmp_path: Path, item: dict[str, object]) -> None:
    data = json.dumps([item]).encode()

    assert read(tmp_path, data).text_fallback == data
