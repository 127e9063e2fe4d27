"""What platforms have in common: maps of names to values, whose the user says they are, and text beside their lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, read, values
from tests.support import tokens

LEVELS = {"heroku": "project", "railway": "project", "doppler": "environment", "vercel": "project", "render": "project", "fly": "project"}


@pytest.mark.parametrize("system", LEVELS)
@pytest.mark.parametrize("form", ['{{"NPM_TOKEN": "{}"}}', "NPM_TOKEN={}\n", "NPM_TOKEN='{}'\n", 'NPM_TOKEN="{}"\n'])
def test_map_and_lines_are_of_the_platform_that_the_user_names(tmp_path: Path, system: str, form: str) -> None:
    export = read(tmp_path, form.format(tokens.npm(1)).encode(), system=f"{system}@acme/web:")

    assert (export.container, export.platform, export.level) == (f"{system}:export", system, LEVELS[system])
    assert (values(export), export.problems, export.text_fallback) == ({"NPM_TOKEN": tokens.npm(1).encode()}, (), None)
    assert [(v.slot.owner, v.slot.level) for v in export.variables] == [("acme/web", LEVELS[system])]


def test_map_that_nobody_names_is_of_no_platform(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"RAILWAY_ENVIRONMENT_NAME": "production", "DOPPLER_CONFIG": "prd"}')

    assert (export.platform, export.level) == ("unknown", "unknown")
    assert {v.slot.environment_scope for v in export.variables} == {None}


@pytest.mark.parametrize(
    ("system", "members", "scope"),
    [
        ("railway", {"RAILWAY_ENVIRONMENT_NAME": "production", "RAILWAY_ENVIRONMENT": "old"}, "production"),
        ("railway", {"RAILWAY_ENVIRONMENT": "staging"}, "staging"),
        ("railway", {"RAILWAY_ENVIRONMENT_NAME": None}, None),
        ("railway", {"RAILWAY_ENVIRONMENT_NAME": ""}, None),
        ("doppler", {"DOPPLER_ENVIRONMENT": "prd", "DOPPLER_CONFIG": "prd_eu"}, "prd"),
        ("doppler", {"DOPPLER_CONFIG": "hunter2"}, None),
        ("heroku", {"RAILWAY_ENVIRONMENT": "staging"}, None),
    ],
)
def test_environment_is_what_the_platform_puts_among_the_values(
    tmp_path: Path, system: str, members: dict[str, str | None], scope: str | None
) -> None:
    export = read(tmp_path, json.dumps({"A": "x", **members}).encode(), system=f"{system}:")

    assert {v.slot.environment_scope for v in export.variables} == {scope}


@pytest.mark.parametrize("name", ["DOPPLER_CONFIG", "RAILWAY_ENVIRONMENT"])
def test_value_of_a_variable_is_shown_nowhere_although_it_should_be_an_environment(tmp_path: Path, name: str) -> None:
    token = tokens.npm(1)

    export = read(tmp_path, json.dumps({name: token}).encode(), system=f"{name.partition('_')[0].lower()}:")

    assert (values(export), [v.slot.environment_scope for v in export.variables]) == ({name: token.encode()}, [None])
    assert token[:5] not in repr(export)


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("heroku", "Heroku config vars as JSON or shell lines"),
        ("railway", "Railway variables as JSON"),
        ("doppler", "Doppler secrets as JSON"),
        ("render", "Render environment variables as JSON"),
        ("fly", "names and digests of Fly secrets as JSON"),
    ],
)
@pytest.mark.parametrize("data", [b'{"apps": {"A": []}}', b"No variables: no permission\n"])
def test_other_content_is_a_flaw_that_says_what_was_expected(tmp_path: Path, system: str, expected: str, data: bytes) -> None:
    export = read(tmp_path, data, system=f"{system}:")

    assert (export.variables, details(export), export.text_fallback) == ((), [f"expected {expected}"], data)


@pytest.mark.parametrize(
    "page",
    [
        {"envs": [{"key": "A", "value": "x", "type": "plain", "target": []}]},
        {"secrets": [{"name": "projects/1/secrets/A"}]},
        {"value": [{"id": "https://acme.vault.example/secrets/A", "attributes": {}}]},
        {"secrets": [{"secretKey": "A", "secretValue": "x"}]},
        {"secrets": {"A": {"computed": "x", "computedVisibility": "masked"}}, "success": True},
    ],
    ids=["vercel", "gcp", "azure", "infisical", "doppler"],
)
def test_text_beside_a_list_is_read_as_text(tmp_path: Path, page: dict[str, object]) -> None:
    data = json.dumps({**page, "note": tokens.npm(1)}).encode()

    assert read(tmp_path, json.dumps(page).encode()).text_fallback is None
    assert read(tmp_path, data).text_fallback == data
