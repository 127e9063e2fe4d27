from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens


def test_variables_have_values_and_times_in_utc(tmp_path: Path) -> None:
    export = read(tmp_path, filled("github-variables.json"), "vars.json", "github-repo@acme/web:")

    assert (export.container, export.platform, export.level) == ("github-repo:vars.json", "github", "project")
    assert [(v.name, v.slot.owner, v.slot.updated_at) for v in export.variables] == [
        ("NPM_TOKEN", "acme/web", "2026-02-10T14:59:22Z"),
        ("STAGE", "acme/web", "2026-01-10T14:59:22Z"),
    ]
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "STAGE": b"production"}
    assert (export.problems, export.text_fallback) == ((), None)


def test_secrets_are_slots_without_values(tmp_path: Path) -> None:
    export = read(tmp_path, filled("github-org-secrets.json"))

    assert values(export) == {"NPM_TOKEN": None, "GH_TOKEN": None, "PYPI_TOKEN": None}
    assert (export.problems, export.text_fallback) == ((), None)


def test_who_may_use_an_organisations_secret_is_kept(tmp_path: Path) -> None:
    export = read(tmp_path, filled("github-org-secrets.json"))

    assert [v.slot.allowed_projects for v in export.variables] == [("all",), ("private",), None]


def test_selected_repositories_are_named_where_the_export_names_them(tmp_path: Path) -> None:
    repositories = [{"full_name": "acme/web"}, {"full_name": "acme/infra"}]
    secret = {"name": "A", "updated_at": None, "visibility": "selected", "selected_repositories": repositories}

    export = read(tmp_path, json.dumps({"total_count": 1, "secrets": [secret]}).encode())

    assert variable(export, "A").slot.allowed_projects == ("acme/infra", "acme/web")


@pytest.mark.parametrize(
    ("fixture", "system", "container", "level"),
    [
        ("github-variables.json", "", "github:export", "unknown"),
        ("github-variables.json", "github:", "github:export", "unknown"),
        ("github-variables.json", "github-environment:", "github-environment:export", "environment"),
        ("github-org-secrets.json", "", "github-org:export", "org"),
        ("github-org-secrets.json", "github:", "github:export", "org"),
        ("gh-variable-list.json", "", "github:export", "unknown"),
        ("gh-variable-list.json", "github-repo:", "github-repo:export", "project"),
    ],
)
def test_level_is_named_or_told_by_the_content(tmp_path: Path, fixture: str, system: str, container: str, level: str) -> None:
    export = read(tmp_path, filled(fixture), system=system)

    assert (export.container, export.platform, export.level, export.problems) == (container, "github", level, ())
    assert {v.slot.level for v in export.variables} == {level}


def test_gh_list_is_read_and_its_zero_time_is_none(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gh-variable-list.json"))

    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "NEVER": b""}
    assert [v.slot.updated_at for v in export.variables] == ["2026-02-10T14:59:22Z", None]


@pytest.mark.parametrize("joint", ["", "\n"])
def test_pages_in_a_row_are_one_export(tmp_path: Path, joint: str) -> None:
    page = '{"total_count": 2, "variables": [{"name": "%s", "value": "x"}]}'

    export = read(tmp_path, joint.join([page % "A", page % "B"]).encode())

    assert (export.platform, values(export)) == ("github", {"A": b"x", "B": b"x"})


def test_names_alone_are_enough_if_the_user_says_what_they_are(tmp_path: Path) -> None:
    export = read(tmp_path, b'[{"name": "A"}, {"name": "B"}]', system="github-repo:")

    assert values(export) == {"A": None, "B": None}


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        ({"name": 5}, "expected name to be text"),
        ({"value": True}, "expected value to be text"),
        ({"updated_at": "yesterday"}, "expected updated_at to be a time"),
        ({"updated_at": "2026-01-10T14:59:22"}, "expected updated_at to be a time with its zone"),
        ({"updated_at": "9999-12-31T23:59:59-14:00"}, "expected updated_at to be a time"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, member: dict[str, object], detail: str) -> None:
    entry = {"name": "A", "value": "x", "updated_at": "2026-01-10T14:59:22Z"}
    data = json.dumps({"total_count": 2, "variables": [entry, {**entry, **member}]}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


def test_text_beside_the_lists_is_read_as_text(tmp_path: Path) -> None:
    data = b'{"total_count": 0, "variables": [], "note": "see the other one"}'

    export = read(tmp_path, data)

    assert (export.platform, export.problems, export.text_fallback) == ("github", (), data)


@pytest.mark.parametrize("system", ["", "github-repo:", "gitlab-project:"])
def test_error_message_of_the_api_is_no_export(tmp_path: Path, system: str) -> None:
    data = b'{"message": "Bad credentials", "documentation_url": "https://docs.example/rest", "status": "401"}'

    export = read(tmp_path, data, system=system)

    assert (export.variables, details(export)) == ((), ["expected variables, not the error message of an API"])
    assert export.text_fallback == data
