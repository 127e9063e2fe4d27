"""Databases from outside: in folders, homes, archives and histories."""

from __future__ import annotations

import base64
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from scanner.sources.large import HELD
from tests.support import tokens
from tests.support.archives import tar, zipped
from tests.support.command import keytrail
from tests.support.databases import Statement, database, logged
from tests.support.repos import Repo

TOKEN, OTHER, THIRD = tokens.ghp(7), tokens.ghp(8), tokens.npm(9)
USERS = "CREATE TABLE users_remotes (remote_url TEXT, user TEXT, token TEXT)"
ONE = (USERS, ("INSERT INTO users_remotes VALUES ('https://conan.example/', 'ada', ?)", (TOKEN,)))
SAID = ("path", "line", "field", "field_path", "service", "account", "encoding")


def scan(*arguments: str, cwd: Path) -> dict[str, Any]:
    run = keytrail("scan", *arguments, "--format", "json", "--fail-on", "none", cwd=cwd)
    assert run.stderr == ""
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def told(report: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    places = [place for one in report["credentials"] for place in one["occurrences"]]
    return sorted((tuple(place[name] for name in names) for place in places), key=repr)


def unscanned(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["path"], entry["reason"]) for entry in report["coverage"]["unscanned"]]


def test_a_cell_is_a_place_with_the_host_and_the_user_of_its_row(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(database(*ONE))
    report = scan(".", cwd=tmp_path)
    path = ["users_remotes", "token"]
    assert told(report, *SAID) == [("a.db", None, "token", path, "conan.example", "ada", ["sqlite"])]
    assert (report["coverage"]["status"], report["coverage"]["sources"][0]["blobs"]) == ("complete", 1)


def test_keys_inside_of_a_cell_come_after_its_column(tmp_path: Path) -> None:
    value = json.dumps({"type": "authorized_user", "tokens": {"refresh": TOKEN}})
    rows = ("CREATE TABLE credentials (account_id TEXT, value BLOB)", ("INSERT INTO credentials VALUES ('ada@x.example', ?)", (value,)))
    (tmp_path / "credentials.db").write_bytes(database(*rows))
    expected = ("credentials.db", None, "value", ["credentials", "value", "tokens", "refresh"], None, "ada@x.example", ["sqlite"])
    assert told(scan(".", cwd=tmp_path), *SAID) == [expected]


def test_a_value_in_many_rows_and_in_what_was_deleted_counts_once_for_each_row(tmp_path: Path) -> None:
    rows: list[Statement] = [("INSERT INTO history VALUES (?)", (f"login {TOKEN} {number}",)) for number in range(3)]
    made = ("CREATE TABLE history (command TEXT)", *rows, "DELETE FROM history WHERE command LIKE '% 2'")
    (tmp_path / "history.db").write_bytes(database(*made))
    assert told(scan(".", cwd=tmp_path), "field", "encoding") == [("command", ["sqlite"])] * 2


def test_what_was_deleted_is_read_as_bytes(tmp_path: Path) -> None:
    made = (*ONE, ("INSERT INTO users_remotes VALUES ('x', 'eve', ?)", (f" {OTHER} ",)), "DELETE FROM users_remotes WHERE user = 'eve'")
    (tmp_path / "a.db").write_bytes(database(*made))
    assert told(scan(".", cwd=tmp_path), "encoding") == [(["sqlite"],), ([],)]


def test_what_is_read_over_the_edge_of_two_cells_does_not_count(tmp_path: Path) -> None:
    halves = "CREATE TABLE t (a, b, c)", ("INSERT INTO t VALUES (?, ?, ?)", (THIRD[:20], THIRD[20:], f"see {TOKEN}"))
    (tmp_path / "a.db").write_bytes(database(*halves))
    assert told(scan(".", cwd=tmp_path), "field", "encoding") == [("c", ["sqlite"])]


def test_a_long_cell_is_read_over_its_pages(tmp_path: Path) -> None:
    before, rows = ("PRAGMA page_size = 512",), "CREATE TABLE t (a)"
    texts = [f"{'x ' * length}{tokens.ghp(length)} {'y' * 900}" for length in range(200, 260)]
    (tmp_path / "a.db").write_bytes(database(rows, *(("INSERT INTO t VALUES (?)", (text,)) for text in texts), before=before))
    assert told(scan(".", cwd=tmp_path), "field", "encoding") == [("a", ["sqlite"])] * 60


def test_a_password_is_told_by_the_name_of_its_column(tmp_path: Path) -> None:
    word = tokens.base62(3, 22)
    rows = "CREATE TABLE logins (login TEXT, db_password TEXT)", ("INSERT INTO logins VALUES ('ada', ?)", (word,))
    (tmp_path / "a.db").write_bytes(database(*rows))
    assert told(scan(".", cwd=tmp_path), "field", "account") == [("db_password", "ada")]


def test_a_log_beside_a_database_is_read_as_bytes(tmp_path: Path) -> None:
    _, log = logged(tmp_path / "made.db", *ONE)
    home = tmp_path / "home"
    (home / ".conan").mkdir(parents=True)
    (home / ".mcfly").mkdir()
    (home / ".mcfly/history.db-wal").write_bytes(log)
    (home / ".conan/.conan.db").write_bytes(database(*ONE))
    assert told(scan("--home", "home", cwd=tmp_path), "path", "tool", "encoding") == [
        (".conan/.conan.db", "conan", ["sqlite"]),
        (".mcfly/history.db-wal", "shell", []),
    ]


def test_databases_in_archives_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"b.tar": tar({"c.db": database(*ONE)})}))
    assert told(scan(".", cwd=tmp_path), "path", "field", "encoding") == [("a.zip!/b.tar!/c.db", "token", ["zip", "tar", "sqlite"])]


