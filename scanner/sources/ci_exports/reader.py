"""From the file to its variables and slots."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.model import Blob, Reason, Slot, Unscanned
from scanner.records import dataclass, replace
from scanner.sources.ci_exports import systems
from scanner.sources.ci_exports.content import Content, content_of
from scanner.sources.ci_exports.jsontext import is_refusal
from scanner.sources.ci_exports.neighbours import Neighbours
from scanner.sources.ci_exports.nouns import Export, ExportSpec, Variable
from scanner.sources.ci_exports.opened import with_opened
from scanner.sources.ci_exports.shapes import Entry, Flaw, Listing, System
from scanner.sources.ci_exports.slots import printable, slot_id
from scanner.sources.files import FileRef, Skipped, read_file, shown, special, unread

_UNKNOWN = "unknown"
_LARGEST_REFUSAL = 64 << 10
"""Bytes of an error message."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Whose variables they are."""

    system: str = _UNKNOWN
    platform: str = _UNKNOWN
    level: str = _UNKNOWN


def read_export(spec: ExportSpec, *, max_size: int, container: str | None = None) -> Export:
    """Everything that the file of `spec` says, and what could not be read of it. A file of more than `max_size` bytes is not read.

    `container` is what the export is called where system and file name do not tell it from others. Never raises: the file may have changed since `spec` was made, and it may hold anything.
    """
    path = shown(os.fsencode(spec.file.name or str(spec.file)))
    origin = _named(spec.system)
    blob = _content(spec.file, container or f"{origin.system}:{path}", path, max_size)
    if isinstance(blob, Unscanned):
        return Export(blob.target, path, origin.platform, origin.level, (), (blob,), None)
    content = replace(content_of(path, blob.data), beside=Neighbours(spec.file))
    origin, listing = _interpreted(spec.system, content)
    container = container or f"{origin.system}:{path}"
    owner = spec.repository or container
    variables = tuple(_variable(entry, content, origin, owner, container) for entry in listing.entries)
    concealed = any(_is_concealed(entry, variable.slot) for entry, variable in zip(listing.entries, variables, strict=True))
    return Export(
        container,
        path,
        origin.platform,
        origin.level,
        variables,
        tuple(Unscanned(container, path, flaw.reason, flaw.detail) for flaw in listing.flaws),
        with_opened(blob.data, content, listing.entries) if listing.flaws or listing.loose or concealed else None,
    )


def is_refused(data: bytes) -> bool:
    """Whether this is what an API says instead of what it was asked for; large things are not."""
    if len(data) > _LARGEST_REFUSAL:
        return False
    documents = content_of("", data).documents
    return documents is not None and is_refusal(documents)


def _content(file: Path, container: str, path: str, max_size: int) -> Blob | Unscanned:
    """The file's bytes. A link is followed, since the user named it; anything but a file is told instead of waited for."""
    try:
        reason = special(file.stat().st_mode)
        real = os.fsencode(file.resolve())
    except OSError as error:
        return unread(container, path, error)
    if reason is not None:
        return Unscanned(container, path, Reason.UNREADABLE, f"expected a file, not a {reason}")
    found = read_file(FileRef(container, os.sep, path, real.lstrip(b"/")), max_size)
    if isinstance(found, Skipped):
        return Unscanned(container, path, Reason.UNREADABLE, f"expected a file, not a {found.reason}")
    return found


def _named(name: str | None) -> _Origin:
    if name is None:
        return _Origin()
    system, level = systems.named(name)
    return _Origin(name, system.platform, level or _UNKNOWN)


def _interpreted(named: str | None, content: Content) -> tuple[_Origin, Listing]:
    """Whose variables these are and what they are; the mistakes in the JSON are among the listing's flaws."""
    name = named or (f"gitlab-{content.announced}" if content.announced else None)
    origin = _named(name)
    if not content.text or content.text.isspace():
        return origin, Listing((), () if content.announced else (Flaw("empty"),))
    if content.documents is not None and is_refusal(content.documents):
        return origin, Listing((), (Flaw("expected variables, not the error message of an API"),))
    if name is None:
        found = systems.recognise(content)
        if found is None:
            return origin, Listing((), (Flaw(content.flaw or "expected an export of a known shape"),))
        system, listing = found
        return _recognised(system, listing), _completed(listing, content)
    system, _ = systems.named(name)
    read = systems.read_as(system, content)
    if read is None:
        mistake = content.flaw or (content.tree_flaw if system.is_yaml else None)
        return origin, Listing((), (Flaw(mistake or f"expected {system.expects}"),))
    level = read.level or system.level or _UNKNOWN if origin.level == _UNKNOWN else origin.level
    return _Origin(name, system.platform, level), _completed(read, content)


def _recognised(system: System, listing: Listing) -> _Origin:
    """The origin by content, called as a user would."""
    suffix = next((f"-{suffix}" for suffix, level in system.levels.items() if level in {None, listing.level}), "")
    return _Origin(system.platform + suffix, system.platform, listing.level or system.level or _UNKNOWN)


def _completed(listing: Listing, content: Content) -> Listing:
    if content.flaw is None:
        return listing
    return Listing(listing.entries, (*listing.flaws, Flaw(content.flaw)), listing.loose, listing.level)


def _variable(entry: Entry, content: Content, origin: _Origin, owner: str, container: str) -> Variable:
    name = printable(entry.name)
    owner = owner if entry.group is None else f"{owner}/{printable(entry.group)}"
    scope = None if entry.environment_scope is None else printable(entry.environment_scope)
    level = entry.level or origin.level
    slot = Slot(
        id=slot_id(origin.platform, owner, level, name, scope),
        platform=origin.platform,
        level=level,
        owner=owner,
        container=container,
        name=name,
        environment_scope=scope,
        protected=entry.protected,
        masked=entry.masked,
        hidden=entry.hidden,
        allowed_projects=None if entry.allowed_projects is None else tuple(printable(project) for project in entry.allowed_projects),
        updated_at=entry.updated_at,
    )
    known = entry.offset is not None and content.shift is not None
    offset = (entry.offset or 0) + (content.shift or 0) if known else None
    return Variable(name, entry.value, entry.line, offset, entry.is_file, slot, content.encoding + entry.encoding)


def _is_concealed(entry: Entry, slot: Slot) -> bool:
    """Whether the slot does not say what the export says, because that looks like a token or is too long."""
    shown = entry.group is None or printable(entry.group) == entry.group
    return not shown or (entry.name, entry.environment_scope) != (slot.name, slot.environment_scope)
