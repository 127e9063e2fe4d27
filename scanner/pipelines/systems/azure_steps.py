"""Steps of Azure Pipelines: scripts, tasks and what stands for tasks, with templates of steps in place.

Source: Azure Pipelines' documentation, "YAML schema" (`steps`), and the tasks' reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.pipelines.definition import CallDefinition, Pin, Setting, StepDefinition, StepKind, Text
from scanner.pipelines.systems.azure_mentions import Known, Said, script, setting, task_input, vault_input
from scanner.pipelines.systems.azure_scope import Call, Expansion, Member, Placed, handed_on, pick
from scanner.pipelines.yamltree import Scalar
from scanner.records import dataclass, replace

_SCRIPTS = {"bash": "bash", "pwsh": "pwsh", "powershell": "pwsh"}
_SHORT = ("checkout", "download", "downloadBuild", "getPackage", "publish", "upload", "reviewApp")
"""Keys that stand for tasks."""
_COMMON = frozenset(
    {"name", "displayName", "condition", "continueOnError", "workingDirectory", "env", "enabled", "timeoutInMinutes", "target"}
)
_INLINE = ("script", "inlinescript", "inline")
_FILES = ("filepath", "scriptpath", "scriptfile", "filename")
_TASK_SHELLS = {
    "bash": "bash",
    "shellscript": "bash",
    "ssh": "bash",
    "powershell": "pwsh",
    "azurepowershell": "pwsh",
    "batchscript": "cmd",
    "pythonscript": "python",
}
_STARTERS = {"bash": "bash", "pwsh": "pwsh", "python": "python"}
_ALWAYS = re.compile(r"(?i)\b(?:always|failed|succeededOrFailed)\s{0,9}\(\s{0,9}\)")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_VAULT = "azurekeyvault"
_TRUE = frozenset({"true", "yes", "on", "1"})


@dataclass(frozen=True, slots=True)
class Repository:
    """Another repository, whose templates may be asked for."""

    name: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class Around:
    """What is known where steps stand."""

    known: Known
    on_windows: bool = False


class StepReader:
    """Reads lists of steps into one definition; remembers which templates they asked for."""

    def __init__(self, expansion: Expansion, repositories: Mapping[str, Repository]) -> None:
        self.expansion = expansion
        self._repositories = repositories
        self.calls: dict[tuple[str, str | None], CallDefinition] = {}

    def called(self, call: Call) -> CallDefinition:
        """The template that is asked for, with the version of the repository that it lies in."""
        name, _, alias = call.target.value.strip().partition("@")
        line, column, path = call.target.line, call.target.column, call.path
        if path is not None:
            made = CallDefinition(path, is_local=True, line=line, column=column, pin=Pin.LOCAL)
        else:
            other = self._repositories.get(alias)
            target = f"{name}@{alias if other is None else other.name}" if alias else name
            ref = None if other is None else other.ref
            made = CallDefinition(target, is_local=not alias and "$" not in name, line=line, column=column, ref=ref, pin=_pin(ref))
        self.calls.setdefault((made.target, made.ref), made)
        return made

    def call_of(self, members: tuple[Member, ...]) -> Call | None:
        """The template that an item of a list asks for; None where it is something else."""
        template = pick(members, "template")
        target = self.expansion.text(template)
        if template is None or target is None:
            return None
        return Call(target, template.scope, self.expansion.members(pick(members, "parameters")))

    def arguments(self, call: Call, known: Known) -> tuple[Setting, ...]:
        """What a template is handed."""
        return tuple(setting(one.key, self.expansion.said(one.value), known) for one in call.arguments)

    def read(self, placed: Placed | None, around: Around) -> tuple[StepDefinition, ...]:
        """The steps of a list, those of templates in their place."""
        told: list[StepDefinition] = []
        waiting = [self.expansion.listed(placed)]
        while waiting:
            one = next(waiting[-1], None)
            if one is None:
                waiting.pop()
                continue
            members = self.expansion.members(one)
            call = self.call_of(members)
            if call is None:
                step = self._step(one, members, around)
                told += () if step is None else (step,)
                continue
            known, opened = self.called(call), self.expansion.opened(call)
            if opened is not None:
                waiting.append(self.expansion.listed(pick(self.expansion.members(opened), "steps")))
                continue
            bare = StepDefinition(StepKind.ACTION, known.line, known.column, uses=known.target, ref=known.ref, pin=known.pin)
            told.append(replace(bare, settings=self.arguments(call, around.known), file=call.scope.file))
            waiting += (self.expansion.listed(handed) for handed in reversed(handed_on(call, "steps", self.expansion)))
        return tuple(told)

    def _step(self, placed: Placed, members: tuple[Member, ...], around: Around) -> StepDefinition | None:
        for key in ("script", *_SCRIPTS):
            said = self.expansion.said(pick(members, key))
            if said is not None:
                shell = "cmd" if key == "script" and around.on_windows else _SCRIPTS.get(key, "bash")
                return replace(self._bare(placed, members, around), script=script(said, shell, around.known))
        task = self.expansion.text(pick(members, "task"))
        if task is not None:
            return self._task(task, self._bare(placed, members, around), members, around)
        for key in _SHORT:
            if pick(members, key) is not None:
                given = tuple(self._setting(one, around) for one in members if one.key.value not in _COMMON)
                return replace(self._bare(placed, members, around), kind=StepKind.TASK, uses=key, settings=given, pin=Pin.TAG)
        return None

    def _bare(self, placed: Placed, members: tuple[Member, ...], around: Around) -> StepDefinition:
        """What all steps say."""
        env = tuple(self._setting(one, around) for one in self.expansion.members(pick(members, "env")))
        words = {name: self.expansion.text(pick(members, name)) for name in _COMMON}
        said = {name: word.value for name, word in words.items() if word is not None and word.value}
        condition = said.get("condition")
        node = placed.node
        return StepDefinition(
            StepKind.SCRIPT,
            node.line,
            node.column,
            title=said.get("name") or said.get("displayName"),
            id=said.get("name"),
            env=env,
            folder=said.get("workingDirectory"),
            condition=condition,
            ignores_failure=said.get("continueOnError", "").lower() in _TRUE,
            always=condition is not None and _ALWAYS.search(condition) is not None,
            file=placed.scope.file,
        )

    def _setting(self, one: Member, around: Around) -> Setting:
        return setting(one.key, self.expansion.said(one.value), around.known)

    def _task(self, task: Scalar, bare: StepDefinition, members: tuple[Member, ...], around: Around) -> StepDefinition:
        name, _, version = task.value.strip().partition("@")
        kind = name.rpartition(".")[2].lower()
        inputs = self.expansion.members(pick(members, "inputs"))
        make = vault_input if kind == _VAULT else task_input
        given = tuple(make(one.key, self.expansion.said(one.value), around.known) for one in inputs)
        said = {one.key.value.lower(): self.expansion.said(one.value) for one in inputs}
        made = replace(bare, kind=StepKind.TASK, uses=task.value.strip(), ref=version or None, pin=Pin.TAG, settings=given)
        folder = said.get("workingdirectory") or said.get("workingfolder")
        folder_said = bare.folder if folder is None else folder[0].value
        return replace(made, script=_run_by(kind, said, around), folder=folder_said)


def _run_by(task: str, said: Mapping[str, Said], around: Around) -> Text | None:
    """What a task runs: a script that it holds, or a file that it starts."""
    kind = said.get("scripttype")
    shell = _shell(task, "" if kind is None else kind[0].value.lower(), around)
    if shell is None:
        return None
    place = (
        said.get("targettype") or said.get("scriptlocation") or said.get("scriptsource") or (kind if task == "azurepowershell" else None)
    )
    inline = next((said[name] for name in _INLINE if said.get(name) is not None), None)
    file = next((said[name] for name in _FILES if said.get(name) is not None), None)
    if inline is not None and (file is None or (place is not None and place[0].value.lower().startswith("inline"))):
        return script(inline, shell, around.known)
    if file is None:
        return None
    arguments = said.get("arguments") or said.get("scriptarguments") or said.get("args")
    words = (_STARTERS.get(shell), file[0].value, None if arguments is None else arguments[0].value)
    line = Scalar(" ".join(word for word in words if word), file[0].line, file[0].column, ">")
    return replace(script((line, file[1]), shell, around.known), is_block=False)


def _shell(task: str, kind: str, around: Around) -> str | None:
    if task == "cmdline":
        return "cmd" if around.on_windows else "bash"
    if task == "azurecli":
        return "pwsh" if kind in {"ps", "pscore"} else "cmd" if kind == "batch" else "bash"
    return _TASK_SHELLS.get(task)


def _pin(ref: str | None) -> Pin:
    if ref is None:
        return Pin.NONE
    if _COMMIT.fullmatch(ref):
        return Pin.COMMIT
    return Pin.TAG if ref.startswith("refs/tags/") else Pin.BRANCH
