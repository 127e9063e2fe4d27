"""What a worker makes of the definitions and scripts of a repository."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.identity import derived_id
from scanner.model import Blob, Reason, Unscanned
from scanner.pipelines import is_read
from scanner.pipelines.repository import Pipelines, pipelines_of
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.yamltree import LARGEST
from scanner.run.defined import Defined
from scanner.sources.files import read_file
from scanner.sources.history import LargeObject, RawObject

_MOST_BYTES = 64 << 20
"""Of all definitions and scripts of a repository."""
_TOO_LARGE = f"not read as a definition or script, which have at most {LARGEST} bytes"
_TOO_MUCH = f"not read as a definition or script: those of a repository have at most {_MOST_BYTES} bytes"


def read_defined(task: Defined, signatures: Signatures) -> tuple[Pipelines, list[Unscanned]]:
    """The pipelines, and which definitions could not be read by meaning: they are still read as text."""
    known: dict[str, bytes] = {}
    unread: list[Unscanned] = []
    left = _MOST_BYTES
    for path, data in _contents(task):
        size = LARGEST + 1 if data is None else len(data)
        if data is None or size > left:
            unread.append(Unscanned(task.container, path, Reason.TOO_LARGE, _TOO_LARGE if data is None else _TOO_MUCH))
            continue
        left -= size
        known[path] = data
    found = pipelines_of(task.container, known, known.get, signatures, derived_id)
    return found, unread + [Unscanned(task.container, one.path, one.reason, one.detail) for one in found.unread]


def _contents(task: Defined) -> Iterator[tuple[str, bytes | None]]:
    """Path and content, None for what is too large; what cannot be opened is said, and counted, where all files are read."""
    for ref in (one for one in task.refs if is_read(one.path)):
        blob = read_file(ref, LARGEST)
        if isinstance(blob, Blob):
            yield ref.path, blob.data
        elif isinstance(blob, Unscanned) and blob.reason is Reason.TOO_LARGE:
            yield ref.path, None
    for batch in task.batches:
        for item in batch.read(1):
            if isinstance(item, LargeObject) or (isinstance(item, RawObject) and item.type == "blob"):
                data = item.data if isinstance(item, RawObject) and len(item.data) <= LARGEST else None
                yield from ((path, data) for path in task.paths[item.oid])
