"""Travis CI: `.travis.yml`.

A build has phases, whose commands are the steps of its job. Deploy providers come after them and are a job `deploy` of their own unless a
named job has them, since only they get what is stored for them; pull requests never deploy.
Source: Travis CI's documentation, "Job Lifecycle", "Build Stages", "Conditional Builds, Stages and Jobs".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import (
    CallDefinition,
    JobDefinition,
    Pin,
    PipelineDefinition,
    Setting,
    StepDefinition,
    StepKind,
    Text,
    TriggerDefinition,
)
from scanner.pipelines.systems.azure_places import script
from scanner.pipelines.systems.system import Files, System, named_like
from scanner.pipelines.systems.travis_defaults import defaults
from scanner.pipelines.systems.travis_deploy import deploy_steps, deploy_triggers, providers
from scanner.pipelines.systems.travis_values import is_secure, variables
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse, text, texts
from scanner.records import replace

_FIRST = "test"
"""The stage of what names none."""
_BEFORE = ("before_install", "install", "before_script", "script", "after_success", "after_failure")
_AFTER = ("after_script",)
_OWN = (*_BEFORE, *_AFTER, "before_deploy", "deploy", "after_deploy", "name", "stage")
_INHERITED = frozenset((*_BEFORE, *_AFTER, "before_deploy", "after_deploy"))
_MOST_STEPS = 20_000
_ALWAYS = frozenset({"after_failure", "after_script"})
_FORGIVEN = frozenset({"after_success", "after_failure", "after_script", "after_deploy"})
"""Phases whose failure does not fail the build."""
_NOTHING = frozenset({"skip", "true", "false", "ignore"})
_LISTS = ("os", "python", "node_js", "rvm", "go", "jdk", "php", "rust", "perl", "compiler", "arch", "scala", "elixir", "dart", "env")
"""Keys that make a job for each of their values."""
_CONDITION = re.compile(r"(?i)\btag\s{1,4}IS\s{1,4}present\b|\btype\s{0,4}=\s{0,4}([a-z_]{1,20}+)")
_DOUBT = re.compile(r"(?i)\bor\b|\bnot\b|\|\||!")
_EVENTS = {
    "push": ("push:branches", Trust.CONTRIBUTOR),
    "pull_request": ("pull_request", Trust.CONTRIBUTOR),
    "api": ("api", Trust.REMOTE),
    "cron": ("cron", Trust.TIMER),
}


def read(path: str, data: bytes, files: Files) -> tuple[PipelineDefinition, ...]:
    """What a `.travis.yml` says. Raises `UnreadableError` where it is no mapping."""
    root = next(iter(parse(data)), None)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no definition of Travis CI: its top is no mapping")
    jobs = [*_build(root, files), *_included(root, files)]
    jobs += _deploy(root, tuple(dict.fromkeys(job.name for job in jobs)))
    return (
        PipelineDefinition(
            "travis",
            path,
            _named_once(jobs),
            triggers=tuple(_triggers(root)),
            env=_shared(root),
            includes=tuple(_imports(root)),
            ambient=True,
            serial=True,
            stages=tuple(_stages(root, jobs)),
        ),
    )


def _shared(root: Entries) -> tuple[Setting, ...]:
    """The variables of all jobs: those below `global`, or a mapping without such parts."""
    env = root.get("env")
    if not isinstance(env, Entries) or is_secure(env):
        return ()
    if any(env.get(part) is not None for part in ("global", "jobs", "matrix")):
        return variables(env.get("global"))
    return variables(env)


def _varied(root: Entries) -> tuple[Setting, ...]:
    """The variables of the variants of the build."""
    env = root.get("env")
    if isinstance(env, Entries):
        return (*variables(env.get("jobs")), *variables(env.get("matrix")))
    return variables(env)


def _parts(root: Entries) -> tuple[Entries, ...]:
    return tuple(one for key in ("jobs", "matrix") for one in items(at(root, key, "include")) if isinstance(one, Entries))


def _is_variant(part: Entries) -> bool:
    """Whether a job that is listed only varies the build: another system, version or variable, and nothing of its own to do."""
    return not any(part.get(key) is not None for key in _OWN)


def _expands(root: Entries) -> bool:
    """Whether the top of the file makes jobs by itself, beside those that are listed."""
    lists = (*(root.get(key) for key in _LISTS), at(root, "env", "jobs"), at(root, "env", "matrix"))
    return any(isinstance(node, Items) and len(node.items) > 1 for node in lists)


def _build(root: Entries, files: Files) -> Iterator[JobDefinition]:
    """The job that the top of the file is, with all its variants."""
    parts = _parts(root)
    variants = tuple(part for part in parts if _is_variant(part))
    if parts and not variants and not _expands(root):
        return
    steps = tuple(_phases(root, _defaults(root, files)))
    env = (*_varied(root), *(one for part in variants for one in variables(part.get("env"))))
    if steps or env or variants:
        yield replace(_job("build", root, steps, env), said=())


def _included(root: Entries, files: Files) -> Iterator[JobDefinition]:
    """The jobs that are listed and do something of their own. What they do not say is as at the top of the file."""
    stage, told, steps = "", _defaults(root, files), 0
    shared = tuple((key, node) for key, node in entries(root) if key.value in _INHERITED)
    for number, part in enumerate(_parts(root), 1):
        stage = text(part.get("stage")) or stage
        if _is_variant(part):
            continue
        whole = Entries((*shared, *part.entries), part.line, part.column)
        name = text(part.get("name")) or text(part.get("stage")) or f"build/{number}"
        own = tuple(_deploying(part, whole)) if providers(part.get("deploy")) else ()
        job = _job(name, part, (*_phases(whole, told), *own), variables(part.get("env")))
        steps += len(job.steps)
        if steps > _MOST_STEPS:
            raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {_MOST_STEPS} steps in all its jobs")
        said = tuple(one for one in (text(part.get("name")), stage) if one)
        caches = _caches(root if part.get("cache") is None else part)
        yield replace(job, stage=stage or _FIRST, triggers=_narrowed(part), said=said, restores_cache=caches)


def _deploy(root: Entries, needs: tuple[str, ...]) -> Iterator[JobDefinition]:
    node = root.get("deploy")
    if node is None or not providers(node):
        return
    first = providers(node)[0]
    job = _job("deploy", root, tuple(_deploying(root, root)))
    waits = needs[:1] if "build" in needs else ()
    yield replace(job, line=first.line, column=first.column, needs=waits, triggers=deploy_triggers(node), said=())


def _deploying(part: Entries, whole: Entries) -> Iterator[StepDefinition]:
    yield from _phase(whole, "before_deploy", None)
    yield from deploy_steps(part.get("deploy"))
    yield from _phase(whole, "after_deploy", None)


def _job(name: str, node: Entries, steps: tuple[StepDefinition, ...], env: tuple[Setting, ...] = ()) -> JobDefinition:
    condition = text(node.get("if"))
    return JobDefinition(name, node.line, node.column, steps, env, runner="hosted", condition=condition, restores_cache=_caches(node))


def _caches(node: Entries) -> bool:
    cache = node.get("cache")
    return cache is not None and (text(cache) or "") not in {"false", "no", "off"}


def _defaults(root: Entries, files: Files) -> dict[str, Text]:
    """What the language runs, which stands at its name."""
    language = root.get("language")
    if not isinstance(language, Scalar):
        return {}
    found = defaults(language.value.strip().lower(), files)
    return {phase: Text(command, language.line, language.column, is_block=False) for phase, command in found.items()}


def _phases(node: Entries, told: dict[str, Text]) -> Iterator[StepDefinition]:
    for phase in (*_BEFORE, *_AFTER):
        yield from _phase(node, phase, told.get(phase))


def _phase(node: Entries, phase: str, told: Text | None) -> Iterator[StepDefinition]:
    said = node.get(phase)
    always, forgiven = phase in _ALWAYS, phase in _FORGIVEN
    commands = [script(line) for line in texts(said) if line.value.strip() not in _NOTHING]
    if said is None and told is not None:
        commands = [told]
    for command in commands:
        yield StepDefinition(StepKind.SCRIPT, command.line, command.column, phase, script=command, ignores_failure=forgiven, always=always)


def _narrowed(part: Entries) -> tuple[TriggerDefinition, ...] | None:
    """What starts a listed job, where its condition leaves no doubt."""
    condition = part.get("if")
    if isinstance(condition, Scalar) and not _DOUBT.search(condition.value):
        found = _CONDITION.search(condition.value)
        if found is not None and found[1] is None:
            return (TriggerDefinition("push:tags", Trust.MAINTAINER, condition.line, condition.column),)
        if found is not None and found[1].lower() in _EVENTS:
            event, trust = _EVENTS[found[1].lower()]
            return (TriggerDefinition(event, trust, condition.line, condition.column),)
    return None


def _triggers(root: Entries) -> Iterator[TriggerDefinition]:
    """Travis builds pushes and pull requests unless its settings, which no file shows, say otherwise; tags are pushes."""
    branches = at(root, "branches", "only")
    place = branches if branches is not None else root
    filters = tuple(branch.value for branch in texts(branches))
    for event, trust in (*_EVENTS.values(), ("push:tags", Trust.MAINTAINER)):
        yield TriggerDefinition(event, trust, place.line, place.column, filters if event == "push:branches" else ())


def _imports(root: Entries) -> Iterator[CallDefinition]:
    for one in items(root.get("import")):
        source = one.get("source") if isinstance(one, Entries) else one
        if not isinstance(source, Scalar) or source.is_null:
            continue
        target, _, ref = source.value.partition("@")
        is_local = target.startswith("./") or ":" not in target
        pin = Pin.LOCAL if is_local else Pin.BRANCH if ref else Pin.NONE
        yield CallDefinition(target.removeprefix("./"), is_local, source.line, source.column, ref or None, pin)


def _stages(root: Entries, jobs: list[JobDefinition]) -> Iterator[str]:
    listed = [text(at(one, "name")) if isinstance(one, Entries) else text(one) for one in items(root.get("stages"))]
    yield from dict.fromkeys(name for name in (*listed, *(job.stage for job in jobs)) if name is not None)


def _named_once(jobs: list[JobDefinition]) -> tuple[JobDefinition, ...]:
    """The jobs, a second one of a name with its number."""
    seen: dict[str, int] = {}
    told = []
    for job in jobs:
        seen[job.name] = seen.get(job.name, 0) + 1
        told.append(job if seen[job.name] == 1 else replace(job, name=f"{job.name}/{seen[job.name]}"))
    return tuple(told)


def claims(node: Node) -> bool:
    """Whether a document elsewhere is one: it says its language, and a phase or where it runs."""
    return at(node, "language") is not None and any(at(node, key) is not None for key in ("script", "install", "dist", "jobs", "matrix"))


SYSTEM = System("travis", re.compile(r"(?:[^\x00]{0,4000}/)?\.travis\.ya?ml"), read, claims, named_like("travis"))
