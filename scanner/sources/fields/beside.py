"""What stands beside a value and says whose it is: the account it belongs to, the host it is for."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.sources.fields.named import host_in

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


def account_in(beside: Mapping[str, str]) -> str | None:
    """The account among the members beside a value."""
    return next((beside[key] for key in ACCOUNTS if beside.get(key)), None)


def service_in(beside: Mapping[str, str]) -> str | None:
    """The host among the members beside a value."""
    return next((host for key in SERVICES if key in beside and (host := host_in(beside[key]))), None)
