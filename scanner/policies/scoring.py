"""How bad one credential is: four levels from 1 to 5, and a score from 0 to 100 that anybody can compute again.

    score = min(cap[P], 100 × (0.40·log5 P + 0.25·log5 X + 0.20·log5 R + 0.15·log5 L))

**P, privilege**: what the value proves, else what its kind can do at most; an assumption is noted.

**X, exposure**, of the worst place: 1 a managed store, or a CI variable that is protected, masked and scoped to one environment ·
2 a CI variable of one project · 3 a CI variable of a group or organisation, or one that is neither protected nor scoped; a file that
only its owner can read · 4 plain text in a private repository or its history, in CI definitions, deployments, shells, logs, or in a
file that others can read · 5 the same in a public repository; image layers, published artefacts, chats. A key that is encrypted where
it lies counts one less.

**R, reuse**: 1 one place · 2 several places in one group of zones and one project · 3 two groups or projects · 4 two groups and two
projects, when it can publish or sign; a key in a repository whose public half is trusted · 5 three groups, when it can publish or sign.

**L, lifetime**: 1 ephemeral · 2 at most 7 days · 3 at most 90 · 4 at most 365, or unknown · 5 longer or no end, or exposed for more than 365 days.

Caps by P: 39, 59, 79, 100, 100. Bands: from 80 critical, from 60 high, from 40 medium, from 20 low, else info. Then, in this order:
still in use after it was removed, at least 85 (within the cap); below test trees or in somebody else's package only, at most 39; dead by its issuer's calendar, at
most 59; expired, contradicted by its own checksum, or of no use by itself, at most 15; of no issuer, told by what stands around it, at most 59 where it
looks drawn at random, and 39 where it does not or lies in tests, documentation and other people's code only.
"""

from __future__ import annotations

from datetime import timedelta
from math import log

from scanner.contract import GENERIC, Confidence, Lifetime
from scanner.model import Levels, Occurrence, Severity, Slot, Sprawl, Zone
from scanner.policies import calendar, facts, places
from scanner.policies.policy import WIDE, View, in_repository
from scanner.records import dataclass

_CAPS = {1: 39, 2: 59, 3: 79, 4: 100, 5: 100}
_BANDS = ((80, Severity.CRITICAL), (60, Severity.HIGH), (40, Severity.MEDIUM), (20, Severity.LOW))
_NOT_ROTATED = 85
_NEGLIGIBLE = 15
_UNNAMED = {Confidence.MEDIUM: 59, Confidence.LOW: 39}
"""The most that a credential of no issuer comes to, by how sure its detector is."""
_SEVERAL, _SPRAWLED = 2, 3

_YEAR = timedelta(days=365)
_SPANS = ((timedelta(days=7), 2), (timedelta(days=90), 3), (_YEAR, 4))
_LONGEST = {"npm-token": calendar.NPM_LIFE}
"""Lives that issuers bound although the value does not say so."""

_WORST = frozenset({Zone.CHAT, Zone.IMAGE_LAYER, Zone.PUBLISHED_ARTIFACT})
_OWN_FILES = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_KEYSTORE, Zone.FOLDER})
_IN_REPOSITORIES = frozenset({Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.WORKTREE, Zone.GIT_METADATA, Zone.RELEASE_SCRIPT, Zone.CI_DEFINITION})


@dataclass(frozen=True, slots=True)
class Rank:
    """How bad a credential is, and how bad a finding about it may be at most."""

    levels: Levels
    score: int
    ceiling: Severity
    notes: tuple[str, ...]

    @property
    def band(self) -> Severity:
        """The severity that the score stands for."""
        return band(self.score)

    def of(self, base: Severity, ceiling: Severity = Severity.CRITICAL) -> Severity:
        """The severity of a finding: the higher of the policy's and the credential's, within what both allow."""
        return min(max(base, self.band), self.ceiling, ceiling)


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
    levels = Levels(
        privilege=min(max(sprawl.identified.privilege, 1), 5),
        exposure=_exposure(view, sprawl),
        reuse=_reuse(view, sprawl),
        lifetime=_lifetime(view, sprawl),
    )
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
    )


def _limits(view: View, sprawl: Sprawl) -> tuple[_Limit, ...]:
    identified = sprawl.identified
    limits: list[_Limit] = []
    if places.test_key(view, sprawl):
        limits.append(_Limit(39, "The key lies below test trees only, and nothing seen trusts its public half."))
    elif places.foreign(view, sprawl):
        limits.append(_Limit(39, "It lies in installed packages of others only, which everybody can fetch."))
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


def _exposure(view: View, sprawl: Sprawl) -> int:
    worst = max((_exposed(view, one) for one in sprawl.occurrences), default=1)
    return max(worst - 1, 1) if facts.sealed(sprawl.identified) else worst


def _exposed(view: View, occurrence: Occurrence) -> int:
    if places.wanted_home(view, occurrence):
        return 1
    if occurrence.zone is Zone.CI_VARIABLE:
        return _shared(view.slots.get(occurrence.slot or ""))
    if occurrence.zone in _WORST or (occurrence.zone in _IN_REPOSITORIES and occurrence.container in view.graph.public):
        return 5
    if occurrence.zone in _OWN_FILES:
        return 4 if int(occurrence.mode or "0", 8) & 0o077 else 3
    return 4


def _shared(slot: Slot | None) -> int:
    if slot is None or slot.level in WIDE or slot.level == "unknown":
        return 3
    return 3 if slot.protected is False and slot.environment_scope in {None, "", "*"} else 2


def _reuse(view: View, sprawl: Sprawl) -> int:
    crossed = len(places.groups(sprawl))
    projects = len(places.projects(view, sprawl))
    if facts.powerful(sprawl.identified):
        if crossed >= _SPRAWLED:
            return 5
        if crossed >= _SEVERAL and projects >= _SEVERAL:
            return 4
    if sprawl.id in view.graph.trusted and any(in_repository(one) for one in sprawl.occurrences):
        return 4
    if crossed >= _SEVERAL or projects >= _SEVERAL:
        return 3
    return 2 if len({(one.container, one.path) for one in sprawl.occurrences}) > 1 else 1


def _lifetime(view: View, sprawl: Sprawl) -> int:
    identified = sprawl.identified
    life = facts.lifetime(identified)
    if life is Lifetime.EPHEMERAL:
        return 1
    seen = calendar.first_seen(sprawl)
    if life is Lifetime.STATIC or (seen is not None and view.as_of - seen > _YEAR):
        return 5
    return _span(_longest(view, sprawl)) if life is Lifetime.EXPIRING else 4


def _longest(view: View, sprawl: Sprawl) -> timedelta | None:
    """How long the credential lives: from its first day where that is known, else from the day of judgement."""
    end = facts.expires_on(sprawl.identified)
    if end is None:
        return _LONGEST.get(sprawl.identified.kind.id)
    return end - (facts.issued_on(sprawl.identified) or view.as_of)


def _span(life: timedelta | None) -> int:
    if life is None:
        return 4
    return next((level for longest, level in _SPANS if life <= longest), 5)
