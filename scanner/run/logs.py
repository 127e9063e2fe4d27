"""Logs of CI jobs through the examiner: clean of what the system put into them, and what is found moved back to where it stands on disk.

A log is read once for what it holds, and where it holds something once more for where that is: so it takes no more memory than any other
large text.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO

from scanner.errors import UnreadableError
from scanner.model import Blob, Reason, Sighting, Unscanned
from scanner.records import dataclass, field, replace
from scanner.run.examine import CLEAN, Examination, Examiner, united
from scanner.run.inside import Text, examine_blob, examine_large
from scanner.run.notice import lines_of, moved
from scanner.run.taking import take_all
from scanner.run.work import Answer, Hit, Logs
from scanner.sources.archives.limits import Limits
from scanner.sources.archives.sniff import HEAD as SNIFFED
from scanner.sources.archives.sniff import Kind, sniff, sniff_head
from scanner.sources.ci_exports import is_refused, printable
from scanner.sources.ci_logs import HEAD, Called, Cleaner, Origin, Pull, Recognised, Spot, Tracker, answer_of, called, locate, recognise
from scanner.sources.files import Skipped
from scanner.sources.large import Flow, Large, LargeFile, take_file

Opened = AbstractContextManager[Pull]
Open = Callable[[], Opened]
"""Begins a reading of a log. Raises UnreadableError."""

_LONGEST_NAME = 80
"""Characters of the name of a job or a step; a step without a name is called by its command."""
_NAMES = 4096
"""Different names that are kept in mind."""
_HIDDEN = "…"
_NO_ARCHIVE = frozenset({None, Kind.ZLIB})
"""Two bytes that only perhaps begin something compressed are nothing that a log does not begin with."""
_ENDINGS = frozenset({"txt", "log", "zip", "gz"})
_BLANKS = b"\xef\xbb\xbf\0 \t\r\n"
"""What a log without any content may have."""


def read_logs(task: Logs, examiner: Examiner, limits: Limits | None) -> Answer:
    """Every log that a task names, and those inside archives within `limits`."""
    answer = Answer(task.source)
    reader = LogReader(examiner)
    examiner.objects.turn_to(None)
    for met in task.refs:
        ref = replace(met, path=reader.shown_path(met.path))
        match take_file(ref, task.max_size):
            case Blob() as blob:
                found = reader.found(blob.container, blob.path, blob.data, limits)
                take_all(answer, Hit(blob.container, blob.path, None, blob.mode, ()), blob.data, found)
            case LargeFile() as large:
                found = reader.found(ref.container, ref.path, large, limits)
                take_all(answer, Hit(ref.container, ref.path, None, large.mode, ()), large, found)
            case Unscanned() as unscanned:
                answer.unscanned.append(unscanned)
            case Skipped() as skipped:
                answer.skipped[skipped.reason] += 1
    return answer


class LogReader:
    """Examines logs as an `Examiner` examines other texts. Markers beside values do not count: nobody reviews what a job prints."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self._names: dict[str, str] = {}

    def found(self, container: str, path: str, data: bytes | Large, limits: Limits | None) -> Iterator[Text | Unscanned | Skipped]:
        """A log, or every log inside an archive of them. Raises UnreadableError, after everything else, for what was not read to its end."""
        for one in self._found(container, path, data, limits):
            yield replace(one, path=self.shown_path(one.path))

    def shown_path(self, path: str) -> str:
        """A path as it may be shown: systems call the files of steps by their commands, too."""
        if not self._examiner.touches(path.encode("utf-8", "replace")):
            return path
        return "/".join(_hidden(name) if self._holds(name) else name for name in path.split("/"))

    def _found(self, container: str, path: str, data: bytes | Large, limits: Limits | None) -> Iterator[Text | Unscanned | Skipped]:
        if isinstance(data, bytes):
            yield from self._held(container, path, data, limits)
            return
        with data.opened() as flow:
            head = _head(flow.pull, SNIFFED)
        if sniff_head(head) not in _NO_ARCHIVE:
            yield from examine_large(self, container, path, data, limits)
            return
        flows: list[Flow] = []

        @contextmanager
        def opened() -> Iterator[Pull]:
            with data.opened() as flow:
                flows.append(flow)
                yield flow.pull

        yield Text(path, self._log(path, opened))
        if flows[0].failure is not None:
            raise flows[0].failure

    def examine(self, path: str, data: bytes) -> Examination:
        """Everything in a log that is held, with its lines, and in an archive as it stands."""
        if sniff(data) not in _NO_ARCHIVE:
            return self._examiner.examine(path, data)
        answer = answer_of(data)
        if answer is None:
            return self._log(path, lambda: nullcontext(BytesIO(data).read))
        text = answer.text
        inside = self._log(path, lambda: nullcontext(BytesIO(text).read), line=answer.line)
        return united([inside, _beside(inside, self._examiner.examine_log(path, BytesIO(answer.rest).read))])

    def examine_pieces(self, path: str, pull: Pull) -> Examination:
        """An archive that is not held, as it stands."""
        return self._examiner.examine_pieces(path, pull)

    def _held(self, container: str, path: str, data: bytes, limits: Limits | None) -> Iterator[Text | Unscanned | Skipped]:
        if not data.strip(_BLANKS):
            yield Unscanned(container, path, Reason.MALFORMED, "expected a log, not an empty file")
            return
        if is_refused(data):
            yield Unscanned(container, path, Reason.MALFORMED, "expected a log, not the error message of an API")
        told = sniff(data) in _NO_ARCHIVE or limits is None
        for one in examine_blob(self, container, path, data, limits):
            told = told or not isinstance(one, Text) or one.path != path
            yield one
        if not told:
            yield Unscanned(container, path, Reason.MALFORMED, "expected logs in the archive")

    def _log(self, path: str, opened: Open, line: Callable[[int], int] | None = None) -> Examination:
        """Everything in the log that `opened` begins to read; `line` tells the line of the file for a place in it, if that is another text."""
        with opened() as pull:
            head = _head(pull, HEAD)
            recognised = recognise(head)
            cleaner = Cleaner(recognised.manner)
            plain = self._examiner.examine_log(path, cleaner.clean(_with(head, pull)))
        found = self._placed(plain, opened, _Reading(recognised, called(path), line))
        if cleaner.carries:
            carried = _beside(found, self._again(path, opened, Cleaner(recognised.manner).carried))
            found = united([found, self._placed(carried, opened, _Reading(recognised, called(path), line, carried=True))])
        if not _is_text(head):  # a shell may have added its own characters to another's, and an archive may have any file in it
            found = united([found, _beside(found, self._again(path, opened, lambda pull: pull))])
        return found

    def _again(self, path: str, opened: Open, through: Callable[[Pull], Pull]) -> Examination:
        """Another reading of a log; nothing where it cannot be opened any more, since the first one has told what was in it."""
        try:
            with opened() as pull:
                return self._examiner.examine_log(path, through(pull))
        except UnreadableError:
            return CLEAN

    def _placed(self, examination: Examination, opened: Open, reading: _Reading) -> Examination:
        """The same with places of the log as it lies on disk."""
        wanted = {(one.spot.line, one.spot.column or 0) for one in examination.sightings if one.spot.line is not None}
        wanted |= {(line, 0) for line in lines_of(examination.noticed)}
        if not wanted:
            return examination
        origins: Mapping[Spot, Origin] = {}
        try:
            with opened() as pull:
                origins = reading.origins(pull, wanted)
        except UnreadableError:  # it was there a moment ago; what it held is said without a line
            pass
        lines = {spot[0]: reading.line_of(origin) for spot, origin in origins.items() if not spot[1]}
        sightings = tuple(
            self._moved(one, origins.get((one.spot.line or 0, one.spot.column or 0)), reading) for one in examination.sightings
        )
        return replace(examination, sightings=sightings, noticed=moved(examination.noticed, lines))

    def _moved(self, sighting: Sighting, origin: Origin | None, reading: _Reading) -> Sighting:
        job, step = reading.names(origin)
        spot = replace(
            sighting.spot,
            line=None if origin is None else reading.line_of(origin),
            column=None if origin is None or reading.line is not None else origin.column,
            encoding=reading.steps + sighting.spot.encoding,
        )
        return replace(sighting, spot=spot, job=self._shown(job), step=self._shown(step))

    def _shown(self, name: str | None) -> str | None:
        """A name as it may be shown: one in which a credential is found is not, since a step without a name is called by its command."""
        if name is None:
            return None
        shown = self._names.get(name)
        if shown is None:
            shown = _HIDDEN if self._holds(name) else _short(name)
            if len(self._names) < _NAMES:
                self._names[name] = shown
        return shown

    def _holds(self, name: str) -> bool:
        """Whether a credential is found in a name."""
        found = self._examiner.examine_log("", BytesIO(name.encode("utf-8", "replace")).read).sightings
        return bool(found) or self._examiner.shown(name) != name


