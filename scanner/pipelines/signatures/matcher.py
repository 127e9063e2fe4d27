"""What a command or a step does, as the tables tell it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TypeVar

from scanner import hosts
from scanner.pipelines.checks import CHECKS
from scanner.pipelines.commands import Command, Match
from scanner.pipelines.signatures.argv import Invocation, Programs, Word
from scanner.pipelines.signatures.conditions import Given, all_possible, certain, is_decided_later, possible
from scanner.pipelines.signatures.registries import Registries
from scanner.pipelines.signatures.rows import RegistryRow, RemarkRow, RunnerRow, SignatureRow, Tables
from scanner.pipelines.signatures.sinks import Names, Suspected
from scanner.pipelines.signatures.uses import ByUse, ByVariable, is_use
from scanner.records import dataclass, replace

_EXPRESSION = re.compile(r"\$\{\{(?:[^{}]|\{[^{}]{0,200}\}){0,400}\}\}|\$\{[^{}]{0,200}\}|\$[A-Za-z_]\w{0,127}")
_JOB_TOKEN = re.compile(
    r"\s{0,20}(?:\$\{\{\s{0,20}(?:github\.token|secrets\.GITHUB_TOKEN)\s{0,20}\}\}|\$\{?(?:CI_JOB_TOKEN|CI_REGISTRY_PASSWORD)\}?|\$\(System\.AccessToken\))\s{0,20}",
    re.IGNORECASE,
)
_ASKED = re.compile(r"env:([^=|]{1,200})")
_MOST_VALUES = 50
_IMAGES = "container"
"""The target that stays what it is: policies know by it what pushes an image, wherever to."""
NOTHING: Mapping[str, str] = MappingProxyType({})
_UNCHECKED = " [rule not checked]"
_RELIED_ON = frozenset({"publish", "sign", "attest", "deploy", "approve", "release_page", "write_source"})
"""Roles that findings are made of: who reads one shall know what it rests on."""

Row = TypeVar("Row", SignatureRow, RemarkRow)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that a remark says of a command or step; where that is, who asked knows."""

    family: str
    pattern: str
    evidence: str
    names: tuple[str, ...] = ()
    """Variables that are expanded in the command."""


