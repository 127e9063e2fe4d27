"""Tokens of Gitea, Forgejo and Codeberg: 40 hexadecimal digits, which look like a commit's id and are told by what stands around them.

They are read behind names that say Gitea, Forgejo or Codeberg and token, in `tea`'s configuration, in Composer's `forgejo-token`, in the
user info of a URL whose host has such a name, and in a header beside one. Source: `go-gitea/gitea`, `models/auth/access_token.go` (20
random bytes); the documentation of Gitea's API, of `tea` and of Composer.

Near misses: commit ids in URLs of such a host, `GITEA_SHA`, `forgejo-commit`, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place
from scanner.contract import Kind, Lifetime

_KIND = Kind(
    id="gitea-token",
    title="Gitea or Forgejo access token",
    provider="gitea",
    actions=frozenset({"read", "write_source", "publish", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new token with the fewest scopes, or give the job the token that the server makes for it",
        "Put it where the old one is used",
        "Delete the old token in the account under Settings, Applications",
        "Look at the pushes, releases and packages of the account's repositories for some that nobody made",
        "Remove the copies",
    ),
)
_VALUE = r"[0-9a-f]{40}"
_WHOSE = r"(?: gitea | forgejo | codeberg )"
_HOST = rf"(?P<service> [0-9A-Za-z.-]{{0,48}} {_WHOSE} [0-9A-Za-z.-]{{0,64}} )"
_AUTHORIZED = r"(?i: authorization ) [\"']? [ \t]{0,3} [:=,] [ \t]{0,3} [\"']? (?i: token | bearer ) [ ]"
_AUTHORIZED_THEN = r"[\"']?[ \t]{0,3}[:=,][ \t]{0,3}[\"']?[Ttb][a-zA-Z]{4,5} "

DETECTORS = (
    AssignedDetector(
        id="gitea-token",
        title="Gitea or Forgejo access token",
        forms=(
            Form(
                _KIND,
                _VALUE,
                names=tuple(
                    f"{name} (api|access|admin|user|bot|ci|package|packages|release|registry) (access|api) token|pat|password|key"
                    for name in ("gitea", "forgejo", "codeberg")
                ),
                places=(
                    *(
                        Place(
                            r":// (?: (?P<account> [^\s:/@\"'<>]{1,64} ) : )?",
                            name,
                            before=r"@[0-9A-Za-z.-]{0,48}",
                            tail=rf"@ {_HOST}",
                        )
                        for name in (b"gitea", b"forgejo", b"codeberg")
                    ),
                    *(
                        Place(
                            rf"url: [ ]{{1,4}} [\"']? https?:// {_HOST} [^\r\n]{{0,32}} \r?\n (?: [ ]{{1,8}} (?! token ) [^\r\n]{{0,64}} \r?\n ){{0,3}}"
                            r" [ ]{1,8} token: [ ]{1,4} [\"']?",
                            name,
                            then=r"[^\r\n]{0,40}\r?\n(?: {1,8}[^\r\n]{0,40}\r?\n){0,2} {1,8}token: {1,4}[\"']?",
                        )
                        for name in (b"gitea", b"forgejo", b"codeberg")
                    ),
                    Place(
                        r"forgejo-token [\\\"']{0,4} \s{0,8} : \s{0,8} \{ \s{0,32} [\\\"']{0,4} (?P<service> [0-9a-z.-]{1,128}+ ) [\\\"']{0,4} \s{0,4} : \s{0,4}"
                        r" (?: \{ \s{0,32} [\\\"']{1,4} username [\\\"']{1,4} \s{0,4} : \s{0,4} [\\\"']{1,4} (?P<account> [^\"'\\\s]{1,64} ) [\\\"']{1,4}"
                        r" , \s{0,32} [\\\"']{1,4} token [\\\"']{1,4} \s{0,4} : \s{0,4} )? [\\\"']{1,4}",
                        b"forgejo-token",
                        then=r"[^@]{8,160}[\"']",
                    ),
                    Place(rf"{_HOST} [^\r\n]{{0,160}} {_AUTHORIZED}", b"uthorization", then=_AUTHORIZED_THEN),
                    Place(_AUTHORIZED, b"uthorization", then=_AUTHORIZED_THEN, tail=rf"(?= [\"'\s] [^\r\n]{{0,96}} // {_HOST} )"),
                ),
            ),
        ),
    ),
)
