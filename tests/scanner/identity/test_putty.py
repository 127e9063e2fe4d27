"""Keys of PuTTY: the public half is in clear, whatever the private one is."""

from __future__ import annotations

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Form
from scanner.identity.keys import open_container
from scanner.identity.opened import AtRest
from tests.scanner.identity import keymaker


def container(name: str, encryption: bytes) -> tuple[bytes, str]:
    """The container of a new key, and the digest of its public half as the library computes it."""
    key = keymaker.make(name)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return strings(encryption, b64decode(public.split()[1]), b"a private half"), keymaker.digest(key)


def strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@pytest.mark.parametrize(("encryption", "at_rest"), [(b"none", AtRest.PLAIN), (b"aes256-cbc", AtRest.ENCRYPTED)])
@pytest.mark.parametrize("name", ["rsa", "p256", "p521", "ed25519"])
def test_the_public_half_is_read_with_and_without_a_passphrase(name: str, encryption: bytes, at_rest: AtRest) -> None:
    data, digest = container(name, encryption)
    opened = open_container(data, Form.PUTTY)
    assert (opened.identity, opened.at_rest) == (digest, at_rest)


@pytest.mark.parametrize("data", [b"", b"\0\0\0\4none", strings(b"none", b""), b"\xff\xff\xff\xffnone"])
def test_a_container_without_a_public_half_says_nothing(data: bytes) -> None:
    opened = open_container(data, Form.PUTTY)
    assert (opened.identity, opened.at_rest) == (None, AtRest.UNKNOWN)


def test_a_public_half_of_an_unknown_algorithm_leaves_the_key_to_its_container() -> None:
    opened = open_container(strings(b"none", strings(b"ssh-future", bytes(57)), b"x"), Form.PUTTY)
    assert (opened.identity, opened.at_rest) == (None, AtRest.PLAIN)


@given(data=st.binary(max_size=200))
def test_damage_never_raises(data: bytes) -> None:
    assert open_container(data, Form.PUTTY).pgp is None
