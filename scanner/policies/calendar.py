"""Which credentials are dead by the rules of their issuer, whatever their value says.

npm's changelog: new granular tokens live at most 90 days (2025-10-13); classic tokens can no longer be made, and what had been made
before ends by 2026-02-03 (2025-11-05); all classic tokens are revoked (2025-12-09). A UUID is a classic token. Tokens that can only
read may outlive the 90 days; the value does not tell, so nothing is dropped for this.

NuGet's announcement: keys made from 2026-08-17 on live at most 30 days, older ones end on 2026-11-01.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from scanner import hosts
from scanner.contract import Lifetime
from scanner.model import Occurrence, Sprawl
from scanner.policies import facts
from scanner.policies.facts import day_of

NPM_LIFE = timedelta(days=90)
"""The longest life of an npm token that can write."""

EXPOSED = timedelta(days=90)
"""After which exposure counts as long."""
_EPHEMERAL = timedelta(days=2)
"""Longer than anything lives that ends with its job or session: a day, and one for the time zones of commits."""
_CLASSIC_ENDED = date(2025, 12, 9)
_CAPPED = date(2025, 11, 5)
_CAPPED_ENDED = date(2026, 2, 3)
_NPM = frozenset({hosts.NPM, hosts.YARN})
_NUGET_LIFE = timedelta(days=30)
_NUGET_ENDED = date(2026, 11, 1)


def first_seen(sprawl: Sprawl) -> date | None:
    """The committer date of the first commit that held the credential; None where no commit did."""
    return min((day for one in sprawl.occurrences if (day := day_of(one.committed_at)) is not None), default=None)


def ended(sprawl: Sprawl, as_of: date) -> bool:
    """Whether the value itself, or the day on which it was first committed, says that it came to its end before the day `as_of`."""
    if facts.expired(sprawl.identified, as_of):
        return True
    seen = first_seen(sprawl)
    return facts.lifetime(sprawl.identified) is Lifetime.EPHEMERAL and seen is not None and as_of - seen > _EPHEMERAL


def is_long_exposed(sprawl: Sprawl, as_of: date) -> bool:
    """Whether a credential that may still work was committed more than `EXPOSED` before the day `as_of`."""
    seen = first_seen(sprawl)
    return seen is not None and as_of - seen > EXPOSED and not ended(sprawl, as_of) and dead(sprawl, as_of) is None


def dead(sprawl: Sprawl, as_of: date) -> str | None:
    """Why the credential cannot work any more on the day `as_of`, as a sentence; None where the issuer's rules do not say so."""
    if sprawl.identified.kind.id == "npm-legacy-token":
        return _legacy(sprawl.occurrences, as_of)
    if sprawl.identified.kind.id == "npm-token":
        return _token(first_seen(sprawl), as_of)
    if sprawl.identified.kind.id == "nuget-api-key":
        return _nuget(first_seen(sprawl), as_of)
    return None


def _legacy(occurrences: Iterable[Occurrence], as_of: date) -> str | None:
    services = {hosts.labels(one.spot.service) for one in occurrences if one.spot.service}
    if as_of < _CLASSIC_ENDED or not services or not services <= _NPM:
        return None
    return f"Dead by the issuer's calendar: the npm registry revoked all tokens of this form on {_CLASSIC_ENDED}."


def _token(seen: date | None, as_of: date) -> str | None:
    if seen is None:
        return None
    if seen < _CAPPED:
        end, why = _CAPPED_ENDED, "those made before 2025-11-05 were revoked or ended by then"
    else:
        end, why = seen + NPM_LIFE + timedelta(days=1), "tokens that can write live 90 days"
    if as_of < end:
        return None
    return f"Dead by the issuer's calendar since {end} unless it can only read: first committed on {seen}, and {why}."


def _nuget(seen: date | None, as_of: date) -> str | None:
    """Whichever rule holds for the key: that it is as old as it may be is not known, so the later of both ends counts."""
    end = None if seen is None else max(seen + _NUGET_LIFE + timedelta(days=1), _NUGET_ENDED)
    if seen is None or end is None or as_of < end:
        return None
    return f"Dead by the issuer's calendar since {end}: first committed on {seen}, and keys live 30 days or ended on {_NUGET_ENDED}."
