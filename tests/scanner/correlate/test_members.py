"""Members of archives have the history of the file that they lie in, whatever paths look like."""

from __future__ import annotations

import pytest

from scanner.correlate import FilePaths, occurrences_of
from tests.scanner.correlate.worlds import CONTAINER, Repository, make_id, read, told


@pytest.mark.parametrize(
    ("path", "holding"),
    [
        ("a.zip", ["a.zip"]),
        ("a.zip!/f", ["a.zip"]),
        ("a.zip!/f!/g", ["a.zip"]),
        ("x!/b.zip!/f", ["x!/b.zip"]),
        ("x!/b.zip!/in.gz!/in", ["x!/b.zip"]),
        ("c!/f", ["c!/f", "c"]),
        ("a.zipped!/f", []),
        ("a.zip!", []),
        ("elsewhere", []),
    ],
)
def test_a_path_leads_to_every_file_that_can_hold_it(path: str, holding: list[str]) -> None:
    assert list(FilePaths(["a.zip", "x!/b.zip", "c", "c!/f"]).holding(path)) == holding


def test_a_member_of_an_archive_in_a_folder_that_is_called_like_one() -> None:
    repository = Repository()
    repository.commit("c0", "", {"x!/b.zip": "zipped"})
    repository.commit("c1", "c0", {})
    found = occurrences_of(
        CONTAINER,
        {("zipped", "x!/b.zip!/f"): read("a")},
        repository.chronicle("c1"),
        worktree={},
        modes={},
        orphans={},
        make_id=make_id,
    )
    assert [told(one) for one in found] == [("x!/b.zip!/f", "c0", "c1", False, "branch")]


def test_a_file_and_a_member_at_one_path_have_each_its_own_history() -> None:
    repository = Repository()
    repository.commit("c0", "", {"x": "zipped"})
    repository.commit("c1", "c0", {"x": "zipped", "x!/f": "key:a"})
    repository.commit("c2", "c1", {"x!/f": "key:a"})
    found = occurrences_of(
        CONTAINER,
        {("zipped", "x!/f"): read("a"), ("key:a", "x!/f"): read("key:a")},
        repository.chronicle("c2"),
        worktree={"x!/f": read("key:a")},
        modes={},
        orphans={},
        make_id=make_id,
    )
    assert sorted(told(one) for one in found) == [("x!/f", "c0", "c2", False, "branch"), ("x!/f", "c1", None, True, "head")]
