"""What is read of databases, of those too that were made to do something to who reads them."""

from __future__ import annotations

import random
import sqlite3

import pytest

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.databases import enciphered, is_database
from scanner.sources.databases.cells import Database
from scanner.sources.databases.pages import rest
from tests.support.databases import database

Cells = dict[str, list[tuple[tuple[str, bytes], ...]]]
TWO = (
    "CREATE TABLE kept (name TEXT, value BLOB, n INTEGER)",
    ("INSERT INTO kept VALUES (?, ?, 7), (?, NULL, 8)", ("ada", b"\x00v", "eve")),
)


def told(data: bytes) -> Cells:
    """The rows of every table but that of statements."""
    with Database(data) as opened:
        return {table.name: [row.cells for row in opened.rows(table)] for table in opened.tables() if table.root > 1}


def without(data: bytes) -> bytes:
    """What lies beside the cells."""
    with Database(data) as opened:
        return rest(data, {table.root: len(table.columns) for table in opened.tables()})


def reason(data: bytes) -> Reason:
    with pytest.raises(UnreadableError) as caught:
        told(data)
    return Reason(caught.value.reason)


def test_texts_and_blobs_are_told_by_table_and_column() -> None:
    assert told(database(*TWO)) == {"kept": [(("name", b"ada"), ("value", b"\x00v")), (("name", b"eve"),)]}


def test_statements_are_a_table() -> None:
    with Database(database(*TWO)) as opened:
        [row] = opened.rows(opened.tables()[0])
    assert row.cells[-1] == ("sql", b"CREATE TABLE kept (name TEXT, value BLOB, n INTEGER)")


@pytest.mark.parametrize("before", [(), ("PRAGMA page_size = 512",), ("PRAGMA page_size = 65536",), ("PRAGMA encoding = 'UTF-16be'",)])
@pytest.mark.parametrize("keyed", ["", " WITHOUT ROWID"])
def test_a_long_cell_is_told_whole_and_taken_out(before: tuple[str, ...], keyed: str) -> None:
    text = "".join(random.Random(3).choices("abcdefghij", k=100_000))
    data = database(f"CREATE TABLE t (a TEXT PRIMARY KEY, b){keyed}", ("INSERT INTO t VALUES ('kkkkkkkk', ?)", (text,)), before=before)
    assert told(data) == {"t": [(("a", b"kkkkkkkk"), ("b", text.encode()))]}
    wide = "utf-16be" if "encoding" in "".join(before) else "utf-8"
    pieces = [text[at : at + 60].encode(wide) for at in range(0, len(text), 997)]
    assert sum(piece in data for piece in pieces) > len(pieces) / 3
    assert [piece for piece in pieces if piece in without(data)] == []


def test_many_rows_over_many_pages_are_taken_out() -> None:
    rows = [(f"name-{number:06}", f"value-{number:06}") for number in range(5_000)]
    data = database("CREATE TABLE t (a, b)", *(("INSERT INTO t VALUES (?, ?)", row) for row in rows), before=("PRAGMA page_size = 1024",))
    assert [tuple(value.decode() for _, value in row) for row in told(data)["t"]] == rows
    left = without(data)
    assert (data.count(b"value-"), left.count(b"value-"), len(left)) == (5_000, 0, len(data))


def test_what_was_deleted_stays() -> None:
    gone, kept = b"gone" * 8, b"kept" * 8
    made = ("CREATE TABLE t (a)", ("INSERT INTO t VALUES (?), (?)", (gone.decode(), kept.decode())), "DELETE FROM t WHERE a LIKE 'gone%'")
    data = database(*made)
    assert told(data) == {"t": [(("a", kept),)]}
    assert (gone[4:] in without(data), kept in data, kept in without(data)) == (True, True, False)


def test_a_row_of_a_table_that_is_not_told_stays() -> None:
    data = database(*TWO, "CREATE TABLE other (a)", "INSERT INTO other VALUES ('stays here')")
    with Database(data) as opened:
        kept = next(table for table in opened.tables() if table.name == "kept")
    assert b"stays here" in rest(data, {kept.root: 3})
    assert b"eve" not in rest(data, {kept.root: 3})[4096:]


def test_columns_that_are_not_told_stay() -> None:
    data = database("CREATE TABLE t (a, b)", "INSERT INTO t VALUES ('first here', 'second here')")
    left = rest(data, {2: 1})
    assert (b"first here" in left, b"second here" in left) == (False, True)


