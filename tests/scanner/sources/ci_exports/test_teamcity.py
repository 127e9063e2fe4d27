from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Reason
from scanner.sources.ci_exports.teamcity import _KEY
from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM = tokens.npm(1).encode()
SCHEMA = 'xsi:noNamespaceSchemaLocation="https://www.jetbrains.com/teamcity/schemas/2024.3/project-config.xsd"'
EMPTY = "zxx775d03cbe80d301b"
"""What TeamCity writes for an empty password, in every public project that has one."""
SEALED = "expected a value that TeamCity scrambled with its own key"


def scrambled(plain: bytes) -> str:
    padder = PKCS7(64).padder()
    encryptor = Cipher(TripleDES(_KEY), modes.ECB()).encryptor()  # noqa: S305 - what TeamCity chose
    return "zxx" + (encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()).hex()


def document(root: str, inner: str, attributes: str = SCHEMA) -> bytes:
    return f"<?xml version='1.0'?>\n<{root} {attributes}>{inner}</{root}>".encode()


def test_empty_password_of_every_teamcity_is_empty() -> None:
    assert scrambled(b"") == EMPTY


@pytest.mark.parametrize("system", ["", "teamcity:"])
def test_parameters_of_a_project_are_slots(tmp_path: Path, system: str) -> None:
    data = filled("teamcity-project.xml")

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level) == ("teamcity:export", "teamcity", "project")
    assert (values(export), export.problems, export.text_fallback) == ({"env.NPM_TOKEN": NPM, "env.GH_TOKEN": None}, (), data)
    found = variable(export, "env.NPM_TOKEN")
    assert (found.line, found.value_offset, found.encoding) == (5, data.index(NPM), ())
    assert [(v.slot.masked, v.slot.hidden, v.slot.environment_scope) for v in export.variables] == [(False, None, None), (True, None, None)]


@pytest.mark.parametrize(
    ("root", "level"),
    [("project", "project"), ("build-type", "pipeline"), ("template", "pipeline"), ("meta-runner", "pipeline")],
)
def test_level_is_that_of_the_file(tmp_path: Path, root: str, level: str) -> None:
    inner = '<settings><parameters><param name="a" value="1 &lt; 2"/><param name="b"><![CDATA[x\ny]]></param></parameters></settings>'

    export = read(tmp_path, document(root, inner))

    assert (export.level, values(export), export.problems) == (level, {"a": b"1 < 2", "b": b"x\ny"}, ())
    assert [(v.encoding, v.slot.masked) for v in export.variables] == [(("xml",), None)] * 2


def test_scrambled_password_is_undone_in_the_text_too(tmp_path: Path) -> None:
    hidden = scrambled(NPM)
    data = document("project", f'<parameters><param name="a" value="{hidden}" spec="password"/></parameters>')

    export = read(tmp_path, data)

    assert (values(export), export.problems) == ({"a": NPM}, ())
    assert (variable(export, "a").encoding, variable(export, "a").slot.masked) == (("scrambled",), True)
    assert export.text_fallback == data.replace(f'{hidden}"'.encode(), NPM + b'"' + b" " * (len(hidden) - len(NPM)))


@pytest.mark.parametrize(("plain", "shown"), [(b'a"b', b"a&quot;b"), (b"<&", b"&lt;&amp;"), (b"a\nb", b""), (b'"' * 30, b"")])
def test_value_in_the_text_stays_in_its_place(tmp_path: Path, plain: bytes, shown: bytes) -> None:
    hidden = scrambled(plain)
    data = document("project", f"<parameters>\n<param name='a' value='{hidden}'/>\n</parameters>")

    export = read(tmp_path, data)

    assert values(export) == {"a": plain}
    assert export.text_fallback == data.replace(f"{hidden}'".encode(), (shown + b"'").ljust(len(hidden) + 1))


@pytest.mark.parametrize("hidden", ["zxx", "zxx1234", "zxx" + "zz" * 8, "zxx" + "00" * 8, scrambled(NPM)[:-16], "zxx" + "0" * 15])
def test_password_that_another_key_hides_is_a_slot_without_value_and_is_told(tmp_path: Path, hidden: str) -> None:
    data = document("project", f'<parameters>\n<param name="a" value="{hidden}" spec="password"/></parameters>')

    export = read(tmp_path, data)

    assert (values(export), details(export), export.problems[0].reason) == ({"a": None}, [f"line 3: {SEALED}"], Reason.ENCRYPTED)
    assert export.text_fallback == data


def test_only_what_is_secret_of_steps_roots_and_connections_is_a_slot(tmp_path: Path) -> None:
    inner = f"""
      <project-extensions><extension id="PROJECT_EXT_1" type="OAuthProvider"><parameters>
        <param name="clientId" value="x"/><param name="secure:clientSecret" value="{scrambled(NPM)}"/>
      </parameters></extension></project-extensions>
      <build-runners><runner id="RUNNER_7" type="jetbrains.exec"><parameters><param name="script" value="x"/></parameters></runner></build-runners>"""

    project = read(tmp_path, document("project", inner))
    root = read(tmp_path, document("vcs-root", f'<param name="url" value="x"/><param name="secure:password" value="{scrambled(b"y")}"/>', f'type="jetbrains.git" {SCHEMA}'))  # fmt: skip

    assert [(v.name, v.slot.environment_scope, v.slot.masked) for v in project.variables] == [
        ("secure:clientSecret", "PROJECT_EXT_1", True)
    ]
    assert [(v.name, v.slot.environment_scope) for v in root.variables] == [("secure:password", "jetbrains.git")]
    assert (values(project), values(root)) == ({"secure:clientSecret": NPM}, {"secure:password": b"y"})


