from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.model import Reason
from scanner.sources.ci_exports import slot_id
from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values, variable
from tests.support import tokens

VARIABLE = {"variable_type": "env_var", "key": "NPM_TOKEN", "value": "plain", "protected": True, "masked": True, "environment_scope": "*"}


def test_project_export_gives_values_and_slots(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-project.json"), "vars.json", "gitlab-project@acme/web:")

    assert (export.container, export.path, export.platform, export.level) == ("gitlab-project:vars.json", "vars.json", "gitlab", "project")
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "RELEASE_KEY": key(2).encode(), "SIGNING_PASSPHRASE": None}
    assert (export.problems, export.text_fallback) == ((), None)


def test_slot_has_what_the_platform_says(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-project.json"), "vars.json", "gitlab-project@acme/web:")

    slot = variable(export, "RELEASE_KEY").slot
    assert slot.id == slot_id("gitlab", "acme/web", "project", "RELEASE_KEY", "production")
    assert (slot.platform, slot.level, slot.owner, slot.container, slot.name) == (
        "gitlab",
        "project",
        "acme/web",
        "gitlab-project:vars.json",
        "RELEASE_KEY",
    )
    assert (slot.environment_scope, slot.protected, slot.masked, slot.hidden) == ("production", True, True, False)
    assert (slot.allowed_projects, slot.updated_at) == (None, None)


def test_without_a_repository_the_container_owns_the_slots(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-project.json"), "vars.json", "gitlab-project:")

    assert {variable.slot.owner for variable in export.variables} == {"gitlab-project:vars.json"}


def test_file_variable_holds_a_file(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-project.json"))

    assert [variable.is_file for variable in export.variables] == [False, True, False]


def test_only_a_value_with_characters_that_json_escapes_was_encoded(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-project.json"))

    assert [(v.encoding, v.line, v.value_offset) for v in export.variables] == [((), None, None), (("json",), None, None), ((), None, None)]


def test_hidden_means_masked(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps([{**VARIABLE, "value": None, "hidden": True, "masked": False}]).encode())

    assert variable(export, "NPM_TOKEN").slot.masked is True


@pytest.mark.parametrize(
    ("fixture", "system", "container", "level"),
    [
        ("gitlab-project.json", "", "gitlab:export", "unknown"),
        ("gitlab-project.json", "gitlab:", "gitlab:export", "unknown"),
        ("gitlab-project.json", "gitlab-group:", "gitlab-group:export", "group"),
        ("gitlab-instance.json", "", "gitlab-instance:export", "instance"),
        ("gitlab-instance.json", "gitlab:", "gitlab:export", "instance"),
        ("glab-export.txt", "", "gitlab-group:export", "group"),
        ("glab-export.txt", "gitlab:", "gitlab:export", "group"),
        ("glab-export.txt", "gitlab-project:", "gitlab-project:export", "project"),
        ("glab-export-env.txt", "", "gitlab-project:export", "project"),
        ("gitlab-pages.json", "", "gitlab:export", "unknown"),
    ],
)
def test_level_is_named_or_told_by_the_content(tmp_path: Path, fixture: str, system: str, container: str, level: str) -> None:
    export = read(tmp_path, filled(fixture), system=system)

    assert (export.container, export.platform, export.level, export.problems) == (container, "gitlab", level, ())
    assert {variable.slot.level for variable in export.variables} == {level}
    assert values(export)["NPM_TOKEN"] == tokens.npm(1).encode()


def test_pages_in_a_row_are_one_export(tmp_path: Path) -> None:
    export = read(tmp_path, filled("gitlab-pages.json"))

    assert [(v.name, v.slot.environment_scope) for v in export.variables] == [("NPM_TOKEN", "*"), ("GH_TOKEN", "review/*")]


@pytest.mark.parametrize("text", [[[VARIABLE], [VARIABLE]], [VARIABLE, VARIABLE]], ids=["slurped", "flat"])
def test_array_of_pages_is_one_export(tmp_path: Path, text: object) -> None:
    assert [v.name for v in read(tmp_path, json.dumps(text).encode()).variables] == ["NPM_TOKEN", "NPM_TOKEN"]


def test_one_variable_alone_is_an_export(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps(VARIABLE).encode())

    assert (export.platform, values(export)) == ("gitlab", {"NPM_TOKEN": b"plain"})


def test_no_variables_are_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b"[]", system="gitlab-project:")

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)


def test_glab_that_exports_nothing_is_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, filled("glab-export-env.txt").partition(b"\n")[0] + b"\n")

    assert (export.container, export.variables, export.problems) == ("gitlab-project:export", (), ())


def test_glab_env_export_has_lines(tmp_path: Path) -> None:
    data = filled("glab-export-env.txt")

    found = variable(read(tmp_path, data), "STAGE")

    assert found.line == 3
    assert found.value_offset == data.index(b"production")


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**VARIABLE, "value": 5}, "entry 2: expected value to be text"),
        ({**VARIABLE, "value": ["a"]}, "entry 2: expected value to be text"),
        ({**VARIABLE, "key": None}, "entry 2: expected key to be text"),
        ({"value": "x", "protected": True}, "entry 2: expected key to be text"),
        ({**VARIABLE, "protected": "yes"}, "entry 2: expected protected to be true or false"),
        ({**VARIABLE, "hidden": 1}, "entry 2: expected hidden to be true or false"),
        ({**VARIABLE, "environment_scope": {}}, "entry 2: expected environment_scope to be text"),
        (float("nan"), "entry 2: expected an object"),
        ("text", "entry 2: expected an object"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([VARIABLE, broken, {**VARIABLE, "key": "LAST"}]).encode()

    export = read(tmp_path, data)

    assert [v.name for v in export.variables] == ["NPM_TOKEN", "LAST"]
    assert [(p.target, p.path, p.reason, p.detail) for p in export.problems] == [("gitlab:export", "export", Reason.MALFORMED, detail)]
    assert export.text_fallback == data


def test_name_that_an_object_has_twice_is_a_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b'[{"key":"A","value":"one","value":"two","protected":true}]')

    assert (export.variables, details(export)) == ((), ["entry 1: expected value to be once"])
    assert export.text_fallback is not None


@pytest.mark.parametrize("more", [{"description": "the old one was another"}, {"unheard": {"of": "this"}}])
def test_text_beside_the_value_is_read_as_text(tmp_path: Path, more: dict[str, object]) -> None:
    data = json.dumps([{**VARIABLE, **more}]).encode()

    export = read(tmp_path, data)

    assert (len(export.variables), export.problems, export.text_fallback) == (1, (), data)


def test_flat_map_is_a_project_export_if_the_user_says_so(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"NPM_TOKEN": "plain"}', system="gitlab-project:")

    assert (export.container, export.platform, export.level, values(export)) == (
        "gitlab-project:export",
        "gitlab",
        "project",
        {"NPM_TOKEN": b"plain"},
    )
