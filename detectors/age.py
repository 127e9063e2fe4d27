"""Identities of age, as `age-keygen` writes them, also in their post-quantum form.

They are Bech32 with the human part `age-secret-key-` in upper case, 32 bytes and a checksum (BIP 173; age, C2SP age.md). The first form is
an X25519 key; the other one is the seed of a hybrid key, which has no public half in a form that others share. They decrypt and do not sign.
Identities of plugins (`AGE-PLUGIN-…-1`) mostly say where in which device a key is; they are reported where the checksum holds, as handles.

Near misses: recipients (`age1…`), encrypted files, placeholders of another alphabet or length.
"""

from __future__ import annotations

import re

from detectors._edges import closes, opens
from detectors._offline import facts
from detectors._signers import bare
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_KIND = Kind(
    id="age-private-key",
    title="age identity",
    provider="age",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new identity with age-keygen",
        "Encrypt everything anew for its recipient; for SOPS, update the recipients in .sops.yaml and run sops updatekeys on every file",
        "Change every secret that the old identity could decrypt: old copies of the files stay readable",
        "Replace the copies",
    ),
)
_PLUGIN = Kind(
    id="age-plugin-identity",
    title="age plugin identity",
    provider="age",
    actions=frozenset({"read"}),
    privilege=1,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Look in the plugin's manual whether its identities are handles of a device or keys",
        "Make a new identity with the plugin where they are keys, or where the device was lost with it",
        "Encrypt everything anew for its recipient",
        "Replace the copies",
    ),
)
_LETTERS = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_SUM = 6
"""Letters of the checksum."""
_LENGTH, _DIGITS = 32, 58
"""Bytes of a seed, and letters that it takes with its checksum."""


def _remainder(values: list[int]) -> int:
    """What is left of a division by the generator of Bech32; 1 where the checksum holds."""
    rest = 1
    for value in values:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            rest ^= term if top >> bit & 1 else 0
    return rest


def _judge(match: re.Match[bytes]) -> Reading | None:
    if not (opens(match.string, match.start()) and closes(match.string, match.end())):
        return None
    human, values = match["human"].lower(), [_LETTERS.index(letter) for letter in match["data"]]
    spread = [*(letter >> 5 for letter in human), 0, *(letter & 31 for letter in human)]
    holds = _remainder(spread + values) == 1
    if match["plugin"]:
        return _handle(match) if holds else None
    if len(values) != _DIGITS:
        return None
    bits = sum(value << 5 * place for place, value in enumerate(reversed(values[:-_SUM])))
    seed, padding = (bits >> 4).to_bytes(_LENGTH, "big"), bits & 0xF
    check = Check.PASSED if holds and not padding else Check.FAILED
    if not match["hybrid"]:
        return bare(match.span(), _KIND, "X25519", seed, check=check)
    return Reading(
        *match.span(),
        _KIND.id,
        Secret(match.group()),
        check=check,
        confidence=Confidence.HIGH if check is Check.PASSED else Confidence.LOW,
        prefix=f"{match['human'].decode()}1",
        facts=facts(_KIND.lifetime, algorithm="ML-KEM-768 and X25519"),
    )


def _handle(match: re.Match[bytes]) -> Reading:
    return Reading(
        *match.span(),
        _PLUGIN.id,
        Secret(match.group()),
        check=Check.PASSED,
        confidence=Confidence.LOW,
        prefix=f"{match['human'].decode()}1",
        facts=facts(_PLUGIN.lifetime, at_rest="hardware", plugin=match["plugin"].decode().lower()),
    )


DETECTORS = (
    RegexDetector(
        id="age-private-key",
        title="age identity",
        kinds=(_KIND, _PLUGIN),
        anchors=(Anchor(b"AGE-SECRET-KEY-1", nested=True), Anchor(b"AGE-SECRET-KEY-PQ-1"), Anchor(b"AGE-PLUGIN-", encoded=False)),
        pattern=rx(r"""
            (?P<human> AGE- (?: SECRET-KEY- (?P<hybrid> PQ- )? | PLUGIN- (?P<plugin> [A-Z0-9+._-]{1,32}? ) - ) ) 1
            (?P<data> [QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{8,512}+ )
        """),
        judge=_judge,
        reach=(32, 640),
    ),
)
