"""Names that hold a credential themselves, of files, tags and people: they are told without it.

Nobody who names a file `.npmrc.TOKEN` means to publish the token with every report. Ids and comparisons are made of the whole name before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from scanner.model import Coverage, Graph, Keeping, Occurrence, Sprawl, TrustAnchor, Unscanned
from scanner.run.arguments import credentials_in
from scanner.run.unsaid import without_credentials

_REMEMBERED = 1 << 16


class Names:
    """Shows names; finds out about each once."""

    def __init__(self, cache: Path | None) -> None:
        """`cache` is the folder of compiled detectors; None is none, and the first long name waits for them."""
        self._cache = cache
        self.shown = lru_cache(_REMEMBERED)(self._shown)

    def _shown(self, name: str) -> str:
        """The name, with what is a credential in it left out."""
        return without_credentials(name, lambda raw: credentials_in(raw, self._cache))

    def graph(self, graph: Graph) -> Graph:
        """The same graph under names that can be shown."""
        return replace(graph, sprawls=tuple(self._sprawl(sprawl) for sprawl in graph.sprawls))

    def coverage(self, coverage: Coverage) -> Coverage:
        """The same, with names that can be shown for what was not read."""
        return replace(coverage, unscanned=tuple(self._unscanned(one) for one in coverage.unscanned))

    def occurrences(self, found: Iterable[Occurrence]) -> Iterator[Occurrence]:
        """Each under a path and an author that can be shown."""
        return map(self._occurrence, found)

    def anchors(self, found: Iterable[TrustAnchor]) -> Iterator[TrustAnchor]:
        """Each under a path that can be shown."""
        return (replace(one, path=self.shown(one.path)) for one in found)

    def _sprawl(self, sprawl: Sprawl) -> Sprawl:
        places = tuple(self.occurrences(sprawl.occurrences))
        anchors = tuple(self.anchors(sprawl.trust_anchors))
        partials = tuple(replace(one, path=self.shown(one.path)) for one in sprawl.partials)
        return replace(sprawl, occurrences=places, trust_anchors=anchors, partials=partials)

    def _occurrence(self, one: Occurrence) -> Occurrence:
        path, author, keeping = self.shown(one.path), one.author and self.shown(one.author), one.keeping and self._keeping(one.keeping)
        if (path, author, keeping) == (one.path, one.author, one.keeping):
            return one
        return replace(one, path=path, author=author, keeping=keeping)

    def _keeping(self, keeping: Keeping) -> Keeping:
        folders = tuple(replace(folder, path=self.shown(folder.path)) for folder in keeping.folders)
        return replace(keeping, path=self.shown(keeping.path), folders=folders)

    def _unscanned(self, one: Unscanned) -> Unscanned:
        path = self.shown(one.path)
        return one if path == one.path else replace(one, path=path)
