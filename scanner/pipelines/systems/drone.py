"""Drone: `.drone.yml`, of which every document is a pipeline, a secret or a signature.

Every step gets its own credentials, so steps are the jobs; a service is one only where it is given secrets (`services/db`). Secrets do not reach pull requests unless a flag at the server says so. What
came before Drone 1.0 has its steps under `pipeline`, with their settings beside the step's own keys.
Source: Drone's YAML reference, and that of Drone 0.8.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import Grant, JobDefinition, PipelineDefinition, Setting, StepDefinition, StepKind, TriggerDefinition, Via
from scanner.pipelines.systems.arguments import command, script
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.events import Events, described, filter_of, narrowed
from scanner.pipelines.systems.given import from_secret, has_secrets, listed_secrets, secret, settings, variables
from scanner.pipelines.systems.images import Unit, image, needs, services, units
from scanner.pipelines.systems.system import Files, System
from scanner.pipelines.yamltree import Entries, Node, at, entries, parse, text, texts
from scanner.records import dataclass

_EVENTS = Events(
    trusts={
        "push": Trust.CONTRIBUTOR,
        "pull_request": Trust.CONTRIBUTOR,
        "tag": Trust.MAINTAINER,
        "promote": Trust.MAINTAINER,
        "rollback": Trust.MAINTAINER,
        "deployment": Trust.MAINTAINER,
        "cron": Trust.TIMER,
        "custom": Trust.REMOTE,
    },
    refs={"push": ("heads",), "pull_request": ("pulls",), "tag": ("tags",), "cron": ("heads",), "custom": ("heads", "tags")},
    silent=frozenset({"deployment"}),
    asked=frozenset({"promote", "rollback", "deployment"}),
    targets=("target", "environment"),
    timers=("cron",),
)
_OWN_MACHINE = frozenset({"exec", "ssh", "macstadium", "digitalocean", "aws"})
"""Types of pipelines whose steps are run by the machine itself."""
_OF_STEP = frozenset(
    {
        *(
            "image",
            "commands",
            "secrets",
            "when",
            "environment",
            "volumes",
            "group",
            "detach",
            "privileged",
            "pull",
            "entrypoint",
            "command",
        ),
        *("network_mode", "name", "labels", "depends_on", "extra_hosts", "dns", "dns_search", "devices", "tmpfs", "ports", "networks"),
    }
)
"""Keys of a step of Drone 0.8 that are no settings of its plugin."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One document, with the names that its steps have in the whole file."""

    document: Entries
    name: str
    units: tuple[Unit, ...]
    names: tuple[str, ...]
    """Of the units, in the whole file."""
    needs: tuple[tuple[str, ...], ...]

    @property
    def last(self) -> tuple[str, ...]:
        """Steps that no other one waits for."""
        waited = {name for ones in self.needs for name in ones}
        named = zip(self.units, self.names, strict=True)
        return tuple(name for unit, name in named if unit.name not in waited and not unit.is_service)


def _read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    documents = parse(data)
    if not any(isinstance(document, Entries) for document in documents):
        raise UnreadableError(Reason.MALFORMED, "no definition of Drone")
    parts = _parts([one for one in documents if isinstance(one, Entries) and text(one.get("kind")) in {None, "pipeline"}])
    last = {part.name: part.last for part in parts}
    budget = Budget()
    return tuple(_pipeline(path, part, last, budget) for part in parts)


def _parts(documents: Sequence[Entries]) -> tuple[_Part, ...]:
    listed = [(_name(document), document, _units(document)) for document in documents]
    count = Counter(unit.name for _, _, ones in listed for unit in ones)
    met: Counter[str] = Counter()
    parts = []
    for name, document, ones in listed:
        names = []
        for unit in ones:
            whole = unit.name if count[unit.name] == 1 else f"{name}/{unit.name}"
            met[whole] += 1
            names.append(whole if met[whole] == 1 else f"{whole}/{met[whole]}")
        parts.append(_Part(document, name, ones, tuple(names), needs(ones)))
    return tuple(parts)


def _name(document: Entries) -> str:
    return text(document.get("name")) or "default"


def _units(document: Entries) -> tuple[Unit, ...]:
    beside = services(document.get("services"), has_secrets)
    return (*beside, *units(document.get("pipeline")), *units(document.get("steps")))


