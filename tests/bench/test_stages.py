from __future__ import annotations

from pathlib import Path

import pytest

from scanner.sources.history import packs
from tests.support.repos import Repo

pytestmark = pytest.mark.skipif(not packs.AVAILABLE, reason="there is no compiler")


def test_time_inside_two_stages_counts_for_the_inner_one() -> None:
    from tests.bench.stages import REST, Clock  # noqa: PLC0415 - needs the extension

    now = [0.0]

    def pass_time(seconds: float) -> None:
        now[0] += seconds

    clock = Clock(lambda: now[0])
    inner = clock.timed("inner", pass_time)

    def work() -> None:
        pass_time(1)
        inner(10)
        pass_time(2)

    pass_time(100)
    clock.timed("outer", work)()
    assert clock.seconds() == {REST: 100, "outer": 3, "inner": 10}


def test_the_stages_of_a_scan_are_told(tmp_path: Path) -> None:
    from tests.bench.stages import GIT, stages  # noqa: PLC0415 - needs the extension

    repo = Repo(tmp_path / "r")
    for number in range(30):
        repo.commit({"a.txt": "".join(f"line {line}\n" for line in range(40 + number))})
    repo.git("repack", "-adfq")
    seconds = stages(repo.path)
    assert {"inflate", "delta", "match", "headers, indexes and families", GIT} <= seconds.keys()
    assert all(one >= 0 for one in seconds.values())
