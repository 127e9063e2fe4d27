"""Key stores, made when a test runs: by keytool and OpenSSL, and by writers of our own where a test must decide on every byte.

What our own writers put out is what the tools write; where a password hides something, random bytes stand for what nobody can read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support import keys

PASSWORD = "changeit"  # noqa: S105 (it protects keys that live for a test run)
MADE = 1_700_000_000
"""When every entry was made, in Unix seconds; `MADE_AT` is the same."""
MADE_AT = "2023-11-14T22:13:20Z"
DEBUG = (("C", "US"), ("O", "Android"), ("CN", "Android Debug"))
_SUBJECT = (("O", "Acme"), ("CN", "Release"))
_ATTRIBUTES = {"C": NameOID.COUNTRY_NAME, "O": NameOID.ORGANIZATION_NAME, "CN": NameOID.COMMON_NAME}
_MARK = 0xC2
"""The byte that fixtures mark values with: no value in them may have it."""
Template = Callable[[list[str], dict[str, str]], str]


def keytool(*arguments: str) -> None:
    """Runs keytool. All stores and keys have the password `PASSWORD`."""
    command = ["keytool", *arguments, "-storepass", PASSWORD, "-keypass", PASSWORD]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def exported(store: Path, alias: str) -> bytes:
    """The certificate of an entry in DER, as keytool shows it."""
    command = ["keytool", "-exportcert", "-keystore", str(store), "-storepass", PASSWORD, "-alias", alias]
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60).stdout


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    """What OpenSSL writes to its standard output."""
    return subprocess.run(["openssl", *arguments], check=True, input=given, capture_output=True, timeout=60).stdout


def public_digest(certificate: bytes) -> str:
    """SHA-256 in hex of the public half in a certificate in DER, as OpenSSL says it."""
    public = openssl("x509", "-inform", "DER", "-pubkey", "-noout", given=certificate)
    return hashlib.sha256(openssl("pkey", "-pubin", "-pubout", "-outform", "DER", given=public)).hexdigest()


@cache
def certificate(name: str, seed: int = 0, subject: tuple[tuple[str, str], ...] = _SUBJECT) -> bytes:
    """A certificate of the key `name` of `tests.support.keys` in DER, signed by itself."""
    key = keys.key(name, seed)
    whose = x509.Name([x509.NameAttribute(_ATTRIBUTES[attribute], value) for attribute, value in subject])
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key()).serial_number(7)
    dated = made.not_valid_before(start).not_valid_after(start + dt.timedelta(days=9000))
    return dated.sign(key, None if name == "ed25519" else hashes.SHA256()).public_bytes(Encoding.DER)


def noise(label: str, size: int) -> bytes:
    """Bytes that stand for something encrypted, none of which marks a fixture."""
    return hashlib.shake_256(label.encode()).digest(size).replace(bytes((_MARK,)), b"\0")


def element(tag: int, *parts: bytes, piecewise: bool = False) -> bytes:
    """A value in DER, or in BER with its end marked and not announced."""
    content = b"".join(parts)
    if piecewise:
        return bytes((tag, 0x80)) + content + b"\0\0"
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 + len(length))) + length + content


def oid(dotted: str) -> bytes:
    """An object identifier in DER."""
    return element(6, _arcs(dotted))


def _arcs(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = b""
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return out


def sealed(scheme: str, label: str = "key", size: int = 160) -> bytes:
    """An EncryptedPrivateKeyInfo."""
    algorithm = element(0x30, oid(scheme), element(0x30, element(4, noise("salt", 8)), element(2, b"\x08\0")))
    return element(0x30, algorithm, element(4, noise(label, size)))


JKS_SCHEME = "1.3.6.1.4.1.42.2.17.1.1"
PBES1 = "1.2.840.113549.1.12.1.3"


def text(value: str) -> bytes:
    """A string as Java's DataOutput writes it."""
    return len(value.encode()).to_bytes(2, "big") + value.encode()


def block(value: bytes) -> bytes:
    """Bytes with their number before them."""
    return len(value).to_bytes(4, "big") + value


def _head(alias: str) -> bytes:
    return text(alias) + (MADE * 1000).to_bytes(8, "big")


def _certified(der: bytes, version: int) -> bytes:
    return (text("X.509") if version > 1 else b"") + block(der)


def private(alias: str, leaf: bytes | None, *, key: bytes | None = None, version: int = 2) -> bytes:
    """An entry of JKS with a key and its certificate, or without one."""
    chain = (1).to_bytes(4, "big") + _certified(leaf, version) if leaf is not None else bytes(4)
    return b"\0\0\0\1" + _head(alias) + block(key or sealed(JKS_SCHEME, alias)) + chain


