"""Deploy providers of Travis CI: what gives whom which credential, and when. Source: Travis CI's documentation, "Deployment"."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Trust
from scanner.pipelines.definition import Pin, StepDefinition, StepKind, TriggerDefinition
from scanner.pipelines.systems.azure_places import script
from scanner.pipelines.systems.travis_values import settings
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, text, texts

_FALSE = frozenset({"false", "no", "off", "never"})


def providers(node: Node | None) -> tuple[Entries, ...]:
    """The providers of a `deploy` key."""
    return tuple(one for one in items(node) if isinstance(one, Entries))


def deploy_steps(node: Node | None) -> Iterator[StepDefinition]:
    """A step for each provider; what the provider `script` runs is a step, too."""
    for one in providers(node):
        name = text(one.get("provider")) or "unknown"
        condition = _condition(one.get("on"))
        given = settings(name, one)
        yield StepDefinition(StepKind.TASK, one.line, one.column, uses=name, pin=Pin.NONE, settings=given, condition=condition)
        if name == "script":
            for line in texts(one.get("script")):
                yield StepDefinition(StepKind.SCRIPT, line.line, line.column, "deploy", script=script(line), condition=condition)


def _condition(on: Node | None) -> str | None:
    said = [f"{key.value}: {value}" for key, node in entries(on) if (value := text(node)) is not None]
    return ", ".join(said) or None


def deploy_triggers(node: Node | None) -> tuple[TriggerDefinition, ...]:
    """What makes one of the providers deploy: tags where it asks for them, else pushes to its branches."""
    return tuple(dict.fromkeys(trigger for one in providers(node) for trigger in _triggers(one)))


def _triggers(provider: Entries) -> Iterator[TriggerDefinition]:
    on = provider.get("on")
    place = on if isinstance(on, Entries) else provider
    tags = at(on, "tags")
    branches = tuple(branch.value for branch in texts(at(on, "branch")))
    if tags is not None and (text(tags) or "").lower() not in _FALSE:
        yield TriggerDefinition("push:tags", Trust.MAINTAINER, tags.line, tags.column)
    elif (text(at(on, "all_branches")) or "false").lower() not in _FALSE:
        yield TriggerDefinition("push:branches", Trust.CONTRIBUTOR, place.line, place.column, ("*",))
    else:
        bare = isinstance(on, Scalar) and not on.is_null
        named = (on.value,) if bare and isinstance(on, Scalar) else branches or ("master",)
        yield TriggerDefinition("push:branches", Trust.CONTRIBUTOR, place.line, place.column, named)
