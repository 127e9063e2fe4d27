"""The organisation's key: where it comes from, and how the first one is made.

In order: `--key-file`, the variable `KEYTRAIL_KEY`, the keyring of the operating system (service `keytrail`, name `key`; only where the
optional package is installed and a terminal is there to answer questions), and a file that is made on first use in the user's
configuration folder. Messages name places, never contents.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from scanner.errors import KeyringError
from scanner.records import dataclass, field, replace

VARIABLE = "KEYTRAIL_KEY"
SERVICE, ENTRY = "keytrail", "key"
FILE_NAME = "key"
KEY_OCTETS = 32
LONGEST = 4096
"""Bytes of a key's text that are read."""
HEX = re.compile(rb"[0-9A-Fa-f]{1,4096}")
HEX_DIGITS = 2 * KEY_OCTETS
FORM = "a key is 64 hex digits, or base64 of at least 32 bytes; `openssl rand -hex 32` makes one"
NOT_ASKED = "the keyring of the operating system was not asked for the key because no terminal is there to unlock it"
REAL_BACKEND = 1
"""Priority from which the keyring package recommends a backend; below are its stand-ins and those that ask on the terminal."""


@dataclass(frozen=True, slots=True)
class OrgKey:
    """The key under which credentials get their ids."""

    material: bytes = field(repr=False)
    kid: str
    """Six hex digits that tell keys apart."""
    note: str | None = None
    """One sentence to say once, where the user would otherwise be surprised."""
    lasting: bool = True
    """Whether the next run will have the same key."""
    asked: bool = field(default=True, repr=False)
    """Whether the keyring of the operating system was asked before another place was; see `not_asked`."""


def load_key(*, key_file: Path | None, environ: Mapping[str, str], config_dir: Path | None) -> OrgKey:
    """The organisation's key; made, and kept in `config_dir`, where there is none yet.

    Raises `KeyringError` for a key that is there but malformed, unreadable, or readable by others. Where none can be kept, the key is
    random and holds for this run; its note says so.
    """
    if key_file is not None:
        return _org_key(_parse(_read_given(key_file), str(key_file)))
    if VARIABLE in environ:
        return _org_key(_parse(environ[VARIABLE].encode(errors="replace"), f"the variable {VARIABLE}"))
    asked = _interactive()
    stored = _from_os_keyring() if asked else None
    if stored is not None:
        return _org_key(_parse(stored, "the keyring of the operating system"))
    key = _from_config_dir(config_dir) if config_dir else _for_this_run("there is no home directory to keep it in")
    return replace(key, asked=asked)


def not_asked(key: OrgKey) -> str | None:
    """One sentence where the key may be in a keyring of the operating system that was not asked.

    It takes a fifth of a short run to find out whether there is one, so whoever shows no id need not know.
    """
    if key.asked or key.note:
        return None
    try:
        import keyring  # noqa: PLC0415 (optional, and slow to import)

        return NOT_ASKED if keyring.get_keyring().priority >= REAL_BACKEND else None
    except Exception:  # noqa: BLE001 (as below)
        return None


def _org_key(material: bytes, note: str | None = None) -> OrgKey:
    return OrgKey(material, hashlib.sha256(b"kt/kid" + material).hexdigest()[:6], note)


def _for_this_run(why: str) -> OrgKey:
    key = _org_key(secrets.token_bytes(KEY_OCTETS), f"the key lives for this run only because {why}: ids will differ next time")
    return replace(key, lasting=False)


def _parse(text: bytes, place: str) -> bytes:
    """The key that `text` spells; `place` is named when it spells none."""
    text = text.strip()
    material = b""
    if HEX.fullmatch(text):  # never base64: a hex key that lost a digit must not become another key
        material = bytes.fromhex(text.decode()) if len(text) == HEX_DIGITS else b""
    elif len(text) <= LONGEST:
        standard = text.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        with suppress(binascii.Error):
            material = binascii.a2b_base64(standard + b"=" * (-len(standard) % 4), strict_mode=True)
    if len(material) < KEY_OCTETS:
        message = f"{place} holds no usable key: {FORM}"
        raise KeyringError(message)
    return material


def _read_given(path: Path) -> bytes:
    """What the user pointed at. Its permissions are the user's business: mounted secrets and pipes have odd ones."""
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from None


def _interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _from_os_keyring() -> bytes | None:
    """What the keyring of the operating system holds for us; nothing where there is none, or it does not answer."""
    try:
        import keyring  # noqa: PLC0415 (optional, and slow to import)

        value = keyring.get_password(SERVICE, ENTRY) if keyring.get_keyring().priority >= REAL_BACKEND else None
    except Exception:  # noqa: BLE001 (backends raise whatever their libraries raise, and none of it is a reason to stop)
        return None
    return value.encode(errors="replace") if isinstance(value, str) else None


def _from_config_dir(folder: Path) -> OrgKey:
    path = folder / FILE_NAME
    for _ in range(2):
        text = _read_kept(path)
        if text is not None:
            return _org_key(_parse(text, str(path)))
        try:
            _make(path)
        except OSError as error:
            return _for_this_run(f"it cannot be kept in {folder} ({error.strerror or 'error'})")
    message = f"{path} vanished while it was made"
    raise KeyringError(message)


def _read_kept(path: Path) -> bytes | None:
    """What the file that we made holds, None where there is none; nobody else may own or read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        _check_private(path, os.fstat(descriptor))
        return os.read(descriptor, LONGEST + 1)
    finally:
        os.close(descriptor)


def _check_private(path: Path, status: os.stat_result) -> None:
    message = ""
    if not stat.S_ISREG(status.st_mode):
        message = f"{path} is not a file"
    elif os.name == "posix" and status.st_uid != os.geteuid():
        message = f"{path} belongs to another user: run keytrail as that user, or name a key of your own with --key-file"
    elif os.name == "posix" and status.st_mode & 0o077:
        message = f"{path} is open to others: chmod 600 it, and replace the key if somebody may have read it"
    if message:
        raise KeyringError(message)


def _make(path: Path) -> None:
    """A new key is at `path`, unless somebody else was faster: then theirs is. Readers see a whole key or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_OCTETS) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()


def _unreadable(path: Path, error: OSError) -> KeyringError:
    return KeyringError(f"the key in {path} cannot be read: {error.strerror or 'error'}")
