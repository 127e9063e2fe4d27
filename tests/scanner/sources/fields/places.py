"""Texts with a value in them, marked by `@@`, and what its place should be called."""

from __future__ import annotations

from scanner import hosts
from scanner.sources.fields import Named, name_place
from tests.support import tokens

VALUE = tokens.npm(1).encode()
HOST = "reg.example"
GITHUB = hosts.spell(hosts.GITHUB)


def named(path: str, text: str, value: bytes = VALUE) -> Named:
    """What the value at the `@@` of `text` is called."""
    before, _, after = text.encode().partition(b"@@")
    return name_place(path, before + value + after, len(before), len(before) + len(value))


def flat(field: str | None, service: str | None = None, account: str | None = None, tool: str | None = None) -> Named:
    return Named(field, (), service, account, tool)


def nested(*path: str, service: str | None = None, account: str | None = None, tool: str | None = None) -> Named:
    return Named(path[-1], path, service, account, tool)
