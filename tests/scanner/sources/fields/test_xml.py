"""What values in XML are called, by the elements and attributes that lead to them."""

from __future__ import annotations

import pytest

from scanner.sources.fields import Named, name_place
from scanner.sources.fields.outline import DEEPEST
from tests.scanner.sources.fields.places import HOST, flat, named, nested
from tests.support import tokens

VALUE = tokens.npm(2).encode()
PLIST = (
    '<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://apple.example/plist.dtd">\n<plist version="1.0">'
)
SHAPES = [
    (
        ".m2/settings.xml",
        "<settings>\n <servers>\n  <server>\n   <id>central</id>\n   <username>ada</username>\n   <password>@@</password>\n  </server></servers></settings>",
        nested("settings", "servers", "server", "password", account="ada", tool="maven"),
    ),
    (
        ".m2/settings.xml",
        "<settings><servers><server><username>eve</username></server><server><password> @@ </password></server></servers></settings>",
        nested("settings", "servers", "server", "password", tool="maven"),
    ),
    (
        ".m2/settings-security.xml",
        "<settingsSecurity><master>@@</master></settingsSecurity>",
        nested("settingsSecurity", "master", tool="maven"),
    ),
    ("a.xml", f'<a url="https://{HOST}/x"><token>@@</token></a>', nested("a", "token", service=HOST)),
    ("a.xml", f"<a><b token='@@' host='{HOST}'/></a>", nested("a", "b", "token", service=HOST)),
    ("a.xml", '<a><password kind="plain>text">@@</password></a>', nested("a", "password")),
    ("a.xml", '<params><param name="env.NPM_TOKEN" value="@@"/></params>', nested("params", "env.NPM_TOKEN")),
    ("a.xml", '<c><add key="User" value="ada"/><add key="Token" value="@@"/></c>', nested("c", "Token", account="ada")),
    ("a.xml", "<a><![CDATA[ @@ ]]></a>", nested("a")),
    ("a.xml", "<a><b>1 &amp; 2</b><c>&lt;@@&gt;</c></a>", nested("a", "c")),
    ("a.xml", "<a>\u00e9\u20ac<b\u00e9>\u20ac @@</b\u00e9></a>", nested("a", "b\u00e9")),
    ("a.xml", '<?xml version="1.0" encoding="utf-16"?><a><b>@@</b></a>', nested("a", "b")),
    ("a.xml", '\ufeff<?xml version="1.0"?>\n<a><b c="@@"/></a>', nested("a", "b", "c")),
    ("noname", '<?xml version="1.0"?>\n<a><b>@@</b></a>', nested("a", "b")),
    (
        "Library/LaunchAgents/a.plist",
        f"{PLIST}<dict><key>EnvironmentVariables</key><dict><key>HOME</key><string>/</string><key>NPM_TOKEN</key><string>@@</string></dict></dict></plist>",
        nested("plist", "dict", "EnvironmentVariables", "NPM_TOKEN"),
    ),
]
BROKEN = [
    ("<a><b>x</c><token>@@</token></a>", "token"),
    ('<!DOCTYPE a [<!ENTITY x "y">]>\n<a><token>@@</token></a>', "token"),
    ("<a><!-- token = @@ --></a>", "token"),
]


@pytest.mark.parametrize(("path", "text", "wanted"), SHAPES, ids=range(len(SHAPES)))
def test_a_value_is_called_by_what_leads_to_it(path: str, text: str, wanted: Named) -> None:
    assert named(path, text) == wanted


@pytest.mark.parametrize(("text", "wanted"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_broken_or_defines_entities_is_read_by_its_lines(text: str, wanted: str) -> None:
    assert named("a.xml", text).field == wanted
    assert named("a.xml", text).field_path == ()


TEN = [f"&e{number};" * 10 for number in range(30)]
ENTITIES = '<!ENTITY e0 "x">' + "".join(f'<!ENTITY e{number} "{TEN[number - 1]}">' for number in range(1, 30))
COSTLY = [
    b"<a>" * 100_000,
    b"<a b='" * 300_000,
    b"<a " + b"b='c' " * 300_000,
    b"<a " + b"".join(b"b%d='c' " % number for number in range(100_000)) + b"/>",
    b"<a>" + b"<b c='d'/>" * 180_000,
    b"<a>" + b"<b/>" * 400_000,
    b"<a>" + b"&amp;" * 300_000,
    b"<a>" + b">" * 1_900_000,
    b"<" * 1_900_000,
    b"<a>" + b"<![CDATA[" * 200_000,
    f"<!DOCTYPE a [{ENTITIES}]><a>&e29;</a>".encode(),
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&x;</a>',
    b"\xff\xfe<\0a\0>\0" * 100_000,
    b"<a>\0</a>" * 100_000,
]


@pytest.mark.parametrize("text", COSTLY, ids=range(len(COSTLY)))
def test_hostile_documents_end_and_the_line_still_answers(text: bytes) -> None:
    text += b"\ntoken = "
    assert name_place("a.xml", text + VALUE, len(text), len(text) + len(VALUE)).field in {"token", "a"}


def test_elements_as_deep_as_the_bound_are_followed() -> None:
    depth = DEEPEST - 3
    text = b"<a>" * depth + VALUE + b"</a>" * depth
    start = text.index(VALUE)
    assert name_place("a.xml", text, start, start + len(VALUE)).field_path == ("a",) * depth


def test_a_flat_name_is_that_of_a_line() -> None:
    assert named("a.txt", "token = @@") == flat("token")
