"""What the steps of a job do: actions, tasks and plugins by their signatures, scripts by their commands, and what those run."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from functools import partial
from posixpath import join, normpath

from scanner.model import Act, Location, Remark
from scanner.pipelines.alternatives import alternatives, given
from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Pin, PipelineDefinition, StepDefinition, StepKind, Text, Via
from scanner.pipelines.described import described
from scanner.pipelines.entered import folder_of, inside
from scanner.pipelines.flags import with_flags, with_program, with_words
from scanner.pipelines.follow import Followed, is_program
from scanner.pipelines.gathering import Around, Gathering, Here
from scanner.pipelines.handing import Left, assigned
from scanner.pipelines.inferred import of_part
from scanner.pipelines.local_inputs import filled, texts_of
from scanner.pipelines.makes import without_read
from scanner.pipelines.minted import offer
from scanner.pipelines.opaque import called, configured, is_opaque, passed, tasks_in, tasks_of, told
from scanner.pipelines.overruled import overruled, put_down, recipes
from scanner.pipelines.promises import denied, kept
from scanner.pipelines.results import MOST_SLOTS, Results
from scanner.pipelines.roles import THROUGH_SCRIPT
from scanner.pipelines.scope import Scope, as_mentions, spilled
from scanner.pipelines.scripts import in_own_folder
from scanner.pipelines.scripts.nouns import ScriptFile
from scanner.pipelines.shell import is_traced, position, traces
from scanner.pipelines.signatures import Noted
from scanner.pipelines.strangers import of_stranger
from scanner.pipelines.tools import Started, refuses
from scanner.pipelines.transfers import addressed
from scanner.pipelines.understood import Understood
from scanner.records import dataclass, replace

_DEEPEST = 6
"""Scripts that start scripts, actions that use actions."""
_MOST = 5_000
"""Commands of a job that are looked at, those of scripts included."""
_STEP = 2
"""What a step of an action that is followed counts as, to a command of a script."""
_LOOKED_AT = 4_096
"""Characters of a script that count as one thing more that is followed."""
_MOST_MENTIONS = 200
"""Expressions of a text that are looked for in each of its commands."""
_LONGEST_FOLDER = 1_000
"""Characters of a path to which a text goes."""
_RELEASE = frozenset({"publish", "sign"})
_FIXED = frozenset({"github", "gitea", "forgejo"})
"""Systems where nobody but the definition sets what it sets."""
_MOVES = frozenset({"cd", "pushd", "popd", "chdir", "Set-Location", "Push-Location", "Pop-Location"})
_KEEPS = {"ko-build/setup-ko": "KO_DOCKER_REPO", "imjasonh/setup-ko": "KO_DOCKER_REPO"}
"""Actions that hand a variable of theirs on to the steps after them."""
_RELEASED = frozenset({"publish", "release_page", "write_source"})
"""What a release tool does when it does not only look."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Text that is still to be read, and where it was met."""

    text: Text
    here: Here
    scope: Scope
    folder: str
    depth: int
    start: str = ""
    """The folder in which it began, where it has gone to another."""
    words: tuple[str, ...] | None = None
    """What a script was called with."""
    is_hook: bool = False
    """Whether a release tool runs it: the variables of the step are the tool's."""
    is_of_inputs: bool = False
    """Whether it is put together of a step's inputs, in which slots have come in already."""


