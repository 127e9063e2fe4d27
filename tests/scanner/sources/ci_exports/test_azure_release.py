from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

NPM = tokens.npm(1).encode()
GROUP = {"id": 4, "name": "shared", "type": "Vsts", "variables": {"C": {"value": "z"}}}
ENVIRONMENT = {"id": 1, "name": "Production", "variables": {"B": {"value": "y"}}}
DEFINITION = {
    "id": 3,
    "name": "deploy",
    "path": "\\",
    "releaseNameFormat": "",
    "variables": {"A": {"value": "x"}},
    "environments": [ENVIRONMENT],
}
RELEASE = {"id": 9, "name": "Release-9", "releaseDefinition": {"id": 3, "name": "deploy", "path": "\\web"}, "environments": [ENVIRONMENT]}


@pytest.mark.parametrize("system", ["", "azure:", "azure-release:"])
def test_variables_are_those_of_the_definition_and_of_its_environments(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, filled("azure-release.json"), system=system)

    assert (export.container, export.level, export.problems) == (f"{system or 'azure-pipeline:'}export", "pipeline", ())
    assert values(export) == {"STAGE": b"live", "NPM_TOKEN": NPM, "GH_TOKEN": None}
    assert [(v.slot.level, v.slot.environment_scope, v.slot.masked, v.slot.hidden) for v in export.variables] == [
        ("pipeline", "web\\deploy", False, None),
        ("environment", "web\\deploy\\Production", False, None),
        ("environment", "web\\deploy\\Production", True, True),
    ]


def test_release_is_of_its_definition(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps(RELEASE).encode())

    assert [(v.slot.level, v.slot.environment_scope) for v in export.variables] == [("environment", "web\\deploy\\Production")]


def test_groups_that_are_there_as_a_whole_have_their_own_slots(tmp_path: Path) -> None:
    release = {**RELEASE, "variableGroups": [GROUP, 5], "environments": [{**ENVIRONMENT, "variableGroups": [{**GROUP, "name": "live"}]}]}
    build = {"id": 1, "name": "build", "process": {}, "revision": 1, "variableGroups": [GROUP]}

    of_release = read(tmp_path, json.dumps(release).encode(), system="azure-release@acme/web:")
    of_build = read(tmp_path, json.dumps(build).encode(), system="azure-pipeline@acme/web:")
    alone = read(tmp_path, json.dumps(GROUP).encode(), system="azure-group@acme/web:")

    assert [(v.name, v.slot.level, v.slot.owner) for v in of_release.variables] == [
        ("C", "variable_group", "acme/web/shared"),
        ("B", "environment", "acme/web"),
        ("C", "variable_group", "acme/web/live"),
    ]
    assert of_release.variables[0].slot.id == of_build.variables[0].slot.id == alone.variables[0].slot.id


def test_pages_of_definitions_are_one_export(tmp_path: Path) -> None:
    page = {"count": 2, "value": [DEFINITION, {k: v for k, v in DEFINITION.items() if k != "variables"}]}

    export = read(tmp_path, json.dumps(page).encode())

    assert ([v.name for v in export.variables], export.problems) == (["A", "B", "B"], ())


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**DEFINITION, "environments": [5]}, "entry 2: expected environments to be a list of objects"),
        ({**DEFINITION, "environments": [{"variables": {}}]}, "entry 2: environment 1: expected name to be text"),
        ({**DEFINITION, "environments": [{"name": "a", "variables": []}]}, "entry 2: environment 1: expected variables to be an object"),
        ({**DEFINITION, "environments": [{"name": "a", "variables": {"B": 5}}]}, "entry 2: member 1: expected an object"),
        ({**DEFINITION, "variables": []}, "entry 2: expected variables to be an object"),
        ({**DEFINITION, "releaseDefinition": []}, "entry 2: expected releaseDefinition to be an object"),
        ({**DEFINITION, "variableGroups": [{"name": 5}]}, "entry 2: expected name to be text"),
    ],
)
def test_definition_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([DEFINITION, broken]).encode()

    export = read(tmp_path, data)

    assert (values(export)["A"], details(export), export.text_fallback) == (b"x", [detail], data)
