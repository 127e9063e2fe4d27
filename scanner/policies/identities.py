"""Who jobs act as: one slot, or all slots that are known to hold one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.model import Severity
from scanner.policies import places
from scanner.policies.policy import Draft, View
from scanner.policies.wiring import RELEASE, Fed
from scanner.records import dataclass

_SEVERAL = 2
_UNSEEN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """What several jobs may share."""

    name: str
    """As sentences call it: `NPM_TOKEN`, `NPM_TOKEN and DEPLOY_TOKEN, which hold one value,`."""
    slots: tuple[str, ...]
    """Ids."""

    def sinks(self, view: View, roles: frozenset[str] = RELEASE) -> tuple[Fed, ...]:
        """What acts with it in certain roles."""
        return tuple(fed for slot in self.slots for fed in view.wiring.sinks(slot, roles))

    def draft(self, view: View, base: Severity, message: str, found: Iterable[Fed]) -> Draft:
        """About what is done with it. Environments may have a secret each under one name: then the name is all that is known."""
        fed = tuple(found)
        jobs = tuple({one.job.id: one.job for one in fed}.values())
        named = {one.job.environment for one in fed} - {None}
        unsure = len(self.slots) == 1 and view.slots[self.slots[0]].level == _UNSEEN and len(named) >= _SEVERAL
        spots = tuple(dict.fromkeys(one.act.at for one in fed))
        credentials = view.wiring.credentials(self.slots)
        return Draft(
            credentials, base, message, (), jobs=jobs, slots=self.slots, spots=spots, grade="E3" if unsure else None, about=self.slots
        )


def identities(view: View) -> Iterator[Identity]:
    """Every slot that nothing else is known to share a value with, and every set of slots that share one."""
    by_value: dict[str, list[str]] = {}
    for slot in view.graph.slots:
        for sprawl in view.wiring.held.get(slot.id, ()):
            by_value.setdefault(sprawl.id, []).append(slot.id)
    sets = dict.fromkeys(tuple(found) for found in by_value.values() if len(found) >= _SEVERAL)
    shared = {slot for found in sets for slot in found}
    yield from (Identity(slot.name, (slot.id,)) for slot in view.graph.slots if slot.id not in shared)
    for found in sets:
        names = dict.fromkeys(view.slots[slot].name for slot in found)
        yield Identity(f"{places.listed(names)}, which hold one value," if len(names) >= _SEVERAL else next(iter(names)), found)
