"""Keys of signing tools are the same credentials as their copies in other containers, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from detectors import age, cosign, jwk, minisign, nix, note_keys, private_keys, putty, signify, wireguard
from scanner.contract import Check, Confidence, Detector, Reading, Sort, Window
from scanner.identity.canonical import canonical
from tests.support import keys, tokens_signing
from tests.support.fixtures import read
from tests.support.templates import expand

SECTION = "[Interface]\nPrivateKey = "
ED25519: dict[str, tuple[Detector, Callable[[int], str]]] = {
    "minisign": (minisign.DETECTORS[0], tokens_signing.minisign),
    "rsign": (minisign.DETECTORS[0], lambda seed: tokens_signing.minisign(seed, rsign=True)),
    "signify": (signify.DETECTORS[0], tokens_signing.signify),
    "note": (note_keys.DETECTORS[0], tokens_signing.note),
    "nix": (nix.DETECTORS[0], tokens_signing.nix),
}
X25519: dict[str, tuple[Detector, Callable[[int], str]]] = {
    "age": (age.DETECTORS[0], tokens_signing.age),
    "wireguard": (wireguard.DETECTORS[0], lambda seed: SECTION + tokens_signing.wireguard(seed)),
}
WHOLE: dict[str, Detector] = {
    "<age:1>": age.DETECTORS[0],
    "<cosign:1>": cosign.DETECTORS[0],
    "<jwk:rsa2048>": jwk.DETECTORS[0],
    "<minisign:1>": minisign.DETECTORS[0],
    "<nix:1>": nix.DETECTORS[0],
    "<note:1>": note_keys.DETECTORS[0],
    "<ppk:rsa2048:3>": putty.DETECTORS[0],
    "<signify:1>": signify.DETECTORS[0],
    SECTION + "<wireguard:1>": wireguard.DETECTORS[0],
}


def only(detector: Detector, text: str) -> Reading:
    (reading,) = read(detector, text.encode())
    return reading


def identity(reading: Reading) -> tuple[Sort, bytes]:
    found = canonical(reading)
    return found.sort, found.secret.reveal()


def pem(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("name", ED25519)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_bare_ed25519_key_is_the_same_credential_as_its_pem(name: str, seed: int) -> None:
    detector, make = ED25519[name]
    expected = only(private_keys.DETECTORS[0], pem(Ed25519PrivateKey.from_private_bytes(tokens_signing.secret(seed))))
    found = only(detector, make(seed))
    assert identity(found) == identity(expected)
    assert found.secret.reveal() == expected.secret.reveal()


@pytest.mark.parametrize("name", X25519)
def test_a_bare_x25519_key_is_the_same_credential_as_its_pem(name: str) -> None:
    detector, make = X25519[name]
    expected = only(private_keys.DETECTORS[0], pem(X25519PrivateKey.from_private_bytes(tokens_signing.secret(5))))
    assert identity(only(detector, make(5))) == identity(expected)


@pytest.mark.parametrize("name", ["rsa2048", "p256", "p384", "p521", "secp256k1", "ed25519", "ed448", "x25519"])
def test_a_json_web_key_is_the_same_credential_as_its_pem(name: str) -> None:
    expected = only(private_keys.DETECTORS[0], keys.pem(name, "pkcs8"))
    assert identity(only(jwk.DETECTORS[0], tokens_signing.jwk(name))) == identity(expected)


@pytest.mark.parametrize("name", ["rsa2048", "p256", "ed25519"])
def test_the_container_of_a_json_web_key_is_openssls(name: str) -> None:
    form = "pkcs8" if name == "ed25519" else "traditional"
    assert only(jwk.DETECTORS[0], tokens_signing.jwk(name)).secret.reveal() == keys.der(name, form)


def test_a_json_web_key_without_primes_is_the_same_credential() -> None:
    whole, bare = (only(jwk.DETECTORS[0], tokens_signing.jwk("rsa2048", primes=primes)) for primes in (True, False))
    assert identity(whole) == identity(bare)


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("name", ["rsa2048", "ed25519"])
def test_a_key_of_putty_is_the_same_credential_as_its_pem(name: str, version: int, *, encrypted: bool) -> None:
    expected = only(private_keys.DETECTORS[0], keys.pem(name, "pkcs8"))
    found = only(putty.DETECTORS[0], tokens_signing.ppk(name, version, encrypted=encrypted))
    assert identity(found) == identity(expected)


@pytest.mark.parametrize(
    ("detector", "make"),
    [
        (minisign.DETECTORS[0], lambda seed: tokens_signing.minisign(seed, encrypted=True)),
        (signify.DETECTORS[0], lambda seed: tokens_signing.signify(seed, encrypted=True)),
        (cosign.DETECTORS[0], tokens_signing.cosign),
    ],
    ids=["minisign", "signify", "cosign"],
)
def test_a_container_that_hides_everything_is_told_by_its_bytes(detector: Detector, make: Callable[[int], str]) -> None:
    first, again, other = (only(detector, text) for text in (make(1), make(1).replace("\n", "\r\n"), make(2)))
    assert identity(first)[0] is Sort.CONTAINER
    assert identity(first) == identity(again)
    assert identity(first) != identity(other)


def test_the_two_forms_of_age_are_two_credentials() -> None:
    plain, hybrid = (only(age.DETECTORS[0], tokens_signing.age(1, hybrid=hybrid)) for hybrid in (False, True))
    assert identity(plain) != identity(hybrid)


@given(seed=st.integers(0, 1000), at=st.integers(16, 73), letter=st.sampled_from("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"))
def test_one_wrong_letter_of_an_identity_of_age_is_never_certain(seed: int, at: int, letter: str) -> None:
    value = tokens_signing.age(seed)
    spoiled = value[:at] + letter + value[at + 1 :]
    assert (only(age.DETECTORS[0], spoiled).check is Check.PASSED) == (spoiled == value)


@given(seed=st.integers(0, 500))
def test_a_signature_of_a_store_path_is_never_taken_for_a_key_with_medium_confidence(seed: int) -> None:
    confidences = {reading.confidence for reading in read(nix.DETECTORS[0], tokens_signing.nix_signature(seed).encode())}
    assert confidences == {Confidence.LOW}


@pytest.mark.parametrize("text", WHOLE)
@given(at=st.integers(0, 2000), noise=st.binary(min_size=1, max_size=8))
def test_a_damaged_key_never_raises(text: str, at: int, noise: bytes) -> None:
    value = expand(text)
    at %= len(value)
    damaged = value[:at] + noise + value[at + len(noise) :]
    for reading in WHOLE[text].read(Window(damaged, 0, len(damaged))):
        canonical(reading)


def test_a_seed_of_one_byte_again_and_again_is_a_dummy() -> None:
    text = SECTION + "C" * 42 + "A="
    assert only(wireguard.DETECTORS[0], text).dummy is None
    assert only(wireguard.DETECTORS[0], SECTION + "A" * 43 + "=").dummy == "its secret is one byte again and again"
