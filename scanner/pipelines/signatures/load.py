"""Reads the tables of signatures, ours and those that configuration adds, and checks every row of them."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
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
_MOST_BYTES = 1 << 20
_MOST_ROWS = 5_000
_MOST_LENGTH = 400


def load(extra: Sequence[bytes | Path] = ()) -> Tables:
    """Our tables and after them those of `extra`, TOML of the same shape. Raises `ConfigError` with the name of the file and the row."""
    named = [
        (f"signatures {number}", data) if isinstance(data, bytes) else (str(data), _read(data)) for number, data in enumerate(extra, 1)
    ]
    given = [(name, _Reading(name, data).tables()) for name, data in named]
    files = sorted(resources.files("scanner.pipelines").joinpath("data").iterdir(), key=lambda file: file.name)
    ours = [(file.name, _Reading(file.name, file.read_bytes()).tables()) for file in files if file.name.endswith(".toml")]
    _check_once([*ours, *given])
    parts = [tables for _, tables in (*ours, *given)]
    return Tables(**{name: _joined(name, parts) for name, _ in _TABLES.values()}, normal=_normal(parts))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise ConfigError(message) from error


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
                message = f"{name}: two rows have the {' '.join(claim)}"
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

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._data = data

    def tables(self) -> Tables:
        """The rows of the file."""
        content = self._parsed()
        as_of = content.pop("as_of", None)
        if type(as_of) is not date:
            self._refuse("", "as_of must be a date")
        normal = self._normal(content.pop("normal", {}))
        rows: dict[str, Any] = {}
        for table, listed in content.items():
            if table not in _TABLES:
                self._refuse("", f"unknown table {table!r}")
            field, kind = _TABLES[table]
            rows[field] = tuple(self._row(table, number, kind, row, as_of) for number, row in enumerate(self._tables_of(table, listed), 1))
        return Tables(**rows, normal=normal)

    def _parsed(self) -> dict[str, Any]:
        if len(self._data) > _MOST_BYTES:
            self._refuse("", "larger than 1 MiB")
        try:
            return tomllib.loads(self._data.decode())
        except (ValueError, RecursionError) as error:
            message = f"{self._name}: not TOML: {error}"
            raise ConfigError(message) from error

    def _tables_of(self, where: str, listed: object) -> list[dict[str, object]]:
        if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
            self._refuse(where, "must be tables in double brackets")
        if len(listed) > _MOST_ROWS:
            self._refuse(where, f"more than {_MOST_ROWS} rows")
        return listed

    def _row(self, table: str, number: int, kind: Any, row: dict[str, object], as_of: date) -> Any:  # noqa: ANN401 - one of the rows
        where = f"{table} {self._called(row) or number}"
        fields = {field.name: field for field in dataclasses.fields(kind)}
        for key in row:
            if key not in fields:
                self._refuse(where, f"unknown key {key!r}")
        values: dict[str, Any] = {"as_of": as_of} if "as_of" in fields else {}
        for name, field in fields.items():
            if name in row:
                values[name] = self._value(where, name, str(field.type), row[name], as_of)
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
                    return name[:60]
                case _:
                    continue
        return ""

    def _value(self, where: str, name: str, kind: str, value: object, as_of: date) -> object:
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
                allowed = TARGETS | {""}  # noqa: PLW2901 - of a registry it is a target
            if value is not None and value not in allowed:
                self._refuse(where, f"unknown {name} {value!r}")
        if getattr(row, "target", "") not in TARGETS | {""}:
            self._refuse(where, f"unknown target {row.target!r}")
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
        if row.check and row.check not in checks.CHECKS:
            self._refuse(where, f"unknown check {row.check!r}")

    def _check_hosts(self, where: str, row: RegistryRow) -> None:
        for name in (*row.hosts, *row.test_hosts, *(one.partition("@")[2] for one in (*row.audiences, *row.names) if "@" in one)):
            if not isinstance(getattr(hosts, name, None), tuple):
                self._refuse(where, f"unknown host {name!r}")

    def _check_platforms(self, where: str, platforms: Sequence[str]) -> None:
        for platform in platforms:
            if platform not in PLATFORMS:
                self._refuse(where, f"unknown platform {platform!r}")

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
        message = f"{self._name}: {where}: {what}" if where else f"{self._name}: {what}"
        raise ConfigError(message)
