"""What stands where a secret would and is none: references, expressions, placeholders, names, paths, hashes, defaults.

Everything here is a function of the value and of the words of its name. The shapes of wrappers and the words are those that authors of
configuration use; nothing was taken from another scanner.
"""

from __future__ import annotations

from base64 import b64decode
from urllib.parse import unquote_to_bytes

from detectors._generic_letters import drawn, wordy
from detectors._sorts import LETTERS_AND_DIGITS, bare, count, sorts
from scanner.contract import rx

_LONGEST = 512
_SHORTEST_PASSWORD = 8
_SHORTEST_GIVEN = 6
_LONGEST_PASSWORD = 64
_CLASSES = 3
_PRINTABLE = frozenset(range(ord("!"), ord("~") + 1))
_WORDY = 0.75

_REFERENCE = rx(r"""
    [$%@&*!\\] .{0,512}                                                    # variables, percent formats, anchors, decorators, tags, escapes
  | .{0,512} (?: \$[\{(] | \$[A-Z_]{3} | \{[\{%] | \#\{ | %[({sd]{1,2} | %%? [A-Z_]{2,64} % | [<>] | \.\.\. | … | \*\*\* | \{ [A-Za-z_.:!]{0,64} \} ) .{0,512}
  | [\[{(] .{0,512} | .{0,512} [\](){}]
  | (?i: process\.env | os\.environ | env | secrets | vars | inputs | params | settings | config | self | this | data | module | local | var | each
      | request | options | args | kwargs | ctx | credentials | node | item | result | response | props | state ) [.\[:] .{0,512}
  | (?i: vault | op | ref\+ .{1,16} | gcp-sm | keyvault | arn | enc | cipher | secretsmanager | ssm | file | azurekeyvault | keyring | lookup | env | pass | stdin | fd | urn ) : .{0,512}
  | (?: npm | workspace | catalog | portal | jsr ) : .{0,512}                                         # versions of dependencies
  | ENC [(\[] .{0,512} | (?i: xxx | yyy | zzz ) .{0,512} | .{0,512} (?i: xxxx | yyyy ) .{0,512}
""")
_CODE = rx(r"""
    [A-Za-z_][0-9A-Za-z_]{0,64} (?: (?: \.|->|::|\?\. ) [A-Za-z_$][0-9A-Za-z_]{0,64} ){1,12}     # attributes
  | [A-Za-z_][0-9A-Za-z_.]{0,128} [(\[] .{0,512}                                                   # calls, items
  | .{0,512} (?: \)\. | \(\) | \[[0-9a-z_]{1,32}\] | => | \+\+ | && | \|\| | == (?= . ) | != | ;$ | [ ] ) .{0,512}
""")
_PLAIN = rx(r"""
    [0-9.,:/_+-]{1,512}                                                    # numbers, dates, versions, addresses
  | [vV]? [0-9]{1,4} (?: [.-][0-9A-Za-z]{1,16} ){1,6}                      # versions with a suffix
  | [0-9A-Za-z]{8} (?: -[0-9A-Za-z]{4} ){3} - [0-9A-Za-z]{11,13}           # UUIDs, and what manuals write for them
  | (?: [0-9A-Fa-f]{2} : ){7,64} [0-9A-Fa-f]{2}                            # fingerprints
  | [0-9]{4}-[0-9]{2}-[0-9]{2} T .{0,64}
  | [^@\s]{1,64} @ [0-9A-Za-z-]{1,64} (?: \.[0-9A-Za-z-]{1,64} ){1,6}      # addresses of mail
  | [a-z][a-z0-9+.-]{1,20} :// .{0,512}                                    # other detectors read URLs
  | (?: ~?\.{0,2}/ | [A-Za-z]:\\ ) .{0,512}                                # paths
  | (?: [0-9A-Za-z_.@-]{1,64} [/\\] ){1,16} [0-9A-Za-z_-]{0,64} \. [a-z0-9]{1,6}
  | .{0,256} \. (?: pem | key | crt | cer | p12 | pfx | jks | json | ya?ml | toml | txt | ini | cfg | conf | env | py | js | ts | tsx | rb | go | java | php | html?
      | css | svg | png | jpe?g | md | rst | sh | xml | sql | log | gz | zip | com | org | net | io | dev | local )
  | [#][0-9A-Fa-f]{3,8} | [.#][a-z][0-9a-z_-]{1,64}                         # colours and classes
  | [A-Z][0-9A-Z]{0,31} (?: _[0-9A-Z]{1,32} ){1,10}                        # names of constants
  | (?i: scram | rfc | iso | utf | hs | rs | es | ps | aes | sha | md | base ) (?: -sha )? -?_? [0-9]{1,4} (?: [-_/][0-9A-Za-z]{1,16} ){0,4}
""")
_HASH = rx(r"""
    \$ (?: [0-9a-z]{1,12} \$ | pbkdf2 ) .{0,512} | \{ (?: S?SHA | S?MD5 | CRYPT | PBKDF2 | ARGON2 ) .{0,512}
  | (?i: pbkdf2 | bcrypt | argon2 | scrypt | md5 | (?: hmac-? )? sha-?[0-9]{1,3} | sha3 | blake ) [_$:=-] .{0,512} | md5 [0-9a-f]{32}
  | \#? [0-9A-Za-z]{2,16} : \$ [0-9a-z]{1,12} \$ .{0,512}                                              # with the name of who made it
""")
_PUBLIC = rx(r"(?: ssh-(?:rsa|dss|ed25519) | ecdsa-sha2 | AAAA[BCE]3NzaC | MI[GHIJ][A-Za-z] | LS0tLS1CRUdJTi | -----BEGIN ) .{0,8192}")
"""Public keys, certificates, and private keys, which their own detector reads."""
_ISSUED = rx(r"""
    (?: gh[pousr]_ | github_pat_ | gl[a-z]{2,6}- | npms?_ | pypi-A | xox[abeoprs]- | sk-(?:ant|proj)- | A[KS]IA[0-9A-Z]{12} | hvs\. | ya29\. | AIza | dckr_ | rubygems_
      | eyJ[0-9A-Za-z_-]{8} | e(?:w0K|wog|yAg|yAi)[0-9A-Za-z_-]{8,512}\. | hf_[A-Za-z]{30} | ovsxat_ | CCIPAT_ | NpmToken\. | cio[0-9A-Za-z]{32} | AGE-SECRET | [0-9]{8,10}:AA ) .{0,8192}
""")
"""What an issuer's detector, or a named place, judges better."""
_SPOKEN = rx(r"""
    passwoo?rd | passwort | passwd | passw | passphrase | pass | pwd | admin(?:istrator)? | root | users? | guest | tests? | testing | tester | demo | examples? | sample | default
    | change | me | it | secrets? | sekrit | tokens? | keys? | letmein | welcome | qwerty | qwertz | qwer | asdf | foo | bar | baz | quux | dummy | fake | mock | stub | temp | tmp | local
    | dev | prod | staging | postgres(?:ql)? | pgsql | mysql | maria(?:db)? | mongo(?:db)? | redis | minio | rabbit(?:mq)? | oracle | sa | db | database | my | your | new | old | the | is | a
    | this | that | super | very | sensitive | strong | secure | hunter | abcd? | xyz | hello | world | correct | horse | battery | staple | not | real | valid | invalid | wrong | bad | none
    | null | redacted | placeholder | insert | here | replace | with | todo | some | any | value | string | random | long | access | api | auth | client | app | id | private | public
    | ansible | simple | login | name | sign | word | email | mail | smtp | jwt | session | cookie | salt | hash | crypt | decrypt | encryption | encrypted | for | only | use | docker | django | flask | rails | laravel | spring
    | deadbeef | cafebabe | iloveyou | monkey | dragon | master | trust | no | one | two | three | first | second | in | of | to | and | an | ed | ing | er
""")
"""What passwords that nobody drew at random are made of, in lower case."""
_LEET = tuple(bytes.maketrans(b"@4310!$57", letters) for letters in (b"aaeloisst", b"aaeioisst"))
_LEFT = 4
"""Letters and digits that may be left beside spoken words in a password that nobody would call one."""
_JOINED = rx(r"[^-_.]{1,64}")
_WORDS_OF_NAME, _SHORT = 3, 3
_RUNS = rx(r"(?: 0?123456789?0? | 0?12345678? | 12345 | 1234 | 123 | 321 | 4321 | 54321 | (?: 19|20 )[0-9]{2} | ([0-9A-Za-z]) \1{2,512} )")
_COUNTED = rx(r"(?: 123456 | 234567 | 987654 | (?i: abcdef | bcdefg | a1b2c3 | 1a2b3c ) | ([0-9A-Za-z]) \1{4} )")
_DUMMY = rx(r"""
    example | sample | dummy | fake | placeholder | change[_-]?me | redacted | not[_-]?(?:a[_-]?)?real | insert | replace | your[_-] | deadbeef | test | foobar
    | lorem | abcdef | 123456 | secret | password | qwerty
""")
"""In lower case: what says of a value that it is no real one."""


