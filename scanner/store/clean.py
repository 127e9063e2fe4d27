"""Which blobs hold no credential: a cache, so that what was examined once is not examined again.

It has ids of objects, their sizes, what lies beside credentials in them, where they were met, and the day on which they were last of use; never
content. There is one file for each way of examining, in the user's cache folder. One that is damaged, somebody else's or locked for long is
no error: then more is examined. It is plain SQLite: SQLAlchemy takes longer to load than a small repository to scan.

An index may lie about which content has which id. So an id counts in all repositories only after somebody has compared it with the content, and
before that only in the pack where it was met, as long as nobody has written to that. Comparing takes up to a fifth of a scan.

Of a pack thousands of ids are kept in one row: nobody asks but for all of them, and that takes less time and room.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Self

from scanner.store.cleanfile import DAY, CleanFile, Known

_RECENT = 7
"""Days within which it need not be noted that a row was of use."""
_AT_ONCE = 5000
"""Ids that are asked for together. SQLite takes 32,766 (its "Implementation Limits", "Maximum Number Of Host Parameters")."""
_WRITTEN = 16_384
"""Blobs that are written together: while workers are busy, not all when they are done."""

_PART = 4
"""Of so many ids of a pack one must be known for the pack to seem to be known."""


class CleanBlobs:
    """What earlier runs and this one know to hold no credential, as a context manager; at its end the file knows it too."""

    def __init__(self, folder: Path, manner: Callable[[], str], sort: str = "clean") -> None:
        """`manner` is asked how blobs are examined, when first something is asked here: what one way finds nothing in, another may.

        What is known of one `sort` of contents says nothing of another.
        """
        self._folder = folder
        self._sort = sort
        self._manner = manner
        self._today = int(time.time() // DAY)
        self._new: defaultdict[int | None, dict[bytes, Known]] = defaultdict(dict)
        """By their origins."""
        self._used: list[bytes] = []
        """Ids that were of use."""
        self._packs: list[int] = []
        """Packs that were."""
        self._file: CleanFile | None = None
        self._samples: list[list[bytes]] = []
        """Some ids of every row of packs that the file had at first."""
        self._sampled: dict[bytes, int] = {}
        """Which of these an id is in."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._write(self._file)
            self._file.close()

    def among(self, oids: Iterable[bytes], origin: int | None) -> tuple[dict[bytes, Known], bool]:
        """What is known of those of `oids` that hold no credential; and whether some only seem to be known, from elsewhere.

        `origin` is theirs: what nobody has compared with its id counts only where it was met. None counts nowhere but what was compared.
        Of that pack more may be told than was asked. A few files are the same in many repositories: so some seem to be known only where a
        good part of what is known of another pack is among them, by a sample.
        """
        file = self._opened()
        found = {} if origin is None else self._of_pack(file, origin)
        others = [blobs for met, blobs in self._new.items() if met not in {None, origin}]
        checked = self._new.get(None, {})
        asking = file.has_checked
        if not (asking or checked or others or self._sampled):
            return found, False
        rest = [oid for oid in oids if oid not in found]
        everywhere = {oid: checked[oid] for oid in rest if oid in checked}
        if asking:
            everywhere |= self._checked(file, rest)
        unknown = [oid for oid in rest if oid not in everywhere]
        if origin is not None and everywhere:
            self._new[origin] |= everywhere  # the next time they are found with their pack
        return found | everywhere, self._seem_known(unknown, others)

    def add(self, blobs: Mapping[bytes, Known], origin: int | None) -> None:
        """These hold no credential. `origin` says where they were met; None that their ids were compared with their content."""
        self._new[origin] |= blobs
        if self._file is not None and sum(map(len, self._new.values())) >= _WRITTEN:
            self._write(self._file)

    def file(self) -> Path:
        """The file, for processes that ask it by themselves; it need not exist, and knows what is added when this ends."""
        return self._opened().path

    def _opened(self) -> CleanFile:
        if self._file is None:
            self._file = CleanFile(self._folder, f"{self._sort}-{self._manner()}.db")
            self._samples = self._file.samples()
            self._sampled = {oid: number for number, sample in enumerate(self._samples) for oid in sample}
        return self._file

    def _of_pack(self, file: CleanFile, origin: int) -> dict[bytes, Known]:
        """What was met in a pack, in earlier runs and this one."""
        found: dict[bytes, Known] = {}
        for number, day, blobs in file.of_pack(origin):
            found |= blobs
            if day < self._today - _RECENT:
                self._packs.append(number)
        return found | self._new.get(origin, {})

    def _checked(self, file: CleanFile, oids: Iterable[bytes]) -> dict[bytes, Known]:
        """What earlier runs have compared."""
        asked = iter(oids)
        found: dict[bytes, Known] = {}
        while some := list(islice(asked, _AT_ONCE)):
            for oid, size, beside, day in file.checked(some):
                found[oid] = size, beside
                if day < self._today - _RECENT:
                    self._used.append(oid)
        return found

    def _seem_known(self, oids: Sequence[bytes], others: Iterable[Mapping[bytes, Known]]) -> bool:
        """Whether a good part of what was met in one place is among these; `others` are the places of this run."""
        hits = Counter(self._sampled[oid] for oid in self._sampled.keys() & oids)
        parts = [(count, len(self._samples[number])) for number, count in hits.items()]
        parts += ((len(blobs.keys() & oids), len(blobs)) for blobs in others)
        return any(_PART * met >= size > 0 for met, size in parts)

    def _write(self, file: CleanFile) -> None:
        if (self._new or self._used or self._packs) and file.write(self._new, self._used, self._packs, self._today):
            self._new.clear()
            self._used, self._packs = [], []
