"""What is noticed beside credentials, in the same pass: texts that hold public halves of keys, and partial sightings of values.

Two detectors of our own listen where the anchors of both are. They find nothing themselves: they remember which texts they were shown, and
what that is is worked out when the text is through. A text without either costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.contract import Anchor, Kind, Reading, Secret, Window

_HEARD = Kind("heard", "something beside credentials", "generic")
_DER = b"\x30\x82"
_ASSIGNED = rb"[\"']?\s{0,4}[:=]\s{0,4}[\"']?"
_MASK = rb"(?:\*{3}|\.{3}|\xe2\x80\xa6|(?:\xe2\x80\xa2){3}|[xX]{4})"


def _plain(*literals: bytes, before: bytes = b"", then: bytes = b"") -> tuple[Anchor, ...]:
    return tuple(Anchor(literal, before=before, then=then, encoded=False) for literal in literals)


class Listener:
    """Remembers what it is shown."""

    def __init__(self, name: str, anchors: tuple[Anchor, ...], reach: tuple[int, int]) -> None:
        self.id = self.title = name
        self.kinds = (_HEARD,)
        self.anchors = anchors
        self.reach = reach
        self.sight: int | None = None
        self.heard: list[Window] = []

    def read(self, window: Window) -> Iterator[Reading]:
        """A reading of nothing, so that the engine does not look for escapes that might hide one; in binary there are none."""
        self.heard.append(window)
        if not window.text.startswith(_DER):
            yield Reading(window.start, window.start, _HEARD.id, Secret(b""))

    def take(self) -> list[Window]:
        """What was heard since it was asked last."""
        heard, self.heard = self.heard, []
        return heard


def public_halves() -> Listener:
    """Hears texts in which public keys stand; one window covers a whole bundle of certificates."""
    anchors = (
        *_plain(b"-----BEGIN CERTIFICATE", b"-----BEGIN NEW CERTIFICATE REQUEST", b"-----BEGIN X509 CERTIFICATE"),
        *_plain(b"-----BEGIN PUBLIC KEY-----", b"-----BEGIN RSA PUBLIC KEY-----", b"-----BEGIN TRUSTED CERTIFICATE"),
        *_plain(b"-----BEGIN PGP PUBLIC KEY BLOCK", b"---- BEGIN SSH2 PUBLIC KEY"),
        *_plain(b"ssh-ed25519 AAAA", b"ssh-rsa AAAA", b"ssh-dss AAAA", b"-cert-v01@openssh.com AAAA", b"ssh-ed25519@openssh.com AAAA"),
        *_plain(b"ecdsa-sha2-nistp", then=rb"(?:256|384|521)(?:@openssh\.com)? AAAA"),
        *_plain(b'"kty"', then=rb"\s{0,8}:\s{0,8}\"(?:RSA|EC|OKP)\""),
        *_plain(b'"keyval"', then=rb"\s{0,8}:\s{0,8}\{"),
        *_plain(b"untrusted comment:", then=rb"[^\n]{0,160}\n\s{0,4}RW[Q-T]"),
        *_plain(b"minisign ", then=rb"[^\n]{0,96}RW[Q-T][A-Za-z0-9+/]{53}"),
        *_plain(b'"pubkey"', then=rb"\s{0,8}:\s{0,8}\"(?:RW[Q-T]|dW50cnVzdGVk)"),
        *_plain(b"SUPublicEDKey", b"X509Certificate>"),
        Anchor(b"\xa0\x03\x02\x01\x02\x02", before=rb"^\x30\x82(?s:..)\x30\x82(?s:..)", encoded=False),
        Anchor(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", before=rb"^\x30\x82(?s:..)", encoded=False),
        Anchor(b"KBXf", before=rb"^(?s:.{8})", encoded=False),
        Anchor(
            b"\x99",
            before=rb"^",
            then=rb"[\x01-\x0f](?s:.)\x04(?s:.{4})[\x01\x11\x13]",
            encoded=False,
            reason="at the start of a file only",
        ),
        Anchor(
            b"\x98", before=rb"^", then=rb"[\x30-\xff]\x04(?s:.{4})[\x01\x13\x16\x1b]", encoded=False, reason="at the start of a file only"
        ),
    )
    return Listener("public-halves", anchors, (0, 16_384))


def partial_sightings() -> Listener:
    """Hears where values are masked or hashed."""
    digest = _ASSIGNED + rb"(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)"
    masked = rb"[A-Za-z0-9_-]{0,8}" + _MASK + rb".{0,60}[A-Za-z0-9_-]{4}"
    anchors = (
        *_plain(b"hashed_token", b"hashedToken", b"token_hash", b"tokenHash", b"token_sha256", then=digest),
        *_plain(b"token_last_eight", then=_ASSIGNED + rb"[A-Za-z0-9_-]{8}"),
        *_plain(b'"token"', then=rb"\s{0,4}:\s{0,4}\"[A-Za-z0-9_-]{8}\.\.\.[A-Za-z0-9]{4}\""),
        *_plain(b'"value"', then=rb"\s{0,4}:\s{0,4}\"xxxx[A-Za-z0-9_+/=-]{4}\""),
        *_plain(b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_", b"npm_", b"glpat-", b"pypi-", then=masked),
        *_plain(b"dckr_pat_", b"rubygems_", b"sk-ant-", then=masked),
    )
    return Listener("partial-sightings", anchors, (8, 256))


def listeners() -> tuple[Listener, Listener]:
    """Both, in the order in which an examiner has them."""
    return public_halves(), partial_sightings()
