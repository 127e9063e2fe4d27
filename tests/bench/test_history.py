from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.history import Bench
from tests.bench.tools import Tool
from tests.support.repos import Repo

NOTES = """
import os, pathlib
file = pathlib.Path.home() / ".cache/keytrail/clean-a.db"
print("notes", int(file.exists()))
file.parent.mkdir(parents=True, exist_ok=True)
file.touch()
"""


def _tool(name: str, *, again: bool) -> Tool:
    return Tool(name, "1", lambda _: (sys.executable, "-c", NOTES), said={"notes": r"notes (\d)"}, again=again)


def test_only_who_runs_again_finds_what_was_kept_before(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"a": "a"})
    (tmp_path / "bench").mkdir()
    tools = [_tool("keytrail", again=False), _tool("keytrail, again", again=True), _tool("keytrail, other", again=False)]
    rows = Bench(tmp_path / "bench", 2, cold=False).history(repo.path, tools).rows
    assert [(row.tool, dict(row.counted)) for row in rows] == [(tool.name, {"notes": int(tool.again)}) for tool in tools]
