"""What the steps of a job do: actions, tasks and plugins by their signatures, scripts by their commands, and what those run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from posixpath import normpath

from scanner.model import Act, Location, Reason, Remark, Step
from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Mention, Named, Pin, Setting, StepDefinition, StepKind, Text, Via
from scanner.pipelines.follow import Followed, chain, followed
from scanner.pipelines.gathering import Around, Gathering, Here
from scanner.pipelines.library import Library, Unread
from scanner.pipelines.roles import NAME, SINK, THROUGH_SCRIPT
from scanner.pipelines.scope import Scope, expanded
from scanner.pipelines.shell import commands, position
from scanner.pipelines.signatures import Signatures
from scanner.records import dataclass

_DEEPEST = 6
"""Scripts that start scripts, actions that use actions."""
_MOST = 5_000
"""Commands of a job that are looked at, those of scripts included."""
_MAKERS = {
    "github": ("actions/", "github/"),
    "gitea": ("actions/",),
    "forgejo": ("actions/",),
    "circleci": ("circleci/",),
    "bitbucket": ("atlassian/",),
    "drone": ("plugins/",),
    "woodpecker": ("woodpeckerci/",),
    "cloudbuild": ("gcr.io/cloud-builders/",),
}
"""Whose names the platforms' own actions, orbs, pipes, plugins and builders begin with."""
_BUILT_IN = frozenset({"azure", "gitlab", "jenkins", "travis", "appveyor", "cloudbuild", "buildkite"})
"""Platforms on which what has no owner's name comes with the platform or its server."""
_RELEASE = frozenset({"publish", "sign"})
_INTERPRETERS = ("python", "node", "ruby", "perl", "deno", "bun", "tsx", "ts-node", "pwsh")
_CODE = frozenset({"build", "test", "lint", "package"})
_BUILDERS = frozenset({"maven", "gradle"})
"""Types of settings that say where a build tool would publish to, not that it does."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Text that is still to be read, and where it was met."""

    text: Text
    here: Here
    scope: Scope
    folder: str
    depth: int


