from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
NAME = "projects/1/secrets/A"
CONTAINERS = {"containers": [{"name": "web", "env": [{"name": "A", "value": "x"}]}]}
SERVICE = {"name": "projects/acme/locations/europe-west1/services/web", "template": CONTAINERS}
FUNCTION = {"name": "projects/acme/locations/europe-west1/functions/web", "environmentVariables": {"A": "x"}}


@pytest.mark.parametrize("system", ["", "gcp:"])
@pytest.mark.parametrize(("fixture", "scope"), [("gcp-run.json", None), ("gcp-function.json", "release")])
def test_variables_have_values_and_what_comes_from_elsewhere_is_named(tmp_path: Path, system: str, fixture: str, scope: str | None) -> None:
    data = filled(fixture)

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("gcp:export", "gcp", "project", ())
    assert (values(export), export.text_fallback) == ({"NPM_TOKEN": NPM, "GH_TOKEN": None}, data)
    assert {v.slot.environment_scope for v in export.variables} == {scope}


@pytest.mark.parametrize(
    "document",
    [
        SERVICE,
        [SERVICE],
        {"services": [SERVICE], "nextPageToken": ""},
        {**SERVICE, "template": {"template": CONTAINERS}},
        {"apiVersion": "run.googleapis.com/v1", "spec": {"template": {"spec": {"template": {"spec": CONTAINERS}}}}},
        {"metadata": {"annotations": {"run.googleapis.com/ingress": "all"}}, "spec": {"template": {"spec": CONTAINERS}}},
        FUNCTION,
        {"functions": [FUNCTION]},
        {"name": FUNCTION["name"], "buildConfig": {"environmentVariables": {"A": "x"}}},
        {"name": FUNCTION["name"], "buildEnvironmentVariables": {"A": "x"}},
    ],
)
def test_variables_are_read_however_they_are_wrapped(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.platform, values(export), {v.slot.environment_scope for v in export.variables}) == ("gcp", {"A": b"x"}, {"web"})


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_version_of_a_secret_is_decoded_and_read_as_text_too(tmp_path: Path, encode: Callable[[bytes], bytes]) -> None:
    document = {"name": f"{NAME}/versions/3", "payload": {"data": encode(NPM + b"\xff\xfe\xfb").decode(), "dataCrc32c": "1"}}
    data = json.dumps(document).encode()

    export = read(tmp_path, data)

    assert (export.platform, export.level, export.problems, export.text_fallback) == ("gcp", "unknown", (), data)
    assert (values(export), variable(export, "A").encoding) == ({"A": NPM + b"\xff\xfe\xfb"}, ("base64",))


@pytest.mark.parametrize("name", [NAME, "projects/1/locations/europe-west1/secrets/A"])
def test_secrets_that_are_only_listed_are_slots_without_values(tmp_path: Path, name: str) -> None:
    export = read(tmp_path, json.dumps({"secrets": [{"name": name, "createTime": "2026-01-02T03:04:05.678901Z"}]}).encode())

    assert [(v.name, v.value, v.slot.updated_at) for v in export.variables] == [("A", None, "2026-01-02T03:04:05Z")]
    assert export.text_fallback is None


def test_knative_elsewhere_is_not_of_google(tmp_path: Path) -> None:
    data = json.dumps({"apiVersion": "serving.knative.dev/v1", "spec": {"template": {"spec": CONTAINERS}}}).encode()

    assert (read(tmp_path, data).platform, read(tmp_path, data, system="gcp:").platform) == ("unknown", "gcp")
    assert values(read(tmp_path, data, system="gcp:")) == {"A": b"x"}


def test_yaml_says_the_same(tmp_path: Path) -> None:
    data = (
        b"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  annotations: {run.googleapis.com/ingress: all}\n"
        b"spec:\n  template:\n    spec:\n      containers:\n      - env:\n        - name: A\n          value: x\n"
    )

    export = read(tmp_path, data)

    assert (export.platform, values(export), variable(export, "A").line, export.problems) == ("gcp", {"A": b"x"}, 11, ())


def test_map_is_of_gcp_if_the_user_says_so(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"A": "x"}', system="gcp:")

    assert (export.platform, export.level, values(export)) == ("gcp", "unknown", {"A": b"x"})


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "expected an object"),
        ({"name": "B"}, "expected a secret or something with variables"),
        ({"name": NAME, "payload": {"data": 5}}, "expected data to be text"),
        ({"name": NAME, "payload": {"data": "?"}}, "expected data to be base64"),
        ({"payload": {"data": ""}}, "expected name to be text"),
        ({"name": NAME, "createTime": "soon"}, "expected createTime to be a time"),
        ({"template": {"containers": ["B"]}}, "expected containers to be a list of objects"),
        ({"template": {"containers": [{"env": {}}]}}, "expected env to be a list of objects"),
        ({"template": {"containers": [{"env": [{"name": "B", "value": 5}]}]}}, "expected value to be text"),
        ({"environmentVariables": {"B": []}}, "expected text"),
        ({"environmentVariables": []}, "expected environmentVariables to be an object"),
        ({"secretEnvironmentVariables": [{"key": 5}]}, "expected key to be text"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([SERVICE, broken]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


@pytest.mark.parametrize("data", [b'{"template": {"containers": {}}}', b'{"buckets": [{"name": "a"}]}'])
def test_other_json_is_not_of_google(tmp_path: Path, data: bytes) -> None:
    assert details(read(tmp_path, data, system="gcp:")) == ["expected secrets, services, jobs or functions of Google Cloud as JSON or YAML"]