def trusted(alias: str, leaf: bytes, version: int = 2) -> bytes:
    """An entry of JKS with a certificate alone."""
    return b"\0\0\0\2" + _head(alias) + _certified(leaf, version)


def secret(alias: str) -> bytes:
    """An entry of JCEKS with a secret key, as a sealed object of Java's."""
    described = b"\xac\xed\0\5sr\0\x19javax.crypto.SealedObject\x3e\x36\x3d\xa6\xc3\xb7\x54\x70\2\0\4[\0\rencodedParamst\0\2[B[\0\x10encryptedContent"
    described += b"q\0~\0\1L\0\tparamsAlgt\0\x12Ljava/lang/String;L\0\7sealAlgq\0~\0\2xp"
    array = b"ur\0\2[B\xac\xf3\x17\xf8\6\x08T\xe0\2\0\0xp" + block(noise("parameters", 17))
    content = b"uq\0~\0\4" + block(noise(alias, 144))
    names = b"t" + text("PBEWithMD5AndTripleDES") + b"q\0~\0\7"
    return b"\0\0\0\3" + _head(alias) + described + array + content + names


def jks(*entries: bytes, jceks: bool = False, version: int = 2) -> bytes:
    """A JKS or JCEKS with these entries."""
    magic = b"\xce" * 4 if jceks else b"\xfe\xed" * 2
    return magic + version.to_bytes(4, "big") + len(entries).to_bytes(4, "big") + b"".join(entries) + noise("checksum", 20)


def bks(*entries: bytes) -> bytes:
    """A BKS with these entries."""
    return b"\0\0\0\2\0\0\0\x14" + noise("salt", 20) + b"\0\0\x04\x2a" + b"".join(entries) + b"\0" + noise("checksum", 20)


def bks_entry(sort: int, alias: str, content: bytes, leaf: bytes | None = None) -> bytes:
    """An entry of BKS: a certificate (1), a key in clear (2), bytes (3) or a key behind the password (4)."""
    chain = (1).to_bytes(4, "big") + _certified(leaf, 2) if leaf is not None else bytes(4)
    return bytes((sort,)) + _head(alias) + chain + content


def uber(size: int = 512) -> bytes:
    """An UBER: version, salt and rounds, and ciphertext after them."""
    return b"\0\0\0\1\0\0\0\x14" + noise("uber salt", 20) + b"\0\0\x05\x39" + noise("uber", size)


def bcfks(*, signed: bool = False, derivation: str = "1.2.840.113549.1.5.12", size: int = 400) -> bytes:
    """A BCFKS, guarded by a message authentication code whose key comes from the password, or with `signed` by a signature."""
    salted = element(0x30, oid(derivation), element(0x30, element(4, noise("bcfks salt", 64)), element(2, b"\0\xc8\0")))
    ccm = element(0x30, oid("2.16.840.1.101.3.4.1.47"), element(0x30, element(4, noise("bcfks nonce", 12)), element(2, b"\x08")))
    scheme = element(0x30, oid("1.2.840.113549.1.5.13"), element(0x30, salted, ccm))
    code = element(0x30, element(0x30, oid("1.2.840.113549.2.11"), b"\5\0"), salted, element(4, noise("bcfks code", 64)))
    guard = element(0xA0, element(0x30, element(3, b"\0" + noise("bcfks signature", 64)))) if signed else code
    return element(0x30, element(0x30, scheme, element(4, noise("bcfks", size))), guard)


_BAG = "1.2.840.113549.1.12.10.1."


def bag(sort: int, value: bytes, alias: str | None = None, local: bytes | None = None, *, ber: bool = False) -> bytes:
    """A bag of PKCS#12, with its number in RFC 7292, 4.2."""
    named = element(0x30, oid("1.2.840.113549.1.9.20"), element(0x31, element(0x1E, (alias or "").encode("utf-16-be"))))
    found = element(0x30, oid("1.2.840.113549.1.9.21"), element(0x31, element(4, local or b"")))
    attributes = (named if alias is not None else b"") + (found if local is not None else b"")
    parts = (oid(f"{_BAG}{sort}"), element(0xA0, value, piecewise=ber), element(0x31, attributes) if attributes else b"")
    return element(0x30, *parts, piecewise=ber)


def certificate_bag(leaf: bytes, local: bytes | None = None) -> bytes:
    """A certificate in its bag."""
    inner = element(0x30, oid("1.2.840.113549.1.9.22.1"), element(0xA0, element(4, leaf)))
    return bag(3, inner, local=local)


def secret_bag(alias: str, content: bytes) -> bytes:
    """A secret key in its bag, as Java writes it."""
    return bag(5, element(0x30, oid(f"{_BAG}2"), element(0xA0, element(4, content))), alias)


def safe(*bags: bytes, ber: bool = False) -> bytes:
    """A safe in clear."""
    return element(0x30, oid("1.2.840.113549.1.7.1"), element(0xA0, _octets(element(0x30, *bags), ber=ber), piecewise=ber), piecewise=ber)


