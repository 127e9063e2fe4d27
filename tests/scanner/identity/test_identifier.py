"""From a reading to a credential: one id for all copies, facts, previews, and nothing of the value."""

from __future__ import annotations

import pickle
import re
from base64 import b64decode
from dataclasses import fields, replace
from functools import cache

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Confidence, Form, Kind, Lifetime, Reading, Secret, Sort
from scanner.identity import Identifier, OrgKey, StretchBudget
from scanner.identity.canonical import canonical
from scanner.identity.publickey import ssh_string
from scanner.model import Identified, Suppression
from tests.scanner.identity import keymaker
from tests.support import tokens

NPM = Kind("npm-token", "npm token", "npm", privilege=4, lifetime=Lifetime.EXPIRING)
OTHER = Kind("generic-password", "password", "generic", privilege=2, assumed=False)
KEY = Kind("rsa-private-key", "RSA private key", "signing", privilege=5)
TOKEN = tokens.npm().encode()
PASSWORD = b"hunter2"
VAGRANT = b64decode("AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y")
"""A public key that is in every Vagrant box."""

make = cache(keymaker.make)


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    return Identifier(OrgKey(bytes(32), "abc123", None), StretchBudget())


def token(**changes: object) -> Reading:
    reading = Reading(0, len(TOKEN), NPM.id, Secret(TOKEN), prefix="npm_", check=Check.PASSED)
    return replace(reading, **changes)  # type: ignore[arg-type] # each test changes one field


def key(name: str = "rsa", *, data: bytes | None = None, form: Form = Form.PKCS8) -> Reading:
    data = data if data is not None else keymaker.der(make(name), PrivateFormat.PKCS8)
    return Reading(0, len(data), KEY.id, Secret(data), sort=Sort.SPKI, form=form)


def seen(identifier: Identifier, reading: Reading, kind: Kind = NPM, dummy: str | None = None) -> Identified:
    return identifier.identify(reading, kind, detector="detector", dummy=dummy)


def test_an_id_is_label_key_and_26_characters(identifier: Identifier) -> None:
    assert re.fullmatch(r"kt1:abc123:[a-z2-7]{26}", seen(identifier, token()).id)


@pytest.mark.parametrize("value", [TOKEN, PASSWORD], ids=["token", "password"])
def test_two_kinds_with_one_value_are_one_credential(identifier: Identifier, value: bytes) -> None:
    first = seen(identifier, token(secret=Secret(value)))
    second = seen(identifier, Reading(7, 9, OTHER.id, Secret(value), guessable=True, confidence=Confidence.LOW), OTHER)
    assert first.id == second.id


def test_two_sorts_with_the_same_bytes_are_two(identifier: Identifier) -> None:
    assert seen(identifier, token()).id != seen(identifier, token(sort=Sort.MACAROON)).id


@pytest.mark.parametrize("value", [TOKEN, PASSWORD], ids=["token", "password"])
def test_two_organisations_have_two_ids(value: bytes) -> None:
    keys = (OrgKey(bytes(32), "aaaaaa", None), OrgKey(b"\1" * 32, "bbbbbb", None))
    ids = [Identifier(key, StretchBudget()).identify(token(secret=Secret(value)), NPM, detector="d", dummy=None).id for key in keys]
    assert ids[0].split(":")[1:] != ids[1].split(":")[1:]
    assert ids[0].split(":")[2] != ids[1].split(":")[2]


@pytest.mark.parametrize("value", [TOKEN, PASSWORD], ids=["token", "password"])
def test_two_runs_with_one_key_have_one_id(identifier: Identifier, value: bytes) -> None:
    again = Identifier(OrgKey(bytes(32), "abc123", None), StretchBudget())
    assert seen(again, token(secret=Secret(value))).id == seen(identifier, token(secret=Secret(value))).id


def test_a_key_in_all_its_containers_is_one_credential(identifier: Identifier) -> None:
    rsa = make("rsa")
    readings = (
        key(),
        key(data=keymaker.der(rsa, PrivateFormat.TraditionalOpenSSL), form=Form.PKCS1),
        key(data=keymaker.openssh(rsa), form=Form.OPENSSH),
        key(data=keymaker.openssh(rsa, keymaker.PASSPHRASE), form=Form.OPENSSH),
    )
    assert len({seen(identifier, reading, KEY).id for reading in readings}) == 1


