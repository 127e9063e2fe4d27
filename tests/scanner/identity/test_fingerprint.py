"""Ids: keyed ones of credentials, and plain ones of public parts."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity import derived_id, fingerprint

RFC_5869 = {
    "A.1": (
        b"\x0b" * 22,
        bytes(range(13)),
        bytes(range(0xF0, 0xFA)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    "A.2": (
        bytes(range(0x50)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac78272",
    ),
    "A.3": (
        b"\x0b" * 22,
        b"",
        b"",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
}
"""Key, salt, info and output of the SHA-256 vectors, as much of it as one line holds."""


@pytest.mark.parametrize("case", RFC_5869.values(), ids=RFC_5869)
def test_hkdf(case: tuple[bytes, bytes, bytes, str]) -> None:
    key, salt, info, output = case
    assert fingerprint.hkdf(key, info, salt=salt, length=len(output) // 2).hex() == output


def test_a_keyed_digest_is_half_an_hmac_over_label_sort_and_value() -> None:
    whole = hmac.new(b"key", b"kt/v1\x00spki\x00value", hashlib.sha256).digest()
    assert fingerprint.keyed_digest(b"key", "spki", b"value") == whole[:16]


def test_stretching_is_scrypt() -> None:
    expected = hashlib.scrypt(b"hunter2", salt=b"salt", n=32768, r=8, p=1, maxmem=2**26, dklen=32)
    assert fingerprint.stretch(b"hunter2", b"salt") == expected


def test_a_credential_id_is_label_key_and_26_characters() -> None:
    name = fingerprint.credential_id("abc123", bytes(range(16)))
    assert re.fullmatch(r"kt1:abc123:[a-z2-7]{26}", name)
    assert b32decode(name.rsplit(":", 1)[1].upper() + "======") == bytes(range(16))


def test_a_public_fingerprint_is_half_an_hmac_under_a_fixed_label() -> None:
    name = fingerprint.public_fingerprint("spki", b"value")
    label, text = name.split(":")
    whole = hmac.new(b"keytrail/fingerprint/v1", b"spki\x00value", hashlib.sha256).digest()
    assert label == "kf1"
    assert b32decode(text.upper() + "======") == whole[:16]
    assert name == "kf1:is4dwkt3as53j3xwgbitvaqdf4"


def test_a_baseline_digest_is_half_an_hmac_over_label_sort_and_value() -> None:
    whole = hmac.new(b"salt", b"kt/baseline/v1\x00spki\x00value", hashlib.sha256).digest()
    assert fingerprint.baseline_digest(b"salt", "spki", b"value") == whole[:16]
    assert b32decode(fingerprint.baseline_id(whole[:16]).removeprefix("kb1:").upper() + "======") == whole[:16]


def test_a_derived_id_never_changes() -> None:
    assert derived_id("oc1", "kt1:abc123:aaaa", "acme/web", ".npmrc") == "oc1:bclpqkidf5b6htbhqqnjzj4rqa"


@given(st.lists(st.text()), st.lists(st.text()))
def test_derived_ids_are_equal_only_for_equal_parts(first: list[str], second: list[str]) -> None:
    assert (derived_id("oc1", *first) == derived_id("oc1", *second)) == (first == second)


@given(st.text(), st.text())
def test_the_border_between_parts_counts(first: str, second: str) -> None:
    parts = (f"{first}\0{second}", f"{first}{second}", f"1:{first}")
    assert len({derived_id("oc1", first, second), *(derived_id("oc1", part) for part in parts)}) == 1 + len(set(parts))


def test_the_label_counts() -> None:
    assert derived_id("oc1", "a").split(":")[1] != derived_id("fi1", "a").split(":")[1]


def test_paths_that_are_no_text_have_ids() -> None:
    assert derived_id("oc1", "a\udcff") != derived_id("oc1", "a\udcfe")
