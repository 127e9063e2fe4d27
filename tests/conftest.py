"""No test has a time limit: machines are noisy, and what is slow is measured elsewhere.

A developer's run draws new examples each time and finds new mistakes; CI draws the same ones each time, and fewer, so that a change is judged by
what it does and not by the day's luck.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from scanner.sources.history import packs
from tests.support import command

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("reproducible", settings.get_profile("patient"), derandomize=True, max_examples=30)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--uncompiled`."""
    parser.addoption("--uncompiled", action="store_true", help="Test what runs where there was no compiler: git reads all packs.")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing compiled is used, here and in the commands that tests run, where that is asked for."""
    if config.getoption("--uncompiled"):
        packs.AVAILABLE = False
        command.MAIN = command.UNCOMPILED + command.MAIN
