"""One blob through the examiner, and everything inside it where it is an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.config import Settings
from scanner.model import Unscanned
from scanner.run.examine import Examination, Examiner
from scanner.sources.archives.limits import Limits
from scanner.sources.archives.sniff import sniff
from scanner.sources.files import Skipped


@dataclass(frozen=True, slots=True)
class Text:
    """A blob or a member of it, and what it holds."""

    path: str
    """Of a member `outer.zip!/inner.txt`; two members can have the same."""
    examination: Examination


def examine_blob(examiner: Examiner, container: str, path: str, data: bytes, limits: Limits | None) -> Iterator[Text | Unscanned | Skipped]:
    """The blob and, within `limits`, everything inside it, one after the other; without limits nothing is opened.

    What a member holds that is merely stored, the archive itself holds too, where it has no name. It then counts for the member alone.
    """
    examination = examiner.examine(path, data)
    if limits is None or sniff(data) is None:
        yield Text(path, examination)
        return
    from scanner.sources.archives.opening import Member, members  # noqa: PLC0415 - a gate seldom meets an archive, and starts sooner without

    archives = [Text(path, examination)]
    held: set[str] = set()
    for found in members(container, path, data, limits):
        if not isinstance(found, Member):
            yield found
            continue
        examination = examiner.examine(found.path, found.data)
        inside = Text(found.path, _below(found.steps, examination))
        if found.archive:
            archives.append(inside)
        else:
            held.update(one.identified.id for one in examination.sightings)
            yield inside
    for archive in archives:
        yield replace(archive, examination=_without(held, archive.examination))


def limits_of(settings: Settings) -> Limits | None:
    """What a run with these settings may read inside one archive; None is nothing."""
    return Limits(member=settings.max_blob_size, held=settings.max_blob_size) if settings.archives else None


def _below(steps: tuple[str, ...], examination: Examination) -> Examination:
    """The examination of a text that came out of these steps."""
    inside = (replace(one, spot=replace(one.spot, encoding=steps + one.spot.encoding)) for one in examination.sightings)
    return replace(examination, sightings=tuple(inside))


def _without(held: set[str], examination: Examination) -> Examination:
    return replace(examination, sightings=tuple(one for one in examination.sightings if one.identified.id not in held))
