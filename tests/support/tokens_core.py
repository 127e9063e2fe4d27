"""Places of the core kinds in fixtures: hosts that no file of ours spells out, and what writes them."""

from __future__ import annotations

from scanner import hosts

_KNOWN = {
    "github": hosts.GITHUB,
    "github-api": hosts.GITHUB_API,
    "github-npm": hosts.GITHUB_NPM,
    "npm": hosts.NPM,
    "pypi": hosts.PYPI,
    "pypi-upload": hosts.PYPI_UPLOAD,
    "test-pypi": hosts.TEST_PYPI,
}


def host(_: list[str], more: dict[str, str]) -> str:
    """`<host of=github>`: a registry or forge host as it is written in files."""
    return hosts.spell(_KNOWN[more["of"]])
