"""Which slots the jobs of pipelines get: names in definitions meet variables in exports.

A definition names a slot and never says at which level it is kept. Where an export shows a variable of that name that the job can read,
that one is meant: the narrowest, as all platforms prefer it (environment before project before group). Where none does, the name itself
becomes a slot of the job's repository, of unknown level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from scanner.model import WIDE, Act, Job, Slot, Use, projects_of
from scanner.records import replace

SlotId = Callable[[str, str, str, str, str | None], str]
"""The id of a slot from platform, owner, level, name and environment scope."""

UNKNOWN = "unknown"
EVERYTHING = "*"
"""Name of a use that brings all secrets of a place."""
_PLATFORM = "platform"
_ANY = frozenset({None, "", "*", "GLOBAL"})
"""Scopes that every job is in; `GLOBAL` is Jenkins' word, whose other one (`SYSTEM`) leaves all jobs out."""
_GROUPS = frozenset({"context", "variable_group"})
_NARROWEST_FIRST = ("environment", "pipeline", "project", "context", "variable_group", "group", "org", "instance", "user", UNKNOWN)
_STORES = {
    "codebuild": ("aws", re.compile(r"(?s:(?:(?P<folder>[^:]{0,2000})/)?(?P<name>[^/:]{1,512})(?::.{0,600})?)")),
    "cloudbuild": ("gcp", re.compile(r"projects/[^/]{1,64}/secrets/(?P<name>[^/]{1,255})(?:/versions/[^/]{1,64})?")),
}
"""Platforms whose secrets are kept in a store that has exports of its own, and how a definition names one of these."""
_CASELESS = frozenset({"github", "gitea", "forgejo", "azure"})
"""Platforms that compare names of secrets without regard to case."""
_AMBIENT = frozenset({"gitlab", "circleci", "bitbucket", "travis", "appveyor"})
"""Platforms that give every job all variables of its project."""


def injected(jobs: Iterable[Job], slots: Iterable[Slot], slot_id: SlotId) -> tuple[tuple[Job, ...], tuple[Slot, ...]]:
    """The jobs with the ids of their slots, and all slots: those of exports, and those that only definitions name."""
    every = tuple(jobs)
    inventory = tuple(slots)
    shelf = _Shelf(inventory, {job.container for job in every}, slot_id)
    done = tuple(_joined(job, shelf) for job in every)
    return done, (*inventory, *(shelf.named[id_] for id_ in sorted(shelf.named)))


class _Shelf:
    """The slots of a run, by what a job knows of them."""

    def __init__(self, inventory: tuple[Slot, ...], repositories: set[str], slot_id: SlotId) -> None:
        self.named: dict[str, Slot] = {}
        """Slots that no export shows, by id."""
        self._slot_id = slot_id
        self._repositories = repositories
        self._projects = projects_of(inventory, repositories)
        self._by_name: dict[tuple[str, str], list[Slot]] = {}
        for slot in inventory:
            self._by_name.setdefault((slot.platform, _folded(slot.platform, slot.name)), []).append(slot)
        self._by_platform: dict[str, list[Slot]] = {}
        for slot in inventory:
            self._by_platform.setdefault(slot.platform, []).append(slot)

    def of(self, job: Job, name: str) -> tuple[Slot, str]:
        """The slot that a name means in a job, and how sure that is."""
        found = [
            (slot, grade)
            for slot in self._by_name.get((job.platform, _folded(job.platform, name)), ())
            if (grade := self._grade(job, slot)) is not None
        ]
        found += self._in_store(job, name)
        if found:
            return min(
                found,
                key=lambda one: (
                    one[1],
                    _NARROWEST_FIRST.index(one[0].level) if one[0].level in _NARROWEST_FIRST else len(_NARROWEST_FIRST),
                    one[0].id,
                ),
            )
        return self._new(job, name, UNKNOWN), "E2"

    def _in_store(self, job: Job, name: str) -> Iterator[tuple[Slot, str]]:
        """What an export of a cloud shows of the secret that a definition names there."""
        store = _STORES.get(job.platform)
        match = None if store is None else store[1].fullmatch(name)
        if store is None or match is None:
            return
        folder = match.groupdict().get("folder")
        for slot in self._by_name.get((store[0], match["name"]), ()):
            if (slot.environment_scope or None) == (folder or None):
                yield slot, "E2" if self._projects[slot.id] == job.container else "E3"

    def group(self, job: Job, name: str) -> list[tuple[Slot, str]]:
        """What a context or variable group brings: its variables where an export shows them, else itself."""
        level = "context" if job.platform == "circleci" else "variable_group"
        inside = [slot for slot in self._by_platform.get(job.platform, ()) if slot.level == level and slot.owner.rpartition("/")[2] == name]
        return [(slot, "E2") for slot in inside] or [(self._new(job, name, level), "E3")]

    def ambient(self, job: Job) -> list[tuple[Slot, str]]:
        """The variables that the platform gives a job without anybody naming them."""
        if job.platform not in _AMBIENT:
            return []
        found = ((slot, self._grade(job, slot)) for slot in self._by_platform.get(job.platform, ()) if slot.level not in _GROUPS)
        return [(slot, grade) for slot, grade in found if grade is not None]

    def _grade(self, job: Job, slot: Slot) -> str | None:
        """How sure it is that a job can read a slot; None where it cannot."""
        if (
            slot.environment_scope not in _ANY
            and slot.environment_scope != job.environment
            and not _fits(slot.environment_scope or "", job.environment)
        ):
            return None
        project = self._projects[slot.id]
        if project == job.container:
            return "E2"
        if project in self._repositories:
            return None
        if slot.level in WIDE:
            return "E2" if len(self._repositories) == 1 else "E3"
        return "E3"

    def _new(self, job: Job, name: str, level: str) -> Slot:
        folded = name.upper() if job.platform in _CASELESS else name
        slot = Slot(
            self._slot_id(job.platform, job.container, level, folded, None), job.platform, level, job.container, job.container, folded
        )
        return self.named.setdefault(slot.id, slot)


