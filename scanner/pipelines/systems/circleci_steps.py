"""Steps of CircleCI's jobs: commands of the file itself are taken apart, those of orbs are actions.

What a parameter was given stands in place of `<< parameters.x >>`, and what it names is named there; one that nobody gave stays as it is.
Steps that a parameter was given stand in its place too, and mean what they mean where they are written.
Source: CircleCI's configuration reference, "steps" and "commands", and "Reusable config".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.pipelines.definition import CallDefinition, Mention, Named, Pin, Setting, StepDefinition, StepKind
from scanner.pipelines.systems.ambient import Names, Session, mentions, spots
from scanner.pipelines.systems.budget import MADE, Budget
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text
from scanner.records import dataclass, field, replace

PREDEFINED = re.compile(
    r"""
    CI | CIRCLECI | CIRCLE_(?: ARTIFACTS | BRANCH | BUILD_NUM | BUILD_URL | COMPARE_URL | JOB | ORGANIZATION_ID | PULL_REQUEST | PULL_REQUESTS
      | REPOSITORY_URL | SHA1 | SHELL_ENV | STAGE | TAG | TEST_REPORTS | USERNAME | WORKING_DIRECTORY
      | (?: INTERNAL | NODE | OIDC | PIPELINE | PR | PREVIOUS | PROJECT | WORKFLOW | WORKSPACE )_[A-Z0-9_]{1,64} )
    """,
    re.VERBOSE,
)
"""What CircleCI sets. Not all of `CIRCLE_`: people keep an API's `CIRCLE_TOKEN`."""
TOKENS = frozenset({"CIRCLE_OIDC_TOKEN", "CIRCLE_OIDC_TOKEN_V2"})
ASKS_FOR_TOKEN = "circleci run oidc get"  # noqa: S105 - a command

_PARAMETER = re.compile(
    r"(?P<sigil> \$ \{? )? << [ ]{0,8}+ (?P<outer> pipeline \. )? parameters \. (?P<name> [A-Za-z0-9_-]{1,128}+ ) [ ]{0,8}+ >>", re.VERBOSE
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]{0,63}+(?:_[A-Z0-9]{1,64}+){1,8}+")
_DEEPEST = 10
"""Commands that use commands."""
_LONGEST = 4096
"""Characters of what a parameter is given."""
_LONGEST_TEXT = 1 << 20
"""Characters of a text with its parameters put in."""
_BUILT_IN = frozenset(
    {
        "add_ssh_keys",
        "attach_workspace",
        "checkout",
        "persist_to_workspace",
        "restore_cache",
        "save_cache",
        "setup_remote_docker",
        "store_artifacts",
        "store_test_results",
    }
)
_RUNS = frozenset({"run", "deploy"})
_CHOICES = frozenset({"when", "unless"})
_CONTINUING = frozenset({"configuration_path", "config-path"})

Values = Mapping[str, str]
"""What parameters were given."""


@dataclass(frozen=True, slots=True)
class Orb:
    """An orb by the name that the file gives it."""

    target: str
    ref: str | None
    pin: Pin


@dataclass(frozen=True, slots=True)
class Parts:
    """What jobs of a file can use."""

    commands: Mapping[str, Entries]
    jobs: Mapping[str, tuple[Scalar, Entries]]
    executors: Mapping[str, Entries]
    orbs: Mapping[str, Orb]
    budget: Budget


@dataclass(frozen=True, slots=True)
class Level:
    """Where in commands of commands a step stands."""

    values: Values = field(default_factory=dict)
    blocks: Mapping[str, tuple[Node, Level]] = field(default_factory=dict)
    """Steps that parameters were given, and where these are written."""
    chain: tuple[str, ...] = ()
    prefix: str = ""
    """Of an orb that the file itself defines: its commands know each other by their own names."""
    condition: str | None = None


