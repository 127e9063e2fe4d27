"""Seeds of one-time passwords (TOTP, RFC 6238): whoever has one makes the second factor of an account.

They stand in `otpauth://` addresses, which authenticators scan and exports of them hold, and behind names such as `NPM_TOTP_SEED`, where
a workflow answers a registry's question for a code itself. A seed is base32 and canonical in capital letters without padding. Sources:
RFC 6238, RFC 4648, the description of key URIs by Google Authenticator.

Near misses: the seed that RFC 6238 and libraries print as an example, one-time codes, names of fields and functions, references.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from detectors._assigned import AssignedDetector, Form, Place
from detectors._offline import facts, plain_text
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_SEED = Kind(
    id="totp-seed",
    title="seed of one-time passwords",
    provider="totp",
    actions=frozenset({"approve"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let the workflow publish with an identity of its own (a trusted publisher, OpenID Connect), which asks for no code",
        "Enrol the authenticator of the account anew, which ends the old seed and its recovery codes",
        "Keep the new seed in an authenticator that no workflow reads",
        "Look through the account's sessions and releases for what nobody did, and change its password if that lay in the same place",
    ),
)

_URI = rx(r"""
    (?P<prefix> otpauth:// ) (?P<sort> totp | hotp ) / (?P<label> [^?\s"'<>]{0,200} ) \? (?P<before> [^\s"'<>#]{0,300}? )
    secret= (?P<value> [A-Za-z2-7]{16,128}+ ) (?: %3[Dd] | = ){0,6} (?P<after> [^\s"'<>#]{0,300} )
""")
_ISSUER = rx(r"(?: \A | [&;\\] | u0026 ) issuer= (?P<issuer> [^&\s\\]{1,100} )")
_LONGEST = 100
_NAMES = (
    "totp_ (shared) secret|seed|key|token (key)",
    "totpsecret (key)",
    "otp_secret (key)",
    "otp_seed",
    "mfa_ secret|seed (key)",
    "2fa_ secret|seed (key)",
    "two_factor_ secret (key)",
)
_VALUE = "(?:[A-Z2-7]{16,128}|[a-z2-7]{16,128})={0,6}"
_PLACES = (
    Place(r"oathtool [^\r\n]{1,64} [ ] [\"']?", b"oathtool ", then=r"[^\r\n]{1,64} [\"']?"),
    Place(r"TOTP (?: \.new )? \( [\"']", b"TOTP(", then=r"[\"']"),
    Place(r"TOTP (?: \.new )? \( [\"']", b"TOTP.new(", then=r"[\"']"),
    Place(r"totp \. (?: generate | now | verify ) \( [\"']", b"totp.generate(", then=r"[\"']"),
    Place(r"[\"'] totp [\"'] \s{0,3} : \s{0,3} [\"']", b'"totp"', then=r"\s{0,3}:\s{0,3}\""),
)
"""Tools and libraries that count with a seed, and exports of password managers."""
_EXAMPLES = (b"JBSWY3DP", b"GEZDGNBVGY3TQOJQ", b"ABCDEFGH")
"""What base32 of `Hello`, of the key in RFC 6238 and of the alphabet begin with."""
_FEWEST = 8
"""Different characters that a seed of sixteen has at least."""


def _uri(match: re.Match[bytes]) -> Reading | None:
    """The seed in an address. Its label and issuer are names."""
    seed = match["value"].upper()
    if not _random(seed):
        return None
    label, issuer = match["label"], _ISSUER.search(match["before"] or b"") or _ISSUER.search(match["after"])
    known = {
        "counts": "time" if match["sort"] == b"totp" else "uses",
        "issuer": _words(issuer["issuer"]) if issuer else _words(label.partition(b":")[0]) if b":" in label else None,
        "account": _words(label.rpartition(b":")[2]),
    }
    start, end = match.span("value")
    return Reading(
        start,
        end,
        _SEED.id,
        Secret(seed),
        facts={**facts(_SEED.lifetime), **{name: word for name, word in known.items() if word is not None}},
    )


def _meant(value: bytes) -> bytes | None:
    """The seed as RFC 4648 writes it; None where nobody drew it."""
    seed = value.rstrip(b"=").upper()
    return seed if _random(seed) else None


def _random(seed: bytes) -> bool:
    """Whether these characters look drawn: words have no digits, examples have few characters or a known beginning."""
    return len(set(seed)) >= _FEWEST and not seed.isalpha() and not seed.startswith(_EXAMPLES)


def _words(coded: bytes) -> str | None:
    """What a part of an address says; None where it says nothing."""
    return plain_text(unquote_to_bytes(coded).strip(), _LONGEST) or None


DETECTORS = (
    RegexDetector(
        id="totp-uri",
        title="one-time password address",
        kinds=(_SEED,),
        anchors=(Anchor(b"otpauth://", then=rb"[th]otp/"),),
        pattern=_URI,
        judge=_uri,
        reach=(64, 1024),
    ),
    AssignedDetector(
        id="totp-seed",
        title="one-time password seed",
        forms=(Form(_SEED, _VALUE, names=_NAMES, places=_PLACES, begins="[A-Za-z2-7]{16}", meant=_meant),),
    ),
)
