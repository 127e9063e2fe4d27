"""Public halves and signatures across the targets of a sweep: a private key in one repository, whoever trusts it in another.

Every target remembers the marks of all public keys that it holds, which is little, and the places of those that belonged to a key of the
fleet when it was asked last. When the fleet's private keys are others than then, the targets that hold public keys are asked again: their
marks are compared, and only for those that match is HEAD looked at. A target that cannot be opened then keeps what it said last.
Partial sightings are not compared across the targets of a sweep: that would mean to keep digests of parts of values.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping

from scanner.config import Settings
from scanner.model import Identified, TrustAnchor
from scanner.records import dataclass, replace
from scanner.run.beside import Late, Pairs, Sought, anchors_of, marks_of_keys, signatures
from scanner.run.notice import Noted, Noticed
from scanner.run.pairing import found_late
from scanner.run.read import Read
from scanner.run.signed import Newest, merge
from scanner.sources.history import Layout

HEARD = "public halves, 1"
"""How what lies beside credentials is read; another way begins from nothing."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The public keys of one object, or of a member of an archive that it is."""

    oid: str
    path: str
    marks: str
    """In base64, see `scanner.identity.marks`."""


@dataclass(frozen=True, slots=True)
class Count:
    """How much one key signed."""

    mark: str
    count: int
    at: str
    path: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What a target holds beside credentials."""

    marks: tuple[Marks, ...] = ()
    signed: tuple[Count, ...] = ()
    anchors: tuple[TrustAnchor, ...] = ()
    """Those that have their places: of keys of the fleet, and all of an export."""
    asked: str = ""
    """A digest of the keys that it was asked for."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The same in short."""

    keys: tuple[str, ...] = ()
    """Marks, in hex, of the private keys that the target holds."""
    anchors: tuple[TrustAnchor, ...] = ()
    asks: bool = False
    """Whether it holds public keys or signatures."""
    asked: str = ""


def again(read: Read, known: Beside, present: frozenset[bytes]) -> None:
    """What earlier readings met in objects that are still there is among what was met."""
    for one in known.marks:
        if bytes.fromhex(one.oid) in present:
            read.noted.append(Noted(read.target, one.path, one.oid, Noticed(b64decode(one.marks))))
    merge(read.signed, {bytes.fromhex(one.mark): Newest(one.count, one.at, one.path) for one in known.signed})


def beside_of(read: Read, pairs: Pairs) -> Beside:
    """What there is to remember of a repository; whose its public keys are is asked when all targets were visited."""
    sought = pairs.known((), read.hits)
    marks = {(one.oid, one.path): one.noticed.marks for one in read.noted if one.oid is not None and one.noticed.marks}
    return Beside(
        marks=tuple(Marks(oid, path, b64encode(packed).decode()) for (oid, path), packed in sorted(marks.items())),
        signed=tuple(Count(mark.hex(), one.count, one.at, one.path) for mark, one in sorted(read.signed.items())),
        anchors=tuple(anchors_of(pairs.placed, sought)),
    )


def beside_of_export(pairs: Pairs) -> Beside:
    """All public keys of an export, which are few and have their places already."""
    return Beside(anchors=tuple(anchors_of(pairs.placed, None)))


def brief_of(beside: Beside, identified: Iterable[Identified]) -> Brief:
    """The short form."""
    keys = sorted(mark.hex() for mark in marks_of_keys(identified))
    return Brief(tuple(keys), beside.anchors, bool(beside.marks or beside.signed), beside.asked)


def keys_of(briefs: Iterable[Brief]) -> frozenset[bytes]:
    """The marks of the fleet's private keys."""
    return frozenset(bytes.fromhex(mark) for brief in briefs for mark in brief.keys)


def asked_for(keys: frozenset[bytes]) -> str:
    """A digest of the keys that targets are asked for."""
    return hashlib.sha256(b"".join(sorted(keys))).hexdigest()


def asked_again(name: str, beside: Beside, layout: Layout, keys: frozenset[bytes], settings: Settings) -> Beside:
    """What a target holds, now that the fleet's private keys are these: of keys whose places are known they stay, and others are looked up."""
    known = {one.mark for one in beside.anchors if one.kind != "signature"}
    kept = [one for one in beside.anchors if one.kind != "signature" and bytes.fromhex(one.mark) in keys]
    sought = Sought(marks=frozenset(mark for mark in keys if mark.hex() not in known))
    noted = tuple(Noted(name, one.path, one.oid, Noticed(b64decode(one.marks))) for one in beside.marks)
    found = anchors_of(found_late(Late(name, layout, noted), sought, settings), sought)
    signed = {bytes.fromhex(one.mark): Newest(one.count, one.at, one.path) for one in beside.signed}
    ours = signatures(name, {mark: newest for mark, newest in signed.items() if mark in keys})
    return replace(beside, anchors=(*kept, *found, *ours), asked=asked_for(keys))


def anchors_in(briefs: Mapping[str, Brief]) -> list[TrustAnchor]:
    """Of all targets."""
    return [anchor for _, brief in sorted(briefs.items()) for anchor in brief.anchors]
