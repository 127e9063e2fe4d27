"""Values that an answer holds in base64."""

from __future__ import annotations

import binascii
from base64 import b64decode

from scanner.contract import Secret
from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.shapes import Entry

_TO_STANDARD = str.maketrans("-_", "+/", " \t\r\n")


def opened(entry: Entry, value: str, name: str) -> Entry:
    """The entry with what `value`, its member `name`, holds in base64 of either alphabet. Raises `UnreadableError` where it is none."""
    standard = value.translate(_TO_STANDARD).rstrip("=")
    try:
        plain = b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise jsontext.misfit(name, "base64") from None
    return replace(entry, value=Secret(plain), encoding=("base64",))