NAMES = ['we"ird', "select", "a.b", "x'y", "[z]", "`q`", "two words", "ü", ""]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_as_strange_as_they_like(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    data = database(f'CREATE TABLE {quoted} ({quoted}, "b")', f"INSERT INTO {quoted} VALUES ('v', 'w')")  # noqa: S608 - our own
    assert told(data) == ({name: [((name, b"v"), ("b", b"w"))]} if name else {})


def test_a_database_with_a_log_is_read_without_it() -> None:
    data = bytearray(database(*TWO))
    data[18:20] = b"\x02\x02"
    assert told(bytes(data)) == told(database(*TWO))


COMPUTED = "CREATE TABLE t (a, b AS (hex(zeroblob(100000000))), c AS (a || 'x') STORED)"


def test_nothing_is_computed() -> None:
    assert told(database(COMPUTED, "INSERT INTO t (a) VALUES ('v')")) == {"t": [(("a", b"v"), ("c", b"vx"))]}


def test_views_and_virtual_tables_are_left_alone() -> None:
    made = database(
        *TWO,
        "CREATE VIEW v AS SELECT name FROM kept",
        "CREATE VIRTUAL TABLE f USING fts5(body)",
        "INSERT INTO f VALUES ('word')",
        "CREATE TRIGGER tr AFTER INSERT ON kept BEGIN DELETE FROM kept; END",
    )
    rows = told(made)
    assert {"kept", "f_content"} <= rows.keys()
    assert {"v", "f"} & rows.keys() == set()
    assert rows["f_content"] == [(("c0", b"word"),)]


def forged(statement: str, *, name: str = "kept") -> bytes:
    """A database whose table `kept` has another statement than the one that made it."""
    with sqlite3.connect(":memory:", isolation_level=None) as connection:
        connection.deserialize(database(*TWO))
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ?, name = ?", (statement, name))
        return connection.serialize()


VIRTUAL = "CREATE VIRTUAL TABLE kept USING fts5(a)"
LIES = [VIRTUAL, VIRTUAL.replace("VIRTUAL TABLE", "/**/VIRTUAL/**/TABLE"), "CREATE VIEW kept AS SELECT 1", "CREATE TABLE other(a)", ""]


@pytest.mark.parametrize("statement", LIES)
def test_a_table_whose_statement_says_something_else_is_not_read(statement: str) -> None:
    try:
        assert told(forged(statement)) == {}
    except UnreadableError as error:
        assert error.reason == Reason.DAMAGED  # noqa: PT017 - SQLite may refuse the whole file


def test_a_table_of_more_columns_than_it_has_is_read() -> None:
    assert told(forged("CREATE TABLE kept (name, value, n, more, again)"))["kept"][1] == (("name", b"eve"),)


def test_cells_that_a_table_does_not_own_to_stay() -> None:
    data = forged("CREATE TABLE kept (name)")
    assert told(data) == {"kept": [(("name", b"ada"),), (("name", b"eve"),)]}
    assert b"\x00v" in without(data)[4096:]


def test_pages_that_are_chained_in_a_circle_end() -> None:
    data = bytearray(
        database(
            "CREATE TABLE t (a)", *(("INSERT INTO t VALUES (?)", ("x" * 400,)) for _ in range(200)), before=("PRAGMA page_size = 512",)
        )
    )
    root = 512
    assert data[root] == 5
    for at in range(root + 12, root + 40, 2):
        cell = root + int.from_bytes(data[at : at + 2], "big")
        data[cell : cell + 4] = (2).to_bytes(4, "big")
    assert reason(bytes(data)) in {Reason.DAMAGED, Reason.TIMEOUT}
    assert len(rest(bytes(data), {2: 1})) == len(data)


def test_rows_that_share_their_overflow_end() -> None:
    """Every row of a page says that it is as large as the file, and goes on in the same pages."""
    text = "y" * 200_000
    made = ("CREATE TABLE t (a)", ("INSERT INTO t VALUES (?)", (text,)))
    data = bytearray(database(*made, before=("PRAGMA page_size = 65536",)))
    root = 65_536
    cell = root + int.from_bytes(data[root + 8 : root + 10], "big")
    data[root + 3 : root + 5] = (20_000).to_bytes(2, "big")
    data[root + 8 : root + 8 + 40_000] = (cell - root).to_bytes(2, "big") * 20_000
    assert reason(bytes(data)) is Reason.DAMAGED
    assert len(rest(bytes(data), {2: 1})) == len(data)


SOUND = database(
    *TWO,
    "CREATE INDEX i ON kept (name)",
    "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
    ("INSERT INTO w VALUES ('a', ?)", ("z" * 3_000,)),
    *(("INSERT INTO kept VALUES (?, ?, 1)", (f"n{number}", b"b" * number)) for number in range(60)),
    before=("PRAGMA page_size = 512",),
)


@pytest.mark.parametrize("seed", range(60))
def test_a_file_that_is_damaged_anywhere_is_read_or_is_not(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(SOUND)
    for _ in range(chance.choice([1, 4, 40])):
        at = chance.choice([chance.randrange(16, 200), chance.randrange(len(data))])
        data[at] = chance.choice([0, 1, 2, 5, 10, 13, 127, 128, 255, chance.randrange(256)])
    try:
        told(bytes(data))
    except UnreadableError as error:
        assert error.reason in {Reason.DAMAGED, Reason.TIMEOUT, Reason.TOO_LARGE}  # noqa: PT017 - one or the other
    assert len(rest(bytes(data), dict.fromkeys(range(1, 30), 3))) == len(data)


@pytest.mark.parametrize("size", [0, 16, 99, 100, 101, 511, 512, 513, 2_000, len(SOUND) - 1])
def test_a_file_that_is_cut_off_is_read_or_is_not(size: int) -> None:
    data = SOUND[:size]
    assert is_database(data) is (size >= 100)
    if size >= 100:
        try:
            with Database(data) as opened:
                assert opened.cut_short
        except UnreadableError as error:
            assert error.reason == Reason.DAMAGED  # noqa: PT017 - one or the other
        assert len(rest(data, {1: 5, 2: 3})) == size


def test_what_is_said_of_a_damaged_file_quotes_nothing_of_it() -> None:
    with pytest.raises(UnreadableError) as caught:
        told(forged("CREATE TABLE kept (secretword"))
    assert "secretword" not in caught.value.detail
    assert caught.value.__suppress_context__


def test_an_enciphered_database_is_told_by_name_and_noise() -> None:
    noise = random.Random(1).randbytes(4096)
    assert enciphered("a/history.db", noise)
    assert not any(
        enciphered(path, data) for path, data in [("a.txt", noise), ("a.db", noise[:-1]), ("a.db", b"text\n" * 1024), ("a.db", b"")]
    )
