"""How bad one credential is: four levels from 1 to 5, and a score from 0 to 100 that anybody can compute again.

    score = min(cap[P], 100 × (0.40·log5 P + 0.25·log5 X + 0.20·log5 R + 0.15·log5 L))

**P, privilege**: what the value proves, else what its kind can do at most; an assumption is noted.

**X, exposure**, of the worst place: 1 a managed store, or a CI variable that is protected, masked and scoped to one environment ·
2 a CI variable of one project · 3 a CI variable of a group or organisation, or one that is neither protected nor scoped; a file that
only its owner can read · 4 plain text in a private repository or its history, in CI definitions, deployments, shells, logs, or in a
file that others can read · 5 the same in a public repository; image layers, published artefacts, chats. A key that is encrypted where
it lies counts one less. A variable counts 3 where a job that gets it runs code of the project, 5 where anybody can start such a job; at
most 2 where a gate holds every job that gets it and nothing else has it.

**R, reuse**: 1 one place · 2 several places in one group of zones and one project · 3 two groups or projects · 4 two groups and two
projects, when it can publish or sign; a key in a repository whose public half is trusted; two roles of jobs, one of them high · 5 three
groups, when it can publish or sign; three roles, one of them high; two services.

**L, lifetime**: 1 ephemeral · 2 at most 7 days · 3 at most 90 · 4 at most 365, or unknown · 5 longer or no end, or exposed for more than 365 days.

Caps by P: 39, 59, 79, 100, 100. Bands: from 80 critical, from 60 high, from 40 medium, from 20 low, else info. Then, in this order:
still in use after it was removed, at least 85 (within the cap); a key in tests, documentation, examples or in somebody else's package only, at most 39; one for strong names of .NET only, at most 59; dead by
its issuer's calendar, at most 59; expired, contradicted by its own checksum, or of no use by itself, at most 15; of no issuer, told by what stands around it, at most 59 where it
looks drawn at random, and 39 where it does not; proven by nothing in it and in tests, documentation and other people's code only, at most 39.
"""

from __future__ import annotations

from math import log

from scanner.contract import GENERIC, Confidence
from scanner.model import Levels, Severity, Sprawl
from scanner.policies import calendar, facts, places
from scanner.policies.levels import levels_of
from scanner.policies.policy import View
from scanner.records import dataclass

_CAPS = {1: 39, 2: 59, 3: 79, 4: 100, 5: 100}
_BANDS = ((80, Severity.CRITICAL), (60, Severity.HIGH), (40, Severity.MEDIUM), (20, Severity.LOW))
_NOT_ROTATED = 85
_NEGLIGIBLE = 15
_UNNAMED = {Confidence.MEDIUM: 59, Confidence.LOW: 39}
"""The most that a credential of no issuer comes to, by how sure its detector is."""


@dataclass(frozen=True, slots=True)
class Rank:
    """How bad a credential is, and how bad a finding about it may be at most."""

    levels: Levels
    score: int
    ceiling: Severity
    notes: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    """Name of each level, and why it is what it is."""
    cap: int
    """The most that the score could have come to, whatever the other levels."""
    raised: bool = False
    """Whether its findings count one band more, because it has been readable for long."""

    @property
    def band(self) -> Severity:
        """The severity that the score stands for."""
        return band(self.score)

    def of(self, base: Severity, ceiling: Severity = Severity.CRITICAL) -> Severity:
        """The severity of a finding: the higher of the policy's and the credential's, within what both allow."""
        worse = min(max(base, self.band) + self.raised, Severity.CRITICAL)
        return min(Severity(worse), self.ceiling, ceiling)


@dataclass(frozen=True, slots=True)
class _Limit:
    """One reason to rank a credential lower than its levels do."""

    score: int
    note: str


def score_of(levels: Levels) -> int:
    """The score of four levels, before anything that modifies it."""
    weighed = (
        0.40 * log(levels.privilege, 5) + 0.25 * log(levels.exposure, 5) + 0.20 * log(levels.reuse, 5) + 0.15 * log(levels.lifetime, 5)
    )
    return min(_CAPS[levels.privilege], round(100 * weighed))


def band(score: int) -> Severity:
    """The severity that a score stands for."""
    return next((severity for least, severity in _BANDS if score >= least), Severity.INFO)


def rank(view: View, sprawl: Sprawl) -> Rank:
    """The rank of one credential, with what was assumed or limited on the way."""
    levels, reasons = levels_of(view, sprawl)
    cap = _CAPS[levels.privilege]
    score = score_of(levels)
    if places.still_in_use(sprawl):
        score = max(score, min(_NOT_ROTATED, cap))
    limits = _limits(view, sprawl)
    ceiling = min((band(limit.score) for limit in limits), default=band(cap))
    return Rank(
        levels=levels,
        score=min((score, *(limit.score for limit in limits))),
        ceiling=min(ceiling, band(cap)),
        notes=(*_assumptions(sprawl), *(limit.note for limit in limits)),
        reasons=reasons,
        cap=min((cap, *(limit.score for limit in limits))),
        raised=calendar.is_long_exposed(sprawl, view.as_of),
    )


def _limits(view: View, sprawl: Sprawl) -> tuple[_Limit, ...]:
    identified = sprawl.identified
    limits: list[_Limit] = []
    if places.test_key(view, sprawl):
        limits.append(_Limit(39, "The key lies in tests, documentation or examples only, and nothing seen trusts its public half."))
    elif places.foreign(view, sprawl):
        limits.append(_Limit(39, "It lies in installed packages of others only, which everybody can fetch."))
    if places.strong_name(view, sprawl):
        note = "It gives assemblies of .NET their strong name, which tells them apart and protects nothing; open projects commit such keys on purpose."
        limits.append(_Limit(59, note))
    if (why := calendar.dead(sprawl, view.as_of)) is not None:
        limits.append(_Limit(59, why))
    if facts.expired(identified, view.as_of):
        end = facts.expires_on(identified)
        limits.append(_Limit(_NEGLIGIBLE, f"It expired on {end}." if end else "It has expired."))
    if not identified.kind.actions:
        limits.append(_Limit(_NEGLIGIBLE, "It opens nothing by itself."))
    if identified.kind.provider == GENERIC and (most := _UNNAMED.get(identified.confidence)):
        limits.append(_Limit(most, "Only what stands around it says that it is a credential."))
    if places.shown(sprawl):
        limits.append(_Limit(39, "It lies in tests, documentation or other people's code only, where such values are examples."))
    if facts.broken(identified):
        limits.append(_Limit(_NEGLIGIBLE, "Its own checksum or structure does not hold: most likely no credential at all."))
    return tuple(limits)


def _assumptions(sprawl: Sprawl) -> tuple[str, ...]:
    identified = sprawl.identified
    notes: list[str] = []
    if identified.assumed:
        notes.append("Its privilege is assumed from its kind; the value does not tell.")
    if facts.sealed(identified):
        notes.append("It is encrypted where it lies, which counts as one level less exposure.")
    return tuple(notes)
