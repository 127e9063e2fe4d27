"""Settings of one run: defaults < configuration file < environment < flags.

Nothing here is fetched by anybody: `load` makes one frozen `Settings`, and it is passed on. A configuration file can change what is
read and reported; it can never name code, and one that lies in a target is not obeyed unless the user says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scanner.errors import ConfigError, UsageError
from scanner.records import dataclass, replace

FILE_NAME = "keytrail.toml"
_PYPROJECT = "pyproject.toml"
CONFIG_FILES = (_PYPROJECT, FILE_NAME)
"""Where settings may stand, weakest first."""
MAX_CONFIG = 1 << 20
"""Bytes of a configuration file that are read; a larger one is refused."""
SEVERITIES = ("critical", "high", "medium", "low", "info")
_CODE = "plugin"
_BESIDE = "signatures"
"""What a configuration file names as lying beside it."""
_NONE: Mapping[str, Any] = MappingProxyType({})
FORMATS = ("text", "json", "sarif")
_PLAIN_NAME = re.compile(r"[a-z][a-z_]{0,29}")
"""What may be repeated of a name that is none of ours: anything else may be a value that went astray."""
_POLICY = re.compile(r"TB[0-9]{3}")
_EXCEPTION = ("policy", "where", "reason", "until")
"""Keys of an exception, the day last."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An exception from a policy: `[[accepted]]`."""

    policy: str
    where: str
    """A path, or the name of a job or slot; `*` stands for any characters."""
    reason: str
    until: date
    """The last day on which it counts."""


class _WrongError(ValueError):
    """What is wrong inside a setting, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run is to do. Field names are the long options with underscores."""

    history: bool = True
    detector: tuple[str, ...] = ()
    no_detector: tuple[str, ...] = ()
    plugin: tuple[str, ...] = ()
    """Installed distributions with detectors of another tool. They are code, so no file can name one."""
    policy: tuple[str, ...] = ()
    no_policy: tuple[str, ...] = ()
    format: str = "text"
    fail_on: str = "low"
    exit_code: int = 1
    """What a failed verdict ends with."""
    key_file: Path | None = None
    jobs: int = 0
    """Worker processes; 0 is one for each usable processor."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: Path | None = None
    """Accepted occurrences."""
    store: str = ""
    """URL of the store; empty is the one in the user's data directory."""
    max_blob_size: int = 2 << 30
    """Bytes of a file, an object or a member of an archive; what is larger is unscanned. Members, and files that are held as a whole
    because they are read from their end, have lower bounds of their own."""
    archives: bool = True
    """Whether archives and compressed files are opened."""
    strict: bool = False
    as_of: date | None = None
    """The day on which expiry is judged; None is today."""
    show_suppressed: bool = False
    show_unscanned: bool = False
    all_places: bool = False
    quiet: bool = False
    cache: bool = True
    trust_config: bool = False
    public: tuple[str, ...] = ()
    """Targets, as the user names them, that everybody can read."""
    severity: tuple[tuple[str, str], ...] = ()
    """Policies and the severity of their findings, whatever it would be."""
    accepted: tuple[Acceptance, ...] = ()
    signatures: tuple[Path, ...] = ()
    """Files with actions, commands, registries and names of one's own, which are read besides those that are built in."""


def load(
    flags: Mapping[str, Any],
    *,
    config: Path | None,
    environ: Mapping[str, str],
    targets: tuple[Path, ...],
    defaults: Mapping[str, Any] = _NONE,
    reviewed: Sequence[tuple[str, bytes]] = (),
) -> Settings:
    """The settings of a run; a flag that is None was not given. `defaults` are those of the command where they differ.

    `reviewed` is what configuration files of a target hold that may be obeyed although they lie there, by name; a file that `config`
    names wins over them.

    Raises ConfigError for a file or variable that says something unknown or of the wrong type, naming both, never the value.
    """
    settings = replace(Settings(), **defaults)
    for name, content in () if config is not None else reviewed:
        settings = _merge(settings, _from_text_of(name, content), name)
    for file in _files(config, targets, trusted=bool(flags.get("trust_config"))):
        settings = _merge(settings, _from_file(file), str(file), file.parent)
    named = {name: environ[_variable(name)] for name in Settings.__match_args__ if environ.get(_variable(name))}
    for name, text in named.items():
        settings = _merge(settings, {name: _from_text(name, text)}, _variable(name))
    return _merge(settings, {name: value for name, value in flags.items() if value is not None}, "the command line")


