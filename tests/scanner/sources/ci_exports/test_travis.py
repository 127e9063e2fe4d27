from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

VARIABLE = {"@type": "env_var", "id": "1", "name": "A", "value": "x", "public": True, "branch": None}


def test_settings_give_values_and_slots(tmp_path: Path) -> None:
    export = read(tmp_path, filled("travis-variables.json"), "vars.json", "travis@acme/web:")

    assert (export.container, export.platform, export.level) == ("travis:vars.json", "travis", "project")
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "GH_TOKEN": None}
    assert [(v.slot.owner, v.slot.environment_scope, v.slot.masked, v.slot.hidden) for v in export.variables] == [
        ("acme/web", None, False, None),
        ("acme/web", "main", True, True),
    ]
    assert (export.problems, export.text_fallback) == ((), None)


@pytest.mark.parametrize(
    ("document", "system"),
    [
        (VARIABLE, ""),
        ([VARIABLE], ""),
        ({"env_vars": [VARIABLE]}, ""),
        ({"env_vars": [{"id": "1", "name": "A", "value": "x", "public": True, "repository_id": 7}]}, ""),
        ([{"name": "A", "value": "x", "public": True}], "travis:"),
    ],
)
def test_every_shape_is_of_a_repository(tmp_path: Path, document: object, system: str) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.platform, export.level) == ("travis:export", "travis", "project")
    assert (values(export), export.problems) == ({"A": b"x"}, ())


def test_branches_tell_variables_of_one_name_apart(tmp_path: Path) -> None:
    data = json.dumps({"env_vars": [VARIABLE, {**VARIABLE, "branch": "main"}]}).encode()

    assert len({v.slot.id for v in read(tmp_path, data).variables}) == 2


def test_flag_that_is_not_said_is_not_known(tmp_path: Path) -> None:
    export = read(tmp_path, b'[{"name": "A", "value": null}]', system="travis:")

    assert (variable(export, "A").slot.masked, variable(export, "A").slot.hidden) == (None, None)


def test_pages_in_a_row_are_one_export(tmp_path: Path) -> None:
    page = json.dumps({"@type": "env_vars", "env_vars": [VARIABLE]})

    assert len(read(tmp_path, f"{page}\n{page}".encode()).variables) == 2


def test_no_variables_are_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"@type": "env_vars", "env_vars": []}', system="travis:")

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**VARIABLE, "value": 5}, "entry 2: expected value to be text"),
        ({**VARIABLE, "name": None}, "entry 2: expected name to be text"),
        ({**VARIABLE, "public": "yes"}, "entry 2: expected public to be true or false"),
        ({**VARIABLE, "branch": []}, "entry 2: expected branch to be text"),
        ([], "entry 2: expected an object"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps({"env_vars": [VARIABLE, broken, {**VARIABLE, "name": "B"}]}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x", "B": b"x"}, [detail], data)


@pytest.mark.parametrize("document", [{"env_vars": [VARIABLE], "note": "old"}, {"env_vars": [{**VARIABLE, "note": "old"}]}])
def test_text_beside_the_variables_is_read_as_text(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": b"x"}, (), data)