class Signatures:
    """All signatures, asked for one command or step at a time. Nothing of what it is asked is kept."""

    def __init__(self, tables: Tables) -> None:
        self._programs = Programs(tables.programs)
        self._commands = _by_program(tables.commands)
        self._asked: dict[str, tuple[str, ...]] = {}
        self._command_remarks = _by_program([row for row in tables.remarks if row.programs])
        self._env_remarks = ByVariable([row for row in tables.remarks if row.env])
        self._step_remarks = ByUse([row for row in tables.remarks if row.uses])
        self._runners = ByUse(tables.runners)
        self._actions = ByUse(tables.actions)
        self._registries = Registries(tables.registries, tables.added)
        self._names = Names(tables)

    # What runs

    def told(self, command: Command, env: Mapping[str, str] = NOTHING) -> tuple[tuple[Match, ...], tuple[Noted, ...]]:
        """What a command does, and what policies ask of it beside its role; both of one look at its words.

        `env` are the variables of its step. They decide what it does, but are not what it was given: whoever sets them is asked about that.
        """
        invocation = self._programs.invocation(command)
        given = Given.of_command(invocation)
        around = Given.of_command(invocation, env) if env else given
        rows = tuple(self._rows(invocation, around))
        matches = (self._command_match(row, given, around, invocation) for row in rows)
        return tuple(dict.fromkeys(matches)), self._noted(invocation, given, rows)

    def asks(self, command: Command) -> tuple[str, ...]:
        """Names, or patterns of names, of those variables of its step that decide what a command does."""
        program = self._programs.invocation(command).program
        if program not in self._asked and program in self._commands:
            said = (one for row in self._commands[program] for one in _decisive(row))
            self._asked[program] = tuple(dict.fromkeys(name for one in said for name in _ASKED.findall(one)))
        return self._asked.get(program, ())

    def chosen(self, asks: Iterable[str], env: Mapping[str, str]) -> dict[str, str]:
        """Those of the variables of a step that are asked for so."""
        found = {name: env[name] for name in asks if name in env}
        for pattern in (one for one in asks if "*" in one):
            found |= {name: value for name, value in env.items() if fnmatchcase(name, pattern)}
        return found

    def command(self, command: Command) -> tuple[Match, ...]:
        """What a command does, each once, in the order of the tables; empty where nothing is known of it."""
        return self.told(command)[0]

    def started(self, command: Command) -> tuple[str, tuple[str, ...]]:
        """The program that a command comes to, be it through a runner of scripts, and what it is given."""
        invocation = self._programs.invocation(command)
        return invocation.program, invocation.given

    def rows_of_command(self, command: Command) -> tuple[str, ...]:
        """Ids of the rows that match a command, for tests and for those who write rows."""
        invocation = self._programs.invocation(command)
        return tuple(row.id for row in self._rows(invocation, Given.of_command(invocation)))

    def action(self, uses: str, ref: str | None, settings: Mapping[str, str], env: Collection[str], platform: str) -> tuple[Match, ...]:
        """What a step does whose action, task, plugin, pipe or provider is `uses`; `env` are the names of variables that it gets."""
        given = Given.of_step(settings, dict.fromkeys(env, ""))
        return tuple(dict.fromkeys(self._action_match(row, given, env, uses) for row in self._used(uses, ref, given, platform)))

    def rows_of_action(
        self, uses: str, ref: str | None, settings: Mapping[str, str], env: Collection[str], platform: str
    ) -> tuple[str, ...]:
        """Ids of the rows that match a step, for tests and for those who write rows."""
        return tuple(row.id for row in self._used(uses, ref, Given.of_step(settings, dict.fromkeys(env, "")), platform))

    def remarks_of_command(self, command: Command) -> tuple[Noted, ...]:
        """What policies ask of a command beside its role: what it skips, what it spills."""
        return self.told(command)[1]

    def remarks_of_step(self, uses: str | None, ref: str | None, settings: Mapping[str, str], env: Mapping[str, str]) -> tuple[Noted, ...]:
        """What policies ask of a step that is no script: checks that its inputs or its variables switch off, caches that it restores."""
        given = Given.of_step(settings, env)
        called = self._step_remarks.rows(uses) if uses else ()
        rows = [row for row in called if not is_use(row.refs_not, ref or "") and _holds(row, given)]
        rows += [row for row in self._env_remarks.rows(given.variables) if certain(given, row.env)]
        return tuple(dict.fromkeys(Noted(row.family, row.pattern, row.evidence) for row in rows))

    def giving(self, uses: str, platform: str) -> tuple[SignatureRow, ...]:
        """The rows of an action that say in which of its outputs something is that it mints or fetches."""
        return tuple(row for row in self._actions.rows(uses) if row.gives and (not row.platforms or platform in row.platforms))

    def knows(self, uses: str, platform: str) -> bool:
        """Whether a row is about an action, task or plugin, be it that its conditions do not hold."""
        rows = (row for row in self._actions.rows(uses) if not row.platforms or platform in row.platforms)
        return bool([*rows, *self._step_remarks.rows(uses), *self._run(uses, platform)])

    def scripts(self, uses: str, platform: str) -> tuple[str, ...]:
        """Inputs of an action or task whose values are text of a shell: what they run is all that it does."""
        return tuple(dict.fromkeys(name for row in self._run(uses, platform) if not row.command for name in row.scripts))

    def publishing(self, uses: str, platform: str) -> tuple[str, ...]:
        """Those of them that say what an action publishes, if anything."""
        return tuple(dict.fromkeys(name for row in self._run(uses, platform) for name in row.publishing))

    def environment_of(self, uses: str, settings: Mapping[str, str]) -> str:
        """The environment in which a called workflow does what it is known for, as it is handed over; empty where none is."""
        given = Given.of_step(settings, NOTHING)
        named = (value for row in self._actions.rows(uses) if row.environment for value in given.values(row.environment))
        return next(named, "")

    def commands_of(self, uses: str, settings: Mapping[str, str], platform: str) -> tuple[str, ...]:
        """Commands that an action or task starts, with what it was given as their words."""
        given = {name.lower(): value for name, value in settings.items()}
        return tuple(_command(row, given) for row in self._run(uses, platform) if row.command)

    def tool(self, uses: str, platform: str) -> RunnerRow | None:
        """The release tool that an action or task is, as far as it is known for one."""
        rows = (row for row in self._runners.rows(uses) if row.tool and (not row.platforms or platform in row.platforms))
        return next(rows, None)

    # What names say

    def normal(self, name: str) -> str:
        """A variable's name without what tells an environment or a generation, and by its common synonym."""
        return self._names.normal(name)

    def service_of_sink(self, name: str) -> tuple[str, str] | None:
        """Role and target of what a variable of this name opens."""
        return self._names.service(name)

    def names(self, name: str) -> tuple[str, ...]:
        """Roles that the name of a job, stage or target makes suspected; what an expression in it is called says nothing."""
        return self._names.roles(_EXPRESSION.sub("", name))

    def environment(self, name: str) -> tuple[Suspected, ...]:
        """What the name of a job's environment makes suspected."""
        return self._names.environment(name)

    def registry(self, target: str) -> RegistryRow | None:
        """What is known of the registry that a target is."""
        return self._registries.get(target)

    def audience(self, value: str) -> str | None:
        """The target for which an identity token with this audience is meant."""
        return self._registries.audience(value)

    # How it is found

    def _rows(self, invocation: Invocation, given: Given) -> Iterator[SignatureRow]:
        return (row for row in self._commands.get(invocation.program, ()) if _agrees(row, invocation, given))

    def _used(self, uses: str, ref: str | None, given: Given, platform: str) -> Iterator[SignatureRow]:
        for row in self._actions.rows(uses):
            here = not row.platforms or platform in row.platforms
            if here and not is_use(row.refs_not, ref or "") and _holds(row, given):
                yield row

    def _run(self, uses: str, platform: str) -> Iterator[RunnerRow]:
        return (row for row in self._runners.rows(uses) if not row.platforms or platform in row.platforms)

    def _noted(self, invocation: Invocation, given: Given, does: Sequence[SignatureRow]) -> tuple[Noted, ...]:
        names = invocation.command.names
        goes_elsewhere = invocation.command.is_captured or bool(invocation.command.writes)
        told = (row for row in self._command_remarks.get(invocation.program, ()) if not (row.logged and goes_elsewhere))
        rows = [row for row in told if _agrees(row, invocation, given)]
        rows += [row for row in self._env_remarks.rows(given.variables) if certain(given, row.env)]
        noted = [Noted(row.family, row.pattern, row.evidence, names) for row in rows]
        if any(is_decided_later(value) for row in does for name in row.credentials for value in given.values(name)):
            noted.append(Noted("spill", "argv", "a credential is a word of a command", names))
        return tuple(dict.fromkeys(noted))

    def _command_match(self, row: SignatureRow, given: Given, around: Given, invocation: Invocation) -> Match:
        evidence = " ".join([invocation.program, *(_sub_command(row, invocation.words) or ()), *_goal_patterns(row, invocation.words)])
        values = [value for name in (*row.credentials, *(f"env:{sink}" for sink in row.sinks)) for value in given.values(name)]
        match = self._match(row, around, evidence, values, is_fed=False)
        match = replace(match, images=(*match.images, *_worded(row, invocation.words)))
        return match if _checked(row, invocation) else replace(match, is_doubtful=True)

    def _action_match(self, row: SignatureRow, given: Given, env: Collection[str], uses: str) -> Match:
        values = [value for name in row.credentials for value in given.values(name)]
        fed = any(fnmatchcase(name, sink) for name in env for sink in row.sinks)
        evidence = next(pattern for pattern in row.uses if is_use((pattern,), uses)).removesuffix("@*")
        match = self._match(row, given, evidence, values, is_fed=fed)
        return match if not row.registry or row.role != "publish" else replace(match, placed=row.target)

    def _match(self, row: SignatureRow, given: Given, evidence: str, values: Sequence[str], *, is_fed: bool) -> Match:
        given_job_token = bool(values) and all(_JOB_TOKEN.fullmatch(value[:200]) for value in values)
        return Match(
            signature=row.id.partition(".")[0],
            role=row.role,
            evidence=evidence + (_UNCHECKED if row.mark == "unchecked" and row.role in _RELIED_ON else ""),
            target=self._target(row, given) or None,
            tier=told if (told := self._told(row, given)) is not None else self._usual(row),
            placed=row.target if told is not None else None,
            is_rehearsal=row.rehearses or certain(given, row.rehearsal),
            sinks=row.sinks,
            values=tuple(values[:_MOST_VALUES]),
            images=tuple(value for name in row.images for value in _images(name, given))[:_MOST_VALUES],
            is_keyless=_keyless(row, given, values, given_job_token=given_job_token, is_fed=is_fed),
            uses_job_token=given_job_token or (row.job_token and not values),
            is_publisher=row.publisher,
            runs_project=row.runs_project and not certain(given, row.runs_not),
            is_proven=row.proven and not certain(given, row.proven_not),
        )

    def _told(self, row: SignatureRow, given: Given) -> str | None:
        """The tier of the registry that a command or step names; None where it names none, or only a run tells which."""
        if certain(given, row.test):
            return "test"
        for name in row.registry:
            for value in given.values(name):
                if (tier := self._registries.tier(self._registries.narrowed(row.target, value), value)) is not None:
                    return tier
        return None

    def _usual(self, row: SignatureRow) -> str:
        return self._registries.usual(row.target) if row.tier == "public" else row.tier

    def _target(self, row: SignatureRow, given: Given) -> str:
        """The target of a row, or the registry of one's own that the command or step names."""
        values = (value for name in row.registry for value in given.values(name))
        if row.target == _IMAGES:
            return row.target
        return next((found for value in values if (found := self._registries.narrowed(row.target, value)) != row.target), row.target)


