"""Bitwarden's vaults and the secrets of its Secrets Manager.

Shapes: the JSON export of a vault (`encrypted`, `items` of `login`, `fields` and `sshKey`), and `bws secret list` (`key`, `value`,
`organizationId`), and the CSV of a vault (`name`, `login_password`, `login_totp`; Bitwarden's help pages). In a vault the environment scope is the item's name. An encrypted export says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.model import Reason
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.discreet import discreet
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Flaw, Item, Listing, Loose, System, entry_of, listed, records
from scanner.sources.ci_exports.tables import Layout, reader

_SECRETS = (("login", "password"), ("login", "totp"), ("sshKey", "privateKey"))
_OF_MANAGER = frozenset({"key", "value", "organizationId"})
_KNOWN_OF_MANAGER = _OF_MANAGER | {"id", "projectId", "projectIds", "creationDate", "revisionDate"}


def _is_note(row: Mapping[str, str]) -> bool:
    return row["type"] == "note"


_TABLE = reader(
    Layout(
        columns=frozenset({"type", "name", "notes", "fields", "login_uri", "login_username", "login_password", "login_totp"}),
        secrets=("login_password", "login_totp"),
        title="name",
        is_written=_is_note,
    )
)


def _recognise(content: Content) -> Listing | None:
    told = any(_is_vault(page) or _is_secret(page) for page in _pages(content))
    return _read(content) if told or content.is_lines else None


def _read(content: Content) -> Listing | None:
    pages = tuple(_pages(content))
    if not any(_is_vault(page) or _is_secret(page) for page in pages):
        return _TABLE(content)
    return listed(_said(pages))


def _pages(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _is_vault(page: Json) -> bool:
    encrypted = jsontext.below(page, "encrypted")
    return encrypted is True or (encrypted is False and isinstance(jsontext.below(page, "items"), list))


def _is_secret(page: Json) -> bool:
    return isinstance(page, Record) and page.names >= _OF_MANAGER


def _said(pages: tuple[Json, ...]) -> Iterator[Item]:
    for page in pages:
        if not _is_vault(page):
            yield from records((page,), _secret)
        elif jsontext.below(page, "encrypted") is True:
            yield Flaw("expected an export without encryption", Reason.ENCRYPTED)
        else:
            yield from records(jsontext.unpaged((page,), "items"), lambda item: discreet(_item(item)))
            yield Loose()


def _item(record: Record) -> Iterator[Item]:
    """What an item keeps secret; user names, addresses and notes are read as text with the rest of the file."""
    scope = jsontext.optional_text(record, "name")
    updated_at = jsontext.time(record, "revisionDate")
    for kind, name in _SECRETS:
        value = jsontext.optional_text(jsontext.inner(record, kind), name)
        if value:
            yield entry_of(name, value, scope=scope, updated_at=updated_at)
    for field in jsontext.objects(record, "fields"):
        called = jsontext.optional_text(field, "name")
        if called:
            yield entry_of(called, jsontext.optional_text(field, "value"), scope=scope, updated_at=updated_at)


def _secret(record: Record) -> Iterator[Item]:
    value = jsontext.optional_text(record, "value")
    yield entry_of(jsontext.text(record, "key"), value, updated_at=jsontext.time(record, "revisionDate"))
    if jsontext.says_more(record, _KNOWN_OF_MANAGER):
        yield Loose()


SYSTEM = System(
    platform="bitwarden",
    levels={},
    expects="a Bitwarden export as JSON or CSV, or the secrets of its Secrets Manager as JSON",
    recognise=_recognise,
    read=_read,
)
