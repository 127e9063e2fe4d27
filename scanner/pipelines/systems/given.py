"""What definitions give names: variables and settings as mappings, as lists of `NAME=value` and as lists of secrets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scanner.pipelines.definition import Mention, Named, Setting
from scanner.pipelines.systems.ambient import Names
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, entries, items, text, texts
from scanner.records import replace

SecretOf = Callable[[Entries], Node | None]
"""What stands in a mapping for the name of a secret, where it stands for a value; else None."""

_LONGEST = 200
_EXPANDED = re.compile(r"(?<!\$)\$\{?([A-Za-z_][A-Za-z0-9_]{0,255}+)")
_MOST_NAMES = 50


def from_secret(node: Entries) -> Node | None:
    """How Drone and Woodpecker name a secret."""
    return node.get("from_secret")


def no_secret(_node: Entries) -> Node | None:
    """For what names no secrets in its values."""
    return None


def secret(name: Scalar) -> Mention:
    """The secret that a scalar names."""
    return Mention(name.value, Named.SECRET, name.line, name.column)


def settings(node: Node | None, secret_of: SecretOf = no_secret) -> tuple[Setting, ...]:
    """What names are given: nested ones joined by a dot, items of a list each under the name of the list.

    What a secret is given for has the secret's name as its value, and as a mention.
    """
    found: list[Setting] = []
    waiting: list[tuple[str, Scalar | None, Node]] = []
    waiting += [(key.value, key, value) for key, value in entries(node)][::-1]
    while waiting:
        name, key, value = waiting.pop()
        named = secret_of(value) if isinstance(value, Entries) else None
        place = key or value
        if isinstance(named, Scalar) and not named.is_null:
            found.append(Setting(name, named.value, place.line, place.column, (secret(named),)))
        elif isinstance(value, Scalar):
            found.append(plain(name, value))
        elif isinstance(value, Items):
            waiting += [(name, None, item) for item in reversed(value.items)]
        else:
            waiting += [(f"{name}.{inner.value}"[:_LONGEST], inner, below) for inner, below in entries(value)][::-1]
    return tuple(found)


def plain(name: str, value: Scalar) -> Setting:
    """A name with a scalar as its value, and the variables of the definition that it hands on."""
    written = "" if value.is_null else value.value
    return Setting(name, written, value.line, value.column, expanded(written, value))


def expanded(written: str, place: Scalar) -> tuple[Mention, ...]:
    """The variables that a value expands, each once."""
    names = list(dict.fromkeys(match[1] for match in _EXPANDED.finditer(written[: _LONGEST * 20])))
    return tuple(Mention(name, Named.ENV, place.line, place.column) for name in names[:_MOST_NAMES])


def variables(node: Node | None, secret_of: SecretOf = no_secret) -> tuple[Setting, ...]:
    """Variables of an environment, as a mapping or as a list of `NAME=value` and mappings."""
    if not isinstance(node, Items):
        return settings(node, secret_of)
    return tuple(one for item in node.items for one in (assigned(item) if isinstance(item, Scalar) else settings(item, secret_of)))


def assigned(node: Node | None) -> tuple[Setting, ...]:
    """Variables that are written `NAME=value`, one or a list of them."""
    found = []
    for one in texts(node):
        name, sign, value = one.value.partition("=")
        found.append(Setting(name, value, one.line, one.column + len(name) + len(sign), expanded(value, one)))
    return tuple(found)


def ambient(given: tuple[Setting, ...], names: Names) -> tuple[Setting, ...]:
    """The same where every job gets all variables of the project: what a value expands is one of those, unless the definition sets it."""
    return tuple(replace(one, mentions=tuple(_meant(one.mentions, names))) if one.mentions else one for one in given)


def _meant(mentions: tuple[Mention, ...], names: Names) -> Iterator[Mention]:
    for mention in mentions:
        named = names.of(mention.name) if mention.named is Named.ENV else mention.named
        if named is not None:
            yield replace(mention, named=named)


def listed_secrets(node: Node | None) -> Iterator[Setting]:
    """Secrets in a list, which become variables of their names in capitals: `a`, or `{source: a, target: B}`."""
    for one in items(node):
        source = one.get("source") if isinstance(one, Entries) else one
        if isinstance(source, Scalar) and not source.is_null:
            target = (text(one.get("target")) if isinstance(one, Entries) else None) or source.value
            yield Setting(target.upper()[:_LONGEST], "", source.line, source.column, (secret(source),))


def has_secrets(container: Entries) -> bool:
    """Whether a container of Drone or Woodpecker is given a secret."""
    given = (*variables(container.get("environment"), from_secret), *settings(container.get("settings"), from_secret))
    listed = any(True for _ in listed_secrets(container.get("secrets")))
    return listed or any(mention.named is Named.SECRET for one in given for mention in one.mentions)
