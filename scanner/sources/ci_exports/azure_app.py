"""Settings of Azure's web and function applications, and secrets of its Key Vault, in the JSON of `az` and of the REST APIs.

- `az webapp config appsettings list`, `az functionapp config appsettings list`: `name`, `value`, `slotSetting`
- `…/config/appsettings/list`: `properties`, a map of names to values
- `az keyvault secret show` and `list`, `GET /secrets` (`value`, a list): `id`, `value`, `attributes`

(Microsoft's references of the Azure CLI, App Service and Key Vault.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, beside, entry_of, listed, records

_SETTING = frozenset({"name", "value", "slotSetting"})
_OF_APPLICATION = re.compile(r"Microsoft\.Web/sites(?:/slots)?/config", re.IGNORECASE)
_OF_VAULT = re.compile(r"https://(?P<vault>[^/\s]{1,255})/secrets/(?P<name>[^/\s]{1,127})(?:/(?P<version>[0-9a-f]{1,64}))?")
_REFERENCE = "@Microsoft.KeyVault("
"""Begins a value that is the place of the secret."""
_KNOWN_OF_SECRET = frozenset({"id", "name", "value", "attributes", "kid", "managed"})


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and (_is_setting(item) or _is_configuration(item) or _is_secret(item)) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    known = [item for item in items if isinstance(item, Record) and (_is_setting(item) or _is_configuration(item) or _is_secret(item))]
    if not known:
        return None
    return listed(
        chain(records(items, _entries), beside(content.documents or (), "value")),
        None if any(_is_secret(item) for item in known) else "project",
    )


def _items(content: Content) -> Iterator[Json]:
    """What the pages list as their `value`, which is a member of settings and secrets, too."""
    for page in jsontext.pages(content.documents or ()):
        is_one = isinstance(page, Record) and (_is_setting(page) or _is_secret(page))
        yield from (page,) if is_one else jsontext.unpaged((page,), "value")


def _is_setting(item: Record) -> bool:
    return item.names >= {"name", "slotSetting"}


def _is_configuration(item: Record) -> bool:
    kind = jsontext.peek(item, "type")
    return "properties" in item.names and isinstance(kind, str) and _OF_APPLICATION.fullmatch(kind) is not None


def _is_secret(item: Record) -> bool:
    where = jsontext.peek(item, "id")
    return "attributes" in item.names and isinstance(where, str) and _OF_VAULT.fullmatch(where) is not None


def _entries(record: Record) -> Iterator[Item]:
    if _is_setting(record):
        jsontext.flag(record, "slotSetting")
        yield from _setting(jsontext.text(record, "name"), record.get("value"))
        if jsontext.says_more(record, _SETTING):
            yield Loose()
    elif _is_configuration(record):
        for name, value in jsontext.inner(record, "properties").members:
            yield from _setting(name, value)
        yield Loose()
    elif _is_secret(record):
        yield from _secret(record)
    else:
        raise UnreadableError(Reason.MALFORMED, "expected a setting of an application or a secret of a vault")


def _setting(name: str, value: Json) -> Iterator[Item]:
    """A setting; one that points into a vault has no value itself."""
    is_reference = isinstance(value, str) and value.startswith(_REFERENCE)
    yield entry_of(name, None if is_reference else value)
    if is_reference:
        yield Loose()


def _secret(record: Record) -> Iterator[Item]:
    """A secret, with the vault as its environment."""
    where = _OF_VAULT.fullmatch(jsontext.text(record, "id"))
    attributes = jsontext.inner(record, "attributes")
    if where is not None:
        yield entry_of(
            where["name"],
            jsontext.optional_text(record, "value"),
            scope=where["vault"].partition(".")[0],
            updated_at=jsontext.moment(attributes, "updated", "created"),
        )
    if jsontext.says_more(record, _KNOWN_OF_SECRET):
        yield Loose()


SYSTEM = System(
    platform="azure",
    levels={"app": "project"},
    expects="settings of an Azure application or secrets of a Key Vault as JSON",
    recognise=_recognise,
    read=_read,
)
