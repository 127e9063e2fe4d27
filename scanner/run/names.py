"""Names that hold a credential themselves, of targets, files, tags and people: they are told without it.

Nobody who names a file `.npmrc.TOKEN` means to publish the token with every report. Ids and comparisons are made of the whole name before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from scanner.identity import OrgKey, name_tag
from scanner.model import Coverage, Graph, Keeping, Occurrence, Partial, Slot, Sprawl, TrustAnchor, Unscanned
from scanner.records import replace
from scanner.run.arguments import credentials_in
from scanner.run.unsaid import apart, said, without_credentials
from scanner.run.wired import shown

_REMEMBERED = 1 << 16


def containers_of(graph: Graph, coverage: Coverage) -> set[str]:
    """Every container that is named in there."""
    names = {source.target for source in coverage.sources} | {one.target for one in coverage.unscanned} | graph.public
    names |= {slot.container for slot in graph.slots} | {job.container for job in graph.jobs}
    for sprawl in graph.sprawls:
        names |= {one.container for one in sprawl.occurrences} | {one.container for one in sprawl.trust_anchors}
        names |= {one.container for one in sprawl.partials}
    return names


class Names:
    """Shows names; finds out about each once."""

    def __init__(self, cache: Path | None, containers: Iterable[str] = ()) -> None:
        """`cache` is the folder of compiled detectors; None is none, and the first long name waits for them.

        `containers` are those that may be called by a credential: no two of them are shown alike, and every other one is shown as it is.
        """
        self._cache = cache
        self.shown = lru_cache(_REMEMBERED)(self._shown)
        called = apart(containers, self._find)
        self._called: Mapping[str, str] = {name: told for name, told in called.items() if told != name}

    def _find(self, raw: bytes) -> list[tuple[int, int]]:
        return credentials_in(raw, self._cache)

    def _shown(self, name: str) -> str:
        """The name, with what is a credential in it left out."""
        return without_credentials(name, self._find)

    def container(self, name: str) -> str:
        """What a container is shown as."""
        return self._called.get(name, name)

    def alias(self, name: str, key: OrgKey) -> str:
        """What a target is called in a store, where it has this name in every run: with six characters where something had to be left out."""
        shown = self.shown(name)
        return name if shown == name else f"{shown} ({name_tag(key.material, name)})"

    def said(self, text: str) -> str:
        """A sentence, with the names in it as they can be shown."""
        for name in sorted(self._called, key=len, reverse=True):
            text = text.replace(name, self._called[name])
        return said(text, self._find)

    def graph(self, graph: Graph) -> Graph:
        """The same graph under names that can be shown."""
        return replace(
            graph,
            sprawls=tuple(self._sprawl(sprawl) for sprawl in graph.sprawls),
            slots=tuple(map(self._slot, graph.slots)),
            jobs=tuple(shown(job, self.container, self.shown) for job in graph.jobs),
            scripts=tuple(shown(script, self.container, self.shown) for script in graph.scripts),
            public=frozenset(map(self.container, graph.public)),
        )

    def _slot(self, slot: Slot) -> Slot:
        return replace(slot, container=self.container(slot.container), owner=self.container(slot.owner), name=self.shown(slot.name))

    def coverage(self, coverage: Coverage) -> Coverage:
        """The same, with names that can be shown for what was read, what was not and what is said of it."""
        return replace(
            coverage,
            sources=tuple(replace(source, target=self.container(source.target)) for source in coverage.sources),
            unscanned=tuple(self.unread(coverage.unscanned)),
            notes=tuple(map(self.said, coverage.notes)),
        )

    def unread(self, met: Iterable[Unscanned]) -> Iterator[Unscanned]:
        """Each at a place and with a reason that can be shown."""
        return map(self._unscanned, met)

    def occurrences(self, found: Iterable[Occurrence]) -> Iterator[Occurrence]:
        """Each at a place and under an author that can be shown."""
        return map(self._occurrence, found)

    def anchors(self, found: Iterable[TrustAnchor]) -> Iterator[TrustAnchor]:
        """Each at a place that can be shown."""
        return (replace(one, container=self.container(one.container), path=self.shown(one.path)) for one in found)

    def _sprawl(self, sprawl: Sprawl) -> Sprawl:
        places = tuple(self.occurrences(sprawl.occurrences))
        anchors = tuple(self.anchors(sprawl.trust_anchors))
        return replace(sprawl, occurrences=places, trust_anchors=anchors, partials=tuple(map(self._partial, sprawl.partials)))

    def _partial(self, one: Partial) -> Partial:
        return replace(one, container=self.container(one.container), path=self.shown(one.path))

    def _occurrence(self, one: Occurrence) -> Occurrence:
        place = self.container(one.container), self.shown(one.path)
        author, keeping = one.author and self.shown(one.author), one.keeping and self._keeping(one.keeping)
        if (*place, author, keeping) == (one.container, one.path, one.author, one.keeping):
            return one
        return replace(one, container=place[0], path=place[1], author=author, keeping=keeping)

    def _keeping(self, keeping: Keeping) -> Keeping:
        folders = tuple(replace(folder, path=self.shown(folder.path)) for folder in keeping.folders)
        return replace(keeping, path=self.shown(keeping.path), folders=folders)

    def _unscanned(self, one: Unscanned) -> Unscanned:
        told = self.container(one.target), self.shown(one.path), self.said(one.detail)
        return one if told == (one.target, one.path, one.detail) else replace(one, target=told[0], path=told[1], detail=told[2])
