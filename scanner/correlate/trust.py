"""What a place grants whoever has the private half of the key that lies there, told from what it is and what it is called.

The names are those that tools read keys from by default: sshd(8) and ssh-keygen(1), cosign, minisign and signify, apt-secure(8), rpmkeys(8),
apk-tools, The Update Framework, RFC 7517. A public half says by itself that somebody counts on the private one only where it was carried
away from it: beside its private half it is what making a pair leaves behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.model import Occurrence, TrustAnchor

POLICY_FILE, ALLOWED_SIGNERS, VERIFIED, RELEASE, UPDATER = (
    "policy_file",
    "allowed_signers",
    "repo_verify_file",
    "published_release",
    "embedded_updater",
)

TEST_TREE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|test[-_]?(?:data|keys|certs|fixtures)|fixtures|vectors|regress|examples?|samples?"
    r"|node_modules|bower_components|(?:site|dist)-packages)/",
    re.IGNORECASE,
)
"""Folders whose contents nobody counts on: tests, examples, and what package managers install into."""


def _named(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:^|/)(?:" + "|".join(patterns) + r")\Z", re.IGNORECASE)


_ALWAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_named(r"[^/]{0,64}allowed[-_]signers[^/]{0,64}"), ALLOWED_SIGNERS),
    (_named(r"[^/]{0,64}authorized_keys2?[^/]{0,64}", r"authorized_keys\.d/[^/]{1,255}", r"known_hosts[^/]{0,64}"), POLICY_FILE),
    (_named(r"(?:[0-9]{1,10}\.)?root\.json", r"[^/]{0,255}\.layout", r"jwks[^/]{0,64}\.json", r"\.well-known/[^/]{1,255}"), POLICY_FILE),
    (_named(r"keys(?:\.(?:txt|asc|gpg|md))?", r"rpm-gpg-key-[^/]{1,255}", r"trusted\.gpg(?:\.d/[^/]{1,255})?"), VERIFIED),
    (
        _named(
            r"(?:apt/)?keyrings/[^/]{1,255}", r"apk/keys/[^/]{1,255}", r"upstream/signing-key[^/]{0,64}", r"pacman[^/]{0,64}/[^/]{1,255}"
        ),
        VERIFIED,
    ),
    (_named(r"[^/]{0,255}cosign[^/]{0,64}\.pub", r"[^/]{0,255}minisign[^/]{0,64}\.pub", r"signify/[^/]{1,255}\.pub"), VERIFIED),
    (_named(r"tauri\.conf\.json5?", r"[^/]{0,255}\.plist"), UPDATER),
    (_named(r"meta-inf/[^/]{1,255}\.(?:rsa|ec|dsa)", r"[^/]{1,255}\.(?:mobileprovision|provisionprofile)"), RELEASE),
)
"""By name, and also where the private half lies beside them."""
_NEVER = frozenset({"certificate-request", "signature"})
"""What asks for trust, and what shows what a key was used for, grants none."""
_BY_KIND = {"jwk": POLICY_FILE, "tuf": POLICY_FILE, "sparkle": UPDATER}


def trust_of(anchor: TrustAnchor, private: Iterable[Occurrence]) -> str | None:
    """What the place of a public half grants; `private` are the places of its private half."""
    path = anchor.path
    if anchor.kind in _NEVER or TEST_TREE.search(path):
        return None
    for pattern, trust in _ALWAYS:
        if pattern.search(path):
            return trust
    if any(one.container == anchor.container and _folder(one.path) == _folder(path) for one in private):
        return None
    return _BY_KIND.get(anchor.kind, VERIFIED)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
