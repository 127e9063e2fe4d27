from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.growth import cut
from tests.support.repos import Repo


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("whole") / "r")
    for number in range(4):
        repo.commit({"a.txt": f"{number}\n"})
    repo.git("checkout", "-qb", "side", "HEAD~2")
    for number in range(3):
        repo.commit({"b.txt": f"{number}\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "both", "side")
    return repo


@pytest.mark.parametrize(("part", "commits"), [(0.125, 1), (0.25, 2), (0.5, 4), (0.75, 6), (1.0, 8)])
def test_a_part_has_the_oldest_commits_and_all_that_they_need(whole: Repo, tmp_path: Path, part: float, commits: int) -> None:
    cut(whole.path, part, tmp_path / "part.git")
    made = Repo(tmp_path / "part.git", bare=True)
    assert made.git("rev-list", "--all", "--count").strip() == str(commits)
    assert "missing" not in made.git("fsck", "--full", "--strict")
    assert not (made.path / "objects" / "info" / "alternates").exists()
