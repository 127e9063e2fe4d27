"""What becomes of findings and occurrences from one run to the next. Pure."""

from __future__ import annotations

from scanner.model import Occurrence, Reachability, Zone
from scanner.records import replace

LIVES = ("new", "open", "resolved", "reopened", "accepted")
"""What `Finding.life` can be."""

_BY_A_REF = frozenset({Reachability.HEAD, Reachability.BRANCH, Reachability.TAG, Reachability.STASH, Reachability.NOTE})
_NO_HISTORY = frozenset({None, Reachability.UNREACHABLE, Reachability.WORKTREE})
"""What no ref led to: when it is gone, nobody rewrote anything. None is a place outside commits, such as git's own files."""


def next_life(known: str | None, said: str | None) -> str:
    """The life of a finding that is reported again, or for the first time where none is known.

    Whoever reports it may say that it is accepted; it stays so for as long as it is seen.
    """
    if "accepted" in {known, said}:
        return "accepted"
    if known is None:
        return "new"
    return "reopened" if known == "resolved" else "open"


def still_there(occurrence: Occurrence, before: Reachability | None, *, keep_lost: bool) -> Occurrence:
    """An occurrence that is met again, and was reached in the way `before`.

    Where no ref leads to it any more, a rewritten history has lost it, and it stays lost until a ref leads to it again.
    """
    if occurrence.reachability is not Reachability.UNREACHABLE:
        return occurrence
    if before is Reachability.REWRITTEN or (keep_lost and before in _BY_A_REF):
        return rewritten(occurrence)
    return occurrence


def stays(before: Reachability | None, *, keep_lost: bool) -> bool:
    """Whether an occurrence that is met no more, and was reached in the way `before`, stays as one that a rewritten history has lost.

    One that stayed once does so for good: that the objects are gone here says nothing about whoever hosts them.
    """
    return before is Reachability.REWRITTEN or (keep_lost and before not in _NO_HISTORY)


def rewritten(occurrence: Occurrence) -> Occurrence:
    """The occurrence as one that a rewritten history has lost."""
    return replace(occurrence, reachability=Reachability.REWRITTEN, in_head=False, zone=Zone.REPO_HISTORY)
