"""No value in what is said or kept where it stands for a name: of variables, sections, tables, jobs, members of archives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.archives import zipped
from tests.support.command import keytrail
from tests.support.databases import database
from tests.test_no_leak import EVERYTHING, kept, reports, said, written


def named_by_value(token: str, password: str) -> dict[str, str]:
    """Exports in which people mistook name and value, or in which a value stands where any other name does."""
    address = f"postgres://ada:{password}@db.acme.internal:5432/web"
    return {
        "variable": json.dumps([{"key": token, "value": "x"}, {"key": address, "value": "x"}, {"key": "A", "value": token}]),
        "scope": json.dumps(
            [{"key": "A", "value": token, "environment_scope": token}, {"key": "B", "value": "x", "environment_scope": address}]
        ),
        "nested": json.dumps({token: {address: token}, "password": password}),
        "kubernetes": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: '{token}', namespace: '{address}'}}\nstringData:\n  '{token}': '{token}'\n",
        "compose": f"services:\n  '{token}':\n    environment:\n      '{token}': {token}\n      '{address}': {token}\n",
        "dotenv": f"A={token}\n{token}=x\n",
        "inventory": f"[{token}:vars]\ngh_token={token}\n[{address}:vars]\na=b\n",
    }


@pytest.mark.parametrize("make", ["shopify", "gitlab", "ocean"])
def test_a_value_in_place_of_a_name_is_not_repeated(tmp_path: Path, make: str) -> None:
    """Tokens that do not look random to the eye: of one case, or with separators in them."""
    token = {
        "shopify": "shpat_" + tokens.base62(5, 64).encode().hex()[:32],
        "gitlab": f"glpat-{tokens.base62(6, 7)}_{tokens.base62(7, 6)}-{tokens.base62(8, 5)}",
        "ocean": "dop_v1_" + tokens.base62(9, 64).encode().hex()[:64],
    }[make]
    password = tokens.base62(3, 12)
    exports = []
    for name, content in named_by_value(token, password).items():
        (tmp_path / name).write_text(content)
        exports += ["--ci-export", name]
    home = tmp_path / "home"
    home.mkdir()
    run = keytrail("scan", *exports, *reports(home), *EVERYTHING, cwd=tmp_path, home=home)
    assert run.code == 1, run.stderr
    told = said(run) + written(home) + kept(home)
    assert [piece for piece in (token[8:20], token[-12:], password) if piece in told] == []


def test_a_value_in_a_name_of_a_database_or_of_a_log_is_not_repeated(tmp_path: Path) -> None:
    token = "shpat_" + tokens.base62(5, 64).encode().hex()[:32]
    row = (token, token, token)
    table = f'CREATE TABLE "{token}" ("{token}" TEXT, user_name TEXT, token TEXT)'
    insert = f'INSERT INTO "{token}" VALUES (?, ?, ?)'  # noqa: S608 - a table that is called by a token of ours
    (tmp_path / "a.db").write_bytes(database(table, (insert, row)))
    other = ("CREATE TABLE a (user_name TEXT, token TEXT)", ("INSERT INTO a VALUES (?, ?)", (f"x {token}", tokens.npm(8))))
    (tmp_path / "b.db").write_bytes(database(*other))
    (tmp_path / "c.ini").write_text(f"[{token}]\nuser = {token}\ntoken = {tokens.npm(8)}\n")
    (tmp_path / "d.yaml").write_text(f"{token}: {token}\n'{token}x':\n  token: {tokens.npm(8)}\n")
    (tmp_path / f"v-{token}.env").write_text(f"A={token}\n")
    log = f"2026-01-01T00:00:00.0000000Z token {token}\n".encode()
    members = {f"0_{token}.txt": log, f"{token}/2_Run {token}.txt": log, f"{token}.zip": b"PK\x03\x04" + bytes(40)}
    (tmp_path / "logs.zip").write_bytes(zipped(members))
    home = tmp_path / "home"
    home.mkdir()
    run = keytrail("scan", ".", "--ci-log", "logs.zip", *reports(home), *EVERYTHING, cwd=tmp_path, home=home)
    assert run.code == 1, run.stderr
    told = said(run) + written(home) + kept(home)
    assert [piece for piece in (token[6:18], token[-12:]) if piece in told] == []
