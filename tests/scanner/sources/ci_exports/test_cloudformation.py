from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM, GHP = tokens.npm(1).encode(), tokens.ghp(2).encode()


def template(kind: str, properties: object) -> bytes:
    return json.dumps({"Resources": {"R": {"Type": f"AWS::{kind}", "Properties": properties}}}).encode()


PAIRS = [{"Name": "A", "Value": "x"}]
OPTION: dict[str, Any] = {"Namespace": "aws:elasticbeanstalk:application:environment", "OptionName": "A", "Value": "x"}


@pytest.mark.parametrize("system", ["", "aws:"])
@pytest.mark.parametrize(
    ("fixture", "level", "expected"),
    [
        ("aws-template.yaml", "project", {"NpmToken": NPM, "NPM_TOKEN": None, "GH_TOKEN": GHP}),
        ("aws-template.json", "project", {"NPM_TOKEN": NPM, "GH_TOKEN": None}),
        ("aws-beanstalk.json", "environment", {"NPM_TOKEN": NPM, "DBPassword": None}),
    ],
)
def test_variables_are_read(tmp_path: Path, system: str, fixture: str, level: str, expected: dict[str, bytes | None]) -> None:
    data = filled(fixture)

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("aws:export", "aws", level, ())
    assert (values(export), export.text_fallback) == (expected, data)


def test_parameter_is_masked_and_variables_are_in_their_resource(tmp_path: Path) -> None:
    export = read(tmp_path, filled("aws-template.yaml"))

    assert [(v.name, v.slot.environment_scope, v.slot.masked, v.line) for v in export.variables] == [
        ("NpmToken", None, True, 3),
        ("NPM_TOKEN", "Release", None, None),
        ("GH_TOKEN", "Release", None, 11),
    ]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("Serverless::Function", {"Environment": {"Variables": {"A": "x"}}}),
        ("CodeBuild::Project", {"Environment": {"Image": "a", "EnvironmentVariables": PAIRS}}),
        ("ECS::TaskDefinition", {"ContainerDefinitions": [{"Name": "c", "Environment": PAIRS}]}),
        ("Batch::JobDefinition", {"ContainerProperties": {"Environment": PAIRS}}),
        ("Amplify::App", {"EnvironmentVariables": PAIRS}),
        ("ElasticBeanstalk::Environment", {"OptionSettings": [OPTION]}),
        ("SSM::Parameter", {"Name": "A", "Value": "x"}),
        (
            "AppRunner::Service",
            {"SourceConfiguration": {"ImageRepository": {"ImageConfiguration": {"RuntimeEnvironmentVariables": PAIRS}}}},
        ),
    ],
)
def test_environment_is_found_in_every_kind_of_resource(tmp_path: Path, kind: str, properties: object) -> None:
    export = read(tmp_path, template(kind, properties))

    assert (export.platform, values(export), export.problems) == ("aws", {"A": b"x"}, ())
    assert {v.slot.environment_scope for v in export.variables} == {"R"}


@pytest.mark.parametrize(
    "value",
    [{"Ref": "P"}, {"Fn::Sub": "x"}, "{{resolve:secretsmanager:a}}", ["x"]],
)
def test_what_is_put_in_later_is_named(tmp_path: Path, value: object) -> None:
    assert values(read(tmp_path, template("Lambda::Function", {"Environment": {"Variables": {"A": value}}}))) == {"A": None}


@pytest.mark.parametrize("kind", ["PARAMETER_STORE", "SECRETS_MANAGER"])
def test_what_is_kept_elsewhere_is_named(tmp_path: Path, kind: str) -> None:
    pairs = [{"Name": "A", "Value": "x", "Type": kind}]

    assert values(read(tmp_path, template("CodeBuild::Project", {"Environment": {"EnvironmentVariables": pairs}}))) == {"A": None}


@pytest.mark.parametrize("variables", [{"Fn::If": ["a", "b", "c"]}, {"Ref": "P"}])
def test_environment_that_is_put_in_later_has_no_variables(tmp_path: Path, variables: object) -> None:
    assert read(tmp_path, template("Lambda::Function", {"Environment": {"Variables": variables}})).variables == ()


def test_stack_has_parameters_and_hides_some(tmp_path: Path) -> None:
    parameters = [{"ParameterKey": "A", "ParameterValue": "****"}, {"ParameterKey": "B", "ParameterValue": "x"}]

    for document in ({"Stacks": [{"StackName": "s", "Parameters": parameters}]}, parameters):
        export = read(tmp_path, json.dumps(document).encode())

        assert (export.platform, values(export), variable(export, "A").slot.hidden) == ("aws", {"A": None, "B": b"x"}, True)


@pytest.mark.parametrize("body", [{"Resources": {}, "AWSTemplateFormatVersion": "1", "Parameters": {"A": {"Default": "x"}}}, None])
def test_template_may_be_inside_an_answer(tmp_path: Path, body: object) -> None:
    text = "AWSTemplateFormatVersion: 1\nResources: {}\nParameters:\n  A: {Default: x}\n"

    export = read(tmp_path, json.dumps({"TemplateBody": body or text}).encode())

    assert (values(export), variable(export, "A").line, variable(export, "A").value_offset) == ({"A": b"x"}, None, None)


@pytest.mark.parametrize(
    ("template_", "detail"),
    [
        ({"Parameters": {"B": 5}}, "member 1: expected an object"),
        ({"Parameters": []}, "expected Parameters to be an object"),
        ({"Resources": {"R": {"Type": "AWS::A", "Properties": {"EnvironmentVariables": [5]}}}}, "member 1: expected an object"),
        ({"Resources": {"R": {"Type": "AWS::A", "Properties": 5}}}, "member 1: expected Properties to be an object"),
    ],
)
def test_template_of_wrong_types_is_a_problem(tmp_path: Path, template_: dict[str, object], detail: str) -> None:
    data = json.dumps({"AWSTemplateFormatVersion": "1", "Resources": {}, **template_}).encode()

    export = read(tmp_path, data)

    assert (export.platform, details(export), export.text_fallback) == ("aws", [f"entry 1: {detail}"], data)


@pytest.mark.parametrize(
    "text",
    [
        "option_settings:\n  aws:elasticbeanstalk:application:environment:\n    A: x\n  aws:autoscaling:asg: {MinSize: 1}\n",
        "option_settings:\n- {namespace: 'aws:elasticbeanstalk:application:environment', option_name: A, value: x}\n",
        "EnvironmentName: live\nOptionSettings:\n  aws:elasticbeanstalk:application:environment: {A: x}\n",
        json.dumps({"option_settings": [{**OPTION, "namespace": OPTION["Namespace"], "option_name": "A", "value": "x"}]}),
    ],
)
def test_settings_of_beanstalk_are_written_in_several_ways(tmp_path: Path, text: str) -> None:
    export = read(tmp_path, text.encode(), "01.config")

    assert (export.platform, export.level, values(export), export.problems) == ("aws", "environment", {"A": b"x"}, ())


def test_damaged_template_says_where(tmp_path: Path) -> None:
    data = b"AWSTemplateFormatVersion: 1\nResources: [\n"

    assert details(read(tmp_path, data)) == ["line 3, column 1: expected a value"]
    assert details(read(tmp_path, data, system="aws:")) == ["line 3, column 1: expected a value"]


@pytest.mark.parametrize("data", [b"Resources: {A: {Type: b}}\n", b"option_settings: {a: b}\n", b'{"Resources": []}', b"Parameters: x\n"])
def test_other_content_is_not_of_aws(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "aws"