def _decisive(row: SignatureRow) -> Iterator[str]:
    """All of a row that may name a variable, but for those that it takes a credential from."""
    yield from (*row.when, *row.any, *row.unless, *row.rehearsal, *row.test, *row.registry)
    yield from (*row.images, *row.keyed, *row.unkeyed, *row.runs_not, *row.proven_not)


def _command(row: RunnerRow, given: Mapping[str, str]) -> str:
    words = [row.command, *(word for name in row.scripts for word in _listed(given.get(name, "")))]
    for flag, _, name in (one.partition("=") for one in row.flags):
        words += [f"{flag} {word}" for word in _listed(given.get(name, ""))]
    return " ".join(words)


def _listed(value: str) -> list[str]:
    return value.replace(",", " ").split()[:_MOST_VALUES]


def _keyless(row: SignatureRow, given: Given, values: Sequence[str], *, given_job_token: bool, is_fed: bool) -> bool | None:
    """Whether it does without a stored credential; None where that is not known."""
    if certain(given, row.keyed):
        return False
    if values:
        return given_job_token
    if certain(given, row.unkeyed) or row.keyless == "always":
        return True
    if row.keyless == "never" or is_fed:
        return False
    return True if row.job_token else None


def _holds(row: SignatureRow | RemarkRow, given: Given) -> bool:
    if isinstance(row, RemarkRow):
        told = all(given.holds(condition) is True for condition in row.when) and (not row.any or certain(given, row.any))
        return told and not possible(given, row.unless)
    return all_possible(given, row.when) and (not row.any or possible(given, row.any)) and not certain(given, row.unless)