@dataclass(frozen=True, slots=True)
class _Reading:
    """How places in a clean text are led back."""

    recognised: Recognised
    called: Called | None
    line: Callable[[int], int] | None = field(default=None, repr=False)
    carried: bool = False
    """Whether the text is what control sequences carried."""

    @property
    def steps(self) -> tuple[str, ...]:
        """What was undone before anything else."""
        width = self.recognised.manner.width
        return () if width is None else (width.encoding,)

    def origins(self, pull: Pull, wanted: Iterable[Spot]) -> Mapping[Spot, Origin]:
        """The origins of the places that the log still has."""
        cleaner = Cleaner(self.recognised.manner)
        if self.carried:
            return locate(cleaner.asides(pull), Tracker(), wanted)
        return locate(cleaner.traced(pull), self.recognised.tracker(), wanted)

    def line_of(self, origin: Origin) -> int:
        """The line of the file."""
        return origin.line if self.line is None else self.line(origin.offset)

    def names(self, origin: Origin | None) -> tuple[str | None, str | None]:
        """Job and step: what the file is called says it best."""
        job, step = (None, None) if origin is None else (origin.job, origin.step)
        if self.called is None or not self.recognised.timed:
            return job, step
        return self.called.job if self.called.sure else job, self.called.step or step


def without_twins(hits: Iterable[Hit]) -> list[Hit]:
    """The hits in logs without what a job's log repeats of its steps' own: the same lines are in both, and the step's file knows more."""
    every = list(hits)
    by_step: dict[tuple[str, str, str], int] = {}
    for hit in every:
        at = called(hit.path)
        if at is not None and not at.whole:
            for one in hit.sightings:
                if one.job is not None:
                    key = (at.folder, at.job, one.identified.id)
                    by_step[key] = by_step.get(key, 0) + 1
    return [one for one in (_without_twins(hit, by_step) for hit in every) if one.sightings] if by_step else every