def size(text: str) -> int:
    """Bytes meant by `10M`, `512 KiB`, `1g` or a plain number; UsageError otherwise."""
    match = re.fullmatch(r"\s{0,4}(\d{1,15})\s{0,4}([kmgKMG]?)(?:i?[bB])?\s{0,4}", text)
    if match is None or not int(match[1]):
        message = "a size is a positive number of bytes, or a number with K, M or G"
        raise UsageError(message)
    return int(match[1]) << {"": 0, "k": 10, "m": 20, "g": 30}[match[2].lower()]


def untrusted_files(targets: tuple[str, ...]) -> tuple[Path, ...]:
    """Configuration that lies in a target and is therefore not obeyed; its presence is worth saying once."""
    found = [Path(target) / FILE_NAME for target in targets if target != "-"]
    return tuple(file for file in found if file.is_file())


def _files(config: Path | None, targets: tuple[Path, ...], *, trusted: bool) -> list[Path]:
    """The configuration files to obey, weakest first."""
    if config is not None:
        if not config.is_file():
            message = f"no configuration file {config}"
            raise ConfigError(message)
        return [config]
    here = Path.cwd()
    inside = any(here == target or target in here.parents for target in (t.resolve() for t in targets))
    own = [] if inside and not trusted else [here / name for name in CONFIG_FILES]
    return [file for file in own if file.is_file()]


def _from_file(file: Path) -> Mapping[str, Any]:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_CONFIG + 1)
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise ConfigError(message) from None
    return _from_text_of(str(file), raw)


def _from_text_of(name: str, raw: bytes) -> Mapping[str, Any]:
    """The settings in a configuration file's content."""
    if len(raw) > MAX_CONFIG:
        message = f"{name}: larger than {MAX_CONFIG} bytes"
        raise ConfigError(message)
    import tomllib  # noqa: PLC0415 - most runs have no configuration file, and start sooner without

    try:
        table = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        message = f"{name}: not valid TOML"
        raise ConfigError(message) from None
    if name.endswith(_PYPROJECT):
        tool = table.get("tool")
        table = tool.get("keytrail", {}) if isinstance(tool, dict) else {}
    values = {key.replace("-", "_"): value for key, value in table.items()}
    if _CODE in values:
        message = f"{name}: {_CODE} names code, which no file can do (--{_CODE})"
        raise ConfigError(message)
    return values


def _merge(settings: Settings, values: Mapping[str, Any], origin: str, folder: Path = Path()) -> Settings:
    """The settings with these values, out of `origin`; files of signatures are named from `folder`."""
    known = set(Settings.__match_args__)
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            message = f"{origin}: unknown setting {_option(name) if _PLAIN_NAME.fullmatch(name) else '(not shown)'}"
            raise ConfigError(message)
        try:
            changes[name] = _READ[name](value)
        except _WrongError as wrong:
            message = f"{origin}: {_option(name)}{wrong}"
            raise ConfigError(message) from None
        except (TypeError, ValueError, UsageError):
            message = f"{origin}: {_option(name)} must be {_MEANING[name]}"
            raise ConfigError(message) from None
    if _BESIDE in changes:
        changes[_BESIDE] = tuple(folder / file for file in changes[_BESIDE])
    return replace(settings, **changes)


def _option(name: str) -> str:
    return name.replace("_", "-")[:64]


def _variable(name: str) -> str:
    return "KEYTRAIL_" + name.upper()


