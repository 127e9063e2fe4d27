r"""What values are called in exports of Windows' registry."""

from __future__ import annotations

import re

import pytest

from scanner.sources.fields import Named, Namer
from tests.scanner.sources.fields.places import HOST, VALUE, named, nested

HEAD = "Windows Registry Editor Version 5.00\r\n\r\n"
PUTTY = ("HKEY_CURRENT_USER", "Software", "SimonTatham", "PuTTY", "Sessions", "my%20server")


def export(*lines: str, path: tuple[str, ...] = PUTTY, head: str = HEAD) -> str:
    return f"{head}[{chr(92).join(path)}]\r\n" + "\r\n".join(lines) + "\r\n"


ENVIRONMENT = ("HKEY_CURRENT_USER", "Environment")
WINSCP = ("HKEY_CURRENT_USER", "Software", "Martin Prikryl", "WinSCP 2", "Sessions", "ada@host")


def test_a_variable_has_the_path_of_its_key() -> None:
    assert named("a.reg", export('"GH_TOKEN"="@@"', path=ENVIRONMENT)) == nested(*ENVIRONMENT, "GH_TOKEN")


@pytest.mark.parametrize("head", [HEAD, "REGEDIT4\r\n", "\ufeff" + HEAD])
@pytest.mark.parametrize("path", ["a.reg", "exported", "exported.txt"])
def test_an_export_is_told_by_its_first_line_and_by_its_name(path: str, head: str) -> None:
    assert named(path, export('"GH_TOKEN"="@@"', path=ENVIRONMENT, head=head)) == nested(*ENVIRONMENT, "GH_TOKEN")


def test_a_session_says_host_and_user() -> None:
    text = export(f'"HostName"="{HOST}"', '"Password"="@@"', '"UserName"="ada"', path=WINSCP)
    assert named("a.reg", text) == nested(*WINSCP, "Password", service=HOST, account="ada", tool="winscp")


def test_the_password_of_a_proxy_is_for_the_proxy() -> None:
    lines = ('"HostName"="other.example"', '"UserName"="eve"', f'"ProxyHost"="{HOST}"', '"ProxyUsername"="ada"', '"ProxyPassword"="@@"')
    assert named("a.reg", export(*lines)) == nested(*PUTTY, "ProxyPassword", service=HOST, account="ada", tool="putty")


def test_another_session_says_nothing() -> None:
    text = export('"HostName"="other.example"') + export('"Password"="@@"', path=WINSCP, head="\r\n")
    assert named("a.reg", text) == nested(*WINSCP, "Password", tool="winscp")


VALUES = [
    ('@="@@"', "@"),
    ('"a\\\\b\\"c"="@@"', 'a\\b"c'),
    ('"x"="c:\\\\a\\\\@@"', "x"),
    ('"x"=hex:00,01,\\\r\n  @@,\\\r\n  03', "x"),
    ('"x"=hex(1):@@', "x"),
    ('"y"=dword:00000001\r\n"x"="one\r\n@@"', "x"),
    ('"y"=-\r\n"x" = "@@"', "x"),
]


@pytest.mark.parametrize(("line", "name"), VALUES)
def test_a_value_is_called_by_its_name(line: str, name: str) -> None:
    assert named("a.reg", export(line, path=ENVIRONMENT)) == nested(*ENVIRONMENT, name)


def test_a_bracket_inside_of_a_value_is_no_key() -> None:
    assert named("a.reg", export('"x"="\r\n[HKEY_OTHER]\r\n@@"', path=ENVIRONMENT)) == nested(*ENVIRONMENT, "x")


COSTLY = [
    '"' * 500_000,
    '"a"="' + "x\\" * 400_000,
    "[" * 500_000,
    "[a]\n" * 200_000,
    '"a"=' * 200_000,
    '"a"=hex:\\\n' * 100_000,
    '"a"="\n' * 200_000,
]


@pytest.mark.parametrize("text", COSTLY, ids=range(len(COSTLY)))
def test_what_is_made_to_cost_is_read_to_its_end(text: str) -> None:
    assert named("a.reg", f'{HEAD}{text}\r\n"\r\n[b]\r\n"x"="@@"').field == "x"


def test_a_key_of_many_names_is_not_told_in_full_with_each_value() -> None:
    path = tuple("abcdefgh" * 120)
    text = export(*(f'"v{number}"="@@"' for number in range(3)), path=path).encode()
    paths = [Namer("a.reg", text).name(at, at + 2).field_path for at in (found.start() for found in re.finditer(b"@@", text))]
    assert [(len(one), one[:8], one[-1]) for one in paths] == [(34, tuple("abcdefgh"), f"v{number}") for number in range(3)]


def test_every_cut_is_named() -> None:
    text = export(f'"HostName"="{HOST}"', f'"Password"="{VALUE.decode()}"', '"x"=hex(1):61,00,\\', "  62,00").encode()
    for end in range(len(text)):
        assert isinstance(Namer("a.reg", text[:end]).name(max(0, end - 9), end), Named)
