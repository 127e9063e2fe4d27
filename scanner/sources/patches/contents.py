"""What a patch shows of files and messages, put together when it is read, and dealt to whoever examines it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.records import dataclass, field
from scanner.sources.history import ObjectReader, RawObject
from scanner.sources.patches import binary, hunks
from scanner.sources.patches.hunks import Canvas, Image
from scanner.sources.patches.nouns import FileDiff, Message, Patch

_TOGETHER = 4 << 20
"""Bytes that are dealt at once: they travel to another process."""
_INDENT = re.compile(rb"^ {4}", re.MULTILINE)
_MOST_TOGETHER = 4000
"""Contents that are dealt at once."""


Find = Callable[[str], bytes | None]
"""Gives the content of a blob by its name, if there is one."""


def knows_nothing(_oid: str) -> bytes | None:
    """Finds no blob: where there is no repository."""
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """Contents that a patch shows, in the manner of objects of a store."""

    container: str
    reader: ObjectReader | None
    """Of the store of the repository that the patch is for."""
    items: tuple[RawObject, ...] = field(repr=False)
    unscanned: tuple[Unscanned, ...] = ()
    origin: None = None

    @property
    def objects(self) -> int:
        return len(self.items)

    @property
    def bytes(self) -> int:
        return sum(len(item.data) for item in self.items)

    @property
    def oids(self) -> tuple[str, ...]:
        return tuple(item.oid for item in self.items)

    def read(self, reach: int = 0) -> Iterator[RawObject | Unscanned]:  # noqa: ARG002 - nothing is stored as a difference to what was read
        """Every content, and why others cannot be read."""
        yield from self.items
        yield from self.unscanned


def after(patch: Patch, diff: FileDiff, find: Find = knows_nothing) -> Image | None:
    """What is shown of the file after the change; None where that is nothing. That it is taken away is not believed where hunks add to it.

    Raises UnreadableError for a binary file of which it cannot be told.
    """
    if diff.start == diff.end:
        return None
    image = Image(_made(patch, diff, find), ()) if diff.literal else hunks.after(patch.text, diff.start, diff.end)
    return image if image.data or not diff.deleted else None


def before(patch: Patch, diff: FileDiff, find: Find = knows_nothing) -> Iterator[Image]:
    """What is shown of the states before the change, as far as the file was there."""
    if diff.start == diff.end or diff.created:
        return
    if not diff.literal:
        yield from (hunks.before(patch.text, diff.start, diff.end, parent) for parent in range(diff.parents))
    elif (content := _base(patch, diff, find)) is not None:
        yield Image(content, ())


def _made(patch: Patch, diff: FileDiff, find: Find) -> bytes:
    """The content of a binary file after the change, which has the name that the patch gives it if it has to be made from another.

    Raises UnreadableError.
    """
    data = binary.content(patch.text, diff.start, None if diff.created else _base(patch, diff, find))
    if diff.ids is not None and not RawObject(diff.ids[1], "blob", data).genuine:
        raise UnreadableError(Reason.DAMAGED, "its binary hunk does not make what the patch names")
    return data


def _base(patch: Patch, diff: FileDiff, find: Find) -> bytes | None:
    """The content of a binary file before the change, if it is in the patch or can be found by its name.

    git applies a binary hunk to no other content, so that nobody gains anything by naming one.
    """
    own = binary.content_before(patch.text, diff.start, diff.end)
    return find(diff.ids[0]) if own is None and diff.ids is not None else own


def spoken(patch: Patch, messages: Iterable[Message]) -> Image:
    """What these messages say."""
    canvas = Canvas()
    for message in messages:
        if message.subject:
            canvas.put(message.line, message.subject + b"\n", 1)
        for span in message.spans:
            said = patch.text[span.start : span.end]
            count = said.count(b"\n") + (not said.endswith(b"\n"))
            canvas.put(span.line, _INDENT.sub(b"", said) if message.indented else said, count)
    return canvas.image()


def dealt(container: str, reader: ObjectReader | None, contents: Iterable[tuple[str, str, bytes] | Unscanned]) -> Iterator[Shown]:
    """Contents (id, type, data) in parts that are best read together."""
    items: list[RawObject] = []
    unscanned: list[Unscanned] = []
    size = 0
    for one in contents:
        if isinstance(one, Unscanned):
            unscanned.append(one)
            continue
        items.append(RawObject(*one))
        size += len(one[2])
        if size > _TOGETHER or len(items) > _MOST_TOGETHER:
            yield Shown(container, reader, tuple(items), tuple(unscanned))
            items, unscanned, size = [], [], 0
    if items or unscanned:
        yield Shown(container, reader, tuple(items), tuple(unscanned))


def unread(container: str, diff: FileDiff, error: UnreadableError) -> Unscanned:
    """Why a file of the patch cannot be read."""
    return Unscanned(container, diff.path, Reason(error.reason), error.detail)
