"""Files with scrambled passwords from outside."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.run import scrambled as undoing
from scanner.run import told as told_by
from tests.support import scrambled, tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

WORD = tokens.base62(11, 20)
TOKEN = tokens.ghp(12)
HOST, USER = "ftp.example", "ada"


def scan(*arguments: str, cwd: Path) -> dict[str, Any]:
    run = keytrail("scan", *arguments, "--format", "json", "--fail-on", "none", cwd=cwd)
    assert run.stderr == ""
    assert WORD not in run.stdout
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def told(report: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(place[name] for name in names) for one in report["credentials"] for place in one["occurrences"]), key=repr)


SESSION = f"[Sessions\\a]\nHostName={HOST}\nUserName={USER}\nPassword={scrambled.winscp(WORD, USER + HOST)}\n"
EXPORTED = (
    "\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Martin Prikryl\\WinSCP 2\\Sessions\\a]\r\n"
    f'"HostName"="{HOST}"\r\n"UserName"="{USER}"\r\n"Password"="{scrambled.winscp(WORD, USER + HOST)}"\r\n'
)
SITE = (
    f"<FileZilla3><Servers><Server>\n<Host>{HOST}</Host>\n<User>{USER}</User>\n"
    f'<Pass encoding="base64">{base64.b64encode(WORD.encode()).decode()}</Pass>\n</Server></Servers></FileZilla3>\n'
)
REALM = f"<https://{HOST}:443> code"
SVN = f"K 8\npassword\nV {len(WORD)}\n{WORD}\nK 15\nsvn:realmstring\nV {len(REALM)}\n{REALM}\nK 8\nusername\nV 3\n{USER}\nEND\n"
KEPT = base64.encodebytes(WORD.encode()).decode().replace("\n", "\n\t")
KEYRING = f"[https_3A_2F_2F{HOST.replace('.', '_2E')}_2Fa_2F]\n{USER} = \n\t{KEPT}\n\n"
DBEAVER = scrambled.dbeaver({"mysql-1": {"#connection": {"user": USER, "password": WORD}}})
MYSQL = scrambled.mysql("[client]", f"user = {USER}", f"password = {WORD}", f"host = {HOST}")

FILES = [
    ("WinSCP.ini", SESSION.encode(), 4, "Password", HOST, ["scrambled"]),
    ("my-winscp.reg", EXPORTED.encode("utf-16-le"), 6, "Password", HOST, ["utf-16le", "scrambled"]),
    (".config/filezilla/sitemanager.xml", SITE.encode(), 4, "Pass", HOST, ["base64"]),
    (
        ".config/rclone/rclone.conf",
        f"[a]\nhost = {HOST}\nuser = {USER}\npass = {scrambled.rclone(WORD)}\n".encode(),
        4,
        "pass",
        HOST,
        ["scrambled"],
    ),
    (".local/share/DBeaverData/workspace6/General/.dbeaver/credentials-config.json", DBEAVER, 1, "password", None, ["scrambled"]),
    (".mylogin.cnf", MYSQL, 3, "password", HOST, ["scrambled"]),
    (".local/share/python_keyring/keyring_pass.cfg", KEYRING.encode(), 3, USER, HOST, ["base64"]),
    (".subversion/auth/svn.simple/0a1b2c", SVN.encode(), 4, "password", HOST, []),
]


@pytest.mark.parametrize("number", range(len(FILES)), ids=[file[0] for file in FILES])
def test_a_password_is_found_where_it_stands(tmp_path: Path, number: int) -> None:
    path, data, line, field, service, encoding = FILES[number]
    file = tmp_path / "home" / path
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    report = scan("--home", "home", cwd=tmp_path)
    expected = (path, line, field, service, USER, encoding)
    assert told(report, "path", "line", "field", "service", "account", "encoding") == [expected]
    [credential] = report["credentials"]
    assert credential["facts"]["at_rest"] == ("scrambled" if "scrambled" in encoding else "plain")


def test_a_password_is_one_however_it_is_scrambled(tmp_path: Path) -> None:
    for path, data, *_ in FILES:
        (tmp_path / "home" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / path).write_bytes(data)
    (tmp_path / "home" / ".my.cnf").write_text(f"[client]\npassword = {WORD}\n")
    report = scan("--home", "home", cwd=tmp_path)
    [credential] = report["credentials"]
    assert (len(credential["occurrences"]), credential["facts"]["at_rest"]) == (len(FILES) + 1, "plain")


def listed(raw: bytes) -> str:
    """Bytes as an export of the registry lists them, over several lines."""
    digits = [f"{byte:02x}" for byte in raw]
    return ",\\\r\n  ".join(",".join(digits[at : at + 20]) for at in range(0, len(digits), 20))


EXPORTS = [
    ("DB_PASSWORD", "hex(2):", f"{WORD}\0".encode("utf-16-le"), "utf-16-le", ["utf-16le", "hex", "utf-16le"]),
    ("DB_PASSWORD", "hex(1):", f"{WORD}\0".encode(), "ascii", ["hex"]),
    ("DB_PASSWORD", "hex:", WORD.encode(), "utf-16-le", ["utf-16le", "hex"]),
    ("GH_TOKEN", "hex(2):", f"{TOKEN}\0".encode("utf-16-le"), "ascii", ["hex", "utf-16le"]),
]


@pytest.mark.parametrize("number", range(len(EXPORTS)))
def test_a_text_that_is_exported_as_bytes(tmp_path: Path, number: int) -> None:
    name, sort, raw, codec, encoding = EXPORTS[number]
    text = f'REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n"A"="b"\r\n"{name}"={sort}{listed(raw)}\r\n"C"="d"\r\n'
    (tmp_path / "a.reg").write_bytes(text.encode(codec))
    expected = (5, name, ["HKEY_CURRENT_USER", "Environment", name], encoding)
    assert told(scan(".", cwd=tmp_path), "line", "field", "field_path", "encoding") == [expected]


def test_a_token_of_an_issuer_is_one(tmp_path: Path) -> None:
    (tmp_path / "rclone.conf").write_text(f"[a]\npass = {scrambled.rclone(TOKEN)}\n")
    assert told(scan(".", cwd=tmp_path), "line", "column", "field", "encoding") == [(2, 8, "pass", ["scrambled"])]


def test_a_file_that_history_keeps_is_undone(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"etc/rclone.conf": f"[a]\npass = {scrambled.rclone(WORD)}\n"})
    repo.commit({"etc/rclone.conf": ""})
    assert told(scan("repo", cwd=tmp_path), "path", "zone", "encoding") == [("etc/rclone.conf", "repo_history", ["scrambled"])]


def test_names_that_are_asked_for_are_those_that_are_undone() -> None:
    names = {*undoing._FILES, *undoing._VALUES}  # noqa: SLF001 - the two tables must agree
    assert {name for name in names if told_by.is_scrambled(f"a/{name.title()}")} == names
    assert all(told_by.is_asked(f"a/{name}".encode()) for name in names)


@pytest.mark.parametrize(
    "name", ["rclone.conf", "winscp.ini", "sitemanager.xml", "keyring_pass.cfg", "a.reg", ".mylogin.cnf", "credentials-config.json"]
)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0" * 100,
        "pass = " * 50_000,
        "Password=" + "A" * 9_000,
        '<Pass encoding="base64">====</Pass>',
        "Password=FF\n" * 2_000,
        "a =\n\tAAAA" + "\n\tA" * 50_000,
    ],
)
def test_what_makes_no_sense_is_passed_over(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert scan(".", cwd=tmp_path)["coverage"]["unscanned"] == []


def test_what_a_section_says_is_read_once_for_all_its_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted:
        """The pattern of members, and how much text it was given."""

        given = 0
        pattern = undoing._MEMBER  # noqa: SLF001 - what it costs is the point

        def finditer(self, text: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
            self.given += end - start
            return self.pattern.finditer(text, start, end)

    counted = Counted()
    monkeypatch.setattr(undoing, "_MEMBER", counted)
    said = [f"[Sessions\\{number}]\nHostName={HOST}\nUserName={USER}\n" for number in range(3)]
    sealed = f"Password={scrambled.winscp(WORD, USER + HOST)}\n"
    text = (said[0] + "Password=ABCDEF\n" * 2000 + sealed + said[1] + said[2] + sealed * 2).encode()
    assert [value.plain for value in undoing._of_winscp(text)] == [WORD.encode()] * 3  # noqa: SLF001 - as above
    assert 0 < counted.given <= len(text)
