"""What other scanners have written down as known: where each of it stands, and what their values can be told by. Whatever is in there is hostile.

Formats, as their projects document them: `.secrets.baseline` of detect-secrets; `.gitleaksignore` (a fingerprint a line:
`commit:path:rule:line`, or `path:rule:line`); the JSON reports of gitleaks and of betterleaks, whose second version has its findings under
`findings`, and in JSON lines under `finding`; TruffleHog's JSON lines, with metadata of git, of forges or of a file system.

A raw value in a report becomes its SHA-1 here, the digest that detect-secrets has, and goes no further.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import sha1
from typing import Any, NoReturn

from scanner.errors import UsageError
from scanner.records import dataclass, replace

LARGEST = 16 << 20
"""Bytes of a source; a larger one is refused."""
MOST = 100_000
"""Entries of a source; one with more is refused."""
_LAST_LINE = 1 << 31

_COMMIT = re.compile(r"[0-9A-Fa-f]{7,64}")
_DIGEST = re.compile(r"[0-9A-Fa-f]{40}")
_FINGERPRINT = re.compile(r"(?:(?P<commit>[0-9a-f]{40}(?:[0-9a-f]{24})?):)?(?P<path>.+):(?P<rule>[^:\s]+):(?P<line>[0-9]{1,10})")
_VALUE_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORGES = ("Git", "Github", "Gitlab", "Bitbucket", "Filesystem")
"""Sources of TruffleHog that name files of a repository."""


class Kind(StrEnum):
    """What a source is."""

    DETECT_SECRETS = "detect-secrets"
    GITLEAKS = "gitleaks"
    GITLEAKSIGNORE = "gitleaksignore"
    BETTERLEAKS = "betterleaks"
    TRUFFLEHOG = "trufflehog"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a source."""

    path: str
    commit: str | None = None
    """None is the file as it is now."""
    first: int = 0
    """Line from 1; 0 where none is named."""
    last: int = 0
    digest: str | None = None
    """SHA-1 of the value, in lower case."""
    by_digest: bool = False
    """Whether the value has to be the one with this digest, wherever in the file it stands."""
    problem: str = ""
    """Why there is nothing to look at."""

    def told(self, path: str) -> str:
        """What the entry is called in messages, in which its path is `path`."""
        where = f"{path}:{self.first}" if path and self.first else path or "an entry"
        return f"{where} at {self.commit[:12]}" if self.commit else where


def rows(content: bytes, kind: str | None) -> tuple[Row, ...]:
    """The entries of a source, each once; its kind is told from what is in it unless `kind` names it.

    Raises UsageError for what is none of the kinds, in a sentence that holds nothing of it.
    """
    if len(content) > LARGEST:
        _refuse(f"it is larger than {LARGEST >> 20} MiB")
    if kind is not None and kind not in set(Kind):
        _refuse(f"there is no source of this kind; there are {', '.join(Kind)}")
    text = _text(content)
    found = _fingerprints(text) if kind == Kind.GITLEAKSIGNORE or not text.lstrip().startswith(("{", "[")) else _documents(text, kind)
    met: dict[Row, None] = {}
    for row in found:
        met[row] = None
        if len(met) > MOST:
            _refuse(f"it has more than {MOST:,} entries")
    return tuple(met)


def digest_of(value: bytes) -> str:
    """What detect-secrets knows a value by."""
    return sha1(value, usedforsecurity=False).hexdigest()


def _text(content: bytes) -> str:
    """What PowerShell writes is UTF-16."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        _refuse("it is not UTF-8")


def _documents(text: str, kind: str | None) -> Iterator[Row]:
    """The rows of a JSON document, or of JSON lines."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = [_line(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if isinstance(document, dict):
        inside = document.get("findings")
        if kind in {None, Kind.DETECT_SECRETS} and isinstance(document.get("results"), dict):
            return _of_detect_secrets(document["results"])
        document = inside if isinstance(inside, list) else [document]
    if not isinstance(document, list):
        _refuse("it is no report or baseline that keytrail knows")
    return _of_list(document, kind)