class Reader:
    """Reads the nodes of one job."""

    def __init__(self, parts: Parts, own: frozenset[str], level: Level) -> None:
        self.parts = parts
        self.level = level
        self.values = level.values
        self.names = Names(PREDEFINED, TOKENS, own)
        self._known: frozenset[str] = frozenset()
        self._scripts: list[str] = []

    @property
    def texts(self) -> tuple[str, ...]:
        """All scripts that were read."""
        return tuple(self._scripts)

    def setting(self, name: str, node: Node, values: Values | None = None) -> Setting:
        """A name and its value; of a collection only what it names."""
        scalars = list(self.scalars(node))
        named = tuple(mention for one in scalars for mention in self.mentions(one, values))
        value = self._put_in(node.value, values) if isinstance(node, Scalar) and not node.is_null else ""
        return Setting(name, value, node.line, node.column, named)

    def handed(self, node: Node | None, values: Values | None = None) -> tuple[Setting, ...]:
        """What an orb is given. Many of its parameters are names of variables, as `github_token: RELEASE_TOKEN`."""
        return tuple(self._naming(key, value, values) for key, value in entries(node))

    def _naming(self, key: Scalar, value: Node, values: Values | None) -> Setting:
        setting = self.setting(key.value, value, values)
        if (
            isinstance(value, Scalar)
            and _VARIABLE.fullmatch(setting.value) is not None
            and (named := self.names.of(setting.value)) is not None
        ):
            return replace(setting, mentions=(Mention(setting.value, named, value.line, value.column),))
        return setting

    def _put_in(self, text: str, values: Values | None = None) -> str:
        """A text with what parameters were given in their place."""
        filled = _filled(text, self.values if values is None else values, _LONGEST_TEXT)
        if filled is not text:
            self.parts.budget.spend_text(filled)
        return filled

    def settings(self, node: Node | None, values: Values | None = None) -> tuple[Setting, ...]:
        """The members of a mapping, or of several in a list."""
        return tuple(self.setting(key.value, value, values) for one in items(node) for key, value in entries(one))

    def mentions(self, scalar: Scalar, values: Values | None = None) -> tuple[Mention, ...]:
        """What a value names, through parameters too."""
        given = self._given(scalar, self.values if values is None else values)
        return (*mentions(scalar, scalar.line, self.names, self.parts.budget), *given)

    def scalars(self, node: Node | None) -> Iterator[Scalar]:
        """All scalars of a node, in order."""
        waiting = [node] if node is not None else []
        while waiting:
            one = waiting.pop()
            self.parts.budget.spend()
            if isinstance(one, Scalar):
                yield one
            else:
                waiting += reversed(one.items if isinstance(one, Items) else [value for _, value in entries(one)])

    def steps(self, *lists: Node | None) -> tuple[StepDefinition, ...]:
        """The steps of a job, commands of the file taken apart."""
        found = []
        level = self.level
        waiting: list[tuple[Node, Level]] = [(item, level) for node in reversed(lists) for item in reversed(items(node))]
        while waiting:
            node, level = waiting.pop()
            self.parts.budget.spend(2 * MADE)
            for key, value in _named(node):
                inner = self._inside(key, value, level)
                if inner is not None:
                    waiting += reversed(inner)
                elif key.value in _RUNS:
                    found.append(self._run(key, value, level))
                else:
                    found.append(self._used(key, value, level))
        return tuple(found)

    def _inside(self, key: Scalar, value: Node | None, level: Level) -> list[tuple[Node, Level]] | None:
        """The steps that a step stands for; None where it stands for itself."""
        if key.value in _CHOICES and isinstance(value, Entries) and value.get("steps") is not None:
            said = " ".join(one.value for one in self.scalars(value.get("condition")))[:200]
            condition = said if key.value == "when" else f"not {said}"
            return [(item, replace(level, condition=condition)) for item in items(value.get("steps"))]
        if key.value == "steps" and value is not None:
            return [(item, level) for item in items(value)]
        if (passed := _PARAMETER.fullmatch(key.value)) is not None:
            return _handed_over(passed["name"], level) if passed["outer"] is None else None
        name = level.prefix + key.value if level.prefix + key.value in self.parts.commands else key.value
        command = self.parts.commands.get(name)
        if command is None or name in level.chain or len(level.chain) >= _DEEPEST:
            return None
        values = given(command, value, level.values)
        self.parts.budget.spend(len(values))
        prefix = f"{name.partition('/')[0]}/" if "/" in name else ""
        inner = Level(values, blocks(command, value, level, prefix), (*level.chain, name), prefix, level.condition)
        return [(item, inner) for item in items(command.get("steps"))]

    def _run(self, key: Scalar, value: Node | None, level: Level) -> StepDefinition:
        command = value if isinstance(value, Scalar) else value.get("command") if isinstance(value, Entries) else None
        detail = {name.value: node for name, node in entries(value)}
        script = None
        if isinstance(command, Scalar):
            session = Session(self.names, self.parts.budget, self._known)
            shell = _shell(text(detail.get("shell")))
            script = session.text(command, command.line, shell=shell, others=self._given(command, level.values))
            filled = self._put_in(command.value, level.values)
            script = replace(script, value=filled, is_block=script.is_block and filled.count("\n") == command.value.count("\n"))
            self._scripts.append(filled)
            if "BASH_ENV" in command.value:
                self._known |= session.known
        return StepDefinition(
            StepKind.SCRIPT,
            key.line,
            key.column,
            text(detail.get("name")),
            env=self.settings(detail.get("environment"), level.values),
            script=script,
            folder=text(detail.get("working_directory")),
            condition=level.condition,
            always=text(detail.get("when")) in {"always", "on_fail"},
        )

    def _used(self, key: Scalar, value: Node | None, level: Level) -> StepDefinition:
        """A step of CircleCI itself, or of an orb."""
        return replace(used(self.parts, key, self.handed(value, level.values)), condition=level.condition)

    def _given(self, scalar: Scalar, values: Values) -> tuple[Mention, ...]:
        """What the parameters in a text were given; those that nobody gave are inputs."""
        found: list[Mention] = []
        for match, line, column in spots(_PARAMETER, scalar, scalar.line):
            self.parts.budget.spend()
            value = None if match["outer"] is not None else values.get(match["name"])
            if value is None:
                found.append(Mention(match["name"], Named.INPUT, line, column))
            elif match["sigil"] is not None and _NAME.fullmatch(value) is not None:
                named = self.names.of(value)
                found += [Mention(value, named, line, column)] if named is not None else []
            else:
                inner = mentions(Scalar(value, line, column), line, self.names, self.parts.budget)
                found += (Mention(one.name, one.named, line, column) for one in inner)
        return tuple(found)


