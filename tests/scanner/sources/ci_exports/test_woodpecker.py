from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

SECRET = {"id": 1, "org_id": 0, "repo_id": 7, "name": "A", "images": [], "events": ["push"]}
OF_ORGANISATION = {**SECRET, "org_id": 3, "repo_id": 0}
OF_SERVER = {**SECRET, "repo_id": 0}


def test_secrets_are_slots_that_say_whether_pull_requests_get_them(tmp_path: Path) -> None:
    export = read(tmp_path, filled("woodpecker-secrets.json"), "secrets.json", "woodpecker-repo@acme/web:")

    assert (export.container, export.platform, export.level) == ("woodpecker-repo:secrets.json", "woodpecker", "project")
    assert values(export) == {"NPM_TOKEN": None, "SIGNING_PASSPHRASE": None}
    assert [(v.slot.owner, v.slot.protected, v.slot.masked) for v in export.variables] == [
        ("acme/web", False, None),
        ("acme/web", True, None),
    ]
    assert (export.problems, export.text_fallback) == ((), None)


@pytest.mark.parametrize(
    ("document", "system", "container", "level"),
    [
        ([SECRET], "", "woodpecker-repo:export", "project"),
        (SECRET, "woodpecker:", "woodpecker:export", "project"),
        ([OF_ORGANISATION], "", "woodpecker-org:export", "org"),
        ([[OF_ORGANISATION]], "woodpecker-org:", "woodpecker-org:export", "org"),
        ([OF_SERVER], "", "woodpecker:export", "instance"),
        ([{"name": "A", "images": None, "events": None}], "", "woodpecker:export", "unknown"),
        ([{"name": "A"}], "woodpecker-repo:", "woodpecker-repo:export", "project"),
    ],
)
def test_level_is_named_or_told_by_the_content(tmp_path: Path, document: object, system: str, container: str, level: str) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.level, values(export), export.problems) == (container, level, {"A": None}, ())


@pytest.mark.parametrize(
    ("events", "protected"),
    [
        (["push", "tag"], True),
        (["push", "pull_request"], False),
        (["pull_request_closed"], False),
        ([], False),
        (None, None),
    ],
)
def test_events_say_whether_pull_requests_get_a_secret(tmp_path: Path, events: object, protected: object) -> None:
    export = read(tmp_path, json.dumps([{**SECRET, "events": events}]).encode())

    assert variable(export, "A").slot.protected is protected


def test_value_that_somebody_added_is_read(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps([{**SECRET, "value": tokens.npm(1)}]).encode())

    assert (values(export), export.text_fallback) == ({"A": tokens.npm(1).encode()}, None)


@pytest.mark.parametrize("said", [{"images": ["woodpeckerci/plugin-git"]}, {"events": ["somewhen"]}, {"note": "the old one"}])
def test_images_and_notes_are_read_as_text(tmp_path: Path, said: dict[str, object]) -> None:
    data = json.dumps([{**SECRET, **said}]).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": None}, (), data)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**SECRET, "events": "push"}, "entry 2: expected events to be a list of text"),
        ({**SECRET, "events": ["push", 5]}, "entry 2: expected events to be a list of text"),
        ({**SECRET, "images": {}}, "entry 2: expected images to be a list of text"),
        ({**SECRET, "name": []}, "entry 2: expected name to be text"),
        ({**SECRET, "value": 5}, "entry 2: expected value to be text"),
        ("text", "entry 2: expected an object"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([SECRET, broken, {**SECRET, "name": "B"}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": None, "B": None}, [detail], data)
