"""Passwords that are given with their account: to a function in source, to a database in SQL, to a command in a shell.

Nothing but the place says what such a value is, so it must look like a password that somebody chose, or be drawn at random.

Sources: the documentation of requests, httpx, Go's `net/http`, `net/smtp` and `net/url`, .NET's NetworkCredential, Java's
PasswordAuthentication and Apache's HttpClient, PHP's curl and mysqli, Nodemailer; CREATE USER and its like of MySQL, PostgreSQL, Oracle, SQL Server.
"""

from __future__ import annotations

import re

from detectors import _generic_kinds as kinds
from detectors._generic_assigned import among_tests
from detectors._generic_commands import COMMANDS
from detectors._generic_hosts import nowhere, own_machine
from detectors._generic_values import in_its_place, key_like, password_like
from detectors._generic_ways import Way, WaysDetector, anchor
from scanner.contract import Confidence, Reading, rx

_LINE = 256
_USER = r"""["'] (?P<user> [^"'\s,<>{}$]{1,128} ) ["']"""
_CHOSEN = r"""["'] (?P<value> [^"'\s\\]{8,64}+ ) ["']"""
_PAIR = rf"[ ]? {_USER} [ ]{{0,2}} , [ ]{{0,2}} (?: Some\( )? {_CHOSEN} [ ]{{0,2}} (?: [,)\]] | \.to )"
_STRING = r"""["'] [^"'\r\n]{0,160} ["']"""
_OTHER = rb"[A-Za-z_./:-]{0,40}[0-9!@#%^&+~]"
_THEN = rb"""[ ]?["'][^"'\s,<>{}$]{1,64}["'][ ]{0,2},[ ]{0,2}(?:Some\()?["']""" + _OTHER

_CALLED = (
    b"BasicAuth(",
    b"DigestAuth(",
    b"NtlmAuth(",
    b"basic_auth(",
    b"basic_auth ",
    b"NetworkCredential(",
    b"PasswordCredentials(",
    b"CredentialsProvider(",
    b"PasswordAuthentication(",
    b"Credentials.basic(",
    b"PlainCredentials(",
    b"UserPassword(",
    b".login(",
    b".auth(",
    b"auth.basic(",
)
_GIVEN = (b"auth=(", b"auth = (", b"auth: [", b'auth" => [', b"auth' => [")
_CALL = rx(
    rf"(?: BasicAuth \( | DigestAuth \( | NtlmAuth \( | basic_auth [( ] | NetworkCredential \( | PasswordCredentials \( | CredentialsProvider \( | PasswordAuthentication \("
    rf"| Credentials\.basic \( | PlainCredentials \( | UserPassword \( | \.login \( | \.auth \( | auth\.basic \( | auth [ ]? = [ ]? \( | auth: [ ] \[ | auth [\"'] [ ] => [ ] \[ ) {_PAIR}"
)
_RUBY = rx(rf"basic_auth [ ] {_USER} , [ ]? {_CHOSEN} (?= \s | \Z )")
_AFTER_ANOTHER = (b"PlainAuth(", b"mysqli(", b"mysqli_connect(", b"new PDO(", b"getConnection(", b"FTP(", b"FTP_TLS(")
_SERVER = rx(rf"(?: PlainAuth | mysqli | mysqli_connect | PDO | getConnection | FTP (?:_TLS)? ) \( [ ]? {_STRING} [ ]{{0,2}} , {_PAIR}")
_OPTION = rx(
    r"""CURLOPT_ (?: PROXY )? USERPWD [ ]? (?: , | => ) [ ]? ["'] (?P<user> [^\s:"'<>{}$]{1,128} ) : (?P<value> [^"'\s\\]{8,64}+ ) ["']"""
)
_OBJECT = rx(rf"""user ["']? [ ]? : [ ]? {_USER} , \s{{1,32}} ["']? pass ["']? [ ]? : [ ]? {_CHOSEN}""")
_SECURE = rx(rf"""(?i: ConvertTo-SecureString [ ] (?: -String [ ] | -AsPlainText [ ] )? ) {_CHOSEN}""")
_IDENTIFIED = rx(r"""
    (?i: identified [ ] (?: with [ ] [^\s;]{1,40} [ ] )? by ) [ ] (?: \\{0,3} ["'] (?P<quoted> [^"'\s\\]{8,64}+ ) \\{0,3} ["'] | (?P<plain> [^\s"';\\]{8,64}+ ) (?= ; ) )
""")
_SET = rx(r"""
    (?i: set [ ] password ) [ ] (?: (?i: for ) [ ] [^\s;]{1,128} [ ] )? (?: = | (?i: to ) ) [ ]? (?: (?i: password ) \( )? \\{0,3} ["'] (?P<value> [^"'\s\\]{8,64}+ ) \\{0,3} ["']
""")
_GROUPS = ("value", "quoted", "plain", "single", "double")
_NAMED = rx(
    r"""(?i: user | to ) [ ] (?: (?i: if [ ] not [ ] exists ) [ ] )? ["'`\\]{0,3} (?P<name> [^\s"'`@\\;]{1,64} ) [^\r\n;]{0,64} \Z"""
)
"""Whose password a statement sets."""
_ADDRESS = rx(r"https?:// (?P<host> [0-9A-Za-z.-]{1,253} )")


