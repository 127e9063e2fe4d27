"""CircleCI.

A job is called by its key. Uses of it that get the same contexts are one job as a rule (`circleci_names` says when): it has the contexts
of all of them. Where some wait for an approval and some do not, those that do not say who can start it, since an approval counts only
where every way passes it; else it has the triggers of all, and waits for what all wait for.
What a matrix makes is one job with the steps of all,
as a matrix of other systems is; where some get other contexts than others, these are jobs of their own. A job that
no workflow runs is a template. Jobs of orbs have one step. Commands of the file, and of orbs that the file itself defines, are taken apart.
An approval is a job without steps, with a gate that those that directly ask for it have, too.
Source: CircleCI's configuration reference, "Orbs", and "Using OpenID Connect tokens in jobs".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import (
    CallDefinition,
    Grant,
    JobDefinition,
    Mention,
    Pin,
    PipelineDefinition,
    Setting,
    StepDefinition,
    TriggerDefinition,
    Via,
)
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.circleci_names import arguments, grouped
from scanner.pipelines.systems.circleci_steps import (
    ASKS_FOR_TOKEN,
    TOKENS,
    Level,
    Orb,
    Parts,
    Reader,
    Values,
    blocks,
    continued,
    given,
    used,
)
from scanner.pipelines.systems.circleci_workflows import Use, filtered, uses
from scanner.pipelines.systems.system import Files, System, named_like
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text
from scanner.records import replace

_FILES = re.compile(r"(?:.{0,4096}/)?\.circleci/config\.ya?ml")
_EXACT = re.compile(r"\d{1,6}+\.\d{1,6}+\.\d{1,6}+")
_AUDIENCE = re.compile(r'"aud" [ ]{0,8}+ : [ ]{0,8}+ "(?P<audience> [^"]{1,256} )"', re.VERBOSE)
_PUSHES = (("push:branches", Trust.CONTRIBUTOR),)


def read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    """What a definition says. Raises `UnreadableError` where it is none or comes to too much."""
    documents = parse(data)
    root = documents[0] if documents else None
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no mapping of jobs")
    budget = Budget()
    parts = _parts(root, budget)
    return (
        PipelineDefinition(
            platform="circleci",
            file=path,
            jobs=_jobs(root, parts),
            triggers=tuple(TriggerDefinition(event, trust, 1, 1) for event, trust in _PUSHES),
            inputs=tuple(key.value for key, _ in entries(root.get("parameters"))),
            includes=tuple(_includes(root, parts.orbs)),
            ambient=True,
        ),
    )


def _parts(root: Entries, budget: Budget) -> Parts:
    """What the file defines, and what orbs that stand in it do, under their names."""
    found: dict[str, dict[str, tuple[Scalar, Entries]]] = {"commands": {}, "jobs": {}, "executors": {}}
    orbs: dict[str, Orb] = {}
    for kind, known in found.items():
        known |= {key.value: (key, node) for key, node in entries(root.get(kind)) if isinstance(node, Entries)}
    for name, orb in entries(root.get("orbs")):
        budget.spend()
        if isinstance(orb, Scalar):
            target, _, ref = orb.value.partition("@")
            orbs[name.value] = Orb(target, ref or None, Pin.COMMIT if _EXACT.fullmatch(ref) else Pin.BRANCH if ref else Pin.NONE)
        for kind, known in found.items():
            inner = entries(at(orb, kind))
            known |= {f"{name.value}/{key.value}": (key, node) for key, node in inner if isinstance(node, Entries)}
    commands, executors = ({name: node for name, (_, node) in found[kind].items()} for kind in ("commands", "executors"))
    return Parts(commands, found["jobs"], executors, orbs, budget)


def _includes(root: Entries, orbs: Mapping[str, Orb]) -> Iterator[CallDefinition]:
    for name, _ in entries(root.get("orbs")):
        if (orb := orbs.get(name.value)) is not None:
            yield CallDefinition(orb.target, False, name.line, name.column, orb.ref, orb.pin)


def _jobs(root: Entries, parts: Parts) -> tuple[JobDefinition, ...]:
    found: dict[str, JobDefinition] = {}
    ran = set()
    for name, listed in grouped(uses(root, parts.budget), parts.budget).items():
        read = set()
        for use in listed:
            ran.add(use.job.value)
            known, way = found.get(name), (arguments(use, parts.budget), id(use.before), id(use.after))
            if known is None:
                found[name] = _job(parts, name, use)
            elif way in read:
                found[name] = _both(known, use)
            else:
                found[name] = _both(_doing(known, _job(parts, name, use)), use)
            read.add(way)
    named = root.get("workflows") is not None
    for job, (place, node) in parts.jobs.items():
        if job not in ran and job not in found and "/" not in job:
            runs = not named and job == "build"
            use = Use(place, job, Entries((), 1, 1), (), (), filtered(node, place), False, None, None, None)
            found[job] = replace(_job(parts, job, use), is_template=not runs)
    return tuple(found.values())


def _doing(known: JobDefinition, other: JobDefinition) -> JobDefinition:
    """A job that does what two uses of it do."""
    return replace(
        known,
        steps=tuple(dict.fromkeys((*known.steps, *other.steps))),
        env=tuple(dict.fromkeys((*known.env, *other.env))),
        mentions=tuple(dict.fromkeys((*known.mentions, *other.mentions))),
        grant=known.grant if known.grant.oidc else other.grant,
        call=known.call or other.call,
        restores_cache=known.restores_cache or other.restores_cache,
    )


def _both(known: JobDefinition, use: Use) -> JobDefinition:
    """A job that another workflow runs, too."""
    contexts = ((Via.CONTEXT, mention) for mention in use.contexts)
    both = replace(known, mentions=tuple(dict.fromkeys((*known.mentions, *contexts))))
    if known.gates and not use.gates:
        return replace(both, needs=use.needs, triggers=use.triggers, gates=())
    if use.gates and not known.gates:
        return both
    held = {gate.evidence for gate in use.gates}
    return replace(
        both,
        needs=tuple(name for name in known.needs if name in use.needs),
        triggers=tuple(dict.fromkeys((*(known.triggers or ()), *use.triggers))),
        gates=tuple(gate for gate in known.gates if gate.evidence in held) or known.gates[:1],
    )


def _job(parts: Parts, name: str, use: Use) -> JobDefinition:
    known = parts.jobs.get(use.job.value) if not use.is_approval else None
    place, node = known if known is not None else (use.job, Entries((), use.job.line, use.job.column))
    executor, said_of = _executor(parts, node)
    environments = [
        node.get("environment"),
        *(at(one, "environment") for one in (executor, _first(executor), _first(node)) if one is not None),
    ]
    own = frozenset(key.value for said in environments for one in items(said) for key, _ in entries(one))
    prefix = f"{use.job.value.partition('/')[0]}/" if known is not None and "/" in use.job.value else ""
    steps: dict[StepDefinition, None] = {}
    env: dict[Setting, None] = {}
    images: dict[tuple[Via, Mention], None] = {}
    asks = Grant()
    for said in (use.arguments, *use.variants):
        reader = Reader(parts, own, Level(given(node, said, {}), blocks(node, said, Level(), prefix), prefix=prefix))
        used_with = given(executor, said_of, reader.values) if executor is not None else {}
        settings = {setting.name: setting for one in reversed(environments) for setting in reader.settings(one)}
        middle = reader.steps(use.before, node.get("steps"), use.after)
        if known is None and not use.is_approval:
            middle = _of_orb(parts, use, said, reader)
        asks = asks if asks.oidc else _asks_for_token(reader, middle)
        env |= dict.fromkeys(settings.values())
        images |= dict.fromkeys((*_container(reader, node, reader.values), *_container(reader, executor, used_with)))
        steps |= dict.fromkeys(middle)
    middle = tuple(steps) if use.variants else middle
    return JobDefinition(
        name,
        place.line,
        place.column,
        middle,
        tuple(env),
        (*((Via.CONTEXT, one) for one in use.contexts), *images),
        use.needs,
        gates=use.gates,
        triggers=use.triggers,
        grant=asks,
        runner=_runner(node, executor),
        call=continued(middle),
        condition=use.condition,
        restores_cache=any(step.uses == "restore_cache" for step in middle),
    )


def _of_orb(parts: Parts, use: Use, said: Entries, reader: Reader) -> tuple[StepDefinition, ...]:
    """A job that an orb brings is one step, between those that the workflow adds."""
    step = used(parts, use.job, reader.handed(said))
    return (*reader.steps(use.before), step, *reader.steps(use.after))


def _executor(parts: Parts, node: Entries) -> tuple[Entries | None, Node | None]:
    """The executor of the file that a job uses, and what it is used with."""
    said = node.get("executor")
    name = text(said) if isinstance(said, Scalar) else text(at(said, "name"))
    return parts.executors.get(name or ""), said


def _first(node: Entries | None) -> Node | None:
    """The container in which the steps run: the first of `docker`."""
    return next(iter(items(node.get("docker"))), None) if node is not None else None


def _container(reader: Reader, node: Entries | None, values: Values) -> tuple[tuple[Via, Mention], ...]:
    """What images and their registries are named and given."""
    found: list[tuple[Via, Mention]] = []
    for one in items(node.get("docker")) if node is not None else ():
        for key in ("image", "auth", "aws_auth"):
            found += ((Via.CONTAINER, mention) for scalar in reader.scalars(at(one, key)) for mention in reader.mentions(scalar, values))
    return tuple(found)


def _runner(*nodes: Entries | None) -> str:
    """A resource class in a namespace is somebody's own machine."""
    for node in nodes:
        if node is not None and (size := text(node.get("resource_class"))) is not None and "<<" not in size:
            return "self_hosted" if "/" in size else "hosted"
    return (
        "hosted" if any(node is not None and any(node.get(key) for key in ("docker", "machine", "macos")) for node in nodes) else "unknown"
    )


