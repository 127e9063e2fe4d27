"""Which registry an address, a name or an audience means, and whether everybody can install from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from scanner import hosts
from scanner.pipelines.signatures.conditions import is_decided_later
from scanner.pipelines.signatures.rows import RegistryRow

_LONGEST = 2_000


class Registries:
    """The table of registries, asked for one of them at a time."""

    def __init__(self, rows: Sequence[RegistryRow], added: Collection[str] = ()) -> None:
        """`added` are the targets of rows that are none of our own."""
        self._added = frozenset(added)
        self._rows = {row.target: row for row in rows}
        self._audiences = {self._spelled(row, audience).rstrip("/").lower(): row.target for row in rows for audience in row.audiences}
        self._narrower: dict[str, list[RegistryRow]] = {}
        for row in rows:
            if row.target in self._added and row.family:
                self._narrower.setdefault(row.family, []).append(row)

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
        told = self._told(row, text)
        if told is None:
            return "private" if row.names or _host(text) is not None else None
        return told

    def usual(self, target: str) -> str:
        """The tier of what is published to a target where nobody says more."""
        row = self._rows.get(target)
        return row.tier if row is not None else "public"

    def narrowed(self, target: str, value: str) -> str:
        """The registry of one's own that an address or name means to which `target` is published; else `target`."""
        text = value.strip()[:_LONGEST]
        rows = () if not text or is_decided_later(text) else self._narrower.get(target, ())
        return next((row.target for row in rows if self._told(row, text) is not None), target)

    def _told(self, row: RegistryRow, text: str) -> str | None:
        """The tier that a row has for an address or a name; None where it is about neither."""
        host, names = _host(text), {self._spelled(row, name).lower() for name in row.names}
        if host is None or text.lower() in names:
            known = {**dict.fromkeys(names, row.tier), **dict.fromkeys((name.lower() for name in row.test_names), "test")}
            return known.get(text.lower())
        if any(hosts.under(host, self._labels(row, name)) for name in row.test_hosts):
            return "test"
        return row.tier if any(hosts.under(host, self._labels(row, name)) for name in row.hosts) else None

    def _labels(self, row: RegistryRow, name: str) -> hosts.Labels:
        found: hosts.Labels = hosts.labels(name) if row.target in self._added else getattr(hosts, name)
        return found

    def _spelled(self, row: RegistryRow, written: str) -> str:
        """An audience or a name, with the host that it names."""
        before, at, name = written.partition("@")
        return written if not at or row.target in self._added else f"{before}{hosts.spell(getattr(hosts, name))}"


def _host(text: str) -> str | None:
    """The host of an address; None for a name."""
    try:
        return urlsplit(text if "://" in text else f"//{text}").hostname if "/" in text or "." in text else None
    except ValueError:
        return None
