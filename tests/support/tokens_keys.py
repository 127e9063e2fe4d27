r"""Keys in containers of their own, made when a test runs: DER as `\xNN`, GnuPG's store, SSH2, TUF, bare seeds.

A key is a name of `tests.support.keys`, or a seed of `tests.support.tokens_signing`. Where a passphrase hides something, random bytes stand
for what nobody can read.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from itertools import count

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support import keys
from tests.support.tokens_signing import Template, noise, octets, secret, string

MARKS = (b"\xc2\xab", b"\xc2\xbb")
"""What marks a value in a fixture: a key that has it inside is made again."""


def der(name: str, form: str, seed: int = 0) -> bytes:
    """The key in a form of `tests.support.keys`, with `encrypted-` before it under a passphrase; none that holds a mark."""
    encryption = BestAvailableEncryption(keys.PASSPHRASE.encode()) if form.startswith("encrypted-") else NoEncryption()
    for attempt in count(seed, 1000):
        if form.endswith("openssh"):
            private = keys.key(name, attempt).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption)
            data: bytes = b64decode(b"".join(private.splitlines()[1:-1]))
        elif form.startswith("encrypted-"):
            data = keys.key(name, attempt).private_bytes(Encoding.DER, PrivateFormat.PKCS8, encryption)
        elif form == "public":
            data = keys.key(name, attempt).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            data = keys.der(name, form, attempt)
        if not any(mark in data for mark in MARKS):
            return data
    raise AssertionError


def agent(name: str, *, protected: bool = False, shadowed: bool = False, canonical: bool = False) -> bytes:
    """A file of GnuPG's store, as 2.3 writes it, or with `canonical` as older ones do; none that holds a mark."""
    files = (agent_file(keys.key(name, seed), protected=protected, shadowed=shadowed, canonical=canonical) for seed in count(0, 1000))
    return next(data for data in files if not any(mark in data for mark in MARKS))


def agent_file(key: object, *, protected: bool = False, shadowed: bool = False, canonical: bool = False) -> bytes:
    """The file of this key, whatever bytes are in it."""
    public, private = _numbers(key)
    head = "private-key"
    if protected:
        head = "protected-private-key"
        salted: tuple[object, ...] = ((b"sha1", noise("salt", 0, 8), b"65536"), noise("nonce", 0, 12))
        private = ((b"protected", b"openpgp-s2k3-ocb-aes", salted, noise("hidden", 0, 64)), (b"protected-at", b"20260302T100000"))
    if shadowed:
        head = "shadowed-private-key"
        private = ((b"shadowed", b"t1-v1", (b"d2760001240103040006000000000000", b"OPENPGP.1")),)
    expression = (head.encode(), (*public, *private))
    if canonical:
        return _canonical(expression)
    whole = b"Key: " + _advanced(expression)
    return b"Created: 20260302T100000\n" + b"\n ".join(whole[at : at + 69] for at in range(0, len(whole), 69)) + b"\n"


def ssh2(name: str = "rsa2048", *, encrypted: bool = False) -> str:
    """An RSA key as PuTTYgen exports it for ssh.com."""
    own = keys.key(name).private_numbers()
    numbers = (own.public_numbers.e, own.d, own.public_numbers.n, pow(own.p, -1, own.q), own.q, own.p)
    inner = string(b"".join(value.bit_length().to_bytes(4, "big") + octets(value) for value in numbers))
    payload = noise("hidden", 0, 640) if encrypted else inner
    kind = b"if-modn{sign{rsa-pkcs1-sha1},encrypt{rsa-pkcs1v2-oaep}}"
    rest = string(kind) + string(b"3des-cbc" if encrypted else b"none") + string(payload)
    body = b64encode(b"\x3f\x6f\xf9\xeb" + (len(rest) + 8).to_bytes(4, "big") + rest).decode()
    label = "SSH2 ENCRYPTED PRIVATE KEY"
    lines = [body[at : at + 70] for at in range(0, len(body), 70)]
    return "\n".join([f"---- BEGIN {label} ----", 'Comment: "a comment"', *lines, f"---- END {label} ----"])


def tuf(seed: int = 0, *, pair: bool = False, hashes: bool = False, public: bool = False, wrong: bool = False) -> dict[str, object]:
    """An Ed25519 key as securesystemslib has it; with `pair` as go-tuf, with `wrong` with another public half behind the private one."""
    shown = Ed25519PrivateKey.from_private_bytes(secret(seed)).public_key().public_bytes_raw()
    hidden = secret(seed) + (bytes(reversed(shown)) if wrong else shown if pair else b"")
    named = {"keyid_hash_algorithms": ["sha256", "sha512"]} if hashes else {}
    return {
        "keytype": "ed25519",
        "scheme": "ed25519",
        **named,
        "keyval": {"public": shown.hex(), "private": "" if public else hidden.hex()},
    }