def test_closed_archives_are_closed_databases(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(database("CREATE TABLE t (a)", ("INSERT INTO t VALUES (?)", (f" {TOKEN} ",))))
    assert told(scan(".", "--no-archives", cwd=tmp_path), "path", "encoding") == [("a.db", [])]


def test_a_database_in_a_history_has_its_commits(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"kept.db": database(USERS)})
    with_token = repo.commit({"kept.db": database(*ONE)})
    repo.commit({"kept.db": database(USERS)})
    report = scan("repo", cwd=tmp_path)
    assert told(report, "commit", "field", "zone") == [(with_token, "token", "repo_history")]


DAMAGED = bytearray(database(*ONE))
DAMAGED[100:108] = b"\xff" * 8


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.db", bytes(DAMAGED), "damaged"),
        ("a", database(*ONE)[:-1], "damaged"),
        ("a.sqlite", random.Random(5).randbytes(8192), "encrypted"),
    ],
)
def test_a_database_that_cannot_be_read_is_said(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert unscanned(scan(".", cwd=tmp_path)) == [(name, reason)]


def test_nothing_is_named_by_a_value(tmp_path: Path) -> None:
    made = f'CREATE TABLE "{TOKEN}" (user, "{TOKEN}", b)', (f'INSERT INTO "{TOKEN}" VALUES (?, ?, ?)', (TOKEN, TOKEN, f"x {TOKEN}"))  # noqa: S608 - our own
    (tmp_path / "a.db").write_bytes(database(*made))
    report = scan(".", cwd=tmp_path)
    assert TOKEN not in json.dumps(report)
    assert {place[0] for place in told(report, "account")} == {None}


def test_a_gate_reads_the_cells_of_what_is_staged(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"kept.db": database(USERS)})
    (repo.path / "kept.db").write_bytes(database(*ONE))
    repo.git("add", "kept.db")
    run = keytrail("gate", "--staged", "--format", "json", cwd=repo.path)
    assert (run.code, told(json.loads(run.stdout), "path", "field", "encoding")) == (1, [("kept.db", "token", ["sqlite"])])


def test_a_gate_does_not_pass_what_it_cannot_open(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"a.txt": "a\n"})
    (repo.path / "kept.db").write_bytes(bytes(DAMAGED))
    repo.git("add", "kept.db")
    assert keytrail("gate", "--staged", cwd=repo.path).code == 2


def kinds(data: bytes, folder: Path) -> list[tuple[str, list[str]]]:
    """What is found in a database, and how it was encoded."""
    (folder / "a.db").write_bytes(data)
    report = scan(".", cwd=folder)
    return sorted((one["kind"], place["encoding"]) for one in report["credentials"] for place in one["occurrences"])


def test_a_blob_is_read_as_a_file_of_its_own(tmp_path: Path) -> None:
    wide = f"token={TOKEN}\n".encode("utf-16-le")
    rows = "CREATE TABLE t (n, kept BLOB)", ("INSERT INTO t VALUES (1, ?), (2, ?)", (wide, b"\0\1" + TOKEN.encode() + b"\0"))
    assert kinds(database(*rows), tmp_path) == [("github-pat-classic", ["sqlite"]), ("github-pat-classic", ["sqlite", "utf-16le"])]


def test_what_is_encoded_in_a_cell_ends_with_it(tmp_path: Path) -> None:
    text = base64.b64encode(b"x" * 40 + f" {TOKEN} ".encode() + b"y" * 90).decode()
    lines = [text[at : at + 76] for at in range(0, len(text), 76)]
    assert TOKEN.encode() in base64.b64decode("".join(lines))
    rows: list[Statement] = [("INSERT INTO t VALUES (?)", (line,)) for line in lines]
    assert kinds(database("CREATE TABLE t (a)", *rows, ("INSERT INTO t VALUES (?)", (text,))), tmp_path) == [
        ("github-pat-classic", ["sqlite", "base64"])
    ]


def test_a_thousand_rows_are_told_from_each_other(tmp_path: Path) -> None:
    said = [f"row {number} {'GH_TOKEN=' + tokens.ghp(number) if number % 100 == 7 else ''}" for number in range(1_000)]
    rows: list[Statement] = [("INSERT INTO t VALUES (?, ?)", (f"user{number}", text)) for number, text in enumerate(said)]
    (tmp_path / "a.db").write_bytes(database("CREATE TABLE t (user, said)", *rows))
    assert told(scan(".", cwd=tmp_path), "account", "field_path") == [
        (f"user{number}", ["t", "said", "GH_TOKEN"]) for number in sorted(range(7, 1_000, 100), key=lambda one: repr(f"user{one}"))
    ]


def test_a_database_that_is_not_held_is_said_to_be_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(database("CREATE TABLE t (a)", ("INSERT INTO t VALUES (?)", (f" {TOKEN} ",))))
    os.truncate(file, HELD + 4096)
    report = scan(".", cwd=tmp_path)
    assert (unscanned(report), told(report, "encoding")) == ([("a.db", "too-large")], [([],)])
