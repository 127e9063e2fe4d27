from __future__ import annotations

import os

from scanner.sources.workstation import exported


def values(environ: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.reveal()) for name, value in exported(environ)]


def test_variables_by_name() -> None:
    assert values({"B": "2", "A": "1"}) == [("A", b"1"), ("B", b"2")]


def test_bytes_are_those_of_the_process() -> None:
    assert values({os.fsdecode(b"N\xff"): os.fsdecode(b"\xc3\xa4\xff")}) == [("N\\xff", b"\xc3\xa4\xff")]


def test_our_own_key_is_left_out_and_nothing_else() -> None:
    assert values({"KEYTRAIL_KEY": "k", "KEYTRAIL_KEY_FILE": "f"}) == [("KEYTRAIL_KEY_FILE", b"f")]
