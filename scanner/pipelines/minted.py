"""What results of a step stand for: what an action is known to mint or to fetch, and what nobody knows but is called like a credential."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.model import Act
from scanner.pipelines.definition import Mention, StepDefinition
from scanner.pipelines.results import CALLED_SO, MOST_SLOTS
from scanner.pipelines.scope import Origin, Scope, as_mentions
from scanner.pipelines.signatures.rows import SignatureRow

_LOGIN = "credential_setup"
_MINTED, _FETCHED, _ITSELF = "minted", "fetched", ""


def offer(step: StepDefinition, scope: Scope, acts: Iterable[Act], rows: Sequence[SignatureRow]) -> bool:
    """Tells the results of a scope what a step gives, beside what its commands said; whether these are no more slots than are followed.

    `rows` are what signatures say that it gives. A login that needs no slot makes what it gives of an identity token.
    """
    if any(act.role == _LOGIN and act.is_keyless and not act.takes for act in acts):
        return True
    told = [(row.gives, _of_row(step, row, scope), _how(row)) for row in rows]
    made = [(patterns, _made(scope, mentions, how)) for patterns, mentions, how in told or [((CALLED_SO,), _handed(step), _MINTED)]]
    for patterns, origins in made:
        scope.outputs.offer(patterns, as_mentions(origins[:MOST_SLOTS]))
    return all(len(origins) <= MOST_SLOTS for _, origins in made)


def _handed(step: StepDefinition) -> list[Mention]:
    """All that a step names."""
    written = step.script.mentions if step.script is not None else ()
    return [*(mention for setting in (*step.settings, *step.env) for mention in setting.mentions), *written]


def _how(row: SignatureRow) -> str:
    """What an action makes of the credential that it is given."""
    if not (row.credentials or row.sinks):
        return _ITSELF
    return _FETCHED if row.role == "store_fetch" else _MINTED


def _of_row(step: StepDefinition, row: SignatureRow, scope: Scope) -> list[Mention]:
    """What a step gives an action as its credential, or to name what it wants."""
    names = {name.lower() for name in row.credentials}
    given = [setting for setting in step.settings if setting.name.lower() in names or _how(row) == _ITSELF]
    given += [setting for name in scope.named(row.sinks) if (setting := scope.variable(name)) is not None]
    return [mention for setting in given for mention in setting.mentions]


def _made(scope: Scope, mentions: Iterable[Mention], how: str) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(Origin(one.name, how or one.made) for one in scope.origins(mentions)))
