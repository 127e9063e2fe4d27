from __future__ import annotations

import pickle
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Commit
from scanner.sources.history import CommitTable, parse_commit, table

OID, TREE, ONE, TWO = (digit * 40 for digit in "0123")
NAMES = st.one_of(st.text("ab <>@\\\xeb\x1b\u202e", max_size=160), st.text(max_size=6))
LINES = st.one_of(
    st.text("gpsi x", max_size=9),
    st.sampled_from(["encoding latin1", "encoding utf-8", "author B <b> 2 +0000", "parent x", "gpgsig x\n y"]),
)
COMMITS = st.builds(
    lambda tree, parents, author, committer, date, more, coding: "\n".join(
        (
            f"tree {tree}",
            *(f"parent {oid}" for oid in parents),
            f"author {author} {date} +0000",
            f"committer {committer} {date} -0100",
            *more,
            "",
            "message",
        )
    ).encode(coding, errors="replace"),
    st.sampled_from([TREE, TREE, TREE, "x"]),
    st.lists(st.sampled_from([ONE, TWO]), max_size=12),
    NAMES,
    NAMES,
    st.integers(-9, 10**12),
    st.lists(LINES, max_size=3),
    st.sampled_from(["utf-8", "latin-1", "ascii"]),
)


@given(st.lists(COMMITS, max_size=4))
def test_a_table_has_what_its_commits_say(texts: list[bytes]) -> None:
    commits = CommitTable()
    offsets = [commits.read(OID, text) for text in (*texts, *texts)]
    parsed = [parse_commit(OID, text) for text in texts] * 2
    assert offsets == [one and one[1] for one in parsed]
    assert list(commits) == [one[0] for one in parsed if one]


def test_a_usual_commit_is_not_read_header_by_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "parse_headers", None)
    commits = CommitTable()
    for name in ("Ada", "Zo\u00eb"):
        assert commits.read(OID, f"tree {TREE}\nparent {ONE}\nauthor {name} <a> 1 +0000\ncommitter Bo <b> 2 -0100\n\nx".encode())
    assert commits.authors == ["Ada <a>", "Zo\u00eb <a>"]


def test_commits_of_one_author_share_a_text() -> None:
    commits = CommitTable()
    for oid in (ONE, TWO):
        commits.read(oid, f"tree {TREE}\nauthor Ada <a> 1 +0000\ncommitter Bo <b> 2 -0100\n\nx".encode())
    first, second = pickle.loads(pickle.dumps(commits)).authors  # noqa: S301 - our own bytes
    assert first is second


LISTED = st.builds(
    Commit,
    st.sampled_from("abcd"),
    st.sampled_from("tu"),
    st.lists(st.sampled_from("abcde"), max_size=3).map(tuple),
    st.sampled_from(["0001-01-01T00:00:00Z", "2024-02-29T12:30:01Z", "2024-02-29T12:30:02Z", "9999-12-31T23:59:59Z"]),
    st.sampled_from(["", "Ada <a>"]),
)


@given(st.lists(LISTED, max_size=6))
def test_a_table_is_its_commits_wherever_it_is_sent(commits: list[Commit]) -> None:
    made = CommitTable.of(commits)
    sent = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
    assert (list(sent), sent, len(sent)) == (commits, made, len(commits))
    sent.extend(made)
    assert list(sent) == commits * 2
    sent.clear()
    assert sent == CommitTable()


@given(st.lists(LISTED, max_size=6))
def test_the_oldest_come_first_and_each_once(commits: list[Commit]) -> None:
    last = {commit.id: commit for commit in commits}
    assert list(CommitTable.of(commits).oldest_first()) == sorted(last.values(), key=lambda commit: (commit.committed_at, commit.id))


@given(
    st.lists(
        st.tuples(
            *[st.text("0123456789abcdef", min_size=40, max_size=40)] * 2,
            st.integers(0, 1 << 33),
            st.text(st.characters(exclude_characters="\0\n")),
        )
    )
)
def test_what_was_packed_comes_back(rows: list[tuple[str, str, int, str]]) -> None:
    table = CommitTable()
    for oid, tree, seconds, author in rows:
        table.add(oid, tree, f"{tree} {oid}", seconds, author)
    assert CommitTable.unpack(table.pack()) == table


@pytest.mark.parametrize("columns", [b"", b"a\0b\0c\0" + b"1", b"a\0b\0c\0d\0e", b"a\na\0b\0c\0" + b"1\0e", b"\xff\0\0\0\0"])
def test_what_is_no_table_is_refused(columns: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CommitTable.unpack(zlib.compress(columns))
    with pytest.raises(zlib.error):
        CommitTable.unpack(columns or b"x")
