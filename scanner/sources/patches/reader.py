"""From the text of a patch to its parts.

Every line is accounted for: it belongs to a difference, or to the text around, which is read as well. What is no difference is never
passed over, and a difference that is not whole is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.model import Reason, Unscanned
from scanner.sources.files import shown
from scanner.sources.patches import binary, hunks
from scanner.sources.patches.cursor import Cursor
from scanner.sources.patches.entries import Entries
from scanner.sources.patches.githeader import BEGINS, read_header
from scanner.sources.patches.mails import is_head, plain
from scanner.sources.patches.names import NOWHERE, path_of, side, unquoted
from scanner.sources.patches.nouns import MOST, MOST_HUNKS, BrokenPatchError, FileDiff, LargePatchError, Patch

_UNMERGED = b"* Unmerged path "
_UNSHOWN = (
    (b" differ", re.compile(rb"(?:Binary files|Files) (?P<old>.+) and (?P<new>.+) differ")),
    (b"", re.compile(rb"Binary file (?P<new>.+) has changed(?: to .*)?")),
)
"""What GNU diff, git and Mercurial say in place of content, with how it ends."""
_ALONE = b"Only in "
"""How GNU diff begins to tell of a file that one folder has and the other has not."""
_SUBVERSION = b"Cannot display: file marked as a binary type."
_INDEX = b"Index: "


def read_patch(data: bytes, container: str) -> Patch:
    """The patch in `data`.

    Raises BrokenPatchError where it is none, or not whole, and LargePatchError where it has too many parts.
    """
    reader = _Reader(Cursor(*plain(data)), container)
    while not reader.cursor.ended:
        reader.step()
    return reader.patch()


class _Reader:
    """A patch, read so far."""

    def __init__(self, cursor: Cursor, container: str) -> None:
        self.cursor = cursor
        self.entries = Entries(cursor)
        self.index: bytes | None = None
        """What Subversion or CVS call the file that comes next."""
        self._container = container
        self._unscanned: list[Unscanned] = []
        self._inflated = 0
        self._hunks = 0

    def step(self) -> None:
        """Reads some of the text around differences, or a whole difference."""
        start = _START.search(self.cursor.text, self.cursor.at)
        if self.cursor.at == 0 and is_head(self.cursor.text):
            self.entries.mail(None)
            return
        if start is None or start.start() > self.cursor.at:
            self.entries.say(len(self.cursor.text) if start is None else start.start())
            return
        line = self.cursor.line()
        if any(take(self, line) for prefix, take in _TAKEN if line.startswith(prefix)):
            self._count()
        elif not self.entries.in_message and self._is_said(line):
            self.cursor.step()
            self._count()
        else:
            self.entries.say(self.cursor.next)

    def _count(self) -> None:
        if self.entries.count + len(self._unscanned) > MOST or self._hunks > MOST_HUNKS:
            what = f"{MOST} files or mails" if self._hunks <= MOST_HUNKS else f"{MOST_HUNKS} hunks"
            raise LargePatchError(what)

    def patch(self) -> Patch:
        """All of it. Raises BrokenPatchError where there is no difference in it."""
        diffs, messages = self.entries.close()
        if not diffs and not self._unscanned:
            raise BrokenPatchError(1, "no difference begins here, nor anywhere below")
        return Patch(self.cursor.text, diffs, messages, tuple(self._unscanned))

    def unseen(self, path: bytes, reason: Reason, detail: str) -> None:
        """Notes what the patch does not show."""
        self._unscanned.append(Unscanned(self._container, shown(path), reason, detail))

    def unshown(self, path: bytes) -> None:
        """Notes that a binary file is only said to differ; one that is removed, and has no path here, brings nothing."""
        if path:
            self.unseen(path, Reason.MISSING, "the content of a binary file is not in the patch (`git diff --binary` writes it)")

    def read_hunks(self, diff: FileDiff) -> bool:
        """Whether hunks are at hand; `diff` has them then. Raises BrokenPatchError where they are not whole."""
        cursor = self.cursor
        diff.start = cursor.at
        while (line := cursor.line()).startswith(b"@@"):
            hunk = hunks.header(line)
            if hunk is None:
                why = "the header of a hunk cannot be read"
                raise cursor.broken(why)
            if diff.start < cursor.at and len(hunk.before) != diff.parents:
                why = "the hunks of a file differ in their number of columns"
                raise cursor.broken(why)
            diff.parents = len(hunk.before)
            self._hunks += 1
            cursor.step()
            try:
                cursor.move(*hunks.passed(cursor.text, cursor.at, hunk, cursor.number))
            except BrokenPatchError as error:
                raise cursor.broken(error.why, error.line) from None
        diff.end = cursor.at
        return diff.end > diff.start

    def read_binary(self, diff: FileDiff) -> None:
        """`diff` has the binary hunk at hand. Raises BrokenPatchError where it is not whole."""
        cursor = self.cursor
        start = cursor.at
        try:
            sections, end, lines = binary.passed(cursor.text, start, cursor.number)
        except BrokenPatchError as error:
            raise cursor.broken(error.why, error.line) from None
        cursor.move(end, lines)
        self._inflated += sum(section.size for section in sections)
        if self._inflated > binary.MOST:
            self._unscanned.append(
                Unscanned(self._container, diff.path, Reason.TOO_LARGE, f"binary hunks of more than {binary.MOST} bytes")
            )
        else:
            diff.start, diff.end, diff.literal = start, end, True

    def _is_said(self, line: bytes) -> bool:
        """Whether the line says of some file that it is not shown, which is noted."""
        if line.startswith(_UNMERGED):
            name = unquoted(line[len(_UNMERGED) :])
            self.unseen(name, Reason.MISSING, "its merge is not settled, and what is staged of it is not in the patch")
        elif line == _SUBVERSION and self.index is not None:
            self.unseen(self.index, Reason.MISSING, "the content of a binary file is not in the patch")
        elif line.startswith(_ALONE) and b": " in line:
            folder, _, name = line.removeprefix(_ALONE).rpartition(b": ")
            self.unseen(folder + b"/" + name, Reason.MISSING, "its content is not in the patch (`diff -N` writes it)")
        elif match := next((match for end, pattern in _UNSHOWN if line.endswith(end) and (match := pattern.fullmatch(line))), None):
            old, new = match.groupdict().get("old"), match["new"]
            self.unshown(b"" if new == NOWHERE else path_of(None if old in {None, NOWHERE} else old, new))
        else:
            return False
        return True


def _git(reader: _Reader, line: bytes) -> bool:
    """A difference with a header of git's begins here."""
    reader.index = None
    header = read_header(reader.cursor, line)
    diff = _diff(header.path, created=header.created, deleted=header.deleted, origin=header.origin)
    reader.entries.add(diff)
    if header.copied is not None:
        diff.created = True
        reader.unseen(header.path, Reason.MISSING, "a copy, of which the patch shows only what differs (`git diff --no-renames` shows all)")
    if header.binary.startswith(binary.MARK):
        diff.ids = header.whole_ids
        reader.read_binary(diff)
    elif header.binary:
        reader.unshown(b"" if header.deleted else header.path)
    elif not reader.read_hunks(diff) and not header.deleted:
        if header.lacks:
            why = "hunks should begin here"
            raise reader.cursor.broken(why)
        if header.is_cut and reader.cursor.ended:
            why = "it ends inside the header of a file"
            raise reader.cursor.broken(why)
    return True