@pytest.mark.parametrize("system", ["", "teamcity:"])
def test_parameters_of_the_api_are_slots(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, filled("teamcity-parameters.json"), system=system)

    assert (export.container, export.level, export.problems) == ("teamcity:export", "project", ())
    assert values(export) == {"env.NPM_TOKEN": NPM, "env.GH_TOKEN": None}
    assert [(v.slot.masked, v.slot.hidden) for v in export.variables] == [(False, None), (True, True)]


@pytest.mark.parametrize(
    ("address", "level"),
    [("projects/id:A/parameters", "project"), ("buildTypes/id:A/parameters", "pipeline"), ("2018.1/projects/id:A/parameters", "project"), ("agents", "unknown")],
)  # fmt: skip
def test_answer_as_xml_says_the_same(tmp_path: Path, address: str, level: str) -> None:
    inner = '<property name="a" value="x" inherited="true"/><property name="b"><type rawValue="password display=\'hidden\'"/></property>'

    export = read(tmp_path, document("properties", inner, f'count="2" href="/app/rest/{address}"'))

    assert (export.platform, export.level, values(export), export.problems) == ("teamcity", level, {"a": b"x", "b": None}, ())
    assert [v.slot.hidden for v in export.variables] == [None, True]


def test_build_configuration_of_the_api_has_steps(tmp_path: Path) -> None:
    step = {"id": "RUNNER_1", "type": "npm", "properties": {"property": [{"name": "goal", "value": "x"}, {"name": "secure:token"}]}}
    answer = {
        "id": "Web_Build",
        "href": "/app/rest/buildTypes/id:Web_Build",
        "parameters": {"property": [{"name": "env.A", "value": "y"}], "href": "/app/rest/buildTypes/id:Web_Build/parameters"},
        "steps": {"count": 1, "step": [step]},
    }

    export = read(tmp_path, json.dumps(answer).encode())

    assert (export.level, values(export)) == ("pipeline", {"env.A": b"y", "secure:token": None})
    assert variable(export, "secure:token").slot.environment_scope == "RUNNER_1"


@pytest.mark.parametrize(
    ("said", "value", "count"),
    [(scrambled(NPM), NPM, 0), ("credentialsJSON:0de62264", None, 0), ("zxx00", None, 1), ('a"b', b'a"b', 0)],
)
def test_value_of_the_api_is_read_as_that_of_a_file(tmp_path: Path, said: str, value: bytes | None, count: int) -> None:
    answer = {"property": [{"name": "a", "value": said, "type": {"rawValue": "password"}}]}

    export = read(tmp_path, json.dumps(answer).encode())

    assert (values(export), details(export)) == ({"a": value}, [f"variable 1: {SEALED}"] * count)


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "variable 2: expected an object"),
        ({"name": 5}, "variable 2: expected name to be text"),
        ({"name": "b", "value": 5}, "variable 2: expected value to be text"),
        ({"name": "b", "type": []}, "variable 2: expected type to be an object"),
        ({"name": "b", "type": {"rawValue": 5}}, "variable 2: expected rawValue to be text"),
    ],
)
def test_parameter_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    answer = {"href": "/app/rest/projects/A", "property": [{"name": "a", "value": "x"}, broken]}

    export = read(tmp_path, json.dumps(answer).encode())

    assert (values(export), details(export)) == ({"a": b"x"}, [detail])


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (document("project", "<parameters>\n<param value='x'/></parameters>"), "line 3: expected a parameter with its name"),
        (document("project", "<parameters><param name='a' value='x'/></project>"), "line 2, column 152: expected the end tag of the element that is open"),
        (b"<project/>", "expected settings of TeamCity as XML or parameters from its API"),
        (b'{"a": []}', "expected settings of TeamCity as XML or parameters from its API"),
        (b"nothing", "expected settings of TeamCity as XML or parameters from its API"),
        (b"<project", "line 1, column 1: expected the end of the tag that begins here"),
    ],
)  # fmt: skip
def test_what_is_damaged_or_no_such_file_is_told(tmp_path: Path, data: bytes, detail: str) -> None:
    export = read(tmp_path, data, system="teamcity:")

    assert (details(export), export.text_fallback) == ([detail], data)


@pytest.mark.parametrize(
    "data",
    [
        b"<project><parameters><param name='a' value='x'/></parameters></project>",
        b"<properties><entry key='a'>x</entry></properties>",
        b'{"property": [{"name": "a", "value": "x"}]}',
    ],
)
def test_less_is_enough_only_if_the_user_says_what_it_is(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "teamcity"


@pytest.mark.parametrize(
    "data", [b"<project><parameters><param name='a' value='x'/></parameters></project>", b'{"property": [{"name": "a", "value": "x"}]}']
)
def test_less_is_enough_if_the_user_says_what_it_is(tmp_path: Path, data: bytes) -> None:
    export = read(tmp_path, data, system="teamcity:")

    assert (values(export), export.problems) == ({"a": b"x"}, ())


@given(plain=st.binary(max_size=100))
def test_what_is_scrambled_comes_back(tmp_path_factory: pytest.TempPathFactory, plain: bytes) -> None:
    data = document("project", f'<parameters><param name="a" value="{scrambled(plain)}"/></parameters>')

    assert values(read(tmp_path_factory.mktemp("t"), data)) == {"a": plain}
