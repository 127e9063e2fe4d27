"""What a credential says of itself, as the policies ask for it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from scanner.contract import Check, Fact, Lifetime
from scanner.model import Identified

_SEALED = frozenset({"encrypted", "passphrase", "hardware", "hw", "absent"})
_ENDS = ("expires_at", "expires", "not_after")
_POWERS = frozenset({"publish", "sign"})


def powerful(identified: Identified) -> bool:
    """Whether it can publish or sign."""
    return not _POWERS.isdisjoint(identified.kind.actions)


def sealed(identified: Identified) -> bool:
    """Whether it is of no use without a passphrase or a device."""
    return identified.facts.get("at_rest") in _SEALED


def broken(identified: Identified) -> bool:
    """Whether its own checksum or structure says that it is no credential."""
    return identified.check is Check.FAILED


def lifetime(identified: Identified) -> Lifetime:
    """What the value proves, else what its kind is known for."""
    stated = identified.facts.get("lifetime")
    return next((known for known in Lifetime if known == stated), identified.kind.lifetime)


def expires_on(identified: Identified) -> date | None:
    """The last day on which it works, where the value says so."""
    return next((day for name in _ENDS if (day := _day(identified.facts.get(name))) is not None), None)


def issued_on(identified: Identified) -> date | None:
    """The first day on which it works, where the value says so."""
    return _day(identified.facts.get("not_before"))


def expired(identified: Identified, as_of: date) -> bool:
    """Whether it is past its end on the day `as_of`."""
    end = expires_on(identified)
    return identified.facts.get("validity") == "expired" if end is None else end < as_of


def day_of(moment: str | None) -> date | None:
    """The date of an RFC 3339 time; None where there is none that can be read."""
    try:
        return date.fromisoformat((moment or "")[:10])
    except ValueError:
        return None


def _day(fact: Fact) -> date | None:
    if isinstance(fact, str):
        return day_of(fact)
    if isinstance(fact, int) and not isinstance(fact, bool):
        return _from_epoch(fact)
    return None


def _from_epoch(seconds: int) -> date | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, OSError, ValueError):
        return None
