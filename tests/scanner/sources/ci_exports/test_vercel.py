from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

VARIABLE = {"key": "NPM_TOKEN", "value": "plain", "type": "encrypted", "target": ["production", "preview"], "decrypted": True}


def test_variables_of_a_project_have_values_environments_and_times(tmp_path: Path) -> None:
    export = read(tmp_path, filled("vercel.json"))

    assert (export.container, export.platform, export.level) == ("vercel:export", "vercel", "project")
    assert (export.problems, export.text_fallback) == ((), None)
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "GH_TOKEN": None, "SIGNING_KEY": None}
    assert [(v.slot.environment_scope, v.slot.hidden, v.slot.masked, v.slot.updated_at) for v in export.variables] == [
        ("preview,production", False, None, "2026-01-02T03:04:05Z"),
        ("preview:feature/x", True, True, None),
        ("production", False, None, None),
    ]


@pytest.mark.parametrize("system", ["", "vercel:"])
def test_variables_that_a_team_shares_say_with_which_projects(tmp_path: Path, system: str) -> None:
    data = json.dumps({"data": [{**VARIABLE, "projectId": ["prj_b", "prj_a"]}], "pagination": {"count": 1}}).encode()

    export = read(tmp_path, data, system=system)

    assert (export.platform, export.level, variable(export, "NPM_TOKEN").slot.allowed_projects) == ("vercel", "org", ("prj_a", "prj_b"))


@pytest.mark.parametrize(
    "document", [VARIABLE, [VARIABLE], {"envs": [VARIABLE]}, [{"envs": [VARIABLE]}]], ids=["one", "array", "page", "pages"]
)
def test_variables_are_read_however_they_are_listed(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.platform, values(export), export.text_fallback) == ("vercel", {"NPM_TOKEN": b"plain"}, None)


def test_pages_in_a_row_are_one_export(tmp_path: Path) -> None:
    page = json.dumps({"envs": [VARIABLE]}).encode()

    assert len(read(tmp_path, page + b"\n" + page).variables) == 2


@pytest.mark.parametrize(
    "said",
    [{"type": "encrypted", "decrypted": False}, {"type": "secret"}, {"type": "sensitive"}],
    ids=["ciphertext", "name-of-a-secret", "sensitive"],
)
def test_what_is_no_value_fills_no_slot_and_is_read_as_text(tmp_path: Path, said: dict[str, object]) -> None:
    data = json.dumps({"envs": [{**VARIABLE, **said}]}).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"NPM_TOKEN": None}, (), data)


@pytest.mark.parametrize("data", [b"A=1\n", b'{"A": "1"}', b'A="1"\n'])
def test_dotenv_and_maps_are_of_a_project_if_the_user_says_so(tmp_path: Path, data: bytes) -> None:
    export = read(tmp_path, data, system="vercel:")

    assert (export.platform, export.level, values(export)) == ("vercel", "project", {"A": b"1"})


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        ({"key": 5}, "expected key to be text"),
        ({"value": ["a"]}, "expected value to be text"),
        ({"type": {}}, "expected type to be text"),
        ({"target": [1]}, "expected target to be text or a list of texts"),
        ({"target": {}}, "expected target to be text or a list of texts"),
        ({"gitBranch": 1}, "expected gitBranch to be text"),
        ({"decrypted": "no"}, "expected decrypted to be true or false"),
        ({"updatedAt": 1e300}, "expected updatedAt to be a time"),
        ({"updatedAt": float("nan")}, "expected updatedAt to be a time"),
        ({"updatedAt": "yesterday"}, "expected updatedAt to be a time"),
        ({"projectId": False}, "expected projectId to be text or a list of texts"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, member: dict[str, object], detail: str) -> None:
    data = json.dumps({"envs": [VARIABLE, {**VARIABLE, **member}, 5]}).encode()

    export = read(tmp_path, data)

    assert (values(export), export.text_fallback) == ({"NPM_TOKEN": b"plain"}, data)
    assert details(export) == [f"entry 2: {detail}", "entry 3: expected an object"]


def test_number_without_end_is_no_time(tmp_path: Path) -> None:
    data = b'[{"key": "A", "type": "plain", "target": null, "updatedAt": %b}]' % (b"9" * 100_000)

    assert details(read(tmp_path, data)) == ["entry 1: expected updatedAt to be a time"]


def test_comment_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps([{**VARIABLE, "comment": "the old one"}]).encode()

    assert read(tmp_path, data).text_fallback == data


def test_other_json_is_not_of_vercel(tmp_path: Path) -> None:
    data = b'{"envs": {"A": []}}'

    assert details(read(tmp_path, data, system="vercel:")) == ["expected Vercel environment variables as JSON"]
