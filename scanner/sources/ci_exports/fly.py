"""Fly's secrets, of an application. No answer shows a value; the digest only tells whether two are equal.

Shape: the array of `fly secrets list --json` (`name` and `digest`, or `Name` and `Digest` as earlier versions spell them, with times or a
status; Fly's command line).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, entry_of, listed, records

_NAMES = ("name", "Name")
_DIGESTS = ("digest", "Digest")
_TIMES = ("updated_at", "UpdatedAt", "created_at", "createdAt", "CreatedAt")
_KNOWN = frozenset({*_NAMES, *_DIGESTS, *_TIMES})
_DIGEST = re.compile(r"[0-9a-fA-F]{0,128}")


def _recognise(content: Content) -> Listing | None:
    return _read(content) if any(_is_secret(item) for item in _items(content)) else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and item.names & {*_NAMES} for item in items)):
        return None
    if any(isinstance(item, Record) and "value" in item.names for item in items):
        return None
    return listed(records(items, _entries))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _is_secret(item: Json) -> bool:
    return isinstance(item, Record) and (item.names >= {"name", "digest"} or item.names >= {"Name", "Digest"})


def _entries(record: Record) -> Iterator[Item]:
    digest = jsontext.optional_text(record, *_DIGESTS)
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise jsontext.misfit(_DIGESTS[0], "hexadecimal digits")
    yield entry_of(jsontext.text(record, *_NAMES), None, hidden=True, updated_at=jsontext.time(record, *_TIMES))
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="fly",
    levels={},
    expects="names and digests of Fly secrets as JSON",
    recognise=_recognise,
    read=_read,
    level="project",
)
