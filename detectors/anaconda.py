"""Anaconda tokens: two letters, a hyphen and a UUID, in the path of a channel's URL or behind a name that says Anaconda.

`/t/TOKEN/` stands in `.condarc`, environment files, lock files and logs; the letters are from the name of who made it. prefix.dev's keys
are `pfx_` and letters. Sources: `conda/conda` (`conda.common.url`), `anaconda/anaconda-client`, the documentation of pixi.

Near misses: `/t/<TOKEN>/` as conda prints it, other paths below `/t/`, ids of environments, references.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import UUID, AssignedDetector, Form, Place
from detectors._letters import mixed
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_KIND = Kind(
    id="anaconda-token",
    title="Anaconda token",
    provider="anaconda",
    actions=frozenset({"read", "publish"}),
    rotate=(
        "Make a new token with `anaconda auth --create`, read-only where packages are only installed, with an end date",
        "Replace the copies that are in use; let `conda token set` or the login keep it, not the URL of a channel",
        "Remove the old token with `anaconda auth --remove` or in the account under Access",
        "Where it could upload, look at the packages of the account for versions that nobody made",
        "Remove the copies that are left, from `.condarc`, environment files and lock files too",
    ),
)
_PREFIX = Kind(
    id="prefix-dev-key",
    title="prefix.dev API key",
    provider="prefix",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Register the release workflow as a trusted publisher of the channel, so that no key is needed",
        "Where a key is still needed, make a new one in the account under API keys, and replace the copies",
        "Delete the old key there",
        "Look at the packages of the account's channels for some that nobody uploaded",
        "Remove the copies that are left, from `~/.rattler/credentials.json` too",
    ),
)
_SHORT = "a path of three bytes; two letters and a UUID must follow"
_VALUE = rf"(?:[0-9a-z]{{2}}-)?{UUID}"

_PATTERN = rx(r"(?P<prefix> pfx_ ) (?= (?P<body> [0-9A-Za-z]{32,64}+ ) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _PREFIX) if mixed(match["body"]) else None


DETECTORS = (
    RegexDetector(
        id="prefix-dev-key",
        title="prefix.dev API key",
        kinds=(_PREFIX,),
        anchors=(Anchor(b"pfx_", then=rb"[0-9A-Za-z]{32}", encoded=False),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
    AssignedDetector(
        id="anaconda-token",
        title="Anaconda token, by its name or in a channel's URL",
        forms=(
            Form(
                _KIND,
                _VALUE,
                names=(
                    "anaconda (api|auth|access|upload|org|cloud|nucleus) (api|auth|upload) token|key|apikey",
                    "binstar (api|auth|upload) token|key",
                    "conda_ (api|auth|upload|forge) token|key",
                ),
                places=(
                    Place(
                        r":// (?P<service> [0-9A-Za-z][0-9A-Za-z.-]{0,128} ) (?: : [0-9]{1,5} )? (?: / [0-9A-Za-z_.-]{1,64} ){0,4} /t/",
                        b"/t/",
                        tail=r"(?= / )",
                        reason=_SHORT,
                    ),
                    Place(r"\" CondaToken \" \s{0,8} : \s{0,8} \"", b'"CondaToken"', then=r"\s{0,8}:\s{0,8}\""),
                    Place(
                        r"anaconda [^\r\n]{0,64} [ ] (?: -t | --token ) [ =] [\"']?",
                        b"anaconda",
                        then=r"[^\r\n]{0,64} (?:-t|--token)[ =][\"']?",
                    ),
                ),
            ),
        ),
    ),
)