def test_a_container_that_hides_everything_is_known_by_its_bytes(identifier: Identifier) -> None:
    data = keymaker.der(make("rsa"), PrivateFormat.PKCS8, BestAvailableEncryption(keymaker.PASSPHRASE))
    hidden = seen(identifier, key(data=data), KEY)
    assert hidden.id == seen(identifier, replace(key(data=data), sort=Sort.CONTAINER, form=None), KEY).id
    assert hidden.id != seen(identifier, key(), KEY).id
    assert hidden.facts["at_rest"] == "encrypted"


def test_facts_that_are_always_there(identifier: Identifier) -> None:
    assert seen(identifier, token()).facts == {"lifetime": "expiring", "validity": "unknown", "at_rest": "plain", "scope": "unknown"}


def test_facts_of_the_detector_come_before_what_is_always_there(identifier: Identifier) -> None:
    read = seen(identifier, token(facts={"scope": "account", "lifetime": "static", "user": "alice"})).facts
    assert read == {"lifetime": "static", "validity": "unknown", "at_rest": "plain", "scope": "account", "user": "alice"}


def test_facts_of_the_key_come_before_those_of_the_detector(identifier: Identifier) -> None:
    facts = seen(identifier, replace(key(), facts={"bits": 1, "at_rest": "encrypted", "comment": "release"}), KEY).facts
    assert (facts["bits"], facts["at_rest"], facts["comment"]) == (2048, "plain", "release")
    assert facts["spki_sha256"] == keymaker.digest(make("rsa"))


def test_what_the_key_does_not_know_is_left_to_the_detector(identifier: Identifier) -> None:
    ciphertext = key(data=b"\x8a" * 1200, form=Form.PKCS1)
    assert seen(identifier, ciphertext, KEY).facts["at_rest"] == "unknown"
    assert seen(identifier, replace(ciphertext, facts={"at_rest": "encrypted"}), KEY).facts["at_rest"] == "encrypted"


@pytest.mark.parametrize(
    ("kind", "proven", "expected"),
    [(NPM, None, (4, True)), (NPM, 5, (5, False)), (NPM, 1, (1, False)), (OTHER, None, (2, False))],
)
def test_privilege(identifier: Identifier, kind: Kind, proven: int | None, expected: tuple[int, bool]) -> None:
    identified = seen(identifier, token(privilege=proven), kind)
    assert (identified.privilege, identified.assumed) == expected


def test_what_the_detector_said_is_kept(identifier: Identifier) -> None:
    identified = seen(identifier, token(confidence=Confidence.MEDIUM))
    assert (identified.kind, identified.detector) == (NPM, "detector")
    assert (identified.check, identified.confidence) == (Check.PASSED, Confidence.MEDIUM)
    assert identified.suppression is None


def test_dummies_are_suppressed_with_their_reason(identifier: Identifier) -> None:
    assert seen(identifier, token(), dummy="a sample").suppression == Suppression("dummy", "a sample")
    assert seen(identifier, token(dummy="from the docs")).suppression == Suppression("dummy", "from the docs")
    assert seen(identifier, token(dummy="from the docs"), dummy="a sample").suppression == Suppression("dummy", "a sample")


def test_a_published_key_is_suppressed_in_any_container(identifier: Identifier) -> None:
    sealed = b"openssh-key-v1\0" + ssh_string(b"aes256-ctr") + ssh_string(b"bcrypt") + ssh_string(b"") + b"\0\0\0\1" + ssh_string(VAGRANT)
    suppression = seen(identifier, key(data=sealed, form=Form.OPENSSH), KEY).suppression
    assert suppression == Suppression("dummy", "the insecure key that Vagrant ships for its boxes")