def _without_twins(hit: Hit, by_step: Mapping[tuple[str, str, str], int]) -> Hit:
    at = called(hit.path)
    if at is None or not at.whole:
        return hit
    here: dict[str, int] = {}
    for one in hit.sightings:
        here[one.identified.id] = here.get(one.identified.id, 0) + 1
    repeated = {name for name, count in here.items() if count <= by_step.get((at.folder, at.job, name), 0)}
    return replace(hit, sightings=tuple(one for one in hit.sightings if one.identified.id not in repeated))


def _beside(known: Examination, other: Examination) -> Examination:
    """What another reading of a log found besides."""
    ids = {one.identified.id for one in known.sightings}
    return replace(other, sightings=tuple(one for one in other.sightings if one.identified.id not in ids))


def _head(pull: Pull, size: int) -> bytes:
    head = b""
    while len(head) < size and (piece := pull(size - len(head))):
        head += piece
    return head


def _with(head: bytes, pull: Pull) -> Pull:
    """The reading from its beginning, of which `head` was read already."""
    left = [head] if head else []
    return lambda size: left.pop() if left else pull(size)


def _is_text(head: bytes) -> bool:
    """Whether a log begins like text in UTF-8, of which the last character may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except ValueError:
        return False
    return b"\0" not in head


def _hidden(name: str) -> str:
    """A file's name without what it says, but for the number before it and the ending."""
    number, line, rest = name.partition("_")
    inside = "!" if name.endswith("!") else ""
    ending = rest.removesuffix("!").rpartition(".")[2]
    kept = f".{ending}" if ending in _ENDINGS else ""
    return f"{number}_{_HIDDEN}{kept}{inside}" if line and number.isdecimal() else f"{_HIDDEN}{kept}{inside}"


def _short(name: str) -> str:
    """A name in few characters, cut between words: half of one could be half of a value that is found only whole."""
    shown = printable(name)
    if len(shown) <= _LONGEST_NAME:
        return shown
    return shown[: _LONGEST_NAME + 1].rpartition(" ")[0] + _HIDDEN
