"""Actions that no table knows: the credentials that they are handed say what they are for, as those of a script do that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Act, Location
from scanner.pipelines.definition import Pin, StepDefinition
from scanner.pipelines.gathering import Around, Here
from scanner.pipelines.makers import is_of_platform
from scanner.pipelines.roles import DOUBT, NAME, SINK
from scanner.pipelines.signatures import Signatures

_RELEASES = frozenset({"publish", "sign"})
_ONLY_READS = re.compile(r"set-?up|install|login|auth|cache|checkout|test|lint|check|scan|audit|depend|coverage|notify", re.IGNORECASE)
"""Names of actions that fetch with a credential of a registry, or hand it on."""


def of_stranger(step: StepDefinition, platform: str, around: Around, here: Here, signatures: Signatures) -> Iterator[Act]:
    """What an unknown action is for, by the slots that it is given: a suspicion, unless its own name says so as well."""
    uses = step.uses or ""
    is_known = step.pin is Pin.LOCAL or is_of_platform(uses, platform) or signatures.knows(uses, platform)
    if is_known or _ONLY_READS.search(uses):
        return
    named = frozenset(role for part in uses.split("/") for role in signatures.names(part))
    for setting in (*step.settings, *step.env):
        for slot, is_made in ((one.name, bool(one.made)) for one in around.scope.origins(setting.mentions)):
            known = (None if is_made else signatures.service_of_sink(slot)) or signatures.service_of_sink(setting.name)
            if known is None or known[0] not in _RELEASES:
                continue
            role, target = known
            row = signatures.registry(target)
            service = row.family if row is not None and row.family else target
            yield _act((role, service), slot, around.at, here, uses, is_named=role in named)


def _act(known: tuple[str, str], slot: str, at: Location, here: Here, uses: str, *, is_named: bool) -> Act:
    role, target = known
    weight = min(here.weight, round(SINK + NAME, 2) if is_named else DOUBT)
    evidence = f"{slot} is given to {uses}"
    return Act(role, "sink", weight, evidence, at, here.step, target, takes=(slot,), is_keyless=False, script=here.script)
