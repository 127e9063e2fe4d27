"""Passwords that browsers export, as CSV.

- Chrome, and what is built on it (Edge, Brave, Opera, Vivaldi): `name`, `url`, `username`, `password`, and `note` in newer ones
- Firefox: `url`, `username`, `password`, `httpRealm`, `formActionOrigin`, `guid` and three times
- Safari: `Title`, `URL`, `Username`, `Password`, `Notes`, `OTPAuth`

(The browsers' help pages.) The environment scope is the host, for Safari the title.
"""

from __future__ import annotations

from scanner.sources.ci_exports.shapes import System
from scanner.sources.ci_exports.tables import Layout, reader

_CHROME = Layout(
    columns=frozenset({"name", "url", "username", "password"}),
    secrets=("password",),
    title="url",
    is_address=True,
    others=frozenset({"note"}),
)
_FIREFOX = Layout(
    columns=frozenset({"url", "username", "password", "httprealm", "formactionorigin", "guid"}),
    secrets=("password",),
    title="url",
    is_address=True,
)
_SAFARI = Layout(
    columns=frozenset({"title", "url", "username", "password", "notes", "otpauth"}),
    secrets=("password", "otpauth"),
    title="title",
    others=frozenset(),
)


def _system(platform: str, expects: str, layout: Layout) -> System:
    return System(platform=platform, levels={}, expects=expects, recognise=reader(layout), read=reader(layout), level="user")


CHROME = _system("chrome", "passwords of Chrome or a browser like it as CSV", _CHROME)
FIREFOX = _system("firefox", "passwords of Firefox as CSV", _FIREFOX)
SAFARI = _system("safari", "passwords of Safari as CSV", _SAFARI)
