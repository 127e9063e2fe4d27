"""Containers that only their own program opens: password databases, keyrings, enciphered files.

They may hold any number of credentials, and are no credential themselves. So each is read as it stands, and counted among what was skipped.

Sources: the headers of KeePass 1 and 2 (KDBX), KWallet's `kwalletbackend`, Apple's keychain format, GNOME keyring's binary format, DPAPI's blobs
(`CryptProtectData`), age's and OpenPGP's formats (RFC 9580, section 4.2 and 6.2), Ansible's and git-crypt's documentation.
"""

from __future__ import annotations

SKIPPED = "opaque"
"""The reason under which they are counted."""

_BEGINNINGS = (
    b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5",
    b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5",
    b"KWALLET\n\r\0\r\n",
    b"GnomeKeyring\n\r\0\n",
    b"kych\0\x01",
    b"\x01\0\0\0\xd0\x8c\x9d\xdf\x01\x15\xd1\x11\x8c\x7a\0\xc0\x4f\xc2\x97\xeb",
    b"age-encryption.org/v1\n",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"-----BEGIN PGP MESSAGE-----",
    b"$ANSIBLE_VAULT;",
    b"\0GITCRYPT\0",
)
_FIRST = frozenset(beginning[0] for beginning in _BEGINNINGS)
_ALWAYS = frozenset({"vault"})
_BINARY = frozenset({"dpapi", "kdbx", "keychain", "keyring", "kwallet", "pgp"})
"""Formats of the catalogue of homes: those of files that are always enciphered, and of those that are where they are no text."""
_LOOKED = 1024


def is_opaque(data: bytes, format_: str | None = None) -> bool:
    """Whether a file is such a container: by its first bytes, or, in a home, by the format that the catalogue says it has."""
    if not data:
        return False
    if data[0] in _FIRST and data.startswith(_BEGINNINGS):
        return True
    return format_ in _ALWAYS or (format_ in _BINARY and not _is_text(data[:_LOOKED]))


def _is_text(head: bytes) -> bool:
    """Whether these bytes, of which the last may be a part of a letter, are text."""
    letters = head.decode("utf-8", "replace").rstrip("\N{REPLACEMENT CHARACTER}")
    return all(letter.isprintable() or letter.isspace() for letter in letters) and "\N{REPLACEMENT CHARACTER}" not in letters
