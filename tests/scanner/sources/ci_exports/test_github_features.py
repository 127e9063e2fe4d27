from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, read, values

TIME = "2026-01-11T14:59:22Z"
SECRET = {"name": "NPM_TOKEN", "created_at": TIME, "updated_at": TIME}


def selected(address: str) -> dict[str, str]:
    return {**SECRET, "visibility": "selected", "selected_repositories_url": address}


@pytest.mark.parametrize("feature", ["dependabot", "codespaces"])
def test_secrets_of_a_repository_are_slots_apart_from_those_of_actions(tmp_path: Path, feature: str) -> None:
    data = json.dumps({"total_count": 1, "secrets": [SECRET]}).encode()

    export = read(tmp_path, data, "secrets.json", f"github-{feature}@acme/web:")
    (found,) = export.variables

    assert (export.container, export.platform, export.level, export.problems) == (f"github-{feature}:secrets.json", "github", "project", ())
    assert (found.value, found.slot.owner, found.slot.environment_scope, found.slot.updated_at) == (None, "acme/web", feature, TIME)
    assert found.slot.id != read(tmp_path, data, "secrets.json", "github-repo@acme/web:").variables[0].slot.id


@pytest.mark.parametrize(
    ("address", "system", "container", "level"),
    [
        ("/orgs/acme/dependabot/secrets/NPM_TOKEN/repositories", "", "github-dependabot:export", "org"),
        ("/orgs/acme/codespaces/secrets/NPM_TOKEN/repositories", "", "github-codespaces:export", "org"),
        ("/orgs/acme/codespaces/secrets/NPM_TOKEN/repositories", "github-codespaces:", "github-codespaces:export", "org"),
        ("/user/codespaces/secrets/NPM_TOKEN/repositories", "", "github-codespaces:export", "user"),
        ("/user/codespaces/secrets/NPM_TOKEN/repositories", "github-codespaces:", "github-codespaces:export", "user"),
        ("/orgs/acme/actions/secrets/NPM_TOKEN/repositories", "", "github-org:export", "org"),
        ("/orgs/acme/dependabot/secrets/NPM_TOKEN/repositories", "github-org:", "github-org:export", "org"),
    ],
)
def test_address_of_the_repositories_tells_the_feature(tmp_path: Path, address: str, system: str, container: str, level: str) -> None:
    export = read(tmp_path, json.dumps({"total_count": 1, "secrets": [selected(address)]}).encode(), system=system)

    assert (export.container, export.level, values(export), export.problems) == (container, level, {"NPM_TOKEN": None}, ())
    assert {v.slot.level for v in export.variables} == {level}


def test_gh_spells_the_address_in_camel_case(tmp_path: Path) -> None:
    secret = {"name": "A", "updatedAt": TIME, "visibility": "selected", "selectedReposURL": "/orgs/acme/dependabot/secrets/A/repositories"}

    assert read(tmp_path, json.dumps([secret]).encode()).container == "github-dependabot:export"


def test_names_alone_are_enough_if_the_user_says_what_they_are(tmp_path: Path) -> None:
    export = read(tmp_path, b'[{"name": "A"}, {"name": 5}]', system="github-dependabot:")

    assert (export.level, values(export), details(export)) == ("project", {"A": None}, ["entry 2: expected name to be text"])


@pytest.mark.parametrize("system", ["github-dependabot:", "github-codespaces:"])
def test_other_content_is_told(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, b"[[], 5]", system=system)

    assert (export.variables, details(export)) == ((), ["expected GitHub variables or secrets as JSON"])
