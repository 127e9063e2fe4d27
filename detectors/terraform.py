"""HCP Terraform and Terraform Enterprise tokens: 14 characters, `.atlasv1.` and about 67 more, without a checksum.

Users', teams' and organisations' tokens look alike. Other registries' and backends' tokens have no form; they are what Terraform and OpenTofu
read behind `TF_TOKEN_` and a host, and in a block or object of `credentials`. Sources: the API documentation of HCP Terraform, and
Terraform's of its command-line configuration.

Near misses: the mark alone, a token that was cut off on either side, `TF_TOKEN_app_terraform_io=${TOKEN}`.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._guess import guessable
from scanner.contract import Anchor, Confidence, Kind, Reading, RegexDetector, rx

_KIND = Kind(
    id="terraform-token",
    title="HCP Terraform token",
    provider="terraform",
    actions=frozenset({"read", "deploy", "admin"}),
    rotate=(
        "Find out in HCP Terraform whether it is a user's, a team's or an organisation's token",
        "Make a new one with an end date, of a team with few permissions, and replace the copies that are in use",
        "Delete the old token where it was made",
        "Look through runs and state versions for some that nobody started: the state of each workspace holds more secrets",
        "Remove the copies that are left, from `credentials.tfrc.json` and `.terraformrc` too",
    ),
)
_OTHER = Kind(
    id="terraform-registry-token",
    title="Terraform credentials for a host",
    provider="terraform",
    actions=frozenset({"read", "publish", "deploy"}),
    rotate=(
        "Make a new token at the host that the credentials name, with an end date where it can, and replace the copies that are in use",
        "Revoke the old token there",
        "Look at its modules, providers and runs for some that nobody made",
        "Remove the copies that are left, from `credentials.tfrc.json` and `.terraformrc` too",
    ),
)

_HOST = r"[0-9A-Za-z] [0-9A-Za-z.-]{2,128}"
_CONTEXT = rx(rf"""
    (?: (?<! [0-9A-Za-z] ) TF_TOKEN_ (?P<name> [0-9A-Za-z_]{{3,128}} ) [\"']? [ \t]{{0,3}} [:=] [ \t]{{0,3}} [\"']?
      | (?<! [0-9A-Za-z_] ) credentials [ \t]{{1,4}} \" (?P<block> {_HOST} ) \" [ \t]{{0,4}} \{{ \s{{0,32}} token [ \t]{{1,8}} = [ \t]{{1,8}} \"
      | \" credentials \" \s{{0,8}} : \s{{0,8}} \{{ \s{{0,32}} \" (?P<object> {_HOST} ) \" \s{{0,8}} : \s{{0,8}} \{{ \s{{0,32}} \" token \" \s{{0,8}} : \s{{0,8}} \" )
    (?P<body> (?! [0-9A-Za-z]{{14}} \.atlasv1 ) [0-9A-Za-z] [0-9A-Za-z._~+/-]{{15,2047}}+ ={{0,2}} ) (?! [0-9A-Za-z({{$%] )
""")
_DIGIT = rx(r"[0-9]")

_PATTERN = rx(r"(?<= (?P<name> [0-9A-Za-z]{14})) \.atlasv1\. (?= (?P<body> [0-9A-Za-z_-]{60,70}+) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KIND, start=match.start("name"))


def _other(match: re.Match[bytes]) -> Reading | None:
    """The token of some host: by its context, as it has no form. An expression has no digits, a token has some."""
    value = match["body"]
    if not _DIGIT.search(value):
        return None
    host = match["block"] or match["object"] or match["name"].replace(b"__", b"-").replace(b"_", b".")
    confidence = Confidence.LOW if guessable(value) else Confidence.MEDIUM
    return _issued.token(match, _OTHER, start=match.start("body"), confidence=confidence, service=host.decode().lower().strip("."))


DETECTORS = (
    RegexDetector(
        id="terraform-token",
        title="HCP Terraform token",
        kinds=(_KIND,),
        anchors=(Anchor(b".atlasv1.", then=rb"[0-9A-Za-z_-]{60}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
    RegexDetector(
        id="terraform-registry-token",
        title="Terraform credentials for a host",
        kinds=(_OTHER,),
        anchors=(
            Anchor(b"TF_TOKEN_", then=rb"[0-9A-Za-z_]{3,100}[\"']?[ \t]{0,3}[:=]", encoded=False),
            Anchor(b"credentials", then=rb"[ \t]{1,4}\"[0-9A-Za-z.-]{3,100}\"[ \t]{0,4}\{", encoded=False),
            Anchor(b'"credentials"', then=rb"\s{0,8}:\s{0,8}\{\s{0,32}\"[0-9A-Za-z-]{1,60}\.", encoded=False),
        ),
        pattern=_CONTEXT,
        judge=_other,
        reach=(64, 2304),
    ),
)
