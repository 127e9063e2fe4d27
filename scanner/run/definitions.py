"""What a worker makes of the definitions and scripts of a repository."""

from __future__ import annotations

import os

from scanner.identity import derived_id
from scanner.model import Blob, Reason, Unscanned
from scanner.pipelines.library import Shut
from scanner.pipelines.repository import Pipelines, pipelines_of
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.yamltree import LARGEST
from scanner.records import dataclass, field
from scanner.run.defined import Defined
from scanner.sources.files import FileRef, read_file
from scanner.sources.history import LargeObject, RawObject

_MOST_BYTES = 64 << 20
"""Of all definitions and scripts of a repository."""
_TOO_LARGE = Shut(f"not read as a definition or script, which have at most {LARGEST} bytes")
_TOO_MUCH = Shut(f"not read as a definition or script: those of a repository have at most {_MOST_BYTES} bytes")
_SAID = Shut("")
"""Of what is said, and counted, where all files are read."""


def read_defined(task: Defined, signatures: Signatures) -> tuple[Pipelines, list[Unscanned]]:
    """The pipelines, and which definitions and scripts could not be read by meaning: they are still read as text."""
    shelf = _Shelf()
    for ref in task.refs:
        shelf.refs[ref.path] = ref
    for batch in task.batches:
        for item in batch.read(1):
            if isinstance(item, LargeObject) or (isinstance(item, RawObject) and item.type == "blob"):
                data = item.data if isinstance(item, RawObject) and len(item.data) <= LARGEST else _TOO_LARGE
                for path in task.paths[item.oid]:
                    shelf.put(path, data)
    paths = (*shelf.refs, *shelf.known)
    found = pipelines_of(
        task.container,
        paths,
        shelf.get,
        signatures,
        derived_id,
        is_there=shelf.is_there,
        projects=frozenset(task.projects),
        jobs_only=task.jobs_only,
    )
    return found, [Unscanned(task.container, one.path, one.reason, one.detail) for one in found.unread]


@dataclass(slots=True)
class _Shelf:
    """The files of a repository by their paths. Those of a tree are opened when somebody asks for one."""

    refs: dict[str, FileRef] = field(default_factory=dict)
    known: dict[str, bytes | Shut] = field(default_factory=dict)
    _left: int = _MOST_BYTES

    def put(self, path: str, data: bytes | Shut) -> bytes | Shut:
        """Keeps what a file holds, within the bounds of a repository."""
        if not isinstance(data, Shut) and len(data) > self._left:
            data = _TOO_MUCH
        self._left -= 0 if isinstance(data, Shut) else len(data)
        self.known[path] = data
        return data

    def get(self, path: str) -> bytes | Shut | None:
        """What a file holds, or why that is not known; None where there is none."""
        ref = self.refs.get(path)
        if path in self.known or ref is None:
            return self.known.get(path)
        blob = read_file(ref, LARGEST)
        if isinstance(blob, Blob):
            return self.put(path, blob.data)
        return self.put(path, _TOO_LARGE if isinstance(blob, Unscanned) and blob.reason is Reason.TOO_LARGE else _SAID)

    def is_there(self, path: str) -> bool:
        """Whether something lies at a path though it is not read: a link, a file that patterns leave out. Links are not followed."""
        ref = next(iter(self.refs.values()), None)
        if ref is None:
            return False
        at = ref.root
        for part in path.split("/"):
            at = os.path.join(at, part)  # noqa: PTH118 - of a path that may be any text, nothing is made but a question
            if os.path.islink(at):  # noqa: PTH114 - as above
                return True
        return os.path.lexists(at)
