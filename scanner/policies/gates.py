"""TB6xx, gates and bypasses: what the settings of a pipeline leave open."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Occurrence, Severity, Slot, Sprawl, Zone
from scanner.policies import facts, places
from scanner.policies.drafts import of_slot
from scanner.policies.plain import at_rest_ceiling
from scanner.policies.policy import Draft, Policy, View, each
from scanner.policies.wiring import called

_ANY = frozenset({None, "", "*"})
"""Scopes that leave no environment out."""
_SECRETIVE = frozenset({"github"})
"""Systems that show the values of nothing that they mask: GitHub tells no secret, and prints variables as they are ("Variables", GitHub Docs)."""


def _open_variable(view: View, sprawl: Sprawl) -> Draft | None:
    if not facts.powerful(sprawl.identified):
        return None
    filled = [(one, view.slots.get(one.slot or "")) for one in sprawl.occurrences if one.zone is Zone.CI_VARIABLE]
    loose = {one: slot for one, slot in filled if slot is not None and _flaws(slot)}
    if not loose:
        return None

    def told(one: Occurrence) -> str:
        return f"{loose[one].name} of {one.container} ({' and '.join(_flaws(loose[one]))}, for every environment)"

    message = f"{places.called(sprawl)} can publish or sign, and fills {places.named(loose, told)}."
    return Draft((sprawl.id,), Severity.HIGH, message, tuple(loose), at_rest_ceiling(sprawl))


def _open(view: View) -> Iterator[Draft]:
    yield from each(_open_variable)(view)
    for slot in view.graph.slots:
        sinks = view.wiring.sinks(slot.id)
        if sinks and not slot.credentials and _is_described(slot) and _flaws(slot):
            message = (
                f"{slot.name} of {slot.container} ({' and '.join(_flaws(slot))}, for every environment) is what {called(sinks[0].job)} "
                f"{sinks[0].act.role}{'es' if sinks[0].act.role == 'publish' else 's'} with."
            )
            yield of_slot(view, slot.id, Severity.HIGH, message, sinks)


def _is_described(slot: Slot) -> bool:
    """Whether an export says how a variable is kept; of a name that only a definition mentions nobody knows."""
    return slot.protected is not None or slot.masked is not None


def _flaws(slot: Slot) -> tuple[str, ...]:
    """What lets the value out of a variable that was seen and that no environment limits. What an export does not say is no flaw."""
    if slot.level == "environment" or slot.environment_scope not in _ANY:
        return ()
    visible = not slot.hidden and (slot.masked is False or (slot.masked is None and slot.platform in _SECRETIVE))
    return tuple(word for word, holds in (("unprotected", slot.protected is False), ("visible", visible)) if holds)


POLICIES = (
    Policy(
        id="TB606",
        title="Unprotected or visible CI variable holds a publish or signing credential",
        summary="An export shows a variable that every environment gets, and that is not limited to protected branches and tags or not "
        "masked in logs; it holds a credential that can publish or sign, or, where the export keeps its value to itself, is what a job "
        "publishes or signs with.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Rotate the credential; protect and mask the variable and limit it to the environment that publishes, or publish without "
        "a stored credential.",
        references=("NHI2:2025", "NHI5:2025", "CICD-SEC-7", "CICD-SEC-6", "PR.AA-05"),
        evaluate=_open,
    ),
)
