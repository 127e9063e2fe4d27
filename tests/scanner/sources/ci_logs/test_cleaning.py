"""What stands between the characters of a log, and what is left of it."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.sources.ci_logs import Cleaner, chunks, locate, recognise
from tests.scanner.sources.ci_logs.shapes import SHAPES, TIME, carried, cleaned, origins, spot_of
from tests.support import tokens

TOKEN = tokens.npm(1)
STAMP = "2024-05-22T12:43:46.962646Z"

PIECES = [
    *(
        b"\n",
        b"\r\n",
        b"\r",
        b"\x1b",
        b"\x1b[",
        b"\x1b[0K",
        b"\x1b[32;1m",
        b"\x1b[0m",
        b"\x1b]8;;",
        b"\x1b\\",
        b"\x07",
        b"\x1b_bk;t=17\x07",
    ),
    *(
        b"\x1b[8mha:",
        b"////4H+H6==",
        b"\x1b[",
        b"K",
        b"word",
        b" ",
        b"\xc3\xa9",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\t",
        b"\0",
        b"12:00:00  ",
        b"#8 0.1 ",
    ),
    *(f"{TIME} ".encode(), f"[{TIME}] ".encode(), f"{STAMP} 00O ".encode(), f"{STAMP} 00O+".encode(), f"{STAMP} 01E+".encode()),
    *(b"build\tPublish\t", b"section_start:1:x\r\x1b[0K", b"[Pipeline] { (A)\n", b"##[group]Run x\n", TOKEN.encode()),
]
LOGS = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_line_is_what_the_job_printed(shape: str) -> None:
    lines = ["", "plain", f"token: {TOKEN}", "  indented", "2024-05-01 a date of its own", "é " + TOKEN]
    clean = cleaned(SHAPES[shape](lines).encode()).decode().split("\n")
    assert "\n".join(lines) in "\n".join(clean)
    assert not any(sign in "".join(clean) for sign in ("\x1b", "\r", "\x07", "\ufeff", "bk;t="))


@pytest.mark.parametrize(
    ("log", "clean"),
    [
        (f"{TIME} a", "a"),
        (f"{TIME}\n{TIME} b", "\nb"),
        (f"2024-05-01T12:00:00+02:00 {TIME} a", "a"),
        (f"{TIME} #8 0.123 a", "a"),
        ("#12 100.5 a\n#12 DONE 0.1s", "a\n#12 DONE 0.1s"),
        ("12:00:00  a\n12:00:00 b", "a\n12:00:00 b"),
        (f"[{TIME}] a", "a"),
        ("10%\r20%\rdone\r\n", "10%\n20%\ndone\n"),
        ("a\r\r\nb", "a\nb"),
        ("a\x1b[1mb\x1b[0m\x1b[2J\x1b[?25hc", "abc"),
        ("a\x1b(Bb\x1b=c\x1b", "abc"),
        ("\x1b]0;title\x07a\x1b]8;;https://a.example\x1b\\b\x1b]8;;\x1b\\", "ab"),
        (f"{STAMP} 01O one\n{STAMP} 01O+two", "onetwo"),
        (f"{STAMP} 01O one\n{STAMP} 01E+two", "one\ntwo"),
        (f"{STAMP} 01O one\n{STAMP} 01E err\n{STAMP} 01O+two\n{STAMP} 01E+or\n{STAMP} 01O next", "onetwo\nerror\nnext"),
        (f"{STAMP} 01O one\nbare\n{STAMP} 01O+two\n", "onetwo\nbare\n"),
        (f"{STAMP} 01O+begun before\n{STAMP} 01O+here\n", "begun beforehere\n"),
        (f"{STAMP} 01O one\n{STAMP} 01O two", "one\ntwo"),
        ("", ""),
    ],
)
def test_what_is_taken_out(log: str, clean: str) -> None:
    assert cleaned(log.encode()).decode() == clean


@pytest.mark.parametrize(
    "log",
    [
        "2024-05-01 12:00:00 a date with a blank",
        "2024-05-01T12:00:00.123Zx",
        "x 2024-05-01T12:00:00Z in the midst",
        "section_start is a word",
        "_bk;t=12 is one too",
        "[2024-05-01T12:00:00Z]no blank",
    ],
)
def test_what_only_looks_like_it_stays(log: str) -> None:
    assert cleaned(log.encode()).decode() == log


@pytest.mark.parametrize(
    ("log", "aside"),
    [
        (f"\x1b]8;;https://x:{TOKEN}@a.example\x1b\\link", f"8;;https://x:{TOKEN}@a.example"),
        (f"\x1b]0;{TOKEN}\x07", f"0;{TOKEN}"),
        (f"\x1b_{TOKEN}\x1b\\", TOKEN),
        (f"\x1b{TOKEN}", TOKEN),
        (f"\x1b[{TOKEN}", TOKEN),
        (f"a\x1b[8mha:{tokens.base62(1, 40)}\x1b[0mb", tokens.base62(1, 40)),
        ("\x1b[32mcolour\x1b[0m \x1b_bk;t=1\x07", ""),
    ],
)
def test_what_a_control_sequence_carries_is_read_beside(log: str, aside: str) -> None:
    assert carried(log.encode()).decode() == aside


def test_a_note_of_jenkins_ends_where_it_ends() -> None:
    assert cleaned(b"Started by \x1b[8mha:////4AAA==\x1b[0madmin") == b"Started by admin"


def test_a_control_sequence_that_is_never_closed_hides_nothing() -> None:
    assert TOKEN.encode() in cleaned(f"\x1b]0;{TOKEN}\n\x1b_bk;t=1{TOKEN}\n\x1b[8mha:a {TOKEN}".encode())


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_characters_are_read_as_what_they_are(codec: str) -> None:
    log = SHAPES["github"](["é", TOKEN]).removeprefix("\ufeff").encode(codec)
    assert cleaned(log).decode().endswith(f"é\n{TOKEN}\n")


@given(LOGS)
@example(b"\x1b[0m\x1b\x1b[0m[32m")
@example(f"{STAMP} 00O a\x1b\n{STAMP} 00O+[0m".encode())
def test_the_way_back_leads_to_the_same_bytes(log: bytes) -> None:
    for origin in origins(log, TOKEN.encode()):
        assert log[origin.offset : origin.offset + len(TOKEN)] == TOKEN.encode()
        assert origin.line == log.count(b"\n", 0, origin.offset) + 1
        assert origin.column == spot_of(log, origin.offset)[1]


@given(LOGS, st.integers(1, 60))
@example(f"{STAMP} 01O a\n{STAMP} 01E b\n{STAMP} 01O+c\n".encode(), 35)
def test_pieces_of_any_size_come_to_the_same(log: bytes, size: int) -> None:
    left = [log[at : at + size] for at in range(0, len(log), size)][::-1]
    clean = Cleaner(recognise(log).manner).clean(lambda _: left.pop() if left else b"")
    parts = []
    while part := clean(1):
        parts.append(part)
    assert b"".join(parts) == cleaned(log)


@given(LOGS, st.integers(1, 60))
def test_places_are_the_same_in_pieces_of_any_size(log: bytes, size: int) -> None:
    left = [log[at : at + size] for at in range(0, len(log), size)][::-1]
    recognised = recognise(log)
    clean = Cleaner(recognised.manner).traced(lambda _: left.pop() if left else b"")
    places = {spot_of(cleaned(log), at): origin.offset for at, origin in zip(_all(cleaned(log)), origins(log, TOKEN.encode()), strict=True)}
    assert {spot: origin.offset for spot, origin in locate(clean, recognised.tracker(), places).items()} == places


def _all(text: bytes) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(TOKEN.encode(), at)]


@given(LOGS)
def test_no_word_is_lost(log: bytes) -> None:
    """Whatever stands around it, a word that begins behind a blank and ends before one is in what is examined."""
    log += b"\x1b\n \x1b[1m" + TOKEN.encode() + b" "
    assert TOKEN.encode() in cleaned(log) + carried(log)


@pytest.mark.parametrize("shape", ["github", "gitlab", "gitlab_timed", "jenkins", "buildkite", "gh"])
@pytest.mark.parametrize("gulp", [150, 400, 1000])
def test_chunks_of_any_size_come_to_the_same(shape: str, gulp: int, monkeypatch: pytest.MonkeyPatch) -> None:
    log = SHAPES[shape]([*(f"\x1b[3{n % 8}mline {n} {TOKEN}\x1b[0m" for n in range(40)), "é " * 200 + TOKEN]).encode()
    clean, places = cleaned(log), origins(log, TOKEN.encode())
    monkeypatch.setattr(chunks, "GULP", gulp)
    monkeypatch.setattr(chunks, "LONGEST", 4 * gulp)
    assert cleaned(log) == clean
    assert [(one.line, one.offset, one.job, one.step) for one in origins(log, TOKEN.encode())] == [
        (one.line, one.offset, one.job, one.step) for one in places
    ]


def test_a_line_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LONGEST", 100)
    monkeypatch.setattr(chunks, "GULP", 40)
    monkeypatch.setattr(chunks, "_CONTROLS", 16)
    line = ("word " * 9 + "\x1b[1mbold\x1b[0m ") * 40
    assert cleaned(line.encode()).decode() == line.replace("\x1b[1m", "").replace("\x1b[0m", "")


def test_a_place_that_the_log_does_not_have_any_more_is_not_found() -> None:
    log, recognised = BytesIO(b"a\n"), recognise(b"a\n")
    assert locate(Cleaner(recognised.manner).traced(log.read), recognised.tracker(), [(1, 1), (9, 1)]).keys() == {(1, 1)}


def test_in_a_line_too_long_to_be_counted_the_line_is_known() -> None:
    (origin,) = origins(b"a\n" + b"word " * 20_000 + TOKEN.encode() + b"\n", TOKEN.encode())
    assert (origin.line, origin.column) == (2, None)
