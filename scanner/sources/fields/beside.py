"""What stands beside a value and says whose it is: the account it belongs to, the host it is for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.contract import rx
from scanner.sources.fields.named import host_in, user_of

ACCOUNTS = ("username", "user", "login", "account", "smtpuser", "auth_user", "email")
"""Keys that name an account, in lower case, most telling first."""

SERVICES = (
    "registry",
    "npmregistryserver",
    "repository",
    "repository-url",
    "index-url",
    "index",
    "serveraddress",
    "server",
    "smtpserver",
    "url",
    "host",
    "hostname",
    "machine",
    "service",
    "endpoint",
)
"""Keys that name a host, likewise."""

WANTED = frozenset(ACCOUNTS) | frozenset(SERVICES)


_STEM = re.compile(r"(.{1,64}[_.-])(?:password|passwd|pass|pwd|token|auth|key|api_?key|secret)$")
_USERS = ("username", "user", "login", "account")
_HOSTS = ("repository_url", "index_url", "registry_url", "url", "registry", "repo", "host", "hostname", "server", "prefix")
_BUNDLED = re.compile(r"BUNDLE_([A-Z0-9_-]{1,200})")
_USER_BEFORE = rx(r"(?: ^ | (?<= [\s\"'=] ) ) (?P<user> [^\s:\"'=/]{1,128} ) : $")


def stem_of(key: str) -> str | None:
    """What a key has in common with the keys of the same login: `TWINE_` of `TWINE_PASSWORD`, in lower case."""
    match = _STEM.match(key.lower())
    return match[1] if match else None


def is_of_login(key: str) -> bool:
    """Whether a lower-case key may name the user or the host of a login whose keys begin alike."""
    return key.endswith(_USERS + _HOSTS)


def login_in(beside: Mapping[str, str], stem: str) -> tuple[str | None, str | None]:
    """Host and user among the members whose keys begin with `stem`."""
    host = next((host for name in _HOSTS if (host := host_in(beside.get(stem + name, "")))), None)
    return host, next((beside[stem + name] for name in _USERS if beside.get(stem + name)), None)


def bundled(key: str) -> str | None:
    """The host in one of Bundler's keys, in which `__` is a dot and `___` a hyphen; None for its other settings."""
    match = _BUNDLED.fullmatch(key)
    return host_in(match[1].replace("___", "-").replace("__", ".").lower()) if match else None


def user_before(text: bytes, start: int) -> str | None:
    """The user of `USER:PASSWORD`, where the value at `start` is the password."""
    match = _USER_BEFORE.search(text, max(0, start - 160), start)
    return user_of(match["user"]) if match else None


def account_in(beside: Mapping[str, str]) -> str | None:
    """The account among the members beside a value."""
    return next((beside[key] for key in ACCOUNTS if beside.get(key)), None)


def service_in(beside: Mapping[str, str]) -> str | None:
    """The host among the members beside a value."""
    return next((host for key in SERVICES if key in beside and (host := host_in(beside[key]))), None)
