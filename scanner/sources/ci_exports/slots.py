"""What a slot is called and told apart by."""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import sha256

LONGEST_NAME = 256
"""Characters. GitLab allows 255 for a variable's name."""

_LABEL = "keytrail slot 1"
_ID_LENGTH = 26
_USER_INFO = re.compile(r"//[^/\s@]{1,256}@")
_PIECE = re.compile(r"[A-Za-z0-9+/=]{20,256}")


def slot_id(platform: str, owner: str, level: str, name: str, environment_scope: str | None) -> str:
    """`sl1:` and 26 characters of base32 (130 bits): SHA-256 over all that tells slots apart.

    Each part goes in as the length of its UTF-8 form in eight bytes, big-endian, and that form; an environment scope that the
    platform does not know goes in as eight bytes 0xFF, so that it differs from an empty one.
    """
    digest = sha256()
    for part in (_LABEL, platform, owner, level, name, environment_scope):
        if part is None:
            digest.update(b"\xff" * 8)
            continue
        raw = part.encode("utf-8", "backslashreplace")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return "sl1:" + b32encode(digest.digest()).decode()[:_ID_LENGTH].lower()


def printable(text: str) -> str:
    r"""`text` as it may be shown: lone surrogates as `\uNNNN`, at most `LONGEST_NAME` characters, no piece that looks like a token, no user info of a URL.

    A name stands where somebody may have pasted a value, and in a damaged dump a line of a key can pass for a name.
    """
    shown = text[: LONGEST_NAME + 1].encode("utf-8", "backslashreplace").decode()
    shown = _USER_INFO.sub("//…@", shown)
    shown = _PIECE.sub(lambda piece: "…" if _is_random(piece[0]) else piece[0], shown)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def _is_random(piece: str) -> bool:
    """Whether a long piece between separators has digits and letters of both cases, as tokens and base64 have and names do not."""
    return any(letter.isdigit() for letter in piece) and piece.lower() != piece != piece.upper()
