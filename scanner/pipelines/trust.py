"""Who can start a job: the weakest of its triggers, as far as conditions leave them."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Trust

_WEAKEST_FIRST = (Trust.UNTRUSTED, Trust.CONTRIBUTOR, Trust.REMOTE, Trust.TIMER, Trust.MAINTAINER)


def weakest(trusts: Iterable[Trust]) -> Trust:
    """The weakest of several; unknown where none is known."""
    known = set(trusts)
    return next((trust for trust in _WEAKEST_FIRST if trust in known), Trust.UNKNOWN)