def box(seed: int = 0) -> dict[str, object]:
    """The keys of a role as go-tuf encrypts them."""
    kdf = {"name": "scrypt", "params": {"N": 32768, "r": 8, "p": 1}, "salt": _base64(noise("salt", seed, 32))}
    cipher = {"name": "nacl/secretbox", "nonce": _base64(noise("nonce", seed, 24))}
    return {"encrypted": True, "data": {"kdf": kdf, "cipher": cipher, "ciphertext": _base64(noise("hidden", seed, 240))}}


def fields(seed: int = 0) -> str:
    """A key as old securesystemslib encrypted it."""
    parts = (noise("salt", seed, 16), noise("mac", seed, 32), noise("counter", seed, 16), noise("hidden", seed, 180))
    salt, mac, counter, hidden = (part.hex() for part in parts)
    return f"{salt}@@@@100000@@@@{mac}@@@@{counter}@@@@{hidden}"


def bare(seed: int = 0, *, pair: bool = False, expanded: bool = False, digits: bool = False) -> str:
    """A seed, with `pair` and its public half, with `expanded` a key as Sparkle once had it; in base64, or hexadecimal with `digits`."""
    shown = Ed25519PrivateKey.from_private_bytes(secret(seed)).public_key().public_bytes_raw()
    data = noise("expanded", seed, 64) + shown if expanded else secret(seed) + (shown if pair else b"")
    return data.hex() if digits else _base64(data)


def _numbers(key: object) -> tuple[tuple[object, ...], tuple[object, ...]]:
    if isinstance(key, rsa.RSAPrivateKey):
        own = key.private_numbers()
        public: tuple[object, ...] = (b"rsa", (b"n", b"\0" + octets(own.public_numbers.n)), (b"e", octets(own.public_numbers.e)))
        values = {b"d": own.d, b"p": own.q, b"q": own.p, b"u": own.iqmp}
        return public, tuple((letter, octets(value)) for letter, value in values.items())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return (b"ecc", (b"curve", b"NIST P-256"), (b"q", point)), ((b"d", octets(key.private_numbers().private_value)),)
    assert isinstance(key, Ed25519PrivateKey)
    public = (b"ecc", (b"curve", b"Ed25519"), (b"flags", b"eddsa"), (b"q", b"\x40" + key.public_key().public_bytes_raw()))
    return public, ((b"d", key.private_bytes_raw()),)


def _canonical(node: object) -> bytes:
    if isinstance(node, tuple):
        return b"(" + b"".join(map(_canonical, node)) + b")"
    assert isinstance(node, bytes)
    return b"%d:%b" % (len(node), node)


def _advanced(node: object) -> bytes:
    """The expression for people: words as they are, other text in quotes, bytes in hexadecimal."""
    if isinstance(node, tuple):
        return b"(" + b" ".join(map(_advanced, node)) + b")"
    assert isinstance(node, bytes)
    text = node.decode("latin-1")
    if text.replace("-", "a").isalnum() and text.isascii() and not text[0].isdigit():
        return node
    if text.isascii() and text.isprintable() and text:
        return b'"%b"' % node
    return b"#%b#" % node.hex().upper().encode()


def _escaped(data: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in data)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _der(options: list[str], _: dict[str, str]) -> str:
    return _escaped(der(options[0], options[1], int(options[2]) if len(options) > 2 else 0))


def _flags(options: list[str]) -> dict[str, bool]:
    return dict.fromkeys(options, True)


def _agent(options: list[str], _: dict[str, str]) -> str:
    data = agent(options[0], **_flags(options[1:]))
    return _escaped(data) if "canonical" in options else data.decode().strip()


def _tuf(options: list[str], _: dict[str, str]) -> str:
    """With `pretty` over several lines."""
    rest = [option for option in options[1:] if option != "pretty"]
    return json.dumps(tuf(int(options[0]), **_flags(rest)), indent=2 if "pretty" in options else None)


TEMPLATES: dict[str, Template] = {
    "der": _der,
    "agent": _agent,
    "ssh2": lambda options, _: ssh2(options[0], **_flags(options[1:])),
    "tuf": _tuf,
    "tuf_box": lambda options, _: json.dumps(box(int(options[0])), indent=2 if "pretty" in options else None),
    "tuf_fields": lambda options, _: fields(int(options[0])),
    "seed": lambda options, _: bare(int(options[0]), **_flags(options[1:])),
}
"""`<der:p256:pkcs8>`, `<agent:ed25519:protected>`, `<ssh2:rsa2048:encrypted>`, `<tuf:1:pair>`, `<seed:1:digits>`, …"""
