"""A file for every row of the catalogue: at a path that its pattern means, with a token in its format."""

from __future__ import annotations

import plistlib
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from scanner.sources.workstation.catalogue import Row
from tests.support import tokens

_TEXTS: Mapping[str, str] = {
    "env": "NPM_TOKEN={}\n",
    "erlang": '{{<<"$write_key">>,<<"{}">>}}.\n',
    "gitconfig": "[github]\n\ttoken = {}\n",
    "hcl": 'credentials "registry.example" {{\n  token = "{}"\n}}\n',
    "history": "export GH_TOKEN={}\n",
    "ini": "[one]\ntoken = {}\n",
    "json": '{{"hosts": {{"registry.example": {{"token": "{}"}}}}}}\n',
    "jsonl": '{{"type": "user", "message": {{"content": "use {}"}}}}\n',
    "keyring": "[keyring]\ndisplay-name=Login\n\n[1]\nsecret={}\n",
    "lines": "token {}\n",
    "nedb": '{{"_id": "req_1", "type": "Request", "authentication": {{"token": "{}"}}}}\n',
    "netrc": "machine registry.example login ada password {}\n",
    "npmrc": "//registry.example/:_authToken={}\n",
    "properties": "repoPassword={}\n",
    "reg": 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n"GH_TOKEN"="{}"\r\n',
    "shell": "export GH_TOKEN={}\n",
    "svn": "K 8\npassword\nV 40\n{}\nEND\n",
    "toml": '[registry]\ntoken = "{}"\n',
    "token": "{}\n",
    "unit": "[Service]\nEnvironment=GH_TOKEN={}\n",
    "xml": "<settings><servers><server><id>a</id><password>{}</password></server></servers></settings>\n",
    "yaml": "hosts:\n  registry.example:\n    token: {}\n",
    "zsh-history": ": 1700000000:0;export GH_TOKEN={}\n",
}


def example(row: Row) -> str:
    """A path that the row's pattern means."""
    return "/".join(_name(part) for part in row.pattern.replace("**", "a/b" if row.pattern.endswith("**") else "a").split("/"))


def _name(part: str) -> str:
    return (part[:-1] if part.endswith("*") and part[-2:-1].isalnum() else part).replace("*", "x")


def sample(row: Row, seed: int, folder: Path) -> bytes:
    """A file in the row's format that holds the token of this seed in the clear; `folder` is free to be written to."""
    token = tokens.ghp(seed)
    if row.format in _TEXTS:
        return _TEXTS[row.format].format(token).encode()
    return _BINARY.get(row.format, _opaque)(token, folder)


def _opaque(token: str, _folder: Path) -> bytes:
    return b"\x00\x01\x02\xff" + token.encode() + b"\x00\xfe\n"


def _plist(token: str, _folder: Path) -> bytes:
    return plistlib.dumps({"EnvironmentVariables": {"GH_TOKEN": token}})


def _sqlite(token: str, folder: Path) -> bytes:
    file = folder / "made.db"
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE kept (name TEXT, value TEXT)")
        database.execute("INSERT INTO kept VALUES ('token', ?)", (f"token={token} ",))
        database.commit()
    return file.read_bytes()


_BINARY: Mapping[str, Callable[[str, Path], bytes]] = {"plist": _plist, "sqlite": _sqlite}
