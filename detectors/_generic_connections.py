"""Passwords of databases and queues: connection strings of ADO, ODBC, JDBC and libpq, arguments and files of clients.

Sources: the documentation of libpq ("Connection Strings", "The Password File"), of MySQL's clients and of its driver for Go, of ADO.NET's
connection strings, of Oracle's thin driver, of StackExchange.Redis and of Azure Service Bus; `netrc(5)`.
"""

from __future__ import annotations

import re

from detectors import _generic_kinds as kinds
from detectors._generic_hosts import nowhere, own_machine
from detectors._generic_values import in_its_place, key_like
from detectors._generic_ways import Way, WaysDetector, anchor
from scanner.contract import Confidence, Reading, rx

_LINE = 512
_ARGUMENT = r"""(?P<value> '[^'\r\n]{6,128}' | "[^"\r\n]{6,128}" | [^\s"'`;&|]{6,128}+ )"""
_BESIDE = rb"""[^\s;&"'`<>$\{(]{6}"""

_PARAMETER = rx(r"""(?: (?<= [?&] ) | (?<= &amp; ) | (?<= u0026 ) ) (?i: password | pwd ) = (?P<part> [^\s;&"'`<>]{6,128}+ )""")
_PART = rx(r"""(?<= [;"'\s] ) (?<! &amp; ) (?i: password | pwd ) [ ]{0,2} = [ ]{0,2} ["']? (?P<part> [^\s;"'`<>]{6,128}+ )""")
_REDIS = rx(
    r""": [0-9]{4,5} , [ ]? (?: [A-Za-z]{2,24} = [^\s,"']{1,40} , [ ]? ){0,3} (?i: password ) = (?P<value> [^\s,;"'`<>]{6,128}+ )"""
)
_SHARED = rx(r"(?i: SharedAccessKey | AccountKey ) [ ]{0,2} = [ ]{0,2} (?P<shared> [0-9A-Za-z+/]{40,120}+ ={0,2} )")
_VARIABLE = rx(r"""(?<! [0-9A-Za-z_] ) (?: PGPASSWORD | MYSQL_PWD | REDISCLI_AUTH | SSHPASS ) = ["']? (?P<value> [^\s"'`;&|]{6,128}+ )""")
_MYSQL = rx(rf"(?: mysql (?: dump | admin | import | show )? | mariadb (?: -dump )? ) [ ] [^\r\n|;&]{{0,120}}? (?<= [ ] ) -p {_ARGUMENT}")
_SSHPASS = rx(rf"sshpass [ ] -p [ ]? {_ARGUMENT}")
_PGPASS = rx(r"""
    (?<! [^\s"'] ) (?P<host> [0-9A-Za-z.*_-]{1,128} ) : (?: 5432 | 5433 | 6432 | \* ) : [^\s:]{1,64} : (?P<user> [^\s:]{1,64} )
    : (?P<value> [^\s:"']{6,128}+ ) (?= [\r\n] | \Z )
""")
_NETRC = rx(r"""
    machine [ \t]{1,4} (?P<host> [^\s"']{1,253} ) \s{1,8} login [ \t]{1,4} (?P<user> [^\s"']{1,128} )
    \s{1,8} password [ \t]{1,4} (?P<value> [^\s"'<>&\\]{6,512}+ )
""")
_ORACLE = rx(
    r"""oracle:thin: (?P<user> [^\s/@"':]{1,64} ) / (?P<value> [^\s/@"'`<>]{6,128}+ ) @ (?: // )? (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{0,252} )"""
)
_GO = rx(r"""
    (?<! [^\s"'`=] ) (?P<user> [^\s:/"'`@=]{1,64} ) : (?P<value> [^\s/@"'`<>]{6,128}+ ) @ (?: tcp \( (?P<host> [0-9A-Za-z.-]{1,253} ) | unix \( )
""")
_GROUPS = ("value", "part", "shared")
_KEYS = """
    server | data[ ]source | host | address | addr | initial[ ]catalog | database | dbname | userid | user[ ]id | uid | user | username | port | driver | dsn
    | sslmode | endpoint
"""
_OTHER_KEYS = rx("|".join(f"{name} [ ]{{0,2}} =" for name in _KEYS.split("|")) + "|jdbc:[a-z]")
"""In lower case, and each beginning with a letter of its own: what begins with a choice, or asks for any case, takes ten times as long."""
_USER = rx(r"(?i: (?<! [A-Za-z] ) (?: user [ ]? id | uid | username | user ) ) [ ]{0,2} = [ ]{0,2} (?P<name> [^\s;&\"'<>{}$]{1,128} )")
_HOST = rx(
    r"(?i: (?<! [A-Za-z] ) (?: server | data[ ]source | host ) [ ]{0,2} = [ ]{0,2} (?: tcp: )? | jdbc: [a-z0-9:]{1,32} // | endpoint [ ]? = [ ]? sb:// ) (?P<name> [0-9A-Za-z][0-9A-Za-z.-]{0,252} )"
)


