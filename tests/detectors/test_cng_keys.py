"""Key blobs of Windows: each is the key that its PEM is, and nothing less than a whole one is a key."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import cng_keys, dotnet_keys, private_keys
from scanner.contract import Check, Detector, Reading, Window
from scanner.engine.engine import build
from scanner.identity.canonical import canonical
from tests.support import keys, stores, windows
from tests.support.fixtures import read

BLOBS = cng_keys.DETECTORS[0]
PEM = private_keys.DETECTORS[0]
PVK = dotnet_keys.DETECTORS[1]


def key(name: str) -> Any:  # noqa: ANN401 (as `keys.key`)
    return keys.key(name, 0)


def blobs() -> dict[str, tuple[str, bytes]]:
    """The name of a key and a blob of it."""
    made = {"rsa": ("rsa2048", windows.cng_rsa(key("rsa2048"))), "rsa in full": ("rsa2048", windows.cng_rsa(key("rsa2048"), full=True))}
    for name in ("p256", "p384", "p521"):
        made[name] = name, windows.cng_ecc(key(name), name)
        made[f"{name} to agree"] = name, windows.cng_ecc(key(name), name, use=b"K")
    return made | {"dss": ("dsa1024", windows.dss(key("dsa1024")))}


BLOB = blobs()


def only(detector: Detector, text: bytes) -> Reading:
    (reading,) = read(detector, text)
    assert reading.check is Check.PASSED
    return reading


def identity(reading: Reading) -> bytes:
    return canonical(reading).secret.reveal()


@pytest.mark.parametrize("name", BLOB)
def test_a_blob_is_the_same_credential_as_its_pem(name: str) -> None:
    of, blob = BLOB[name]
    found = only(BLOBS, b"before" + blob + b"after")
    assert (found.start, found.end) == (6, 6 + len(blob))
    assert identity(found) == identity(only(PEM, keys.pem(of, "pkcs8").encode()))


@pytest.mark.parametrize("name", BLOB)
def test_a_blob_in_base64_is_found(name: str) -> None:
    (found,) = build((BLOBS,), cache=None).examine(b"KEY=" + b64encode(BLOB[name][1]) + b"\n").found
    assert (found.encoding, found.reading.check) == (("base64",), Check.PASSED)


@pytest.mark.parametrize("name", BLOB)
def test_a_blob_that_was_cut_off_is_none(name: str) -> None:
    blob = BLOB[name][1]
    assert not [end for end in range(len(blob)) if list(BLOBS.read(Window(blob[:end], 0, end)))]


@pytest.fixture(scope="module")
def old_dsa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DSA key whose order has 160 bits, as CryptoAPI wants it; ssh-keygen makes such."""
    from tests.detectors.test_real_tools import run  # noqa: PLC0415 (only this asks for it)

    path = tmp_path_factory.mktemp("dsa") / "key"
    run("ssh-keygen", "-q", "-t", "dsa", "-m", "PKCS8", "-N", "", "-f", path)
    return path


@pytest.mark.parametrize("form", [("-outform", "MSBLOB"), ("-outform", "PVK", "-pvk-none")])
def test_a_dsa_key_of_openssl_in_the_forms_of_windows(old_dsa: Path, form: tuple[str, ...]) -> None:
    blob = stores.openssl("dsa", "-in", str(old_dsa), *form)
    assert identity(only(BLOBS, blob)) == identity(only(PEM, old_dsa.read_bytes()))


def test_a_public_dsa_key_is_none(old_dsa: Path) -> None:
    assert read(BLOBS, stores.openssl("dsa", "-in", str(old_dsa), "-pubout", "-outform", "MSBLOB")) == []


def test_a_pvk_of_a_dsa_key_under_a_password_says_which_algorithm_it_is_of(old_dsa: Path) -> None:
    providers = ("-provider", "default", "-provider", "legacy")
    data = stores.openssl("dsa", "-in", str(old_dsa), "-outform", "PVK", "-pvk-strong", "-passout", "pass:x", *providers)
    found = only(PVK, data)
    assert (found.kind, found.facts["algorithm"], found.facts["encrypted"]) == ("dsa-private-key", "DSA", True)


@given(data=st.binary(max_size=300), name=st.sampled_from(sorted(BLOB)), at=st.integers(0, 200))
def test_damage_never_raises(data: bytes, name: str, at: int) -> None:
    blob = BLOB[name][1][:at] + data
    assert all(0 <= found.start < found.end <= len(blob) for found in BLOBS.read(Window(blob, 0, len(blob))))
