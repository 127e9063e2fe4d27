"""1Password's items: `op item get` and `op item list` in JSON, the `.1pux` export, and CSV.

- command line: `id`, `title`, `vault`, `category` and `fields` of `label`, `type` and `value`; a list names the items only; with `--fields` one of those
  or several, each with its `reference`
- `.1pux`: a zip with `export.data`, JSON of `accounts`, `vaults` and `items` with `details.loginFields` and `details.sections`
- CSV: `Title`, `Url`, `Username`, `Password`, `OTPAuth`, `Favorite`, `Archived`, `Tags`, `Notes`

(1Password's support pages and developer documentation.) The environment scope is the item's title, the owner its vault.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.model import Unscanned
from scanner.records import replace
from scanner.sources.archives.limits import USUAL
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.discreet import discreet
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, entry_of, held, listed, records
from scanner.sources.ci_exports.tables import Layout, reader

_ITEM = frozenset({"id", "title", "vault", "category"})
_HIDDEN = frozenset({"CONCEALED", "OTP", "SSHKEY"})
_REFERENCE = "op://"
_ZIP = b"PK\x03\x04"
_DATA = "export.data"
_CONCEALED = ("concealed", "totp", "string")
"""Kinds of values in a section that are worth reading; `string` is what people call whatever they like."""
_TABLE = reader(
    Layout(
        columns=frozenset({"title", "url", "username", "password", "favorite", "archived"}),
        secrets=("password", "otpauth"),
        title="title",
    )
)


def _recognise(content: Content) -> Listing | None:
    return _read(content) if content.is_lines or content.mentions(b"vault", _REFERENCE.encode(), _ZIP) else None


def _read(content: Content) -> Listing | None:
    if content.text.startswith(_ZIP):
        return _opened(content)
    pages = tuple(jsontext.pages(content.documents or ()))
    if any(isinstance(page, Record) and (page.names >= _ITEM or _is_field(page)) for page in pages):
        return listed(chain(records(pages, lambda item: discreet(_field(item) if _is_field(item) else _item(item))), (Loose(),)))
    if any(_is_export(page) for page in pages):
        return listed(_exported(pages))
    return _TABLE(content)


def _is_export(page: Json) -> bool:
    accounts = jsontext.below(page, "accounts")
    return isinstance(accounts, list) and any(isinstance(jsontext.below(account, "vaults"), list) for account in accounts)


def _is_field(page: Record) -> bool:
    return page.names >= {"id", "type"} and jsontext.word(page, "reference").startswith(_REFERENCE)


def _field(record: Record) -> Iterator[Item]:
    """One field alone, in the vault and the item that its reference names."""
    vault, _, rest = jsontext.word(record, "reference").removeprefix(_REFERENCE).partition("/")
    yield from _known(record, Entry("", None, environment_scope=rest.partition("/")[0] or None, group=vault or None))


def _item(record: Record) -> Iterator[Item]:
    """An item with its fields; one that is only listed is named."""
    title = jsontext.text(record, "title")
    vault = jsontext.optional_text(jsontext.inner(record, "vault"), "name")
    updated_at = jsontext.time(record, "updated_at")
    holder = Entry("", None, environment_scope=title, group=vault, updated_at=updated_at)
    if "fields" not in record.names:
        yield replace(holder, name=title)
    for field in jsontext.objects(record, "fields"):
        yield from _known(field, holder)


def _known(field: Record, holder: Entry) -> Iterator[Item]:
    """A field, where its type says that it is secret or nothing."""
    kind, value = jsontext.optional_text(field, "type"), jsontext.optional_text(field, "value")
    is_secret = kind in _HIDDEN or (kind == "STRING" and jsontext.optional_text(field, "purpose") is None)
    if is_secret and value:
        entry = entry_of(jsontext.optional_text(field, "label", "id") or "", value)
        yield replace(holder, name=entry.name, value=entry.value, encoding=entry.encoding)


def _opened(content: Content) -> Listing | None:
    """What a `.1pux` has in its one file of data; None for any other zip."""
    if _DATA.encode() not in content.text:
        return None
    from scanner.sources.archives.opening import INSIDE, Member, members  # noqa: PLC0415 - most exports are no archives

    path = f"{content.name}{INSIDE}{_DATA}"
    for found in members("", content.name, content.text, USUAL):
        if isinstance(found, Member) and found.path == path:
            documents, mistake = jsontext.parse(found.data, 1)
            flaws = () if mistake is None else (Flaw(f"{_DATA}: {mistake}"),)
            return listed(chain(_unpacked(documents, found.steps), flaws))
        if isinstance(found, Unscanned) and found.path == path:
            return Listing((), (Flaw(found.detail or "expected an archive that can be read", found.reason),))
    return None


def _unpacked(documents: tuple[Json, ...], steps: tuple[str, ...]) -> Iterator[Item]:
    """The items of an export that was in an archive; `steps` were undone to get them."""
    for item in _exported(documents):
        yield replace(item, encoding=steps + item.encoding) if isinstance(item, Entry) else item


def _exported(documents: tuple[Json, ...]) -> Iterator[Item]:
    """The items of all vaults of all accounts."""
    for document in documents:
        accounts = jsontext.below(document, "accounts")
        for account in accounts if isinstance(accounts, list) else []:
            vaults = jsontext.below(account, "vaults")
            for vault in vaults if isinstance(vaults, list) else []:
                name, items = jsontext.below(vault, "attrs", "name"), jsontext.below(vault, "items")
                group = name if isinstance(name, str) else None
                yield from _of_vault(items if isinstance(items, list) else [], group)
    yield Loose()


def _of_vault(items: list[Json], vault: str | None) -> Iterator[Item]:
    """The items of one vault."""
    for item in records(items, lambda item: discreet(_kept(item))):
        yield replace(item, group=vault) if isinstance(item, Entry) else item


def _kept(outer: Record) -> Iterator[Item]:
    """An item of an export; older ones wrap it once more."""
    record = jsontext.inner(outer, "item") if "item" in outer.names else outer
    details = jsontext.inner(record, "details")
    title = jsontext.optional_text(jsontext.inner(record, "overview"), "title")
    holder = Entry("", None, environment_scope=title, updated_at=jsontext.moment(record, "updatedAt"))
    for field in jsontext.objects(details, "loginFields"):
        if jsontext.optional_text(field, "fieldType") == "P" or jsontext.optional_text(field, "designation") == "password":
            yield from held([entry_of(jsontext.optional_text(field, "name", "id") or "password", field.get("value"))], holder)
    password = jsontext.optional_text(details, "password")
    if password:
        yield from held([entry_of("password", password)], holder)
    for section in jsontext.objects(details, "sections"):
        for field in jsontext.objects(section, "fields"):
            yield from held(_of_section(field), holder)
    for old in jsontext.objects(details, "passwordHistory"):
        yield from held([entry_of("password", old.get("value"))], holder)


def _of_section(field: Record) -> Iterator[Item]:
    name = jsontext.optional_text(field, "title", "id") or ""
    value = jsontext.inner(field, "value")
    for kind in _CONCEALED:
        said = jsontext.optional_text(value, kind)
        if said:
            yield entry_of(name, said)
    key = jsontext.optional_text(jsontext.inner(value, "sshKey"), "privateKey")
    if key:
        yield entry_of(name, key)


SYSTEM = System(
    platform="1password",
    levels={},
    expects="items of 1Password as JSON, its .1pux export or its CSV",
    recognise=_recognise,
    read=_read,
    level="user",
)
