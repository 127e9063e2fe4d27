"""The container of OpenSSH's private keys (OpenSSH, PROTOCOL.key). Its public half is in clear even where the private one is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from detectors._keys import Key
from detectors._offline import plain_text
from scanner.contract import Check, Form, rx

MAGIC = b"openssh-key-v1\0"
ED25519_NAME, ED448_NAME, RSA_NAME, DSA_NAME = b"ssh-ed25519", b"ssh-ed448", b"ssh-rsa", b"ssh-dss"
"""RFC 8709, section 4; RFC 4253, section 6.6."""
EC_NAME = b"ecdsa-sha2-"
CURVES = {b"nistp256": "P-256", b"nistp384": "P-384", b"nistp521": "P-521"}
_NAME = rx(r"[A-Za-z0-9@._-]{1,64}")
"""Of an algorithm (RFC 4251, section 6)."""
HEADS = 3
"""Cipher, key derivation and its options stand first."""
SECRETS = {ED25519_NAME: 2, ED448_NAME: 2, RSA_NAME: 6, DSA_NAME: 5, EC_NAME: 3}
"""Fields of the private half after its name; the comment follows them."""
TESTS = 8
"""Bytes of the two equal numbers that show that the passphrase was right."""
MOST_PADDING = 256
AUTHENTICATED = (b"-gcm@openssh.com", b"chacha20-poly1305@openssh.com")
"""How the names of ciphers end that put a tag behind the private half."""
TAG = 16
LONGEST_COMMENT = 256
CIPHER_BLOCKS = 8
"""The length of what is encrypted is a multiple of this for every cipher."""


def read_openssh(data: bytes) -> Key | None:
    """The key in a container, cut off or not; None where nothing tells which one it is."""
    if not data.startswith(MAGIC):
        return None
    head = list(islice(_strings(data, len(MAGIC)), HEADS))
    after = head[-1][1] + 4 if len(head) == HEADS else len(data)
    public, sealed = next(_strings(data, after), None), None
    if public is None or data[after - 4 : after] != b"\0\0\0\1":
        return None
    sealed = next(_strings(data, public[1]), None)
    encrypted = head[0][0] != b"none"
    fields = [field for field, _ in islice(_strings(public[0], 0), 8)]
    name = fields[0] if fields else b""
    inside, comment = (False, None) if sealed is None or encrypted else _opened(sealed[0], name)
    whole = sealed is not None and sealed[1] + _tag(head[0][0]) == len(data)
    whole = whole and _NAME.fullmatch(name) is not None
    sound = whole and (inside if not encrypted else sealed is not None and len(sealed[0]) % CIPHER_BLOCKS == 0 and bool(sealed[0]))
    algorithm, bits, curve = _named(name, fields)
    return Key(
        Form.OPENSSH,
        data,
        algorithm,
        Check.PASSED if sound else Check.FAILED,
        bits=bits,
        curve=curve,
        comment=comment,
        encrypted=encrypted,
        hardware=name.startswith(b"sk-"),
        shown=algorithm in {"RSA", "DSA", "EC", "Ed25519", "Ed448"},
    )


def ends_at(text: bytes, start: int, limit: int) -> int:
    """Where the container that begins at `start` ends; `start` where it is cut off, or goes on beyond `limit`."""
    data = text[start:limit]
    after = next((end for _, end in islice(_strings(data, len(MAGIC)), HEADS - 1, None)), len(data)) + 4
    end = next((end for _, end in islice(_strings(data, after), 1, None)), 0)
    tag = _tag(next(_strings(data, len(MAGIC)), (b"", 0))[0]) if end else 0
    return start + end + tag if end + tag <= len(data) else start


def _tag(cipher: bytes) -> int:
    """Bytes behind the private half, which show that nobody changed it."""
    return TAG if cipher.endswith(AUTHENTICATED) else 0


def _strings(data: bytes, at: int) -> Iterator[tuple[bytes, int]]:
    """Strings with a length of four bytes (RFC 4251, 5) from `at` on and where each ends, up to the first that is cut off."""
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            return
        yield data[at + 4 : end], end
        at = end


def _plain(name: bytes) -> bytes:
    """The name of the algorithm without the marks of hardware and of OpenSSH's own extensions."""
    return name.removeprefix(b"sk-").removesuffix(b"@openssh.com")


def _named(name: bytes, fields: list[bytes]) -> tuple[str, int | None, str | None]:
    """Algorithm, bits and curve of a public key in its wire form (RFC 4253, 6.6; RFC 5656, 3.1)."""
    plain = _plain(name)
    if plain == RSA_NAME:
        return "RSA", _bits(fields, 2), None
    if plain == DSA_NAME:
        return "DSA", _bits(fields, 1), None
    if plain == ED25519_NAME:
        return "Ed25519", None, None
    if plain == ED448_NAME:
        return "Ed448", None, None
    if plain.startswith(EC_NAME):
        return "EC", None, CURVES.get(plain.removeprefix(EC_NAME))
    return plain_text(plain, 64), None, None


def _bits(fields: list[bytes], place: int) -> int | None:
    return int.from_bytes(fields[place], "big").bit_length() if len(fields) > place else None


def _opened(section: bytes, name: bytes) -> tuple[bool, str | None]:
    """Whether a section that is not encrypted is sound, and the comment in it.

    It begins with one number twice, and ends in 1, 2, 3 and so on up to the cipher's block.
    """
    fields = list(islice(_strings(section, TESTS), 16))
    if len(section) < TESTS or section[: TESTS // 2] != section[TESTS // 2 : TESTS] or not fields or fields[0][0] != name:
        return False, None
    plain = _plain(name)
    count = SECRETS.get(EC_NAME if plain.startswith(EC_NAME) else plain)
    if count is None or name.startswith(b"sk-"):
        return True, None
    if len(fields) < count + 2:
        return False, None
    comment, end = fields[count + 1]
    padding = section[end : end + MOST_PADDING]
    sound = end + len(padding) == len(section) and padding == bytes(range(1, len(padding) + 1))
    return sound, plain_text(comment, LONGEST_COMMENT) or None
