"""Reads the tables of signatures, ours and those that configuration adds, and checks every row of them."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from typing import Any, NoReturn

from scanner import hosts
from scanner.errors import ConfigError
from scanner.pipelines import checks
from scanner.pipelines.signatures.rows import (
    Accepts,
    Ending,
    NameRow,
    Normal,
    ProgramRow,
    RegistryRow,
    RemarkRow,
    RunnerRow,
    SignatureRow,
    SinkRow,
    Tables,
)
from scanner.pipelines.signatures.words import FAMILIES, KEYLESS, MARKS, PLATFORMS, ROLES, TARGETS, TIERS

_TABLES: Mapping[str, tuple[str, Any]] = {
    "program": ("programs", ProgramRow),
    "action": ("actions", SignatureRow),
    "command": ("commands", SignatureRow),
    "remark": ("remarks", RemarkRow),
    "runner": ("runners", RunnerRow),
    "sink": ("sinks", SinkRow),
    "registry": ("registries", RegistryRow),
    "name": ("names", NameRow),
}
_KINDS: Mapping[str, tuple[type, str]] = {
    "str": (str, "text"),
    "bool": (bool, "true or false"),
    "int": (int, "a number"),
    "date | None": (date, "a date"),
}
_LISTED: Mapping[str, Any] = {"tuple[Accepts, ...]": Accepts, "tuple[Ending, ...]": Ending}
_ALLOWED: Mapping[str, frozenset[str]] = {
    "role": ROLES,
    "mark": MARKS,
    "tier": TIERS,
    "keyless": KEYLESS,
    "family": FAMILIES,
    "ci": PLATFORMS,
    "of": frozenset({"name", "environment"}),
    "runner": frozenset({"any", "hosted"}),
}
_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}(?:\.[a-z0-9-]{1,40})?")
_TARGET = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,20}")
_SHOWN = re.compile(r"[\w@./*:|-]{1,60}", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z_.-]{0,29}")
"""What may be repeated of a word that is none of ours: anything else may be a value that went astray."""
_LINE = re.compile(r"\(at line (\d{1,9}), column \d{1,9}\)\Z")
LARGEST = 1 << 20
"""Bytes of a file of signatures; a larger one is refused."""
_MOST_ROWS = 5_000
_MOST_LENGTH = 400
_MOST_DOTS = 64
"""Dots on a line. tomllib takes quadratic time over a long dotted key."""
_ADDED_MARK = "checked"
"""How far the facts of a row are verified that does not say so: whoever adds it knows."""


def load(extra: Sequence[tuple[str, bytes]] = ()) -> Tables:
    """Our tables and those of `extra`, files of the same shape by their names. Raises `ConfigError` with the name of the file and the row.

    A registry of `extra` is a target for all of their rows, and its hosts are written out.
    """
    added = [_Reading(name, data, is_added=True) for name, data in extra]
    targets = TARGETS.union(*(one.targets() for one in added))
    given = [(one.name, one.tables(targets)) for one in added]
    files = sorted(resources.files("scanner.pipelines").joinpath("data").iterdir(), key=lambda file: file.name)
    ours = [(file.name, _Reading(file.name, file.read_bytes()).tables(TARGETS)) for file in files if file.name.endswith(".toml")]
    _check_once([*ours, *given])
    parts = [tables for _, tables in (*ours, *given)]
    rows = {name: _joined(name, parts) for name, _ in _TABLES.values()}
    rows["sinks"] = _joined("sinks", [tables for _, tables in (*given, *ours)])
    added_targets = tuple(row.target for _, tables in given for row in tables.registries)
    return Tables(**rows, normal=_normal(parts), added=added_targets)


def _joined(name: str, parts: Sequence[Tables]) -> Any:  # noqa: ANN401 - the type of one field of `Tables`
    return tuple(row for part in parts for row in getattr(part, name))


def _normal(parts: Sequence[Tables]) -> Normal:
    return Normal(
        endings=tuple(dict.fromkeys(ending for part in parts for ending in part.normal.endings)),
        synonyms=tuple(pair for part in parts for pair in part.normal.synonyms),
    )


def _check_once(files: Sequence[tuple[str, Tables]]) -> None:
    """Raises `ConfigError` where two rows of whatever file claim one name."""
    seen: set[tuple[str, str]] = set()
    for name, tables in files:
        for claim in _claims(tables):
            if claim in seen:
                called = claim[1] if _SHOWN.fullmatch(claim[1]) else "(not shown)"
                message = f"{name}: two rows have the {claim[0]} {called}"
                raise ConfigError(message)
            seen.add(claim)


def _claims(tables: Tables) -> Iterator[tuple[str, str]]:
    """What only one row may be called."""
    yield from (("id", row.id) for row in (*tables.actions, *tables.commands))
    yield from (("id", row.id) for row in tables.remarks)
    yield from (("target", row.target) for row in tables.registries)
    yield from (("program", row.names[0]) for row in tables.programs)
    yield from (("synonym", name) for name, _ in tables.normal.synonyms)


class _Reading:
    """One file while it is read."""

    def __init__(self, name: str, data: bytes, *, is_added: bool = False) -> None:
        """`is_added` says whether it is none of our own."""
        self.name = name
        self._added = is_added
        self._targets: frozenset[str] = frozenset()
        self._content = self._parsed(data)

    def targets(self) -> Iterator[str]:
        """What the registries of the file are as targets."""
        rows = self._content.get("registry")
        for row in rows if isinstance(rows, list) else ():
            target = row.get("target") if isinstance(row, dict) else None
            if isinstance(target, str):
                if not _TARGET.fullmatch(target):
                    self._refuse("registry", "a target is a lower-case word of letters, digits and _")
                yield target

    def tables(self, targets: frozenset[str]) -> Tables:
        """The rows of the file, whose targets may be these."""
        self._targets = targets
        content = dict(self._content)
        as_of = content.pop("as_of", None)
        if type(as_of) is not date and not (self._added and as_of is None):
            self._refuse("", "as_of must be a date")
        normal = self._normal(content.pop("normal", {}))
        rows: dict[str, Any] = {}
        for table, listed in content.items():
            if table not in _TABLES:
                self._refuse("", f"unknown table {_told(table)}")
            field, kind = _TABLES[table]
            rows[field] = tuple(self._row(table, number, kind, row, as_of) for number, row in enumerate(self._tables_of(table, listed), 1))
        return Tables(**rows, normal=normal)

    def _parsed(self, data: bytes) -> dict[str, Any]:
        if len(data) > LARGEST:
            self._refuse("", "larger than 1 MiB")
        if any(line.count(b".") > _MOST_DOTS for line in data.splitlines()):
            self._refuse("", f"a line has more than {_MOST_DOTS} dots")
        try:
            return tomllib.loads(data.decode())
        except (ValueError, RecursionError) as error:
            line = _LINE.search(str(error))
            self._refuse("", f"not valid TOML (line {line[1]})" if line else "not valid TOML")

    def _tables_of(self, where: str, listed: object) -> list[dict[str, object]]:
        if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
            self._refuse(where, "must be tables in double brackets")
        if len(listed) > _MOST_ROWS:
            self._refuse(where, f"more than {_MOST_ROWS} rows")
        return listed

    def _row(self, table: str, number: int, kind: Any, row: dict[str, object], as_of: date | None) -> Any:  # noqa: ANN401 - one of the rows
        where = f"{table} {self._called(row) or number}"
        fields = {field.name: field for field in dataclasses.fields(kind)}
        for key in row:
            if key not in fields:
                self._refuse(where, f"unknown key {_told(key)}")
        values: dict[str, Any] = {"as_of": as_of} if "as_of" in fields else {}
        for name, field in fields.items():
            if name in row:
                values[name] = self._value(where, name, str(field.type), row[name], as_of)
            elif name == "mark" and self._added:
                values[name] = _ADDED_MARK
            elif field.default is dataclasses.MISSING:
                self._refuse(where, f"{name} is missing")
        made = kind(**values)
        self._check(where, table, made)
        return made

    @staticmethod
    def _called(row: Mapping[str, object]) -> str:
        """What a row is called in a message: its id, its target, its first name."""
        for key in ("id", "target", "names", "words", "uses", "ci", "kind"):
            match row.get(key):
                case str(name) | [str(name), *_]:
                    return name if _SHOWN.fullmatch(name) else ""
                case _:
                    continue
        return ""

    def _value(self, where: str, name: str, kind: str, value: object, as_of: date | None) -> object:
        if kind in _LISTED:
            nested = self._tables_of(f"{where} {name}", value)
            return tuple(self._row(f"{where} {name}", number, _LISTED[kind], row, as_of) for number, row in enumerate(nested, 1))
        if kind == "tuple[str, ...]":
            if not isinstance(value, list) or not all(isinstance(one, str) and 0 < len(one) <= _MOST_LENGTH for one in value):
                self._refuse(where, f"{name} must be a list of short texts")
            return tuple(value)
        expected, words = _KINDS[kind]
        if type(value) is not expected or (isinstance(value, str) and len(value) > _MOST_LENGTH):
            self._refuse(where, f"{name} must be {words}")
        return value

    def _check(self, where: str, table: str, row: Any) -> None:  # noqa: ANN401 - one of the rows
        """Raises `ConfigError` for a row whose words are none of ours."""
        for name, allowed in _ALLOWED.items():
            value = getattr(row, name, None)
            if name == "family" and isinstance(row, RegistryRow):
                allowed = self._targets | {""}  # noqa: PLW2901 - of a registry it is a target
            if value is not None and value not in allowed:
                self._refuse(where, f"unknown {name} {_told(value)}")
        if getattr(row, "target", "") not in self._targets | {""}:
            self._refuse(where, f"unknown target {_told(row.target)}")
        if isinstance(row, (SignatureRow, RemarkRow)):
            self._check_pattern(where, table, row)
        if isinstance(row, RunnerRow):
            self._check_platforms(where, row.platforms)
        if isinstance(row, RegistryRow):
            self._check_hosts(where, row)
        if (isinstance(row, (ProgramRow, SinkRow)) and not row.names) or (isinstance(row, NameRow) and not row.words):
            self._refuse(where, "a row needs at least one name")

    def _check_pattern(self, where: str, table: str, row: SignatureRow | RemarkRow) -> None:
        if not _ID.fullmatch(row.id):
            self._refuse(where, "an id is letters, digits and dashes, with one dot at most")
        ways = {name for name in ("programs", "uses", "env") if getattr(row, name, ())}
        wanted = {"action": [{"uses"}], "command": [{"programs"}]}.get(table, [{"programs"}, {"uses"}, {"env"}])
        if ways not in wanted:
            self._refuse(where, f"needs {' or '.join(sorted(way for one in wanted for way in one))}, and only that")
        self._check_platforms(where, getattr(row, "platforms", ()))
        for name in getattr(row, "images", ()):
            if name.startswith("@") and not isinstance(getattr(hosts, name[1:], None), tuple):
                self._refuse(where, f"unknown host {name[1:]!r}")
        if row.check and row.check not in checks.CHECKS:
            self._refuse(where, f"unknown check {_told(row.check)}")

    def _check_hosts(self, where: str, row: RegistryRow) -> None:
        """Ours have labels for their hosts, because no host is written but in `scanner.hosts`; others write theirs."""
        labels = [one.partition("@")[2] for one in (*row.audiences, *row.names) if "@" in one and not self._added]
        for name in (*row.hosts, *row.test_hosts, *labels):
            written = self._added and _HOST.fullmatch(name)
            if not written and (self._added or not isinstance(getattr(hosts, name, None), tuple)):
                self._refuse(
                    where, f"unknown host {_told(name)}" if not self._added else "a host is its name, without scheme, port and path"
                )

    def _check_platforms(self, where: str, platforms: Sequence[str]) -> None:
        for platform in platforms:
            if platform not in PLATFORMS:
                self._refuse(where, f"unknown platform {_told(platform)}")

    def _normal(self, table: object) -> Normal:
        if not isinstance(table, dict) or not table.keys() <= {"endings", "synonyms"}:
            self._refuse("normal", "has endings and synonyms, nothing else")
        endings = self._value("normal", "endings", "tuple[str, ...]", table.get("endings", []), date.min)
        synonyms = table.get("synonyms", {})
        if not isinstance(synonyms, dict) or not all(isinstance(one, str) for one in synonyms.values()):
            self._refuse("normal", "synonyms must be names and their synonyms")
        assert isinstance(endings, tuple)  # noqa: S101 - what `_value` gives for this type
        return Normal(endings=endings, synonyms=tuple(synonyms.items()))

    def _refuse(self, where: str, what: str) -> NoReturn:
        message = f"{self.name}: {where}: {what}" if where else f"{self.name}: {what}"
        raise ConfigError(message) from None


def _told(word: str) -> str:
    return repr(word) if _WORD.fullmatch(word) else "(not shown)"
