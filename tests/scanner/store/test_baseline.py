"""The baseline file: read strictly, written the same for the same, and what it accepts."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import BaselineError
from scanner.store import baseline
from scanner.store.baseline import Accepted, Baseline, Known, parse, render

ONE, TWO = f"kb1:{'a' * 26}", f"kb1:{'b' * 26}"
SALT = bytes(range(32))
TODAY, TOMORROW, YESTERDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 3)
SAMPLE = Baseline(
    SALT,
    (
        Known(ONE, "npm-token", ("docs/example.md", "config/.npmrc"), 'quoted "so"', date(2027, 1, 31)),
        Known(TWO, "pypi-token", ("a.py",)),
    ),
)
FILE = f"""\
{baseline.HEADER}version = 1
salt = "{SALT.hex()}"

[[known]] # bbbbbb
places = [
  "a.py",
] # bbbbbb
kind = "pypi-token"
id = "{TWO}"

[[known]] # aaaaaa
places = [
  "config/.npmrc",
  "docs/example.md",
] # aaaaaa
kind = "npm-token"
reason = "quoted \\"so\\""
until = 2027-01-31
id = "{ONE}"
"""

anything = st.text(st.characters(codec=None))
ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26).map("kb1:".__add__)
entries = st.builds(Known, ids, anything, st.lists(anything).map(tuple), anything, st.none() | st.dates())
baselines = st.builds(Baseline, st.binary(min_size=1, max_size=64), st.lists(entries, max_size=5).map(tuple))


def file(*, head: str = f'version = 1\nsalt = "{SALT.hex()}"\n', **block: str) -> bytes:
    """A baseline with one block, some of whose fields are written differently."""
    lines = {"id": f'"{ONE}"', "kind": '"npm-token"', "places": '["a"]', **block}
    return f"{head}[[known]]\n{''.join(f'{key} = {value}{chr(10)}' for key, value in lines.items())}".encode()


def refusal(text: bytes) -> str:
    with pytest.raises(BaselineError) as caught:
        parse(text, "NAME")
    return str(caught.value)


def test_a_file_is_sorted_by_place_with_one_entry_a_block() -> None:
    assert render(SAMPLE) == FILE


def test_what_is_written_is_read() -> None:
    assert parse(FILE.encode(), "b") == SAMPLE


@given(baselines)
def test_every_baseline_survives_being_written(written: Baseline) -> None:
    text = render(written)
    assert parse(text.encode(), "b") == written
    assert tomllib.loads(text)["version"] == 1


@given(st.text())
def test_a_written_file_shows_everything_that_is_in_it(text: str) -> None:
    written = render(Baseline(SALT, (Known(ONE, "k", (text,), text),)))
    assert all(line.isprintable() for line in written.split("\n"))


@given(st.lists(entries, max_size=4))
def test_the_order_of_entries_and_places_does_not_matter(known: list[Known]) -> None:
    turned = [replace(one, places=one.places[::-1]) for one in reversed(known)]
    assert render(Baseline(SALT, tuple(known))) == render(Baseline(SALT, tuple(turned)))


def test_paths_that_are_no_text_are_written_as_they_are_shown() -> None:
    known = Known(ONE, "k", ("caf\udce9",))
    assert known.places == (r"caf\xe9",)
    assert Accepted(Baseline(SALT, (known,))).known_as(ONE, "caf\udce9", TODAY) == known


@pytest.mark.parametrize("change", [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n")], ids=["BOM", "CRLF"])
def test_files_of_windows_editors(change: object) -> None:
    assert callable(change)
    assert parse(change(FILE.encode()), "b") == SAMPLE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            b"<<<<<<< HEAD\n" + FILE.encode(),
            "a merge left conflict markers (line 1); keep the entries of both sides and remove the markers",
        ),
        (FILE.encode() + b"=======\n", "a merge left conflict markers (line 22); keep the entries of both sides and remove the markers"),
        (
            FILE.encode() + b">>>>>>> theirs\r\n",
            "a merge left conflict markers (line 22); keep the entries of both sides and remove the markers",
        ),
        (
            FILE.encode() + b"||||||| base\n",
            "a merge left conflict markers (line 22); keep the entries of both sides and remove the markers",
        ),
        (b"version = 1\nsalt = \n", "not valid TOML (line 2)"),
        (b"\xff", "not valid UTF-8"),
        (b"a = 1\na = 2", "not valid TOML"),
        (b"", "no baseline: `version` must be a positive number"),
        (b"version = true", "no baseline: `version` must be a positive number"),
        (b"version = 0", "no baseline: `version` must be a positive number"),
        (b"version = 2\nnew = []", "version 2 was written by a newer keytrail; this one reads version 1"),
        (b'version = 1\nsalt = "00"\nextra = 1', "unknown key; a baseline has version, salt and [[known]] blocks"),
        (b"version = 1", "`salt` must be a string of hex digits"),
        (b'version = 1\nsalt = ""', "`salt` must be a string of hex digits"),
        (b'version = 1\nsalt = "abc"', "`salt` must be a string of hex digits"),
        (b'version = 1\nsalt = "00"\nknown = {}', "`known` must be written as [[known]] blocks"),
        (b" " * (baseline.LARGEST + 1), "larger than 16777216 bytes"),
    ],
)
def test_what_is_no_baseline(text: bytes, why: str) -> None:
    assert refusal(text).startswith(f"NAME: {why}")


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ({"id": "1"}, "`id` must be `kb1:` and 26 characters"),
        ({"id": '"kt1:abc123:aaaa"'}, "`id` must be `kb1:` and 26 characters"),
        ({"kind": "[]"}, "`kind` must be a string"),
        ({"places": '"a"'}, "`places` must be a list of paths"),
        ({"places": "[1]"}, "`places` must be a list of paths"),
        ({"reason": "1"}, "`reason` must be a string"),
        ({"until": '"2027-01-31"'}, "`until` must be a date such as 2027-01-31, without quotes"),
        ({"until": "2027-01-31T00:00:00"}, "`until` must be a date such as 2027-01-31, without quotes"),
        ({"note": '"x"'}, "unknown key; a block has id, kind, places, reason and until"),
    ],
)
def test_what_is_no_entry(block: dict[str, str], why: str) -> None:
    assert refusal(file(**block)) == f"NAME: [[known]] block 1: {why}"


def test_blocks_that_are_no_tables() -> None:
    assert refusal(f'version = 1\nsalt = "{SALT.hex()}"\nknown = [1]'.encode()) == "NAME: [[known]] block 1: must be a table"


@given(st.text(min_size=9, max_size=40).map(lambda text: f"\x02{text}\x03"), st.sampled_from(["key", "id", "value"]))
def test_a_refusal_is_one_line_and_repeats_nothing_of_the_file(text: str, where: str) -> None:
    quoted = baseline.render(Baseline(b"s", (Known(ONE, text, ()),))).split("kind = ")[1].split("\n")[0]
    content = {"key": file(**{quoted: "1"}), "id": file(id=quoted), "value": file() + text.encode()}[where]
    said = refusal(content)
    assert text not in said
    assert said.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 500_000 + " = 1",
        '"a"' + '."a"' * 200_000 + " = 1",
        "x = {" + "a." * 300_000 + "a = 1}",
        'reason = "\\\\" #"\na' + ".a" * 300_000 + " = 1",
        "x = " + "[" * 100_000,
        "x = " + "{a=" * 100_000,
        "x = " + "9" * 100_000,
        'x = "' + "\\" * 1_000_000,
        'x = """' + '\\"' * 500_000,
    ],
    ids=["dotted", "quoted dots", "inline table", "behind strings", "arrays", "tables", "digits", "backslashes", "open string"],
)
def test_hostile_files_are_refused_at_once(text: str) -> None:
    assert refusal(f"version = 1\n{text}\n".encode()).startswith("NAME: n")


