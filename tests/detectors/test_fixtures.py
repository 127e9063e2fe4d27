"""Every fixture against its detector alone: kind, exact spans, and whatever else the fixture says."""

from __future__ import annotations

from collections import Counter

import pytest

from scanner import registry
from scanner.contract import Reading
from tests.support.fixtures import BUILTIN, Case, cases, read

DETECTORS = {detector.id: detector for detector in registry.load([BUILTIN])}
CASES = tuple(cases())
ABSENT = "absent"
LEAST = 12


def said(reading: Reading, name: str) -> object:
    """An attribute of a reading as a fixture spells it."""
    value = reading.secret.reveal().decode() if name == "secret" else getattr(reading, name)
    return ABSENT if value is None else value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_detector_finds_what_its_fixture_marks_and_nothing_else(case: Case) -> None:
    text, spans = case.expanded()
    assert [(reading.start, reading.end) for reading in read(DETECTORS[case.detector], text)] == list(spans)


@pytest.mark.parametrize("case", [case for case in CASES if case.kind], ids=str)
def test_a_detector_says_what_its_fixture_says(case: Case) -> None:
    readings = read(DETECTORS[case.detector], case.expanded()[0])
    assert readings
    for reading in readings:
        assert reading.kind == case.kind
        assert case.check in {None, reading.check}
        assert case.confidence in {None, reading.confidence}
        assert case.steps in {None, reading.steps}
        assert {name: reading.facts.get(name, ABSENT) for name in case.facts} == case.facts
        assert {name: said(reading, name) for name in case.attributes} == case.attributes


@pytest.mark.parametrize("detector", DETECTORS)
def test_every_detector_has_a_dozen_cases_of_each_sort(detector: str) -> None:
    counts = Counter(bool(case.kind) for case in CASES if case.detector == detector)
    assert min(counts[True], counts[False]) >= LEAST
