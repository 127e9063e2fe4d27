from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.tools import PINS, Tool, pins
from tests.support.command import MAIN, UNCOMPILED, environment

TOOL = Tool("a", "1", None, codes=frozenset({0, 1}), said={"commits": r"(\d+) commits", "bytes": r"~(\d+) bytes"}, broken=r"\bERR\b")


def test_pins_are_names_and_versions() -> None:
    assert pins("# a list\na==1.0\n\nb-c==2.0.post1  # why\n") == [("a", "1.0"), ("b-c", "2.0.post1")]


def test_all_peers_are_pinned() -> None:
    assert all(name and version for name, version in pins(PINS.read_text(encoding="utf-8")))


def test_what_a_tool_says_that_it_read_is_taken_from_its_last_words() -> None:
    assert TOOL.counted("3 commits\n12 commits scanned\n~70 bytes (70 B)\n") == {"commits": 12, "bytes": 70}


def test_a_tool_that_says_nothing_has_counted_nothing() -> None:
    assert TOOL.counted("nothing") == {}


def test_a_run_is_whole_by_its_code_and_its_words() -> None:
    assert TOOL.finished(1, "done")
    assert not TOOL.finished(2, "done")
    assert not TOOL.finished(1, "ERR it broke")


def test_the_extension_can_be_hidden(tmp_path: Path) -> None:
    command = [sys.executable, "-c", UNCOMPILED + MAIN, "--version"]
    said = subprocess.run(command, env=environment(tmp_path), cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert "packs are read through git" in said
