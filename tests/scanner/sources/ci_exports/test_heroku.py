from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens


@pytest.mark.parametrize(("name", "system"), [("app.json", ""), ("export", ""), ("export", "heroku:")])
def test_manifest_has_variables_of_the_application_and_of_environments(tmp_path: Path, name: str, system: str) -> None:
    data = filled("heroku-app.json")

    export = read(tmp_path, data, name, system)

    assert (export.container, export.platform, export.level, export.problems) == (f"heroku:{name}", "heroku", "project", ())
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "SECRET": None, "STAGE": b"live", "GH_TOKEN": tokens.ghp(2).encode()}
    assert [v.slot.environment_scope for v in export.variables] == [None, None, None, "test"]
    assert export.text_fallback == data


@pytest.mark.parametrize(("name", "document"), [("app.json", {"expo": {}}), ("export", {"env": {"A": "x"}}), ("app.json", {"env": []})])
def test_other_json_is_not_of_heroku(tmp_path: Path, name: str, document: object) -> None:
    assert read(tmp_path, json.dumps(document).encode(), name).platform != "heroku"


@pytest.mark.parametrize(
    ("member", "detail"),
    [({"value": []}, "member 2: expected text"), ([], "member 2: expected text")],
)
def test_variable_of_wrong_types_is_a_problem(tmp_path: Path, member: object, detail: str) -> None:
    data = json.dumps({"env": {"A": "x", "B": member}, "addons": []}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [detail], data)
