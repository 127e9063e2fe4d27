"""Which keys signed commits and tags, and how many: counted when they are read, since later nobody reads them again."""

from __future__ import annotations

from dataclasses import dataclass

_MARK = b" SIGNATURE-----"


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


def sign(signed: Signed, text: bytes, path: str, at: str) -> None:
    """Counts the signatures in `text`: the headers of a commit, or the message of a tag."""
    if _MARK not in text:
        return
    from scanner.identity.mark import mark_of  # noqa: PLC0415 - many repositories have no signature
    from scanner.identity.signatures import signers_of  # noqa: PLC0415 - as above

    for mark in dict.fromkeys(mark_of(key) for key in signers_of(text)):
        add(signed, mark, Newest(1, at, path))


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
