"""Which URLs of repositories are allowed, and what of them may be shown.

The syntax is that of git-fetch(1), GIT URLS, cut down to what cannot be taken for anything else: no `transport::address`, no local
path, nothing that git or ssh could take for an option once it has undone the percent signs. User and password never become part of
a command line, where every user of the machine could read them.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from scanner.contract import Secret
from scanner.errors import TargetError
from scanner.records import dataclass, field

_LONGEST = 2048
_PORT = 65_535
_SCHEMES = frozenset({"https", "ssh", "file", "http", "git"})
_WEB = frozenset({"http", "https"})
_PLAIN = frozenset({"http", "git"})
"""What anybody on the way can read and change."""
_FULL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20})://([^/?#]{0,1024}+)(.*)")
_SHORT = re.compile(r"(?:([^@:/\s\[\]]{1,100})@)?([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\]):(?!:)(.{1,2000})")
"""The way that scp(1) writes it: a colon before the first slash."""
_HOST = re.compile(r"([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Url:
    """An address that git may be sent to."""

    text: str = field(repr=False)
    """What git gets. It may hold the name of an ssh user, and never a password."""
    shown: str
    """The same without user: for reports, file names and messages."""
    scheme: str
    """`https`, `ssh`, `file`, `http` or `git`."""
    login: tuple[Secret, Secret] | None = field(default=None, repr=False, compare=False)
    """User and password that the URL held; the password may be empty where the user is a token."""

    @property
    def site(self) -> str:
        """Scheme, host and port: whom a login is meant for."""
        scheme, _, rest = self.shown.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"


def parse_url(text: str, *, insecure: bool = False) -> Url:
    """The URL that `text` is; `insecure` allows `http` and `git` to any host.

    Raises TargetError, which does not repeat the URL, for whatever is not allowed.
    """
    if len(text) > _LONGEST:
        message = f"the URL is longer than {_LONGEST} characters"
        raise TargetError(message)
    if not text or text.startswith("-") or not _harmless(text) or not _harmless(unquote(text)):
        raise _malformed()
    if match := _FULL.fullmatch(text):
        return _full(match[1].lower(), match[2], match[3], insecure=insecure)
    if match := _SHORT.fullmatch(text):
        return _short(match[1] or "", match[2], match[3])
    raise _malformed()


def _full(scheme: str, authority: str, path: str, *, insecure: bool) -> Url:
    """A URL with `://` in it."""
    if scheme == "file":
        if authority or not path.startswith("/") or path.startswith("//"):
            raise _malformed()
        return Url(f"file://{path}", f"file://{path}", scheme)
    if scheme not in _SCHEMES:
        message = "only https, ssh and file URLs are allowed"
        raise TargetError(message)
    info, at, place = authority.rpartition("@")
    user, _, password = (unquote(part) for part in info.partition(":"))
    host = _checked_host(place)
    if not path.startswith("/") or unquote(path).startswith("/-") or set("?#@") & set(path):  # an @: the end of a password with a slash
        raise _malformed()
    if scheme in _PLAIN and not insecure and not _is_loopback(host):
        message = f"{scheme} is not encrypted and only allowed to this machine"
        raise TargetError(message)
    shown = f"{scheme}://{place}{path}"
    if scheme in _WEB:
        return Url(shown, shown, scheme, (_secret(user), _secret(password)) if at else None)
    if password or (scheme == "git" and at) or user.startswith("-"):
        message = f"no password can be given in {'an ssh' if scheme == 'ssh' else 'a git'} URL"
        raise TargetError(message)
    return Url(f"{scheme}://{info}{at}{place}{path}", shown, scheme)


def _short(user: str, host: str, path: str) -> Url:
    """A URL in the way of scp."""
    if host.startswith("-") or user.startswith("-") or path.startswith(("-", "/-")) or "@" in path or host.lower() in _SCHEMES:
        raise _malformed()
    return Url(f"{user}@{host}:{path}" if user else f"{host}:{path}", f"{host}:{path}", "ssh")


def _checked_host(place: str) -> str:
    """The host of `host:port`, without the brackets of an address."""
    match = _HOST.fullmatch(place)
    if match is None or match[1].startswith("-") or int(match[2] or 0) > _PORT:
        raise _malformed()
    return match[1].strip("[]")


def _is_loopback(host: str) -> bool:
    """Whether `host` is this machine, however others may resolve names."""
    import ipaddress  # noqa: PLC0415  # only where a plain protocol is asked for

    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _harmless(text: str) -> bool:
    """Whether nothing in `text` ends a line, moves a cursor or hides: such a URL is a mistake or an attack."""
    return text.isprintable() and not {" ", "\\"} & set(text)


def _secret(text: str) -> Secret:
    return Secret(text.encode())


def _malformed() -> TargetError:
    return TargetError("the URL is malformed")
