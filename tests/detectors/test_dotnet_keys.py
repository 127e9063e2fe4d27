"""RSA keys of .NET and Windows are the same credentials as their copies in PEM."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.dotnet_keys import DETECTORS
from detectors.private_keys import DETECTORS as PEM
from scanner.contract import Check, Confidence, Detector, Reading, Sort, Window
from scanner.engine.engine import build
from scanner.identity.canonical import canonical
from tests.support import keys, stores
from tests.support.fixtures import read

XML, BLOBS = DETECTORS
KEY = stores.small_rsa()
BLOB = stores.key_blob(KEY)
VALUES: dict[str, tuple[Detector, bytes]] = {
    "xml": (XML, stores.xml(KEY).encode()),
    "blob": (BLOBS, BLOB),
    "exchange": (BLOBS, stores.key_blob(KEY, exchange=True)),
    "pvk": (BLOBS, stores.pvk(BLOB)),
}
MICROSOFT = (
    "07D1FA57C4AED9F0A32E84AA0FAEFD0DE9E8FD6AEC8F87FB03766C834C99921EB23BE79AD9D5DCC1DD9AD236132102900B723CF980957FC4E177108FC607774F"
    "29E8320E92EA05ECE4E821C0A5EFE8F1645C4C0C93C1AB99285D622CAA652C1DFAD63D745D6F2DE5F17E5EAF0FC4963D261C8A12436518206DC093344D5AD293"
)
"""Modulus of a public key of Microsoft, its last byte first, as every assembly of .NET shows it."""
SHORT = "b03f5f7f11d50a3a"


def only(detector: Detector, data: bytes) -> Reading:
    (reading,) = read(detector, data)
    return reading


def identity(reading: Reading) -> tuple[Sort, bytes]:
    found = canonical(reading)
    return found.sort, found.secret.reveal()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "key.pem"
    path.write_text(keys.pem("rsa2048", "pkcs8"))
    return path


@pytest.mark.parametrize("options", [("MSBLOB",), ("PVK", "-pvk-none")], ids=["blob", "pvk"])
def test_what_openssl_writes_is_the_same_credential(pem: Path, options: tuple[str, ...]) -> None:
    data = stores.openssl("rsa", "-in", str(pem), "-outform", *options)
    reading = only(BLOBS, data)
    assert (reading.start, reading.end, reading.check) == (0, len(data), Check.PASSED)
    assert identity(reading) == identity(only(PEM[0], pem.read_bytes()))
    public = stores.openssl("pkey", "-in", str(pem), "-pubout", "-outform", "DER")
    assert identity(reading) == (Sort.SPKI, hashlib.sha256(public).hexdigest().encode())


def test_openssl_reads_what_our_writer_writes() -> None:
    key = keys.key("rsa2048", 0)
    written = stores.openssl("rsa", "-inform", "MSBLOB", "-outform", "DER", "-traditional", given=stores.key_blob(key))
    assert written == keys.der("rsa2048", "pkcs1")


def test_a_public_half_of_openssl_is_no_credential(pem: Path) -> None:
    assert read(BLOBS, stores.openssl("rsa", "-in", str(pem), "-outform", "MSBLOB", "-pubout")) == []


def test_the_same_key_in_xml_is_the_same_credential(pem: Path) -> None:
    assert identity(only(XML, stores.xml(keys.key("rsa2048", 0)).encode())) == identity(only(PEM[0], pem.read_bytes()))


@pytest.mark.parametrize("name", VALUES)
def test_every_form_hands_over_the_same_container(name: str) -> None:
    detector, value = VALUES[name]
    assert only(detector, value).secret.reveal() == only(XML, stores.xml(KEY, pretty=True).encode()).secret.reveal()


def test_a_sealed_pvk_is_told_by_all_of_it() -> None:
    data = stores.pvk(BLOB, encrypted=True)
    reading = only(BLOBS, data)
    assert (reading.sort, reading.secret.reveal(), reading.facts["encrypted"]) == (Sort.CONTAINER, data, True)


def test_the_token_is_the_one_that_assemblies_show() -> None:
    modulus = bytes.fromhex(MICROSOFT)
    blob = b"\7\2\0\0\0\x24\0\0RSA2" + (1024).to_bytes(4, "little") + (65537).to_bytes(4, "little") + modulus + b"\1" * 448
    assert SHORT in only(BLOBS, blob).facts.values()


@pytest.mark.parametrize("name", VALUES)
@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_a_planted_key_is_found_with_its_exact_span(name: str, before: bytes, after: bytes) -> None:
    detector, value = VALUES[name]
    found = read(detector, before + value + after)
    assert [(one.start, one.end, one.check) for one in found] == [(len(before), len(before) + len(value), Check.PASSED)]


@pytest.mark.parametrize("name", ["blob", "pvk"])
def test_a_key_in_base64_is_found(name: str) -> None:
    text = b"SNK_BASE64=" + b64encode(VALUES[name][1]) + b"\n"
    (found,) = build((BLOBS,), cache=None).examine(text).found
    assert (found.encoding, found.reading.check) == (("base64",), Check.PASSED)


def test_an_element_in_a_setting_of_xml_is_found() -> None:
    escaped = stores.xml(KEY).replace("<", "&lt;").replace(">", "&gt;")
    (found,) = build((XML,), cache=None).examine(f'<add key="k" value="{escaped}" />'.encode()).found
    assert (found.encoding, found.reading.check) == (("xml",), Check.PASSED)


def test_an_element_in_json_is_found() -> None:
    escaped = stores.xml(KEY, pretty=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("\n", "\\n").replace("/", "\\/")
    (found,) = build((XML,), cache=None).examine(f'{{"key": "{escaped}"}}'.encode()).found
    assert found.reading.check is Check.PASSED


@pytest.mark.parametrize("name", [*VALUES, "sealed"])
def test_a_key_that_was_cut_off_is_never_certain(name: str) -> None:
    detector, value = VALUES.get(name, (BLOBS, stores.pvk(BLOB, encrypted=True)))
    for end in range(len(value)):
        for reading in detector.read(Window(value[:end], 0, end)):
            assert (reading.check, reading.confidence) == (Check.FAILED, Confidence.LOW)
            assert reading.end <= end


@pytest.mark.parametrize("name", VALUES)
def test_a_damaged_key_never_raises(name: str) -> None:
    detector, value = VALUES[name]
    for at, byte in product(range(len(value)), (0x00, 0x3C, 0x80, 0xFF)):
        damaged = value[:at] + bytes((byte,)) + value[at + 1 :]
        assert all(reading.end <= len(damaged) for reading in detector.read(Window(damaged, 0, len(damaged))))
