from __future__ import annotations

import pytest

from detectors import gnupg
from scanner.contract import Reading
from scanner.identity.canonical import canonical
from tests.support import keys, tokens_keys
from tests.support.fixtures import read

DETECTOR = gnupg.DETECTORS[0]
KEYS = ("rsa2048", "p256", "ed25519")


def only(text: bytes) -> Reading:
    (reading,) = read(DETECTOR, text)
    return reading


def identity(reading: Reading) -> str | None:
    opened = canonical(reading).opened
    return opened.identity if opened else None


def public(name: str) -> str | None:
    """The identity of the key in PEM."""
    from detectors import private_keys  # noqa: PLC0415 (only this asks for it)

    (reading,) = read(private_keys.DETECTORS[0], keys.pem(name, "pkcs8").encode())
    return identity(reading)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("flags", [(), ("protected",), ("canonical",), ("canonical", "protected")])
def test_a_key_in_the_store_is_the_key_in_armor(name: str, flags: tuple[str, ...]) -> None:
    assert identity(only(tokens_keys.agent_file(keys.key(name, 0), **dict.fromkeys(flags, True)))) == public(name)


@pytest.mark.parametrize("width", [*range(20, 40), 69, 200])
def test_a_line_may_end_within_a_word(width: int) -> None:
    unfolded = tokens_keys.agent("ed25519", protected=True).replace(b"\n ", b"").partition(b"\n")[2].rstrip()
    text = b"\n ".join(unfolded[at : at + width] for at in range(0, len(unfolded), width)) + b"\nLabel: x\n"
    if width < len(b"Key: (protected-private-key ("):
        return
    reading = only(text)
    assert (reading.start, reading.end) == (5, text.index(b"\nLabel"))
    assert reading.facts["protection"] == "openpgp-s2k3-ocb-aes"


@pytest.mark.parametrize("mark", [b"    ", b"# ", b"\t", b"store.txt:"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_whatever_comes_before_every_line_is_left_out(mark: bytes, newline: bytes) -> None:
    lines = tokens_keys.agent("p256").rstrip().split(b"\n")
    text = newline.join(mark + line for line in lines) + newline
    reading = only(text)
    assert (reading.start, reading.end) == (text.index(b"("), len(text) - len(newline))
    assert reading.facts["curve"] == "P-256"


def test_both_forms_of_a_file_say_the_same_keygrip() -> None:
    grip = only(tokens_keys.agent_file(keys.key("rsa2048", 0))).facts["keygrip"]
    assert (len(str(grip)), str(grip).upper()) == (40, grip)
    assert only(tokens_keys.agent_file(keys.key("rsa2048", 0), canonical=True)).facts["keygrip"] == grip
