from __future__ import annotations

from scanner.engine.found import Layer
from scanner.run.spots import Spots


class Watched(bytes):
    """A text that notes how far searches backwards may go."""

    looked: list[int]

    def rfind(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else min(end, len(self))
        self.looked.append(stop - start)
        return super().rfind(sub, start, stop)


def test_a_text_in_one_line_is_not_searched_to_its_beginning_for_every_place() -> None:
    text = Watched(b"a" * 300_000)
    text.looked = []
    spots = Spots("x.txt")
    columns = [spots.of((Layer(text, start, start + 8, None),))[:2] for start in (10, 65_536, 200_000)]
    assert columns == [(1, 11), (1, 65_537), (1, 65_537)]
    assert max(text.looked) == 65_536
