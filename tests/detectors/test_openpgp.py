from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator

import pytest

from detectors import _packets, openpgp
from detectors._packets import Half
from scanner.contract import Check, Reading, Window
from scanner.engine import build
from tests.support import gpg, keys
from tests.support.fixtures import read

DETECTOR = openpgp.DETECTORS[0]


@pytest.fixture(scope="module")
def keyring() -> Iterator[gpg.Home]:
    with gpg.home() as home:
        yield home


def armor(data: bytes, *, checksum: bytes | None = None) -> str:
    """A block around packets."""
    body = b64encode(data).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    if checksum is not None:
        lines.append("=" + b64encode(checksum).decode())
    return "\n".join(["-----BEGIN PGP PRIVATE KEY BLOCK-----", "", *lines, "-----END PGP PRIVATE KEY BLOCK-----"])


def dearmored(block: str) -> bytes:
    """The packets of a block that GnuPG wrote."""
    lines = block.split("\n\n", 1)[1].splitlines()
    return b64decode("".join(line for line in lines if line[0] not in "=-"))


def only(block: str) -> Reading:
    (reading,) = read(DETECTOR, block.encode())
    return reading


@pytest.mark.parametrize(
    ("algorithm", "name", "detail"),
    [
        ("ed25519", "EdDSA", {"curve": "Ed25519"}),
        ("rsa1024", "RSA", {"bits": 1024}),
        ("dsa1024", "DSA", {"bits": 1024}),
        ("nistp256", "ECDSA", {"curve": "P-256"}),
        ("nistp521", "ECDSA", {"curve": "P-521"}),
        ("brainpoolP256r1", "ECDSA", {"curve": "brainpoolP256r1"}),
        ("secp256k1", "ECDSA", {"curve": "secp256k1"}),
    ],
)
@pytest.mark.parametrize("passphrase", ["", keys.PASSPHRASE])
def test_a_key_is_what_gnupg_says_it_is(keyring: gpg.Home, algorithm: str, name: str, detail: dict[str, object], passphrase: str) -> None:
    user = f"{algorithm}-{len(passphrase)}@example.org"
    keyring.make(user, algorithm, passphrase)
    reading = only(keyring.armored(user, passphrase))
    assert reading.check is Check.PASSED
    assert reading.facts["fingerprint"] == keyring.fingerprints(user)[0]
    assert reading.facts["key_id"] == keyring.fingerprints(user)[0][-16:]
    assert reading.facts["algorithm"] == name
    assert reading.facts["user_ids"] == [user]
    assert reading.facts["encrypted"] is bool(passphrase)
    assert {key: reading.facts[key] for key in detail} == detail


@pytest.mark.parametrize("passphrase", ["", keys.PASSPHRASE])
def test_subkeys_are_those_that_gnupg_lists(keyring: gpg.Home, passphrase: str) -> None:
    user = f"subkeys-{len(passphrase)}@example.org"
    fingerprint = keyring.make(user, "ed25519", passphrase)
    keyring.subkey(fingerprint, "cv25519", "encr", passphrase)
    keyring.subkey(fingerprint, "rsa1024", "sign", passphrase)
    reading = only(keyring.armored(user, passphrase))
    assert reading.check is Check.PASSED
    assert [fingerprint, *subkeys(reading)] == keyring.fingerprints(user)


def subkeys(reading: Reading) -> list[str]:
    found = reading.facts["subkeys"]
    assert isinstance(found, list)
    return found


def test_what_is_kept_is_the_packets() -> None:
    block = gpg.armored("rsa2048")
    assert only(block).secret.reveal() == dearmored(block)


def test_two_keys_in_one_block_are_two() -> None:
    both = [dearmored(gpg.armored("ed25519")), dearmored(gpg.armored("rsa2048"))]
    readings = read(DETECTOR, armor(b"".join(both)).encode())
    assert {reading.secret.reveal() for reading in readings} == set(both)


def test_the_checksum_of_armor_is_gnupgs() -> None:
    block = gpg.armored("rsa2048")
    line = next(line for line in block.splitlines() if line.startswith("=") and len(line) == 5)
    assert _packets.crc24(dearmored(block)) == b64decode(line[1:])


