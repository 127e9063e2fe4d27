"""`--format jsonl`: the lines together are the JSON report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.model import Outcome
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import everything, outcome
from tests.scanner.reports.various import OUTCOMES

LISTS = {"credential": "credentials", "slot": "slots", "job": "jobs", "finding": "findings"}


def lines(given: Outcome) -> list[Any]:
    return [json.loads(line) for line in RENDERERS["jsonl"](given, Style()).split("\n")[:-1]]


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_lines_together_are_the_json_report(name: str) -> None:
    head, *others = lines(OUTCOMES[name])
    whole = {**head, **{name: [] for name in LISTS.values()}, "schema": "keytrail.report/1"}
    del whole["type"]
    for line in others:
        whole[LISTS[line.pop("type")]].append(line)
    assert whole == json.loads(RENDERERS["json"](OUTCOMES[name], Style()))


def test_the_first_line_is_about_the_run_and_the_others_each_about_one_thing() -> None:
    head, *others = lines(everything())
    assert (head["type"], head["schema"], head["verdict"]["status"]) == ("report", "keytrail.lines/1", "fail")
    assert [line["type"] for line in others] == ["credential"] * 2 + ["slot", "job"] + ["finding"] * 5


def test_nothing_found_is_one_line() -> None:
    assert [line["type"] for line in lines(outcome())] == ["report"]
