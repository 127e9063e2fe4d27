"""OpenPGP private keys in armor, as `gpg --export-secret-keys --armor` writes them.

The public half, user ids and the time of making are in clear even where a passphrase protects the rest. A primary key that is kept
offline leaves a stub, which is reported only for the subkeys with it; a key on a card leaves nothing to steal. Sources: RFC 9580, RFC
4880, GnuPG, doc/DETAILS.

Near misses: public key blocks, messages, signatures, revocation certificates, stubs of cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from detectors._armor import Block, blocks
from detectors._offline import facts, instant, plain_text
from detectors._packets import SECRET_KEY, SECRET_SUBKEY, USER_ID, Half, Packet, SecretKey, crc24, packets, read_secret
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Lifetime, Reading, Secret, Sort, Window, rx

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
    """The detector: armor, then packets."""

    id: str = "openpgp-private-key"
    title: str = "OpenPGP private key"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"PGP PRIVATE KEY BLOCK-----", before=rb"-----BEGIN "),
        Anchor(b"PGP SECRET KEY BLOCK-----", before=rb"-----BEGIN "),
        Anchor(b"PGP+PRIVATE+KEY+BLOCK-----", before=rb"-----BEGIN\+", encoded=False),
    )
    reach: tuple[int, int] = (128, 65_536)

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose BEGIN line is in the window; several in one block have the same span."""
        for block in blocks(window, _BEGIN):
            found = tuple(packets(block.data))
            summed = block.sum is None or crc24(block.data) == block.sum
            sound = summed and block.closed and bool(found) and found[-1].end == len(block.data)
            for row in _keys(found):
                reading = _reading(block, row, sound=sound)
                if reading is not None:
                    yield reading


def _keys(found: tuple[Packet, ...]) -> Iterator[tuple[Packet, ...]]:
    """The packets of each key: its primary key and what hangs on it."""
    starts = [n for n, packet in enumerate(found) if packet.tag == SECRET_KEY]
    for start, stop in pairwise([*starts, len(found)]):
        yield found[start:stop]


def _reading(block: Block, row: tuple[Packet, ...], *, sound: bool) -> Reading | None:
    data = block.data
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
        block.start,
        block.end,
        _KIND.id,
        Secret(data[row[0].start : row[-1].end]),
        sort=Sort.SPKI,
        form=Form.OPENPGP,
        check=Check.PASSED if sound else Check.FAILED,
        confidence=Confidence.HIGH if sound else Confidence.LOW,
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
            subkeys=[key.fingerprint for key in subkeys],
            primary_secret=primary.half in _PRESENT,
        ),
        steps=("pem-oneline",) if block.folded else (),
    )


def _subkeys(data: bytes, row: tuple[Packet, ...]) -> list[SecretKey]:
    tagged = (packet for packet in row if packet.tag == SECRET_SUBKEY)
    return [key for packet in islice(tagged, _MOST_SUBKEYS) if (key := read_secret(data, packet)) is not None]


def _users(data: bytes, row: tuple[Packet, ...]) -> Iterator[str]:
    tagged = (packet for packet in row if packet.tag == USER_ID and packet.end <= len(data))
    for packet in islice(tagged, _MOST_USERS):
        yield plain_text(data[packet.body : packet.end], _LONGEST_USER)


DETECTORS = (OpenPgp(),)