def sealed_safe(label: str = "safe", size: int = 400) -> bytes:
    """A safe that is encrypted as a whole."""
    algorithm = element(0x30, oid(PBES1), element(0x30, element(4, noise("salt", 8)), element(2, b"\x08\0")))
    inner = element(0x30, oid("1.2.840.113549.1.7.1"), algorithm, element(0x80, noise(label, size)))
    return element(0x30, oid("1.2.840.113549.1.7.6"), element(0xA0, element(0x30, element(2, b"\0"), inner)))


def pfx(*safes: bytes, ber: bool = False) -> bytes:
    """A PKCS#12 with these safes and a checksum."""
    content = safe_of(element(0x30, *safes, piecewise=ber), ber=ber)
    digest = element(0x30, element(0x30, oid("2.16.840.1.101.3.4.2.1")), element(4, noise("mac", 32)))
    return element(0x30, element(2, b"\3"), content, element(0x30, digest, element(4, noise("salt", 8))), piecewise=ber)


def safe_of(row: bytes, *, ber: bool = False) -> bytes:
    """The outermost content of a store, which is a row of safes."""
    return element(0x30, oid("1.2.840.113549.1.7.1"), element(0xA0, _octets(row, ber=ber), piecewise=ber), piecewise=ber)


def _octets(content: bytes, *, ber: bool) -> bytes:
    if not ber:
        return element(4, content)
    return element(0x24, *(element(4, content[at : at + 100]) for at in range(0, len(content), 100)), piecewise=True)


def key_blob(key: rsa.RSAPrivateKey, *, public: bool = False, exchange: bool = False) -> bytes:
    """An RSA key as Windows exports it."""
    own = key.private_numbers()
    full, half = key.key_size // 8, key.key_size // 16
    sizes = ((own.p, half), (own.q, half), (own.dmp1, half), (own.dmq1, half), (own.iqmp, half), (own.d, full))
    hidden = b"" if public else b"".join(number.to_bytes(size, "little") for number, size in sizes)
    algorithm = b"\0\xa4\0\0" if exchange else b"\0\x24\0\0"
    header = (b"\6" if public else b"\7") + b"\2\0\0" + algorithm + (b"RSA1" if public else b"RSA2")
    shown = key.key_size.to_bytes(4, "little") + own.public_numbers.e.to_bytes(4, "little") + own.public_numbers.n.to_bytes(full, "little")
    return header + shown + hidden


def pvk(blob: bytes, *, encrypted: bool = False) -> bytes:
    """A key blob in a PVK; with a password all but its first eight bytes are hidden."""
    salt = noise("salt", 16) if encrypted else b""
    inner = blob[:8] + noise("hidden", len(blob) - 8) if encrypted else blob
    numbers = (0, 2, int(encrypted), len(salt), len(inner))
    return b"\x1e\xf1\xb5\xb0" + b"".join(number.to_bytes(4, "little") for number in numbers) + salt + inner


def xml(key: rsa.RSAPrivateKey, *, public: bool = False, primes: bool = True, pretty: bool = False) -> str:
    """An RSA key as .NET writes it."""
    own = key.private_numbers()
    numbers = {"Modulus": own.public_numbers.n, "Exponent": own.public_numbers.e}
    if primes and not public:
        numbers |= {"P": own.p, "Q": own.q, "DP": own.dmp1, "DQ": own.dmq1, "InverseQ": own.iqmp}
    numbers |= {} if public else {"D": own.d}
    joint = "\n  " if pretty else ""
    members = [f"<{name}>{_digits(number)}</{name}>" for name, number in numbers.items()]
    return f"<RSAKeyValue>{joint}{joint.join(members)}{joint[:1]}</RSAKeyValue>"


def _digits(number: int) -> str:
    return b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()


@cache
def small_rsa(number: int = 0) -> rsa.RSAPrivateKey:
    """An RSA key that is quickly made; the same one for the same number."""
    del number
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 (nobody uses it)


def _quiet(make: Callable[[int], bytes]) -> str:
    """What `make` makes, with the first number that leaves out the byte which marks a fixture, as a template spells it."""
    made = next(data for data in map(make, count()) if _MARK not in data)
    return "".join(f"\\x{byte:02x}" for byte in made)


