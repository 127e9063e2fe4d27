"""Signing keys of Go's signed notes, which checksum databases, transparency logs and their witnesses use.

One line: `PRIVATE+KEY+`, a name, eight digits of hash, and base64 of an algorithm and an Ed25519 seed (golang.org/x/mod/sumdb/note; C2SP
signed-note.md). Algorithm 1 is Ed25519, 4 the cosignature of a witness, with a key of the same form. The hash is of the public half, which
is not computed here: it is a fact, not a checksum.

Near misses: verifier keys, which are `name+hash+base64`, and the prefix in source.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._signers import alone, bare, signer
from scanner.contract import Anchor, Check, Reading, RegexDetector, rx

_KIND = signer(
    "note-private-key",
    "signed note key",
    "Make a new key under a new name, for names are bound to keys",
    "Publish its verifier key, and sign with both keys while clients still know the old one only",
    "Take the old verifier key out of clients, witnesses and GOSUMDB settings",
    "Look for notes that nobody signed: two tree heads of one size, or heads that the log does not extend",
    "Replace the copies",
)
_ALGORITHMS = frozenset({1, 4})


def _judge(match: re.Match[bytes]) -> Reading | None:
    data = b64decode(match["key"])
    if data[0] not in _ALGORITHMS or not alone(match):
        return None
    name, key_id = match["name"].decode(errors="replace"), match["hash"].decode()
    return bare(match.span(), _KIND, "Ed25519", data[1:], check=Check.NONE, name=name, key_id=key_id)


DETECTORS = (
    RegexDetector(
        id="note-private-key",
        title="signed note key",
        kinds=(_KIND,),
        anchors=(Anchor(b"PRIVATE+KEY+"),),
        pattern=rx(r"""PRIVATE\+KEY\+ (?P<name> [^\s+"'<>\\`]{1,255} ) \+ (?P<hash> [0-9a-f]{8} ) \+ (?P<key> [A-Za-z0-9+/]{44} )"""),
        judge=_judge,
        reach=(32, 512),
    ),
)
