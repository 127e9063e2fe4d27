from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

NPM, GHP = tokens.npm(1).encode(), tokens.ghp(2).encode()
ITEM: dict[str, Any] = {"id": "a", "title": "t", "vault": {"id": "b", "name": "v"}, "category": "LOGIN"}


def export_of(details_of_item: object) -> dict[str, Any]:
    item = {"details": details_of_item, "overview": {"title": "t"}}
    return {"accounts": [{"vaults": [{"attrs": {"name": "v"}, "items": [item]}]}]}


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize("system", ["", "1password:"])
@pytest.mark.parametrize(
    ("fixture", "expected"),
    [
        ("1password-item.json", [("password", NPM), ("GH_TOKEN", GHP)]),
        ("1password-data.json", [("pass", NPM), ("GH_TOKEN", GHP), ("password", b"old")]),
    ],
)
def test_items_have_secrets(tmp_path: Path, system: str, fixture: str, expected: list[tuple[str, bytes]]) -> None:
    data = filled(fixture)

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("1password:export", "1password", "user", ())
    assert [(v.name, v.value and v.value.reveal()) for v in export.variables] == expected
    assert {(v.slot.owner, v.slot.environment_scope) for v in export.variables} == {("1password:export/team", "release")}
    assert export.text_fallback == data


def test_export_is_a_zip(tmp_path: Path) -> None:
    data = zipped({"export.attributes": b"{}", "export.data": filled("1password-data.json"), "files/a": b"x"})

    export = read(tmp_path, data, "a.1pux")

    assert (export.platform, values(export)["pass"], export.problems, export.text_fallback) == ("1password", NPM, (), data)
    assert {v.encoding for v in export.variables} == {("zip",)}


@pytest.mark.parametrize("data", [zipped({"a": b"x"}), zipped({"export.data.txt": b"{}"})])
def test_other_archives_are_not_of_1password(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform == "unknown"


def test_export_that_is_damaged_says_where(tmp_path: Path) -> None:
    export = read(tmp_path, zipped({"export.data": b'{"accounts": ['}))

    assert details(export) == ["export.data: line 1, column 15: expected a value"]


@pytest.mark.parametrize("several", [False, True])
def test_fields_alone_know_their_item(tmp_path: Path, several: bool) -> None:
    field = {"id": "n", "type": "CONCEALED", "label": "n", "value": "x", "reference": "op://team/release/n"}

    export = read(tmp_path, json.dumps([field, field] if several else field).encode())

    assert (export.platform, values(export), export.problems) == ("1password", {"n": b"x"}, ())
    assert {(v.slot.owner, v.slot.environment_scope) for v in export.variables} == {("1password:export/team", "release")}


def test_secret_is_not_shown_where_its_item_is_called(tmp_path: Path) -> None:
    fields = [{"type": "CONCEALED", "label": "is hunter2", "value": "hunter2"}]

    export = read(tmp_path, json.dumps({**ITEM, "title": "hunter2", "vault": {"name": "hunter2"}, "fields": fields}).encode())

    assert ([v.name for v in export.variables], "hunter2" in repr(export)) == (["…"], False)


def test_items_that_are_only_listed_are_named(tmp_path: Path) -> None:
    export = read(tmp_path, json.dumps([ITEM, {**ITEM, "title": "u"}]).encode())

    assert [(v.name, v.value, v.slot.environment_scope) for v in export.variables] == [("t", None, "t"), ("u", None, "u")]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "CONCEALED", "id": "n", "value": "x"}, {"n": b"x"}),
        ({"type": "OTP", "label": "n", "value": "x"}, {"n": b"x"}),
        ({"type": "SSHKEY", "label": "n", "value": "x\ny"}, {"n": b"x\ny"}),
        ({"type": "STRING", "label": "n", "value": "x"}, {"n": b"x"}),
        ({"type": "STRING", "purpose": "NOTES", "label": "n", "value": "x"}, {}),
        ({"type": "URL", "label": "n", "value": "x"}, {}),
        ({"type": "CONCEALED", "label": "n"}, {}),
    ],
)
def test_fields_are_told_by_their_type(tmp_path: Path, field: object, expected: dict[str, bytes]) -> None:
    assert values(read(tmp_path, json.dumps({**ITEM, "fields": [field]}).encode())) == expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ({"loginFields": [{"name": "n", "value": "x", "designation": "password"}]}, {"n": b"x"}),
        ({"loginFields": [{"name": "n", "value": "x", "designation": "username"}]}, {}),
        ({"password": "x"}, {"password": b"x"}),
        ({"sections": [{"fields": [{"title": "n", "value": {"totp": "x"}}]}]}, {"n": b"x"}),
        ({"sections": [{"fields": [{"title": "n", "value": {"sshKey": {"privateKey": "x"}}}]}]}, {"n": b"x"}),
        ({"sections": [{"fields": [{"title": "n", "value": {"date": 5}}]}]}, {}),
    ],
)
def test_export_is_told_by_its_fields(tmp_path: Path, kept: object, expected: dict[str, bytes]) -> None:
    export = read(tmp_path, json.dumps(export_of(kept)).encode())

    assert (export.platform, values(export), export.problems) == ("1password", expected, ())


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (5, "entry 2: expected an object"),
        ({**ITEM, "fields": 5}, "entry 2: expected fields to be a list of objects"),
        ({**ITEM, "fields": [{"type": "OTP", "value": []}]}, "entry 2: expected value to be text"),
        ({**ITEM, "title": 5}, "entry 2: expected title to be text"),
        ({**ITEM, "vault": "v"}, "entry 2: expected vault to be an object"),
    ],
)
def test_item_of_wrong_types_is_a_problem(tmp_path: Path, broken: object, detail: str) -> None:
    data = json.dumps([{**ITEM, "fields": [{"type": "OTP", "label": "n", "value": "x"}]}, broken]).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"n": b"x"}, [detail], data)


def test_export_of_wrong_types_is_a_problem(tmp_path: Path) -> None:
    assert details(read(tmp_path, json.dumps(export_of({"sections": 5})).encode())) == [
        "entry 1: expected sections to be a list of objects"
    ]