def _agrees(row: SignatureRow | RemarkRow, invocation: Invocation, given: Given) -> bool:
    """Whether the words of a command are those of a row, and its conditions hold."""
    if _sub_command(row, invocation.words) is None or (row.goals and not _goal_patterns(row, invocation.words)):
        return False
    return _holds(row, given) and _checked(row, invocation) is not False


def _checked(row: SignatureRow | RemarkRow, invocation: Invocation) -> bool | None:
    """What the check of a row says of a command, where it has one; of a remark, doubt is no proof."""
    said = CHECKS[row.check](invocation.command) if row.check else True
    return said is True if isinstance(row, RemarkRow) else said


def _sub_command(row: SignatureRow | RemarkRow, words: Sequence[Word]) -> list[str] | None:
    """The patterns of the row's sub-command with which words begin, else None; what may be the value of an unknown flag may lie between."""
    left, found = list(row.words), list[str]()
    for word in words:
        if not left:
            break
        matched = [one for one in left[0].split("|") if fnmatchcase(word.text, one)]
        if matched:
            found.append(matched[0])
            left.pop(0)
        elif not word.doubtful:
            return None
    return None if left else found


def _images(name: str, given: Given) -> tuple[str, ...]:
    """What is given under a name; one that begins with `@` is itself the host of a registry."""
    return (hosts.spell(getattr(hosts, name[1:])),) if name.startswith("@") else given.values(name)


def _worded(row: SignatureRow, words: Sequence[Word]) -> tuple[str, ...]:
    """The words behind the sub-command that name images."""
    rest = [word.text for word in words[len(row.words) :]]
    return tuple(rest[place] for name, place in (("first", 0), ("last", -1)) if name in row.images and rest)


def _goal_patterns(row: SignatureRow | RemarkRow, words: Sequence[Word]) -> list[str]:
    """The first pattern of a goal that stands among the words."""
    names = [word.text.rpartition(":")[2] for word in words]
    meant = [name for name in names if not any(fnmatchcase(name, one) for one in row.goals_not)]
    return [goal for goal in row.goals if any(fnmatchcase(name, goal) for name in meant)][:1]


def _by_program(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for program in row.programs:
            found[program].append(row)
    return found