def judge(match: re.Match[bytes]) -> Reading | None:
    """The password, where somebody could mean it: not beside what tests ask, nor for nobody's server."""
    said = match.groupdict()
    group = next(name for name in _GROUPS if said.get(name) is not None)
    value = said[group]
    account = said.get("user") or _account(match)
    strong = key_like(value)
    if not (strong or password_like(value)) or not in_its_place(value, account):
        return None
    if (not strong and among_tests(match)) or (group == "plain" and account is None):
        return None
    host = _host(match)
    if host is not None and (nowhere(host) or (own_machine(host) and not strong)):
        return None
    confidence = Confidence.MEDIUM if strong else Confidence.LOW
    return kinds.reading(match.span(group), kinds.LOGIN, value, confidence=confidence, account=account)


def _account(match: re.Match[bytes]) -> bytes | None:
    if match.re is not _IDENTIFIED.compiled:
        return None
    named = _NAMED.search(match.string, max(0, match.start() - _LINE), match.start())
    return named["name"] if named else None


def _host(match: re.Match[bytes]) -> bytes | None:
    """The server that is named last before the account in its line, or first behind it."""
    text, start, end = match.string, match.start(), match.end()
    first = max(text.rfind(b"\n", max(0, start - _LINE), start) + 1, start - _LINE)
    stop = text.find(b"\n", end, end + _LINE)
    hosts = [*_ADDRESS.finditer(text, first, start)][-1:] or [*_ADDRESS.finditer(text, end, stop if stop >= 0 else end + _LINE)][:1]
    return hosts[0]["host"] if hosts else None


LOGINS = WaysDetector(
    id="login-password",
    title="password that is given with its account",
    kinds=(kinds.LOGIN,),
    ways=(
        Way(
            tuple(word.lower() for word in (*_CALLED, *_GIVEN)),
            _CALL,
            tuple(anchor(word, _THEN) for word in (*_CALLED, *_GIVEN)),
        ),
        Way((b"basic_auth ",), _RUBY, ()),
        Way(
            tuple(word.lower() for word in _AFTER_ANOTHER),
            _SERVER,
            tuple(anchor(word, rb"""[ ]?["'][^"'\r\n]{0,80}["'][ ]{0,2},""" + _THEN) for word in _AFTER_ANOTHER),
        ),
        Way((b"userpwd",), _OPTION, (anchor(b"USERPWD", rb"""[ ]?(?:,|=>)[ ]?["'][^\s:"'<>{}$]{1,64}:[^"'\s$]{8}"""),)),
        Way(
            (b"pass",),
            _OBJECT,
            tuple(
                anchor(word, _OTHER, rb"""user["']?[ ]?:[ ]?["'][^"'\s,]{1,64}["'],[ \t\r\n]{1,32}["']?""")
                for word in (b"pass: '", b'pass: "', b"pass:'", b'pass:"', b'pass": "', b'pass":"')
            ),
        ),
        Way(
            (b"convertto-securestring",),
            _SECURE,
            (anchor(b"ConvertTo-SecureString", rb"""[ ](?:-String[ ]|-AsPlainText[ ])?["'][^"'\s$]{8}""", caseless=True),),
        ),
        Way(
            (b"identified ",),
            _IDENTIFIED,
            (anchor(b"identified ", rb"""(?:with[ ][^\s;]{1,40}[ ])?by[ ](?:\\{0,3}["'][^"'\s\\]{8}|[^\s"';\\]{8,64};)""", caseless=True),),
        ),
        Way((b"set password ",), _SET, (anchor(b"set password ", rb"""(?:for[ ][^\s;]{1,128}[ ])?(?:=|to)[ ]?""", caseless=True),)),
        *COMMANDS,
    ),
    judge=judge,
    reach=(200, 240),
)
