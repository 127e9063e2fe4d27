"""What a job does, decided from all evidence for it.

Weights of one role add up to at most 1: 1.0 a signature, 0.9 one that a script, target or called pipeline leads to, 0.6 a publisher's
variable on the step that runs a script nobody can read, 0.6 an identity token for a registry, 0.5 a signature of which only a run tells whether
it applies, or a publisher's credential that an unknown action is handed, 0.4 an environment called after a registry
or a release, 0.3 a name, 0.2 a tag or release as trigger. From 0.6 a role is set, from 0.3 suspected. What can publish, sign, attest, deploy
or approve is set by a signature, a variable or an audience only: names come to suspicion at most, but say what a variable is for.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Act, Role

SIGNATURE, THROUGH_SCRIPT, SINK, AUDIENCE, DOUBT, ENVIRONMENT, NAME, TRIGGER = 1.0, 0.9, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2
"""Weights of evidence."""

HIGH = frozenset({"publish", "sign", "attest", "deploy", "approve"})
"""Roles that a job must not share with others."""
LOW = frozenset({"build", "test", "lint", "package"})
"""Roles that run code of the project or of its dependencies."""

_HINTS = frozenset({"environment", "name", "trigger"})
"""Signatures that are none: what somebody chose to call something."""
_SINK = "sink"
_SET, _SUSPECTED = 0.6, 0.3
_ROUNDED = 2


def roles_of(acts: Iterable[Act]) -> tuple[Role, ...]:
    """The roles that acts come to, those with the most weight first. A role under a dry run only is a rehearsal."""
    by_role: dict[str, list[Act]] = {}
    for act in acts:
        by_role.setdefault(act.role, []).append(act)
    roles = [role for name, found in by_role.items() if (role := _role(name, found)) is not None]
    return tuple(sorted(roles, key=lambda role: (-role.weight, role.role)))


def _role(name: str, acts: list[Act]) -> Role | None:
    strongest: dict[str, Act] = {}
    for act in acts:
        known = strongest.get(act.signature)
        if known is None or (not act.is_rehearsal, act.weight) > (not known.is_rehearsal, known.weight):
            strongest[act.signature] = act
    proofs = [act for act in strongest.values() if act.signature not in _HINTS]
    weight = round(min(1.0, sum(act.weight for act in strongest.values())), _ROUNDED)
    if weight < _SUSPECTED:
        return None
    evidence = tuple(dict.fromkeys(act.evidence for act in sorted(acts, key=lambda act: -act.weight)))
    return Role(name, weight, evidence, _status(name, weight, proofs, is_named="name" in strongest))


def _status(name: str, weight: float, proofs: list[Act], *, is_named: bool) -> str:
    if proofs and all(act.is_rehearsal for act in proofs):
        return "rehearsal"
    is_proven = any(act.weight >= _SET for act in proofs) or (is_named and any(act.signature == _SINK for act in proofs))
    if weight < _SET or (name in HIGH and not is_proven):
        return "suspected"
    return "set"
