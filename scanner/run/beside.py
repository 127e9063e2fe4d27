"""What lies beside credentials, told apart from what is nobody's: public halves of keys, signatures, partial sightings.

Whose a public key is is known once a private key was found. So marks are kept of all of them, and places are looked up for those only that
belong to a key of the run. Within a repository that is done while it is open, with the keys that are known by then; for keys that are
found later, in other sources, HEAD is asked again at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.identity.mark import marks_in
from scanner.model import Chronicle, Glimpse, Identified, TrustAnchor
from scanner.records import dataclass, field, replace
from scanner.run.notice import Noted, Noticed
from scanner.run.read import Read
from scanner.run.signed import Signed, merge
from scanner.run.work import Answer, Hit
from scanner.sources.history import Layout

_MOST = 1000
"""Places of one blob that are kept."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a blob lies, or lay."""

    path: str
    in_head: bool | None = None
    """None outside of a repository's history."""
    commit: str | None = None
    """The commit that brought it, where HEAD does not have it."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What belongs to a credential, as far as credentials are known."""

    marks: frozenset[bytes] = frozenset()
    """Of the public halves of private keys."""
    tails: frozenset[str] = frozenset()
    """Digests of partial sightings."""

    def matches(self, noticed: Noticed) -> bool:
        """Whether anything of this belongs to a credential."""
        if self.marks and not self.marks.isdisjoint(marks_in(noticed.marks)):
            return True
        return bool(self.tails) and any(one.digest in self.tails for one in noticed.glimpses)


NOBODY = Sought()


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with something beside credentials, at one of its places."""

    noted: Noted
    place: Place


@dataclass(frozen=True, slots=True)
class Late:
    """Blobs with something beside credentials that belonged to nobody while their repository was open."""

    container: str
    layout: Layout
    noted: tuple[Noted, ...]


@dataclass(slots=True)
class Pairs:
    """What a run has met beside credentials so far."""

    tails: dict[str, frozenset[str]] = field(default_factory=dict)
    """By credential id."""
    placed: list[Placed] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    anchors: list[TrustAnchor] = field(default_factory=list)
    """Signatures, which have their place already."""
    glimpses: list[Glimpse] = field(default_factory=list)
    """Of variables, likewise."""
    marks: set[bytes] = field(default_factory=set)
    counted: int = 0
    """Statements whose marks are among `marks`."""

    def hear(self, read: Read, answer: Answer) -> None:
        """Takes what one task met."""
        self.tails.update(answer.tails)
        merge(read.signed, answer.signed)

    def known(self, identified: Sequence[Identified], hits: Iterable[Hit] = ()) -> Sought:
        """What is sought by now: of everything in `identified`, which only grows, and of what is in `hits`."""
        self.marks |= marks_of_keys(identified[self.counted :])
        self.counted = len(identified)
        here = marks_of_keys(sighting.identified for hit in hits for sighting in hit.sightings)
        return Sought(frozenset(self.marks | here), frozenset().union(*self.tails.values()))

    def place(self, read: Read, beside: Mapping[str, tuple[Place, ...]]) -> None:
        """A source is at its end: what lies in files has its place, and what lies in blobs that were looked up."""
        late: list[Noted] = []
        for noted in read.noted:
            if noted.oid is None or not noted.path.startswith(f"blob:{noted.oid}"):
                self.placed.append(Placed(noted, Place(noted.path)))
            elif noted.oid in beside:
                self.placed += placed_at(noted, beside[noted.oid])
            else:
                late.append(noted)
        self.anchors += signatures(read.target, read.signed)
        if late and read.repository is not None:
            self.late.append(Late(read.target, read.repository.layout, tuple(late)))


def placed_at(noted: Noted, places: Iterable[Place]) -> Iterator[Placed]:
    """A blob, or a member of an archive that it is, at the places of the blob."""
    inner = noted.path.removeprefix(f"blob:{noted.oid}")
    return (Placed(noted, replace(place, path=place.path + inner)) for place in places)


def marks_of_keys(identified: Iterable[Identified]) -> set[bytes]:
    """The marks of the public halves of the private keys among these credentials."""
    keys = {one.id: one for one in identified if one.private_key}
    if not keys:
        return set()
    from scanner.identity.marks import marks_of  # noqa: PLC0415 - most runs meet no key

    return set().union(*(marks_of(one.kind.id, one.facts) for one in keys.values()))


def anchors_of(placed: Iterable[Placed], sought: Sought | None) -> Iterator[TrustAnchor]:
    """The public keys of texts that belong to a credential; where nothing is said of credentials, all of them."""
    for noted, place in ((one.noted, one.place) for one in placed):
        if not noted.noticed.marks or (sought is not None and not sought.matches(noted.noticed)):
            continue
        from scanner.identity.marks import unpack  # noqa: PLC0415 - most runs meet no public key

        for one in unpack(noted.noticed.marks):
            if sought is None or one.mark in sought.marks:
                yield TrustAnchor(
                    one.kind,
                    noted.container,
                    place.path,
                    one.line,
                    noted.field,
                    in_head=place.in_head,
                    commit=place.commit,
                    mark=one.mark.hex(),
                )


def glimpses_of(placed: Iterable[Placed], sought: Sought) -> Iterator[Glimpse]:
    """The partial sightings of texts that agree with a credential."""
    for one in placed:
        for glimpse in one.noted.noticed.glimpses:
            if glimpse.digest in sought.tails:
                yield replace(glimpse, container=one.noted.container, path=one.place.path, field=glimpse.field or one.noted.field)


def signatures(container: str, signed: Signed) -> Iterator[TrustAnchor]:
    """For each key that signed something in a repository, how much, and the newest commit or tag of it."""
    for mark, newest in signed.items():
        commit = newest.path.removeprefix("commit:") if newest.path.startswith("commit:") else None
        yield TrustAnchor("signature", container, newest.path, commit=commit, count=newest.count, mark=mark.hex())


def only(chronicle: Chronicle, held: frozenset[str]) -> Chronicle:
    """The part of a chronicle that is about the blobs `held`."""
    changes = tuple(one for one in chronicle.changes if one.after in held or not held.isdisjoint(one.before))
    head, index = ({path: oid for path, oid in tree.items() if oid in held} for tree in (chronicle.head, chronicle.index))
    commits = {change.commit: chronicle.commits[change.commit] for change in changes}
    return replace(chronicle, changes=changes, head=head, index=index, commits=commits)


def places_beside(chronicle: Chronicle, beside: frozenset[str]) -> dict[str, tuple[Place, ...]]:
    """Where each blob is in HEAD or the index; where it is in neither, the first commit that had it at each path."""
    if not beside:
        return {}
    now: dict[str, dict[str, Place]] = {}
    for tree in (chronicle.head, chronicle.index):
        for path, oid in tree.items():
            if oid in beside:
                now.setdefault(oid, {}).setdefault(path, Place(path, in_head=True))
    past: dict[str, dict[str, Place]] = {}
    for change in chronicle.changes:
        if change.after in beside and change.after not in now and len(past.setdefault(change.after, {})) < _MOST:
            past[change.after].setdefault(change.path, Place(change.path, in_head=False, commit=change.commit))
    return {oid: tuple((now.get(oid) or past.get(oid) or {f"blob:{oid}": Place(f"blob:{oid}", in_head=False)}).values()) for oid in beside}
