"""JSON Web Tokens (RFC 7519), signed: whoever holds one is let in wherever its issuer is trusted, until it ends.

Header and claims are JSON in base64 and can be read: issuer, subject, audience, times. Only the issuer's key can check a signature. What
such a token opens is the business of those who accept it, so that its privilege is a guess; those of a continuous-integration system's
OpenID Connect (Sigstore, trusted publishers) live for minutes, which their claims say. Two are known by their claims: keys of Supabase
projects in their old form, of which the anonymous one is public. Tokens of other issuers that contain a JWT are told by their own prefix.
Sources: RFC 7515, RFC 7519, Supabase's documentation of API keys.

Near misses: parts that are no JSON, a header without an algorithm, tokens that are cut off, encrypted tokens (five parts), one that is
not signed at all (`alg: none`), which opens nothing.
"""

from __future__ import annotations

import re

from detectors import _edges, _jwt
from detectors._offline import facts, instant, plain_text
from scanner.contract import Anchor, Confidence, Fact, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_ROTATE = (
    "Find out from the issuer and the audience what the token opens",
    "End the session or the grant that it belongs to; a token that its issuer keeps no list of ends by itself only",
    "If it has no end, or a late one, change the key that signed it, which ends all tokens of that key",
    "Look through the log of the audience for what was done with it",
    "Remove the copies",
)
_TOKEN = Kind(id="jwt", title="JSON Web Token", provider="jwt", actions=frozenset({"read"}), privilege=2, rotate=_ROTATE)
_UNSIGNED = Kind(
    id="jwt-unsigned",
    title="JSON Web Token without a signature",
    provider="jwt",
    privilege=1,
    assumed=False,
    rotate=(
        "See that nothing accepts tokens without a signature",
        "Look for services that took it for a signed one",
        "Remove the copies",
    ),
)
_SUPABASE_ROTATE = (
    "Make a secret key of the new form in the project's settings under API Keys",
    "Replace the copies by the new one, which only servers may hold",
    "Disable the old keys in the same place, then change the key that signs the project's tokens",
    "Look through the project's logs for what was read and written past row-level security",
)
_SERVICE = Kind(
    id="supabase-service-role-key",
    title="Supabase service role key",
    provider="supabase",
    actions=frozenset({"read", "admin"}),
    privilege=4,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=_SUPABASE_ROTATE,
)
_ANONYMOUS = Kind(
    id="supabase-anon-key",
    title="Supabase anonymous key (public)",
    provider="supabase",
    privilege=1,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Leave it where it is: it is made for browsers, and row-level security decides what it may do",
        "See that row-level security is on for every table of the project",
        "Use a publishable key of the new form instead when the old ones are switched off",
    ),
)
_SUPABASE = {"service_role": _SERVICE, "anon": _ANONYMOUS}

_PATTERN = rx(r"""
    (?P<header> ey[JA][0-9A-Za-z_-]{10,2048}+ ) \.
    (?P<claims> ey[JA][0-9A-Za-z_-]{4,8192}+ ) \.
    (?P<signature> [0-9A-Za-z_-]{0,2048}+ )
    (?! \.[0-9A-Za-z_-] )                        # five parts are an encrypted token
""")
_SHORTEST = 40
"""Characters of the shortest signature: HMAC with SHA-256 has 43."""
_EXAMPLE = "1234567890"
_DOCUMENTED = rx(r"(?: EXAMPLE [A-Z] | [0-9A-Z] EXAMPLE | (?<! [0-9] ) (?: 1{12} | 123456789012 ) (?! [0-9] ) | \A Abe[ ]Lincoln \Z )")
"""In the claims of tokens that AWS and Microsoft print: capitals in the midst of identifiers, accounts of documentation, a person."""
_MOST_CLAIMS = 64
_LONGEST_CLAIM = 200
_SHORT = 24 * 60 * 60
"""Seconds from which on a token outlives the job that it was made for."""


