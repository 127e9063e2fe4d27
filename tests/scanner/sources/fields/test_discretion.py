"""What a place is called never gives away what lies there, or beside it. `@@` stands for the value."""

from __future__ import annotations

import pytest

from scanner.sources.fields import Named, name_place
from tests.support import tokens

VALUE = tokens.npm(1).encode()
HOST = "reg.example"


def named(path: str, text: str, value: bytes = VALUE) -> Named:
    """What the value at the `@@` of `text` is called."""
    before, _, after = text.encode().partition(b"@@")
    return name_place(path, before + value + after, len(before), len(before) + len(value))


LEAKS = [
    ("a.json", f'{{"{tokens.ghp(3)}": "@@"}}', tokens.ghp(3)),
    ("a.yml", f"{tokens.pypi(3)}: @@", tokens.pypi(3)[40:]),
    (".env", f"{tokens.base62(4, 32)}=@@", tokens.base62(4, 32)),
    ("a.yml", f"user: {tokens.ghp(5)}\npassword: @@", tokens.ghp(5)),
    ("a.sh", f"https://{tokens.ghp(6)}:@@@{HOST}/", tokens.ghp(6)),
    ("a.json", '{"https://ada:hunter22@h.example/": "@@"}', "hunter22"),
    (".gitconfig", f'[url "https://ada:hunter22@{HOST}/"]\n\ttoken = @@', "hunter22"),
    ("a.yml", f"{tokens.uuid(7)}: @@", tokens.uuid(7)),
]


@pytest.mark.parametrize(("path", "text", "secret"), LEAKS)
def test_no_name_repeats_another_credential(path: str, text: str, secret: str) -> None:
    assert secret not in repr(named(path, text))


def test_an_account_that_is_the_password_is_not_told() -> None:
    assert named("a.sh", f"https://hunter22:@@@{HOST}/", b"hunter22") == Named("userinfo", service=HOST)


def test_the_value_in_a_subsection_does_not_come_back_in_the_path() -> None:
    assert VALUE.decode() not in repr(named(".gitconfig", f'[url "https://@@@{HOST}/"]\n\tinsteadOf = x'))


def test_a_long_name_is_cut() -> None:
    assert len(named("a.json", f'{{"{"k " * 400}": "@@"}}').field or "") == 129


def test_a_host_that_repeats_the_password_is_not_told() -> None:
    assert named("a.sh", f"https://ada:@@@{VALUE.decode()}.example/") == Named("userinfo", account="ada")
