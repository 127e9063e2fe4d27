"""AppVeyor: `appveyor.yml`, `.appveyor.yml`.

Phases are steps of the job `build`; each of their commands says its shell, `cmd` unless it does. Deploy providers are a job `deploy`, since
only they get what is stored for them. AppVeyor builds pull requests, too, but keeps secure variables from those of forks and deploys none.
Source: AppVeyor's documentation, "Build pipeline", "Deployment", "Branches and Tags", "appveyor.yml reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import JobDefinition, PipelineDefinition, StepDefinition, StepKind, Text, TriggerDefinition
from scanner.pipelines.systems.appveyor_values import settings, variables
from scanner.pipelines.systems.azure_places import script
from scanner.pipelines.systems.system import Files, System, named_like
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text, texts
from scanner.records import replace

_BUILD = (
    "init",
    "install",
    "before_build",
    "build",
    "build_script",
    "after_build",
    "before_package",
    "before_test",
    "test_script",
    "after_test",
    "on_success",
    "on_failure",
    "on_finish",
)
_ALWAYS = frozenset({"on_failure", "on_finish"})
_SHELLS = {"ps": "pwsh", "pwsh": "pwsh", "cmd": "cmd", "sh": "bash", "bash": "bash"}
_FALSE = frozenset({"false", "no", "off"})
_TRUE = frozenset({"true", "yes", "on"})
_TAG = "appveyor_repo_tag"
_POSIX = re.compile(r"(?i)\A\s{0,9}(?:ubuntu|macos|linux)")
_MOST_JOBS = 1000
"""Named jobs of a file; each may have all steps of the file."""
_MOST_STEPS = 20_000
_OWN = (
    *("build_script", "test_script", "deploy_script", "before_build", "after_build", "before_test", "after_test", "before_deploy"),
    *("on_finish", "on_success", "on_failure", "clone_folder", "clone_depth", "shallow_clone", "skip_tags", "skip_commits", "max_jobs"),
)
_COUNTED = "{build}"
"""What the version of a build has in it."""


def read(path: str, data: bytes, files: Files) -> tuple[PipelineDefinition, ...]:
    """What an `appveyor.yml` says. Raises `UnreadableError` where it is no definition. A file may be a list of configurations by branch."""
    del files
    root = next(iter(parse(data)), None)
    parts = [one for one in items(root) if isinstance(one, Entries)]
    if not parts:
        raise UnreadableError(Reason.MALFORMED, "no definition of AppVeyor: its top is no mapping")
    return tuple(_pipeline(path, part) for part in parts)


def _pipeline(path: str, root: Entries) -> PipelineDefinition:
    special = tuple(one for one in items(root.get("for")) if isinstance(one, Entries))
    jobs = [*_named(root, special)] or [*_build(root, special)]
    jobs += _deploy(root, special, tuple(job.name for job in jobs))
    env = variables(root.get("environment"))
    return PipelineDefinition("appveyor", path, tuple(jobs), triggers=tuple(_triggers(root)), env=env, ambient=True)


def _build(root: Entries, special: tuple[Entries, ...]) -> Iterator[JobDefinition]:
    steps = tuple(step for part in (root, *special) for step in _phases(part, _shell(root)))
    if steps:
        env = tuple(one for part in special for one in variables(part.get("environment")))
        caches = bool(items(root.get("cache")))
        yield JobDefinition("build", root.line, root.column, steps, env, runner="hosted", restores_cache=caches, said=())


def _named(root: Entries, special: tuple[Entries, ...]) -> Iterator[JobDefinition]:
    """The jobs that rows of the matrix name. What is said for one by its name wins over what the file says for all."""
    rows = [row for row in items(at(root, "environment", "matrix")) if isinstance(row, Entries) and text(row.get("job_name"))]
    own = {name.value: part for part in special for name in _only(part)}
    if len(rows) > _MOST_JOBS:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {_MOST_JOBS} named jobs")
    shared = tuple((key, node) for key, node in entries(root) if key.value in {*_BUILD, "cache"})
    seen: set[str] = set()
    steps = 0
    for row in rows:
        name = text(row.get("job_name")) or ""
        if name in seen:
            continue
        seen.add(name)
        part = own.get(name)
        whole = root if part is None else Entries((*shared, *part.entries), part.line, part.column)
        needs = tuple(one.strip() for one in (text(row.get("job_depends_on")) or "").split(",") if one.strip())
        job = JobDefinition(name, row.line, row.column, tuple(_phases(whole, _shell(root))), variables(row), needs=needs, runner="hosted")
        steps += len(job.steps)
        if steps > _MOST_STEPS:
            raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {_MOST_STEPS} steps in all its jobs")
        yield replace(job, restores_cache=bool(items(whole.get("cache"))))


def _only(part: Entries) -> Iterator[Scalar]:
    """The names of the jobs for which a part is."""
    for one in items(at(part, "matrix", "only")):
        yield from texts(at(one, "job_name"))


def _deploy(root: Entries, special: tuple[Entries, ...], needs: tuple[str, ...]) -> Iterator[JobDefinition]:
    parts = (root, *special)
    steps = tuple(step for part in parts for step in _deploying(part, _shell(root)))
    if not steps:
        return
    providers = tuple(one for part in parts for one in _providers(part))
    built = {trigger.event for trigger in _triggers(root)}
    asked = (trigger for one in providers for trigger in _deploys(one) if trigger.event in built)
    triggers = tuple(dict.fromkeys(asked)) or None
    yield JobDefinition("deploy", steps[0].line, steps[0].column, steps, needs=needs, triggers=triggers, runner="hosted", said=())


def _providers(part: Entries) -> tuple[Entries, ...]:
    return tuple(one for one in items(part.get("deploy")) if isinstance(one, Entries))


def _deploying(part: Entries, shell: str) -> Iterator[StepDefinition]:
    yield from _phase(part, "before_deploy", shell)
    for one in _providers(part):
        name = text(one.get("provider")) or "unknown"
        said = [f"{key.value}: {value}" for key, node in entries(one.get("on")) if (value := text(node)) is not None]
        condition = ", ".join(said) or None
        yield StepDefinition(StepKind.TASK, one.line, one.column, uses=name, settings=settings(name, one), condition=condition)
    yield from _phase(part, "deploy_script", shell)
    yield from _phase(part, "after_deploy", shell)


def _deploys(provider: Entries) -> Iterator[TriggerDefinition]:
    """What makes a provider deploy: never a pull request."""
    on = provider.get("on")
    place = on if isinstance(on, Entries) else provider
    tag = next((text(node) or "" for key, node in entries(on) if key.value.lower() == _TAG), "").lower()
    branches = tuple(branch.value for branch in texts(at(on, "branch")))
    if tag not in _TRUE:
        yield TriggerDefinition("push:branches", Trust.CONTRIBUTOR, place.line, place.column, branches)
    if tag not in _FALSE:
        yield TriggerDefinition("push:tags", Trust.MAINTAINER, place.line, place.column)


def _shell(root: Entries) -> str:
    """The shell of commands that do not say theirs, told by the image."""
    images = texts(root.get("image"))
    return "bash" if images and all(_POSIX.match(image.value) for image in images) else "cmd"


def _phases(part: Entries, shell: str) -> Iterator[StepDefinition]:
    for phase in _BUILD:
        if phase == "build":
            yield from _msbuild(part)
        else:
            yield from _phase(part, phase, shell)


def _msbuild(part: Entries) -> Iterator[StepDefinition]:
    """MSBuild, which AppVeyor starts by itself where `build` says how."""
    build = part.get("build")
    if isinstance(build, Entries):
        project = text(build.get("project"))
        command = f"msbuild {project}" if project else "msbuild"
        told = Text(command, build.line, build.column, False, "cmd")
        yield StepDefinition(StepKind.SCRIPT, build.line, build.column, "build", script=told)


def _phase(part: Entries, phase: str, shell: str) -> Iterator[StepDefinition]:
    for command, spoken in _commands(part.get(phase), shell):
        if command.value.strip():
            always = phase in _ALWAYS
            yield StepDefinition(
                StepKind.SCRIPT, command.line, command.column, phase, script=script(command, spoken), ignores_failure=always, always=always
            )


def _commands(node: Node | None, shell: str) -> Iterator[tuple[Scalar, str]]:
    for item in items(node):
        if isinstance(item, Scalar) and not item.is_null:
            yield item, shell
        for key, value in entries(item):
            if key.value in _SHELLS:
                yield from ((command, _SHELLS[key.value]) for command in texts(value))


def _triggers(root: Entries) -> Iterator[TriggerDefinition]:
    only = at(root, "branches", "only")
    place = only if only is not None else root
    if not _is_true(root.get("skip_non_tags")):
        branches = tuple(branch.value for branch in texts(only))
        yield TriggerDefinition("push:branches", Trust.CONTRIBUTOR, place.line, place.column, branches)
        yield TriggerDefinition("pull_request", Trust.CONTRIBUTOR, place.line, place.column)
    if not _is_true(root.get("skip_tags")):
        yield TriggerDefinition("push:tags", Trust.MAINTAINER, place.line, place.column)
    yield TriggerDefinition("api", Trust.REMOTE, place.line, place.column)


def _is_true(node: Node | None) -> bool:
    return (text(node) or "").lower() in _TRUE


def claims(node: Node) -> bool:
    """Whether a document elsewhere is one: it has two of the keys that only AppVeyor has, or one and its sort of version."""
    found = sum(at(node, key) is not None for key in _OWN)
    return found > 1 or (found == 1 and _COUNTED in (text(at(node, "version")) or ""))


SYSTEM = System("appveyor", re.compile(r"(?:[^\x00]{0,4000}/)?\.?appveyor\.ya?ml"), read, claims, named_like("appveyor"))
