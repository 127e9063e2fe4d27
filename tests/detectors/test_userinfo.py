from __future__ import annotations

import pytest

from detectors._userinfo import userinfo


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