def _judge(match: re.Match[bytes]) -> Reading | None:
    start, end = match.span()
    text = match.string
    if not _edges.opens(text, start) or not _edges.closes(text, end):
        return None
    claims, algorithm = _jwt.claims(match["header"], match["claims"]), _jwt.algorithm(match["header"])
    if claims is None or algorithm is None:
        return None
    signed = algorithm.lower() != "none"
    if signed and len(match["signature"]) < _SHORTEST:
        return None
    kind = _kind(claims) if signed else _UNSIGNED
    known = _known(claims, algorithm)
    return Reading(
        start,
        end,
        kind.id,
        Secret(text[start:end]),
        confidence=Confidence.HIGH if signed else Confidence.LOW,
        facts=facts(_lifetime(claims, kind)) | {name: fact for name, fact in known.items() if fact is not None},
        dummy="its subject is that of the examples on jwt.io" if known["subject"] == _EXAMPLE else _shown(claims),
    )


def _kind(claims: dict[str, object]) -> Kind:
    role = _jwt.text(claims, "role")
    return _SUPABASE.get(role or "", _TOKEN) if _jwt.text(claims, "iss") == "supabase" else _TOKEN


def _shown(claims: dict[str, object]) -> str | None:
    """Why the claims are those of documentation: a word in one says so, or the account or person in it is nobody."""
    said = [value for value in claims.values() if isinstance(value, str)][:_MOST_CLAIMS]
    return "its claims are those of an example" if any(_DOCUMENTED.search(value.encode(errors="replace")) for value in said) else None


def _lifetime(claims: dict[str, object], kind: Kind) -> Lifetime:
    """Short, bounded or endless, as the claims say; that of the kind, where it has one."""
    if kind.lifetime is not Lifetime.UNKNOWN:
        return kind.lifetime
    end, begin = claims.get("exp"), claims.get("iat")
    if instant(end) is None:
        return Lifetime.STATIC
    if isinstance(end, int) and isinstance(begin, int) and 0 <= end - begin <= _SHORT:
        return Lifetime.EPHEMERAL
    return Lifetime.EXPIRING


def _known(claims: dict[str, object], algorithm: str) -> dict[str, Fact]:
    return {
        "alg": plain_text(algorithm.encode(), _LONGEST_CLAIM),
        "issuer": _said(claims, "iss"),
        "subject": _said(claims, "sub"),
        "audience": _audience(claims.get("aud")),
        "project": _said(claims, "ref") if _said(claims, "iss") == "supabase" else None,
        "issued_at": instant(claims.get("iat")),
        "not_before": instant(claims.get("nbf")),
        "expires_at": instant(claims.get("exp")),
    }


def _said(claims: dict[str, object], name: str) -> str | None:
    value = claims.get(name)
    return plain_text(value.encode(errors="replace"), _LONGEST_CLAIM) if isinstance(value, str) and value else None


def _audience(value: object) -> str | list[str] | None:
    """One name, or up to eight of a list."""
    if isinstance(value, list):
        return [plain_text(one.encode(errors="replace"), _LONGEST_CLAIM) for one in value[:8] if isinstance(one, str)] or None
    return plain_text(value.encode(errors="replace"), _LONGEST_CLAIM) if isinstance(value, str) and value else None


_BEGINNINGS = (b"eyJhbGciOi", b"eyJ0eXAiOi", b"eyJraWQiOi", b"eyJ4NXQiOi", b"eyJjdHkiOi", b"eyJhbGciIDoi", b"eyJ0eXAiIDoi", b"eyAiYWxnIjog")
"""Base64 of what headers begin with, `{"alg":` and its kin: at the beginning of a text it has one spelling only."""
_COMMON = 3
"""Beginnings that are worth finding inside other encodings."""

DETECTORS = (
    RegexDetector(
        id="jwt",
        title="JSON Web Token",
        kinds=(_TOKEN, _UNSIGNED, _SERVICE, _ANONYMOUS),
        anchors=tuple(
            Anchor(beginning, then=rb"[0-9A-Za-z_-]{2,220}\.ey[JA]", encoded=number < _COMMON)
            for number, beginning in enumerate(_BEGINNINGS)
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 12_544),
    ),
)
