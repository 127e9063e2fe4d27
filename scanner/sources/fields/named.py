"""What a place is called, and what may be said of it.

Names come out of text that nobody vouches for, right beside credentials. So a name is cut to a length, user info is taken out of URLs,
and what looks like a credential itself, or repeats the value that is being named, is shown as an ellipsis.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from scanner.records import dataclass, replace

_LONGEST_NAME = 128
_LONGEST_HOST = 255
_SHORTEST_TELLING = 6
"""Bytes of a value from which on a name that contains it gives something away."""

_USER_INFO = re.compile(r"//[^/\s@]{1,512}@")
_TOKEN_LIKE = re.compile(r"[A-Za-z0-9_+=-]{26,}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_AROUND = re.compile(r"[A-Za-z0-9_+=-]{0,128}(?:\.?…\.?[A-Za-z0-9_+=-]{0,128})+")
"""What is left of a token of several parts, of which one was hidden."""
_LAST_RUN = re.compile(r"[A-Za-z0-9_+=.~-]{1,512}\Z")
_HEX = re.compile(r"[0-9a-fA-F-]{26,}")
_HOST = re.compile(
    r"(?P<name> [a-z0-9_] [a-z0-9._-]{0,253} | \[ [0-9a-f:.]{2,45} \] ) \.? (?: : (?P<port> [0-9]{1,5} ) )? (?= [/?\#] | $ )", re.VERBOSE
)
_SCHEME = re.compile(r"(?: (?P<scheme> [a-z] [a-z0-9+.-]{0,31} ) : )? // (?: [^/\s@]{0,512} @ )?", re.VERBOSE)
_REFERRING = ("${", "$(", "{{", "<", "%(", "%{")
"""How a name begins that only says where the name is."""
_DEFAULT_PORTS = {"443": {"https", ""}, "80": {"http"}}


@dataclass(frozen=True, slots=True)
class Named:
    """What a value's place is called. Nothing here ever holds the value or user info."""

    field: str | None = None
    """The last key, flag or header, as the file spells it."""
    field_path: tuple[str, ...] = ()
    """The keys from the root, where the format nests."""
    service: str | None = None
    """The host that the file binds the value to, lower case, with a port that is not the default one."""
    account: str | None = None
    """The user or project named beside the value."""
    tool: str | None = None
    """Whose file it is."""


def text_of(raw: bytes) -> str:
    """Bytes of a file as a name."""
    return raw.decode("utf-8", "backslashreplace")


def cleaned(named: Named, value: bytes) -> Named:
    """The same without anything that a report must not show beside `value`."""
    telling = text_of(value) if len(value) >= _SHORTEST_TELLING else None
    account = None if named.account is None else _public(named.account, telling)
    return replace(
        named,
        field=None if named.field is None else _public(named.field, telling),
        field_path=tuple(_public(name, telling) for name in named.field_path),
        account=account if account and "…" not in account and not account.startswith(_REFERRING) else None,
        service=None if telling and named.service and telling.lower() in named.service else named.service,
    )


def _public(name: str, telling: str | None) -> str:
    if telling is not None:
        name = name.replace(telling, "…")
    name = _USER_INFO.sub("//", name)[: 4 * _LONGEST_NAME]
    hidden = _TOKEN_LIKE.sub(lambda run: "…" if _is_token_like(run[0]) else run[0], name)
    if hidden != name:
        name = _AROUND.sub("…", hidden)
    return name if len(name) <= _LONGEST_NAME else _cut(name[:_LONGEST_NAME]) + "…"


def _cut(name: str) -> str:
    """The beginning of a name without its last run of letters where that has digits: half a token is told by no detector."""
    kept = _LAST_RUN.sub("", name)
    return kept if any(letter.isdigit() for letter in name[len(kept) :]) else name


def _is_token_like(run: str) -> bool:
    """Whether a long run of letters is random rather than a spelled-out name."""
    has_digit = any(letter.isdigit() for letter in run)
    mixed = run.lower() != run and run.upper() != run
    return has_digit and (mixed or _HEX.fullmatch(run) is not None)


def user_of(raw: bytes) -> str | None:
    """A percent-encoded user name as it was meant; None if it is empty."""
    return text_of(unquote_to_bytes(raw)) or None


def host_of(address: str) -> str | None:
    """The host of a URL, of a `//host/path`, or of a bare `host[:port][/path]`; None where there is none, for instance a placeholder."""
    lowered = address.strip()[: 2 * _LONGEST_HOST + 512].lower()
    start = _SCHEME.match(lowered)
    scheme = (start["scheme"] or "") if start else ""
    host = _HOST.match(lowered, start.end() if start else 0)
    if host is None:
        return None
    port = host["port"]
    if port is None or scheme.rpartition("+")[2] in _DEFAULT_PORTS.get(port, ()):
        return host["name"].rstrip(".")
    return f"{host['name'].rstrip('.')}:{port}"


def host_in(address: str) -> str | None:
    """Like `host_of`, for text that may be any word: it has to look like an address."""
    return host_of(address) if "//" in address or "." in address.strip(".") else None