class Steps:
    """Reads the steps of one job into what is gathered of it."""

    def __init__(self, gathering: Gathering, library: Library, signatures: Signatures, platform: str) -> None:
        self._gathering = gathering
        self._library = library
        self._signatures = signatures
        self._platform = platform
        self._commands = 0
        self._met: set[tuple[str, str, int | None]] = set()

    def read(self, steps: Iterable[StepDefinition], here: Here, scope: Scope, depth: int = 0) -> None:
        """Goes through the steps in order; an action of the repository itself counts as part of the step that uses it."""
        for number, step in enumerate(steps):
            if depth and not self._library.follows(here.file):
                return
            index = number if depth == 0 else here.step
            place = replace(here, step=index, file=step.file or here.file)
            outputs = Scope(scope.layers, scope.handed, self._gathering.outputs, scope.is_ambient)
            inner = outputs.with_layer(Via.STEP_ENV, step.env)
            before = len(self._gathering.acts)
            self._gathering.use_settings(Via.STEP_ENV, step.env, place, outputs)
            self._gathering.use_settings(Via.PLUGIN if step.kind is StepKind.PLUGIN else Via.WITH_INPUT, step.settings, place, inner)
            if step.uses is not None and step.kind is not StepKind.SCRIPT:
                self._uses(step, place, inner, depth)
            if step.script is not None:
                self._text(_Task(step.script, place, inner, normpath(step.folder or "."), depth))
            self._unheeded(step, place, self._gathering.acts[before:])
            if depth == 0:
                self._gathering.steps.append(self._step(step, number, place, self._gathering.acts[before:]))
                self._outputs(step, inner)

    def _unheeded(self, step: StepDefinition, here: Here, acts: list[Act]) -> None:
        """A release that goes on, or runs at all, after something has failed."""
        if not any(act.role in _RELEASE and act.weight >= THROUGH_SCRIPT for act in acts):
            return
        at = here.at(step.line, step.column)
        if step.ignores_failure:
            self._gathering.remark(Remark("ignored", "continue-on-error", "it may fail without anybody noticing", at, here.step))
        if step.always:
            self._gathering.remark(Remark("ignored", "always", "it runs even after a failure", at, here.step))

    def _outputs(self, step: StepDefinition, scope: Scope) -> None:
        """What a step was given is what its results may be made from."""
        if step.id is not None:
            mentions = [mention for setting in (*step.settings, *step.env) for mention in setting.mentions]
            if names := scope.slots(mentions):
                self._gathering.outputs[step.id.lower()] = names

    def _step(self, step: StepDefinition, number: int, here: Here, acts: list[Act]) -> Step:
        return Step(
            index=number,
            kind=step.kind.value,
            at=here.at(step.line, step.column),
            title=step.title,
            uses=step.uses,
            ref=step.ref,
            pin=step.pin.value,
            is_platform=step.uses is not None and is_of_platform(step.uses, self._platform),
            is_known=step.uses is not None and any(act.is_publisher for act in acts),
            runs_project=step.pin is Pin.LOCAL or any(act.role in _CODE or act.runs_project for act in acts),
        )

    def _uses(self, step: StepDefinition, here: Here, scope: Scope, depth: int) -> None:
        uses = step.uses or ""
        settings = {setting.name: setting.value for setting in step.settings}
        mentions = tuple(mention for setting in step.settings for mention in setting.mentions)
        at = here.at(step.line, step.column)
        variables = {setting.name: setting.value for layer in scope.layers for setting in layer.settings}
        for match in self._signatures.action(uses, step.ref, settings, variables, self._platform):
            self._gathering.act(match, here, Around(at, scope, mentions))
        for noted in self._signatures.remarks_of_step(uses, step.ref, settings, variables):
            self._gathering.remark(Remark(noted.family, noted.pattern, noted.evidence, at, here.step, script=here.script))
        for setting in _texts(step, self._signatures.scripts(uses, self._platform)):
            self._text(_Task(setting, here, scope, ".", depth))
        if step.pin is not Pin.LOCAL or depth >= _DEEPEST:
            return
        action = self._library.action(uses.removeprefix("./"))
        if action is not None and action.jobs:
            handed = {setting.name.lower(): scope.roots(setting.mentions) for setting in step.settings}
            within = Scope(scope.layers, handed, self._gathering.outputs, scope.is_ambient)
            inside = Here(here.container, action.file, here.step, here.script, min(here.weight, THROUGH_SCRIPT))
            self.read(action.jobs[0].steps, inside, within, depth + 1)

    def _text(self, task: _Task) -> None:
        """The commands of a text, and of all scripts that they lead to."""
        waiting = [task]
        while waiting:
            one = waiting.pop()
            if one.here.script is not None and not self._library.follows(one.here.file):
                return
            if one.here.script is None:
                self._gathering.use(
                    Via.PLATFORM if one.scope.is_ambient else Via.RUN, one.text.mentions, one.here, one.scope, file=one.text.file
                )
            for command in commands(one.text.value, one.text.shell):
                if one.here.script is not None and not self._library.follows(one.here.file):
                    return
                self._commands += 1
                if self._commands == _MOST:
                    detail = f"a job or script of more than {_MOST} commands; the rest was not read by meaning"
                    self._library.unread.append(Unread(one.here.file, Reason.TOO_LARGE, detail))
                if self._commands >= _MOST:
                    return
                waiting += self._command(command, one)

    def _command(self, command: Command, task: _Task) -> list[_Task]:
        line, column = position(task.text, command.row, command.column)
        at = task.here.at(line, column, task.text.file)
        scope = task.scope.with_layer(Via.STEP_ENV, _assigned(command, task, line, column))
        matches, noticed = self._signatures.told(command)
        for match in matches:
            self._gathering.act(match, task.here, Around(at, scope, task.text.mentions, " ".join(command.fed)))
        if command.is_forgiven and any(match.role in _RELEASE for match in matches):
            evidence = "it may fail without anybody noticing"
            self._gathering.remark(Remark("ignored", "or-true", evidence, at, task.here.step, script=task.here.script))
        for noted in noticed:
            names = scope.in_text(" ".join(command.argv), task.text.mentions)
            self._gathering.remark(Remark(noted.family, noted.pattern, noted.evidence, at, task.here.step, names, task.here.script))
        if task.depth >= _DEEPEST or self._library.is_spent:
            return []
        found = followed(command, task.folder, self._library)
        if not found and not matches and _runs_a_file(command):
            self._opaque(task, at)
        return [more for one in found for more in self._follow(one, task, at, scope)]

    def _follow(self, one: Followed, task: _Task, at: Location, scope: Scope) -> list[_Task]:
        """What a script of the repository does; of one that cannot be read, what its name lets suspect."""
        if one.file is None:
            self._opaque(task, at)
            for role in self._signatures.names(one.name):
                self._gathering.acts.append(Act(role, "name", NAME, f"the name of {one.name}", at, task.here.step, script=task.here.script))
            return []
        key = (one.file.file, one.name, task.here.step)
        if key in self._met:
            return []
        self._met.add(key)
        self._gathering.scripts[one.file.file, one.name] = None
        weight = min(task.here.weight, THROUGH_SCRIPT)
        inside = Here(task.here.container, one.file.file, task.here.step, one.file.file, weight)
        self._parts(one, inside, scope, [act for act in self._gathering.acts if act.at == at])
        if one.target is None:
            return []
        folder = one.file.file.rpartition("/")[0] or "."
        folder = task.folder if one.file.type in {"shell", "powershell", "batch"} else folder
        return [
            _Task(text, inside, scope.with_layer(Via.STEP_ENV, target.env), folder, task.depth + 1)
            for target in chain(one.target, self._library.targets(one.file))
            for text in target.texts
        ]

    def _parts(self, one: Followed, here: Here, scope: Scope, done: list[Act]) -> None:
        """What settings make a release tool do, where `done` is what its command says; a build tool publishes only when it is told to."""
        if one.file is None or one.target is not None:
            return
        if one.file.type in _BUILDERS and not any(act.role in _RELEASE for act in done):
            return
        is_rehearsal = any(act.is_rehearsal for act in done)
        for part in one.file.parts:
            takes = tuple(dict.fromkeys(name for sink in scope.named(part.sinks) for name in scope.slots_of(sink)))
            self._gathering.acts.append(
                Act(
                    part.role,
                    "settings",
                    here.weight,
                    f"{part.evidence} in {here.file}",
                    here.at(part.line, part.column),
                    here.step,
                    part.target,
                    is_rehearsal=is_rehearsal,
                    takes=takes,
                    sinks=part.sinks,
                    is_publisher=True,
                    script=here.file,
                )
            )

    def _opaque(self, task: _Task, at: Location) -> None:
        """A publisher's variable on a step that runs a script nobody can read says what the script is for."""
        for layer in task.scope.layers:
            for setting in layer.settings if layer.via is Via.STEP_ENV else ():
                known = self._signatures.service_of_sink(setting.name)
                if known is not None and setting.mentions:
                    role, target = known
                    takes = task.scope.slots(setting.mentions)
                    evidence = f"{setting.name} is given to a script"
                    self._gathering.acts.append(
                        Act(
                            role,
                            "sink",
                            SINK,
                            evidence,
                            at,
                            task.here.step,
                            target,
                            takes=takes,
                            sinks=(setting.name,),
                            is_keyless=False if takes else None,
                            script=task.here.script,
                        )
                    )