def test_a_wrong_checksum_fails() -> None:
    data = dearmored(gpg.armored("ed25519"))
    assert only(armor(data)).check is Check.PASSED
    assert only(armor(data, checksum=_packets.crc24(data))).check is Check.PASSED
    assert only(armor(data, checksum=_packets.crc24(data[1:]))).check is Check.FAILED


def test_the_sum_over_a_secret_in_clear_is_checked() -> None:
    data = bytearray(dearmored(gpg.armored("ed25519")))
    first = next(_packets.packets(bytes(data)))
    data[first.end - 10] ^= 1
    assert only(armor(bytes(data))).check is Check.FAILED


def test_bytes_that_are_no_packets_fail() -> None:
    assert only(armor(dearmored(gpg.armored("ed25519")) + b"\0")).check is Check.FAILED


def test_a_card_leaves_nothing() -> None:
    stub = dearmored(gpg.armored("stub"))
    at = stub.index(b"GNU\x01") + 3
    card = stub[:at] + b"\x02\x10" + bytes(16) + stub[at + 1 :]
    first = next(_packets.packets(stub))
    length = first.end - first.body + 17
    card = stub[: first.start] + b"\x94" + bytes([length]) + card[first.body :]
    assert read(DETECTOR, armor(card).encode()) == []
    assert card_half(card) is Half.CARD


def card_half(data: bytes) -> Half:
    key = _packets.read_secret(data, next(_packets.packets(data)))
    assert key is not None
    return key.half


CREATED = (1_700_000_000).to_bytes(4, "big")
RAW = bytes(range(32))


def number(value: int) -> bytes:
    return value.bit_length().to_bytes(2, "big") + value.to_bytes((value.bit_length() + 7) // 8, "big")


def packet(body: bytes) -> bytes:
    return b"\xc5\xff" + len(body).to_bytes(4, "big") + body


V6 = b"\x06" + CREATED + b"\x1b" + len(RAW).to_bytes(4, "big") + RAW
V5 = b"\x05" + CREATED + b"\x1b" + len(RAW).to_bytes(4, "big") + RAW
V3_NUMBERS = (1 << 511 | 12345, 65537)
V3 = b"\x03" + CREATED + b"\0\0\x01" + b"".join(map(number, V3_NUMBERS))
SUM = (sum(RAW) & 0xFFFF).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("body", "fingerprint", "key_id"),
    [
        (V6 + b"\0" + RAW, hashlib.sha256(b"\x9b" + len(V6).to_bytes(4, "big") + V6).hexdigest(), slice(16)),
        (V5 + b"\0\0\0\0\0\x22" + RAW + SUM, hashlib.sha256(b"\x9a" + len(V5).to_bytes(4, "big") + V5).hexdigest(), slice(16)),
        (
            V3 + b"\0" + RAW + SUM,
            hashlib.md5(b"".join(number(value)[2:] for value in V3_NUMBERS), usedforsecurity=False).hexdigest(),
            slice(-16, None),
        ),
    ],
)
def test_the_other_versions_are_named_by_their_own_hashes(body: bytes, fingerprint: str, key_id: slice) -> None:
    reading = only(armor(packet(body)))
    assert reading.facts["fingerprint"] == fingerprint.upper()
    assert reading.facts["key_id"] == fingerprint.upper()[key_id]
    assert reading.facts["created"] == "2023-11-14T22:13:20Z"
    assert reading.facts["at_rest"] == "plain"


@pytest.mark.parametrize(
    ("secret", "half"),
    [
        (b"\0" + RAW, Half.PLAIN),
        (b"\xfe\x09\x07\x03\x08" + RAW, Half.ENCRYPTED),
        (b"\xff\x09\x03\x0a" + RAW, Half.ENCRYPTED),
        (b"\x09" + RAW, Half.ENCRYPTED),
        (b"\xff\x00\x65\x0aGNU\x01", Half.ABSENT),
        (b"\xfe\x00\x65\x00GNU\x02\x10" + RAW, Half.CARD),
        (b"\xfd\x09\x02\x65\x00GNU\x01", Half.ABSENT),
        (b"\xff\x00\x65\x00GNU\x07", Half.ENCRYPTED),
    ],
)
def test_where_the_secret_half_is(secret: bytes, half: Half) -> None:
    data = packet(b"\x04" + CREATED + b"\x1b" + RAW + secret)
    assert card_half(data) is half


