"""Passwords that programs scramble, undone; and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity import scrambling
from tests.support import scrambled

PASSWORDS = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=80)
KEY = "ada" + "host.example"


@given(PASSWORDS)
def test_rclone(password: str) -> None:
    assert scrambling.rclone(scrambled.rclone(password).encode()) == password.encode()


@given(PASSWORDS, st.booleans(), st.integers(0, 20))
def test_winscp(password: str, flag: bool, shift: int) -> None:
    written = scrambled.winscp(password, KEY, flag=flag, shift=shift).encode()
    assert scrambling.winscp(written, (b"eveother", KEY.encode())) == password.encode()


def test_a_long_password_of_winscp() -> None:
    assert scrambling.winscp(scrambled.winscp("x" * 300, KEY).encode(), (KEY.encode(),)) == b"x" * 300


def test_winscp_of_another_session() -> None:
    assert scrambling.winscp(scrambled.winscp("word", KEY).encode(), (b"eveother",)) is None
    assert scrambling.winscp(scrambled.winscp("word", KEY).encode(), ()) is None


def test_winscp_under_a_master_password() -> None:
    external = "".join(f"{(~letter & 0xFF) ^ 0xA3:02X}" for letter in (0xFF, 1)) + "00" * 40
    assert scrambling.winscp(external.encode(), (b"",)) is None


def test_dbeaver() -> None:
    assert scrambling.dbeaver(scrambled.dbeaver({"a": {"#connection": {"user": "ada"}}})) == b'{"a": {"#connection": {"user": "ada"}}}'


@given(st.lists(st.text("abcäß =", max_size=40), max_size=5))
def test_mysql(lines: list[str]) -> None:
    assert scrambling.mysql(scrambled.mysql("[client]", *lines)) == "".join(f"{line}\n" for line in ("[client]", *lines)).encode()


SOUND = [
    (scrambling.dbeaver, scrambled.dbeaver({"a": "b" * 40})),
    (scrambling.mysql, scrambled.mysql("[client]", "user = ada", "password = word")),
]


@pytest.mark.parametrize("number", range(len(SOUND)))
def test_what_is_cut_off_is_less_or_nothing(number: int) -> None:
    undo, data = SOUND[number]
    whole = undo(data)
    assert whole is not None
    assert all((undo(data[:end]) or b"").startswith(b"") and undo(data[:end]) != whole for end in range(len(data) - 4))


@given(st.binary(max_size=200))
def test_noise_is_nothing_and_no_error(data: bytes) -> None:
    assert scrambling.rclone(data) is None or scrambling.rclone(data)
    for undone in (scrambling.dbeaver(data), scrambling.mysql(data), scrambling.winscp(data.hex().encode(), (b"",))):
        assert undone is None or undone
    assert scrambling.winscp(data, (b"",)) is None or data


def test_what_is_not_obscured_is_nothing() -> None:
    assert scrambling.rclone(b"just-a-long-password-that-is-plain") is None
