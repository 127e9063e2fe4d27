"""All detectors on all fixtures, so that a change which makes one answer for another's values shows in review."""

from __future__ import annotations

from collections.abc import Iterator

from syrupy.assertion import SnapshotAssertion

from scanner import registry
from tests.support.fixtures import BUILTIN, cases, read


def answers(text: bytes) -> Iterator[str]:
    for detector in registry.load([BUILTIN]):
        for reading in read(detector, text):
            yield f"{detector.id}: {reading.kind}, {reading.check.value}"


def test_who_answers_for_which_fixture(snapshot: SnapshotAssertion) -> None:
    assert {str(case): list(answers(case.expanded()[0])) for case in cases()} == snapshot
