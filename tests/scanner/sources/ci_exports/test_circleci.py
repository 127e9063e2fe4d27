from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import read, values

TIME = "2026-01-02T03:04:05.678Z"
PROJECT = {
    "items": [{"name": "NPM_TOKEN", "value": "xxxxAb3d", "created-at": TIME}, {"name": "B", "value": "xxxx"}],
    "next_page_token": None,
}
CONTEXT = {"items": [{"variable": "NPM_TOKEN", "context_id": "1", "created_at": TIME, "updated_at": TIME}], "next_page_token": None}


@pytest.mark.parametrize("document", [PROJECT, [PROJECT], PROJECT["items"]], ids=["page", "pages", "v1.1"])
def test_a_project_shows_four_characters_of_its_variables(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())
    assert (export.platform, export.problems, export.text_fallback) == ("circleci", (), None)
    assert values(export) == {"NPM_TOKEN": b"xxxxAb3d", "B": b"xxxx"}
    assert [(one.slot.masked, one.slot.updated_at) for one in export.variables] == [(True, "2026-01-02T03:04:05Z"), (True, None)]


def test_a_context_shows_names_only(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps(CONTEXT).encode())
    assert (export.platform, export.level) == ("circleci", "context")
    assert values(export) == {"NPM_TOKEN": None}


def test_a_member_that_is_there_twice_is_a_flaw(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"items": [{"name": "A", "value": "xxxxAb3d", "value": "xxxxAb3d"}]}')
    assert [one.reason for one in export.problems] == ["malformed"]
