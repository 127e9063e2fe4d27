"""What the detectors cost on texts of the user's own: files, folders, and the objects of repositories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scanner import registry
from scanner.config import Settings
from scanner.engine.cost import measure
from scanner.errors import UsageError
from scanner.identity import default_cache_dir
from scanner.model import Blob, Costs
from scanner.records import dataclass
from scanner.reports import Style
from scanner.reports.costs import render_costs, render_costs_json
from scanner.run.catalogue import check_form
from scanner.run.listen import listeners
from scanner.sources.files import FileRef, read_file
from scanner.sources.history import RawObject, Repository, discover
from scanner.sources.tree import walk

_MOST = 64 << 20
"""Bytes of a corpus: enough for a pass to take a twentieth of a second. Of larger repositories every so many objects are read."""
_LARGEST = 1 << 20
"""Bytes of a text; larger ones would be all that is measured."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured."""

    costs: Costs

    def told(self, form: str, _style: Style) -> str:
        """All of it, as text or JSON."""
        check_form(form)
        return render_costs_json(self.costs) if form == "json" else render_costs(self.costs)


def costs(settings: Settings, corpus: Sequence[Path], *, leaving_out: bool, told: Callable[[str], None]) -> Measured:
    """What each detector of these settings costs on the corpus, see `measure`. Raises UsageError where there is nothing in it to read."""
    check_form(settings.format)
    installed = registry.installed()
    asked = registry.select(installed, settings.detector, settings.no_detector)
    detectors = (*registry.select(installed), *(one for one in asked if not one.anchors), *listeners())
    told("the corpus")
    texts = tuple(_texts(corpus))
    if not texts:
        message = f"nothing to read in {', '.join(map(str, corpus))}: --corpus names files, folders and repositories"
        raise UsageError(message)
    cache = default_cache_dir() if settings.cache else None
    return Measured(measure(detectors, (one.id for one in asked), texts, cache=cache, leaving_out=leaving_out, told=told))


def _texts(corpus: Sequence[Path]) -> Iterator[bytes]:
    """What lies in the corpus, up to `_MOST` bytes, each of its paths with an equal part."""
    for path in corpus:
        left = _MOST // len(corpus)
        for text in _below(path, left):
            if not 0 < len(text) <= _LARGEST:
                continue
            left -= len(text)
            if left < 0:
                break
            yield text


def _below(path: Path, room: int) -> Iterator[bytes]:
    layout, _ = discover(path)
    if layout is not None:
        yield from _objects(Repository(str(path), layout, max_blob_size=_LARGEST, tips=False), room)
        return
    for met in walk(path, str(path)):
        blob = read_file(met, _LARGEST) if isinstance(met, FileRef) else None
        if isinstance(blob, Blob):
            yield blob.data


def _objects(opened: Repository, room: int) -> Iterator[bytes]:
    """Blobs of all parts of a store, and of each part those that come first."""
    with opened as repository:
        batches = repository.inventory().batches
        part = room // max(1, len(batches))
        for batch in batches:
            left = part
            for item in batch.read():
                if isinstance(item, RawObject) and item.type == "blob" and len(item.data) <= _LARGEST:
                    left -= len(item.data)
                    if left < 0:
                        break
                    yield item.data
