"""All detectors on all fixtures, so that a change which makes one answer for another's values shows in review."""

from __future__ import annotations

from collections.abc import Iterator

from syrupy.assertion import SnapshotAssertion

from scanner import registry
from tests.support.fixtures import BUILTIN, Case, cases, read

DEFAULT = [detector for detector in registry.load([BUILTIN]) if detector.anchors]
"""Those that run without being named."""


def strangers(case: Case) -> Iterator[str]:
    """What other detectors than its own say of a case; what the engine makes of several answers is the engine's."""
    text, _ = case.expanded()
    for detector in DEFAULT:
        if detector.id != case.detector:
            yield from (f"{detector.id}: {reading.kind}, {reading.check.value}" for reading in read(detector, text))


def test_who_else_answers_for_which_fixture(snapshot: SnapshotAssertion) -> None:
    said = {str(case): list(strangers(case)) for case in cases()}
    assert {name: answers for name, answers in said.items() if answers} == snapshot
