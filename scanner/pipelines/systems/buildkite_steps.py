"""Steps of a Buildkite job: its commands, and its plugins with what they take and fetch.

Source: Buildkite's "Command step", "Using plugins", "Buildkite secrets", and the readmes of the plugins that fetch secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Mention, Named, Pin, Setting, StepDefinition, StepKind, Text
from scanner.pipelines.systems.ambient import Names, Session, spots
from scanner.pipelines.systems.given import ambient, plain, secret, settings
from scanner.pipelines.systems.pins import pin_of
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text, texts

_ADDRESS = re.compile(r"(?:[a-z+]{2,10}://)?(?:[^/@\s]{1,60}@)?[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,4}[:/]")
_ENDINGS = (".git", "-buildkite-plugin")
_OWNER = "buildkite-plugins/"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}")
_TO_SHELL = re.compile(r"(?<!\$)\$\$(?=[A-Za-z_{(])|\\(?=\$[A-Za-z_{(])")
_FETCHED = {
    "secrets": ("variables",),
    "aws-sm": ("secrets", "env"),
    "aws-ssm": ("parameters",),
    "gcp-secret-manager": ("env",),
}
"""Plugins that fill variables from a store, and the keys under which a variable is given the name of what is there."""
_ASKED = re.compile(r"\bbuildkite-agent[ ]{1,8}secret[ ]{1,8}get[ ]{1,8}[\"']?([A-Za-z_][A-Za-z0-9_]{0,255}+)")
"""A secret that a command asks for by its name."""
_LONGEST = 200


def plugins(node: Node | None, names: Names) -> Iterator[StepDefinition]:
    """The plugins of a step, each as a step of its own, in their order."""
    for one in items(node):
        if isinstance(one, Entries):
            for name, given in entries(one):
                yield _plugin(name, given, names)
        elif isinstance(one, Scalar) and not one.is_null:
            yield _plugin(one, None, names)


def fetched(node: Node | None) -> Iterator[Setting]:
    """Variables that plugins of a step fill from a store: commands and the other plugins get them."""
    for one in items(node):
        for name, given in entries(one):
            called = _called(name.value)[0].rpartition("/")[2]
            for key in _FETCHED.get(called, ()):
                yield from stored(at(given, key))


def unpacked(node: Node | None) -> Iterator[Mention]:
    """Secrets that are whole files of variables, and are unpacked into the environment by a plugin."""
    for one in items(node):
        for name, given in entries(one):
            whole = at(given, "env")
            if _called(name.value)[0] == "secrets" and isinstance(whole, Scalar) and not whole.is_null:
                yield secret(whole)


def stored(node: Node | None) -> Iterator[Setting]:
    """Variables with the names that their values have in a store: a mapping, or a list of names that are the same there."""
    for key, value in entries(node):
        named = at(value, "secret-id") if isinstance(value, Entries) else value
        if isinstance(named, Scalar) and not named.is_null:
            yield Setting(key.value[:_LONGEST], "", named.line, named.column, (secret(named),))
    if not isinstance(node, Entries):
        for one in texts(node):
            yield Setting(one.value[:_LONGEST], "", one.line, one.column, (secret(one),))


def scripts(step: Entries, session: Session) -> Iterator[Text]:
    """The commands of a step, with what they name."""
    for key in ("command", "commands", "script"):
        for one in texts(step.get(key)):
            shell = Scalar(_TO_SHELL.sub(_undone, one.value), one.line, one.column, one.style)
            asked = (Mention(match[1], Named.SECRET, line, column) for match, line, column in spots(_ASKED, shell, one.line))
            yield session.text(shell, one.line, others=tuple(asked))


def _undone(match: re.Match[str]) -> str:
    """What stands for the sign with which a dollar is left to the shell, doubled or escaped, once a pipeline is uploaded."""
    return "$" if match.group() == "$$" else ""


def _plugin(name: Scalar, given: Node | None, names: Names) -> StepDefinition:
    uses, ref, pin = _called(name.value)
    told = ambient(tuple(_with_variable(one) for one in _settings(given)), names)
    return StepDefinition(StepKind.PLUGIN, name.line, name.column, uses=uses or None, ref=ref, pin=pin, settings=told)


def _settings(given: Node | None) -> tuple[Setting, ...]:
    """What a plugin is given. A list of mappings, as `docker-compose` takes it, counts as one mapping."""
    if isinstance(given, Items):
        return tuple(one for item in given.items for one in _settings_of(item))
    return _settings_of(given)


def _settings_of(given: Node | None) -> tuple[Setting, ...]:
    if isinstance(given, Scalar):
        return () if given.is_null else (plain("", given),)
    return settings(given)


def _with_variable(setting: Setting) -> Setting:
    """A setting that names a variable instead of expanding it: `password-env: HUB_TOKEN`."""
    is_name = setting.name.replace("_", "-").endswith("-env") and _VARIABLE.fullmatch(setting.value) is not None
    if not is_name:
        return setting
    mention = Mention(setting.value, Named.ENV, setting.line, setting.column)
    return Setting(setting.name, setting.value, setting.line, setting.column, (mention,))


def _called(written: str) -> tuple[str, str | None, Pin]:
    """The name of a plugin as short as it can be written, its version and how firm that is."""
    name, sign, version = written[:_LONGEST].partition("#")
    ref = version if sign else None
    if name.startswith(("./", "/")):
        return name, ref, Pin.LOCAL
    address = _ADDRESS.match(name)
    short = name[address.end() :] if address is not None else name
    for ending in _ENDINGS:
        short = short.removesuffix(ending)
    return short.removeprefix(_OWNER), ref, pin_of(ref)


def title(step: Entries) -> str | None:
    """What a step is called for people."""
    return text(step.get("label")) or text(step.get("name"))
