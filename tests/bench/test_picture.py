from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tests.bench.picture import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, curves

NAME = "{http://www.w3.org/2000/svg}"


def drawn(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Where the points of a line are drawn."""
    root = ET.fromstring(curves("title", "across", "up", {"line": points}))  # noqa: S314 - our own
    return [(float(circle.attrib["cx"]), float(circle.attrib["cy"])) for circle in root.iter(f"{NAME}circle")]


def test_the_largest_round_number_is_at_the_corner_and_nought_at_the_other() -> None:
    assert drawn((0, 0), (100, 2)) == [(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, TOP)]


@pytest.mark.parametrize("most", [0.03, 0.9, 7, 11, 999, 123456])
def test_all_points_are_inside_and_use_more_than_half_of_the_room(most: float) -> None:
    places = drawn((most / 2, most / 2), (most, most))
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in places)
    assert places[1][0] >= LEFT + (WIDTH - LEFT - RIGHT) / 2


def test_names_are_escaped() -> None:
    root = ET.fromstring(curves("a < b", "across", "up", {"x & y": [(1, 1)]}))  # noqa: S314 - our own
    texts = [text.text for text in root.iter(f"{NAME}text")]
    assert {"a < b", "x & y", "across", "up"} <= set(texts)