def _from_text(name: str, text: str) -> object:
    """An environment variable's text as the type that the setting has."""
    kind = type(getattr(Settings(), name))
    if kind is tuple:
        return tuple(part for part in text.split(os.pathsep) if part)
    if kind is bool:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(text.lower(), text)
    if kind is int and name != "max_blob_size":
        return int(text) if text.isdecimal() else text
    return text


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise TypeError
        return value

    return read


def _strings(value: object) -> tuple[str, ...]:
    parts = (value,) if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
        raise TypeError
    return tuple(parts)


def _one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return read


def _bytes(value: object) -> int:
    return size(value) if isinstance(value, str) else _number(1, 1 << 50)(value)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _path(value: object) -> Path:
    if not isinstance(value, (str, Path)):
        raise TypeError
    return Path(value).expanduser()


def _paths(value: object) -> tuple[Path, ...]:
    return tuple(map(_path, value)) if isinstance(value, (list, tuple)) else (_path(value),)


def _severities(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise TypeError
    for policy, word in value.items():
        if word not in SEVERITIES:
            message = f".{policy if _POLICY.fullmatch(policy) else '(not shown)'} must be one of {', '.join(SEVERITIES)}"
            raise _WrongError(message)
    return tuple(sorted(value.items()))


def _acceptances(value: object) -> tuple[Acceptance, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise TypeError
    return tuple(_acceptance(entry, number) for number, entry in enumerate(value, 1))


def _acceptance(entry: Mapping[str, object], number: int) -> Acceptance:
    """One exception: all four keys, each of them with something in it."""
    for name in entry:
        if name not in _EXCEPTION:
            message = f"[{number}] has an unknown key {name if _PLAIN_NAME.fullmatch(name) else '(not shown)'}"
            raise _WrongError(message)
    for name in _EXCEPTION:
        if name not in entry:
            message = f"[{number}].{name} is missing"
            raise _WrongError(message)
    until, texts = entry["until"], [entry[name] for name in _EXCEPTION[:-1]]
    for name, text in zip(_EXCEPTION, texts, strict=False):
        if not isinstance(text, str) or not text.strip():
            message = f"[{number}].{name} must be a text"
            raise _WrongError(message)
    if not isinstance(until, date) or isinstance(until, datetime):
        message = f"[{number}].until must be a date such as 2027-01-01"
        raise _WrongError(message)
    policy, where, reason = map(str, texts)
    return Acceptance(policy, where, reason, until)


_FLAGS = ("history", "archives", "strict", "show_suppressed", "show_unscanned", "all_places", "quiet", "cache", "trust_config")
_LISTS = ("detector", "no_detector", "plugin", "policy", "no_policy", "include", "exclude", "public")
_READ: Mapping[str, Callable[[object], object]] = {
    **dict.fromkeys(_FLAGS, _flag),
    **dict.fromkeys(_LISTS, _strings),
    "format": _one_of(*FORMATS),
    "fail_on": _one_of(*SEVERITIES, "none"),
    "exit_code": _number(0, 255),
    "jobs": _number(0, 1024),
    "key_file": _path,
    "baseline": _path,
    "store": _text,
    "signatures": _paths,
    "max_blob_size": _bytes,
    "as_of": _day,
    "severity": _severities,
    "accepted": _acceptances,
}
_MEANING: Mapping[str, str] = {
    **dict.fromkeys(_FLAGS, "true or false"),
    **dict.fromkeys(_LISTS, "a list of strings"),
    "format": "one of " + ", ".join(FORMATS),
    "fail_on": "one of " + ", ".join((*SEVERITIES, "none")),
    "exit_code": "a number from 0 to 255",
    "jobs": "a number from 0 to 1024",
    "key_file": "a path",
    "baseline": "a path",
    "store": "the URL of a store",
    "signatures": "a list of paths",
    "max_blob_size": "a size such as 10M",
    "as_of": "a date such as 2026-11-25",
    "severity": "a table of policies and severities",
    "accepted": "a list of tables with policy, where, reason and until",
}
