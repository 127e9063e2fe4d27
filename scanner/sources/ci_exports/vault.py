"""Vault's secrets of the key-value engine, versions 1 and 2, as `vault kv get -format=json`, `vault read -format=json` and the API answer.

Shape: `request_id`, `lease_id` and `data`, which holds the pairs or, in version 2, `data` and `metadata` (HashiCorp's API documentation). The
mount path is outside the answer. What a login answers has no pairs and is read as text.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Flaw, Item, Listing, Loose, System, entry_of, listed, records

_TELLING = frozenset({"request_id", "lease_id", "lease_duration", "renewable"})
_KNOWN = _TELLING | {"data", "mount_type"}
_KNOWN_OF_METADATA = frozenset({"created_time", "deletion_time", "destroyed", "version"})
_VERSIONED = frozenset({"data", "metadata"})


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and item.names >= _TELLING and "data" in item.names for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if not any(isinstance(jsontext.below(item, "data"), Record) or _is_answer(item) for item in items):
        return None
    return listed(records(items, _entries))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _is_answer(item: Json) -> bool:
    return isinstance(item, Record) and item.names >= _TELLING


def _entries(record: Record) -> Iterator[Item]:
    data = jsontext.inner(record, "data")
    versioned = data.names >= _VERSIONED and isinstance(jsontext.peek(data, "metadata"), Record)
    metadata = jsontext.inner(data, "metadata") if versioned else Record(())
    updated_at = jsontext.time(metadata, "created_time")
    pairs = jsontext.inner(data, "data") if versioned else data
    for number, (name, value) in enumerate(pairs.members, start=1):
        if isinstance(value, (Record, list)):
            yield Flaw(f"member {number}: expected text")
        else:
            yield entry_of(name, value, updated_at=updated_at)
    says_more = jsontext.says_more(record, _KNOWN) or jsontext.says_more(metadata, _KNOWN_OF_METADATA)
    if says_more or (versioned and jsontext.says_more(data, _VERSIONED)):
        yield Loose()


SYSTEM = System(
    platform="vault",
    levels={},
    expects="secrets of Vault's key-value engine as JSON",
    recognise=_recognise,
    read=_read,
)
