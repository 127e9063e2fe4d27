from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.model import Outcome, Severity
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import everything, finding, hostile, outcome, story, swept
from tests.support.sarif import complaints

OUTCOMES: Mapping[str, Outcome] = {
    "nothing": outcome(),
    "story": story(),
    "everything": everything(),
    "sweep": swept(),
    "nowhere": outcome(findings=[finding("TB404", Severity.HIGH)]),
    "hostile": hostile("\x1b[31m[b](http://x/)a\n\u202egpj.exe\x9b2J\udcff{0}/../.%2e//!/x:<y>#?\\"),
}
NO_PAGE = {(name, "SARIF2005", "runs[0].tool.driver") for name in OUTCOMES}
"""The validator wants the address of a page about keytrail, and there is none yet."""


def test_the_validator_has_nothing_to_say_about_our_logs(tmp_path: Path) -> None:
    assert complaints({name: RENDERERS["sarif"](given, Style()) for name, given in OUTCOMES.items()}, tmp_path) == NO_PAGE


def test_the_validator_has_something_to_say_about_a_result_without_a_place(tmp_path: Path) -> None:
    broken = RENDERERS["sarif"](OUTCOMES["nowhere"], Style()).replace('"locations"', '"places"')
    told = complaints({"broken": broken, "whole": RENDERERS["sarif"](OUTCOMES["nowhere"], Style())}, tmp_path)
    assert ("broken", "GH1015", "runs[0].results[0]") in told
