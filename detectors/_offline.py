"""What every reading says of itself, and careful ways to read what a value says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from scanner.contract import Fact, Lifetime

LAST_SECOND = 253_402_300_799
"""The end of the year 9999; no calendar here goes on."""
MOST_BRACKETS = 64


def facts(lifetime: Lifetime, *, at_rest: str = "plain", scope: str = "unknown", **more: Fact) -> dict[str, Fact]:
    """The four facts that every credential has, and those of `more` that are known."""
    known = {name: fact for name, fact in more.items() if fact is not None}
    return {"lifetime": lifetime.value, "validity": "unknown", "at_rest": at_rest, "scope": scope, **known}


def instant(seconds: object) -> str | None:
    """A time in Unix seconds as RFC 3339 in UTC; None where it is no such time."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def json_value(raw: bytes) -> object:
    """The value of a short JSON text; None where it is none, or nested deeper than what tokens hold."""
    if raw.count(b"[") + raw.count(b"{") > MOST_BRACKETS:
        return None
    try:
        value: object = json.loads(raw)
    except ValueError:
        return None
    return value


def plain_text(raw: bytes, most: int) -> str:
    """At most `most` characters of what a value says in words, without those that are for no reader."""
    text = raw[: 4 * most].decode(errors="replace")[:most]
    return "".join(letter if letter.isprintable() else "�" for letter in text)