def _joined(job: Job, shelf: _Shelf) -> Job:
    uses: dict[Use, None] = {}
    for use in job.uses:
        if use.name == EVERYTHING:
            uses[use] = None
        elif use.is_group:
            uses |= dict.fromkeys(
                replace(use, name=slot.name if grade == "E2" else use.name, slot=slot.id, grade=grade)
                for slot, grade in shelf.group(job, use.name)
            )
        else:
            slot, grade = shelf.of(job, use.name)
            uses[replace(use, slot=slot.id, grade=grade)] = None
    known = {use.slot for use in uses}
    given = (
        [] if job.at is None else [Use(slot.name, _PLATFORM, job.at, None, slot.name, slot.id, grade) for slot, grade in shelf.ambient(job)]
    )
    uses |= dict.fromkeys(use for use in given if use.slot not in known)
    named = [replace(use, step=None) for use in uses if use.via == _PLATFORM and job.platform in _AMBIENT]
    there = _by_step((*given, *named, *uses))
    everywhere = there.get(None, {})
    merged = {step: {**everywhere, **own} for step, own in there.items()}
    acts = tuple(_fed(act, merged.get(act.step, everywhere)) for act in job.acts)
    return replace(job, uses=tuple(uses), acts=acts, slots=tuple(sorted({use.slot for use in uses if use.slot})))


def _by_step(uses: Iterable[Use]) -> dict[int | None, dict[str, Use]]:
    """What comes into each step alone, and under None what all steps get, by its name there."""
    found: dict[int | None, dict[str, Use]] = {}
    for use in uses:
        if use.slot:
            found.setdefault(use.step, {})[use.as_name or use.name] = use
    return found


def _fed(act: Act, there: Mapping[str, Use]) -> Act:
    """What a command takes from the variables that the platform gives it without a word in the file."""
    met = dict.fromkeys(name for sink in act.sinks for name in ([sink] if sink in there else _like(sink, there)))
    more = [there[name].name for name in met if there[name].name not in act.takes]
    if not more or act.literal:
        return act
    return replace(act, takes=(*act.takes, *dict.fromkeys(more)), is_keyless=False)


def _like(pattern: str, there: Mapping[str, Use]) -> list[str]:
    """Names that fit a pattern with a star in it."""
    return [name for name in there if fnmatchcase(name, pattern)] if "*" in pattern else []


def _folded(platform: str, name: str) -> str:
    return name.upper() if platform in _CASELESS else name


def _fits(scope: str, environment: str | None) -> bool:
    """Whether a scope with a star at its end (`review/*`) has the environment in it (GitLab's wildcard scopes)."""
    if environment is None or not scope.endswith("*"):
        return False
    return environment.startswith(scope[:-1])
