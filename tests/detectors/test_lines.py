"""Detectors that look at the line around a value look no further than a line of a person is long, in a text that is one line too."""

from __future__ import annotations

import pytest

from detectors import azure
from detectors._generic_connections import CONNECTIONS
from detectors._generic_logins import LOGINS
from scanner.contract import Detector, Window
from tests.support.templates import expand

_FAR = 512
"""Bytes before a value that are its line at most."""
_STORAGE = next(detector for detector in azure.DETECTORS if any(kind.id == "azure-storage-key" for kind in detector.kinds))


class Watched(bytes):
    """A text that notes how far searches backwards may go."""

    looked: list[int]

    def rfind(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        stop = len(self) if end is None else min(end, len(self))
        self.looked.append(stop - start)
        return super().rfind(sub, start, stop)


@pytest.mark.parametrize(
    ("detector", "template"),
    [
        (CONNECTIONS, "x?user=ann&password=<base62:20>&"),
        (LOGINS, 'smtp.login("ann", "<base62:20>") '),
        (_STORAGE, "AccountName=ann;AccountKey=<base62:86>==;"),
    ],
    ids=["connections", "logins", "storage"],
)
def test_a_text_in_one_line_is_not_searched_to_its_beginning_for_every_value(detector: Detector, template: str) -> None:
    text = Watched(b" " * 4096 + expand(template) * 50)
    text.looked = []
    assert list(detector.read(Window(text, 0, len(text))))
    assert text.looked
    assert max(text.looked) <= _FAR
