"""Whether a registry that settings name is a public one."""

from __future__ import annotations

import re

from scanner import hosts

_HOST = re.compile(r"(?:[a-z+]{1,16}:)?//(?:[^/@\s]{0,1024}+@)?([A-Za-z0-9.-]{1,253}+)")
_PUBLIC = (
    hosts.NPM,
    hosts.YARN,
    hosts.PYPI,
    hosts.RUBYGEMS,
    hosts.CRATES,
    hosts.DOCKER_HUB,
    ("org", "maven"),
    ("org", "sonatype"),
    ("com", "sonatype", "central"),
    ("org", "nuget"),
)


def is_public(url: str) -> bool | None:
    """Whether a URL leads to a public registry; None where it is none."""
    found = _HOST.search(url[:4096])
    return any(hosts.under(found[1], host) for host in _PUBLIC) if found else None


def registry_fact(url: str) -> tuple[str, str]:
    """The fact about a registry."""
    return "registry", {True: "public", False: "private", None: "unknown"}[is_public(url)]
