from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.history import Tag, parse_commit, parse_tag

OID, TREE, ONE, TWO = (digit * 40 for digit in "0123")
WHO = "Ada <ada@example.org> 1700000000 +0100"
HEAD = f"tree {TREE}\nparent {ONE}\nparent {TWO}\nauthor {WHO}\ncommitter {WHO}\n"


def _commit(author: bytes = b"", committer: bytes = b"", more: bytes = b"") -> bytes:
    lines = [b"tree " + TREE.encode(), author and b"author " + author, committer and b"committer " + committer, more]
    return b"\n".join(filter(None, lines)) + b"\n\nmessage\n"


def _author(data: bytes) -> str:
    parsed = parse_commit(OID, data)
    assert parsed is not None
    return parsed[0].author


def _date(committer: bytes) -> str:
    parsed = parse_commit(OID, _commit(committer=committer))
    assert parsed is not None
    return parsed[0].committed_at


def test_a_commit_is_read() -> None:
    data = f"{HEAD}\nsubject\n\nbody\n".encode()
    parsed = parse_commit(OID, data)
    assert parsed is not None
    commit, offset = parsed
    assert (commit.id, commit.tree, commit.parents) == (OID, TREE, (ONE, TWO))
    assert (commit.author, commit.committed_at) == ("Ada <ada@example.org>", "2023-11-14T22:13:20Z")
    assert data[offset:] == b"subject\n\nbody\n"


def test_a_signature_is_a_header_and_not_the_message() -> None:
    data = f"{HEAD}gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\nmessage".encode()
    parsed = parse_commit(OID, data)
    assert parsed is not None
    assert data[parsed[1] :] == b"message"


@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
def test_a_commit_may_have_no_message(ending: str) -> None:
    data = f"{HEAD}{ending}".encode()
    parsed = parse_commit(OID, data)
    assert parsed is not None
    assert data[parsed[1] :].strip() == b""


def test_a_sha256_commit_has_longer_ids() -> None:
    parsed = parse_commit("0" * 64, f"tree {'1' * 64}\nparent {'2' * 64}\n\nx".encode())
    assert parsed is not None
    assert (parsed[0].tree, parsed[0].parents) == ("1" * 64, ("2" * 64,))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"tree ",
        b"hello\n",
        f"tree {TREE}".encode(),
        f"tree {TREE}\n".encode(),
        f"tree {TREE[:-1]}\n".encode(),
        f"tree {'1' * 64}\n".encode(),
        f"author {WHO}\ntree {TREE}\n".encode(),
        f"tree {TREE}\nparent \n\n".encode(),
        f"tree {TREE}\nparent {'x' * 40}\n\n".encode(),
        f"tree {TREE}\nparent {'1' * 64}\n\n".encode(),
    ],
)
def test_what_git_would_not_take_for_a_commit_is_none(data: bytes) -> None:
    assert parse_commit(OID, data) is None


@pytest.mark.parametrize(("parents", "taken"), [(256, True), (257, False)])
def test_no_more_parents_than_a_person_would_merge(parents: int, *, taken: bool) -> None:
    data = f"tree {TREE}\n{f'parent {ONE}{chr(10)}' * parents}\nmessage".encode()
    assert (parse_commit(OID, data) is not None) is taken