def test_dots_and_braces_in_strings_and_comments_are_nobodys_business() -> None:
    path = "a." * 2000 + "{'\"#\\"
    known = Baseline(SALT, (Known(ONE, "k", (path,), "'''" + path),))
    text = render(known) + "# " + "." * 2000 + "\n[[known]]\nid = '" + TWO + "'\nkind = '''" + "." * 2000 + "'''\nplaces = []\n"
    assert parse(text.encode(), "b").known == tuple(sorted((*known.known, Known(TWO, "." * 2000, ())), key=lambda one: one.places))


@pytest.mark.parametrize(
    ("until", "today", "state"),
    [(None, TODAY, "known"), (TOMORROW, TODAY, "known"), (TODAY, TODAY, "known"), (YESTERDAY, TODAY, "expired"), (None, date.max, "known")],
)
def test_an_entry_holds_to_the_end_of_its_last_day(until: date | None, today: date, state: str) -> None:
    known = Known(ONE, "k", ("a", "b"), until=until)
    accepted = Accepted(Baseline(SALT, (known,)))
    expected = (known, None) if state == "known" else (None, known)
    assert (accepted.known_as(ONE, "b", today), accepted.expired_as(ONE, "b", today)) == expected


@pytest.mark.parametrize(("name", "path"), [(TWO, "a"), (ONE, "b"), (None, "a"), (ONE, "A")])
def test_everything_else_is_not_known(name: str | None, path: str) -> None:
    accepted = Accepted(Baseline(SALT, (Known(ONE, "k", ("a",)),)))
    assert accepted.known_as(name, path, TODAY) is None
    assert accepted.expired_as(name, path, TODAY) is None


@pytest.mark.parametrize("turned", [False, True])
def test_of_entries_for_one_place_the_earliest_end_counts(turned: bool) -> None:
    known = (Known(ONE, "k", ("a", "b")), Known(ONE, "k", ("b", "c"), until=YESTERDAY), Known(ONE, "k", ("b",), until=TOMORROW))
    accepted = Accepted(Baseline(SALT, known[::-1] if turned else known))
    assert accepted.known_as(ONE, "a", TODAY) == known[0]
    assert accepted.expired_as(ONE, "b", TODAY) == known[1]
    assert accepted.expired_as(ONE, "c", TODAY) == known[1]


def test_a_baseline_of_occurrences_has_one_entry_a_credential() -> None:
    met = [(ONE, "k", "b"), (TWO, "k", "a"), (ONE, "k", "a"), (None, "k", "c"), (ONE, "k", "b")]
    made = baseline.from_occurrences(met, salt=SALT, reason="old", until=TODAY)
    assert made == Baseline(SALT, (Known(ONE, "k", ("a", "b"), "old", TODAY), Known(TWO, "k", ("a",), "old", TODAY)))


def test_equal_entries_are_one() -> None:
    assert Baseline(SALT, (*SAMPLE.known, *SAMPLE.known)).known == SAMPLE.known


def test_the_salt_of_a_repository_is_that_of_its_roots_in_any_order() -> None:
    salt = baseline.salt_from(["b" * 40, "a" * 40])
    assert salt == baseline.salt_from(["a" * 40, "b" * 40, "a" * 40])
    assert salt.hex() == "0508d205b692b716c6b658c4deb095f2fcf7b3af61f94069524fb9d4db8cd18d"
    assert salt != baseline.salt_from(["a" * 40])


def test_without_roots_a_salt_is_random() -> None:
    salts = {baseline.salt_from([]), baseline.salt_from([]), baseline.random_salt(), baseline.random_salt()}
    assert [len(salt) for salt in salts] == [32] * 4
