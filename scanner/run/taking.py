"""What was found in one text, blob or file, as a part of the answer to a task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.records import replace
from scanner.run.clear import unpack
from scanner.run.examine import CLEAN
from scanner.run.inside import Text
from scanner.run.notice import Noted
from scanner.sources.files import FileRef, Skipped

if TYPE_CHECKING:
    from scanner.run.work import Answer, Hit
    from scanner.sources.large import Large


def take(answer: Answer, found: Text | Unscanned | Skipped, blob: Hit) -> None:
    """Adds what was found in a blob or inside it; `blob` says where that lies."""
    match found:
        case Unscanned():
            answer.unopened.append(found)
        case Skipped():
            answer.skipped[found.reason] += 1
        case Text(path, examination):
            answer.skipped.update(examination.skipped)
            answer.tails.update(examination.tails)
            if examination.noticed:
                answer.noted.append(Noted(blob.container, path, blob.oid, examination.noticed))
            if examination.sightings:
                outer = None if path == blob.path else blob.path
                answer.hits.append(replace(blob, path=path, sightings=examination.sightings, member_of=outer))


def as_before(answer: Answer, ref: FileRef, size: int, beside: bytes) -> None:
    """Adds what reading a file would have told that is known to hold no credential."""
    answer.blobs += 1
    answer.bytes += size
    if beside:
        noted, skipped = unpack(beside, ref.container, ref.path, None)
        answer.noted += noted
        answer.skipped += skipped


def take_all(
    answer: Answer, blob: Hit, data: bytes | Large, inside: Iterable[Text | Unscanned | Skipped], *, count: bool = True
) -> list[Text | Unscanned | Skipped]:
    """Adds what is `inside` a blob, as it is found. Returns it, without the texts that no anchor is in."""
    found: list[Text | Unscanned | Skipped] = []
    try:
        for one in inside:
            if not isinstance(one, Text) or one.examination is not CLEAN:
                found.append(one)
                take(answer, one, blob)
    except UnreadableError as error:
        broken = Unscanned(blob.container, blob.path, Reason(error.reason), error.detail)
        answer.unscanned.append(broken)
        return [*found, broken]
    if count:
        answer.blobs += 1
        answer.bytes += len(data) if isinstance(data, bytes) else data.size
    return found
