"""Texts that make detectors of keys work hardest: beginnings again and again, each with as much behind it as is read before it fails."""

from __future__ import annotations

WORST: dict[str, bytes] = {
    "der-private-key": b"\x30\x82\x01\x20\x02\x01\x00\x02\x82\x01\x01\x00\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20",
    "gnupg-private-key": b"Key: (private-key (rsa (n #00#)\n (e #03#)" + b"(21:protected-private-key(3:ecc(1:q",
    "ssh2-private-key": b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n" + b"P2/56wAAA+4A\n" * 4,
    "tuf-private-key": b'{"encrypted": true, "data": {"keyval": {"private": "' + b"0a" * 32 + b'"}, "keytype": "ed25519", ',
    "github-runner-key": b'{"modulus": "' + b"aA1" * 30 + b'", "inverseQ": "' + b"aA1" * 15 + b'", "d": "',
    "cng-private-key": b"RSA2\x00\x08\0\0\x03\0\0\0\x00\x01\0\0\x80\0\0\0\x80\0\0\0ECS2\x20\0\0\0DSPV\x80\0\0\0",
    "raw-signing-key": b"sparkle_ed25519_key=" + b"A" * 43 + b"= sparkle.",
}
"""By detector; without armor, OpenPGP is in the test itself."""

RING = b"\x95\x00\x20\x04\x66\x00\x00\x00\x01\x00\x08\x80\x00\x08\x03\x00" + b"\x00\x08\x03" * 5
"""What begins like a key without armor, and has the length of one."""