def judge(match: re.Match[bytes]) -> Reading | None:
    """The password or key, where it stands among the other parts of a connection."""
    said = match.groupdict()
    group = next(name for name in _GROUPS if name in said)
    start, end = match.span(group)
    if match[group][:1] in {b"'", b'"'}:
        start, end = start + 1, end - 1
    text = match.string
    value = text[start:end]
    first, last = _line(text, start, end)
    if group == "part" and not (_among_others(text[first : match.start()]) or _among_others(text[end:last])):
        return None
    account = said.get("user") or _name(_USER.search(text, first, last))
    strong = key_like(value)
    if (group == "shared" and not strong) or not in_its_place(value, account):
        return None
    host = said.get("host") or _name(_HOST.search(text, first, last))
    if host is not None and (nowhere(host) or (own_machine(host) and not strong)):
        return None
    confidence = Confidence.MEDIUM if strong else Confidence.LOW
    return kinds.reading(
        (start, end), kinds.CONNECTION, value, confidence=confidence, account=account, service=host if host != b"*" else None
    )


def _among_others(stretch: bytes) -> bool:
    """Whether a stretch of a line has another part of a connection."""
    return _OTHER_KEYS.search(stretch.lower()) is not None


def _name(match: re.Match[bytes] | None) -> bytes | None:
    return match["name"] if match else None


def _line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The line around a value, as far as a connection string may be long."""
    stop = text.find(b"\n", end, end + _LINE)
    begin = max(text.rfind(b"\n", max(0, start - _LINE), start) + 1, start - _LINE)
    return begin, min(len(text), end + _LINE) if stop < 0 else stop


CONNECTIONS = WaysDetector(
    id="connection-string",
    title="password of a connection",
    kinds=(kinds.CONNECTION,),
    ways=(
        Way(
            (b"password=", b"pwd="),
            _PARAMETER,
            tuple(
                anchor(word, rb"[ ]{0,2}=[ ]{0,2}[\"']?" + _BESIDE, rb"(?:[;?&]|u0026)[ ]?", caseless=True)
                for word in (b"password", b"pwd")
            ),
        ),
        Way(
            (b"password", b"pwd"),
            _PART,
            (
                anchor(b"password=", rb"[\"']?" + _BESIDE, rb"(?:host|user|dbname|port|sslmode)=[^\s=]{1,64}[ ]{1,2}"),
                *(
                    anchor(word, _BESIDE + rb"""[^\s;&"'`<>]{0,40};[ ]?[a-z][a-z _]{1,20}=""", rb"[\"']", caseless=True)
                    for word in (b"password=", b"pwd=")
                ),
            ),
        ),
        Way(
            (b"password=",),
            _REDIS,
            (anchor(b"password=", rb"""[^\s,;"'`<>$\{(]{6}""", rb":[0-9]{4,5},[ ]?(?:[A-Za-z]{2,24}=[^\s,\"']{1,24},){0,2}"),),
        ),
        Way(
            (b"accesskey", b"accountkey"),
            _SHARED,
            tuple(anchor(word, rb"[ ]{0,2}=[ ]{0,2}[0-9A-Za-z+/]{40}") for word in (b"SharedAccessKey", b"AccountKey")),
        ),
        Way(
            (b"pgpassword", b"mysql_pwd", b"rediscli_auth", b"sshpass"),
            _VARIABLE,
            tuple(anchor(word, rb"""=["']?[^\s"'`;&|$<(\{]{6}""") for word in (b"PGPASSWORD", b"MYSQL_PWD", b"REDISCLI_AUTH", b"SSHPASS")),
        ),
        Way(
            (b"mysql", b"mariadb"),
            _MYSQL,
            tuple(
                anchor(word, rb"""(?:-?dump|admin|import|show)?[ ](?:[^\r\n|;&]{0,120}[ ])?-p["']?[^\s"'`;&|$<]{5}""")
                for word in (b"mysql", b"mariadb")
            ),
        ),
        Way((b"sshpass",), _SSHPASS, (anchor(b"sshpass", rb"""[ ]-p[ ]?["']?[^\s"'`;&|$<]{6}"""),)),
        Way(
            (b":5432:", b":5433:", b":6432:", b":*:*:"),
            _PGPASS,
            (
                *(anchor(word, rb"[^\s:]{1,64}:[^\s:]{1,64}:[^\s:]{6}") for word in (b":5432:", b":5433:", b":6432:")),
                anchor(b":*:*:", rb"[^\s:]{1,64}:[^\s:]{6}"),
            ),
        ),
        Way((b"machine",), _NETRC, (anchor(b"machine", rb"[ \t]{1,4}[^\s\"']{1,100}[ \t\r\n]{1,8}login[ \t]"),)),
        Way((b"oracle:thin:",), _ORACLE, (anchor(b"oracle:thin:", rb"[^\s/@\"':]{1,64}/[^\s/@\"'`<>$\{(]{6}"),)),
        Way(
            (b"@tcp(", b"@unix("),
            _GO,
            tuple(anchor(word, before=rb"[^\s:/\"'`@=]{1,64}:[^\s/@\"'`<>%$]{6,64}") for word in (b"@tcp(", b"@unix(")),
        ),
    ),
    judge=judge,
    reach=(320, 320),
)
