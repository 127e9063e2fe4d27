"""What a row of the catalogue says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from scanner.model import Zone
from scanner.records import dataclass

System = Literal["any", "linux", "macos", "windows"]

Root = Literal["home", "machine"]

OWN = 0o600
"""The mode of a file that is made to hold what only its owner may know."""


@dataclass(frozen=True, slots=True)
class Row:
    """One place below a home, or of a machine; the first row that reaches a file speaks for it."""

    pattern: str
    """Names from the home on, or from the root of the file system. `*` stands for any part of one name; `**` for any folders below, or as the last name for every file there."""
    tool: str
    format: str
    """One of `FORMATS`."""
    zone: Zone
    system: System
    """Where the tool keeps it so; it is looked for everywhere."""
    fields: str
    """What names the secrets in there, for people; empty where nothing does."""
    mode: int | None
    """What its mode should be; None where others may read such files as a rule, so that a mode alone says nothing."""
    root: Root = "home"
    """Where its pattern begins."""
    like: str = ""
    """A path by which readers know the format, where the file's own path does not tell."""


def example(pattern: str) -> str:
    """A path that a pattern means, as plain as can be."""
    return "/".join(f"x{part.strip('*')}" if part.startswith("*") else part.replace("*", "") for part in pattern.split("/"))


FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "dpapi": "enciphered by Windows for one account",
        "env": "`NAME=value`, one a line",
        "erlang": "terms of Erlang",
        "gitconfig": "git's sections",
        "hcl": "HashiCorp's language",
        "history": "commands as they were typed",
        "ini": "sections of `key = value`",
        "json": "JSON",
        "jsonl": "JSON, one value a line",
        "kdbx": "a KeePass database",
        "key": "a private key, or a container of keys",
        "keychain": "a keychain of macOS",
        "keyring": "GNOME's keyring: sections of text without a password, else enciphered",
        "kwallet": "KDE's wallet",
        "lines": "lines of text",
        "mylogin": "mysql_config_editor's scrambled sections",
        "nedb": "NeDB's documents: JSON, one a line",
        "netrc": "machine, login, password",
        "npmrc": "`//host/path/:key = value`",
        "pgp": "an OpenPGP message, mostly enciphered",
        "scrambled": "enciphered with a key that is published",
        "plist": "a property list, as XML or binary",
        "properties": "Java's properties",
        "reg": "an export of the registry",
        "shell": "a script of a shell",
        "sqlite": "an SQLite database",
        "svn": "Subversion's dump of a hash",
        "toml": "TOML",
        "token": "the secret and nothing else",
        "unit": "systemd's sections",
        "vault": "enciphered by the program that keeps it",
        "xml": "XML",
        "yaml": "YAML",
        "zsh-history": "commands in zsh's own encoding",
    }
)
"""How the files are written."""


def rows(
    tool: str,
    format_: str,
    fields: str = "",
    *,
    everywhere: tuple[str, ...] = (),
    linux: tuple[str, ...] = (),
    macos: tuple[str, ...] = (),
    windows: tuple[str, ...] = (),
    zone: Zone = Zone.WORKSTATION_DOTFILE,
    mode: int | None = OWN,
) -> Iterator[Row]:
    """The places of one tool that are alike."""
    by_system: tuple[tuple[System, tuple[str, ...]], ...] = (
        ("any", everywhere),
        ("linux", linux),
        ("macos", macos),
        ("windows", windows),
    )
    return (Row(pattern, tool, format_, zone, system, fields, mode) for system, patterns in by_system for pattern in patterns)
