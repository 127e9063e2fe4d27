"""Which keys signed commits and tags, and how many: counted when they are read, since later nobody reads them again."""

from __future__ import annotations

from collections import defaultdict

from scanner.records import dataclass
from scanner.sources.history import stamp

_MARK = b" SIGNATURE-----"
_BEFORE = -(1 << 40)
"""Seconds before 1970, and before any commit."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The signatures by one key in one repository."""

    count: int
    at: str
    """Committer date of the newest commit, RFC 3339 in UTC; empty where there are tags only."""
    path: str
    """`commit:<id>` or `tag:<name>` of that."""


Signed = dict[bytes, Newest]
"""By the mark of the key, see `scanner.identity.marks`."""


class Signatures:
    """Counts them object by object."""

    def __init__(self) -> None:
        self._by_key: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        """When commits were made that a key signed, and their paths; likewise tags, for which it is before all commits."""

    def look(self, text: bytes, path: str, seconds: int = _BEFORE) -> None:
        """Counts what is in `text`: the headers of a commit of so many seconds after 1970, or the message of a tag."""
        if _MARK in text:
            from scanner.identity.signatures import signers_of  # noqa: PLC0415 - many repositories have no signature

            for key in dict.fromkeys(signers_of(text)):
                self._by_key[key].append((seconds, path))

    def total(self) -> Signed:
        """What was counted so far."""
        from scanner.identity.mark import mark_of  # noqa: PLC0415 - as above

        total: Signed = {}
        for key, signed in self._by_key.items():
            seconds, path = max(signed)
            add(total, mark_of(key), Newest(len(signed), stamp(seconds) if seconds > _BEFORE else "", path))
        return total


def add(signed: Signed, mark: bytes, more: Newest) -> None:
    """Adds what another reading has counted."""
    known = signed.get(mark)
    if known is None:
        signed[mark] = more
    else:
        newest = more if (more.at, more.path) > (known.at, known.path) else known
        signed[mark] = Newest(known.count + more.count, newest.at, newest.path)


def merge(signed: Signed, more: Signed) -> None:
    """Adds all that another reading has counted."""
    for mark, newest in more.items():
        add(signed, mark, newest)
