from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.sources.ci_exports import slot_id
from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

GROUP = {"id": 1, "name": "release", "type": "Vsts", "variables": {"A": {"value": "x"}}}
DEFINITION = {"id": 7, "name": "publish", "revision": 3, "process": {}, "variables": {"A": {"value": "x"}}}


def test_group_export_gives_values_and_slots(tmp_path: Path) -> None:
    export = read(tmp_path, filled("azure-groups.json"), "groups.json", "azure-group@contoso/web:")

    assert (export.container, export.platform, export.level) == ("azure-group:groups.json", "azure", "variable_group")
    assert [(v.name, v.value and v.value.reveal(), v.slot.masked, v.slot.hidden) for v in export.variables] == [
        ("NPM_TOKEN", tokens.npm(1).encode(), False, None),
        ("SIGNING_PASSPHRASE", None, True, True),
        ("NPM_TOKEN", None, True, True),
    ]
    assert (export.problems, export.text_fallback) == ((), None)


def test_groups_tell_variables_of_one_name_apart(tmp_path: Path) -> None:
    export = read(tmp_path, filled("azure-groups.json"), system="azure-group@contoso/web:")

    assert [(v.slot.owner, v.slot.allowed_projects) for v in export.variables] == [
        ("contoso/web/release", ("web",)),
        ("contoso/web/release", ("web",)),
        ("contoso/web/vault", None),
    ]
    assert export.variables[0].slot.id == slot_id("azure", "contoso/web/release", "variable_group", "NPM_TOKEN", None)
    assert len({v.slot.id for v in export.variables}) == 3


def test_projects_that_would_fill_a_report_are_read_as_text(tmp_path: Path) -> None:
    references = [{"projectReference": {"name": f"project-{number}"}} for number in range(50_000)]
    variables = {f"A{number}": {"value": "x"} for number in range(10_000)}
    data = json.dumps({**GROUP, "variables": variables, "variableGroupProjectReferences": references}).encode()

    export = read(tmp_path, data)

    assert (len(export.variables), {v.slot.allowed_projects for v in export.variables}) == (10_000, {None})
    assert (export.problems, export.text_fallback) == ((), data)


def test_group_whose_name_looks_like_a_token_is_concealed_and_read_as_text(tmp_path: Path) -> None:
    data = json.dumps({**GROUP, "name": tokens.npm(5)}).encode()

    export = read(tmp_path, data)

    assert tokens.npm(5)[8:] not in export.variables[0].slot.owner
    assert export.text_fallback == data


def test_definition_is_the_scope_of_its_variables(tmp_path: Path) -> None:
    export = read(tmp_path, filled("azure-definition.json"), system="azure-pipeline@contoso/web:")

    assert (export.level, export.problems) == ("pipeline", ())
    assert [(v.name, v.slot.owner, v.slot.environment_scope, v.slot.masked, v.slot.hidden) for v in export.variables] == [
        ("NPM_TOKEN", "contoso/web", "nightly\\publish", False, None),
        ("GH_TOKEN", "contoso/web", "nightly\\publish", True, True),
    ]
    assert values(export)["NPM_TOKEN"] == tokens.npm(1).encode()


@pytest.mark.parametrize(("path", "scope"), [({}, "publish"), ({"path": "\\"}, "publish"), ({"path": "\\a\\b"}, "a\\b\\publish")])
def test_folder_of_a_definition_is_told(tmp_path: Path, path: dict[str, str], scope: str) -> None:
    export = read(tmp_path, json.dumps({**DEFINITION, **path}).encode())

    assert [v.slot.environment_scope for v in export.variables] == [scope]


@pytest.mark.parametrize(
    ("document", "system", "container", "level"),
    [
        (GROUP, "", "azure-group:export", "variable_group"),
        ([GROUP], "", "azure-group:export", "variable_group"),
        ([[GROUP], [GROUP]], "", "azure-group:export", "variable_group"),
        ({"count": 1, "value": [GROUP]}, "azure:", "azure:export", "variable_group"),
        (DEFINITION, "", "azure-pipeline:export", "pipeline"),
        ({"count": 1, "value": [DEFINITION]}, "azure:", "azure:export", "pipeline"),
        ({"A": {"isSecret": None, "value": "x"}}, "", "azure:export", "unknown"),
        ({"A": {"isSecret": None, "value": "x"}}, "azure-group:", "azure-group:export", "variable_group"),
        ({"A": {"allowOverride": None, "isSecret": None, "value": "x"}}, "", "azure-pipeline:export", "pipeline"),
        ({"variables": {"A": {"value": "x"}}}, "azure-group:", "azure-group:export", "variable_group"),
    ],
)
def test_level_is_named_or_told_by_the_content(tmp_path: Path, document: object, system: str, container: str, level: str) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.platform, export.level, export.problems) == (container, "azure", level, ())
    assert values(export) == {"A": b"x"}


def test_pages_in_a_row_are_one_export(tmp_path: Path) -> None:
    page = json.dumps({"count": 1, "value": [GROUP]})

    assert len(read(tmp_path, f"{page}\n{page}".encode()).variables) == 2


def test_no_groups_are_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"count": 0, "value": []}', system="azure-group:")

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)


@pytest.mark.parametrize("document", [{**DEFINITION, "variables": None}, {k: v for k, v in DEFINITION.items() if k != "variables"}])
def test_definition_without_variables_is_no_problem(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.container, export.variables, export.problems) == ("azure-pipeline:export", (), ())


def test_short_definitions_of_a_list_are_told_to_lack_variables(tmp_path: Path) -> None:
    short = {"id": 7, "name": "publish", "revision": 3, "type": "build"}

    export = read(tmp_path, json.dumps([short]).encode(), system="azure-pipeline:")

    assert (export.variables, details(export)) == ((), ["entry 1: expected variables to be an object"])


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "entry 2: expected an object"),
        ({**GROUP, "variables": []}, "entry 2: expected variables to be an object"),
        ({**GROUP, "variables": None}, "entry 2: expected variables to be an object"),
        ({**GROUP, "name": 5}, "entry 2: expected name to be text"),
        ({**GROUP, "variables": {"B": "x"}}, "entry 2: member 1: expected an object"),
        ({**GROUP, "variables": {"B": {"value": 5}}}, "entry 2: member 1: expected value to be text"),
        ({**GROUP, "variables": {"B": {"value": "x", "isSecret": "yes"}}}, "entry 2: member 1: expected isSecret to be true or false"),
        ({**GROUP, "variableGroupProjectReferences": [{"projectReference": {}}]}, "entry 2: expected name to be text"),
        ({**DEFINITION, "path": 5}, "entry 2: expected path to be text"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([GROUP, broken, {**GROUP, "variables": {"C": {"value": "z"}}}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x", "C": b"z"}, [detail], data)


def test_member_that_is_there_twice_is_a_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"type": "Vsts", "name": "a", "variables": {"A": {"value": "x", "value": "y"}, "B": {"value": "z"}}}')

    assert (values(export), details(export)) == ({"B": b"z"}, ["entry 1: member 1: expected value to be once"])


@pytest.mark.parametrize("more", [{"description": "see the other one"}, {"variables": {"A": {"value": "x", "contentType": "text"}}}])
def test_text_beside_the_variables_is_read_as_text(tmp_path: Path, more: dict[str, object]) -> None:
    data = json.dumps({**GROUP, **more}).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": b"x"}, (), data)
