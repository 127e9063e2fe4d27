"""PKCS#12 as OpenSSL, keytool and our own writer make it: one reading for each key, told by what stays the same."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors import der_keys, private_keys
from detectors.pkcs12 import DETECTORS
from scanner.contract import Check, Confidence, Reading, Sort, Window
from scanner.engine.engine import build
from scanner.identity.canonical import Canonical, canonical
from tests.support import keys, stores
from tests.support.fixtures import read

DETECTOR = DETECTORS[0]
ENCRYPTIONS = {
    "modern": (),
    "legacy": ("-legacy",),
    "certificates in clear": ("-certpbe", "NONE"),
    "key in clear": ("-keypbe", "NONE"),
    "all in clear": ("-certpbe", "NONE", "-keypbe", "NONE"),
    "no checksum": ("-certpbe", "NONE", "-keypbe", "NONE", "-nomac"),
}
SHOWN = {"certificates in clear", "key in clear", "all in clear", "no checksum"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its certificate in files."""

    key: Path
    certificate: Path
    digest: str
    """SHA-256 of the public half, as OpenSSL says it."""


@pytest.fixture(scope="module", params=["rsa2048", "p256", "ed25519"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("pair")
    found = Pair(folder / "key.pem", folder / "certificate.pem", stores.public_digest(stores.certificate(request.param)))
    found.key.write_text(keys.pem(request.param, "pkcs8"))
    found.certificate.write_bytes(stores.openssl("x509", "-inform", "DER", given=stores.certificate(request.param)))
    return found


def exported(pair: Pair, *options: str) -> bytes:
    """What `openssl pkcs12 -export` writes."""
    inputs = ("-inkey", str(pair.key), "-in", str(pair.certificate), "-name", "Release")
    return stores.openssl("pkcs12", "-export", *inputs, "-passout", f"pass:{stores.PASSWORD}", *options)


def only(data: bytes) -> Reading:
    (reading,) = read(DETECTOR, data)
    return reading


def identity(reading: Reading) -> Canonical:
    return canonical(reading)


def digest(reading: Reading) -> str | None:
    opened = canonical(reading).opened
    return opened.key.digest if opened is not None and opened.key is not None else None


@pytest.mark.parametrize("options", ENCRYPTIONS.values(), ids=ENCRYPTIONS)
def test_a_store_of_openssl_has_one_key(pair: Pair, options: tuple[str, ...]) -> None:
    data = exported(pair, *options)
    reading = only(data)
    assert (reading.start, reading.end, reading.check, reading.confidence) == (0, len(data), Check.PASSED, Confidence.HIGH)
    assert (reading.facts["keys"], reading.facts["alias"]) == (1, "Release")


@pytest.mark.parametrize("name", ENCRYPTIONS)
def test_what_is_in_clear_shows_the_key(pair: Pair, name: str) -> None:
    assert digest(only(exported(pair, *ENCRYPTIONS[name]))) == (pair.digest if name in SHOWN else None)


@pytest.mark.parametrize("name", ENCRYPTIONS)
def test_how_the_key_lies_there_is_said(pair: Pair, name: str) -> None:
    facts = only(exported(pair, *ENCRYPTIONS[name])).facts
    plain = "-keypbe" in ENCRYPTIONS[name]
    assert facts["encrypted"] is not plain
    assert facts["at_rest"] == ("plain" if plain else "encrypted")
    scheme = "PBEWithSHA1And3KeyTripleDES" if name == "legacy" else "PBES2, PBKDF2, AES-256"
    assert facts.get("encryption") == (None if plain else scheme)


def test_a_key_in_clear_is_the_same_credential_as_its_pem(pair: Pair) -> None:
    pem = next(iter(read(private_keys.DETECTORS[0], pair.key.read_bytes())))
    stored = only(exported(pair, *ENCRYPTIONS["all in clear"]))
    assert (identity(stored).sort, identity(stored).secret.reveal()) == (identity(pem).sort, identity(pem).secret.reveal())


def test_certificates_in_clear_are_no_credential(pair: Pair) -> None:
    data = stores.openssl("pkcs12", "-export", "-nokeys", "-in", str(pair.certificate), "-passout", "pass:", "-certpbe", "NONE")
    assert read(DETECTOR, data) == []


def test_what_is_encrypted_as_a_whole_may_be_keys(pair: Pair) -> None:
    data = stores.openssl("pkcs12", "-export", "-nokeys", "-in", str(pair.certificate), "-passout", "pass:x")
    reading = only(data)
    assert (reading.sort, reading.secret.reveal()) == (Sort.CONTAINER, data)
    assert (reading.confidence, reading.facts.get("keys")) == (Confidence.LOW, None)


def test_a_store_of_keytool_names_its_keys(tmp_path: Path) -> None:
    store = tmp_path / "two.p12"
    for alias, algorithm in (("upload", "RSA"), ("sign", "EC")):
        stores.keytool("-genkeypair", "-keystore", str(store), "-alias", alias, "-keyalg", algorithm, "-dname", "CN=Acme")
    stores.keytool("-genseckey", "-keystore", str(store), "-alias", "symmetric", "-keyalg", "AES", "-keysize", "128")
    found = read(DETECTOR, store.read_bytes())
    assert {reading.facts["alias"] for reading in found} == {"upload", "sign", "symmetric"}
    assert {(reading.start, reading.end, reading.facts["keys"]) for reading in found} == {(0, store.stat().st_size, 3)}
    assert all(str(reading.facts["created"]).startswith("20") for reading in found)


def test_a_key_stays_the_same_while_certificates_come(tmp_path: Path) -> None:
    store, other = tmp_path / "store.p12", tmp_path / "other.der"
    stores.keytool("-genkeypair", "-keystore", str(store), "-alias", "sign", "-keyalg", "EC", "-dname", "CN=Acme")
    before = only(store.read_bytes())
    other.write_bytes(stores.certificate("p256"))
    stores.keytool("-importcert", "-noprompt", "-keystore", str(store), "-alias", "ca", "-file", str(other))
    after = only(store.read_bytes())
    assert identity(after).secret.reveal() == identity(before).secret.reveal()


def test_a_shrouded_key_is_the_same_credential_as_its_encrypted_pkcs8(pair: Pair) -> None:
    reading = only(exported(pair))
    bare = read(der_keys.DETECTORS[0], reading.secret.reveal())
    assert {identity(one).secret.reveal() for one in bare} <= {identity(reading).secret.reveal()}
    assert hashlib.sha256(reading.secret.reveal()).hexdigest().encode() == identity(reading).secret.reveal()


@pytest.mark.parametrize("width", [0, 64, 76])
def test_a_store_in_base64_is_found(pair: Pair, width: int) -> None:
    data = exported(pair)
    line = b64encode(data).decode()
    wrapped = "\n".join(line[at : at + width] for at in range(0, len(line), width)) if width else line
    text = f"CERTIFICATE_PFX_BASE64='{wrapped}'\n".encode()
    (found,) = build(DETECTORS, cache=None).examine(text).found
    assert (found.encoding, found.reading.check) == (("base64",), Check.PASSED)
    assert text[slice(*found.span)].decode().rstrip("=") == wrapped.rstrip("=")


def test_a_store_in_a_data_uri_is_found(pair: Pair) -> None:
    text = b'{"file": "data:application/x-pkcs12;base64,' + b64encode(exported(pair)) + b'"}'
    (found,) = build(DETECTORS, cache=None).examine(text).found
    assert found.reading.check is Check.PASSED


def test_many_keys_are_told_apart_by_their_ids() -> None:
    leaves = [stores.certificate("p256", seed) for seed in range(3)]
    bags = [stores.bag(2, stores.sealed(stores.PBES1, str(seed)), str(seed), bytes((seed,))) for seed in range(3)]
    certificates = [stores.certificate_bag(leaf, bytes((seed,))) for seed, leaf in enumerate(leaves)]
    found = read(DETECTOR, stores.pfx(stores.safe(*reversed(certificates)), stores.safe(*bags)))
    assert {reading.facts["alias"]: digest(reading) for reading in found} == {
        str(seed): stores.public_digest(leaf) for seed, leaf in enumerate(leaves)
    }


STORE = stores.pfx(
    stores.sealed_safe(),
    stores.safe(stores.bag(2, stores.sealed(stores.PBES1), "release", b"\1"), stores.secret_bag("s", stores.sealed(stores.PBES1))),
)
OPEN = stores.pfx(
    stores.sealed_safe(), stores.safe(stores.bag(2, stores.sealed(stores.PBES1), "release", b"\1", ber=True), ber=True), ber=True
)


@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
@example(before=b"0\x82", after=b"")
@example(before=b"0\x84\0\0", after=b"")
def test_a_planted_store_is_found_with_its_exact_span(before: bytes, after: bytes) -> None:
    for store in (STORE, OPEN):
        found = read(DETECTOR, before + store + after)
        assert {(one.start, one.end, one.check) for one in found} == {(len(before), len(before) + len(store), Check.PASSED)}


@pytest.mark.parametrize("store", [STORE, OPEN], ids=["der", "ber"])
def test_a_store_that_was_cut_off_is_never_certain(store: bytes) -> None:
    for end in range(len(store)):
        for reading in DETECTOR.read(Window(store[:end], 0, end)):
            assert (reading.check, reading.confidence) == (Check.FAILED, Confidence.LOW)
            assert reading.end <= end


@pytest.mark.parametrize("store", [STORE, OPEN], ids=["der", "ber"])
def test_a_damaged_store_never_raises(store: bytes) -> None:
    for at, byte in product(range(len(store)), (0x00, 0x30, 0x80, 0xFF)):
        damaged = store[:at] + bytes((byte,)) + store[at + 1 :]
        assert all(reading.end <= len(damaged) for reading in DETECTOR.read(Window(damaged, 0, len(damaged))))


@settings(max_examples=50)
@given(
    parts=st.lists(
        st.sampled_from([STORE[:40], STORE[:60], STORE[30:], OPEN[:40], b"\x30\x80", b"\0\0", b"\x24\x80\x04\x02ab"]), max_size=20
    )
)
def test_pieces_of_stores_never_raise(parts: list[bytes]) -> None:
    text = b"".join(parts)
    assert all(reading.end <= len(text) for reading in DETECTOR.read(Window(text, 0, len(text))))


def test_a_thousand_beginnings_never_raise() -> None:
    text = STORE[:60] * 1000
    assert all(reading.check is Check.FAILED for reading in DETECTOR.read(Window(text, 0, len(text))))
