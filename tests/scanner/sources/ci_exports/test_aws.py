from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
PARAMETER = {"Name": "A", "Type": "String", "Value": "x", "LastModifiedDate": 1767323045}
SECRET = {"ARN": "arn:aws:secretsmanager:eu-west-1:1:secret:A", "Name": "A", "SecretString": "x"}
FUNCTION = {"FunctionName": "release", "Environment": {"Variables": {"A": "x"}}}
TASK = {"containerDefinitions": [{"name": "web", "environment": [{"name": "A", "value": "x"}]}]}
BUILD = {"name": "web", "environment": {"environmentVariables": [{"name": "A", "value": "x"}]}}


@pytest.mark.parametrize("system", ["", "aws:"])
@pytest.mark.parametrize(
    ("fixture", "level", "slots"),
    [
        (
            "aws-ssm.json",
            "unknown",
            [("NPM_TOKEN", "/prod/web", NPM), ("STAGE", None, b"live"), ("GH_TOKEN", "/prod", None)],
        ),
        ("aws-secret.json", "unknown", [("release", "prod", b'{"NPM_TOKEN": "%b", "user": "bot"}' % NPM)]),
        ("aws-lambda.json", "project", [("NPM_TOKEN", "release", NPM), ("STAGE", "release", b"live")]),
        ("aws-ecs.json", "project", [("NPM_TOKEN", "web", NPM), ("GH_TOKEN", "web", None)]),
        ("aws-codebuild.json", "project", [("NPM_TOKEN", "web", NPM), ("GH_TOKEN", "web", None)]),
    ],
)
def test_slots_are_told_apart_by_where_they_are(
    tmp_path: Path, system: str, fixture: str, level: str, slots: list[tuple[str, str | None, bytes | None]]
) -> None:
    export = read(tmp_path, filled(fixture), system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("aws:export", "aws", level, ())
    assert [(v.name, v.slot.environment_scope, v.value and v.value.reveal()) for v in export.variables] == slots


@pytest.mark.parametrize(("fixture", "times"), [("aws-ssm.json", 3), ("aws-secret.json", 1)])
def test_times_are_in_utc_and_nothing_is_left(tmp_path: Path, fixture: str, times: int) -> None:
    export = read(tmp_path, filled(fixture))

    assert [v.slot.updated_at for v in export.variables] == ["2026-01-02T03:04:05Z"] * times
    assert export.text_fallback is None


@pytest.mark.parametrize(
    "document",
    [
        {"Parameters": [PARAMETER], "NextToken": None},
        {"Parameter": PARAMETER},
        [{"Parameters": [PARAMETER]}],
        SECRET,
        {"SecretValues": [SECRET], "Errors": []},
        {"Configuration": FUNCTION},
        {"Configuration": FUNCTION, "Code": {"Location": "here"}},
        {"Functions": [FUNCTION]},
        TASK,
        {"taskDefinition": TASK, "tags": [{"key": "a", "value": "b"}]},
        BUILD,
        {"projects": [BUILD]},
        {"builds": [{**BUILD, "projectName": "web"}]},
    ],
)
def test_variables_are_read_however_they_are_wrapped(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.platform, values(export), export.problems) == ("aws", {"A": b"x"}, ())


def test_pages_in_a_row_are_one_export(tmp_path: Path) -> None:
    page = json.dumps({"Parameters": [PARAMETER]}).encode()

    assert len(read(tmp_path, page + b"\n" + page).variables) == 2


def test_secrets_that_are_only_listed_are_slots_without_values(tmp_path: Path) -> None:
    listed = {"ARN": SECRET["ARN"], "Name": "prod/A", "LastChangedDate": "2026-01-02T04:04:05+01:00"}

    export = read(tmp_path, json.dumps({"SecretList": [listed]}).encode())

    assert [(v.name, v.value, v.slot.updated_at) for v in export.variables] == [("A", None, "2026-01-02T03:04:05Z")]


@pytest.mark.parametrize("value", [b"\x00\xff", b"", NPM], ids=["binary", "empty", "token"])
def test_binary_secret_is_decoded_and_read_as_text_too(tmp_path: Path, value: bytes) -> None:
    data = json.dumps({**SECRET, "SecretString": None, "SecretBinary": b64encode(value).decode()}).encode()

    export = read(tmp_path, data)

    assert (values(export), variable(export, "A").encoding, export.text_fallback) == ({"A": value}, ("base64",), data)


def test_value_that_is_still_enciphered_fills_no_slot_and_is_read_as_text(tmp_path: Path) -> None:
    data = json.dumps([{**PARAMETER, "Type": "SecureString", "Value": "AQICA" + tokens.base62(1, 200)}]).encode()

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": None}, (), data)


def test_map_is_of_aws_if_the_user_says_so(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"A": "x"}', system="aws:")

    assert (export.platform, export.level, values(export)) == ("aws", "unknown", {"A": b"x"})


@pytest.mark.parametrize("item", [{"Name": "A", "Value": "x"}, {"Name": "A", "SecretString": "x"}])
def test_less_is_enough_if_the_user_says_what_it_is(tmp_path: Path, item: dict[str, str]) -> None:
    assert values(read(tmp_path, json.dumps(item).encode(), system="aws:")) == {"A": b"x"}


def test_no_parameters_are_no_problem(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"Parameters": [], "InvalidParameters": []}', system="aws:")

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "expected an object"),
        ({"Name": "B"}, "expected a parameter, a secret or something with variables"),
        ({**PARAMETER, "Value": 5}, "expected Value to be text"),
        ({**PARAMETER, "Name": None}, "expected Name to be text"),
        ({**PARAMETER, "LastModifiedDate": 1e308}, "expected LastModifiedDate to be a time"),
        ({**SECRET, "SecretString": {}}, "expected SecretString to be text"),
        ({**SECRET, "SecretBinary": "ä"}, "expected SecretBinary to be base64"),
        ({**SECRET, "SecretBinary": "a"}, "expected SecretBinary to be base64"),
        ({**FUNCTION, "FunctionArn": "a", "Environment": []}, "expected Environment to be an object"),
        ({**FUNCTION, "Environment": {"Variables": {"B": []}}}, "expected text"),
        ({"containerDefinitions": [5]}, "expected containerDefinitions to be a list of objects"),
        ({"containerDefinitions": [{"environment": {}}]}, "expected environment to be a list of objects"),
        ({"containerDefinitions": [{"secrets": [{"name": 5}]}]}, "expected name to be text"),
        ({"environment": {"environmentVariables": ["B"]}}, "expected environmentVariables to be a list of objects"),
        ({"environment": {"environmentVariables": [{"name": "B", "type": 5}]}}, "expected type to be text"),
    ],
)
def test_entry_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([PARAMETER, broken]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"x"}, [f"entry 2: {detail}"], data)


@pytest.mark.parametrize(
    "document",
    [{**PARAMETER, "Description": "y"}, {**SECRET, "Description": "y"}, FUNCTION, TASK, BUILD, {"Parameters": [PARAMETER], "Note": "y"}],
)
def test_text_beside_the_values_is_read_as_text(tmp_path: Path, document: object) -> None:
    data = json.dumps(document).encode()

    assert read(tmp_path, data).text_fallback == data


@pytest.mark.parametrize("data", [b'{"Environment": {"Variables": []}}', b'{"Buckets": [{"Name": "a"}]}'])
def test_other_json_is_not_of_aws(tmp_path: Path, data: bytes) -> None:
    expected = "expected parameters, secrets, functions, task definitions or build projects of AWS as JSON"

    assert details(read(tmp_path, data, system="aws:")) == [expected]
