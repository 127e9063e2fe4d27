"""What a worker makes of the definitions and scripts of a repository."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.identity import derived_id
from scanner.model import Blob, Unscanned
from scanner.pipelines import is_read
from scanner.pipelines.repository import Pipelines, pipelines_of
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.yamltree import LARGEST
from scanner.run.defined import Defined
from scanner.sources.files import read_file
from scanner.sources.history import RawObject

_MOST_BYTES = 64 << 20
"""Of all definitions and scripts of a repository."""


def read_defined(task: Defined, signatures: Signatures) -> tuple[Pipelines, list[Unscanned]]:
    """The pipelines, and which definitions could not be read by meaning: they are still read as text."""
    known: dict[str, bytes] = {}
    left = _MOST_BYTES
    for path, data in _contents(task):
        left -= len(data)
        if left < 0:
            break
        known[path] = data
    found = pipelines_of(task.container, known, known.get, signatures, derived_id)
    return found, [Unscanned(task.container, one.path, one.reason, one.detail) for one in found.unread]


def _contents(task: Defined) -> Iterator[tuple[str, bytes]]:
    """Path and content; what cannot be opened or is too large is said, and counted, where all files are read."""
    for ref in (one for one in task.refs if is_read(one.path)):
        blob = read_file(ref, LARGEST)
        if isinstance(blob, Blob):
            yield ref.path, blob.data
    for batch in task.batches:
        for item in batch.read(1):
            if isinstance(item, RawObject) and item.type == "blob" and len(item.data) <= LARGEST:
                yield from ((path, item.data) for path in task.paths[item.oid])