@pytest.mark.parametrize(
    ("committer", "expected"),
    [
        (b"", "1970-01-01T00:00:00Z"),
        (b"A <a> ", "1970-01-01T00:00:00Z"),
        (b"A <a> soon", "1970-01-01T00:00:00Z"),
        (b"A <a> 1700000000 -1200", "2023-11-14T22:13:20Z"),
        (b"A <a> 1700000000", "2023-11-14T22:13:20Z"),
        (b"A 1700000000 +0000", "2023-11-14T22:13:20Z"),
        (b"1700000000", "2023-11-14T22:13:20Z"),
        (b"A <a> -1 +0000", "1969-12-31T23:59:59Z"),
        (b"A <a> -99999999999999999999 +0000", "0001-01-01T00:00:00Z"),
        (b"A <a> 99999999999999999999 +0000", "9999-12-31T23:59:59Z"),
        (b"A <a> " + b"9" * 5000 + b" +0000", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_date_is_always_one(committer: bytes, expected: str) -> None:
    assert _date(committer) == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (b"", ""),
        (b"Ada <ada@example.org> 1 +0000", "Ada <ada@example.org>"),
        (b"Ada 1700000000 +0000", "Ada"),
        (b"<> 1 +0000", "<>"),
        (b"A\x1b[31mda <a> 1 +0000", "A\\x1b[31mda <a>"),
        ("Ada\u202e <a> 1 +0000".encode(), "Ada\\u202e <a>"),
        ("Zo\u00eb <z> 1 +0000".encode(), "Zo\u00eb <z>"),
        ("Zo\u00eb <z> 1 +0000".encode("latin-1"), "Zo\u00eb <z>"),
        (b"A <a> <b> 1 +0000", "A <a> <b>"),
    ],
)
def test_an_author_can_be_shown(author: bytes, expected: str) -> None:
    assert _author(_commit(author)) == expected


@pytest.mark.parametrize("encoding", ["ISO-8859-2", "iso8859-2", "latin2"])
def test_the_encoding_of_a_commit_is_honoured(encoding: str) -> None:
    assert _author(_commit("\u0141ukasz <l> 1 +0000".encode("iso-8859-2"), more=f"encoding {encoding}".encode())) == "\u0141ukasz <l>"


@pytest.mark.parametrize("encoding", [b"zlib", b"../../etc", b"punycode", b"unicode_escape", b"cp99999", b"\xff", b"utf-8"])
def test_an_encoding_that_makes_no_sense_is_passed_over(encoding: bytes) -> None:
    assert _author(_commit(b"Zo\xeb <z> 1 +0000", more=b"encoding " + encoding)) == "Zo\u00eb <z>"


def test_a_long_name_is_cut() -> None:
    assert len(_author(_commit(b"x" * 1_000_000 + b" <a> 1 +0000"))) <= 300


def test_a_tag_is_read() -> None:
    data = f"object {ONE}\ntype commit\ntag v1.0\ntagger {WHO}\n\nmessage\n".encode()
    parsed = parse_tag(OID, data)
    assert parsed is not None
    assert parsed.tag == Tag(OID, ONE, "commit", "v1.0")
    assert data[parsed.offset :] == b"message\n"


def test_the_name_of_a_tag_can_be_shown() -> None:
    parsed = parse_tag(OID, f"object {ONE}\ntype commit\ntag v\x1b1\n\n".encode())
    assert parsed is not None
    assert parsed.tag.name == "v\\x1b1"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        f"object {ONE}\n".encode(),
        f"object {ONE}\ntype potion\ntag v\n\n".encode(),
        f"object {ONE}\ntype commit\ntag {'v' * 2000}\n\n".encode(),
        f"type commit\nobject {ONE}\ntag v\n\n".encode(),
    ],
)
def test_what_is_no_tag_is_none(data: bytes) -> None:
    assert parse_tag(OID, data) is None


GARBAGE = st.one_of(
    st.binary(max_size=300), st.binary(max_size=200).map(lambda raw: f"tree {TREE}\n".encode() + raw), st.binary(max_size=100).map(_commit)
)


@given(GARBAGE)
def test_no_commit_is_too_strange(data: bytes) -> None:
    parsed = parse_commit(OID, data)
    if parsed is not None:
        commit, offset = parsed
        assert 0 <= offset <= len(data)
        assert commit.author.isprintable()
        assert len(commit.committed_at) == len("2024-01-01T00:00:00Z")


@given(st.binary(max_size=200).map(lambda raw: f"object {ONE}\ntype commit\ntag ".encode() + raw))
def test_no_tag_is_too_strange(data: bytes) -> None:
    parsed = parse_tag(OID, data)
    if parsed is not None:
        assert parsed.tag.name.isprintable()
        assert parsed.offset <= len(data)
