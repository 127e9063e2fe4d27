"""One blob through the examiner, and everything inside it where it is an archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from scanner.config import Settings
from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.records import dataclass, field, replace
from scanner.run.examine import Examination, Examiner
from scanner.run.pieces import Pull
from scanner.sources.archives.limits import USUAL, Limits
from scanner.sources.archives.sniff import HEAD, Kind, sniff, sniff_head
from scanner.sources.databases import enciphered, is_database
from scanner.sources.files import Skipped
from scanner.sources.large import Large

if TYPE_CHECKING:  # loaded where there is an archive
    from scanner.sources.archives.opening import Opened

_MOST_TEXTS = 64
"""Members that are looked for in their archive."""
_BLANK = bytes(byte if byte in b"\r\n" else 0 for byte in range(256))
"""Takes everything out of a text but its lines."""


class Reader(Protocol):
    """Whoever examines texts: an `Examiner`, or one for a sort of text."""

    def examine(self, path: str, data: bytes) -> Examination:
        """Every credential in the content of a file called `path`."""
        ...

    def examine_pieces(self, path: str, pull: Pull) -> Examination:
        """The same for a content that is not in memory."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A blob or a member of it, and what it holds."""

    path: str
    """Of a member `outer.zip!/inner.txt`; two members can have the same."""
    examination: Examination


@dataclass(frozen=True, slots=True)
class _Archive:
    """An archive as it stands: what its bytes hold, and what was undone to get them."""

    container: str
    text: Text
    data: bytes = field(repr=False)
    steps: tuple[str, ...]


def examine_blob(examiner: Reader, container: str, path: str, data: bytes, limits: Limits | None) -> Iterator[Text | Unscanned | Skipped]:
    """The blob and, within `limits`, everything inside it, one after the other; without limits nothing is opened.

    What a member holds that is merely stored, the archive itself holds too, where it has no name. It then counts for the member alone; what
    only seems to be there, because the member's last byte and the archive's next one were read together, does not count at all.
    """
    if limits is None or sniff(data) is None:
        yield from _whole(examiner, container, path, data, opened=limits is not None)
        return
    examination = examiner.examine(path, data)
    from scanner.sources.archives.opening import members  # noqa: PLC0415 - a gate seldom meets an archive, and starts sooner without

    yield from _with_members(examiner, _Archive(container, Text(path, examination), data, ()), members(container, path, data, limits))


def holds_more(data: bytes) -> bool:
    """Whether there is more in a blob than its bytes show: members, or the cells of a database."""
    return is_database(data) or sniff(data) is not None


def _whole(examiner: Reader, container: str, path: str, data: bytes, *, opened: bool) -> Iterator[Text | Unscanned]:
    """What is no archive: a text, or a database, whose cells are read where anything is to be opened; a log has none."""
    if not (opened and isinstance(examiner, Examiner)) or not (is_database(data) or enciphered(path, data)):
        yield Text(path, examiner.examine(path, data))
        return
    from scanner.run.cells import examined  # noqa: PLC0415 - few runs meet a database

    told = examined(examiner, container, path, data)
    yield Text(path, told.examination)
    yield from told.unscanned


def examine_large(examiner: Reader, container: str, path: str, large: Large, limits: Limits | None) -> Iterator[Text | Unscanned | Skipped]:
    """The same for a blob that is not held: it is read once as it stands, and once more where it is an archive that can be read like that.

    A zip cannot, since it is read from its end. Raises UnreadableError, after everything else, where the blob could not be read to its end.
    """
    head = b""

    def pull(size: int) -> bytes:
        nonlocal head
        piece = flow.pull(size)
        head += piece[: HEAD - len(head)]
        return piece

    with large.opened() as flow:
        text = Text(path, examiner.examine_pieces(path, pull))
    kind = None if limits is None or flow.failure is not None else sniff_head(head)
    if kind is Kind.ZIP:
        yield Unscanned(container, path, Reason.TOO_LARGE, f"a zip of {flow.size} bytes is not opened")
    if limits is not None and flow.failure is None and is_database(head):
        yield Unscanned(container, path, Reason.TOO_LARGE, f"a database of {flow.size} bytes is read as it stands, and not by its cells")
    if limits is None or kind in {None, Kind.ZIP, Kind.ZLIB}:
        yield text
    else:
        yield from _with_streamed(examiner, container, text, large, limits)
    if flow.failure is not None:
        raise flow.failure


def _with_streamed(examiner: Reader, container: str, text: Text, large: Large, limits: Limits) -> Iterator[Text | Unscanned | Skipped]:
    """An archive that is not held, and everything inside it."""
    from scanner.sources.archives.opening import members_of  # noqa: PLC0415 - see above

    try:
        with large.opened() as flow:
            yield from _with_members(
                examiner, _Archive(container, text, b"", ()), members_of(container, text.path, flow.pull, large.size, limits)
            )
    except UnreadableError as error:  # it could not be opened again
        yield text
        yield Unscanned(container, text.path, Reason(error.reason), error.detail)


def _with_members(examiner: Reader, outer: _Archive, found_inside: Iterator[Opened]) -> Iterator[Text | Unscanned | Skipped]:
    """An archive and everything inside it, the members first."""
    from scanner.sources.archives.opening import Member  # noqa: PLC0415 - see above

    archives = [outer]
    held: set[str] = set()
    texts: list[bytes] = []
    for found in found_inside:
        if not isinstance(found, Member):
            yield found
            continue
        if found.archive:
            examination = examiner.examine(found.path, found.data)
            archives.append(_Archive(outer.container, Text(found.path, _below(found.steps, examination)), found.data, found.steps))
            continue
        for one in _whole(examiner, outer.container, found.path, found.data, opened=True):
            if isinstance(one, Unscanned):
                yield one
                continue
            held.update(sighting.identified.id for sighting in one.examination.sightings)
            if one.examination.sightings and len(texts) < _MOST_TEXTS and any(it.text.examination.sightings for it in archives):
                texts.append(found.data)
            yield replace(one, examination=_below(found.steps, one.examination))
    for archive in archives:
        rest = _without(held, archive.text.examination)
        yield replace(archive.text, examination=_without(held, _beside(texts, archive, examiner)) if rest.sightings else rest)


def _beside(texts: list[bytes], archive: _Archive, examiner: Reader) -> Examination:
    """What the archive holds as it stands, without the members that are merely stored in it; of one that is not held that cannot be told."""
    data, at = archive.data, 0
    for text in texts:
        found = data.find(text, at)
        start = found if found >= 0 else data.find(text)
        if start >= 0:
            at = start + len(text)
            data = b"".join((data[:start], text.translate(_BLANK), data[at:]))
    return archive.text.examination if data is archive.data else _below(archive.steps, examiner.examine(archive.text.path, data))


def limits_of(settings: Settings) -> Limits | None:
    """What a run with these settings may read inside one archive; None is nothing."""
    return (
        Limits(member=min(settings.max_blob_size, USUAL.member), held=min(settings.max_blob_size, USUAL.held))
        if settings.archives
        else None
    )


def _below(steps: tuple[str, ...], examination: Examination) -> Examination:
    """The examination of a text that came out of these steps."""
    if not examination.sightings:
        return examination
    inside = (replace(one, spot=replace(one.spot, encoding=steps + one.spot.encoding)) for one in examination.sightings)
    return replace(examination, sightings=tuple(inside))


def _without(held: set[str], examination: Examination) -> Examination:
    if not held or not examination.sightings:
        return examination
    return replace(examination, sightings=tuple(one for one in examination.sightings if one.identified.id not in held))
