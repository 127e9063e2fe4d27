from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

WEB = {"image": "a", "environment": {"A": "x"}}


def dump(document: object) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("system", ["", "compose:"])
def test_services_have_variables_and_name_what_they_get(tmp_path: Path, system: str) -> None:
    data = filled("compose-services.yaml")

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("compose:export", "compose", "project", ())
    assert [(v.slot.owner, v.name, v.is_file) for v in export.variables] == [
        ("compose:export/web", "NPM_TOKEN", False),
        ("compose:export/web", "STAGE", False),
        ("compose:export/web", "release.env", True),
        ("compose:export/web", "signing", True),
        ("compose:export/worker", "GH_TOKEN", False),
        ("compose:export", "signing", True),
    ]
    assert values(export) == {
        "NPM_TOKEN": tokens.npm(1).encode(),
        "STAGE": None,
        "release.env": None,
        "signing": None,
        "GH_TOKEN": tokens.ghp(2).encode(),
    }
    assert (variable(export, "NPM_TOKEN").line, variable(export, "GH_TOKEN").line) == (5, 12)
    assert variable(export, "GH_TOKEN").value_offset == data.index(tokens.ghp(2).encode())
    assert export.text_fallback == data


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"environment": ["A=x=y", "B"]}, {"A": b"x=y", "B": None}),
        ({"environment": {"A": None, "B": 5, "C": True, "D": ""}}, {"A": None, "B": b"5", "C": b"true", "D": b""}),
        ({"build": {"args": {"A": "x"}}}, {"A": b"x"}),
        ({"build": {"secrets": ["A", {"source": "B"}]}}, {"A": None, "B": None}),
        ({"build": "."}, {}),
        ({"env_file": "a.env"}, {"a.env": None}),
        ({"env_file": ["a.env", {"path": "b.env", "required": False}]}, {"a.env": None, "b.env": None}),
        ({"configs": [{"source": "A", "target": "/b"}]}, {"A": None}),
        ({"labels": {"A": "x"}, "image": "b"}, {}),
    ],
)
def test_service_may_be_written_in_several_ways(tmp_path: Path, service: dict[str, Any], expected: dict[str, bytes | None]) -> None:
    export = read(tmp_path, dump({"services": {"web": service, "none": None}}), system="compose:")

    assert (values(export), export.problems) == (expected, ())


def test_secrets_and_configs_have_the_content_that_is_given(tmp_path: Path) -> None:
    document = {"services": {"web": WEB}, "secrets": {"S": {"environment": "T"}}, "configs": {"C": {"content": "x"}, "D": None}}

    export = read(tmp_path, dump(document))

    assert values(export) == {"A": b"x", "S": None, "C": b"x", "D": None}


def test_anchors_and_merge_keys_are_followed(tmp_path: Path) -> None:
    data = b"x-all: &all {A: x, B: y}\nservices:\n  web:\n    image: a\n    environment:\n      <<: *all\n      B: z\n"

    export = read(tmp_path, data)

    assert (export.platform, values(export), variable(export, "A").line) == ("compose", {"A": b"x", "B": b"z"}, 1)


@pytest.mark.parametrize("name", ["docker-compose.staging.yml", "compose.staging.yaml"])
def test_environment_is_in_the_name_of_the_file(tmp_path: Path, name: str) -> None:
    export = read(tmp_path, dump({"services": {"web": WEB}}), name)

    assert {v.slot.environment_scope for v in export.variables} == {"staging"}


@pytest.mark.parametrize(
    ("service", "detail"),
    [
        (5, "expected an object"),
        ({"environment": "A=x"}, "expected environment to be a map or a list of text"),
        ({"environment": [{}]}, "expected environment to be a map or a list of text"),
        ({"environment": {"A": []}}, "expected text"),
        ({"env_file": 5}, "expected env_file to be names"),
        ({"secrets": [{"source": []}]}, "expected source to be text"),
    ],
)
def test_service_of_wrong_types_is_a_problem(tmp_path: Path, service: object, detail: str) -> None:
    data = dump({"services": {"web": WEB, "other": service}})

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 1: member 2: {detail}"], data)


@pytest.mark.parametrize(
    "data",
    [
        b"services:\n  _defaults: {autowire: true}\n",
        b"services:\n- name: web\n  image: a\n",
        b"services:\n  web: {image: a}\njobs: {}\n",
        b"a: b\n",
    ],
)
def test_other_services_are_not_of_compose(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "compose"


def test_damaged_file_says_where(tmp_path: Path) -> None:
    expected = ["line 2, column 6: expected a comma or the end of the mapping"]

    assert details(read(tmp_path, b"services:\n  a: {\n", "compose.yaml")) == ["line 3, column 1: expected a value"]
    assert details(read(tmp_path, b"services:\n a: {b ]\n", system="compose:")) == [expected[0].replace("column 6", "column 8")]
    assert details(read(tmp_path, b"a: b\n", system="compose:")) == ["expected services of Compose as YAML or JSON"]
