"""Infisical's secrets, of a project.

Shapes: the array of `infisical export --format=json` (`key`, `value`, `type`, `environment`), and `secrets` and `imports` of the API
(`secretKey`, `secretValue`, `environment`; Infisical's API documentation). The environment scope is the environment and the folder in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.model import Reason
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Flaw, Item, Listing, Loose, System, beside, entry_of, listed, records

_TYPES = frozenset({"shared", "personal"})
_NAMES = frozenset({"key", "secretKey"})
_CIPHERTEXT = "secretValueCiphertext"
_KNOWN = frozenset(
    {
        *("key", "value", "secretKey", "secretValue", "secretValueHidden", "type", "environment", "secretPath"),
        *("id", "_id", "workspace", "version", "createdAt", "updatedAt"),
    }
)


def _recognise(content: Content) -> Listing | None:
    return _read(content) if any(isinstance(item, Record) and _is_told(item) for item in _items(content)) else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if not any(isinstance(item, Record) and (item.names & _NAMES or _CIPHERTEXT in item.names) for item in items):
        return None
    return listed(chain(records(items, _entries), beside(content.documents or (), "secrets")))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(jsontext.unpaged(content.documents or (), "secrets", "imports"), "secrets")


def _is_told(item: Record) -> bool:
    is_exported = item.names >= {"key", "value", "workspace"} and jsontext.word(item, "type") in _TYPES
    return is_exported or item.names >= {"secretKey", "secretValue"} or _CIPHERTEXT in item.names


def _entries(record: Record) -> Iterator[Item]:
    if _CIPHERTEXT in record.names:
        yield Flaw("expected secrets without end-to-end encryption", Reason.ENCRYPTED)
        return
    hidden = jsontext.flag(record, "secretValueHidden")
    value = jsontext.optional_text(record, "secretValue", "value")
    environment, path = jsontext.optional_text(record, "environment"), jsontext.optional_text(record, "secretPath")
    yield entry_of(
        jsontext.text(record, "secretKey", "key"),
        None if hidden else value,
        scope=f"{environment or ''}{path}" if path not in {None, "", "/"} else environment or None,
        hidden=hidden,
        updated_at=jsontext.time(record, "updatedAt", "createdAt"),
    )
    if (hidden and value) or jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="infisical",
    levels={},
    expects="Infisical secrets as JSON",
    recognise=_recognise,
    read=_read,
    level="project",
)
