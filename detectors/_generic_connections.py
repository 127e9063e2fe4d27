"""Passwords of databases and queues: connection strings of ADO, ODBC, JDBC and libpq, arguments and files of clients.

Sources: the documentation of libpq ("Connection Strings", "The Password File"), of MySQL's clients, of ADO.NET's connection strings and of
Azure Service Bus; `netrc(5)`.
"""

from __future__ import annotations

import re

from detectors import _generic_kinds as kinds
from detectors._generic_hosts import nowhere, own_machine
from detectors._generic_values import in_its_place, key_like
from scanner.contract import Anchor, Confidence, Reading, RegexDetector, rx

_LINE = 512

PATTERN = rx(r"""
    (?: (?<= [?&] ) (?i: password | pwd ) = (?P<parameter> [^\s;&"'`<>]{6,128}+ )
    | (?<= [;"'\s] ) (?i: password | pwd ) [ ]{0,2} = [ ]{0,2} ["']? (?P<value> [^\s;"'`<>]{6,128}+ ) )
  | (?i: SharedAccessKey | AccountKey ) [ ]{0,2} = [ ]{0,2} (?P<shared> [0-9A-Za-z+/]{40,120}+ ={0,2} )
  | (?<! [0-9A-Za-z_] ) (?: PGPASSWORD | MYSQL_PWD | REDISCLI_AUTH | SSHPASS ) = ["']? (?P<variable> [^\s"'`;&|]{6,128}+ )
  | (?: mysql (?: dump | admin | import | show )? | mariadb (?: -dump )? ) [ ] [^\r\n|;&]{0,120}? (?<= [ ] ) -p (?P<argument> '[^'\r\n]{6,128}' | "[^"\r\n]{6,128}" | [^\s"'`;&|]{6,128}+ )
  | sshpass [ ] -p [ ]? (?P<pass> '[^'\r\n]{6,128}' | "[^"\r\n]{6,128}" | [^\s"'`;&|]{6,128}+ )
  | (?<! [^\s"'] ) (?P<host> [0-9A-Za-z.*_-]{1,128} ) : (?: 5432 | 5433 | 6432 ) : [^\s:]{1,64} : (?P<owner> [^\s:]{1,64} ) : (?P<file> [^\s:"']{6,128}+ ) (?= [\r\n] | \Z )
  | machine [ \t]{1,4} (?P<machine> [^\s"']{1,253} ) \s{1,8} login [ \t]{1,4} (?P<login> [^\s"']{1,128} ) \s{1,8} password [ \t]{1,4} (?P<entry> [^\s"'<>&\\]{6,512}+ )
""")
_NAMED = ("value", "parameter", "shared", "variable", "argument", "pass", "file", "entry")
_OTHER_KEYS = rx(r"""
    (?i: (?: server | data[ ]source | host | address | addr | initial[ ]catalog | database | dbname | user[ ]? id | uid | user | username | port | driver | dsn | sslmode | endpoint ) [ ]{0,2} =
      | jdbc: [a-z] )
""")
_USER = rx(r"(?i: (?<! [A-Za-z] ) (?: user [ ]? id | uid | username | user ) ) [ ]{0,2} = [ ]{0,2} (?P<name> [^\s;&\"'<>{}$]{1,128} )")
_HOST = rx(
    r"(?i: (?<! [A-Za-z] ) (?: server | data[ ]source | host ) [ ]{0,2} = [ ]{0,2} (?: tcp: )? | jdbc: [a-z0-9:]{1,32} // | endpoint [ ]? = [ ]? sb:// ) (?P<name> [0-9A-Za-z][0-9A-Za-z.-]{0,252} )"
)


def judge(match: re.Match[bytes]) -> Reading | None:
    """The password or key, where it stands among the other parts of a connection."""
    group = next(name for name in _NAMED if match[name] is not None)
    start, end = match.span(group)
    if match[group][:1] in {b"'", b'"'}:
        start, end = start + 1, end - 1
    text = match.string
    value = text[start:end]
    first, last = _line(text, start, end)
    if group in {"value", "parameter"} and not (_OTHER_KEYS.search(text, first, match.start()) or _OTHER_KEYS.search(text, end, last)):
        return None
    account = _account(match, first, last)
    strong = key_like(value)
    if (group == "shared" and not strong) or not in_its_place(value, account):
        return None
    host = match["host"] or match["machine"] or _name(_HOST.search(text, first, last))
    if host is not None and (nowhere(host) or (own_machine(host) and not strong)):
        return None
    confidence = Confidence.MEDIUM if strong else Confidence.LOW
    return kinds.reading(
        (start, end), kinds.CONNECTION, value, confidence=confidence, account=account, service=host if host != b"*" else None
    )


def _account(match: re.Match[bytes], first: int, last: int) -> bytes | None:
    return match["owner"] or match["login"] or _name(_USER.search(match.string, first, last))


def _name(match: re.Match[bytes] | None) -> bytes | None:
    return match["name"] if match else None


def _line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The line around a value, as far as a connection string may be long."""
    stop = text.find(b"\n", end, end + _LINE)
    return max(text.rfind(b"\n", 0, start) + 1, start - _LINE), min(len(text), end + _LINE) if stop < 0 else stop


def _anchor(literal: bytes, then: bytes, before: bytes = b"", *, caseless: bool = False) -> Anchor:
    return Anchor(
        literal,
        then=then,
        before=before,
        encoded=False,
        caseless=caseless,
        reason="what follows it in a connection string is asked for as well",
    )


CONNECTIONS = RegexDetector(
    id="connection-string",
    title="password of a connection",
    kinds=(kinds.CONNECTION,),
    anchors=(
        *(
            _anchor(word, rb"""[ ]{0,2}=[ ]{0,2}["']?[^\s;&"'`<>$\{(]{6}""", before=rb"[;?&][ ]?", caseless=True)
            for word in (b"password", b"pwd")
        ),
        _anchor(b"password=", rb"""["']?[^\s;&"'`<>$\{(]{6}""", before=rb"(?:host|user|dbname|port|sslmode)=[^\s=]{1,64}[ ]{1,2}"),
        *(_anchor(word, rb"[ ]{0,2}=[ ]{0,2}[0-9A-Za-z+/]{40}") for word in (b"SharedAccessKey", b"AccountKey")),
        *(_anchor(word, rb"""=["']?[^\s"'`;&|$<(\{]{6}""") for word in (b"PGPASSWORD", b"MYSQL_PWD", b"REDISCLI_AUTH", b"SSHPASS")),
        *(
            _anchor(word, rb"""(?:-?dump|admin|import|show)?[ ](?:[^\r\n|;&]{0,120}[ ])?-p["']?[^\s"'`;&|$<]{5}""")
            for word in (b"mysql", b"mariadb")
        ),
        _anchor(b"sshpass", rb"""[ ]-p[ ]?["']?[^\s"'`;&|$<]{6}"""),
        *(_anchor(word, rb"[^\s:]{1,64}:[^\s:]{1,64}:[^\s:]{6}") for word in (b":5432:", b":5433:", b":6432:")),
        _anchor(b"machine", rb"[ \t]{1,4}[^\s\"']{1,100}[ \t\r\n]{1,8}login[ \t]"),
    ),
    pattern=PATTERN,
    judge=judge,
    reach=(320, 320),
)
