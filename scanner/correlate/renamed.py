"""Jobs that only got another name or moved to another file are told as the same ones, so that nobody takes them for new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from scanner.model import Job
from scanner.records import replace

_MOVED = ""
"""All files that are at one end only, as if they were one."""
_NAME = "name"
"""The signature of what is told by a job's name."""


def under_new_names(before: Sequence[Job], after: Sequence[Job]) -> tuple[Job, ...]:
    """`before`, with those of its jobs that `after` has under another name, or in another file, called as they are there.

    The same is a job of the same name in a file that is gone where there is a new one with a job of that name; a job that does, gets and
    waits for the same; and the only job that a file lost and the only one that it got.
    """
    moved = {one.file for one in before} ^ {one.file for one in after}

    def file(job: Job) -> str:
        return _MOVED if job.file in moved else job.file

    pairs = _pairs(before, after, (_id, lambda job: job.name if file(job) == _MOVED else None, _doing))
    only = _only(pairs, after, file)
    ids = {old.id: new.id for old, new in only}
    return tuple(_job(old, new, ids) for old, new in only)


def _pairs(before: Iterable[Job], after: Iterable[Job], alike: Sequence[Callable[[Job], Hashable]]) -> list[tuple[Job, Job]]:
    """Each of `before` with that one of `after` which is the same; with itself where there is none. What is `alike` first decides."""
    left, free = list(before), list(after)
    paired: list[tuple[Job, Job]] = []
    for key in alike:
        known: dict[Hashable, list[Job]] = {}
        for one in reversed(free):
            known.setdefault(key(one), []).append(one)
        rest = []
        for one in left:
            mark = key(one)
            if mark is not None and known.get(mark):
                paired.append((one, known[mark].pop()))
            else:
                rest.append(one)
        left = rest
        taken = {new.id for _, new in paired}
        free = [one for one in free if one.id not in taken]
    return paired + [(one, one) for one in left]


def _only(pairs: list[tuple[Job, Job]], after: Iterable[Job], file: Callable[[Job], str]) -> list[tuple[Job, Job]]:
    """The pairs, in which the only job of a file that has no other is the same as the only one of `after` there that has none."""
    known = {new.id for _, new in pairs}
    lost, found = Counter(file(old) for old, new in pairs if old is new), Counter(file(one) for one in after if one.id not in known)
    alone = {file(one): one for one in after if one.id not in known and lost[file(one)] == found[file(one)] == 1}
    return [(old, alone.get(file(old), new) if old is new else new) for old, new in pairs]


def _id(job: Job) -> Hashable:
    return job.id


def _doing(job: Job) -> Hashable:
    """All that policies ask of a job, but for names of its own and places."""
    return (
        job.platform,
        job.trigger_trust,
        job.environment,
        job.oidc,
        job.runner,
        job.permissions,
        job.mixed,
        _acts(job),
        frozenset((use.name, use.via, use.step, use.as_name) for use in job.uses),
        frozenset((gate.kind, gate.blocking) for gate in job.gates),
        frozenset((trigger.event, trigger.trust) for trigger in job.triggers),
        frozenset((remark.family, remark.pattern, remark.names) for remark in job.remarks),
        tuple((step.uses, step.ref) for step in job.steps),
    )


def _acts(job: Job) -> frozenset[Hashable]:
    acts = (act for act in job.acts if act.signature != _NAME)
    return frozenset((act.role, act.signature, act.weight, act.target, act.tier, act.takes, act.literal, act.hosts) for act in acts)


def _job(old: Job, new: Job, ids: Mapping[str, str]) -> Job:
    return replace(
        old,
        id=new.id,
        file=new.file,
        name=new.name,
        needs=_named(old.needs, ids),
        starts=_named(old.starts, ids),
        calls=tuple(replace(call, jobs=_named(call.jobs, ids)) for call in old.calls),
    )


def _named(jobs: Iterable[str], ids: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(ids.get(job, job) for job in jobs)
