"""OpenPGP private keys, in armor as `gpg --export-secret-keys --armor` writes them, and without it: exported files, `secring.gpg`, key stores.

The public half, user ids and the time of making are in clear even where a passphrase protects the rest. A primary key that is kept
offline leaves a stub, which is reported only for the subkeys with it; a key on a card leaves nothing to steal. Without armor, a key is one
only where its packets fit to the last octet. Sources: RFC 9580, RFC 4880, GnuPG, doc/DETAILS.

Near misses: public key blocks, messages, signatures, revocation certificates, stubs of cards; without armor, keys that are cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from detectors import _keyring
from detectors._armor import blocks
from detectors._offline import facts, instant, plain_text
from detectors._packets import SECRET_KEY, SECRET_SUBKEY, USER_ID, Half, Packet, SecretKey, crc24, packets, read_secret
from detectors._self_signatures import expiry
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Lifetime, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_KIND = Kind(
    id="openpgp-private-key",
    title="OpenPGP private key",
    provider="signing",
    actions=frozenset({"sign"}),
    privilege=5,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Publish a revocation of the key, or of the leaked subkeys where the primary key was not among them",
        "Make new signing subkeys, on a hardware token where that is possible, and sign them with a primary key that is kept offline",
        "Replace the public key wherever it is trusted: key files, package repositories, documentation, the forge's account",
        "Look for signatures that nobody made",
        "Replace the copies",
    ),
)

_BEGIN = rx(r"-----BEGIN (?P<label> [ +] PGP [ +] (?: PRIVATE | SECRET ) [ +] KEY [ +] BLOCK)-----")
_MOST_USERS, _LONGEST_USER, _MOST_SUBKEYS = 8, 256, 64
_PRESENT = frozenset({Half.PLAIN, Half.ENCRYPTED})


@dataclass(frozen=True, slots=True)
class OpenPgp:
    """The detector: armor and then packets, or packets alone."""

    id: str = "openpgp-private-key"
    title: str = "OpenPGP private key"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"PGP PRIVATE KEY BLOCK-----", nested=True),
        Anchor(b"PGP SECRET KEY BLOCK-----"),
        Anchor(b"PGP+PRIVATE+KEY+BLOCK-----", before=rb"-----BEGIN\+", encoded=False),
        *_keyring.ANCHORS,
    )
    reach: tuple[int, int] = (_keyring.BEFORE, 65_536)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose BEGIN line or first packet is in the window; several in one block have the same span."""
        for start, data, row in _keyring.keys_in(window):
            reading = _reading((start, start + len(data)), data, row, sound=True)
            if reading is not None:
                yield reading
        for block in blocks(window, _BEGIN):
            found = tuple(packets(block.data))
            summed = block.sum is None or crc24(block.data) == block.sum
            sound = summed and bool(found) and found[-1].end == len(block.data)
            confidence = Confidence.HIGH if block.closed else Confidence.MEDIUM
            for row in _keys(found):
                steps = ("pem-oneline",) if block.folded else ()
                reading = _reading((block.start, block.end), block.data, row, sound=sound, confidence=confidence, steps=steps)
                if reading is not None:
                    yield reading


def _keys(found: tuple[Packet, ...]) -> Iterator[tuple[Packet, ...]]:
    """The packets of each key: its primary key and what hangs on it."""
    starts = [n for n, packet in enumerate(found) if packet.tag == SECRET_KEY]
    for start, stop in pairwise([*starts, len(found)]):
        yield found[start:stop]


def _reading(
    span: tuple[int, int],
    data: bytes,
    row: tuple[Packet, ...],
    *,
    sound: bool,
    confidence: Confidence = Confidence.HIGH,
    steps: tuple[str, ...] = (),
) -> Reading | None:
    primary = read_secret(data, row[0])
    if primary is None:
        return None
    subkeys = _subkeys(data, row)
    present = [key for key in (primary, *subkeys) if key.half in _PRESENT]
    if not present:
        return None
    sound = sound and all(key.sound for key in (primary, *subkeys))
    encrypted = all(key.half is Half.ENCRYPTED for key in present)
    return Reading(
        *span,
        _KIND.id,
        Secret(data[row[0].start : row[-1].end]),
        sort=Sort.SPKI,
        form=Form.OPENPGP,
        check=Check.PASSED if sound else Check.FAILED,
        confidence=confidence if sound else Confidence.LOW,
        facts=facts(
            _KIND.lifetime,
            at_rest="encrypted" if encrypted else "plain",
            fingerprint=primary.fingerprint,
            key_id=primary.key_id,
            user_ids=list(_users(data, row)),
            created=instant(primary.created),
            algorithm=primary.algorithm,
            bits=primary.bits,
            curve=primary.curve,
            encrypted=encrypted,
            expires=instant(expiry(data, row, primary)),
            subkeys=[key.fingerprint for key in subkeys],
            subkey_ids=[key.key_id for key in subkeys],
            secret_subkeys=[key.fingerprint for key in subkeys if key.half in _PRESENT],
            primary_secret=primary.half in _PRESENT,
        ),
        steps=steps,
    )


def _subkeys(data: bytes, row: tuple[Packet, ...]) -> list[SecretKey]:
    tagged = (packet for packet in row if packet.tag == SECRET_SUBKEY)
    return [key for packet in islice(tagged, _MOST_SUBKEYS) if (key := read_secret(data, packet)) is not None]


def _users(data: bytes, row: tuple[Packet, ...]) -> Iterator[str]:
    tagged = (packet for packet in row if packet.tag == USER_ID and packet.end <= len(data))
    for packet in islice(tagged, _MOST_USERS):
        yield plain_text(data[packet.body : packet.end], _LONGEST_USER)


DETECTORS = (OpenPgp(),)
