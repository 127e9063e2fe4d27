"""What a password of a Python package index is, wherever it stands, and what only says where one is."""

from __future__ import annotations

from scanner import hosts
from scanner.contract import Kind, Lifetime, rx

KIND = Kind(
    id="pypi-password",
    title="password of a Python package index",
    provider="pypi",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the password at the index that it is for, and wherever else the same password is used",
        "Register the release workflow as a trusted publisher, or make a token for a single project in its place",
        "Look through the journal of the projects for releases that nobody made",
        "Remove the copies",
    ),
)

SHORTEST = 6
LONGEST_NAME = 128
_TEST = 1
"""Privilege where releases reach nobody."""

_REFERENCE = rx(r"""
    .{0,64} (?: \$[\{(] | %[({] | \{\{ | < [A-Za-z_] [0-9A-Za-z_ .:=-]{0,64} > ) .{0,256}   # variables, interpolation, templates
  | \$ (?: [A-Z_][0-9A-Z_]{0,64} | [a-z_]{1,64} (?: : [A-Za-z_]{1,64} )? ) | %[A-Za-z_][0-9A-Za-z_]{0,64}%
  | (?: [{<(] | \xc2\xab ) .{0,256} | \[ .{0,256} \] | [!&*@] [A-Za-z_]{1,64} (?: [ :@\[] .{0,256} )? | \.{2} .{0,256} | [*x.…-]{1,256} | (?i: none | null | true | false | changeme )
  | (?: secrets | os | env | self | vars | settings | config | process ) [.\[] .{0,256} | [A-Za-z_.]{1,64} \( .{0,256}
  | [A-Z] [0-9A-Z_*]{0,64} _ (?: TOKEN | PASSWORD | PASS | AUTH | SECRET | KEY ) (?: _ [0-9A-Z_*]{1,32} )?   # the name of another variable
  | (?: op | vault | ref | gcp-sm | arn | keyvault ) [:+] .{0,256} | ENC[\[(] .{0,256}
""")
IDENTIFIER = rx(r"[A-Za-z_]{1,256} (?: \. [A-Za-z_]{1,64} ){0,8}")
"""What a value without quotes must not be: a name in source, a word in prose."""


def is_reference(value: bytes) -> bool:
    """Whether a value only says where the password is, or that there is none."""
    return _REFERENCE.fullmatch(value) is not None


def privilege(host: str | None) -> int | None:
    """The level that the host proves; None where it is the kind's."""
    return _TEST if host is not None and hosts.under(host, hosts.TEST_PYPI) else None