@pytest.mark.parametrize(
    ("reading", "shown"),
    [
        (token(), "npm_…(40) #{id}"),
        (token(prefix=""), "…(40) #{id}"),
        (token(prefix=TOKEN.decode()), "…(40) #{id}"),
        (token(prefix="pypi-", sort=Sort.MACAROON, end=160), "pypi-…(160) #{id}"),
        (token(prefix="pypi-", sort=Sort.MACAROON, end=160, written=150), "pypi-…(150) #{id}"),
        (token(secret=Secret(PASSWORD), prefix="npm_"), "[hidden] #w{id}"),
        (token(guessable=True), "[hidden] #w{id}"),
        (token(sort=Sort.CONTAINER), "container, encrypted #{id}"),
        (key(data=b"", form=Form.PKCS1), "private key #{id}"),
    ],
    ids=[
        "prefix",
        "no prefix",
        "prefix is all",
        "macaroon",
        "macaroon over lines",
        "guessable",
        "said to be guessable",
        "container",
        "damaged key",
    ],
)
def test_previews(identifier: Identifier, reading: Reading, shown: str) -> None:
    identified = seen(identifier, reading)
    assert identified.redacted == shown.format(id=identified.short)


@pytest.mark.parametrize(
    ("name", "title"),
    [("rsa", "RSA 2048, SHA256:"), ("p256", "EC P-256, SHA256:"), ("ed25519", "Ed25519, SHA256:"), ("secp256k1", "EC secp256k1, SPKI ")],
)
def test_previews_of_keys_show_the_public_half(identifier: Identifier, name: str, title: str) -> None:
    identified = seen(identifier, key(name), KEY)
    fingerprint = str(identified.facts.get("ssh_fingerprint", f":{identified.facts['spki_sha256']}")).split(":")[1]
    assert identified.redacted == f"{title}{fingerprint[:8]}…, not encrypted #{identified.short}"


def test_preview_of_an_encrypted_openssh_key(identifier: Identifier) -> None:
    data = keymaker.openssh(make("ed25519"), keymaker.PASSPHRASE)
    assert ", encrypted #" in seen(identifier, key(data=data, form=Form.OPENSSH), KEY).redacted


def test_preview_of_an_openpgp_key(identifier: Identifier) -> None:
    body = b"\x04" + bytes(4) + b"\x1b" + bytes(32) + b"\0"
    identified = seen(identifier, key(data=bytes((0xC5, len(body))) + body, form=Form.OPENPGP), KEY)
    fingerprint = str(identified.facts["openpgp_fingerprint"])
    assert identified.redacted == f"Ed25519, OpenPGP {fingerprint[-16:]}, not encrypted #{identified.short}"


def pieces(value: bytes) -> list[bytes]:
    """Every eight bytes in a row."""
    return [value[at : at + 8] for at in range(len(value) - 7)]


@pytest.mark.parametrize("value", [TOKEN, b"correct horse battery"], ids=["token", "password"])
def test_nothing_that_is_kept_holds_a_piece_of_the_value(identifier: Identifier, value: bytes) -> None:
    reading = token(secret=Secret(value))
    identified = seen(identifier, reading)
    shown = " ".join((repr(reading), repr(identified), str(identified), repr(canonical(reading)), repr(identifier), repr(vars(identifier))))
    written = shown.encode() + pickle.dumps([getattr(identified, field.name) for field in fields(identified)])
    assert not [piece for piece in pieces(value) if piece in written]


def test_nothing_of_a_private_key_is_kept(identifier: Identifier) -> None:
    data = keymaker.der(make("rsa"), PrivateFormat.PKCS8)
    identified = seen(identifier, key(), KEY)
    written = repr(identified).encode() + pickle.dumps(identified) + repr(canonical(key())).encode()
    half = data[len(data) // 2 :]
    assert not [piece for piece in pieces(half) if piece in written or piece.hex().encode() in written]


def test_a_reading_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(token())


@given(st.binary(max_size=200), st.sampled_from([Sort.MACAROON, Sort.SPKI, Sort.CONTAINER]), st.sampled_from([*Form, None]))
def test_no_bytes_raise(data: bytes, sort: Sort, form: Form | None) -> None:
    identifier = Identifier(OrgKey(bytes(32), "abc123", None), StretchBudget())
    reading = Reading(0, len(data), KEY.id, Secret(data), sort=sort, form=form)
    assert seen(identifier, reading, KEY).id == seen(identifier, reading, OTHER).id
