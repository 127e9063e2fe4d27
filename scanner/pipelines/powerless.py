"""What a job is seen to publish though nothing in it could: no registry takes anything from a job that holds nothing to show it.

A script may publish only when it is asked to, by an argument or at a terminal, and be run in CI for something else that it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from scanner.model import Act
from scanner.pipelines.definition import Grant, JobDefinition, PipelineDefinition, Setting, StepDefinition, StepKind
from scanner.pipelines.destinations import is_here
from scanner.pipelines.gathering import Gathering
from scanner.pipelines.makers import is_of_platform
from scanner.pipelines.roles import DOUBT
from scanner.pipelines.signatures import Signatures
from scanner.records import replace

_NAMES_ALL = frozenset({"github", "gitea", "forgejo"})
"""Systems that give a job no secret which no file names."""
_HOSTED = "hosted"
_WRITES = frozenset({("packages", "write"), ("*", "write")})
_SETTINGS = "settings"
"""The signature of what settings make a release tool do, which a definition starts itself."""
_IMAGE, _TRIAL = "container", "test"
_OF_FORGES = frozenset({"homebrew"})
"""Registries that are repositories of a forge, which takes the token of the job."""


def doubted(
    acts: Iterable[Act], pipeline: PipelineDefinition, definition: JobDefinition, gathering: Gathering, signatures: Signatures
) -> tuple[Act, ...]:
    """Acts, those that publish without anything to publish with no more than a suspicion, or a rehearsal where a registry of the job's own takes it."""
    every = tuple(acts)
    if not _holds_nothing(pipeline, definition, gathering, signatures):
        return every
    every = _rehearsed(every)
    settings = tuple(_settings(pipeline, definition))
    return tuple(
        replace(act, weight=min(act.weight, DOUBT)) if _needs_credential(act, signatures) and not _is_given(act, settings) else act
        for act in every
    )


def _holds_nothing(pipeline: PipelineDefinition, definition: JobDefinition, gathering: Gathering, signatures: Signatures) -> bool:
    """Whether a job has neither a slot nor a right to ask for one. Its callers, its machine and actions that nobody knows may bring what no file shows."""
    granted = definition.grant if definition.grant.oidc is not None else pipeline.grant
    return (
        pipeline.platform in _NAMES_ALL
        and definition.runner == _HOSTED
        and definition.call is None
        and not (pipeline.is_reusable or granted.oidc or gathering.uses)
        and not _may_write(definition.grant, pipeline.grant)
        and all(_is_known(step, pipeline.platform, signatures) for step in definition.steps)
    )


def _rehearsed(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Acts, images whose place nobody can tell as what goes where all others of the job go, when that is a registry that only the job reaches."""
    told = {host for act in acts if act.role == "publish" for host in act.hosts}
    if not told or not all(map(is_here, told)):
        return acts
    return tuple(replace(act, is_rehearsal=True, tier=_TRIAL) if _is_untold_image(act) else act for act in acts)


def _is_untold_image(act: Act) -> bool:
    return (
        act.role == "publish"
        and act.target == _IMAGE
        and act.tier == "public"
        and not (act.hosts or act.takes or act.literal or act.uses_job_token)
    )


def _may_write(own: Grant, wide: Grant) -> bool:
    stated = own.permissions if own.permissions is not None else wide.permissions
    return not _WRITES.isdisjoint(stated or ())


def _is_known(step: StepDefinition, platform: str, signatures: Signatures) -> bool:
    uses = step.uses or ""
    return step.kind is StepKind.SCRIPT or is_of_platform(uses, platform) or signatures.knows(uses, platform)


def _needs_credential(act: Act, signatures: Signatures) -> bool:
    """Whether a script publishes to a registry that everybody knows, with what no file shows. What a definition itself says is meant."""
    row = signatures.registry(act.target) if act.role == "publish" and act.target is not None and act.script is not None else None
    is_open = row is not None and not row.family and row.target not in _OF_FORGES and act.signature != _SETTINGS
    return is_open and act.tier == "public" and not (act.takes or act.literal or act.is_keyless or act.uses_job_token)


def _is_given(act: Act, settings: Iterable[Setting]) -> bool:
    """Whether something is set from which it would take its credential."""
    return any(setting.value and any(fnmatchcase(setting.name, sink) for sink in act.sinks) for setting in settings)


def _settings(pipeline: PipelineDefinition, definition: JobDefinition) -> Iterator[Setting]:
    yield from pipeline.env
    yield from definition.env
    for step in definition.steps:
        yield from step.env
