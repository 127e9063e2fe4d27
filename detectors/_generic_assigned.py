"""Values that are assigned to names which sound secret.

The name must end with the word: `password_hash`, `token_type` and `secret_name` are about a secret. Of the many ways to assign, those
of configuration, source, markup and commands are read; a value without quotes must fill its line or its word, since what follows in
source is an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors import _generic_kinds as kinds
from detectors import _generic_marked as marked
from detectors._assigned import everywhere
from detectors._generic_values import key_like, password_like, same, text_of
from scanner.contract import SIGHT, Anchor, Confidence, Kind, Reading, Window, rx
from scanner.records import dataclass

_NAME = 64
_NEAR = 512
_LINE = 256

PATTERN = rx(r"""
    (?P<word> (?i: passw(?:or)?d | passphrase | (?<= [_.-] ) pass (?! [a-z] ) | (?<= DB | ql ) PASS (?! [A-Za-z] ) | pwd | secret (?: [_-]? key (?: [_-]?base )? )? | token
            | (?: api | access | secret | auth | private | encryption | signing | master | account | shared | app | application | license | storage | admin | service ) [_.-]? key
            | credentials? ) )
    (?: [_-]? (?i: [0-9]{1,2} | prod | production | live | dev | staging ) )? (?! [0-9A-Za-z_-] )
    (?P<close> (?: \\? ["'`\])] | \[[0-9]{0,4}\] ){0,2} )
    (?: (?: [ \t]{0,12} : [ ]? | [ ] ) &? (?: 'static [ ] )? [A-Za-z][0-9A-Za-z.\[\]|?]{2,32} [ \t]{1,4} = [ \t]{0,4}   # a type stands between
      | (?P<sign> [ \t]{0,12} (?: => | := | \?= | = | : | \|\| | \?\? | , (?= [ \t]{0,4} ["'] ) ) [ \t]{0,12} )
      | (?P<pair> [ \t]{0,4} ,? \s{1,24} ["']? value ["']? [ ]{0,2} : [ ]{0,2} )                  # name: …, value: …
      | [ \t]{1,4} value [ \t]{0,2} = [ \t]{0,2} (?= ["'] )                                     # attributes: name="…" value="…"
      | (?P<tag> (?: </key> \s{0,24} <string )? > ) | \( [ \t]{0,4} (?= ["'] ) | (?P<blank> [ \t]{1,4} ) (?= ["'] ) | (?P<option> [ ] ) )
    (?: \\" (?P<escaped> [^"\r\n\\]{6,256}+ ) \\"
      | [@bruNBRU]{0,2} (?: " (?P<double> (?: [^"\r\n\\] | \\. ){6,256}+ ) " | ' (?P<single> (?: [^'\r\n\\] | \\. ){6,256}+ ) ' | ` (?P<tick> [^`\r\n]{6,256}+ ) ` )
      | (?P<bare> (?! process\.env | \$\{ [0-9A-Za-z_]{1,64} :?- | import\.meta\.env ) [^\s"'`<>\\] [^\s"'`<>\\]{5,255}+ ) (?P<end> ["'`]? (?: </ | (?= \\{1,4} [nrt] ) | [ \t]{0,64} (?= [\r\n] | \Z ) | [ \t]{1,16} (?= [\#\\;] | // | [A-Za-z0-9_/'".$-] ) )? ) )
""")
_BEFORE = rx(r"[0-9A-Za-z_.$-]{0,64} \Z")
_START = rx(r"""
    (?: \A | [\r\n] ) [+-]? [ \t]{0,64} (?: [\#;] [ \t]{0,4} | // [ ]{0,4} )? (?: -[ \t]{1,4} )?
    (?: (?i: export | set | env | arg | setx | declare | local | readonly | global | \$env: ) [ \t]{0,4} (?: -x [ ] )? )? ["']? \$? (?: env: )? [0-9A-Za-z_.$-]{0,64} \Z
""")
"""All that may stand on a line before the name of a value without quotes."""
_SHELL = rx(r"(?: [\s\"'] (?: -[A-Za-z]{1,2} [ ]? | -- )? | \A ) [\"']? [0-9A-Za-z_.-]{0,64} \Z")
_OPTION = rx(r"(?: [\s\"'] --? [0-9A-Za-z-]{0,48} | (?: \A | \n ) [ \t]{0,16} (?i: env | set [ ] -[a-z]{1,3} ) [ ] [0-9A-Za-z_]{0,64} ) \Z")
_DEFINED = rx(
    r"(?i: define | set[A-Za-z]{0,16} | put | get | fetch | env | setenv | putenv | config | header | add ) [ ]? \( [ ]? [\"'] [0-9A-Za-z_.-]{0,64} \Z"
)
"""A function that gives its second argument to the name which is its first, at least where it has no other."""
_UNREAL = rx(r"""
    (?i: fake | mock | dummy | example | sample | invalid | wrong | expected | pwned | looks_?like | public | csrf | xsrf | authenticity | continuation | cursor | digest | sha[0-9] | md5
       | encrypted | crypted | encoded | placeholder | message | pattern | regex | captcha | i18n | locale | translat | partition | foreign | primary | pagination | idempoten
       | request_? | (?<! [a-z] ) test | unittest | correlation | integrity | checksum | column | tokenize | syntax | compromised | atl_ )
  | (?: (?<! [A-Za-z] ) (?i: next | sync | hash(?:ed)? | hint | label | error | trace | upload | version | device | push | fcm | apns | special | strong | verif [a-z]{0,6} | page
         | site | title | sort | cache | etag | field | attr | type | count | num | max | min | len | lex | parse | eos | bos | unk | pad | mask | very | secure | weak | good | super )
      | (?: Test | Next | Sync | Hash(?:ed)? | Hint | Label | Error | Trace | Upload | Version | Device | Push | Special | Strong | Verif [a-z]{0,6} | Page | Site | Title | Sort | Cache
         | Etag | Field | Attr | Type | Count | Num | Max | Min | Len | Lex | Parse | Pad | Mask | Very | Secure | Weak | Good | Super ) ) (?! [a-z] )
""")
"""Parts of names: those in the first lines are told wherever they stand, the others would be in `admin`, `account` and `website` too."""
_WITHIN = rx(r"""
    (?: pWD | pWd | PWd | pwD | PwD ) \Z | [A-Z] [0-9A-Za-z]{0,64} (?<= [0-9a-z] ) pwd \Z | (?<! [0-9A-Za-z_.$-] ) [0-9]{1,4} [A-Z] [0-9A-Za-z]{0,64} (?i: pwd ) \Z
""")
"""Three letters that are no word of a name: in no case that one is written in, after capitals and not parted from what is before, or behind what
begins as no name does."""
_DOUBTED = rx(
    r"(?: \b (?: assert | assertEquals? | expect | describe | unittest | pytest | mock | stub | fixture | testcase | should | def[ ]test_ ) | @Test ) "
)
"""Words of tests: what a person thought up beside them is no password of anything."""
_PASSWORDS = (b"pass", b"pwd")
_LOOSE = frozenset((b"token", b"credential", b"credentials", b"accountkey", b"account_key", b"servicekey", b"appkey"))
_HEX = rx(r"[0-9a-f]{32} | [0-9a-f]{40} | [0-9a-f]{64} | [0-9a-f]{128} | [0-9A-F]{32} | [0-9A-F]{40} | [0-9A-F]{64}")
_QUERY = rx(r"(?i: where | and | or | set ) [ ] [^\r\n;]{0,128} \Z")
"""A query in whose place of a password a database has its hash."""
_STORED = rx(r"(?: \b authorities [ ]? = | ROLE_[A-Z] | \b ObjectId\( | < password-encoder | \b _id \b )")
"""Around users as a program or a database keeps them, where the place of a password has its hash."""
_HASHED = rx(
    r"[0-9A-Fa-f]{32} | [0-9A-Fa-f]{40} | [0-9A-Fa-f]{64} | [0-9A-Fa-f]{80} | [0-9A-Fa-f]{128} | [0-9A-Za-z+/]{22}== | [0-9A-Za-z+/]{27}= | [0-9A-Za-z+/]{43}="
)
"""MD5, SHA-1, SHA-256, the last with the salt of Spring, SHA-512; the first three in base64 too."""
_DIGESTED = rx(r"(?: sha-? [0-9]{1,3} | md5 | blake2 ) [^\r\n]{0,96}? digest")
"""A program that makes a digest; of a password, to compare it with those that it has."""
_SEARCH = (b"indexname", b"docsearch", b"algolia", b"session-id-ctx")
"""In lower case, around keys that every visitor of a documentation gets, to search it, and that were for one connection of TLS."""
_KEY_ID = rx(r"[0-9A-Z]{16,24}")
"""The public half of a pair of keys for storage, which many configurations call the access key."""
_KUBERNETES = rx(r"(?: \A | [\r\n] ) kind: [ ]{0,4} [\"']? Secret \b")
_TEXTS = ("escaped", "double", "single", "tick", "bare")
_GOES_ON = rx(r"[ \t]{0,4} [+.%\[]")
_CLOSED = frozenset((b"", b'"', b"'"))
_LAST = frozenset((b",", b";", b"(", b"{", b"\\"))
_JOINT = rx(r"[&;|,()]")
_PARTS = rx(r"; [A-Za-z_]{2,24} = | ; (?i: user | data | initial ) \Z")
"""In what goes on as a connection string does, whose password another detector reads."""
_FOR_BROWSERS = rx(r"pub [0-9a-f]{32}")
"""A token of Datadog that every visitor of a page gets, to send what happens there."""
_SPOKEN_KEYS = rx(
    r"(?: api | access | secret | auth | private | encryption | signing | master | account | shared | app | application | license | storage | admin | service ) [ _.-]? \Z"
)
_LONGEST_BEFORE_KEY = 12
_STEMS = (b"pass", b"pwd", b"secret", b"token", b"credential")


def judge(match: re.Match[bytes]) -> Reading | None:
    """The value, where name, way of assigning and value together read like a secret."""
    group = next(name for name in _TEXTS if match[name] is not None)
    value = match[group]
    if not _of_secret(match, value) or not (_bare(match, value) if group == "bare" else _quoted(match, value)):
        return None
    return _read(match, match.span(group), value)


def judge_marked(match: re.Match[bytes]) -> Reading | None:
    """The same for what is written as in documentation: such a value is all that stands in its place."""
    group = next(name for name in marked.GROUPS if match[name] is not None)
    value = match[group]
    if not _of_secret(match, value):
        return None
    if match["expanded"] and not marked.EXPANDED.search(match.string, max(0, match.start() - _NAME), match.start()):
        return None
    return _read(match, match.span(group), value)


def _of_secret(match: re.Match[bytes], value: bytes) -> bool:
    """Whether the whole name is one of a secret, and says something else than the value."""
    before = _BEFORE.search(match.string, max(0, match.start() - _NAME), match.start())
    prefix = before.group() if before else b""
    if match["word"].lower() == b"pwd" and _WITHIN.search(prefix + match["word"]):
        return False
    return not _UNREAL.search(prefix) and not same(value, prefix + match["word"])


def _read(match: re.Match[bytes], span: tuple[int, int], value: bytes) -> Reading | None:
    inner = _in_kubernetes(match, value) if match.re is PATTERN.compiled else None
    steps = () if inner is None else ("base64",)
    said = value if inner is None else inner
    if key_like(said):
        return None if _published(match, said) else kinds.reading(span, kinds.SECRET, said, confidence=Confidence.MEDIUM, steps=steps)
    if not match["word"].lower().startswith(_PASSWORDS) or not password_like(said):
        return None
    if inner is None and among_tests(match):
        return None
    return kinds.reading(span, kinds.SECRET, said, confidence=Confidence.LOW, steps=steps)


def among_tests(match: re.Match[bytes]) -> bool:
    """Whether something is tested around it: what a person thought up there is no password of anything."""
    return _DOUBTED.search(match.string, max(0, match.start() - _NEAR), match.end() + _NEAR) is not None


def _published(match: re.Match[bytes], value: bytes) -> bool:
    """Whether something drawn at random is none the less for everybody: an identifier, a hash, a key to search a page with."""
    word, text, at = match["word"].lower(), match.string, match.start()
    if _HEX.fullmatch(value) and (word in _LOOSE or _QUERY.search(text, max(0, at - _LINE), at)):
        return True
    if word.startswith(_PASSWORDS) and _HASHED.fullmatch(value) and _STORED.search(text, max(0, at - _LINE), match.end() + _LINE):
        return True
    if word.startswith(_PASSWORDS) and _HEX.fullmatch(value) and _compared(text):
        return True
    if _FOR_BROWSERS.fullmatch(value):
        return True
    if word.startswith(b"access") and _KEY_ID.fullmatch(value):
        return True
    around = text[max(0, at - _NEAR) : match.end() + _NEAR].lower()
    return any(mark in around for mark in _SEARCH)


def _compared(text: bytes) -> bool:
    """Whether a line of the text makes the digest of a password."""
    return any(
        b"passw" in text[max(text.rfind(b"\n", 0, made.start()), made.start() - _LINE, 0) : made.end()] for made in _DIGESTED.finditer(text)
    )


def _quoted(match: re.Match[bytes], value: bytes) -> bool:
    """Whether a value in quotes is all that is assigned: not the beginning of an expression, not a sentence."""
    if match["option"] is not None and not _is_option(match):
        return False
    if (
        match["sign"] is not None
        and b"," in match["sign"]
        and not _DEFINED.search(match.string, max(0, match.start() - _LINE), match.start())
    ):
        return False
    return b" " not in value and not _GOES_ON.match(match.string, match.end())


def _bare(match: re.Match[bytes], value: bytes) -> bool:
    """Whether a value without quotes fills its element, its line or its word, so that it is no expression."""
    text, at, sign = match.string, match.start(), match["sign"]
    if match["tag"] is not None:
        return match["end"] == b"</"
    if match["option"] is not None:
        return _is_option(match)
    if match["pair"] is not None:
        return match["end"] is not None and value[-1:] not in _LAST
    if (
        sign is None
        or match["close"] not in _CLOSED
        or b"," in sign
        or _PARTS.search(value)
        or (sign.strip() == b":" and sign == sign.rstrip())
    ):
        return False
    if match["end"] is not None and value[-1:] not in _LAST and _START.search(text, max(0, at - _LINE), at):
        return True
    return sign == b"=" and not _JOINT.search(value) and _SHELL.search(text, max(0, at - _LINE), at) is not None


def _is_option(match: re.Match[bytes]) -> bool:
    """Whether the name is an option of a command, or a variable in a Dockerfile or of fish, which a blank parts from its argument."""
    return _OPTION.search(match.string, max(0, match.start() - _NAME), match.start()) is not None


def _in_kubernetes(match: re.Match[bytes], value: bytes) -> bytes | None:
    """What the value of a Kubernetes Secret says; None for any other."""
    if match["sign"] is None or b":" not in match["sign"]:
        return None
    return text_of(value) if _KUBERNETES.search(match.string, max(0, match.start() - 2 * _NEAR), match.start()) else None


_VALUE = rb"[A-Za-z_./:-]{0,40}[0-9!@#%^&+~]"
"""Within forty letters something that names of things seldom have: most of source goes no further than this."""
_ENDING = rb"(?:_?-?(?:[0-9]{1,2}|prod|production|live|dev|staging))?"
_THEN = (
    _ENDING + rb"""(?:\\?["'`\])]|\[[0-9]{0,4}\]){0,2}"""
    rb"""(?:(?:[ \t]{0,12}(?:(?::[ ]?|[ ])&?(?:'static[ ])?[A-Za-z][0-9A-Za-z.\[\]|?]{2,32}[ \t]{1,4}=|=>|:=|=|:|\|\||\?\?)[ \t]{0,12}|(?:</key>[ \t\r\n]{0,24}<string)?>|[ \t]{0,4},?[ \t\r\n]{1,24}["']?value["']?[ ]{0,2}:[ ]{0,2})[@nbru\\]{0,2}["'`]?"""
    rb"""|(?:[ \t]{1,4}(?:value[ \t]{0,2}=[ \t]{0,2})?|\([ \t]{0,4}|,[ \t]{0,4})["'])""" + _VALUE
)
_THEN_ARGUMENT = rb"""[ ]["']?""" + _VALUE
_KEYS = (
    b"api",
    b"access",
    b"secret",
    b"auth",
    b"private",
    b"encryption",
    b"signing",
    b"master",
    b"account",
    b"shared",
    b"app",
    b"license",
    b"storage",
    b"service",
)
"""What stands before `key`, which alone is in every other line of some programs."""
_WORDS = (
    b"password",
    b"passwd",
    b"passphrase",
    b"_pass",
    b"-pass",
    b".pass",
    b"dbpass",
    b"sqlpass",
    b"pwd",
    b"secret",
    b"token",
    b"credential",
)
_MARKED = (
    b"password",
    b"passwd",
    b"passphrase",
    b"pwd",
    b"secret",
    b"token",
    b"api key",
    b"api_key",
    b"apikey",
    b"secret key",
    b"secret_key",
    b"access key",
    b"access_key",
)
_FALLING_BACK = (b"password", b"passwd", b"passphrase", b"pwd", b"secret", b"token", b"_key", b"apikey")
_DECLARED = (b"password", b"secret", b"token", b"_key")


def _anchor(literal: bytes, then: bytes, before: bytes = b"") -> Anchor:
    return Anchor(
        literal,
        then=then,
        before=before,
        encoded=False,
        caseless=True,
        reason="the assignment and the value behind it are asked for as well",
    )


@dataclass(frozen=True, slots=True)
class NamedDetector:
    """A detector of values behind names. The names are looked for by themselves: that is twenty times as fast as the whole pattern."""

    id: str
    title: str
    kinds: tuple[Kind, ...]
    anchors: tuple[Anchor, ...]
    reach: tuple[int, int]
    sight: int | None = SIGHT

    def read(self, window: Window) -> Iterator[Reading]:
        """Every value in the window that its name tells."""
        end = window.start
        for start in names(window):
            if start < end:
                continue
            for pattern, judged in ((PATTERN, judge), (marked.PATTERN, judge_marked)):
                match = pattern.match(window.text, start, window.end)
                if match is not None:
                    end = max(end, match.end())
                    reading = judged(match)
                    if reading is not None:
                        yield reading
                        break


def names(window: Window) -> list[int]:
    """Where a word for a secret begins in the window, in order."""
    held = window.text[window.start : window.end].lower()
    found = [at for stem in _STEMS for at in everywhere(held, stem)]
    for at in everywhere(held, b"key"):
        before = _SPOKEN_KEYS.search(held, max(0, at - _LONGEST_BEFORE_KEY), at)
        if before is not None:
            found.append(before.start())
    return sorted(window.start + at for at in found)


ASSIGNED = NamedDetector(
    id="generic-secret",
    title="secret that is assigned to a name",
    kinds=(kinds.SECRET,),
    anchors=(
        *(
            _anchor(word, (b"s?" if word == b"credential" else b"(?:[_-]?key(?:[_-]?base)?)?" if word == b"secret" else b"") + _THEN)
            for word in _WORDS
        ),
        _anchor(b"key", _THEN, before=rb"(?:%b)[_.-]?" % b"|".join(_KEYS)),
        *(_anchor(word, _ENDING + marked.THEN + _VALUE) for word in _MARKED),
        *(_anchor(word, marked.THEN_DEFAULT + _VALUE) for word in _DECLARED),
        *(_anchor(word, _ENDING + marked.THEN_FALLBACK + _VALUE, before=marked.BEFORE_FALLBACK) for word in _FALLING_BACK),
        *(
            _anchor(word, _THEN_ARGUMENT, before=rb"\b(?:env|set[ ]-[a-z]{1,3})[ ][a-z_]{0,32}")
            for word in (b"password", b"token", b"secret", b"_pass", b"_key")
        ),
        *(
            _anchor(word, _THEN_ARGUMENT, before=rb"[ ]--?[a-z-]{0,20}")
            for word in (b"password", b"passphrase", b"token", b"secret", b"pass", b"api-key")
        ),
    ),
    reach=(16, 320),
)