def _diff(path: bytes, *, created: bool, deleted: bool, origin: bytes | None = None) -> FileDiff:
    return FileDiff(shown(path), created=created, deleted=deleted, origin=None if origin is None else shown(origin))


def _plain(reader: _Reader, line: bytes) -> bool:
    """Whether a difference without a header of git's begins here."""
    cursor = reader.cursor
    start = cursor.at, cursor.number
    cursor.step()
    other = cursor.line()
    if other.startswith(b"+++ "):
        cursor.step()
        if cursor.line().startswith(b"@@"):
            _read_plain(reader, side(line[4:]), side(other[4:]))
            return True
        if cursor.ended and reader.index is None:
            why = "it ends where a hunk should begin"
            raise cursor.broken(why)
    cursor.back(*start)
    return False


def _read_plain(reader: _Reader, old: bytes, new: bytes) -> None:
    path = path_of(None if old == NOWHERE else old, None if new == NOWHERE else new)
    if reader.index is not None and old == new and reader.index.endswith(b"/" + path):
        path = reader.index
    reader.index = None
    diff = _diff(path, created=old == NOWHERE, deleted=new == NOWHERE)
    reader.entries.add(diff)
    reader.read_hunks(diff)


def _stray(reader: _Reader, line: bytes) -> bool:
    """Raises BrokenPatchError where this begins a hunk of nobody knows what."""
    if hunks.header(line) is not None and not reader.entries.in_message:
        why = "a hunk of a file that has no name"
        raise reader.cursor.broken(why)
    return False


def _named(reader: _Reader, line: bytes) -> bool:
    """Remembers what comes next; the line is part of the text all the same."""
    reader.index = line[len(_INDEX) :]
    return False


def _mail(reader: _Reader, line: bytes) -> bool:
    return reader.entries.mail_begins(line)


def _log(reader: _Reader, line: bytes) -> bool:
    return reader.entries.log_begins(line)


_TAKEN: tuple[tuple[bytes, Callable[[_Reader, bytes], bool]], ...] = (
    *((prefix, _git) for prefix in BEGINS),
    (b"--- ", _plain),
    (b"@@", _stray),
    (_INDEX, _named),
    (b"From ", _mail),
    (b"commit ", _log),
)
"""What lines begin with at which something begins, and who takes it if he can."""
_NOTES = (_UNMERGED, _SUBVERSION, b"Only in ", b"Binary file", b"Files ")
_START = re.compile(b"^(?:%b)" % b"|".join(map(re.escape, (*(prefix for prefix, _ in _TAKEN), *_NOTES))), re.MULTILINE)
"""The beginning of a line that is looked at; all others are text."""
