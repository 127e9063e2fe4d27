"""Tokens of the crates registry: `cio` and 32 letters and digits, those that trusted publishing mints, and Cargo's for other registries.

The last character of a minted one is an exclusive or over the others; an API token has no checksum, so its short prefix counts only where
32 characters that no word has follow. Other registries' tokens have no form: they are what Cargo reads behind their tables and variables.
Sources: the registry's `util/token.rs` and `crates_io_trustpub/src/access_token.rs`; the Cargo book, "Configuration" and "Registries".

Near misses: words and names that begin with `cio`, a piece of base64, `cargo login` without a token, references, `credential-provider`.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

from detectors import _assigned, _issued
from detectors._guess import guessable
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_TOKEN = Kind(
    id="crates-token",
    title="crates API token",
    provider="crates",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Register the release workflow as a trusted publisher of the crate, so that no token is needed",
        "Where a token is still needed, make one for single crates that can only publish updates, with an end date, and replace the copies",
        "Revoke the old token in the account under Account Settings, API Tokens",
        "Look at the crate's versions and their times for releases that nobody made, and yank those",
        "Remove the copies that are left",
    ),
)
_MINTED = Kind(
    id="crates-trusted-publishing-token",
    title="crates trusted-publishing token",
    provider="crates",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Find out how the token left its job: it ends within half an hour, the leak does not",
        "If it may still live, revoke it through the registry's API with the token itself",
        "Look at the crate's versions of that half hour for releases that nobody made",
        "Remove the copies, from logs and artifacts too",
    ),
)
_OTHER = Kind(
    id="cargo-registry-token",
    title="Cargo registry token",
    provider="crates",
    actions=frozenset({"read", "publish"}),
    rotate=(
        "Find out which registry the token is for: Cargo's configuration names its index beside the registry's name",
        "Make a new token there, with an end date where the registry has it, and replace the copies that are in use",
        "Revoke the old token at that registry",
        "Look at its crates and their times for releases that nobody made",
        "Remove the copies that are left, from `credentials.toml` too",
    ),
)

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SHORT = "the issuer's prefix has three bytes; 32 letters and digits must follow"

_PATTERN = rx(r"(?P<prefix> cio (?P<minted> _tp_)? ) (?= (?P<body> [0-9A-Za-z]{32}) )")
_VALUE = r"(?: Bearer [ ] | Basic [ ] )? (?P<body> (?! cio [0-9A-Za-z_] ) [0-9A-Za-z+/] [0-9A-Za-z+/._~-]{15,2047}+ ={0,2}) (?! [0-9A-Za-z({$%] )"
_KEY = r""" [ ]{0,2} (?: \. [ ]{0,2} | = [ ]{0,2} \{ [^\n{}]{0,160}? ) (?<! [0-9A-Za-z_-] ) token [ ]{0,2} = [ ]{0,2} ["'] """
"""The key of a registry behind a dot, or in a table on one line."""
_CONTEXT = rx(rf"""
    (?: \[ registr (?: y | ies \. [\"']? (?P<table> [0-9A-Za-z_-]{{1,64}}) [\"']? ) \] [ \t]{{0,8}} (?: \# [^\n]{{0,200}} )? \r?\n
        (?: (?! [ \t]{{0,8}} (?: token | \[ ) ) [^\n]{{0,200}} \n ){{0,6}}
        [ \t]{{0,8}} token [ \t]{{0,3}} = [ \t]{{0,3}} [\"']
      | \[registries\] [^\n]{{0,64}} \n (?: (?! \[ ) [^\n]{{1,209}}+ \n ){{0,6}}
        [ \t]{{0,8}} [\"']? (?P<key> [0-9A-Za-z_-]{{1,64}}) [\"']? {_KEY}
      | (?<! [0-9A-Za-z_.-] ) registries \. [\"']? (?P<dotted> [0-9A-Za-z_-]{{1,64}}) [\"']? {_KEY}
      | {_assigned.led("CARGO_REGISTR Y|IES_(?P<variable>[0-9A-Z_]{0,63}[0-9A-Z]) TOKEN")} )
    {_VALUE}
""")
"""Where Cargo reads a token: the first key or one of the next of a registry's table, and a variable that names the registry."""

_DIGIT = rx(r"[0-9]")


def _judge(match: re.Match[bytes]) -> Reading | None:
    body = match["body"]
    if match["minted"]:
        return _issued.token(match, _MINTED, check=Check.PASSED if _holds(body) else Check.FAILED)
    if body.islower() or body.isupper():
        return None
    return _issued.token(match, _TOKEN, confidence=Confidence.LOW if body.isalpha() else Confidence.HIGH)


def _other(match: re.Match[bytes]) -> Reading | None:
    """The token of a registry that somebody runs: by its context, as it has no form. An expression has no digits, a token has some."""
    value = match["body"]
    if not _DIGIT.search(value) or not _assigned.given(match):
        return None
    name = match["table"] or match["key"] or match["dotted"] or match["variable"]
    known = {"registry": name.decode().lower().replace("_", "-")} if name else {}
    confidence = Confidence.LOW if guessable(value) else Confidence.MEDIUM
    return _issued.token(match, _OTHER, start=match.start("body"), confidence=confidence, known=known)


def _holds(body: bytes) -> bool:
    """Whether the last character is the one that the others decide."""
    return _ALPHABET[reduce(xor, body[:-1]) % len(_ALPHABET)] == body[-1]


DETECTORS = (
    RegexDetector(
        id="crates-token",
        title="crates token",
        kinds=(_TOKEN, _MINTED),
        anchors=(
            Anchor(b"cio", then=rb"[0-9A-Za-z]{32}", reason=_SHORT),
            Anchor(b'"cio', then=rb"[0-9A-Za-z]{32}"),
            Anchor(b"=cio", then=rb"[0-9A-Za-z]{32}"),
            Anchor(b"cio_tp_", then=rb"[0-9A-Za-z]{32}"),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
    RegexDetector(
        id="cargo-registry-token",
        title="token of a Cargo registry",
        kinds=(_OTHER,),
        anchors=(
            Anchor(b"[registry]"),
            Anchor(b"[registries]"),
            Anchor(
                b"registries.",
                then=rb"""["']?[0-9A-Za-z_-]{1,64}["']?(?:\]| {0,2}(?:\.|= {0,2}\{)[^\n{}]{0,80}token {0,2}= {0,2}["'])""",
            ),
            Anchor(b"CARGO_REGISTR", then=rb"""(?:Y|IES_[0-9A-Z_]{1,64})_TOKEN[^0-9A-Za-z_]"""),
        ),
        pattern=_CONTEXT,
        judge=_other,
        reach=(64, 4096),
    ),
)