def _asks_for_token(reader: Reader, steps: tuple[StepDefinition, ...]) -> Grant:
    """Every job may ask for an identity token; it counts where one does."""
    for step in steps:
        named = [*(step.script.mentions if step.script is not None else ()), *_mentions(step.settings), *_mentions(step.env)]
        asks = step.script is not None and ASKS_FOR_TOKEN in step.script.value
        if asks or any(mention.name in TOKENS for mention in named):
            audiences = (match["audience"] for one in reader.texts for match in _AUDIENCE.finditer(one) if ASKS_FOR_TOKEN in one)
            return Grant(oidc=True, audiences=tuple(dict.fromkeys(audiences)), line=step.line, column=step.column)
    return Grant()


def _mentions(settings: tuple[Setting, ...]) -> tuple[Mention, ...]:
    return tuple(mention for setting in settings for mention in setting.mentions)


def _claims(root: Node) -> bool:
    """Whether a document is CircleCI's: a version of its own, with jobs, workflows or orbs."""
    if not isinstance(root, Entries):
        return False
    keys = {key.value for key, _ in entries(root)}
    is_version = (text(root.get("version")) or "") in {"2", "2.0", "2.1", "3"}
    return is_version and bool(keys & {"orbs", "workflows"} or ("jobs" in keys and isinstance(root.get("jobs"), Entries)))


SYSTEM = System("circleci", _FILES, read, _claims, named_like("circle-?ci"))
