from __future__ import annotations

import hashlib
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from detectors import private_keys
from scanner.contract import Check, Form, Reading, Sort
from tests.support.fixtures import read

DETECTOR = private_keys.DETECTORS[0]
COMMENT = "ann@laptop of hers"


def only(text: str) -> Reading:
    (reading,) = read(DETECTOR, text.encode())
    return reading


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("-t", "ed25519"), "ed25519-private-key"),
        (("-t", "rsa", "-b", "1024"), "rsa-private-key"),
        (("-t", "ecdsa", "-b", "256"), "ec-private-key"),
        (("-t", "ecdsa", "-b", "521"), "ec-private-key"),
        (("-t", "dsa"), "dsa-private-key"),
    ],
)
@pytest.mark.parametrize("passphrase", ["", "correct horse"])
def test_a_key_is_what_ssh_keygen_says_it_is(tmp_path: Path, options: tuple[str, ...], kind: str, passphrase: str) -> None:
    path = tmp_path / "key"
    subprocess.run(("ssh-keygen", "-q", *options, "-N", passphrase, "-C", COMMENT, "-f", str(path)), check=True)
    listed = subprocess.run(("ssh-keygen", "-l", "-f", str(path)), check=True, capture_output=True, text=True).stdout
    bits, fingerprint, _ = listed.split(" ", 2)
    public = b64decode(path.with_suffix(".pub").read_text().split()[1])
    reading = only(path.read_text())
    assert (reading.kind, reading.check, reading.sort, reading.form) == (kind, Check.PASSED, Sort.SPKI, Form.OPENSSH)
    assert reading.facts["at_rest"] == ("encrypted" if passphrase else "plain")
    assert reading.facts.get("comment") == (None if passphrase else COMMENT)
    assert reading.facts.get("bits", int(bits)) == int(bits)
    assert public in reading.secret.reveal()
    assert fingerprint == "SHA256:" + b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def container(name: bytes, *, cipher: bytes = b"none", count: int = 1, tests: bytes = b"abcdabcd", padding: bytes = b"\1\2\3") -> bytes:
    public = field(name) + field(bytes(32))
    private = tests + public + field(bytes(range(64))) + field(b"me") + padding
    return b"openssh-key-v1\0" + field(cipher) + field(b"none") + field(b"") + count.to_bytes(4, "big") + field(public) + field(private)


def pem(data: bytes) -> str:
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{b64encode(data).decode()}\n-----END OPENSSH PRIVATE KEY-----\n"


def test_a_container_by_hand_is_sound() -> None:
    reading = only(pem(container(b"ssh-ed25519")))
    assert (reading.check, reading.facts["comment"]) == (Check.PASSED, "me")


@pytest.mark.parametrize("change", [{"tests": b"abcdabce"}, {"padding": b"\1\2\4"}, {"padding": b"\1\2\3more"}])
def test_a_container_that_does_not_add_up_fails(change: dict[str, bytes]) -> None:
    assert only(pem(container(b"ssh-ed25519", **change))).check is Check.FAILED  # type: ignore[arg-type]  # all changes here are bytes


def test_more_than_one_key_is_none() -> None:
    assert read(DETECTOR, pem(container(b"ssh-ed25519", count=2)).encode()) == []


def test_a_key_in_a_device_is_worth_less() -> None:
    reading = only(pem(container(b"sk-ssh-ed25519@openssh.com")))
    assert (reading.kind, reading.privilege, reading.facts["hardware"], reading.facts["at_rest"]) == (
        "ed25519-private-key",
        3,
        True,
        "hardware",
    )


def test_an_unknown_algorithm_is_named_and_told_by_its_container() -> None:
    reading = only(pem(container(b"ssh-new\x1b@openssh.com")))
    assert (reading.kind, reading.facts["algorithm"], reading.sort) == ("private-key", "ssh-new�", Sort.CONTAINER)


@pytest.mark.parametrize("end", range(15, 120, 7))
def test_a_container_that_is_cut_off_is_never_certain(end: int) -> None:
    for reading in read(DETECTOR, pem(container(b"ssh-ed25519")[:end]).encode()):
        assert reading.check is Check.FAILED
