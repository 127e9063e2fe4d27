"""The four levels of a credential, each from 1 to 5 and with its reason in a few words; what the numbers mean stands in `scoring`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from scanner.contract import Lifetime
from scanner.model import WIDE, Job, Levels, Occurrence, Slot, Sprawl, Zone
from scanner.policies import calendar, facts, places
from scanner.policies.policy import View, in_repository
from scanner.policies.wiring import HIGH, LOW, blocking, called
from scanner.records import dataclass

_SEVERAL, _SPRAWLED = 2, 3
_YEAR = timedelta(days=365)
_SPANS = ((timedelta(days=7), 2), (timedelta(days=90), 3), (_YEAR, 4))
_LONGEST = {"npm-token": calendar.NPM_LIFE}
"""Lives that issuers bound although the value does not say so."""

_WORST = frozenset({Zone.CHAT, Zone.IMAGE_LAYER, Zone.PUBLISHED_ARTIFACT})
_OWN_FILES = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_KEYSTORE, Zone.FOLDER})
_IN_REPOSITORIES = frozenset({Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.WORKTREE, Zone.GIT_METADATA, Zone.RELEASE_SCRIPT, Zone.CI_DEFINITION})
_KEPT = frozenset({Zone.CI_VARIABLE, Zone.MANAGED_STORE})
"""Zones whose values a gate can hold back."""
_SEPARATE = HIGH | LOW | {"notify", "chatops"}
"""Roles that must not share an identity."""
_UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class Level:
    """One level, and why: a clause without a stop."""

    value: int
    why: str


def levels_of(view: View, sprawl: Sprawl) -> tuple[Levels, tuple[tuple[str, str], ...]]:
    """The four levels, and the name and reason of each."""
    found = {
        "privilege": _privilege(sprawl),
        "exposure": _exposure(view, sprawl),
        "reuse": _worst([_spread(view, sprawl), _roles(view, sprawl)]),
        "lifetime": _lifetime(view, sprawl),
    }
    return Levels(**{name: level.value for name, level in found.items()}), tuple((name, level.why) for name, level in found.items())


def _worst(levels: Iterable[Level]) -> Level:
    return max(levels, key=_value)


def _value(level: Level) -> int:
    return level.value


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _privilege(sprawl: Sprawl) -> Level:
    identified = sprawl.identified
    actions = places.listed(sorted(identified.kind.actions), places.ALL)
    can = f"it can {actions} at most" if actions else "it opens nothing by itself"
    basis = "assumed from its kind" if identified.assumed else "which the value proves"
    return Level(min(max(identified.privilege, 1), 5), f"{can}, {basis}")


def _exposure(view: View, sprawl: Sprawl) -> Level:
    worst = max((_exposed(view, one) for one in sprawl.occurrences), key=_value, default=Level(1, "it is in no place"))
    kept = all(one.zone in _KEPT for one in sprawl.occurrences)
    if worst.value > _SEVERAL and kept and (jobs := _jobs(view, sprawl)) and all(map(blocking, jobs)):
        worst = Level(_SEVERAL, "a gate holds every job that gets it, and nothing else has it")
    if not facts.sealed(sprawl.identified):
        return worst
    return Level(max(worst.value - 1, 1), f"{worst.why}; one less because it is encrypted there")


def _exposed(view: View, occurrence: Occurrence) -> Level:
    named = places.whereabouts(occurrence)
    if places.wanted_home(view, occurrence):
        used = _used(view, occurrence.slot or "")
        home = "a managed store" if occurrence.zone is Zone.MANAGED_STORE else "a variable that is protected, masked and of one environment"
        return Level(used.value - 1, used.why) if used.value > _SEVERAL else Level(1, f"{home}: {named}")
    if occurrence.zone is Zone.CI_VARIABLE:
        return _worst([_shared(view.slots.get(occurrence.slot or ""), named), _used(view, occurrence.slot or "")])
    if occurrence.zone in _OWN_FILES:
        shared = int(occurrence.mode or "0", 8) & 0o077
        return Level(4 if shared else 3, f"a file that {'others on the machine' if shared else 'only its owner'} can read: {named}")
    return _open(occurrence, named, public=occurrence.container in view.graph.public)


def _open(occurrence: Occurrence, named: str, *, public: bool) -> Level:
    """What lies in plain text where more than its owner may look."""
    if occurrence.zone in _WORST:
        return Level(5, f"readable for whoever gets {named}")
    if occurrence.zone not in _IN_REPOSITORIES:
        return Level(4, f"in plain text: {named}")
    past = "the history of " if occurrence.zone is Zone.REPO_HISTORY else ""
    return (
        Level(5, f"in {past}a public repository: {named}") if public else Level(4, f"in {past}a repository that counts as private: {named}")
    )


def _shared(slot: Slot | None, named: str) -> Level:
    if slot is None or slot.level == "unknown":
        return Level(3, f"a variable of which no owner is known: {named}")
    if slot.level in WIDE:
        return Level(3, f"a variable that several projects get: {named}")
    if slot.protected is False and slot.environment_scope in {None, "", "*"}:
        return Level(3, f"a variable that is neither protected nor of one environment: {named}")
    return Level(2, f"a variable of one project: {named}")


def _used(view: View, slot: str) -> Level:
    """The exposure that the jobs bring which get a slot: 5 where anybody can start one, 3 where one runs code of the project."""
    jobs = [seen.job for seen in view.wiring.seen.get(slot, ())]
    anybody = next((job for job in jobs if job.trigger_trust == _UNTRUSTED), None)
    if anybody is not None:
        return Level(5, f"anybody can start {called(anybody)}, which gets it")
    mixed = next((job for job in jobs if job.does(*LOW) or job.mixed), None)
    if mixed is not None:
        return Level(3, f"{called(mixed)}, which gets it, runs code of the project")
    return Level(1, "no job that gets it can be abused")


def _jobs(view: View, sprawl: Sprawl) -> tuple[Job, ...]:
    """The jobs that get a credential through the slots it fills."""
    slots = {one.slot for one in sprawl.occurrences if one.slot is not None}
    return tuple({seen.job.id: seen.job for slot in sorted(slots) for seen in view.wiring.seen.get(slot, ())}.values())


def _roles(view: View, sprawl: Sprawl) -> Level:
    """The reuse that roles bring: 4 two of them, one high; 5 three, or two services."""
    jobs = _jobs(view, sprawl)
    roles = {role.role for job in jobs for role in job.roles if role.status == "set" and role.role in _SEPARATE}
    slots = {one.slot for one in sprawl.occurrences if one.slot is not None}
    services = {fed.act.target for slot in slots for fed in view.wiring.sinks(slot) if fed.act.target is not None}
    if len(services) >= _SEVERAL:
        return Level(5, f"jobs use it for {places.listed(sorted(services), places.ALL)}")
    if len(roles) >= _SEVERAL and roles & HIGH:
        return Level(5 if len(roles) >= _SPRAWLED else 4, f"jobs with the roles {places.listed(sorted(roles), places.ALL)} get it")
    return Level(1, "no job uses it for more than one thing")


def _spread(view: View, sprawl: Sprawl) -> Level:
    crossed, projects = places.groups(sprawl), places.projects(view, sprawl)
    zones = f"groups of zones ({places.listed(crossed, places.ALL)})"
    both = f"it is in {len(crossed)} {zones}"
    if facts.powerful(sprawl.identified):
        if len(crossed) >= _SPRAWLED:
            return Level(5, both)
        if len(crossed) >= _SEVERAL and len(projects) >= _SEVERAL:
            return Level(4, f"{both} and {len(projects)} projects")
    if sprawl.id in view.graph.trusted and any(in_repository(one) for one in sprawl.occurrences):
        return Level(4, "it lies in a repository, and its public half is trusted")
    if len(crossed) >= _SEVERAL:
        return Level(3, both)
    if len(projects) >= _SEVERAL:
        return Level(3, f"it is in {len(projects)} projects ({places.listed(projects)})")
    files = len({(one.container, one.path) for one in sprawl.occurrences})
    return Level(2, f"it is in {files} places of one group of zones") if files > 1 else Level(1, "it is in one place")


def _lifetime(view: View, sprawl: Sprawl) -> Level:
    life = facts.lifetime(sprawl.identified)
    if life is Lifetime.EPHEMERAL:
        return Level(1, "it lives for minutes or hours")
    if life is Lifetime.STATIC:
        return Level(5, "it works until somebody revokes it")
    seen = calendar.first_seen(sprawl)
    if seen is not None and view.as_of - seen > _YEAR:
        return Level(5, f"it has been exposed since {seen}, more than a year")
    if life is not Lifetime.EXPIRING:
        return Level(4, "its end is not known")
    return _span(_longest(view, sprawl))


def _longest(view: View, sprawl: Sprawl) -> timedelta | None:
    """How long the credential lives: from its first day where that is known, else from the day of judgement."""
    end = facts.expires_on(sprawl.identified)
    if end is None:
        return _LONGEST.get(sprawl.identified.kind.id)
    return end - (facts.issued_on(sprawl.identified) or view.as_of)


def _span(life: timedelta | None) -> Level:
    if life is None:
        return Level(4, "it ends, but the value does not tell when")
    why = f"it lives for {_counted(max(life.days, 0), 'day')} at most"
    return Level(next((level for longest, level in _SPANS if life <= longest), 5), why)
