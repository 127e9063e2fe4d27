"""What belongs to a credential without being it, sorted and graded: public halves with what their places grant, and partial sightings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from scanner.correlate.trust import trust_of
from scanner.model import Glimpse, Occurrence, Partial, Slot, Sprawl, TrustAnchor
from scanner.records import replace

MOST = 100
"""Public halves, and partial sightings, of one credential that are kept."""
_STRONG = 40
"""Bits from which on two values that agree are one, among all that a run can meet."""
_KIND = frozenset({"npm", "pypi", "github", "gitlab", "docker", "rubygems", "crates", "nuget", "circleci", "slack", "aws", "gcp", "azure"})
"""Providers whose name in that of a variable says what is in it."""


def with_pairs(sprawl: Sprawl, anchors: Sequence[TrustAnchor], glimpses: Sequence[Glimpse], slots: Mapping[str, Slot]) -> Sprawl:
    """The credential with what belongs to it."""
    if not anchors and not glimpses:
        return sprawl
    return replace(sprawl, trust_anchors=_trusting(anchors, sprawl.occurrences), partials=_partials(glimpses, sprawl, slots))


def trusts(sprawl: Sprawl) -> bool:
    """Whether the public half lies in a place that grants whoever has the private one something."""
    return any(anchor.grants for anchor in sprawl.trust_anchors)


def candidates(sprawls: Iterable[Sprawl], glimpses: Mapping[str, Sequence[Glimpse]]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By slot, the credentials that may fill it, each with its grade: the slot itself shows four characters only."""
    found: dict[str, dict[str, str]] = {}
    for sprawl in sprawls:
        for glimpse in glimpses.get(sprawl.id, ()):
            if glimpse.slot is not None:
                found.setdefault(glimpse.slot, {})[sprawl.id] = _weaker(_grade(glimpse, sprawl))
    return {slot: tuple(sorted(named.items())) for slot, named in found.items()}


def _weaker(grade: str) -> str:
    """A candidate never has more than the same name and service for it."""
    return max(grade, "E3")


def _trusting(anchors: Iterable[TrustAnchor], private: tuple[Occurrence, ...]) -> tuple[TrustAnchor, ...]:
    """One for each place and kind, what grants trust first, then what is there now; a file and HEAD's version of it are one place."""
    places: dict[tuple[str, str, str], TrustAnchor] = {}
    for anchor in sorted(anchors, key=_order):
        places.setdefault((anchor.container, anchor.path, anchor.kind), replace(anchor, trust=trust_of(anchor, private)))
    return tuple(sorted(places.values(), key=lambda one: (not one.grants, *_order(one)))[:MOST])


def _order(anchor: TrustAnchor) -> tuple[int, str, str, int, str, str, str]:
    now = (True, None, False).index(anchor.in_head)
    return (now, anchor.container, anchor.path, anchor.line or 0, anchor.kind, anchor.commit or "", anchor.field or "")


def _partials(glimpses: Iterable[Glimpse], sprawl: Sprawl, slots: Mapping[str, Slot]) -> tuple[Partial, ...]:
    """The strongest of each place, the strongest first."""
    best: dict[tuple[str, str, int | None, str | None], Partial] = {}
    for one in glimpses:
        field = slots[one.slot].name if one.slot is not None and one.slot in slots else one.field
        partial = Partial(one.form, one.container, one.path, one.line, field, one.bits, _grade(one, sprawl))
        place = (partial.container, partial.path, partial.line, partial.field)
        best[place] = min(best.get(place, partial), partial, key=_strongest)
    return tuple(sorted(best.values(), key=_strongest)[:MOST])


def _strongest(one: Partial) -> tuple[str, int, str, str, int, str, str]:
    return (one.grade, -one.bits, one.container, one.path, one.line or 0, one.field or "", one.form)


def _grade(glimpse: Glimpse, sprawl: Sprawl) -> str:
    """How sure it is that what is shown is of this credential."""
    if glimpse.form == "sha256":
        return "E1"
    if glimpse.bits >= _STRONG:
        return "E2"
    return "E3" if glimpse.prefix or _agrees(glimpse.field or "", sprawl) else "E4"


def _agrees(name: str, sprawl: Sprawl) -> bool:
    """Whether the name of a variable tells the credential's provider, or is what the credential is called elsewhere."""
    words = _words(name)
    provider = sprawl.identified.kind.provider
    return (provider in _KIND and provider in words) or any(
        words == _words(one.spot.field or "") for one in sprawl.occurrences if one.spot.field and words
    )


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[^a-z0-9]{1,64}", name.lower()) if word)
