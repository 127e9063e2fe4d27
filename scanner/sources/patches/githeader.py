"""The header that git puts before the hunks of a file (git-diff(1), "Generating patch text with -p" and "Combined diff format")."""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.records import dataclass, field
from scanner.sources.patches.binary import MARK
from scanner.sources.patches.cursor import Cursor
from scanner.sources.patches.names import NOWHERE, pair, path_of, side, unquoted

BEGINS = (b"diff --git ", b"diff --cc ", b"diff --combined ")
_IDS = re.compile(rb"index ([0-9a-f]{4,64}(?:,[0-9a-f]{4,64}){0,63})\.\.([0-9a-f]{4,64})(?: |$)")
_EMPTY = (b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813")
"""The names of an empty content."""
_WHOLE = b"100%"


@dataclass(slots=True)
class GitHeader:
    """What it says."""

    old: bytes
    new: bytes
    """The names that it begins with."""
    told: int = 0
    """Lines after the first one."""
    created: bool = False
    deleted: bool = False
    origin: bytes | None = None
    """What it was renamed from."""
    target: bytes | None = None
    copied: bytes | None = None
    similar: bytes = _WHOLE
    modes: int = 0
    """Lines about modes."""
    ids: tuple[bytes, ...] = ()
    """Of the contents before and, as the last one, after."""
    sides: list[bytes] = field(default_factory=list)
    """The names of `---` and `+++`."""
    has_new: bool = False
    """Whether there is a `+++`, behind which hunks have to come."""
    binary: bytes = b""
    """The line that says that hunks are binary, or that they are left out."""

    @property
    def path(self) -> bytes:
        """The file's name in the repository."""
        if self.target is not None:
            return self.target
        if self.old == self.new and not self.sides:
            return self.new
        new = self.sides[-1] if self.has_new else self.new
        old = self.sides[0] if self.sides else self.old
        return path_of(self.old if old == NOWHERE else old, self.new if new == NOWHERE else new)

    @property
    def whole_ids(self) -> tuple[str, str] | None:
        """Those of a file with one state before, unless they are shortened."""
        if len(self.ids) != 2 or {len(oid) for oid in self.ids} not in ({40}, {64}):  # noqa: PLR2004 - digits of SHA-1 and SHA-256
            return None
        return self.ids[0].decode("ascii"), self.ids[1].decode("ascii")

    @property
    def lacks(self) -> bool:
        """Whether it needs hunks, of which none have come."""
        changed = len(self.ids) > 1 and self.ids[-1] not in self.ids[:-1] and not self._is_empty(self.ids[-1])
        return self.has_new or bool(self.sides) or (changed and not (len(self.ids) > 2 and self.modes)) or self.similar != _WHOLE  # noqa: PLR2004 - of a merge

    @property
    def is_cut(self) -> bool:
        """Whether more of it has to come, where the text ends behind it."""
        return not self.ids and self.modes != 2 and (self.target is None or self.similar != _WHOLE)  # noqa: PLR2004 - the old and the new

    def _is_empty(self, oid: bytes) -> bool:
        return not oid.strip(b"0") or (self.created and any(empty.startswith(oid) for empty in _EMPTY))


def read_header(cursor: Cursor, line: bytes) -> GitHeader:
    """The header that begins at hand, with `line`; what comes after it is at hand then."""
    kind, _, rest = line.removeprefix(b"diff ").partition(b" ")
    header = GitHeader(*(pair(rest) if kind == b"--git" else (unquoted(rest), unquoted(rest))))
    cursor.step()
    while not cursor.ended and not header.has_new and not header.binary:
        line = cursor.line()
        take = next((take for prefix, take in _LINES if line.startswith(prefix)), None)
        if take is None:
            break
        take(header, line)
        header.told += 1
        cursor.step()
    return header


def _behind(line: bytes) -> bytes:
    """What stands behind two words."""
    return unquoted(line.split(b" ", 2)[2]) if line.count(b" ") > 1 else b""


def _mode(header: GitHeader, _line: bytes) -> None:
    header.modes += 1


def _merged_mode(header: GitHeader, _line: bytes) -> None:
    header.modes = 2


def _create(header: GitHeader, _line: bytes) -> None:
    header.created = True


def _delete(header: GitHeader, _line: bytes) -> None:
    header.deleted = True


def _similar(header: GitHeader, line: bytes) -> None:
    header.similar = _behind(line)


def _rename_from(header: GitHeader, line: bytes) -> None:
    header.origin = _behind(line)


def _copy_from(header: GitHeader, line: bytes) -> None:
    header.copied = _behind(line)


def _to(header: GitHeader, line: bytes) -> None:
    header.target = _behind(line)


def _ids(header: GitHeader, line: bytes) -> None:
    if match := _IDS.match(line):
        header.ids = (*match[1].split(b","), match[2])


def _old(header: GitHeader, line: bytes) -> None:
    header.sides.append(side(line[4:]))
    header.created = header.created or header.sides[-1] == NOWHERE


def _new(header: GitHeader, line: bytes) -> None:
    header.sides.append(side(line[4:]))
    header.has_new = True
    header.deleted = header.deleted or header.sides[-1] == NOWHERE


def _binary(header: GitHeader, line: bytes) -> None:
    header.binary = line


_LINES: tuple[tuple[bytes, Callable[[GitHeader, bytes], None]], ...] = (
    (b"old mode ", _mode),
    (b"new mode ", _mode),
    (b"mode ", _merged_mode),
    (b"deleted file mode ", _delete),
    (b"new file mode ", _create),
    (b"similarity index ", _similar),
    (b"dissimilarity index ", lambda _header, _line: None),
    (b"rename from ", _rename_from),
    (b"rename to ", _to),
    (b"copy from ", _copy_from),
    (b"copy to ", _to),
    (b"index ", _ids),
    (b"--- ", _old),
    (b"+++ ", _new),
    (MARK, _binary),
    (b"Binary files ", _binary),
)
