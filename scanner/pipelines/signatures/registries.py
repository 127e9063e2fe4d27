"""Which registry an address, a name or an audience means, and whether everybody can install from it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from scanner import hosts
from scanner.pipelines.signatures.conditions import is_decided_later
from scanner.pipelines.signatures.rows import RegistryRow

_LONGEST = 2_000


class Registries:
    """The table of registries, asked for one of them at a time."""

    def __init__(self, rows: Sequence[RegistryRow]) -> None:
        self._rows = {row.target: row for row in rows}
        self._audiences = {_spelled(audience): row.target for row in rows for audience in row.audiences}

    def get(self, target: str) -> RegistryRow | None:
        """What is known of the registry that a target is."""
        return self._rows.get(target)

    def audience(self, value: str) -> str | None:
        """The target for which an identity token with this audience is meant."""
        return self._audiences.get(value.strip()[:_LONGEST].rstrip("/").lower())

    def tier(self, target: str, value: str) -> str | None:
        """`public`, `private` or `test` for an address or name that a tool was given; None where only a run tells."""
        row = self._rows.get(target)
        text = value.strip()[:_LONGEST]
        if row is None or not text or is_decided_later(text):
            return None
        host = _host(text)
        if host is None or text.lower() in map(_spelled, row.names):
            known = {**dict.fromkeys(map(_spelled, row.names), "public"), **dict.fromkeys(row.test_names, "test")}
            return known.get(text.lower(), "private" if row.names else None)
        if any(hosts.under(host, getattr(hosts, name)) for name in row.test_hosts):
            return "test"
        return "public" if any(hosts.under(host, getattr(hosts, name)) for name in row.hosts) else "private"


def _spelled(audience: str) -> str:
    before, at, name = audience.partition("@")
    return f"{before}{hosts.spell(getattr(hosts, name))}" if at else audience


def _host(text: str) -> str | None:
    """The host of an address; None for a name."""
    try:
        return urlsplit(text if "://" in text else f"//{text}").hostname if "/" in text or "." in text else None
    except ValueError:
        return None
