"""What a registry offers a job in place of a stored credential: trusted publishing, as far as it applies there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scanner.model import Act, Offer, Trigger
from scanner.pipelines.signatures import Signatures
from scanner.records import dataclass

_SURE = frozenset({"primary", "checked"})
_SELF_HOSTED = "self_hosted"
_REFUSED_EVENTS = frozenset({"pull_request_target", "workflow_run"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a registry looks at when a job asks for a token."""

    platform: str
    runner: str
    triggers: tuple[Trigger, ...]
    is_called: bool
    """Whether it is a job of a pipeline that others call, and that nothing else starts."""


_CHECKS: dict[str, Callable[[Circumstances], bool]] = {
    "not from a reusable workflow": lambda job: job.is_called,
    "not under pull_request_target or workflow_run": lambda job: any(one.event in _REFUSED_EVENTS for one in job.triggers),
    "tag push only": lambda job: bool(job.triggers) and not any(one.event == "push:tags" for one in job.triggers),
}
"""Conditions of registries that a definition can break, by their words in the table."""


def offered(act: Act, job: Circumstances, signatures: Signatures) -> Offer | None:
    """What the registry that an act publishes to offers the job; None where nothing is published to a registry that is known.

    A private place of a public registry's kind offers nothing of that one, and neither does its test index.
    """
    row = signatures.registry(act.target) if act.role == "publish" and act.target is not None else None
    if row is None or act.tier != row.tier:
        return None
    endings = tuple((one.on.isoformat(), one.rule) for one in row.endings if one.on is not None)
    as_of = row.as_of.isoformat() if row.as_of is not None else ""
    accepted = next((one for one in row.accepts if one.ci == job.platform), None)
    if accepted is None:
        return Offer(row.name, endings=endings, as_of=as_of)
    obstacles = list(_obstacles(accepted.constraints, job))
    if accepted.runner == "hosted" and job.runner == _SELF_HOSTED:
        obstacles.append("not from a runner of one's own")
    return Offer(row.name, "yes" if accepted.mark in _SURE else "doubtful", tuple(obstacles), endings, as_of)


def _obstacles(constraints: Iterable[str], job: Circumstances) -> Iterable[str]:
    return (one for one in constraints if one in _CHECKS and _CHECKS[one](job))
