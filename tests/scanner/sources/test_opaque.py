"""What counts as a container that only its own program opens."""

from __future__ import annotations

import pytest

from scanner.sources.opaque import is_opaque

BEGINNINGS = [
    b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x00",
    b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5\x00",
    b"KWALLET\n\r\0\r\n\x00",
    b"GnomeKeyring\n\r\0\n\x00",
    b"kych\0\x01\0\0",
    bytes.fromhex("01000000d08c9ddf0115d1118c7a00c04fc297eb01000000"),
    b"age-encryption.org/v1\n-> X25519 a\n",
    b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    b"-----BEGIN PGP MESSAGE-----\n\n",
    b"$ANSIBLE_VAULT;1.1;AES256\n6161",
    b"\0GITCRYPT\0\x01",
]


@pytest.mark.parametrize("data", BEGINNINGS, ids=range(len(BEGINNINGS)))
def test_it_is_told_by_its_first_bytes(data: bytes) -> None:
    assert is_opaque(data)
    assert not is_opaque(data[:4])
    assert not is_opaque(b"\n" + data)


@pytest.mark.parametrize("format_", ["dpapi", "kdbx", "keychain", "keyring", "kwallet", "pgp"])
def test_a_place_of_a_home_tells_it_where_it_is_no_text(format_: str) -> None:
    assert is_opaque(b"\x85\x01\x0c\x03", format_)
    assert not is_opaque(b"[keyring]\ndisplay-name=\xc3\xbc\n", format_)
    assert not is_opaque(b"", format_)


def test_text_that_is_cut_in_a_letter_is_text() -> None:
    assert not is_opaque("ü".encode() * 600, "keyring")
    assert not is_opaque(b"a" + "ü".encode() * 600, "keyring")


@pytest.mark.parametrize(("data", "expected"), [(b"{}", True), (b"SQLite format 3\0", True), (b"", False)])
def test_logins_of_browsers_are_always_enciphered(data: bytes, expected: bool) -> None:
    assert is_opaque(data, "vault") is expected


@pytest.mark.parametrize("format_", [None, "key", "json", "lines", "token"])
def test_other_files_are_none(format_: str | None) -> None:
    assert not is_opaque(b"\x00\x01\xff", format_)