def nothing(value: bytes) -> bool:
    """Whether the value only says where a secret is, or is plainly something else."""
    return (
        len(value) > _LONGEST
        or any(shape.fullmatch(value) is not None for shape in (_REFERENCE, _CODE, _PLAIN, _HASH, _PUBLIC, _ISSUED))
        or len(frozenset(value)) <= max(3, len(value) // 12)
        or not _PRINTABLE.issuperset(value)
    )


def key_like(value: bytes) -> bool:
    """Whether somebody let a machine draw this value, and nothing in it says that it is no real one."""
    if nothing(value) or not drawn(value) or _COUNTED.search(value) or trivial(value):
        return False
    low = value.lower()
    return not any(_DUMMY.search(spelled) for spelled in (low, *map(low.translate, _LEET))) and text_of(value) is None


def password_like(value: bytes) -> bool:
    """Whether somebody thought this password up to be one: several sorts of characters, and more than words for passwords and numbers."""
    if not _SHORTEST_PASSWORD <= len(value) <= _LONGEST_PASSWORD or nothing(value):
        return False
    if _classes(value) < _CLASSES or trivial(value) or _phrase(value):
        return False
    return wordy(value) < _WORDY


def in_its_place(value: bytes, account: bytes | None = None) -> bool:
    """Whether a value that stands where only a password can is one of somebody's: no example, no default, not the account's name again."""
    if account is not None and (same(value, account) or _named_after(value, account)):
        return False
    if key_like(value):
        return True
    if not _SHORTEST_GIVEN <= len(value) <= _LONGEST_PASSWORD or nothing(value) or trivial(value):
        return False
    return _classes(value) > 1 and wordy(value) < _WORDY


def trivial(value: bytes) -> bool:
    """Whether a password is a default or an example: nothing but words for passwords, names of products, counting and years."""
    decoded = text_of(value.removesuffix(rb"\n"))
    meant = decoded.rpartition(b":")[2] if decoded else unquote_to_bytes(value)
    spoken = _RUNS.sub(b"", meant).lower()
    spellings = dict.fromkeys((spoken, *map(spoken.translate, _LEET)))
    return any(count(_SPOKEN.sub(b"", text), LETTERS_AND_DIGITS) < _LEFT for text in spellings)


def same(value: bytes, name: bytes) -> bool:
    """Whether a value says no more than its name does."""
    one, other = _bare(value), _bare(name)
    return bool(one) and (one in other or (len(other) > _LEFT and other in one and len(one) - len(other) <= _LEFT))


def _phrase(value: bytes) -> bool:
    """Whether a value is a name in words: three or more that are joined, none longer than three letters which does not read like one."""
    parts = _JOINED.findall(value)
    return len(parts) >= _WORDS_OF_NAME and all(len(part) <= _SHORT or wordy(part) == 1 for part in parts)


def _named_after(value: bytes, account: bytes) -> bool:
    """Whether a password is the name of its account, and words for passwords."""
    name, low = account.lower(), value.lower()
    return len(name) >= _LEFT and name in low and trivial(low.replace(name, b""))


def text_of(coded: bytes) -> bytes | None:
    """What base64 spells where that is printable ASCII, without the end of the line that `echo` adds; None otherwise."""
    try:
        raw = b64decode(coded, validate=True).removesuffix(b"\n")
    except ValueError:
        return None
    return raw if raw and _PRINTABLE.issuperset(raw.replace(b" ", b"")) else None


def _bare(text: bytes) -> bytes:
    return bare(text.lower())


def _classes(value: bytes) -> int:
    return len(frozenset(sorts(value)))
