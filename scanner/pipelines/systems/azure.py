"""Azure Pipelines: `azure-pipelines.yml` and its like, files below `.azure` and `.azure-pipelines`, and templates.

What a template of the same repository says is read as if it stood in the file that asks for it, and keeps its own file's name; one that
lies elsewhere is told as what it is called, with the steps and jobs that it is handed.
Source: Azure Pipelines' documentation, "YAML schema".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.systems import azure_variables
from scanner.pipelines.systems.azure_jobs import JobReader, Outer, Raw, Stage
from scanner.pipelines.systems.azure_mentions import Known
from scanner.pipelines.systems.azure_needs import settled
from scanner.pipelines.systems.azure_scope import Call, Expansion, Member, Placed, Scope, parameters, pick
from scanner.pipelines.systems.azure_steps import Repository, StepReader
from scanner.pipelines.systems.azure_triggers import narrowed, triggers
from scanner.pipelines.systems.system import Files, System
from scanner.pipelines.yamltree import Entries, Items, Node, at, text
from scanner.records import dataclass, replace

_STAGE_KEYS = ("stage", "template")
_JOB_KEYS = ("job", "deployment", "template")
_STEP_KEYS = ("template", "task", "bash", "pwsh", "powershell", "checkout")
_PEEKED = 20
_PIPELINE_KEYS = ("trigger", "pr", "schedules", "resources", "extends", "pool")
_SHAPES = ("stages", "jobs", "steps", "extends", "variables")
_OF_JOB = frozenset({"steps", "strategy", "pool", "container", "condition", "continueOnError"})


@dataclass(frozen=True, slots=True)
class _Level:
    """The top of the file, or of a template that it extends."""

    members: tuple[Member, ...]
    placed: Placed
    call: Call | None = None
    """A template that is extended and cannot be read."""


def read(path: str, data: bytes, files: Files) -> tuple[PipelineDefinition, ...]:
    """What a definition says; nothing for what lies in a folder of definitions and is none, as settings of other tools do.

    Raises `UnreadableError` where it is none by any other name, or where it comes to too much with all its templates.
    """
    expansion = Expansion(files)
    root = expansion.parsed(data)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no definition of Azure Pipelines: its top is no mapping")
    placed = Placed(root, Scope("", path))
    members = expansion.members(placed)
    if pick(members, *_SHAPES) is None and not _NAMED.search(path):
        return ()
    if pick(members, *_SHAPES) is None:
        raise UnreadableError(Reason.MALFORMED, "no definition of Azure Pipelines: it has no stages, jobs, steps or variables")
    steps = StepReader(expansion, dict(_repositories(members, expansion)))
    is_reusable = _is_reusable(path, root)
    started = () if is_reusable else tuple(triggers(members, expansion, root.line, root.column))
    levels = tuple(_levels(_Level(members, placed), steps))
    variables = tuple(_variables(levels, steps))
    names = frozenset(name for one in variables for name in one.names)
    jobs = JobReader(steps)
    raws = tuple(raw for level in levels for raw in _jobs(level, jobs, names, is_reusable))
    return (
        PipelineDefinition(
            "azure",
            path,
            tuple(replace(job, triggers=narrowed(job.condition, started, root)) for job in settled(raws, tuple(jobs.stages))),
            triggers=started,
            env=tuple(one for each in variables for one in each.env),
            mentions=tuple(one for each in variables for one in each.groups),
            is_reusable=is_reusable,
            inputs=parameters(root),
            includes=tuple(steps.calls.values()),
            stages=tuple(dict.fromkeys(stage.name for stage in jobs.stages if stage.name is not None)),
        ),
    )


def _levels(level: _Level, steps: StepReader) -> Iterator[_Level]:
    """The file, and one after the other the templates that it extends."""
    while True:
        yield level
        call = steps.call_of(steps.expansion.members(pick(level.members, "extends")))
        if call is None:
            return
        steps.called(call)
        opened = steps.expansion.opened(call)
        if opened is None:
            yield _Level((), Placed(call.target, call.scope), call)
            return
        level = _Level(steps.expansion.members(opened), opened)


def _variables(levels: tuple[_Level, ...], steps: StepReader) -> Iterator[azure_variables.Variables]:
    """The variables of the pipeline. A file knows its own, in whatever order they stand."""
    for level in levels:
        bare = azure_variables.read(pick(level.members, "variables"), steps, Known())
        known = Known((bare.names,), steps.expansion.named, steps.expansion.given)
        yield azure_variables.read(pick(level.members, "variables"), steps, known)


def _jobs(level: _Level, jobs: JobReader, names: frozenset[str], is_reusable: bool) -> Iterator[Raw]:
    outer = Outer((names,), pick(level.members, "pool"), is_template=is_reusable)
    if level.call is not None:
        yield from jobs.read_extended(level.call, outer)
        return
    if (stages := pick(level.members, "stages")) is not None:
        yield from jobs.read_stages(stages, outer)
        return
    jobs.stages.append(Stage(None))
    if (listed := pick(level.members, "jobs")) is not None:
        yield from jobs.read_jobs(listed, outer)
    elif pick(level.members, "steps") is not None:
        own = tuple(one for one in level.members if one.key.value in _OF_JOB)
        yield jobs.job(level.placed, own, outer, "Job")


def _repositories(members: tuple[Member, ...], expansion: Expansion) -> Iterator[tuple[str, Repository]]:
    """Other repositories by the names that the file gives them."""
    resources = expansion.members(pick(members, "resources"))
    for one in expansion.listed(pick(resources, "repositories")):
        said = {member.key.value: expansion.text(member.value) for member in expansion.members(one)}
        alias, name, ref = said.get("repository"), said.get("name"), said.get("ref")
        if alias is not None:
            yield alias.value, Repository((name or alias).value, None if ref is None else ref.value)


def _is_reusable(path: str, root: Entries) -> bool:
    """Whether others call the file: it says nothing of what starts it and where it runs, and it has parameters or is called a template."""
    if any(root.get(key) is not None for key in _PIPELINE_KEYS):
        return False
    declared = root.get("parameters")
    return isinstance(declared, (Entries, Items)) or "template" in path.lower() or pick_shape(root) == "variables"


def pick_shape(root: Entries) -> str | None:
    """Which of its parts a file is there for."""
    return next((shape for shape in _SHAPES if root.get(shape) is not None), None)


def claims(node: Node) -> bool:
    """Whether a document elsewhere is one: stages, jobs or steps in the manner of Azure, and when they run or out of what."""
    if not any(at(node, key) is not None for key in _PIPELINE_KEYS):
        return False
    if text(at(node, "extends", "template")) is not None:
        return True
    shapes = (("stages", _STAGE_KEYS), ("jobs", _JOB_KEYS), ("steps", _STEP_KEYS))
    return any(
        isinstance(one, Entries) and any(one.get(key) is not None for key in keys) for name, keys in shapes for one in _peek(node, name)
    )


def _peek(node: Node, name: str) -> tuple[Node, ...]:
    listed = at(node, name)
    return listed.items[:_PEEKED] if isinstance(listed, Items) else ()


_NAMED = re.compile(r"azure-?pipelines?[^/\x00]{0,100}\.ya?ml\Z")
_FILES = re.compile(
    r"(?:[^\x00]{0,2000}/)?\.?azure-?pipelines?[^/\x00]{0,100}\.ya?ml"
    r"|(?:[^\x00]{0,400}/)?(?:\.azure|\.?azure-pipelines|\.vsts[a-z-]{0,20})/[^\x00]{1,400}\.ya?ml"
    r"|(?:[^\x00]{0,2000}/)?\.vsts[^/\x00]{1,100}\.ya?ml"
)
_ELSEWHERE = re.compile(
    r"(?![^\x00]{0,4000}(?:\A|/)(?:tests?|testdata|fixtures|examples?|samples?)/)"
    r"(?:[^\x00]{0,2000}/)?(?:\.?ci|ci-?cd|eng|builds?|\.?pipelines?|\.?devops|\.azuredevops|azdo|releases?)/[^\x00]{0,400}\.ya?ml"
)
"""Folders in which pipelines lie that have their names from the settings of the project, and what these include."""
SYSTEM = System("azure", _FILES, read, claims, _ELSEWHERE)
