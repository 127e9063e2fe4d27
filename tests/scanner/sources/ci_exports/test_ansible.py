from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Reason
from scanner.sources.ci_exports import Export
from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens

NPM, GHP = tokens.npm(1).encode(), tokens.ghp(2).encode()
SEALED = "expected values without encryption"
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"


def scopes(export: Export) -> list[tuple[str | None, str]]:
    return [(v.slot.environment_scope, v.name) for v in export.variables]


@pytest.mark.parametrize("system", ["", "ansible:"])
@pytest.mark.parametrize(
    ("fixture", "level", "expected"),
    [
        ("ansible-hosts.ini", "environment", {"ansible_user": b"deploy", "ansible_password": NPM, "gh_token": GHP}),
        ("ansible-vars.yml", "environment", {"npm.token": NPM, "ansible_become_password": None}),
        ("ansible-list.json", "environment", {"npm_token": NPM, "sealed": None}),
        ("ansible-awx.json", "org", {"username": b"deploy", "password": None, "token": NPM}),
    ],
)
def test_variables_are_read(tmp_path: Path, system: str, fixture: str, level: str, expected: dict[str, bytes | None]) -> None:
    data = filled(fixture)

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, values(export)) == ("ansible:export", "ansible", level, expected)
    assert export.text_fallback == data


@pytest.mark.parametrize("system", ["", "ansible:"])
def test_whole_vault_is_said_to_be_encrypted(tmp_path: Path, system: str) -> None:
    export = read(tmp_path, VAULT.encode(), system=system)

    assert (export.platform, export.variables) == ("ansible", ())
    assert [(p.reason, p.detail) for p in export.problems] == [(Reason.ENCRYPTED, SEALED)]


def test_what_is_encrypted_is_said_once(tmp_path: Path) -> None:
    data = b"a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\nb: {c: !vault x}\nd: !unsafe 'y'\n"

    export = read(tmp_path, data)

    assert (values(export), details(export)) == ({"a": None, "b.c": None, "d": b"y"}, [SEALED])


def test_inventory_in_yaml_has_groups_and_hosts(tmp_path: Path) -> None:
    data = (
        b"all:\n  vars: {a: x}\n  children:\n    web:\n      hosts:\n        web1: {ansible_password: y}\n        web2:\n"
        b"      vars: {b: {c: z}}\n      children: {inner: {vars: {d: w}}}\n"
    )

    export = read(tmp_path, data)

    assert (export.platform, export.problems) == ("ansible", ())
    assert scopes(export) == [("all", "a"), ("web", "b.c"), ("web1", "ansible_password"), ("inner", "d")]


def test_inventory_of_a_script_has_variables_of_groups(tmp_path: Path) -> None:
    document = {"_meta": {"hostvars": {}}, "web": {"hosts": ["a"], "vars": {"b": "x"}}}

    export = read(tmp_path, json.dumps(document).encode())

    assert (scopes(export), values(export)) == ([("web", "b")], {"b": b"x"})


def test_playbook_has_the_variables_of_its_plays(tmp_path: Path) -> None:
    data = b"- hosts: web\n  vars: {a: x}\n  environment: {B: y}\n  tasks: []\n- hosts: [db]\n  vars: {c: z}\n"

    export = read(tmp_path, data)

    assert (scopes(export), values(export)) == ([("web", "a"), ("web", "B"), (None, "c")], {"a": b"x", "B": b"y", "c": b"z"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"[w:vars]\na=x\nb = y z \nc='q r'\nd=\"s\"\ne=", {"a": b"x", "b": b"y z", "c": b"q r", "d": b"s", "e": b""}),
        (b"[w:vars]\n# c\n; d\n\n[w:children]\nx=y\n", {}),
        (b"h:22 ansible_a=x ansible_b='y z' # ansible_c=w\n", {"ansible_a": b"x", "ansible_b": b"y z"}),
        (b"[w]\r\nh ansible_a=x\r\n[w:vars]\r\nb=y\r\n", {"ansible_a": b"x", "b": b"y"}),
        (b"h ansible_a=p;w&(x)$y|z<>#c", {"ansible_a": b"p;w&(x)$y|z<>"}),
        (b"h ansible_a='x y'z\"\\\"q\"\\  ansible_b=''", {"ansible_a": b'x yz"q ', "ansible_b": b""}),
        (b'h[1:3] ansible_a="x\'y"', {"ansible_a": b"x'y"}),
        (b"h ansible_a=$ANSIBLE_VAULT;1.1\n", None),
    ],
)
def test_inventory_in_ini_is_read_line_by_line(tmp_path: Path, text: bytes, expected: dict[str, bytes] | None) -> None:
    export = read(tmp_path, text)

    assert export.platform == "ansible"
    assert values(export) == ({"ansible_a": None} if expected is None else expected) or details(export)


