"""What is measured of detectors; of seconds nothing is asserted but that they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import hyperscan as hs
import pytest

from scanner.contract import Anchor
from scanner.engine import cost, database
from scanner.engine.anchors import forms
from scanner.engine.cost import measure
from scanner.engine.form import Form
from tests.scanner.engine.fakes import PASSWORD, TOKEN
from tests.support import tokens

FEW = (replace(TOKEN, id="a"), PASSWORD, replace(TOKEN, id="b", anchors=(Anchor(b"rare_", encoded=False),)))
TEXTS = (b"x " * 500 + tokens.npm().encode() + b"\n", b"nothing " * 100, b"_password=abcdef")


def test_looks_and_readings_are_those_of_a_scan() -> None:
    costs = measure(FEW, ("a", "password", "b"), TEXTS, cache=None)
    assert {one.detector: (one.looks, one.readings) for one in costs.detectors} == {"a": (1, 1), "password": (1, 1), "b": (0, 0)}
    assert (costs.texts, costs.bytes) == (3, sum(map(len, TEXTS)))


def test_only_what_is_asked_for_is_measured_and_all_of_it_told() -> None:
    told: list[str] = []
    costs = measure(FEW, ("b",), TEXTS, cache=None, told=told.append)
    assert [one.detector for one in costs.detectors] == ["b"]
    assert told == ["the ground", "the reading", "b"]


def test_the_costliest_is_first_and_what_is_less_than_chance_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, added = (0.0, 1e-6, -2e-6, 0.0, 0.0), (1e-6, 9e-6, 1.5e-6)
    seconds = iter((*chance, *added))
    monkeypatch.setattr(cost, "_added", lambda _base, _more, _texts: next(seconds))
    costs = measure(FEW, ("a", "password", "b"), (b"nothing " * 5000,), cache=None)
    assert [(one.detector, one.reading) for one in costs.detectors] == [("password", 0), ("a", 0), ("b", 0)]
    assert costs.detectors[0].passing == pytest.approx(costs.noise * 4.5)
    assert costs.whole > 0
    assert costs.ground is not None
    assert costs.ground > 0


def test_what_is_left_out_is_held_against_all(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[int] = []
    real = database.compiled

    def counted(everything: Sequence[Form], least: int = 0) -> hs.Database:
        compiled.extend([] if least else [len(everything)])
        return real(everything, least)

    monkeypatch.setattr(database, "compiled", counted)
    seconds = iter((0.0,) * 5 + (-3e-6, 1e-6))
    monkeypatch.setattr(cost, "_added", lambda _base, _more, _texts: next(seconds))
    costs = measure(FEW, ("a", "b"), TEXTS, cache=None, leaving_out=True)
    every, without_a, without_b = (len(tuple(forms(some))) for some in (FEW, FEW[1:], FEW[:2]))
    assert [size for size in compiled if size != every] == [without_a, without_b]
    assert compiled[0] == every
    assert [(one.detector, one.passing > 0) for one in costs.detectors] == [("a", True), ("b", False)]
    assert costs.ground is None


def test_what_seems_to_be_saved_is_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter((0.0, 1e-6, -2e-6, 0.0, 0.0, -5e-6))
    monkeypatch.setattr(cost, "_added", lambda _base, _more, _texts: next(seconds))
    costs = measure(FEW, ("b",), TEXTS, cache=None)
    assert costs.noise == -costs.detectors[0].passing