def _runs_a_file(command: Command) -> bool:
    """Whether it is a script by its path, or what reads programs and is given one."""
    if "/" in (command.argv or ("",))[0]:
        return True
    return command.program.startswith(_INTERPRETERS) and any("/" in word for word in command.argv[1:4] if not word.startswith("-"))


def _texts(step: StepDefinition, names: Iterable[str]) -> Iterator[Text]:
    """Inputs of an action that are text of a shell."""
    wanted = {name.lower() for name in names}
    for setting in step.settings:
        if setting.name.lower() in wanted and setting.value:
            yield Text(setting.value, setting.line, setting.column, "\n" in setting.value, mentions=setting.mentions, file=setting.file)


def is_of_platform(uses: str, platform: str) -> bool:
    """Whether an action, task or plugin is published by the maker of the platform itself."""
    makers = _MAKERS.get(platform, ())
    return uses.lower().startswith(makers) if "/" in uses else platform in _BUILT_IN


def _assigned(command: Command, task: _Task, line: int, column: int) -> tuple[Setting, ...]:
    """Variables that are set for one command."""
    settings = []
    for name, value in command.assigned:
        said = tuple(mention for mention in task.text.mentions if mention.name in value)
        names = {mention.name for mention in said} | {name}
        others = tuple(Mention(one, Named.ENV, line, column) for one in expanded(value) if one not in names)
        settings.append(Setting(name, value, line, column, (*said, *others)))
    return tuple(settings)
