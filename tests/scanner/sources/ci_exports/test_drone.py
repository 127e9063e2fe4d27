from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

OF_REPOSITORY = {"id": 1, "repo_id": 7, "name": "A", "pull_request": True}
OF_ORGANISATION = {"id": 1, "namespace": "acme", "name": "A", "pull_request_push": True}


def test_secrets_are_slots_that_say_whether_pull_requests_get_them(tmp_path: Path) -> None:
    export = read(tmp_path, filled("drone-secrets.json"), "secrets.json", "drone@acme/web:")

    assert (export.container, export.platform, export.level) == ("drone:secrets.json", "drone", "project")
    assert values(export) == {"NPM_TOKEN": None, "SIGNING_PASSPHRASE": None}
    assert [(v.slot.owner, v.slot.protected, v.slot.masked) for v in export.variables] == [
        ("acme/web", False, None),
        ("acme/web", True, None),
    ]
    assert (export.problems, export.text_fallback) == ((), None)


@pytest.mark.parametrize(
    ("document", "system", "level"),
    [
        ([OF_REPOSITORY], "", "project"),
        (OF_REPOSITORY, "drone:", "project"),
        ([OF_ORGANISATION], "", "org"),
        ([[OF_ORGANISATION]], "drone:", "org"),
        ([{"name": "A"}], "drone:", "unknown"),
    ],
)
def test_level_is_told_by_the_content(tmp_path: Path, document: object, system: str, level: str) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.level, values(export), export.problems) == ("drone:export", level, {"A": None}, ())


@pytest.mark.parametrize(
    ("flags", "protected"),
    [
        ({"pull_request": True}, False),
        ({"pull_request_push": True}, False),
        ({"pull_request": False}, True),
        ({"pull_request": None, "pull_request_push": False}, True),
    ],
)
def test_either_flag_opens_a_secret(tmp_path: Path, flags: dict[str, object], protected: object) -> None:
    export = read(tmp_path, json.dumps([{"name": "A", **flags}]).encode())

    assert variable(export, "A").slot.protected is protected


def test_value_that_somebody_added_is_read(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps([{**OF_REPOSITORY, "data": tokens.npm(1)}]).encode())

    assert (values(export), export.text_fallback) == ({"A": tokens.npm(1).encode()}, None)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**OF_REPOSITORY, "pull_request": "yes"}, "entry 2: expected pull_request to be true or false"),
        ({**OF_REPOSITORY, "name": None}, "entry 2: expected name to be text"),
        ({**OF_REPOSITORY, "data": {}}, "entry 2: expected data to be text"),
        (None, "entry 2: expected an object"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([OF_REPOSITORY, broken, {**OF_REPOSITORY, "name": "B"}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": None, "B": None}, [detail], data)


def test_what_else_is_said_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps([{**OF_REPOSITORY, "type": "the old one"}]).encode()

    assert read(tmp_path, data).text_fallback == data
