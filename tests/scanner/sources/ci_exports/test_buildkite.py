from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

PIPELINE = {"slug": "publish", "builds_url": "/v2/organizations/acme/pipelines/publish/builds", "env": {"A": "x"}}
SECRET = {"id": "1", "key": "A", "cluster_url": "/v2/organizations/acme/clusters/3"}


def test_pipelines_give_values_and_are_their_scope(tmp_path: Path) -> None:
    data = filled("buildkite-pipelines.json")

    export = read(tmp_path, data, "pipelines.json", "buildkite@acme/web:")

    assert (export.container, export.platform, export.level) == ("buildkite:pipelines.json", "buildkite", "pipeline")
    assert values(export) == {"NPM_TOKEN": tokens.npm(1).encode(), "STAGE": b"production"}
    assert {(v.slot.owner, v.slot.environment_scope, v.slot.masked) for v in export.variables} == {("acme/web", "publish", None)}
    assert (export.problems, export.text_fallback) == ((), data)


def test_secrets_of_a_cluster_are_slots_without_values(tmp_path: Path) -> None:
    export = read(tmp_path, filled("buildkite-secrets.json"))

    assert (export.container, export.level, values(export)) == ("buildkite:export", "group", {"NPM_TOKEN": None})
    assert variable(export, "NPM_TOKEN").slot.updated_at == "2026-01-11T14:59:22Z"
    assert (export.problems, export.text_fallback) == ((), None)


@pytest.mark.parametrize(
    ("document", "system", "level", "value"),
    [
        (PIPELINE, "", "pipeline", b"x"),
        ([[PIPELINE]], "", "pipeline", b"x"),
        ({"env": {"A": "x"}}, "buildkite:", "pipeline", b"x"),
        (SECRET, "", "group", None),
        ([{"key": "A"}], "buildkite:", "group", None),
    ],
)
def test_level_is_told_by_the_content(tmp_path: Path, document: object, system: str, level: str, value: bytes | None) -> None:
    export = read(tmp_path, json.dumps(document).encode(), system=system)

    assert (export.container, export.level, values(export), export.problems) == ("buildkite:export", level, {"A": value}, ())


def test_pipelines_tell_variables_of_one_name_apart(tmp_path: Path) -> None:
    data = json.dumps([PIPELINE, {**PIPELINE, "slug": "docs"}]).encode()

    assert len({v.slot.id for v in read(tmp_path, data).variables}) == 2


@pytest.mark.parametrize(("written", "value"), [(5, b"5"), (True, b"true"), (None, None), ("", b"")])
def test_value_is_what_a_job_gets(tmp_path: Path, written: object, value: bytes | None) -> None:
    assert values(read(tmp_path, json.dumps({**PIPELINE, "env": {"A": written}}).encode())) == {"A": value}


@pytest.mark.parametrize("env", [None, {}])
def test_pipeline_without_variables_is_no_problem(tmp_path: Path, env: object) -> None:
    export = read(tmp_path, json.dumps([{**PIPELINE, "env": env}]).encode())

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        ({**PIPELINE, "slug": 5}, "entry 2: expected slug to be text"),
        ({**PIPELINE, "env": ["B=x"]}, "entry 2: expected env to be an object"),
        ({"slug": "docs"}, "entry 2: expected env to be an object"),
        ({**PIPELINE, "env": {"B": {}}}, "entry 2: member 1: expected text"),
        ({**SECRET, "key": None}, "entry 2: expected key to be text"),
        ({**SECRET, "updated_at": "yesterday"}, "entry 2: expected updated_at to be a time"),
        ("text", "entry 2: expected an object"),
    ],
)
def test_entry_of_wrong_types_is_a_problem_and_the_others_are_read(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([PIPELINE, broken, {**PIPELINE, "env": {"C": "z"}}]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x", "C": b"z"}, [detail], data)


@pytest.mark.parametrize("more", [{"description": "the old one"}, {"policy": "- pipeline_slug: publish"}, {"created_by": {"name": "A"}}])
def test_what_else_is_said_of_a_secret_is_read_as_text(tmp_path: Path, more: dict[str, object]) -> None:
    data = json.dumps([{**SECRET, **more}]).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": None}, (), data)
