"""Keys of signing tools in their own formats, made when a test runs. A key is a name and a seed of `tests.support.keys`, or a seed alone.

What comes out is what the tools write; where a password hides something, random bytes stand for what nobody can read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import keys

Template = Callable[[list[str], dict[str, str]], str]
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CURVES = {"p256": ("P-256", 32), "p384": ("P-384", 48), "p521": ("P-521", 66), "secp256k1": ("secp256k1", 32)}


def secret(seed: int) -> bytes:
    """The 32 bytes that every key of `seed` is made from, whatever its format."""
    return noise("secret", seed, 32)


def age(seed: int = 0, *, hybrid: bool = False) -> str:
    """An identity, also in the post-quantum form."""
    return _bech32("age-secret-key-pq-" if hybrid else "age-secret-key-", secret(seed))


def age_plugin(name: str) -> str:
    """What a plugin of this name is given to find its key."""
    return _bech32(f"age-plugin-{name.lower()}-", noise(name, 0, 22))


def minisign(seed: int = 0, *, encrypted: bool = False, boundless: bool = False, rsign: bool = False) -> str:
    """The second line of a secret key file, as minisign writes it, or rsign; `boundless` ones ask for more than any machine has."""
    number, pair = noise("number", seed, 8), _ed25519(seed)
    if encrypted:
        limits = (1 << 25).to_bytes(8, "little") + (1 << (60 if boundless else 30)).to_bytes(8, "little")
        return _base64(b"EdScB2" + noise("salt", seed, 32) + limits + noise("hidden", seed, 104))
    checksum = hashlib.blake2b(b"Ed" + number + pair, digest_size=32).digest() if rsign else bytes(32)
    return _base64(b"Ed\0\0B2" + bytes(48) + number + pair + checksum)


def minisign_public(seed: int = 0) -> str:
    """The second line of a public key file."""
    return _base64(b"Ed" + noise("number", seed, 8) + _ed25519(seed)[32:])


def minisign_signature(seed: int = 0) -> str:
    """The second line of a signature."""
    return _base64(b"ED" + noise("number", seed, 8) + Ed25519PrivateKey.from_private_bytes(secret(seed)).sign(b"a release"))


def signify(seed: int = 0, *, encrypted: bool = False) -> str:
    """The second line of a secret key file."""
    pair = noise("hidden", seed, 64) if encrypted else _ed25519(seed)
    checksum = hashlib.sha512(pair).digest()[:8]
    rounds = (42 if encrypted else 0).to_bytes(4, "big")
    return _base64(b"EdBK" + rounds + noise("salt", seed, 16) + checksum + noise("number", seed, 8) + pair)


def note(seed: int = 0, name: str = "example.org", algorithm: int = 1) -> str:
    """A signer key of golang.org/x/mod/sumdb/note."""
    kind = bytes((algorithm,))
    digest = hashlib.sha256(name.encode() + b"\n" + kind + _ed25519(seed)[32:]).hexdigest()[:8]
    return f"PRIVATE+KEY+{name}+{digest}+{_base64(kind + secret(seed))}"


def nix(seed: int = 0, name: str = "cache.example.org-1") -> str:
    """A secret key of a binary cache."""
    return f"{name}:{_base64(_ed25519(seed))}"


def nix_signature(seed: int = 0, name: str = "cache.example.org-1") -> str:
    """What such a key puts under a store path."""
    return f"{name}:{_base64(Ed25519PrivateKey.from_private_bytes(secret(seed)).sign(b'1;/nix/store'))}"


def wireguard(seed: int = 0, *, unclamped: bool = False) -> str:
    """A key of `wg genkey`, or one that other tools made."""
    octets = bytearray(secret(seed))
    if unclamped:
        return _base64(bytes(octets[:-1]) + b"\x9c")
    octets[0] &= 0xF8
    octets[31] = octets[31] & 0x7F | 0x40
    return _base64(bytes(octets))


def cosign_json(seed: int = 0, *, pretty: bool = False) -> str:
    """What is in the armor."""
    kdf = {"name": "scrypt", "params": {"N": 65536, "r": 8, "p": 1}, "salt": _base64(noise("salt", seed, 32))}
    cipher = {"name": "nacl/secretbox", "nonce": _base64(noise("nonce", seed, 24))}
    value = {"kdf": kdf, "cipher": cipher, "ciphertext": _base64(noise("hidden", seed, 154))}
    return json.dumps(value, indent=2) if pretty else json.dumps(value, separators=(",", ":"))


def cosign(seed: int = 0, label: str = "SIGSTORE") -> str:
    """An encrypted key in its armor."""
    body = _base64(cosign_json(seed).encode())
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    armor = f"ENCRYPTED {label} PRIVATE KEY"
    return "\n".join([f"-----BEGIN {armor}-----", *lines, f"-----END {armor}-----"])


def jwk(name: str, *, primes: bool = True, public: bool = False, pretty: bool = False, **more: str) -> str:
    """The key `name` of `tests.support.keys` as JSON; `more` are further members."""
    members = {**_numbers(name, primes=primes), **more}
    if public:
        members = {member: text for member, text in members.items() if member not in {"d", "p", "q", "dp", "dq", "qi"}}
    return json.dumps(members, indent=2 if pretty else None)


def ppk(name: str, version: int = 3, *, encrypted: bool = False) -> str:
    """The key `name` of `tests.support.keys` as PuTTY's file; one that signs with Ed25519 or RSA."""
    comment = "a comment"
    key = keys.key(name, 0)
    public = _blob(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    private = noise("hidden", version, 48) if encrypted else _private(key)
    cipher = "aes256-cbc" if encrypted else "none"
    algorithm = public[4 : 4 + int.from_bytes(public[:4], "big")].decode()
    covered = b"".join(string(part) for part in (algorithm.encode(), cipher.encode(), comment.encode(), public, private))
    mac_key = hashlib.sha1(b"putty-private-key-file-mac-key").digest() if version == 2 else b""  # noqa: S324 (PuTTY's choice)
    mac = hmac.new(mac_key, covered, "sha1" if version == 2 else "sha256").hexdigest()
    derivation = ["Key-Derivation: Argon2id", "Argon2-Memory: 8192", "Argon2-Passes: 21", "Argon2-Parallelism: 1", "Argon2-Salt: 00112233"]
    return "\n".join(
        [
            f"PuTTY-User-Key-File-{version}: {algorithm}",
            f"Encryption: {cipher}",
            f"Comment: {comment}",
            *_counted("Public", public),
            *(derivation if encrypted and version > 2 else []),
            *_counted("Private", private),
            f"Private-MAC: {mac}",
        ]
    )


def _ed25519(seed: int) -> bytes:
    return secret(seed) + Ed25519PrivateKey.from_private_bytes(secret(seed)).public_key().public_bytes_raw()


def _numbers(name: str, *, primes: bool) -> dict[str, str]:
    key = keys.key(name, 0)
    if isinstance(key, rsa.RSAPrivateKey):
        own = key.private_numbers()
        numbers = {"n": own.public_numbers.n, "e": own.public_numbers.e, "d": own.d}
        extra = {"p": own.p, "q": own.q, "dp": own.dmp1, "dq": own.dmq1, "qi": own.iqmp} if primes else {}
        return {"kty": "RSA"} | {member: _url(octets(value)) for member, value in (numbers | extra).items()}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        curve, size = _CURVES[name]
        point = key.public_key().public_numbers()
        values = {"x": point.x, "y": point.y, "d": key.private_numbers().private_value}
        return {"kty": "EC", "crv": curve} | {member: _url(value.to_bytes(size, "big")) for member, value in values.items()}
    curve = type(key).__name__.removesuffix("PrivateKey")
    return {"kty": "OKP", "crv": curve, "x": _url(key.public_key().public_bytes_raw()), "d": _url(key.private_bytes_raw())}


def _private(key: object) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        own = key.private_numbers()
        return b"".join(string(b"\0" + octets(value)) for value in (own.d, own.p, own.q, own.iqmp))
    assert isinstance(key, Ed25519PrivateKey)
    return string(key.private_bytes_raw())


def _counted(name: str, blob: bytes) -> list[str]:
    text = _base64(blob)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return [f"{name}-Lines: {len(lines)}", *lines]


def _blob(line: bytes) -> bytes:
    return b64decode(line.split()[1])


def _bech32(human: str, data: bytes) -> str:
    """The bytes under a human part, in upper case (BIP 173)."""
    count = -(-8 * len(data) // 5)
    bits = int.from_bytes(data, "big") << (5 * count - 8 * len(data))
    values = [bits >> 5 * place & 31 for place in reversed(range(count))]
    spread = [*(ord(letter) >> 5 for letter in human), 0, *(ord(letter) & 31 for letter in human)]
    rest = _polymod([*spread, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [rest >> 5 * place & 31 for place in reversed(range(6))]
    return f"{human}1{''.join(_BECH32[value] for value in values)}".upper()


def _polymod(values: list[int]) -> int:
    rest = 1
    for value in values:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            rest ^= term * (top >> bit & 1)
    return rest


def octets(value: int) -> bytes:
    """The number, big-endian, in as few bytes as hold it."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def string(part: bytes) -> bytes:
    """A string of RFC 4251, section 5."""
    return len(part).to_bytes(4, "big") + part


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()


def _url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def noise(label: str, seed: int, count: int) -> bytes:
    """The same bytes of nothing in particular for the same label and seed."""
    return hashlib.shake_256(f"{label} {seed}".encode()).digest(count)


def _seeded(make: Callable[..., str]) -> Template:
    """A template of `make`: a seed, then flags; with `wrong` among them two letters change places, so that no checksum holds."""

    def made(options: list[str], more: dict[str, str]) -> str:
        value = make(int(options[0]), **{flag: True for flag in options[1:] if flag != "wrong"}, **more)
        return _changed(value) if "wrong" in options else value

    return made


def _changed(value: str) -> str:
    """The value with the last two different neighbours before its last eight letters swapped."""
    at = next(at for at in range(len(value) - 9, 0, -1) if value[at] != value[at - 1])
    return value[: at - 1] + value[at] + value[at - 1] + value[at + 1 :]


def _minisign(options: list[str], more: dict[str, str]) -> str:
    other = {"public": minisign_public, "signature": minisign_signature}.get(options[-1])
    return other(int(options[0])) if other else _seeded(minisign)(options, more)


def _jwk(options: list[str], more: dict[str, str]) -> str:
    """As JavaScript spells it (`literal`), Python (`single`), `php`, `ruby`, YAML four blanks from the left (`block`), TOML (`table`)."""
    text = jwk(options[0], primes="bare" not in options, public="public" in options, pretty="pretty" in options, **more)
    members = json.loads(text).items()
    if "literal" in options:
        text = re.sub(r'"(\w+)": "([^"]*)"', r"\1: '\2'", text)
    rows: dict[str, Callable[[], str]] = {
        "block": lambda: "\n    ".join(f"{name}: {value}" for name, value in members),
        "table": lambda: "\n".join(f'{name} = "{value}"' for name, value in members),
        "php": lambda: "[" + ", ".join(f"'{name}' => '{value}'" for name, value in members) + "]",
        "ruby": lambda: "{ " + ", ".join(f':{name} => "{value}"' for name, value in members) + " }",
    }
    if spelled := next((make for option, make in rows.items() if option in options), None):
        return spelled()
    return text.replace('"', "'") if "single" in options else text


def _ppk(options: list[str], _: dict[str, str]) -> str:
    """With `altered` another code than the one that holds, with `renamed` another comment."""
    text = ppk(options[0], int(options[1]), encrypted="encrypted" in options)
    if "altered" in options:
        text = text[:-1] + ("0" if text[-1] != "0" else "1")
    return text.replace("a comment", "another") if "renamed" in options else text


TEMPLATES: dict[str, Template] = {
    "age": _seeded(age),
    "age_plugin": lambda options, _: age_plugin(options[0]),
    "minisign": _minisign,
    "signify": _seeded(signify),
    "note": lambda options, more: note(int(options[0]), more.get("name", "example.org"), int(more.get("algorithm", 1))),
    "nix": lambda options, more: nix(int(options[0]), **more),
    "nix_signature": lambda options, more: nix_signature(int(options[0]), **more),
    "wireguard": _seeded(wireguard),
    "cosign": lambda options, more: cosign(int(options[0]), **more),
    "cosign_json": lambda options, _: cosign_json(int(options[0]), pretty="pretty" in options),
    "jwk": _jwk,
    "ppk": _ppk,
}
"""`<age:1>`, `<age:1:wrong>`, `<minisign:1:encrypted>`, `<jwk:rsa2048:public kid=a>`, `<ppk:ed25519:3:encrypted>`, …"""
