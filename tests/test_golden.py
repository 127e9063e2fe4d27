"""The whole graph of one repository for each CI system, as it was read by hand against its fixture and what roles, slots and policies mean.

`make snapshots` writes them anew, beside the fixtures; read the difference as you would read a change of the product.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.pipelines.systems import SYSTEMS
from tests.support.golden import FOLDER, graph_of, systems


def stored(system: str) -> Path:
    return FOLDER / f"{system}.graph"


@pytest.mark.parametrize("system", systems())
def test_a_graph_is_what_was_read_by_hand(system: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    graph = graph_of(system, tmp_path)
    if request.config.getoption("update_snapshots"):
        stored(system).write_text(graph, "utf-8")
    assert graph == stored(system).read_text("utf-8")


def test_every_system_has_a_graph() -> None:
    told = "".join(stored(system).read_text("utf-8") for system in systems())
    assert set(re.findall(r"^PIPELINE .* \((.*)\)$", told, re.MULTILINE)) == {system.platform for system in SYSTEMS}