@pytest.mark.parametrize(
    "data",
    [
        b"\xc5",
        b"\xc5\xff\0\0\0",
        b"\xc5\xe1" + V6,
        b"\x97" + V6,
        packet(b""),
        packet(b"\x04"),
        packet(b"\x07" + V6[1:]),
        packet(b"\x04" + CREATED + b"\x63" + RAW),
        packet(b"\x04" + CREATED + b"\x01" + b"\xff\xff" + RAW),
        packet(b"\x06" + CREATED + b"\x1b" + b"\xff\xff\xff\xff" + RAW),
        packet(b"\x04" + CREATED + b"\x12" + b"\xff" + RAW),
        packet(b"\x04" + CREATED + b"\x12" + b"\x03\x2b\x65\x6e\x00\x08A\xff" + RAW),
    ],
)
def test_packets_that_name_no_key_are_none(data: bytes) -> None:
    assert read(DETECTOR, armor(data + bytes(64)).encode()) == []


@pytest.mark.parametrize("name", ["ed25519", "rsa2048", "encrypted", "subkeys", "full"])
def test_without_armor_a_key_is_the_same_and_ends_where_it_ends(name: str) -> None:
    block = gpg.armored(name)
    data = dearmored(block)
    (bare,) = read(DETECTOR, b"\0\x01" + data + b"\x80\x80more")
    assert (bare.start, bare.end, bare.check) == (2, 2 + len(data), Check.PASSED)
    assert (bare.secret.reveal(), bare.facts) == (data, only(block).facts)


@pytest.mark.parametrize("algorithm", ["rsa1024", "dsa1024"])
@pytest.mark.parametrize("passphrase", ["", keys.PASSPHRASE])
def test_small_keys_of_gnupg_are_met_without_armor(keyring: gpg.Home, algorithm: str, passphrase: str) -> None:
    user = f"bare-{algorithm}-{len(passphrase)}@example.org"
    keyring.make(user, algorithm, passphrase)
    data = dearmored(keyring.armored(user, passphrase))
    assert [one.secret.reveal() for one in read(DETECTOR, b"\0" + data)] == [data]


AES, CAST5 = b"\xfe\x07\x03\x08" + bytes(9 + 16), b"\xfe\x03\x03\x02" + bytes(9 + 8)
"""How a secret is hidden: SHA-1 over it, a cipher, an iterated derivation with its salt and count, the first block."""
NAMED = b"\xb4\x03Ann"


def numbers(*bits: int) -> bytes:
    return b"".join(number(1 << size - 1) for size in bits)


