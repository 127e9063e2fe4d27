"""The end of reading: what lies beside credentials is given to those that it belongs to.

For blobs of repositories whose key turned up later, in another source, HEAD is asked where they are. Whoever trusted a key in the past
only is then named by the blob alone; that grants nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.config import Settings
from scanner.errors import KeytrailError
from scanner.model import Glimpse, Identified, TrustAnchor
from scanner.run.assemble import Assembly
from scanner.run.beside import Late, Place, Placed, Sought, anchors_of, glimpses_of, marks_of_keys, placed_at
from scanner.sources.history import Repository

Anchors = Mapping[str, Sequence[TrustAnchor]]
"""By credential id."""
Glimpses = Mapping[str, Sequence[Glimpse]]


def paired(assembly: Assembly, settings: Settings) -> tuple[Anchors, Glimpses]:
    """The public halves, signatures and partial sightings that belong to credentials of the run, by their ids."""
    pairs = assembly.pairs
    sought = pairs.known(assembly.identified)
    if not sought.marks and not sought.tails:
        return {}, {}
    placed = [*pairs.placed, *(one for late in pairs.late for one in found_late(late, sought, settings))]
    anchors = owned([*anchors_of(placed, sought), *pairs.anchors], assembly.identified)
    return anchors, _shown([*glimpses_of(placed, sought), *pairs.glimpses], pairs.tails)


def owned(anchors: Sequence[TrustAnchor], identified: Iterable[Identified]) -> Anchors:
    """Whose public half each is; those that are nobody's are left out."""
    by_mark: dict[str, list[TrustAnchor]] = {}
    for anchor in anchors:
        by_mark.setdefault(anchor.mark, []).append(anchor)
    if not by_mark:
        return {}
    found: dict[str, dict[TrustAnchor, None]] = {}
    for one in identified:
        for mark in marks_of_keys((one,)):
            found.setdefault(one.id, {}).update(dict.fromkeys(by_mark.get(mark.hex(), ())))
    return {credential: tuple(ours) for credential, ours in found.items() if ours}


def _shown(glimpses: Sequence[Glimpse], tails: Mapping[str, frozenset[str]]) -> Glimpses:
    by_digest: dict[str, list[Glimpse]] = {}
    for glimpse in glimpses:
        by_digest.setdefault(glimpse.digest, []).append(glimpse)
    if not by_digest:
        return {}
    agreeing = ((credential, by_digest.keys() & digests) for credential, digests in tails.items())
    return {credential: tuple(one for digest in sorted(met) for one in by_digest[digest]) for credential, met in agreeing if met}


def found_late(late: Late, sought: Sought, settings: Settings) -> Iterator[Placed]:
    """Where the blobs of a repository lie that belong to a key which was found after it was read."""
    matched = [noted for noted in late.noted if sought.matches(noted.noticed)]
    if not matched:
        return
    held: dict[str, list[str]] = {}
    for path, oid in _at_head(late, frozenset(noted.oid for noted in matched if noted.oid), settings).items():
        held.setdefault(oid, []).append(path)
    for noted in matched:
        paths = held.get(noted.oid or "", ())
        places = [Place(path, in_head=True) for path in paths] or [Place(f"blob:{noted.oid}", in_head=False)]
        yield from placed_at(noted, places)


def _at_head(late: Late, oids: frozenset[str], settings: Settings) -> dict[str, str]:
    """Nothing where the repository is not there any more: that it was read is what the report says."""
    try:
        with Repository(late.container, late.layout, max_blob_size=settings.max_blob_size, tips=False) as repository:
            return repository.held_at_head(oids)[0]
    except (OSError, KeytrailError):
        return {}
