"""Key stores as keytool and our own writers make them: one reading for each key, told by its certificate."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import der_keys
from detectors.java_keystores import DETECTORS
from scanner.contract import Check, Confidence, Reading, Sort, Window
from scanner.engine.engine import build
from scanner.identity.canonical import canonical
from tests.support import keys, stores
from tests.support.fixtures import read

STORES, PASSWORDS = DETECTORS
KINDS = {"RSA": "rsa-private-key", "EC": "ec-private-key", "DSA": "dsa-private-key", "Ed25519": "ed25519-private-key"}


def only(data: bytes) -> Reading:
    (reading,) = read(STORES, data)
    return reading


def digest(reading: Reading) -> str | None:
    opened = canonical(reading).opened
    return opened.key.digest if opened is not None and opened.key is not None else None


def generated(store: Path, kind: str, alias: str, algorithm: str, name: str = "CN=Acme") -> None:
    size = ("-keysize", "1024") if algorithm == "DSA" else ()
    stores.keytool("-genkeypair", "-storetype", kind, "-keystore", str(store), "-alias", alias, "-keyalg", algorithm, "-dname", name, *size)


@pytest.mark.parametrize("algorithm", KINDS)
@pytest.mark.parametrize("kind", ["JKS", "JCEKS"])
def test_a_key_of_keytool_is_told_by_its_certificate(kind: str, algorithm: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    generated(store, kind, "release", algorithm, "CN=Release,O=Acme")
    reading = only(store.read_bytes())
    assert (reading.start, reading.end, reading.check) == (0, store.stat().st_size, Check.PASSED)
    assert (reading.kind, reading.confidence) == (KINDS[algorithm], Confidence.HIGH)
    assert digest(reading) == stores.public_digest(stores.exported(store, "release"))
    facts = {name: reading.facts[name] for name in ("format", "alias", "keys", "subject", "encrypted", "algorithm")}
    assert facts == {
        "format": kind,
        "alias": "release",
        "keys": 1,
        "subject": "CN=Release,O=Acme",
        "encrypted": True,
        "algorithm": algorithm,
    }


@pytest.mark.parametrize("kind", ["JKS", "JCEKS"])
def test_every_key_of_a_store_is_read(kind: str, tmp_path: Path) -> None:
    store, other = tmp_path / "store", tmp_path / "other.der"
    other.write_bytes(stores.certificate("p256"))
    generated(store, kind, "one", "RSA")
    stores.keytool("-importcert", "-noprompt", "-keystore", str(store), "-storetype", kind, "-alias", "ca", "-file", str(other))
    generated(store, kind, "two", "EC")
    found = read(STORES, store.read_bytes())
    assert {reading.facts["alias"]: digest(reading) for reading in found} == {
        alias: stores.public_digest(stores.exported(store, alias)) for alias in ("one", "two")
    }
    assert {(reading.start, reading.end, reading.check) for reading in found} == {(0, store.stat().st_size, Check.PASSED)}


def test_secret_keys_of_jceks_count(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for alias, algorithm, size in (("aes", "AES", "128"), ("hmac", "HmacSHA256", "256")):
        stores.keytool(
            "-genseckey", "-storetype", "JCEKS", "-keystore", str(store), "-alias", alias, "-keyalg", algorithm, "-keysize", size
        )
    generated(store, "JCEKS", "pair", "EC")
    found = read(STORES, store.read_bytes())
    assert {(reading.facts["alias"], reading.sort, reading.kind, reading.check) for reading in found} == {
        ("aes", Sort.CONTAINER, "java-key-store", Check.PASSED),
        ("hmac", Sort.CONTAINER, "java-key-store", Check.PASSED),
        ("pair", Sort.SPKI, "ec-private-key", Check.PASSED),
    }


@pytest.mark.parametrize("kind", ["JKS", "JCEKS"])
def test_a_trust_store_of_keytool_is_no_credential(kind: str, tmp_path: Path) -> None:
    store, other = tmp_path / "store", tmp_path / "other.der"
    other.write_bytes(stores.certificate("rsa2048"))
    stores.keytool("-importcert", "-noprompt", "-keystore", str(store), "-storetype", kind, "-alias", "ca", "-file", str(other))
    assert read(STORES, store.read_bytes()) == []


@pytest.mark.parametrize("name", ["CN=Android Debug,O=Android,C=US", "CN=Android Debug,OU=Android,O=Unknown,L=Unknown,ST=Unknown,C=US"])
def test_androids_debug_key_is_a_dummy(name: str, tmp_path: Path) -> None:
    store = tmp_path / "debug.keystore"
    generated(store, "JKS", "androiddebugkey", "RSA", name)
    assert only(store.read_bytes()).dummy is not None


def test_a_release_key_under_the_debug_alias_is_none(tmp_path: Path) -> None:
    store = tmp_path / "release.keystore"
    generated(store, "JKS", "androiddebugkey", "RSA", "CN=Release,O=Acme,C=US")
    assert only(store.read_bytes()).dummy is None


def test_a_key_in_clear_is_the_same_credential_as_its_pkcs8() -> None:
    clear = b"\0" + stores.text("PKCS#8") + stores.text("EC") + stores.block(keys.der("p256", "pkcs8"))
    store = stores.bks(stores.bks_entry(2, "clear", clear))
    (reading,) = STORES.read(Window(store, 0, len(store)))
    assert reading.secret.reveal() == keys.der("p256", "pkcs8")


def test_an_alias_is_shown_without_what_is_for_no_reader() -> None:
    leaf = stores.certificate("p256")
    assert only(stores.jks(stores.private("a\nb", leaf))).facts["alias"] == "a�b"
    assert len(str(only(stores.jks(stores.private("x" * 5000, leaf))).facts["alias"])) == 256


def test_no_more_keys_are_reported_than_a_store_may_have() -> None:
    leaf = stores.certificate("p256")
    store = stores.jks(*(stores.private(f"key {number}", leaf) for number in range(1100)))
    found = list(STORES.read(Window(store, 0, len(store))))
    assert (len(found), {reading.facts["keys"] for reading in found}) == (1024, {1100})


LEAF = stores.certificate("p256")
STORED = {
    "jks": stores.jks(stores.trusted("ca", LEAF), stores.private("release", LEAF)),
    "first": stores.jks(stores.private("release", LEAF, version=1), version=1),
    "jceks": stores.jks(stores.secret("secret"), stores.private("release", LEAF), jceks=True),
    "bks": stores.bks(stores.bks_entry(4, "release", stores.block(stores.noise("key", 200)), LEAF)),
}


@pytest.mark.parametrize("store", STORED.values(), ids=STORED)
@given(before=st.binary(max_size=40), after=st.binary(max_size=40))
def test_a_planted_store_is_found_with_its_exact_span(store: bytes, before: bytes, after: bytes) -> None:
    found = read(STORES, before + store + after)
    assert {(one.start, one.end, one.check) for one in found} == {(len(before), len(before) + len(store), Check.PASSED)}


@pytest.mark.parametrize("name", ["jks", "jceks", "bks"])
@pytest.mark.parametrize("width", [0, 64, 76])
def test_a_store_in_base64_is_found(name: str, width: int) -> None:
    line = b64encode(STORED[name]).decode()
    wrapped = "\n".join(line[at : at + width] for at in range(0, len(line), width)) if width else line
    found = build((STORES,), cache=None).examine(f"KEYSTORE_BASE64='{wrapped}'\n".encode()).found
    assert {(one.encoding, one.reading.check) for one in found} == {(("base64",), Check.PASSED)}


def test_a_store_of_secret_keys_in_base64_is_found() -> None:
    text = b"KEYSTORE=" + b64encode(stores.jks(stores.secret("secret"), jceks=True))
    (found,) = build((STORES,), cache=None).examine(text).found
    assert found.reading.facts["alias"] == "secret"


@pytest.mark.parametrize("store", STORED.values(), ids=STORED)
def test_a_store_that_was_cut_off_is_never_certain(store: bytes) -> None:
    for end in range(len(store)):
        for reading in STORES.read(Window(store[:end], 0, end)):
            assert (reading.check, reading.confidence) == (Check.FAILED, Confidence.LOW)
            assert reading.end <= end


@pytest.mark.parametrize("store", STORED.values(), ids=STORED)
def test_a_damaged_store_never_raises(store: bytes) -> None:
    for at, byte in product(range(len(store)), (0x00, 0x01, 0x7F, 0xFF)):
        damaged = store[:at] + bytes((byte,)) + store[at + 1 :]
        assert all(reading.end <= len(damaged) for reading in STORES.read(Window(damaged, 0, len(damaged))))


@given(
    parts=st.lists(st.sampled_from([*STORED.values(), *(store[:90] for store in STORED.values()), b"\0" * 8, b"\0\5X.509"]), max_size=12)
)
def test_pieces_of_stores_never_raise(parts: list[bytes]) -> None:
    text = b"".join(parts)
    assert all(reading.end <= len(text) for reading in STORES.read(Window(text, 0, len(text))))


@pytest.mark.parametrize("value", ["hunter-2x", "Tr0ub4dor&3", "s3cr3t#store", "a" * 128])
@pytest.mark.parametrize(
    "template", ["storePassword={}\n", "  keyPassword '{}'\n", 'storePassword = "{}"\r\n', "-Pandroid.injected.signing.key.password={} "]
)
def test_a_password_is_found_with_its_exact_span(template: str, value: str) -> None:
    text = template.format(value)
    start = text.index(value)
    assert [(one.start, one.end) for one in read(PASSWORDS, text.encode())] == [(start, start + len(value))]


@pytest.mark.parametrize(
    "unit", [b"\xfe\xed\xfe\xed\0\0\0\2\0\xff\xff\xff\0\0\0\2" + bytes(16), b"\xce\xce\xce\xce\0\0\0\2" + bytes(4)], ids=["jks", "jceks"]
)
def test_a_thousand_beginnings_never_raise(unit: bytes) -> None:
    assert list(STORES.read(Window(unit * 4000, 0, len(unit) * 4000))) == []


@pytest.mark.parametrize("make", [stores.uber, stores.bcfks])
def test_a_store_that_hides_everything_is_told_by_its_bytes(make: Callable[..., bytes]) -> None:
    first, other = only(make()), only(make(size=768))
    assert (first.sort, first.confidence, first.check) == (Sort.CONTAINER, Confidence.LOW, Check.PASSED)
    assert (first.start, first.end) == (0, len(make()))
    assert canonical(first).secret.reveal() != canonical(other).secret.reveal()


def test_what_is_in_bcfks_is_no_key_of_its_own() -> None:
    (found,) = build((STORES, der_keys.DETECTORS[0]), cache=None).examine(b"KEY=" + b64encode(stores.bcfks()) + b"\n").found
    assert (found.reading.kind, found.encoding) == ("java-key-store", ("base64",))


@pytest.mark.parametrize("make", [stores.uber, stores.bcfks])
def test_half_a_store_that_hides_everything_is_none(make: Callable[..., bytes]) -> None:
    data = make()
    ends = range(0, len(data), 7)
    assert not [end for end in ends if (end - 32) % 16 and list(STORES.read(Window(data[:end], 0, end)))]


def test_a_bks_is_no_uber_however_its_length_is() -> None:
    data = stores.bks(stores.bks_entry(4, "release", stores.block(stores.noise("key", 200)), stores.certificate("p256")))
    assert {only(data + bytes(more)).facts["format"] for more in range(16)} == {"BKS"}
