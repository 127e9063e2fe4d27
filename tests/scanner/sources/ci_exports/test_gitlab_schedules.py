from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values
from tests.support import tokens

VARIABLE = {"variable_type": "env_var", "key": "A", "value": "x"}
SCHEDULE = {"id": 13, "ref": "main", "cron": "0 1 * * *", "variables": [VARIABLE]}


def test_schedule_gives_values_and_is_their_scope(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-schedule.json"), "nightly.json", "gitlab-schedule@acme/web:")

    assert (export.container, export.platform, export.level) == ("gitlab-schedule:nightly.json", "gitlab", "pipeline")
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "RELEASE_KEY": key(2).encode()}
    assert [(v.is_file, v.slot.owner, v.slot.environment_scope, v.slot.masked) for v in export.variables] == [
        (False, "acme/web", "schedule 13", None),
        (True, "acme/web", "schedule 13", None),
    ]
    assert (export.problems, export.text_fallback) == ((), None)


@pytest.mark.parametrize(
    ("document", "system", "container"),
    [
        (SCHEDULE, "", "gitlab-schedule:export"),
        (SCHEDULE, "gitlab:", "gitlab:export"),
        ([SCHEDULE], "", "gitlab-schedule:export"),
        ([VARIABLE], "gitlab-schedule:", "gitlab-schedule:export"),
    ],
)
def test_level_is_named_or_told_by_the_content(tmp_path: Path, document: object, system: str, container: str) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.level, values(export), export.problems) == (container, "pipeline", {"A": b"x"}, ())


def test_schedules_tell_variables_of_one_name_apart(tmp_path: Path) -> None:
    data = json.dumps(SCHEDULE) + json.dumps({**SCHEDULE, "id": 14})

    assert len({v.slot.id for v in read(tmp_path, data.encode()).variables}) == 2


def test_schedule_without_variables_is_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps({**SCHEDULE, "variables": []}).encode())

    assert (export.variables, export.problems) == ((), ())


def test_schedules_of_a_list_are_told_to_lack_variables(tmp_path: Path) -> None:
    short = {name: value for name, value in SCHEDULE.items() if name != "variables"}

    export = read(tmp_path, json.dumps([short, short]).encode())

    assert details(export) == ["entry 1: expected variables to be a list", "entry 2: expected variables to be a list"]


@pytest.mark.parametrize(
    ("variable", "detail"),
    [
        (5, "entry 1: variable 2: expected an object"),
        ({"key": "B", "value": 5}, "entry 1: variable 2: expected value to be text"),
        ({"value": "x"}, "entry 1: variable 2: expected key to be text"),
        (SCHEDULE, "entry 1: variable 2: expected key to be text"),
    ],
)
def test_variable_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, variable: object, detail: str) -> None:
    data = json.dumps({**SCHEDULE, "variables": [VARIABLE, variable, {**VARIABLE, "key": "C"}]}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x", "C": b"x"}, [detail], data)


def test_what_else_is_said_of_a_schedule_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps({**SCHEDULE, "description": "with the old one", "owner": {"name": "somebody"}}).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": b"x"}, (), data)