def _line(line: str, number: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        _refuse(f"it is not JSON, nor is each of its lines (line {number})")


def _of_list(document: Iterable[object], kind: str | None) -> Iterator[Row]:
    """Findings, each of which shows whose it is. Records about the scan itself are passed over."""
    readers: Mapping[str, Callable[[Mapping[str, Any]], Row | None]] = {
        Kind.GITLEAKS: _of_gitleaks,
        Kind.BETTERLEAKS: _of_gitleaks,
        Kind.TRUFFLEHOG: _of_trufflehog,
    }
    if kind == Kind.DETECT_SECRETS:
        _refuse("it is no baseline of detect-secrets: it has no `results`")
    wanted = [_of_gitleaks, _of_trufflehog] if kind is None else [readers[kind]]
    empty, met = True, False
    for finding in document:
        empty = False
        inner = finding.get("finding", finding) if isinstance(finding, dict) else finding
        row = next((row for reader in wanted if isinstance(inner, dict) and (row := reader(inner))), None)
        met = met or row is not None
        if row is not None:
            yield row
    if not (met or empty):
        _refuse("it is no report or baseline that keytrail knows")


def _of_detect_secrets(results: Mapping[str, object]) -> Iterator[Row]:
    for path, secrets in results.items():
        if not isinstance(secrets, list):
            _refuse("its `results` are no lists of secrets")
        for one in secrets:
            digest = one.get("hashed_secret") if isinstance(one, dict) else None
            if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
                yield Row(path, problem="no `hashed_secret`")
                continue
            line = _number(one.get("line_number"))
            yield Row(path, first=line, last=line, digest=digest.lower(), by_digest=True)


def _of_gitleaks(finding: Mapping[str, Any]) -> Row | None:
    """A finding of gitleaks or betterleaks, which have their fields under the same names in different spelling."""
    fields = _plain(finding)
    if "ruleid" not in fields:
        return None
    location, source, match = (_plain(fields.get(name)) for name in ("location", "attributes", "match"))
    path = _first_text(fields.get("file"), location.get("path"), source.get("path"))
    commit = _first_text(fields.get("commit"), source.get("git.sha"))
    first = _number(fields.get("startline")) or _number(location.get("startline"))
    last = _number(fields.get("endline")) or _number(location.get("endline"))
    value = _first_text(fields.get("secret"), match.get("value"))
    return _row(path, commit, first, last, value)


def _of_trufflehog(finding: Mapping[str, Any]) -> Row | None:
    metadata = finding.get("SourceMetadata")
    if not isinstance(metadata, dict):
        return None
    data = metadata.get("Data")
    data = data if isinstance(data, dict) else {}
    source = next((data[name] for name in _FORGES if isinstance(data.get(name), dict)), None)
    if source is None:
        return Row("", problem="its source is neither git nor a file system")
    line = _number(source.get("line"))
    return _row(_first_text(source.get("file")), _first_text(source.get("commit")), line, line, _first_text(finding.get("Raw")))


def _row(path: str, commit: str, first: int, last: int, value: str) -> Row:
    digest = digest_of(value.encode(errors="replace")) if value else None
    row = Row(path, commit.lower() or None, first, min(max(first, last), first + MOST), digest)
    if not path:
        problem = "it is in a message of a commit, or names no file" if commit else "it names no file"
        return replace(row, problem=problem, commit=None)
    if commit and not _COMMIT.fullmatch(commit):
        return replace(row, problem="its commit is no id", commit=None)
    return row


def _fingerprints(text: str) -> Iterator[Row]:
    """The lines of a `.gitleaksignore`; what follows a `#` at the beginning of a line is a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        match = _FINGERPRINT.fullmatch(entry)
        if match:
            at = _number(int(match["line"]))
            yield Row(match["path"], match["commit"], at, at)
        elif _VALUE_DIGEST.fullmatch(entry):
            yield Row("", problem=f"line {number} is the digest of a value and names no place")
        else:
            _refuse(f"it is no report or baseline that keytrail knows (line {number})")


def _plain(fields: object) -> dict[str, Any]:
    """The members of an object by their names in lower case without underscores; none of anything else."""
    return {name.lower().replace("_", ""): value for name, value in fields.items()} if isinstance(fields, dict) else {}


def _first_text(*values: object) -> str:
    return next((value for value in values if isinstance(value, str) and value), "")


def _number(value: object) -> int:
    """A line; 0 for anything that is none."""
    return value if type(value) is int and 0 < value < _LAST_LINE else 0


def _refuse(why: str) -> NoReturn:
    message = f"SOURCE cannot be imported: {why}"
    raise UsageError(message) from None
