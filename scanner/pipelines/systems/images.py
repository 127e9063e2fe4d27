"""Steps that are containers, as several systems list them: their images, their names and what they wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from scanner import hosts
from scanner.pipelines.definition import Pin
from scanner.pipelines.yamltree import Entries, Items, Node, entries, items, text, texts
from scanner.records import dataclass

_HUBS = (f"{hosts.spell(hosts.DOCKER_HUB)}/", f"{hosts.spell(hosts.DOCKER_HUB[:2])}/")
_OFFICIAL = "library/"
_MOVING = "latest"


@dataclass(frozen=True, slots=True)
class Unit:
    """A container that a definition lists, with the name that it has there."""

    name: str
    node: Entries
    is_service: bool = False
    """Whether it runs beside the others, which do not wait for it."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Names of those that it says it waits for."""
        return tuple(one.value for one in texts(self.node.get("depends_on")))


def image(written: str) -> tuple[str, str | None, Pin]:
    """The name of an image, its version and how firm that is. What Docker Hub would be asked for anyway stands without its host."""
    name, at_sign, digest = written.partition("@")
    folder, slash, last = name.rpartition("/")
    bare, colon, tag = last.partition(":")
    whole = folder + slash + bare
    for hub in _HUBS:
        whole = whole.removeprefix(hub)
    whole = whole.removeprefix(_OFFICIAL)
    if at_sign:
        return whole, digest, Pin.COMMIT
    if not colon:
        return whole, None, Pin.NONE
    return whole, tag, Pin.NONE if tag == _MOVING else Pin.TAG


def units(node: Node | None, folder: str = "", *, is_service: bool = False) -> tuple[Unit, ...]:
    """The containers of a list, or of a mapping by their names; one without a name has its position, after `folder`."""
    listed: Iterable[tuple[str | None, Node]] = (
        ((text(one.get("name")) if isinstance(one, Entries) else None, one) for one in items(node))
        if isinstance(node, Items)
        else ((key.value, one) for key, one in entries(node))
    )
    return tuple(
        Unit(name or f"{folder}{position}", one, is_service or text(one.get("detach")) == "true")
        for position, (name, one) in enumerate(listed, 1)
        if isinstance(one, Entries)
    )


def services(node: Node | None, has_secrets: Callable[[Entries], bool]) -> tuple[Unit, ...]:
    """The containers that run beside the steps and are units of their own since they get secrets; none has the name of a step."""
    listed = units(node, is_service=True)
    return tuple(Unit(f"services/{one.name}", one.node, is_service=True) for one in listed if has_secrets(one.node))


def needs(listed: Sequence[Unit]) -> tuple[tuple[str, ...], ...]:
    """What each container waits for: one after the other, unless one of them says what it waits for; then all the others begin at once."""
    if any(unit.node.get("depends_on") is not None for unit in listed):
        return tuple(unit.waits_for for unit in listed)
    found: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for unit in listed:
        found.append(() if unit.is_service else before)
        before = before if unit.is_service else (unit.name,)
    return tuple(found)
