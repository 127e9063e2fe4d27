"""Which blobs of a repository a run passes over, because it is known that they hold no credential."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from scanner.run.clear import Clear, readable, unpack
from scanner.run.work import Answer, Cleared
from scanner.sources.history import Batch, Inventory, knowing

if TYPE_CHECKING:  # nothing but a scan of histories needs SQLite
    from scanner.store.clean import CleanBlobs


class Passed:
    """Those of one repository."""

    def __init__(self, clean: CleanBlobs | None, *, several: bool, before: frozenset[bytes] = frozenset()) -> None:
        """`clean` is what is known, None where nobody wants to know; `several` says that other repositories of the run may have the same blobs.

        `before` are objects of which an earlier run has kept all that there is to say.
        """
        self._clean = clean
        self._several = several
        self._before = before
        self._elsewhere: set[int | None] = set()
        """Packs with blobs that are known from elsewhere, and unchecked."""
        self._found: Cleared = {}

    def known(self, blobs: Iterable[bytes], others: Iterable[bytes], origin: int | None) -> Collection[bytes]:
        """See `history.Known`."""
        if self._clean is None:
            return knowing(self._before)(blobs, others, origin)
        before: frozenset[bytes] = frozenset()
        if self._before:
            asked = frozenset(blobs)
            blobs = asked - self._before
            before = (asked - blobs) | self._before.intersection(others)
        found, elsewhere = self._clean.among(blobs, origin)
        found = readable(found)
        self._found |= found
        self._elsewhere |= {origin} if elsewhere else set()
        return before.union(found) if before else found

    def how(self, batch: Batch) -> Clear:
        """How the others are to be named that turn out to hold no credential. Checking is slow: so that is done only for what is met twice."""
        if self._clean is None:
            return Clear.NOT_ASKED
        check = self._several or batch.origin is None or batch.origin in self._elsewhere
        return Clear.CHECKED if check else Clear.AS_INDEXED

    def answer(self, source: int, inventory: Inventory, container: str) -> Answer:
        """What reading those would have told that are known to hold nothing, of all that the inventory leaves out."""
        answer = Answer(source)
        for oid in filter(self._found.__contains__, inventory.passed):
            size, beside = self._found[oid]
            answer.blobs += 1
            answer.bytes += size
            if beside:
                noted, skipped = unpack(beside, container, f"blob:{oid.hex()}", oid.hex())
                answer.noted += noted
                answer.skipped += skipped
        return answer
