"""What names a value on its own line: a key, a variable, a flag, a header, the URL it stands in.

The rules look at no more than a few hundred bytes before the value, and are tried in an order: what touches the value names it; a
header or a URL's user info only where nothing touches them in turn; else the nearest key on the line.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.fields.commands import logged_in
from scanner.sources.fields.named import Named, host_in, host_of, text_of, user_of
from scanner.sources.fields.urls import Url, url_around

_REACH = 256
"""Bytes before a value."""

_KEY = r"[A-Za-z_][\w.-]{0,127}"
_OPENING = r"""[bfru]? ["'`]{0,3}"""
_SCHEME = r"(?: (?i: bearer | basic | token | digest ) [ ]{1,4} )?"

_REGISTRY = rx(r"""
    // (?P<host> [^\s/"'=]{1,255} ) (?: / [^\s"'=:]{0,255} )? :
    (?P<name> _authToken | _auth | _password | username ) \[?\]? ["']? [ \t]{0,8} [= \t] [ \t]{0,8} ["']? $
""")
"""npm's own spelling of a key: the registry's address, a colon, the key. Also an argument of `npm config set`."""

_LOGIN = rx(r"""
    (?: ^ | (?<= [\s"'] ) ) (?P<name> -u | --user | --username ) (?: = | ["']?,? [ \t]{1,8} ) ["']? (?P<account> [^\s:"']{1,64} ) : $
""")
"""`curl -u user:` and its like."""

_FLAG = rx(rf"""
    (?: ^ | (?<= [\s"'\[,(] ) )
    (?P<name> (?: -- | (?<! ^ ) - ) [A-Za-z] [\w-]{{0,63}} = | (?: --[A-Za-z][\w-]{{0,63}} | -[PWakptuw] | -[A-Z][a-z][A-Za-z]{{1,30}} ) (?= ["']?,?[ \t] ) )
    ["']? ,? [ \t]{{0,8}} {_OPENING} {_SCHEME} $
""")

_ARGUMENT = rx(r"""
    (?<! [\w-] )
    (?: set (?: [ ]{1,4} --?[A-Za-z][\w-]{0,15} ){1,4} | setenv | setx (?: [ ]{1,4} /[Mm] )? | ENV | (?: config | secret ) (?: [ ]{1,4} set )? (?: [ ]{1,4} --?[A-Za-z][\w-]{0,23} ){0,4} )
    [ ]{1,8} (?P<name> [A-Za-z_@/] [^\s"'=]{0,127} ) [ ]{1,8} ["']? $
""")
"""`setenv NAME `, fish's `set -gx NAME `, `git config KEY `, Dockerfile's old `ENV NAME `."""

_UNIVERSAL = rx(r"SETUVAR (?: [ ]--\w{1,16} ){0,3} [ ] (?P<name> \w{1,128} ) : $")
"""fish_variables."""

_DEFAULT = rx(rf"\$\{{ (?P<name> {_KEY} ) :?[-=] {_OPENING} $")
"""A shell's `${NAME:-default}`: the default is a literal."""

_GIT_KEY = rx(r"(?<! [\w.-] ) (?P<name> http\.https?:// [^\s=\"'$]{1,200} \.extra[Hh]eader ) (?: = | [\"']?[ ]{1,4} ) [\"']{0,2} $")
"""The name of a header that git sends to one host, which has slashes in it."""

_TYPED = rx(rf"""
    (?<! [\w.-] ) (?P<name> {_KEY} )
    (?: [ \t]{{0,4}} : [ \t]{{0,4}} (?: & (?: 'static [ ] )? )? (?: str | string | String | bytes | Text | char | Final (?: \[str\] )? | Optional\[str\] | auto )
      | [ ] string )
    [ \t]{{0,4}} :?= [ \t]{{0,4}} {_OPENING} $
""")
"""`const TOKEN: &str = "VALUE"` and its like: the type is no name."""

_ASSIGNED = rx(rf"""
    (?: (?<! [\w.-] ) | (?<= ^ - ) ) (?P<name> :?{_KEY} )     # a patch takes lines away by a hyphen
    (?: ["'`\])]{{0,3}} [ \t]{{0,16}} [:+?|]{{0,2}}=>? [ \t]{{0,16}} {_OPENING}
      | ["'`\])]{{1,3}} [ \t]{{0,16}} : [ \t]{{0,16}} {_OPENING}
      | [ \t]{{0,16}} : (?: [ \t]{{1,16}} {_OPENING} | ["'`]{{1,3}} ) )
    {_SCHEME} $
""")

_BARE_COLON = rx(rf"(?: ^ | [{{,] ) [ \t]{{0,32}} (?P<name> {_KEY} ) : {_SCHEME} $")
"""`key:value`, which only at the start of something is a key."""

_ATTRIBUTE = rx(
    r"(?<! [\w.-] ) (?: key | name ) [ ]{0,4} = [ ]{0,4} [\"'] (?P<name> [^\"'<>]{1,128} ) [\"'] [^<>]{0,128}? (?<! [\w.-] ) value [ ]{0,4} = [ ]{0,4} [\"'] $"
)
"""`<add key="NAME" value="VALUE">`, `<param name=…>`, `<input name=…>`."""

_PROPERTY = rx(r"<key> (?P<name> [^<>]{1,128} ) </key> \s{1,64} <string> \s{0,32} $")
"""Apple's property lists, a line for the key and one for the value."""

_ELEMENT = rx(r"< (?P<name> [A-Za-z_] [\w.:-]{0,127} ) (?: [ \t] [^<>]{0,128} )? > [ \t]{0,32} $")

_NETRC = rx(
    r"machine [ \t]{1,8} (?P<host> \S{1,255} ) [ \t] (?: .{0,200} [ \t] )? (?P<name> password | passwd | account ) [ \t]{1,8} [\"']? $"
)
_NETRC_LINES = rx(r"""
    (?<! \S ) machine \s{1,16} (?P<host> [^\s"']{1,255} ) \s{1,16}
    (?: (?: (?: login | user ) \s{1,16} ["']? (?P<account> [^\s"']{1,128} ) ["']? | account \s{1,16} \S{1,128} ) \s{1,16} ){0,2}
    (?P<name> password | passwd ) \s{1,16} ["']? $
""")
"""An entry of netrc over several lines, in a script that writes one."""
_NETRC_LOGIN = rx(r"\b login [ \t]{1,8} [\"']? (?P<account> [^\s\"']{1,128} )")

_LED = rx(rf"^ [ \t]{{0,32}} registry [ \t]{{1,8}} {_OPENING} $")
"""Yarn 1 writes `registry "URL"`."""

_NEAREST = rx(rf"(?<! [\w.-] ) (?P<name> :?{_KEY} ) [\"'`\])]{{0,3}} [ \t]{{0,8}} (?: [:+?|]{{0,2}}=>? | : (?! // ) )")

_DENO = rx(
    r"DENO_AUTH_TOKENS [\"']? [ \t]{0,4} [=:] [ \t]{0,4} [\"']? (?: [^\s;\"']{1,256} ; ){0,16} (?: (?P<account> [^\s:@;\"']{1,128} ) : )? $"
)
_DENO_HOST = rx(r"@ (?P<host> [A-Za-z0-9] [A-Za-z0-9.-]{0,252} (?: : [0-9]{1,5} )? ) (?= [;\s\"'] | \Z )")
"""Deno's list of `TOKEN@HOST` and `USER:PASSWORD@HOST`."""

_DIRECT = (_GIT_KEY, _FLAG, _ARGUMENT, _UNIVERSAL, _DEFAULT, _ATTRIBUTE, _TYPED, _ASSIGNED, _BARE_COLON, _ELEMENT)

_OPENED = rx(rf"""
    (?P<name> :?{_KEY} ) ["'`\])]{{0,3}} [ \t]{{0,16}} (?: [:+?|]{{0,2}}=>? | : ) [ \t]{{0,16}}
    (?: [bfru]?["'`]{{1,3}} | [|>][+-]?[0-9]?[+-]? )? [ \t]{{0,16}} \\? [ \t]{{0,8}} \r? $
""")
"""The end of a line whose value begins on the next one."""

_HEADER = rx(r"(?i: (?: proxy- )? authorization | private-token | job-token | deploy-token | cookie | x-[a-z][a-z-]{0,63} )")
_HEADER_FLAGS = frozenset({b"-H", b"--header"})
_QUOTES = b" \t\"'`"


def name_on_line(text: bytes, start: int, end: int) -> Named:
    """What the words before the value in `text[start:end]` call it. Never raises."""
    prefix = _before(text, start)
    bound = _bound(text, prefix, start, end)
    if bound is not None:
        return bound
    url = url_around(text, start, end)
    if url is not None:
        return _in_url(text, prefix, url)
    service, account = logged_in(text, start, end)
    login = _LOGIN.search(prefix)
    if login is not None:
        return Named(text_of(login["name"]), service=service, account=user_of(login["account"]))
    name = _property(text, start) or _direct(prefix) or _opened(text, start) or _nearest(prefix)
    if name is not None and "//" in name:
        service = host_in(name.removeprefix("http.")) or service
    return Named(name, service=service, account=account)


def _bound(text: bytes, prefix: bytes, start: int, end: int) -> Named | None:
    """What a spelling calls the value that has the host in it: npm's keys, entries of netrc, Deno's list."""
    registry = _REGISTRY.search(prefix)
    if registry is not None:
        return Named(text_of(registry["name"]), service=host_of("//" + text_of(registry["host"])))
    netrc = _NETRC.search(prefix)
    if netrc is not None:
        login = _NETRC_LOGIN.search(prefix, netrc.start())
        return Named(text_of(netrc["name"]), service=host_of(text_of(netrc["host"])), account=user_of(login["account"]) if login else None)
    entry = _NETRC_LINES.search(text, max(0, start - _REACH), start)
    if entry is not None:
        return Named(text_of(entry["name"]), service=host_of(text_of(entry["host"])), account=user_of(entry["account"] or b""))
    listed = _DENO.search(prefix)
    host = _DENO_HOST.match(text, end) if listed else None
    if listed is None or host is None:
        return None
    return Named("DENO_AUTH_TOKENS", service=host_of(text_of(host["host"])), account=user_of(listed["account"] or b""))


def _before(text: bytes, start: int) -> bytes:
    """The line before `start`, as far as it is looked at."""
    return re.split(rb"[\r\n]", text[max(0, start - _REACH) : start])[-1]


def _in_url(text: bytes, prefix: bytes, url: Url) -> Named:
    """A value in a URL: a query's key names it, then what the URL is assigned to, then its being user info."""
    before = _before(text, url.start)
    name = None if url.user_info else _direct(prefix)
    name = name or _direct(before) or (_LED.match(before) and "registry") or _opened(text, url.start)
    if name is None:
        name = "userinfo" if url.user_info else _nearest(before)
    return Named(name, service=url.host, account=url.account)


def _direct(prefix: bytes) -> str | None:
    """The name that touches the end of `prefix`; where that is a header, what the header itself is assigned to."""
    touching = _touching(prefix)
    if touching is None or touching[0] in _HEADER_FLAGS:
        return None
    name, start = touching
    around = _touching(prefix[:start]) if _HEADER.fullmatch(name) else None
    return text_of(name if around is None or around[0] in _HEADER_FLAGS else around[0])


def _touching(prefix: bytes) -> tuple[bytes, int] | None:
    """The name that touches the end of `prefix`, and where it begins."""
    for rule in _DIRECT:
        match = rule.search(prefix)
        if match is not None:
            return match["name"].removesuffix(b"="), match.start("name")
    return None


def _opened(text: bytes, start: int) -> str | None:
    """The key at the end of the line above, for a value that is the first thing on its own line."""
    line = max(text.rfind(b"\n", max(0, start - _REACH), start), text.rfind(b"\r", max(0, start - _REACH), start))
    if line < 0 or text[line:start].strip(_QUOTES + b"\r\n"):
        return None
    match = _OPENED.search(_before(text, line - (text[line - 1 : line] == b"\r")))
    return text_of(match["name"]) if match else None


def _property(text: bytes, start: int) -> str | None:
    match = _PROPERTY.search(text, max(0, start - _REACH), start)
    return text_of(match["name"]) if match else None


def _nearest(prefix: bytes) -> str | None:
    name = None
    for match in _NEAREST.finditer(prefix):
        name = match["name"]
    return None if name is None else text_of(name)