def _of_java(flags: list[str], more: dict[str, str], number: int) -> bytes:
    """Entries as the flags name them: `private`, `bare` without a certificate, `debug`, `trusted`, `secret`, `odd` of an unknown sort."""
    version = 1 if "first" in flags else 2
    leaf, other, alias = certificate("p256", number), certificate("p256", number + 5000), more.get("alias", "release")
    made = {
        "private": lambda: private(alias, leaf, version=version),
        "another": lambda: private("another", other, version=version),
        "bare": lambda: private(alias, None),
        "short": lambda: private(alias, leaf, key=b"short"),
        "debug": lambda: private("androiddebugkey", certificate("p256", number, DEBUG)),
        "trusted": lambda: trusted("ca", leaf, version),
        "secret": lambda: secret("secret"),
        "odd": lambda: b"\0\0\0\7" + _head("odd"),
    }
    return jks(*(made[flag]() for flag in flags if flag in made), jceks="jceks" in flags, version=version)


def _of_bouncy(flags: list[str], number: int) -> bytes:
    leaf = certificate("p256", number)
    clear = b"\0" + text("PKCS#8") + text("EC") + block(keys.der("p256", "pkcs8", number))
    made = {
        "private": lambda: bks_entry(4, "release", block(noise("key", 200)), leaf),
        "secret": lambda: bks_entry(4, "secret", block(noise("secret", 72))),
        "clear": lambda: bks_entry(2, "clear", clear, leaf),
        "trusted": lambda: bks_entry(1, "ca", _certified(leaf, 2)),
    }
    return bks(*(made[flag]() for flag in flags))


def _hidden(flags: list[str]) -> bytes:
    """A store that hides everything; with `cut` without its last bytes, with `followed` with more behind it."""
    made: dict[str, Callable[[], bytes]] = {
        "uber": uber,
        "bcfks": bcfks,
        "signed": lambda: bcfks(signed=True),
        "guarded": lambda: bcfks(derivation="1.3.6.1.4.1.11591.4.11"),
    }
    data = made[flags[0]]()
    if "other" in flags:
        data = bcfks(derivation="1.2.840.113549.1.5.3")
    data = data[:-7] if "cut" in flags else data
    return data + b"more" if "followed" in flags else data


def _of_pkcs12(flags: list[str], number: int) -> bytes:
    """Safes as the flags name them; `ber` for lengths that are left open."""
    leaf, ber = certificate("p256", number), "ber" in flags
    made: dict[str, Callable[[], bytes]] = {
        "shrouded": lambda: safe(bag(2, sealed(PBES1), "release", b"\1", ber=ber), ber=ber),
        "two": lambda: safe(bag(2, sealed(PBES1, "one"), "one", b"\1"), bag(2, sealed(PBES1, "two"), "two", b"\2")),
        "debug": lambda: safe(bag(2, sealed(PBES1), "androiddebugkey", b"Time 1700000000000")),
        "key": lambda: safe(bag(1, keys.der("p256", "pkcs8", number), local=b"\1")),
        "secret": lambda: safe(secret_bag("secret", sealed(PBES1))),
        "certificate": lambda: safe(certificate_bag(leaf, b"\1")),
        "nested": lambda: safe(bag(6, element(0x30, bag(2, sealed(PBES1), "inner")))),
        "empty": safe,
        "sealed": sealed_safe,
    }
    return pfx(*(made[flag]() for flag in flags if flag in made), ber=ber)


def _blob(flags: list[str], number: int) -> bytes:
    blob = key_blob(small_rsa(number), public="public" in flags, exchange="exchange" in flags)
    blob = blob[:-1] + bytes((blob[-1] ^ 1,)) if "other" in flags else blob
    blob = blob[:150] + bytes((blob[150] ^ 1,)) + blob[151:] if "wrong" in flags else blob
    return pvk(blob, encrypted="encrypted" in flags) if "pvk" in flags else blob


def _xml(flags: list[str], more: dict[str, str]) -> str:
    """With `until` cut off before that element."""
    key: Any = keys.key("rsa2048", 0)
    text = xml(key, public="public" in flags, primes="bare" not in flags, pretty="pretty" in flags)
    text = text[: text.index(f"<{more['until']}>")] if "until" in more else text
    text = text.replace("\n", "\r\n") if "crlf" in flags else text
    return text.removeprefix("<RSAKeyValue") if "headless" in flags else text


TEMPLATES: dict[str, Template] = {
    "jks": lambda flags, more: _quiet(lambda number: _of_java(flags, more, number)),
    "bks": lambda flags, _: _quiet(lambda number: _of_bouncy(flags, number)),
    "bouncy": lambda flags, _: "".join(f"\\x{octet:02x}" for octet in _hidden(flags)),
    "pfx": lambda flags, _: _quiet(lambda number: _of_pkcs12(flags, number)),
    "blob": lambda flags, _: _quiet(lambda number: _blob(flags, number)),
    "rsakeyvalue": _xml,
}
"""`<jks:private:trusted alias=upload>`, `<jks:jceks:secret>`, `<bks:private>`, `<pfx:sealed:shrouded>`, `<blob:pvk:encrypted>`, `<rsakeyvalue:pretty>`, …"""
