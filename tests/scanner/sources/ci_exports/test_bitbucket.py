from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

VARIABLE = {"type": "pipeline_variable", "uuid": "{1}", "key": "A", "value": "x", "secured": False}
OF_DEPLOYMENT = {**VARIABLE, "type": "deployment_variable"}


def test_repository_export_gives_values_and_slots(tmp_path: Path) -> None:
    export = read(tmp_path, filled("bitbucket-variables.json"), "vars.json", "bitbucket-repository@acme/web:")

    assert (export.container, export.platform, export.level) == ("bitbucket-repository:vars.json", "bitbucket", "project")
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "SIGNING_PASSPHRASE": None}
    assert [(v.slot.owner, v.slot.masked, v.slot.hidden) for v in export.variables] == [("acme/web", False, None), ("acme/web", True, True)]
    assert (export.problems, export.text_fallback) == ((), None)


@pytest.mark.parametrize(
    ("document", "system", "container", "level"),
    [
        (VARIABLE, "", "bitbucket:export", "unknown"),
        ([VARIABLE], "", "bitbucket:export", "unknown"),
        ({"values": [VARIABLE]}, "bitbucket:", "bitbucket:export", "unknown"),
        ([{"values": [VARIABLE]}], "bitbucket-workspace:", "bitbucket-workspace:export", "org"),
        (VARIABLE, "bitbucket-deployment:", "bitbucket-deployment:export", "environment"),
        ({"values": [OF_DEPLOYMENT]}, "", "bitbucket-deployment:export", "environment"),
        ({"values": [OF_DEPLOYMENT]}, "bitbucket:", "bitbucket:export", "environment"),
    ],
)
def test_level_is_named_or_told_by_the_content(tmp_path: Path, document: object, system: str, container: str, level: str) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.platform, export.level, export.problems) == (container, "bitbucket", level, ())
    assert values(export) == {"A": b"x"}


@pytest.mark.parametrize("hidden", [{}, {"value": None}, {"value": ""}])
def test_secured_variable_is_a_slot_without_a_value(tmp_path: Path, hidden: dict[str, object]) -> None:
    export = read(tmp_path, json.dumps([{"key": "A", "secured": True, **hidden}]).encode())

    assert (export.container, values(export)) == ("bitbucket:export", {"A": None})
    assert (variable(export, "A").slot.masked, variable(export, "A").slot.hidden) == (True, True)


def test_value_that_is_empty_and_open_is_one(tmp_path: Path) -> None:
    assert values(read(tmp_path, json.dumps([{**VARIABLE, "value": ""}]).encode())) == {"A": b""}


def test_pages_in_a_row_are_one_export(tmp_path: Path) -> None:
    page = json.dumps({"page": 1, "values": [VARIABLE]})

    assert [v.name for v in read(tmp_path, f"{page}{page}".encode()).variables] == ["A", "A"]


def test_no_variables_are_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"page": 1, "pagelen": 10, "size": 0, "values": []}', system="bitbucket-workspace:")

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**VARIABLE, "value": 5}, "entry 2: expected value to be text"),
        ({**VARIABLE, "key": None}, "entry 2: expected key to be text"),
        ({**VARIABLE, "secured": "yes"}, "entry 2: expected secured to be true or false"),
        ({"uuid": "{1}"}, "entry 2: expected key to be text"),
        ([], "entry 2: expected an object"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps({"values": [VARIABLE, broken, {**VARIABLE, "key": "B"}]}).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x", "B": b"x"}, [detail], data)


@pytest.mark.parametrize("document", [{"values": [VARIABLE], "next": "/2.0/page/2"}, {"values": [{**VARIABLE, "system": True}]}])
def test_text_beside_the_variables_is_read_as_text(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": b"x"}, (), data)
