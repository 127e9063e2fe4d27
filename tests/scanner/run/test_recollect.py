"""What is remembered of a repository comes back as it was, or not at all."""

from __future__ import annotations

import pytest

from scanner.model import Job, Location, Reason, Script, Trigger, Trust, Unscanned
from scanner.run.recollect import Recollection, Summary, pack, summary_of, unpack, unpack_summary
from scanner.sources.history import CommitTable

UNSCANNED = Unscanned("web", "blob:" + "ab" * 20, Reason.MISSING)
COMMITS = CommitTable(["cd" * 20, "ef" * 20], ["0" * 40] * 2, ["", "cd" * 20], [0, 1_700_000_000], ["A <a@b>", "\udcff \u2028 <>"])
KNOWN = Recollection(
    reading="r",
    commits=COMMITS,
    tips=("cd" * 20,),
    unscanned=(UNSCANNED,),
    blobs=3,
    jobs=(Job("job", "github", "web", "ci.yml", "release", triggers=(Trigger("push", Trust.CONTRIBUTOR, Location("web", "ci.yml")),)),),
    scripts=(Script("web", "Makefile", "release", "make", Location("web", "Makefile", 1)),),
    rewritten=True,
    objects=frozenset({b"a" * 20, b"b" * 20}),
)


def test_what_was_packed_comes_back() -> None:
    assert unpack(*pack(KNOWN)) == KNOWN


def test_the_summary_comes_back_without_the_rest() -> None:
    document, _ = pack(KNOWN)
    assert unpack_summary(document) == summary_of(KNOWN) == Summary(2, 3, (UNSCANNED,))


@pytest.mark.parametrize("cut", [0, 1, 30, -100, -1])
def test_a_document_that_is_cut_short_is_nothing_that_is_known(cut: int) -> None:
    document, objects = pack(KNOWN)
    assert unpack(document[:cut], objects) == Recollection()


def test_a_document_without_its_commits_is_nothing_that_is_known() -> None:
    document, objects = pack(KNOWN)
    assert unpack(document.removesuffix(COMMITS.pack()), objects) == Recollection()
    assert unpack(document.removesuffix(COMMITS.pack()) + COMMITS.only({"cd" * 20}.__contains__).pack(), objects) == Recollection()


def test_ids_that_are_cut_short_are_nothing_that_is_known() -> None:
    document, objects = pack(KNOWN)
    assert unpack(document, objects[:-1]) == Recollection()


@pytest.mark.parametrize("document", [b"", b"nonsense", b"\0" * 100])
def test_no_document_has_no_summary(document: bytes) -> None:
    assert unpack_summary(document) == Summary()
