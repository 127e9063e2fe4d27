"""Saying what a patch holds in few words."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.sources.patches import Patch, after, before, read_patch, spoken


@dataclass(frozen=True)
class State:
    """One difference: where it is, and what it shows."""

    path: str
    old: tuple[bytes, ...]
    new: bytes | None
    commit: str | None = None


def read(data: bytes) -> Patch:
    return read_patch(data, "box")


def states(data: bytes) -> list[State]:
    patch = read(data)
    found = []
    for diff in patch.diffs:
        image = after(patch, diff)
        found.append(State(diff.path, tuple(one.data for one in before(patch, diff)), None if image is None else image.data, diff.commit))
    return found


def said(data: bytes) -> dict[str | None, bytes]:
    """What is said beside differences, for each commit."""
    patch = read(data)
    commits = dict.fromkeys(message.commit for message in patch.messages)
    return {commit: spoken(patch, [one for one in patch.messages if one.commit == commit]).data for commit in commits}


def unseen(data: bytes) -> list[tuple[str, str]]:
    """Path and reason of what the patch does not show."""
    return [(one.path, one.reason.value) for one in read(data).unscanned]
