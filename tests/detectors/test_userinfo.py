from __future__ import annotations

import pytest

from detectors._userinfo import is_password, userinfo
from tests.support import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"https://bot:VALUE@Git.acme.dev:8443/a", ("bot", "git.acme.dev")),
        (b"https://:VALUE@git.acme.dev", (None, "git.acme.dev")),
        (b"https://VALUE@git.acme.dev", (None, None)),
        (b"https://bot:VALUE", (None, None)),
        (b"bot:VALUE@git.acme.dev", (None, None)),
        (b"https://a b:VALUE@git.acme.dev", (None, None)),
        (b"https://\xff:VALUE@git.acme.dev.", ("�", "git.acme.dev")),
    ],
)
def test_user_and_host_are_those_of_the_url(text: bytes, expected: tuple[str | None, str | None]) -> None:
    start = text.index(b"VALUE")
    assert userinfo(text, start, start + len(b"VALUE")) == expected


def test_a_user_of_any_length_is_read_no_further_than_names_go() -> None:
    text = b"https://" + b"u" * 200 + b":VALUE@git.acme.dev"
    assert userinfo(text, text.index(b"VALUE"), text.index(b"@")) == (None, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"hunter2", True), (b"pypi-mirror", True), (b"", False), (b"x", False), (b"x-oauth-basic", False), (tokens.pypi(1).encode(), False)],
)
def test_what_stands_behind_a_user_is_a_password_unless_something_else_reads_it(value: bytes, expected: bool) -> None:
    assert is_password(value) is expected
