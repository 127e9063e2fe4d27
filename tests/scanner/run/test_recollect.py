"""What is remembered of a repository comes back as it was, or not at all."""

from __future__ import annotations

import pytest

from scanner.model import Reason, Unscanned
from scanner.run.recollect import Recollection, Summary, pack, summary_of, unpack, unpack_summary

UNSCANNED = Unscanned("web", "blob:" + "ab" * 20, Reason.MISSING)
KNOWN = Recollection(
    reading="r", tips=("cd" * 20,), unscanned=(UNSCANNED,), blobs=3, rewritten=True, objects=frozenset({b"a" * 20, b"b" * 20})
)


def test_what_was_packed_comes_back() -> None:
    assert unpack(*pack(KNOWN)) == KNOWN


def test_the_summary_comes_back_without_the_rest() -> None:
    document, _ = pack(KNOWN)
    assert unpack_summary(document) == summary_of(KNOWN) == Summary(0, 3, (UNSCANNED,))


@pytest.mark.parametrize("cut", [0, 1, 30, -1])
def test_a_document_that_is_cut_short_is_nothing_that_is_known(cut: int) -> None:
    document, objects = pack(KNOWN)
    assert unpack(document[:cut], objects) == Recollection()


def test_ids_that_are_cut_short_are_nothing_that_is_known() -> None:
    document, objects = pack(KNOWN)
    assert unpack(document, objects[:-1]) == Recollection()


@pytest.mark.parametrize("document", [b"", b"nonsense", b"\0" * 100])
def test_no_document_has_no_summary(document: bytes) -> None:
    assert unpack_summary(document) == Summary()