def _pipeline(path: str, part: _Part, last: Mapping[str, tuple[str, ...]], budget: Budget) -> PipelineDefinition:
    document = part.document
    everything = _EVENTS.everything(document)
    trigger = document.get("trigger")
    triggers, is_named = _EVENTS.unnamed(everything), False
    if isinstance(trigger, Entries):
        left = narrowed(everything, [filter_of(trigger, _EVENTS)], _EVENTS, is_unnamed=True)
        triggers, is_named = left or triggers, True
    inherited = (triggers if is_named else everything, is_named)
    runner = "self_hosted" if text(document.get("type")) in _OWN_MACHINE or document.get("node") is not None else "unknown"
    before = tuple(_before(document, last, budget))
    called = {unit.name: name for unit, name in reversed(tuple(zip(part.units, part.names, strict=True)))}
    gates = _EVENTS.gates(triggers)
    jobs = []
    for unit, name, waits in zip(part.units, part.names, part.needs, strict=True):
        own = _own(unit.node.get("when"), inherited, everything)
        named = tuple(called[one] for one in waits if one in called) or before
        budget.spend(len(named))
        job_gates = gates if own is None else _EVENTS.gates(own)
        jobs.append(
            JobDefinition(
                name=name,
                line=unit.node.line,
                column=unit.node.column,
                steps=tuple(_steps(unit.node, is_old=document.get("pipeline") is not None)),
                env=(*variables(unit.node.get("environment"), from_secret), *listed_secrets(unit.node.get("secrets"))),
                needs=named,
                gates=job_gates,
                triggers=own,
                grant=Grant(oidc=False),
                runner=runner,
                condition=described(unit.node.get("when")),
                ignores_failure=text(unit.node.get("failure")) == "ignore",
                always="failure" in {status.value for status in texts(at(unit.node, "when", "status"))},
            )
        )
    return PipelineDefinition(
        platform="drone",
        file=path,
        jobs=tuple(jobs),
        triggers=triggers,
        env=variables(document.get("environment"), from_secret),
        mentions=tuple((Via.CONTAINER, secret(name)) for name in texts(document.get("image_pull_secrets"))),
        grant=Grant(oidc=False),
    )


def _before(document: Entries, last: Mapping[str, tuple[str, ...]], budget: Budget) -> Iterator[str]:
    """The last steps of the pipelines that a pipeline waits for."""
    for name in dict.fromkeys(one.value for one in texts(document.get("depends_on"))):
        found = last.get(name, ())
        budget.spend(len(found))
        yield from found


def _own(
    when: Node | None, inherited: tuple[tuple[TriggerDefinition, ...], bool], everything: Sequence[TriggerDefinition]
) -> tuple[TriggerDefinition, ...] | None:
    """What is left of the pipeline's triggers for a step; of one that can never run, what it says itself."""
    if not isinstance(when, Entries):
        return None
    triggers, is_named = inherited
    said = [filter_of(when, _EVENTS)]
    left = narrowed(triggers, said, _EVENTS, is_unnamed=not is_named) or narrowed(everything, said, _EVENTS, is_unnamed=True)
    return left or None


def _steps(step: Entries, *, is_old: bool) -> Iterator[StepDefinition]:
    """A plugin, or one step for each command, which stand apart in the file."""
    written = text(step.get("image"))
    uses, ref, pin = image(written or "")
    scripts = [script(one) for one in texts(step.get("commands"))]
    if not scripts and (given := command((*texts(step.get("entrypoint")), *texts(step.get("command"))))) is not None:
        scripts = [given]
    for one in scripts:
        yield StepDefinition(StepKind.SCRIPT, one.line, one.column, uses=uses or None, ref=ref, pin=pin, script=one)
    if not scripts and written is not None:
        said = settings(step.get("settings"), from_secret)
        told = (*said, *_beside(step)) if is_old else said
        yield StepDefinition(StepKind.PLUGIN, step.line, step.column, uses=uses, ref=ref, pin=pin, settings=told)


def _beside(step: Entries) -> tuple[Setting, ...]:
    """Settings of a plugin that stand among the keys of its step."""
    others = tuple((key, value) for key, value in entries(step) if key.value not in _OF_STEP)
    return settings(Entries(others, step.line, step.column), from_secret)


SYSTEM = System("drone", re.compile(r"(?:.{0,4096}/)?\.drone\.ya?ml"), _read)
