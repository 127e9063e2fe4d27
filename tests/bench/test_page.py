from __future__ import annotations

from pathlib import Path

from tests.bench.history import name_of
from tests.bench.page import WORDS, page, picture
from tests.bench.results import Point, Results


def test_a_part_that_was_not_measured_says_so() -> None:
    assert page(Results(), "# a\n<!-- stages -->\n<!-- machine -->\n", "a machine") == "# a\nNot measured.\na machine\n"


def test_a_curve_is_told_with_its_picture() -> None:
    found = Results(growth=("a/b", (Point(1, 10, 1, 2),)))
    assert "performance-growth.svg" in page(found, "<!-- growth -->", "")
    assert "1/8, 1/4, 1/2 and all of a/b" in (picture(found) or "")
    assert picture(Results()) is None


def test_the_page_has_a_place_for_every_part() -> None:
    words = WORDS.read_text(encoding="utf-8")
    assert [
        name for name in ("machine", "goals", "histories", "trees", "growth", "stages", "short", "micro") if f"<!-- {name} -->" not in words
    ] == []


def test_a_repository_is_called_by_the_folder_that_says_most(tmp_path: Path) -> None:
    assert [name_of(tmp_path / path) for path in ("owner+name/repo", "clone/.git", "mirror.git")] == ["owner/name", "clone", "mirror"]