def hidden(how: bytes, *bits: int) -> bytes:
    """The secret numbers of a key, which are as long as in clear, and twenty octets of a sum."""
    return how + bytes(sum(2 + size // 8 for size in bits) + 20)


@pytest.mark.parametrize("how", [AES, CAST5])
@pytest.mark.parametrize(("prime", "group"), [(1024, 160), (2048, 256)])
@pytest.mark.parametrize("shorter", [0, 8])
def test_the_headers_of_dsa_keys_are_known(prime: int, group: int, how: bytes, shorter: int) -> None:
    body = b"\x04" + CREATED + b"\x11" + numbers(prime, group, prime, prime - shorter) + hidden(how, group)
    data = b"\x95" + len(body).to_bytes(2, "big") + body + NAMED
    assert [one.secret.reveal() for one in read(DETECTOR, data)] == [data]


@pytest.mark.parametrize("bits", [768, 1024, 2047, 4096, 8192])
@pytest.mark.parametrize("how", [AES, CAST5, b"\x01" + bytes(8)])
@pytest.mark.parametrize("begin", [b"\x04" + CREATED + b"\x01", b"\x03" + CREATED + b"\0\0\x01"])
def test_an_rsa_key_is_met_by_its_exponent(begin: bytes, how: bytes, bits: int) -> None:
    body = begin + numbers(bits) + number(65537) + hidden(how, bits, *[bits // 2] * 3)
    length = len(body) - 192
    for header in (b"\x95" + len(body).to_bytes(2, "big"), bytes((0xC5, 0xC0 + (length >> 8), length & 0xFF))):
        data = header + body + NAMED
        assert [one.secret.reveal() for one in read(DETECTOR, b"\0" + data)] == [data]


@pytest.mark.parametrize("shift", range(3))
def test_an_rsa_key_with_a_number_that_is_an_octet_shorter_is_met_in_base64(shift: int) -> None:
    body = b"\x04" + CREATED + b"\x01" + numbers(2048) + number(65537) + hidden(AES, 2048, 1016, 1024, 1024)
    data = b"\x95" + len(body).to_bytes(2, "big") + body + NAMED
    examined = build((DETECTOR,), cache=None).examine(b"KEY=" + b64encode(bytes(shift) + data))
    assert [(one.reading.secret.reveal(), one.encoding) for one in examined.found] == [(data, ("base64",))]


def test_several_keys_in_one_ring_are_several() -> None:
    rows = [dearmored(gpg.armored(name)) for name in ("ed25519", "rsa2048", "full")]
    assert [reading.secret.reveal() for reading in read(DETECTOR, b"".join(rows))] == rows


def test_a_stub_without_armor_is_none() -> None:
    assert read(DETECTOR, dearmored(gpg.armored("stub"))) == []


def test_a_public_key_without_armor_is_none() -> None:
    assert read(DETECTOR, dearmored(gpg.armored("public"))) == []


@pytest.mark.parametrize("name", ["ed25519", "rsa2048", "encrypted"])
def test_a_key_without_armor_that_is_cut_off_is_none(name: str) -> None:
    data = dearmored(gpg.armored(name))
    first = next(_packets.packets(data))
    assert read(DETECTOR, data[: first.end - 1]) == []


def test_one_octet_of_a_secret_in_clear_that_changed_is_noticed_without_armor() -> None:
    data = bytearray(dearmored(gpg.armored("rsa2048")))
    data[next(_packets.packets(bytes(data))).end - 10] ^= 1
    assert read(DETECTOR, bytes(data)) == []


@pytest.mark.parametrize("body", [V6 + b"\0" + RAW, V3 + b"\0" + b"".join(map(number, (3, 5, 7, 11))) + b"\0\x26"])
def test_other_versions_without_armor(body: bytes) -> None:
    whole = b"\xc5" + bytes([len(body)]) + body if len(body) < 192 else b"\x95" + len(body).to_bytes(2, "big") + body
    windowed = list(DETECTOR.read(Window(whole, 0, len(whole))))
    assert [(one.start, one.end, one.check) for one in windowed] == [(0, len(whole), Check.PASSED)]


@pytest.mark.parametrize("secret", [b"\xfe\x00\x03\x08", b"\xfe\x09\x63\x08", b"\xfe\x09\x03\x63", b"\x63", b"\xfe"])
def test_a_secret_hidden_in_no_way_that_there_is_counts_in_armor_alone(secret: bytes) -> None:
    data = packet(b"\x04" + CREATED + b"\x1b" + RAW + secret + RAW) + dearmored(gpg.armored("ed25519"))[88:90]
    assert list(DETECTOR.read(Window(data, 0, len(data)))) == []
    assert len(read(DETECTOR, armor(data).encode())) == 1


def test_the_end_is_that_of_the_newest_signature(keyring: gpg.Home) -> None:
    fingerprint = keyring.make("ends@example.org", "ed25519")
    assert "expires" not in only(keyring.armored("ends@example.org")).facts
    keyring.gpg("--passphrase", "", "--quick-set-expire", fingerprint, "20310302T120000")
    assert str(only(keyring.armored("ends@example.org")).facts["expires"]).startswith("2031-03-02T")


def test_subkeys_that_lack_their_secret_are_told_apart(keyring: gpg.Home) -> None:
    fingerprint = keyring.make("offline@example.org", "ed25519")
    keyring.subkey(fingerprint, "ed25519", "sign")
    reading = only(keyring.armored("offline@example.org", command="--export-secret-subkeys"))
    assert reading.facts["primary_secret"] is False
    assert reading.facts["secret_subkeys"] == keyring.fingerprints("offline@example.org")[1:]
    assert reading.facts["subkey_ids"] == [subkey[-16:] for subkey in keyring.fingerprints("offline@example.org")[1:]]
