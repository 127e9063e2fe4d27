"""What a job hands to the pipeline that it calls; and what that does, where it is somebody else's that the tables know."""

from __future__ import annotations

from scanner.pipelines.definition import CallDefinition, GateDefinition, GateKind, Via
from scanner.pipelines.gathering import Around, Gathering, Here
from scanner.pipelines.scope import Scope
from scanner.pipelines.signatures import Signatures

_CHOSEN = "inputs."
"""What stands in an expression that whoever starts a job decides."""


def called(
    gathering: Gathering, call: CallDefinition | None, here: Here, scope: Scope, signatures: Signatures, *, platform: str
) -> tuple[str | None, tuple[GateDefinition, ...]]:
    """Gathers it, and tells the environment and the gate that a called pipeline was given.

    One of somebody else cannot be followed: what the tables know of it counts as done by the job that calls it.
    """
    if call is None:
        return None, ()
    gathering.use_settings(Via.CALLED, call.secrets, here, scope)
    gathering.use_settings(Via.WITH_INPUT, call.inputs, here, scope)
    if call.is_local:
        return None, ()
    handed = (*call.inputs, *call.secrets)
    settings = {one.name: one.value or next((mention.name for mention in one.mentions), "") for one in handed}
    around = Around(here.at(call.line, call.column), scope, tuple(mention for one in handed for mention in one.mentions))
    for match in signatures.action(call.target, call.ref, settings, (), platform):
        gathering.act(match, here, around)
    name = signatures.environment_of(call.target, settings)
    if not name:
        return None, ()
    return name, (GateDefinition(GateKind.ENVIRONMENT, f"environment {name}", call.line, call.column, by_input=_CHOSEN in name),)