def given(definition: Entries, arguments: Node | None, outer: Values) -> dict[str, str]:
    """What the parameters of a command or job are: their defaults, and what it is used with."""
    found = {}
    for key, node in entries(definition.get("parameters")):
        if isinstance(node, Entries) and isinstance(default := node.get("default"), Scalar):
            found[key.value] = default.value[:_LONGEST]
    for key, value in entries(arguments):
        if isinstance(value, Scalar):
            found[key.value] = _filled(value.value[:_LONGEST], outer, _LONGEST)
    return found


def blocks(definition: Entries, arguments: Node | None, outer: Level, prefix: str) -> dict[str, tuple[Node, Level]]:
    """The steps that parameters of a command or job are: their defaults, and what it is used with."""
    found: dict[str, tuple[Node, Level]] = {}
    for key, node in entries(definition.get("parameters")):
        if isinstance(node, Entries) and text(node.get("type")) == "steps":
            default, said = node.get("default"), at(arguments, key.value)
            if said is not None:
                found[key.value] = (said, outer)
            elif default is not None:
                found[key.value] = (default, Level(prefix=prefix))
    return found


def _handed_over(name: str, level: Level) -> list[tuple[Node, Level]] | None:
    """The steps that stand in place of a parameter."""
    if name not in level.blocks:
        return None
    node, written = level.blocks[name]
    return [(item, replace(written, condition=level.condition or written.condition)) for item in items(node)]


def _filled(value: str, outer: Values, longest: int) -> str:
    """A text with what its own parameters were given, as far as it does not become too long."""
    if "<<" not in value:
        return value
    pieces, end, size = [], 0, len(value)
    for match in _PARAMETER.finditer(value):
        given = outer.get(match["name"]) if match["outer"] is None else None
        if given is not None:
            size += len(given)
            if size > longest:
                break
            pieces += [value[end : match.start()], match["sigil"] or "", given]
            end = match.end()
    return "".join([*pieces, value[end:]]) if pieces else value


def used(parts: Parts, key: Scalar, settings: tuple[Setting, ...]) -> StepDefinition:
    """A step of CircleCI itself, or a command or job of an orb: `circleci/node/run`."""
    name, slash, command = key.value.partition("/")
    orb = parts.orbs.get(name) if slash else None
    if orb is None:
        kind = StepKind.TASK if key.value in _BUILT_IN else StepKind.ACTION
        return StepDefinition(kind, key.line, key.column, uses=key.value, settings=settings)
    return StepDefinition(
        StepKind.ACTION, key.line, key.column, uses=f"{orb.target}/{command}", ref=orb.ref, pin=orb.pin, settings=settings
    )


def continued(steps: tuple[StepDefinition, ...]) -> CallDefinition | None:
    """The definition with which a setup goes on."""
    for step in steps:
        if step.uses is not None and step.uses.startswith(("circleci/continuation/", "circleci/path-filtering/")):
            for setting in step.settings:
                if setting.name in _CONTINUING:
                    return CallDefinition(setting.value.removeprefix("./"), True, step.line, step.column, pin=Pin.LOCAL)
    return None


def _named(node: Node) -> Iterator[tuple[Scalar, Node | None]]:
    """The name of a step and what it is given."""
    if isinstance(node, Scalar):
        if not node.is_null:
            yield node, None
    elif isinstance(node, Entries):
        yield from entries(node)
    else:
        yield from ((item, None) for item in node.items if isinstance(item, Scalar))


def _shell(said: str | None) -> str:
    if said is None:
        return "bash"
    name = said.split()[0].replace("\\", "/").rpartition("/")[2].removesuffix(".exe") if said.split() else ""
    return {"powershell": "pwsh", "pwsh": "pwsh", "cmd": "cmd", "python": "python", "python3": "python"}.get(name, "bash")