@pytest.mark.parametrize(("host", "scope"), [("web:22", "web"), ("web", "web"), ("web[1:3]", "web[1:3]"), ("web[1:3]:22", "web[1:3]")])
def test_port_is_no_part_of_a_host(tmp_path: Path, host: str, scope: str) -> None:
    assert scopes(read(tmp_path, f"{host} ansible_a=x\n".encode())) == [(scope, "ansible_a")]


def test_lines_and_offsets_are_those_of_the_file(tmp_path: Path) -> None:
    data = filled("ansible-hosts.ini")

    export = read(tmp_path, data)

    assert [(v.slot.environment_scope, v.line, v.value_offset) for v in export.variables] == [
        ("web1", 2, data.index(b"deploy")),
        ("web1", 2, data.index(NPM)),
        ("web", 7, data.index(GHP)),
    ]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        (b"[w:vars]\nnothing\n", "line 2: expected a name, = and a value"),
        (b"h ansible_a=x y\n", "line 1: expected a name, = and a value"),
        (b"h ansible_a='x\n", "line 1: expected a closing quote"),
        (b"=h\nh ansible_a=x\n", "line 1: expected a host"),
    ],
)
def test_line_that_is_none_is_a_problem(tmp_path: Path, text: bytes, detail: str) -> None:
    export = read(tmp_path, text, system="ansible:")

    assert (details(export), export.text_fallback) == ([detail], text)


CREDENTIAL: dict[str, Any] = {"name": "n", "credential_type": 1, "inputs": {"a": "x", "b": "$encrypted$", "c": ""}}


@pytest.mark.parametrize("document", [{"credentials": [CREDENTIAL]}, {"count": 1, "results": [CREDENTIAL]}, CREDENTIAL, [CREDENTIAL]])
def test_credentials_of_awx_are_read_however_they_are_wrapped(tmp_path: Path, document: object) -> None:
    export = read(tmp_path, json.dumps(document).encode())

    assert (export.platform, values(export), export.problems) == ("ansible", {"a": b"x", "b": None, "c": None}, ())
    assert [(v.slot.owner, v.slot.masked, v.slot.hidden) for v in export.variables] == [
        ("ansible:export/n", None, None),
        ("ansible:export/n", True, True),
        ("ansible:export/n", True, True),
    ]


@pytest.mark.parametrize(
    ("inputs", "detail"),
    [({"c": []}, "expected text"), ({"c": {}}, "expected text")],
)
def test_credential_of_wrong_types_is_a_problem(tmp_path: Path, inputs: object, detail: str) -> None:
    data = json.dumps([CREDENTIAL, {**CREDENTIAL, "inputs": inputs}]).encode()

    export = read(tmp_path, data)

    assert (variable(export, "a").value is not None, details(export), export.text_fallback) == (True, [f"entry 2: {detail}"], data)


def test_groups_that_nest_too_deeply_are_a_problem(tmp_path: Path) -> None:
    tree: dict[str, Any] = {"vars": {"a": "x"}}
    for _ in range(40):
        tree = {"children": {"g": tree}, "hosts": {}}

    export = read(tmp_path, json.dumps({"g": tree}).encode(), system="ansible:")

    assert (values(export), details(export)) == ({}, ["entry 1: expected at most 32 groups in each other"])


@pytest.mark.parametrize("data", [b"a: b\n", b'{"a": "b"}', b"export ansible_user=x\n", b"a: {hosts: [b], vars: c}\n", b"- name: x\n"])
def test_other_content_is_not_of_ansible(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "ansible"


def test_file_of_variables_needs_the_name(tmp_path: Path) -> None:
    export = read(tmp_path, b"a: {b: x}\n", "prod.yml", "ansible:")

    assert (scopes(export), values(export)) == ([("prod", "a.b")], {"a.b": b"x"})


def test_damaged_file_says_where(tmp_path: Path) -> None:
    assert details(read(tmp_path, b"a: !vault x\nb: ]\n")) == ["line 2, column 4: expected a value"]
    assert details(read(tmp_path, b"b: ]\n", system="ansible:")) == ["line 1, column 4: expected a value"]
    expected = "expected variables, an inventory or a playbook of Ansible, or credentials of AWX"
    assert details(read(tmp_path, b"prose", system="ansible:")) == [expected]
