"""Who signed, as signatures say. Real ones are made in `tests/test_pairs.py`."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity import signatures
from scanner.identity.mark import mark_of
from scanner.identity.marks import marks_of
from scanner.identity.signatures import signers_of

FINGERPRINT = bytes(range(20))
NAMED = b"\x16\x21\x04" + FINGERPRINT
SHORT = b"\x09\x10" + FINGERPRINT[-8:]


def armored(body: bytes, header: bytes | None = None, *, label: bytes = b"PGP", above: bytes = b"") -> bytes:
    """A signature in the header of a commit."""
    data = base64.b64encode((b"\x88" + bytes((len(body),)) if header is None else header) + body)
    lines = b"\n".join(data[at : at + 64] for at in range(0, len(data), 64))
    text = b"-----BEGIN %b SIGNATURE-----\n%b\n%b\n=AAAA\n-----END %b SIGNATURE-----\n" % (label, above, lines, label)
    return b"tree 0\ngpgsig " + text.replace(b"\n", b"\n ") + b"\nauthor x\n"


def signature(hashed: bytes, unhashed: bytes = b"", version: int = 4) -> bytes:
    """The body of a signature packet up to its subpackets."""
    octets = 4 if version > 5 else 2
    areas = b"".join(len(area).to_bytes(octets, "big") + area for area in (hashed, unhashed))
    return bytes((version, 0, 22, 8)) + areas


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (signature(NAMED), FINGERPRINT),
        (signature(b"\x05\x02abcd", SHORT), FINGERPRINT[-8:]),
        (signature(b"\x05\x02abcd" + SHORT + NAMED), FINGERPRINT),
        (signature(b"\x22\x21\x06" + bytes(range(32)), version=6), bytes(range(32))),
        (b"\x03\x05\x00abcd" + FINGERPRINT[-8:] + b"\x16\x08", FINGERPRINT[-8:]),
    ],
    ids=["fingerprint", "key id", "both", "version 6", "version 3"],
)
def test_signatures_of_openpgp_name_their_issuer(body: bytes, name: bytes) -> None:
    expected = [f"openpgp:{name.hex().upper()}"]
    assert list(signers_of(armored(body))) == expected
    assert list(signers_of(armored(body, b"\xc2" + bytes((len(body),))))) == expected


USUAL = {
    "fingerprint": signature(NAMED + b"\x05\x02abcd", SHORT),
    "key id": signature(b"\x05\x02abcd", SHORT),
    "key id, hashed": signature(b"\x05\x02abcd" + SHORT),
}
HEADERS = {"one octet": b"\x88\xff", "two octets": b"\x89\x01\x00", "new": b"\xc2\xc0\x40", "new and short": b"\xc2\xbf"}


@pytest.mark.parametrize("body", USUAL.values(), ids=USUAL)
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("above", [b"", b"Version: GnuPG v1\n"], ids=["bare", "version"])
def test_a_usual_signature_is_not_taken_apart(body: bytes, header: bytes, above: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    text = armored(body + bytes(range(200)), header, above=above)
    with monkeypatch.context() as patch:
        patch.setattr(signatures, "_usual", lambda _text, _at: None)
        slow = list(signers_of(text))
    monkeypatch.setattr(signatures, "_of_openpgp", None)
    assert list(signers_of(text)) == slow != []


AREAS = st.lists(
    st.one_of(st.just(NAMED), st.just(SHORT), st.just(b"\x05\x02abcd"), st.just(b"\x96\x21\x04"), st.binary(max_size=40)), max_size=3
).map(b"".join)


@given(st.sampled_from([*HEADERS.values(), b"\x8c\xff", b"\xc3\xbf"]), AREAS, AREAS, st.sampled_from([3, 4, 5, 6]))
def test_a_short_way_says_what_the_long_one_says(header: bytes, hashed: bytes, unhashed: bytes, version: int) -> None:
    text = armored(signature(hashed, unhashed, version) + bytes(range(60)), header)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signatures, "_usual", lambda _text, _at: None)
        slow = list(signers_of(text))
    assert list(signers_of(text)) == slow


def test_a_key_is_known_by_its_fingerprint_and_its_key_id() -> None:
    fingerprint = FINGERPRINT.hex().upper()
    marks = marks_of("openpgp-private-key", {"openpgp_fingerprint": fingerprint})
    assert marks == {mark_of(f"openpgp:{fingerprint}"), mark_of(f"openpgp:{fingerprint[-16:]}")}


@given(st.binary(max_size=200), st.sampled_from([b"PGP", b"SSH"]), st.sampled_from([b"", b"\x88\x40\x04\x00\x16\x08", b"SSHSIG\0\0\0\1"]))
def test_no_signature_raises(noise: bytes, label: bytes, begin: bytes) -> None:
    list(signers_of(armored(noise, begin, label=label)))
    list(signers_of(b"-----BEGIN %b SIGNATURE-----" % label + noise))
