"""Tables of password managers and browsers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

NPM = tokens.npm(1).encode()
TABLES = {
    "1password-table.csv": ("password", "release", ""),
    "bitwarden-table.csv": ("login_password", "release", ""),
    "chrome-table.csv": ("password", "a.example", ""),
    "firefox-table.csv": ("password", "a.example", ""),
    "keepass-table.csv": ("password", "release", "/team"),
    "lastpass-table.csv": ("password", "release", "/team"),
    "safari-table.csv": ("password", "a", ""),
}
HEAD = "url,username,password,totp,extra,name,grouping,fav\n"


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("fixture", TABLES)
def test_table_is_of_whoever_has_such_columns(tmp_path: Path, fixture: str, named: bool) -> None:
    platform = fixture.removesuffix("-table.csv")
    column, title, group = TABLES[fixture]
    data = filled(fixture)

    export = read(tmp_path, data, system=f"{platform}:" if named else "")

    level = "unknown" if platform == "bitwarden" else "user"
    assert (export.container, export.platform, export.level, export.problems) == (f"{platform}:export", platform, level, ())
    assert (values(export), export.text_fallback) == ({column: NPM}, data)
    assert [(v.slot.environment_scope, v.slot.owner, v.line) for v in export.variables] == [(title, f"{platform}:export{group}", 2)]


@pytest.mark.parametrize(
    ("platform", "text", "expected"),
    [
        ("keepass", '"Account","Login Name","Password","Web Site","Comments"\n"t","u","x","",""\n', {"password": b"x"}),
        ("chrome", "name,url,username,password\na,b,c,x\n", {"password": b"x"}),
        ("lastpass", HEAD + 'http://sn,,,,"NoteType:SSH Key\nx",n,,0\n', {"extra": b"NoteType:SSH Key\nx"}),
        ("lastpass", HEAD + "https://a,,p,t,note,n,,0\n", {"password": b"p", "totp": b"t"}),
        ("lastpass", HEAD + 'https://a,,"x""y,z",,,n,,0\n', {"password": b'x"y,z'}),
        ("lastpass", HEAD.upper() + "a,,p,,,n,,0\r\n\r\n", {"password": b"p"}),
        ("lastpass", "\n" + HEAD + "a,,p,,,n,,0", {"password": b"p"}),
        ("lastpass", HEAD, {}),
        (
            "bitwarden",
            "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,note,n,x,,0,,,,\n",
            {"notes": b"x"},
        ),
    ],
)
def test_rows_have_secrets(tmp_path: Path, platform: str, text: str, expected: dict[str, bytes]) -> None:
    export = read(tmp_path, text.encode())

    assert (export.platform, export.problems, values(export)) == (platform, (), expected)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("name,url,username,password\na,https://me:hunter2@b.example/?t=hunter2,c,hunter2\n", "hunter2"),
        ("name,url,username,password\na,https://[b,c,hunter2\n", "hunter2"),
        (HEAD + "a,,hunter2,,,my hunter2,hunter2,0\n", "hunter2"),
    ],
)
def test_secret_is_not_shown_where_its_entry_is_called(tmp_path: Path, text: str, secret: str) -> None:
    export = read(tmp_path, text.encode())

    assert (values(export), secret in repr(export)) == ({"password": secret.encode()}, False)


def test_bytes_that_are_no_text_survive(tmp_path: Path) -> None:
    assert values(read(tmp_path, HEAD.encode() + b"a,,\xff\xfe,,,n,,0\n")) == {"password": b"\xff\xfe"}


@pytest.mark.parametrize(
    ("rows", "detail"),
    [
        ("a,b\n", "line 3: expected 8 columns"),
        ('a,,"b"c,,,,,\n', "line 3: expected a row of 8 columns"),
        ('a,,"b', "line 3: expected a row of 8 columns"),
        ("a,," + "b" * 140_000 + ",,,,,\n", "line 3: expected a row of 8 columns"),
    ],
    ids=["short", "quotes", "open", "long"],
)
def test_row_that_is_none_is_a_problem_and_those_before_are_read(tmp_path: Path, rows: str, detail: str) -> None:
    data = (HEAD + "a,,p,,,n,,0\n" + rows).encode()

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"password": b"p"}, [detail], data)


@pytest.mark.parametrize(
    "text",
    ["a,b\nc,d\n", "url,username,password\n", HEAD.replace("fav", "url"), "name:x,url,username,password\n", "PATH=a,b\n", '"url,\n'],
)
def test_other_tables_are_of_nobody(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text.encode()).platform in {"unknown", "shell"}


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("lastpass", "a LastPass export as CSV"),
        ("chrome", "passwords of Chrome or a browser like it as CSV"),
        ("firefox", "passwords of Firefox as CSV"),
        ("safari", "passwords of Safari as CSV"),
        ("keepass", "a KeePass export as XML or CSV"),
        ("1password", "items of 1Password as JSON, its .1pux export or its CSV"),
    ],
)
def test_other_content_is_a_flaw_that_says_what_was_expected(tmp_path: Path, system: str, expected: str) -> None:
    export = read(tmp_path, b"some, prose\n", system=f"{system}:")

    assert (export.variables, details(export)) == ((), [f"expected {expected}"])
