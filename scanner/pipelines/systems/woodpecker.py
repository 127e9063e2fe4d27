"""Woodpecker: `.woodpecker.yml`, or a file for each workflow in `.woodpecker`.

Every step gets its own credentials, so steps are the jobs; a service is one only where it is given secrets (`services/db`). They follow each other unless one says what it waits for. Secrets are bound to
events and images at the server, which no file shows. Keys that newer versions no longer take (`pipeline`, lists of `secrets`, `branches`)
are read as well. Source: Woodpecker's "Workflow syntax", "Secrets", "Matrix workflows" and its guide to migrations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import (
    Grant,
    JobDefinition,
    PipelineDefinition,
    Setting,
    StepDefinition,
    StepKind,
    Text,
    TriggerDefinition,
)
from scanner.pipelines.systems.arguments import command, script
from scanner.pipelines.systems.events import Events, Filter, described, filter_of, narrowed
from scanner.pipelines.systems.given import from_secret, has_secrets, listed_secrets, plain, settings, variables
from scanner.pipelines.systems.images import Unit, image, needs, services, units
from scanner.pipelines.systems.system import Files, System, named_like
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse, text, texts
from scanner.records import dataclass, replace

_EVENTS = Events(
    trusts={
        "push": Trust.CONTRIBUTOR,
        "pull_request": Trust.CONTRIBUTOR,
        "pull_request_closed": Trust.CONTRIBUTOR,
        "pull_request_metadata": Trust.CONTRIBUTOR,
        "tag": Trust.MAINTAINER,
        "release": Trust.MAINTAINER,
        "deployment": Trust.MAINTAINER,
        "manual": Trust.MAINTAINER,
        "cron": Trust.TIMER,
    },
    refs={
        **dict.fromkeys(("pull_request", "pull_request_closed", "pull_request_metadata"), ("pulls",)),
        **dict.fromkeys(("tag", "release"), ("tags",)),
        **dict.fromkeys(("push", "cron"), ("heads",)),
    },
    silent=frozenset({"pull_request_closed", "pull_request_metadata"}),
    asked=frozenset({"deployment", "manual"}),
)
_TAGGED = frozenset({"tag", "release", "deployment"})
_EQUAL = re.compile(r"""\s{0,20}CI_(?:PIPELINE|BUILD)_EVENT\s{0,20}==\s{0,20}["']([a-z_]{1,40})["']\s{0,20}""")
_ONE_OF = re.compile(r"""\s{0,20}CI_(?:PIPELINE|BUILD)_EVENT\s{1,20}in\s{1,20}\[([a-z_"',\s]{1,400})\]\s{0,20}""")
_HAS_TAG = re.compile(r"""\s{0,20}CI_COMMIT_TAG\s{0,20}!=\s{0,20}(?:""|'')\s{0,20}""")
_DOUBT = re.compile(r"\|\||\bor\b|\bnot\b|\?|!(?!=)|[({]")
_LONGEST = 2_000
_SERVERS = frozenset({"platform", "backend", "repo", "hostname", "org-id", "arch"})
"""Labels that every agent has, or that say no more than on which kind of machine a workflow runs."""
_OWN_MACHINE = frozenset({"bash", "sh", "zsh", "pwsh", "powershell", "fish", "cmd", "nu"})
"""What stands for an image where the agent runs commands on its machine itself."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What the steps of a workflow share."""

    triggers: tuple[TriggerDefinition, ...]
    """Those that are narrowed by a step."""
    is_unnamed: bool
    """Whether the workflow itself names none."""
    everything: tuple[TriggerDefinition, ...]
    bare: JobDefinition
    """What a step has that says nothing of its own."""


def _read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    root = next(iter(parse(data)), None)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no definition of Woodpecker")
    everything = _EVENTS.everything(root)
    filters = _filters(_when(root))
    left = narrowed(everything, filters, _EVENTS, is_unnamed=True)
    triggers = left or _EVENTS.unnamed(everything)
    bare = JobDefinition("", root.line, root.column, grant=Grant(oidc=False), gates=_EVENTS.gates(triggers), runner=_runner(root))
    around = _Around(left or everything, not filters, everything, bare)
    listed = _units(root)
    jobs = tuple(_named_once(_job(unit, waits, around) for unit, waits in zip(listed, needs(listed), strict=True)))
    return (PipelineDefinition("woodpecker", path, jobs, triggers, env=_matrix(root.get("matrix")), grant=Grant(oidc=False)),)


def _units(root: Entries) -> tuple[Unit, ...]:
    clones = units(root.get("clone"), "clone/", is_service=True)
    beside = services(root.get("services"), has_secrets)
    return (*clones, *beside, *units(root.get("pipeline")), *units(root.get("steps")))


def _when(root: Entries) -> Node | None:
    """The filter of a workflow; `branches` is how it was written before."""
    when, branches = root.get("when"), root.get("branches")
    if when is not None or not isinstance(branches, (Items, Entries, Scalar)):
        return when
    key = next(key for key, _ in entries(root) if key.value == "branches")
    return Entries(((Scalar("branch", key.line, key.column), branches),), key.line, key.column)


def _filters(when: Node | None) -> tuple[Filter, ...]:
    """One filter, or several of which one is enough."""
    return tuple(filter_of(one, _EVENTS, _evaluated(text(one.get("evaluate")))) for one in items(when) if isinstance(one, Entries))


def _evaluated(expression: str | None) -> frozenset[str] | None:
    """The events that an expression leaves; None where it leaves a doubt."""
    if expression is None or len(expression) > _LONGEST:
        return None
    left: frozenset[str] | None = None
    for term in () if _DOUBT.search(expression) else re.split(r"&&|\band\b", expression):
        found: frozenset[str] | None = None
        if (equal := _EQUAL.fullmatch(term)) is not None:
            found = frozenset({equal[1]})
        elif (one_of := _ONE_OF.fullmatch(term)) is not None:
            found = frozenset(re.findall(r"[a-z_]{1,40}", one_of[1]))
        elif _HAS_TAG.fullmatch(term) is not None:
            found = _TAGGED
        if found is not None:
            left = found if left is None else left & found
    return left


def _job(unit: Unit, waits: tuple[str, ...], around: _Around) -> JobDefinition:
    step, bare = unit.node, around.bare
    when = step.get("when")
    own = _own(_filters(when), around)
    statuses = {status.value for one in items(when) for status in texts(at(one, "status"))}
    return JobDefinition(
        name=unit.name,
        line=step.line,
        column=step.column,
        steps=tuple(_steps(step)),
        env=(*variables(step.get("environment"), from_secret), *listed_secrets(step.get("secrets"))),
        needs=waits,
        gates=bare.gates if own is None else _EVENTS.gates(own),
        triggers=own,
        grant=bare.grant,
        runner="self_hosted" if text(step.get("image")) in _OWN_MACHINE else bare.runner,
        condition="; or ".join(filter(None, (described(one) for one in items(when)[:10]))) or None,
        ignores_failure=text(step.get("failure")) == "ignore",
        always="failure" in statuses,
    )


def _own(filters: Sequence[Filter], around: _Around) -> tuple[TriggerDefinition, ...] | None:
    """What is left of the workflow's triggers for a step; of one that can never run, what it says itself."""
    if not filters:
        return None
    left = narrowed(around.triggers, filters, _EVENTS, is_unnamed=around.is_unnamed)
    return left or narrowed(around.everything, filters, _EVENTS, is_unnamed=True) or None


def _steps(step: Entries) -> Iterator[StepDefinition]:
    """A plugin, or one step for each command, which stand apart in the file."""
    written, folder = text(step.get("image")), text(step.get("directory"))
    uses, ref, pin = image(written or "")
    scripts: list[Text] = [script(one) for one in texts(step.get("commands"))]
    if not scripts and (given := command(texts(step.get("entrypoint")))) is not None:
        scripts = [given]
    for one in scripts:
        yield StepDefinition(StepKind.SCRIPT, one.line, one.column, uses=uses or None, ref=ref, pin=pin, script=one, folder=folder)
    if not scripts and written is not None:
        told = settings(step.get("settings"), from_secret)
        yield StepDefinition(StepKind.PLUGIN, step.line, step.column, uses=uses, ref=ref, pin=pin, settings=told, folder=folder)


def _runner(root: Entries) -> str:
    """Labels of one's own ask for agents of one's own."""
    labels = [key.value for key, _ in entries(root.get("labels"))]
    return "self_hosted" if any(label not in _SERVERS for label in labels) else "unknown"


def _matrix(node: Node | None) -> tuple[Setting, ...]:
    """Variables that a workflow is run with, one run for each of their values."""
    rows = (node, *items(at(node, "include")))
    said = ((key.value, one) for row in rows for key, value in entries(row) if key.value != "include" for one in texts(value))
    return tuple(plain(name, one) for name, one in said)


def _named_once(jobs: Iterable[JobDefinition]) -> Iterator[JobDefinition]:
    """The jobs, a later one of a name with its number."""
    met: dict[str, int] = {}
    for job in jobs:
        met[job.name] = met.get(job.name, 0) + 1
        yield job if met[job.name] == 1 else replace(job, name=f"{job.name}/{met[job.name]}")


def claims(node: Node) -> bool:
    """Whether a document elsewhere is one: steps with images, and a filter or keys that no other system has beside them."""
    steps = units(at(node, "steps")) or units(at(node, "pipeline"))
    has_images = bool(steps) and all(text(unit.node.get("image")) is not None for unit in steps)
    return has_images and at(node, "kind") is None and any(at(node, key) is not None for key in ("when", "labels", "skip_clone", "matrix"))


SYSTEM = System(
    "woodpecker", re.compile(r"(?:.{0,4096}/)?\.woodpecker(?:[^/]{0,255}|/[^/]{1,255})\.ya?ml"), _read, claims, named_like("woodpecker")
)
