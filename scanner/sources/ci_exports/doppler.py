"""Doppler's secrets, of one config of a project.

Shapes: `GET /v3/configs/config/secrets` (`secrets`: names with `raw`, `computed` and how visible each is) and `doppler secrets --json`, which
prints the members of it (Doppler's API documentation and command line); the map of `…/secrets/download?format=json` and
`doppler secrets download --no-file` needs the name. Doppler puts the name of the config among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import flat, jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Flaw, Item, Listing, Loose, System, beside, entry_of, listed

_CONFIG = ("DOPPLER_CONFIG", "DOPPLER_ENVIRONMENT")
_TELLING = frozenset({"computedVisibility", "rawVisibility"})
_KNOWN = frozenset({"raw", "computed", "rawVisibility", "computedVisibility"})
_TYPES = ("rawValueType", "computedValueType")


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(said, Record) and said.names & _TELLING for secrets in _maps(content) for _, said in secrets.members)
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    maps = tuple(_maps(content))
    if not any(isinstance(said, Record) and said.names & _KNOWN for secrets in maps for _, said in secrets.members):
        listing = flat.SYSTEM.read(content)
    else:
        listing = listed(
            chain((item for secrets in maps for item in _secrets(secrets)), beside(content.documents or (), "secrets", "success"))
        )
    return None if listing is None else flat.scoped(listing, *_CONFIG)


def _maps(content: Content) -> Iterator[Record]:
    """The maps of names to what is said of each secret."""
    for page in jsontext.pages(content.documents or ()):
        secrets = jsontext.below(page, "secrets")
        if isinstance(found := secrets if isinstance(secrets, Record) else page, Record):
            yield found


def _secrets(secrets: Record) -> Iterator[Item]:
    for number, (name, said) in enumerate(secrets.members, start=1):
        try:
            yield from _entries(name, said)
        except UnreadableError as error:
            yield Flaw(f"member {number}: {error.detail}", Reason(error.reason))


def _entries(name: str, said: Json) -> Iterator[Item]:
    """A secret with what a job gets, which is the raw value with its references replaced."""
    if not isinstance(said, Record):
        raise UnreadableError(Reason.MALFORMED, "expected an object")
    raw, computed = jsontext.optional_text(said, "raw"), jsontext.optional_text(said, "computed")
    visibility = jsontext.optional_text(said, "computedVisibility", "rawVisibility")
    entry = entry_of(name, raw if computed is None else computed, hidden=None if visibility is None else visibility == "restricted")
    yield replace(entry, masked=None if visibility is None else visibility != "unmasked")
    if (computed is not None and raw not in {None, "", computed}) or jsontext.says_more(said, _KNOWN | {*_TYPES}):
        yield Loose()


SYSTEM = System(
    platform="doppler",
    levels={},
    expects="Doppler secrets as JSON",
    recognise=_recognise,
    read=_read,
    level="environment",
)
