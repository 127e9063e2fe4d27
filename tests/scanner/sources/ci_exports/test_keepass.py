from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Reason
from tests.scanner.sources.ci_exports.exports import details, filled, read, values, variable
from tests.support import tokens


def document(entries: str) -> bytes:
    return f"<KeePassFile><Root><Group><Name>g</Name>{entries}</Group></Root></KeePassFile>".encode()


def entry(key: str, value: str, more: str = "") -> str:
    return f"<Entry><String><Key>Title</Key><Value>t</Value></String><String><Key>{key}</Key>{value}</String>{more}</Entry>"


@pytest.mark.parametrize("system", ["", "keepass:"])
def test_entries_have_fields_in_their_group(tmp_path: Path, system: str) -> None:
    data = filled("keepass-entries.xml")

    export = read(tmp_path, data, system=system)

    assert (export.container, export.platform, export.level, export.problems) == ("keepass:export", "keepass", "user", ())
    assert (values(export), export.text_fallback) == ({"Password": tokens.npm(1).encode()}, data)
    assert [(v.slot.environment_scope, v.slot.owner, v.line) for v in export.variables] == [("release", "keepass:export/team", 8)]


def test_what_an_entry_was_before_is_read(tmp_path: Path) -> None:
    history = f"<History>{entry('Password', '<Value>old</Value>')}</History>"

    export = read(tmp_path, document(entry("Password", "<Value>new</Value>", history)))

    assert sorted(v.value.reveal() for v in export.variables if v.value) == [b"new", b"old"]


def test_entities_of_xml_are_undone(tmp_path: Path) -> None:
    export = read(tmp_path, document(entry("API", "<Value>a&amp;b&#x63;</Value>")))

    assert (values(export), variable(export, "API").encoding) == ({"API": b"a&bc"}, ("xml",))


def test_value_that_is_protected_is_named_and_said_to_be_encrypted(tmp_path: Path) -> None:
    export = read(tmp_path, document(entry("Password", '<Value Protected="True">AAAA</Value>')))

    assert (values(export), [p.reason for p in export.problems]) == ({"Password": None}, [Reason.ENCRYPTED])


def test_mark_of_protection_may_be_left_at_a_value_that_is_open(tmp_path: Path) -> None:
    export = read(tmp_path, document(entry("Password", '<Value Protected="True">open!</Value>')))

    assert (values(export), export.problems) == ({"Password": b"open!"}, ())


@pytest.mark.parametrize("key", ["Title", "UserName", "URL", "Notes"])
def test_what_is_public_is_no_variable(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, document(entry(key, "<Value>x</Value>"))).variables == ()


def test_secret_is_not_shown_where_its_entry_is_called(tmp_path: Path) -> None:
    entry_ = (
        "<Entry><String><Key>Title</Key><Value>hunter2</Value></String><String><Key>Password</Key><Value>hunter2</Value></String></Entry>"
    )

    export = read(tmp_path, document(entry_))

    assert (values(export), "hunter2" in repr(export)) == ({"Password": b"hunter2"}, False)


def test_of_an_entry_with_countless_values_nothing_is_shown(tmp_path: Path) -> None:
    fields = "".join(f"<String><Key>k{n}</Key><Value>value{n}</Value></String>" for n in range(300))

    export = read(tmp_path, document(f"<Entry><String><Key>Title</Key><Value>t</Value></String>{fields}</Entry>"))

    assert (len(export.variables), {v.name for v in export.variables}) == (300, {"…"})
    assert {(v.slot.environment_scope, v.slot.owner) for v in export.variables} == {(None, "keepass:export")}


def test_first_version_is_read(tmp_path: Path) -> None:
    export = read(tmp_path, b"<pwlist><pwentry><group>g</group><title>t</title><password>x</password></pwentry></pwlist>")

    assert (values(export), [v.slot.owner for v in export.variables]) == ({"Password": b"x"}, ["keepass:export/g"])


@pytest.mark.parametrize("system", ["", "keepass:"])
@pytest.mark.parametrize("version", [b"\x67\xfb\x4b\xb5", b"\x65\xfb\x4b\xb5"])
def test_database_is_said_to_be_encrypted(tmp_path: Path, system: str, version: bytes) -> None:
    export = read(tmp_path, b"\x03\xd9\xa2\x9a" + version + bytes(range(256)), "a.kdbx", system)

    assert (export.platform, export.variables, [p.reason for p in export.problems]) == ("keepass", (), [Reason.ENCRYPTED])


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"<KeePassFile><Root></KeePassFile>", "line 1, column 22: expected XML"),
        (b"<KeePassFile>\n", "line 2, column 1: expected XML"),
        (b"<KeePassFile>\xff</KeePassFile>", "line 1, column 14: expected XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>\n<KeePassFile>&b;</KeePassFile>', "line 1, column 13: expected no document type"),
        (b"<KeePassFile>" + b"<Group>" * 70, "line 1, column 455: expected at most 64 elements in each other"),
        (b"<KeePassFile>" + b"<String/>" * 500_001, "line 1, column 4500014: expected at most 500000 fields"),
    ],
    ids=["closed", "open", "bytes", "entities", "deep", "many"],
)
def test_document_that_is_none_says_where(tmp_path: Path, data: bytes, detail: str) -> None:
    (tmp_path / "export").write_bytes(data)

    from scanner.sources.ci_exports import parse_spec, read_export  # noqa: PLC0415 - one of them is larger than tests read

    export = read_export(parse_spec(str(tmp_path / "export")), max_size=10_000_000)

    assert (export.platform, details(export), export.text_fallback) == ("keepass", [detail], data)


def test_entries_before_a_mistake_are_read(tmp_path: Path) -> None:
    data = document(entry("Password", "<Value>x</Value>")).replace(b"</Root>", b"<")

    assert values(read(tmp_path, data)) == {"Password": b"x"}
