"""Evidence adds up to roles; names come to suspicion at most."""

from __future__ import annotations

import pytest

from scanner.model import Act, Location
from scanner.pipelines.roles import roles_of

AT = Location("web", "ci.yml", 1, 1)


def act(role: str, signature: str, weight: float, *, rehearsal: bool = False) -> Act:
    return Act(role, signature, weight, f"{signature} of {role}", AT, is_rehearsal=rehearsal)


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([act("publish", "C1", 1.0)], [("publish", 1.0, "set")]),
        ([act("publish", "C1", 0.9)], [("publish", 0.9, "set")]),
        ([act("publish", "sink", 0.6)], [("publish", 0.6, "set")]),
        ([act("publish", "audience", 0.6)], [("publish", 0.6, "set")]),
        (
            [act("publish", "environment", 0.4), act("publish", "name", 0.3), act("publish", "trigger", 0.2)],
            [("publish", 0.9, "suspected")],
        ),
        ([act("publish", "trigger", 0.2)], []),
        ([act("build", "name", 0.3)], [("build", 0.3, "suspected")]),
        ([act("publish", "C1", 1.0, rehearsal=True)], [("publish", 1.0, "rehearsal")]),
        ([act("publish", "C1", 1.0, rehearsal=True), act("publish", "C1", 0.9)], [("publish", 0.9, "set")]),
        ([act("publish", "C1", 1.0, rehearsal=True), act("publish", "name", 0.3)], [("publish", 1.0, "rehearsal")]),
        ([act("publish", "C1", 1.0), act("publish", "C2", 1.0)], [("publish", 1.0, "set")]),
        ([act("lint", "C45", 1.0), act("publish", "C1", 0.9)], [("lint", 1.0, "set"), ("publish", 0.9, "set")]),
    ],
)
def test_what_evidence_comes_to(acts: list[Act], expected: list[tuple[str, float, str]]) -> None:
    assert [(role.role, role.weight, role.status) for role in roles_of(acts)] == expected


def test_evidence_is_told_strongest_first_and_once() -> None:
    (role,) = roles_of([act("publish", "name", 0.3), act("publish", "C1", 1.0), act("publish", "C1", 1.0)])
    assert role.evidence == ("C1 of publish", "name of publish")