class Steps:
    """Reads the steps of one job into what is gathered of it."""

    def __init__(self, gathering: Gathering, understood: Understood, platform: str) -> None:
        self._gathering = gathering
        self._understood = understood
        self._library = understood.library
        self._signatures = understood.signatures
        self._platform = platform
        self._whole = frozenset(use.name for use in gathering.uses if use.step is None)
        """Slots that have come into the whole job."""
        self._left = Left()
        self._commands = 0
        self._met: set[tuple[str, str, int | None, tuple[str, ...] | None]] = set()
        self._id: str | None = None
        """Of the step that is read."""

    def read(self, steps: Iterable[StepDefinition], here: Here, scope: Scope, depth: int = 0) -> None:
        """Goes through the steps in order; an action of the repository itself counts as part of the step that uses it.

        Of those of an action, the results are the scope's own.
        """
        results = scope.outputs if depth else self._gathering.outputs
        for number, step in enumerate(steps):
            if depth and not self._library.follows(here.file, _STEP):
                return
            index = number if depth == 0 else here.step
            if depth == 0:
                self._id = step.id
                self._gathering.told.local = {}
            place = Here(here.container, step.file or here.file, index, here.script, here.weight)
            results.begin(step.id)
            outputs = Scope(scope.layers, scope.handed, results, scope.is_ambient, scope.possible, scope.tokens)
            inner = self._left.below(outputs).with_layer(Via.STEP_ENV, step.env)
            before = len(self._gathering.acts)
            self._gathering.use_settings(Via.STEP_ENV, step.env, place, outputs)
            self._gathering.use_settings(Via.PLUGIN if step.kind is StepKind.PLUGIN else Via.WITH_INPUT, step.settings, place, inner)
            if step.uses is not None and step.kind is not StepKind.SCRIPT:
                self._uses(step, place, inner, depth)
            if step.script is not None:
                for folder in alternatives(step.folder or ".", scope.possible):
                    self._text(_Task(step.script, place, inner, normpath(folder), depth))
            self._unheeded(step, place, self._gathering.acts[before:])
            acts = self._gathering.acts[before:]
            self._outputs(step, inner, acts, place.file)
            if depth == 0:
                self._gathering.steps.append(
                    described(step, place, acts, inner, platform=self._platform, projects=self._understood.projects)
                )

    def _unheeded(self, step: StepDefinition, here: Here, acts: list[Act]) -> None:
        """A release that goes on, or runs at all, after something has failed."""
        if not any(act.role in _RELEASE and act.weight >= THROUGH_SCRIPT for act in acts):
            return
        at = here.at(step.line, step.column)
        if step.ignores_failure:
            self._gathering.remark(Remark("ignored", "continue-on-error", "it may fail without anybody noticing", at, here.step))
        if step.always:
            self._gathering.remark(Remark("ignored", "always", "it runs even after a failure", at, here.step))

    def _outputs(self, step: StepDefinition, scope: Scope, acts: list[Act], file: str) -> None:
        """What a step gives to those after it, beside what its commands said."""
        if (name := _KEEPS.get((step.uses or "").lower())) is not None and (kept := scope.variable(name)) is not None:
            self._gathering.told.variables[name] = kept.value
        if step.id is not None:
            rows = self._signatures.giving(step.uses or "", self._platform)
            if (step.pin is not Pin.LOCAL or self._composite(step) is None) and not offer(step, scope, acts, rows):
                self._library.exceeds(file, f"a step with results of more than {MOST_SLOTS} slots; those after them were not followed")
            if images := next((setting.value for setting in step.settings if setting.name.lower() == "images"), ""):
                self._gathering.told.outputs[f"{step.id.lower()}."] = images

    def _uses(self, step: StepDefinition, here: Here, scope: Scope, depth: int) -> None:
        uses = step.uses or ""
        settings = {one.name: one.value or next((mention.name for mention in one.mentions), "") for one in step.settings}
        mentions = tuple(mention for setting in step.settings for mention in setting.mentions)
        at = here.at(step.line, step.column)
        variables = {setting.name: setting.value for layer in scope.layers for setting in layer.settings}
        publishing = self._signatures.publishing(uses, self._platform)
        nothing, first = denied(texts_of(step, publishing), self._library, self._signatures), len(self._gathering.acts)
        for match in self._signatures.action(uses, step.ref, settings, variables, self._platform):
            if match.role not in nothing:
                self._gathering.act(match, here, Around(at, scope, mentions))
        own = range(first, len(self._gathering.acts))
        for noted in self._signatures.remarks_of_step(uses, step.ref, settings, variables):
            self._gathering.remark(Remark(noted.family, noted.pattern, noted.evidence, at, here.step, script=here.script))
        for setting in texts_of(step, self._signatures.scripts(uses, self._platform)):
            self._text(_Task(setting, here, scope, ".", depth))
        if publishing:
            self._gathering.keep(kept(self._gathering.acts, own, publishing))
        self._start_tool(step, settings, here, scope, depth)
        for command in self._signatures.commands_of(uses, settings, self._platform):
            text = Text(command, step.line, step.column, is_block=False, mentions=mentions)
            self._text(_Task(text, here, scope, ".", depth, is_of_inputs=True))
        self._gathering.acts += of_stranger(step, self._platform, Around(at, scope), here, self._signatures)
        if step.pin is Pin.LOCAL and depth < _DEEPEST:
            self._action(step, here, scope, depth)

    def _composite(self, step: StepDefinition) -> PipelineDefinition | None:
        """The action of the repository that a step uses, where that is made of steps."""
        action = self._library.action((step.uses or "").removeprefix("./"))
        return action if action is not None and action.jobs else None

    def _action(self, step: StepDefinition, here: Here, scope: Scope, depth: int) -> None:
        """What a composite action of the repository does, and what it gives back."""
        if (action := self._composite(step)) is not None:
            handed = {setting.name.lower(): scope.roots(setting.mentions) for setting in step.settings}
            possible = given(action.choices, step.settings, scope.possible)
            within = Scope(scope.layers, handed, Results(), scope.is_ambient, possible, scope.tokens)
            within_action = Here(here.container, action.file, here.step, here.script, min(here.weight, THROUGH_SCRIPT))
            self.read(filled(action.jobs[0].steps, action.choices, step.settings), within_action, within, depth + 1)
            for output in action.outputs:
                scope.outputs.write(output.name, as_mentions(within.origins(output.mentions)))

    def _start_tool(self, step: StepDefinition, settings: Mapping[str, str], here: Here, scope: Scope, depth: int) -> None:
        """What the settings of a release tool say, of an action that starts it."""
        tool = self._signatures.tool(step.uses or "", self._platform)
        if tool is None:
            return
        put = {name.lower(): value for name, value in settings.items()}
        started = Started(tool.tool, tuple(put.get(tool.arguments, "").split()), normpath(put.get(tool.folder) or step.folder or "."))
        for more in self._set_up(started, here, scope, here.at(step.line, step.column), depth):
            self._text(more)

    def _text(self, task: _Task) -> None:
        """The commands of a text, and of all scripts that they lead to."""
        waiting = [task]
        while waiting:
            one = waiting.pop()
            if one.here.script is not None and not self._library.follows(one.here.file, 1 + len(one.text.value) // _LOOKED_AT):
                return
            if one.here.script is None and not one.is_of_inputs:
                self._named(one)
            if len(one.text.mentions) > _MOST_MENTIONS:
                one = self._with_fewer_mentions(one)
            values, traced = one.scope.values(), is_traced(one.text.value)
            settled = partial(self._settled, one.scope)
            for command in self._understood.asked_for(one.text, one.words, one.scope, settled, one.here.file):
                if one.here.script is not None and not self._library.follows(one.here.file):
                    return
                self._commands += 1
                if self._commands == _MOST:
                    detail = f"a job or script of more than {_MOST} commands; the rest was not read by meaning"
                    self._library.exceeds(one.here.file, detail)
                if self._commands >= _MOST:
                    return
                waiting += self._command(command, one, values)
                traced = traces(command, was=traced)
                if traced:
                    self._traced(command, one)
                one = self._moved(one, command)

    def _settled(self, scope: Scope) -> Mapping[str, str]:
        """The variables whose values are known whatever starts the job: elsewhere whoever starts it may set them; a step before may have, too."""
        if self._platform not in _FIXED:
            return {}
        return {name: value for name, value in scope.literals().items() if name not in self._gathering.told.variables}

    def _named(self, task: _Task) -> None:
        """Slots that a text of the definition names. What the definition itself puts into a variable has come in as that already."""
        via, mentions = Via.RUN, task.text.mentions
        if task.scope.is_ambient:
            told = (one for one in mentions if task.scope.variable(one.name) is None and one.name not in self._whole)
            via, mentions = Via.PLATFORM, tuple(told)
        self._gathering.use(via, mentions, task.here, task.scope, file=task.text.file)

    def _with_fewer_mentions(self, task: _Task) -> _Task:
        """The same with as many expressions as are looked for in each command of the text."""
        detail = f"more than {_MOST_MENTIONS} expressions in one text; which commands those after them stand in was not read"
        self._library.exceeds(task.here.file, detail)
        return replace(task, text=replace(task.text, mentions=task.text.mentions[:_MOST_MENTIONS]))

    def _command(self, written: Command, task: _Task, values: dict[str, str]) -> list[_Task]:
        command = with_words(with_flags(written, task.scope), task.words, task.text.value)
        self._gathering.told.hear(command, self._id)
        command = addressed(with_program(command, self._gathering.told.local), self._gathering.told.local)
        line, column = position(task.text, command.row, command.column)
        at = task.here.at(line, column, task.text.file)
        scope = self._left.below(task.scope).with_layer(Via.STEP_ENV, assigned(command, task.text.mentions, line, column))
        self._left.take(command, scope, task.text.mentions, self._gathering.told.local)
        found = self._followed(command, task)
        matches, noticed = self._understood.told(command, ChainMap(self._gathering.told.variables, values))
        if any(match.role == "publish" for match in matches) and refuses(command, task.folder, self._library):
            matches = tuple(replace(match, is_doubtful=True) for match in matches)
        if self._understood.tests_nothing(found):
            matches = tuple(match for match in matches if match.role != "test")
        matches = without_read(matches, command, found, self._understood)
        for match in matches:
            self._gathering.act(match, task.here, Around(at, scope, task.text.mentions, " ".join(command.fed)))
        self._remark(command, is_release=any(match.role in _RELEASE for match in matches), noticed=noticed, task=task, at=at, scope=scope)
        if task.depth >= _DEEPEST or self._library.is_spent:
            return []
        if not found:
            self._called(tasks_of(command, task.words), task, at)
        if not matches and all(is_program(one) for one in found) and is_opaque(command, self._signatures):
            self._opaque(task, at, command.argv)
        if task.here.script is not None and found and not self._library.follows(task.here.file, len(found)):
            return []
        tasks = [more for one in found for more in self._follow(one, task, at, scope)]
        if any(match.role in _RELEASED for match in matches):
            folder = task.folder if "$" not in task.folder else task.start
            program, words = self._signatures.started(command)
            tasks += self._set_up(Started(program, words, folder), task.here, scope, at, task.depth)
        return tasks

    def _remark(self, command: Command, *, is_release: bool, noticed: Iterable[Noted], task: _Task, at: Location, scope: Scope) -> None:
        """What policies ask of a command beside what it does."""
        if command.is_forgiven and is_release:
            evidence = "it may fail without anybody noticing"
            self._gathering.remark(Remark("ignored", "or-true", evidence, at, task.here.step, script=task.here.script))
        for noted in noticed:
            names, made = spilled(scope.origins_in(" ".join(command.argv), task.text.mentions))
            self._gathering.remark(Remark(noted.family, noted.pattern, noted.evidence, at, task.here.step, names, task.here.script, made))

    def _moved(self, task: _Task, command: Command) -> _Task:
        """The text as it goes on after a command that changes the folder; one in a subshell, which is over by then, may have done so before."""
        if command.program not in _MOVES:
            return task
        start = task.start or task.folder
        place = next((word.replace("\\", "/") for word in command.argv[1:] if not word.startswith("-")), "")
        own = None if task.here.script is None else in_own_folder(place)
        folders = (task.folder, start) if own is None else ((task.here.script or "").rpartition("/")[0],)
        ways = [normpath(join(folder, place if own is None else own))[:_LONGEST_FOLDER] for folder in folders]
        return replace(task, folder=next((way for way in ways if self._library.is_folder(way)), ways[0]) if place else start, start=start)

    def _followed(self, command: Command, task: _Task) -> tuple[Followed, ...]:
        """What a command leads to where its text has gone, or where it began: a `cd` in a subshell is over when that is."""
        own = task.here.script or ""
        found = self._understood.followed(command, task.folder, own)
        if task.start in {"", task.folder} or any(one.file is not None for one in found):
            return found
        return self._understood.followed(command, task.start, own) or found

    def _traced(self, command: Command, task: _Task) -> None:
        """A command that the shell prints with what its variables hold before it starts it."""
        names, made = spilled(task.scope.origins_in(" ".join(command.argv), task.text.mentions))
        if names:
            at = task.here.at(*position(task.text, command.row, command.column), task.text.file)
            self._gathering.remark(Remark("spill", "xtrace", "set -x prints it", at, task.here.step, names, task.here.script, made))

    def _opaque(self, task: _Task, at: Location, argv: tuple[str, ...] = ()) -> None:
        """A publisher's variable on a step that runs a script nobody can read says what the script is for; those of a tool are not its hooks'."""
        if not task.is_hook:
            self._gathering.acts += told(Around(at, task.scope, task.text.mentions), argv, task.here, self._signatures)

    def _follow(self, one: Followed, task: _Task, at: Location, scope: Scope) -> list[_Task]:
        """What a script of the repository does; of one that cannot be read, what its name lets suspect."""
        one = overruled(one, scope, self._library)
        if one.words is not None:
            one = replace(one, words=passed(one.words, task.words))
        if one.file is None:
            self._opaque(task, at)
            self._called((one.name, *tasks_in(passed(one.words or (), task.words))), task, at)
            return []
        if not self._is_new(one.file, one.name, task.here, one.words or (*one.given, *one.around)):
            return []
        if one.target is None:
            self._build_tool(one.file, inside(one.file, task.here), scope, at)
            return []
        file, here, folder, depth = one.file, task.here, folder_of(one.file, task.folder), task.depth + 1
        return [
            _Task(
                text,
                inside(file, here, text),
                scope.with_layer(Via.STEP_ENV, target.env),
                folder,
                depth,
                words=one.words,
                is_hook=task.is_hook,
            )
            for target in put_down(one, recipes(one, one.target, self._library, task.text.mentions), self._library, self._gathering.scripts)
            for text in target.texts
        ]

    def _called(self, names: tuple[str, ...], task: _Task, at: Location) -> None:
        """What the names of something that cannot be read let suspect, and settings beside it."""
        self._gathering.acts += called(names, task.here, at, self._understood)
        self._gathering.acts += configured(names, task.here, task.scope, self._understood, task.folder)

    def _build_tool(self, file: ScriptFile, here: Here, scope: Scope, at: Location) -> None:
        """Where a build tool publishes to; that it does only its command says."""
        done = self._gathering.done_at(at)
        if any(act.role in _RELEASE for act in done):
            for part in file.parts:
                self._gathering.acts.append(of_part(part, here, scope, is_rehearsal=any(act.is_rehearsal for act in done)))

    def _set_up(self, started: Started, here: Here, scope: Scope, at: Location, depth: int) -> list[_Task]:
        """What settings make a release tool do that was met at a place, instead of what its command alone says; the commands that it runs."""
        done = [act for act in self._gathering.done_at(at) if act.signature not in {"settings", "sink"}]
        if not any(act.role in _RELEASED for act in done):
            return []
        setup = self._understood.set_up(started)
        is_rehearsal = any(act.is_rehearsal for act in done)
        self._gathering.take_back(at, [act for act in done if setup.denies(act.role, act.target)])
        for file, part in setup.parts:
            self._gathering.acts.append(of_part(part, inside(file, here), scope, is_rehearsal=is_rehearsal))
        if is_rehearsal or depth >= _DEEPEST:
            return []
        hooks = ((file, target) for file, target in setup.hooks if self._is_new(file, target.name, here))
        return [
            _Task(text, inside(file, here), scope, file.file.rpartition("/")[0] or ".", depth + 1, is_hook=True)
            for file, target in hooks
            for text in target.texts
        ]

    def _is_new(self, file: ScriptFile, name: str, here: Here, words: tuple[str, ...] | None = None) -> bool:
        """Whether this is the first time that a step leads to a target; that it does is remembered."""
        key = (file.file, name, here.step, words)
        if key in self._met:
            return False
        self._met.add(key)
        self._gathering.scripts[file.file, name] = None
        return True
