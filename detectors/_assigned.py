"""Values without a form of their own, which the name before them tells: `NAME = VALUE` in every spelling that people and tools have for it.

Many issuers give out bare hexadecimal digits, UUIDs or letters. Those are credentials only where a name says whose they are, and most
values of that look are commit ids, hashes and ids of things. So a name is closed (`ACME_TOKEN`, not `ACME_TOKEN_ID`), what joins it to
its value is one of few things, and the value has its issuer's length and alphabet, to the character.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import chain, pairwise

from detectors._beginnings import assigned, beginning
from detectors._letters import mixed
from detectors._offline import facts, plain_text
from scanner.contract import SIGHT, Anchor, Confidence, Fact, Kind, Reading, Rx, Secret, Window, rx
from scanner.records import dataclass, field

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_APART = r"[_.-]?"
OF_A_PLACE = r"(?:[_.-](?:[0-9]{1,3}|prod(?:uction)?|stag(?:e|ing)|dev|test|ci|old|new|ro|rw|read|write|publish|release|deploy))?"
"""What people put behind a name when they have two of its kind."""
_OF_A_PLACE_THEN = r"(?:[_.-][0-9a-z]{1,10})?"
"""The same, as far as the matcher has to know it."""
_OPENED = r"(?: (?<![0-9A-Za-z]) | (?<= \\[nrt]) | (?<= -[DP]) )"
"""A name may follow an escape sequence, and the option that sets a property of Maven or Gradle."""
_QUOTE = r"""\\{0,3}["'`]"""
_TYPE = r"(?: :? [ ]{0,2} (?: string | String | &? (?: 'static[ ] )? str | bytes ) [ ]{0,2} )"
_JOINT = rf"""
    (?: (?: {_QUOTE} )? [\]\}}]? [ \t]{{0,8}} {_TYPE}?
            (?: => | : [=-]? | :: | [|?]{{2}} =? | [?]? = ) [ \t]{{0,8}} (?: {_QUOTE} )?                # dotenv, YAML, JSON, TOML, source
      | {_QUOTE} [ ]? [,)] [ \t]{{0,4}} [{{]? [ ]{{0,2}} {_QUOTE}                                       # setenv("NAME", "VALUE")
      | {_QUOTE}? [ \t]{{0,16}} (?: [|] [ \t]{{0,16}} | , ) {_QUOTE}?                                 # cells of a table
      | (?P<blank> ["'}}]? [ \t]{{1,4}} (?: (?: --body | -b ) [ =] )? ["']? )                        # setx NAME VALUE, --name VALUE
      | > \s{{0,8}} (?: <!\[CDATA\[ )?                                                               # <name>VALUE</name>
      | </ [A-Za-z]{{1,16}} > \s{{0,32}} < [A-Za-z]{{1,16}} > \s{{0,8}}                              # <name>NAME</name> <value>VALUE
      | ["'] [ ]{{0,2}} \{{ (?: \s{{1,16}}+ [a-z_]{{4,16}} [ ]{{0,16}}+ = [^\r\n]{{1,128}}+ ){{0,4}}
            \s{{1,16}} default [ ]{{0,16}} = [ ]{{1,2}} "                                             # variable "name" {{ default = "VALUE" }}
      | (?: {_QUOTE} )? [\s,]{{1,32}} (?: {_QUOTE} )? (?i: value | val | default ) (?: {_QUOTE} )?
            [ \t]{{0,3}} [:=] [ \t]{{0,3}} (?: {_QUOTE} )?                                            # name: NAME, value: VALUE
    )
    (?: \$\{{ [A-Za-z_][0-9A-Za-z_]{{0,40}} :- )?                                                    # the default of a variable is literal
    (?: (?i: bearer | token ) [ ] )?
"""
CLOSED = r"(?! [0-9A-Za-z_+/=-] | [.:@] [0-9A-Za-z] )"

_GIVEN = rx(
    r"(?: (?<! [0-9A-Za-z-]) (?: set | setx | setenv | ENV | env | ARG | config | add | secret | -e | -[gUx]{1,3} ) [ \t] [^\r\n]{0,200} | -- | (?i: env ) [:{] ) \Z"
)
"""What stands before a name and a value that nothing but blanks join."""
_LINE = 224
_LONGEST_ACCOUNT = 128
_BEHIND = 256
"""Bytes behind a window among which the literal of a place may stand that follows its value."""

_REASON = "the rest of the name, what assigns and the beginning of a value must follow"
_FEWEST = 6
"""Different characters that a random value of twenty has at least."""
_RUN = 8
"""Characters in the order of the alphabet that no random value has."""
_SAMPLES = frozenset(
    bytes.fromhex(digest)
    for digest in (
        "8f400c257611ed5d30c0e6607ac61074",
        "986c0dc956dc822b5d8f698661b9eb1e",
        "203fa897acf2b02d980fd281becea777",
        "a3a9e1ed9732cab28868127be00f1ce9",
        "e5855ff48799c52c9ccf80b82bab9492",
        "9ba53bcd10e9193d94c8d3269cffbcbf",
        "fa7d6c8ddbcc290e6476694c9b8e191c",
        "124afcebe52ad4a21e04a7f902f79a91",
        "30a5154b77ab8b2ddbe19f5e7af72f33",
        "0e238bfc743a87af3d7365df61c367a7",
        "f215faf9d88b7f0a881632ee22459ee4",
        "3f2cd8e57b096fe7e4a78a5627e34ca3",
        "52bbea75ee75a6f1d24781d56e6c8ffb",
        "4914e23374bb211e3dca0df7636fefff",
        "465c194afb65670f38322df087f0a9bb",
        "07e23ede2756aa3f5f7cc9759117c491",
        "abe5b4848301d438e6a78ad4d8d68931",
        "168601827c50b37054f4e565dbf4050a",
        "0d287772dfced30917b9dbb547a3dfc2",
        "48e0954096864b1bfbd37e84f954952d",
        "deb87fabd17715bb31ad4cf4ffb9494e",
    )
)
"""First half of the SHA-256 of values that are no secret wherever they stand: UUIDs of standards and manuals, digests of nothing and of words."""


@dataclass(frozen=True, slots=True)
class Place:
    """One more place where a value of some form stands: what is before it, and what the matcher looks for.

    `lead` and `tail` are verbose expressions around the value; groups `account` and `service` in them say whose it is and where. Either
    the anchor stands before the value, with `then` as far as the value itself, or behind it, with `before` from the value's end on.
    """

    lead: str
    literal: bytes
    then: str = ""
    before: str | None = None
    tail: str = CLOSED
    caseless: bool = False
    reason: str = ""
    """Why a literal of fewer than four bytes is cheap enough."""


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of value, its expression, the names that hold it and the other places where it stands.

    `value` is an expression without blanks, which Python and Hyperscan read alike. A name is words, `(word)` one that may be missing,
    `a|b` a choice; how they are joined and in which case is all the same. The first is what the matcher looks for.
    """

    kind: Kind
    value: str
    names: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    mixed: bool = False
    """Whether a value in one case, or without a digit, is a word or a hash."""
    confidence: Confidence = Confidence.MEDIUM
    privilege: int | None = None
    begins: str = ""
    """What the matcher demands in place of `value`, where that is longer than anchors may be."""
    prefix: str = ""
    known: tuple[tuple[str, Fact], ...] = ()
    service: str | None = None
    """The host that the name alone binds the value to."""
    encoded: bool = False
    """Whether the names are searched inside encodings too, at a cost of some thirty forms each."""
    sought: tuple[str, ...] = ()
    """The ends of the names that the matcher looks for instead, where all of a name begins with too frequent a word."""
    meant: Callable[[bytes], bytes | None] | None = None
    """The canonical value of what is written; None where it is no value. Without it a value is what is written."""
    _named: Rx | None = field(default=None, init=False)
    _placed: tuple[tuple[bytes, Rx], ...] = field(default=(), init=False)
    """What stands at each place, with its literal in lower case."""
    _firsts: tuple[bytes, ...] = field(default=(), init=False)
    """With what the names begin, in lower case."""

    def __post_init__(self) -> None:
        if self.names:
            object.__setattr__(self, "_named", Rx(f"{led(*self.names)} (?P<value> {self.value} ) {CLOSED}"))
        firsts = dict.fromkeys(name.split(" ", 1)[0].lower().encode() for name in self.names)
        object.__setattr__(self, "_firsts", tuple(firsts))
        placed = tuple((place.literal.lower(), Rx(f"{place.lead} (?P<value> {self.value} ) {place.tail}")) for place in self.places)
        object.__setattr__(self, "_placed", placed)

    def matches(self, window: Window, held: bytes) -> Iterator[re.Match[bytes]]:
        """All places of a value in the window, whose text and what may follow is `held` in lower case.

        No expression is tried at every byte: names are looked for by their first words, other places where their literal is.
        """
        if self._named is not None:
            for at in sorted({at for first in self._firsts for at in everywhere(held, first)}):
                match = self._named.match(window.text, window.start + at, window.end)
                if match is not None:
                    yield match
        for literal, pattern in self._placed:
            if literal in held:
                yield from pattern.finditer(window.text, window.start, window.end)

    def likely(self, value: bytes) -> bool:
        """Whether the issuer may have made the value."""
        body = value.removeprefix(self.prefix.encode())
        return random(body) and (mixed(body) or not self.mixed)

    def anchors(self) -> Iterator[Anchor]:
        """What the matcher looks for."""
        value = self.begins or self.value
        for name in self.sought or self.names:
            literal, *rest = name.split(" ", 1)
            then = f"{_rest(rest[0]) if rest else ''}{_OF_A_PLACE_THEN}{assigned(beginning(value))}"
            yield Anchor(literal.encode(), then=then.encode(), caseless=True, encoded=self.encoded, reason=_REASON)
        for place in self.places:
            if place.before is None:
                then, before = f"{place.then}(?:{value})", ""
            else:
                then, before = place.then, f"(?:{self.value}){place.before}"
            yield Anchor(place.literal, then.encode(), before.encode(), encoded=False, caseless=place.caseless, reason=place.reason)


@dataclass(frozen=True, slots=True)
class AssignedDetector:
    """A detector of values that their names and places tell."""

    id: str
    title: str
    forms: tuple[Form, ...]
    reach: tuple[int, int] = (256, 384)
    sight: int | None = SIGHT
    kinds: tuple[Kind, ...] = field(init=False)
    anchors: tuple[Anchor, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", tuple({form.kind.id: form.kind for form in self.forms}.values()))
        anchors = chain.from_iterable(form.anchors() for form in self.forms)
        object.__setattr__(self, "anchors", tuple(dict.fromkeys(anchors)))

    def read(self, window: Window) -> Iterator[Reading]:
        """Every value in the window that a name or a place tells, once, in their order; the form that comes first decides what it is."""
        found: dict[tuple[int, int], Reading] = {}
        held = window.text[window.start : window.end + _BEHIND].lower()
        for form in self.forms:
            for match in form.matches(window, held):
                if match.span("value") not in found and given(match) and form.likely(match["value"]):
                    reading = _reading(form, match)
                    if reading is not None:
                        found[match.span("value")] = reading
        yield from (found[span] for span in sorted(found))


def everywhere(text: bytes, part: bytes) -> Iterator[int]:
    """Where `part` is in `text`."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def led(*names: str) -> str:
    """A verbose expression for these names, each in words as in a form, and whatever joins one of them to a value.

    A match of it counts only if it is `given`.
    """
    return f"{_OPENED} (?i: (?P<name> {'|'.join(map(_spelled, names))}) {OF_A_PLACE} ) {_JOINT}"


def netrc(host: str) -> Place:
    """Where the password for `host` stands in a netrc file."""
    return Place(
        rf"machine \s{{1,8}} (?P<service> {re.escape(host)} ) \s{{1,8}} (?: login \s{{1,8}} (?P<account> [^\s]{{1,128}} ) \s{{1,8}} )? password \s{{1,8}} \"?",
        host.encode(),
        then=r"\s{1,8}(?:login\s{1,8}[^\s]{1,64}\s{1,8})?password\s{1,8}\"?",
    )


def random(value: bytes) -> bool:
    """Whether a generator may have made the value: no word, no row of digits, none that manuals print."""
    letters = bytes(byte for byte in value if byte not in b"-_.")
    if len(set(letters.lower())) < _FEWEST or letters.isalpha() or letters.isdigit():
        return False
    return _longest_row(letters) < _RUN and hashlib.sha256(value.lower()).digest()[:16] not in _SAMPLES


def _longest_row(letters: bytes) -> int:
    """The length of the longest stretch in which each character is the one after the last."""
    longest = length = 1
    for one, following in pairwise(letters):
        length = length + 1 if following == one + 1 else 1
        longest = max(longest, length)
    return longest


def _reading(form: Form, match: re.Match[bytes]) -> Reading | None:
    groups = match.groupdict()
    account, service = groups.get("account"), groups.get("service")
    value = form.meant(match["value"]) if form.meant else match["value"]
    if value is None:
        return None
    return Reading(
        match.start("value"),
        match.end("value"),
        form.kind.id,
        Secret(value),
        confidence=form.confidence,
        prefix=form.prefix,
        facts={**facts(form.kind.lifetime), **dict(form.known)},
        privilege=form.privilege,
        account=plain_text(account, _LONGEST_ACCOUNT) if account else None,
        service=service.decode().lower().rstrip(".") if service and service.isascii() else form.service,
    )


def given(match: re.Match[bytes]) -> bool:
    """Whether the name is given its value: by a sign, or as arguments of a command that does so, or as an option."""
    if not match.groupdict().get("blank"):
        return True
    start = match.start("name")
    while start > 0 and (match.string[start - 1] in b"_-\"'" or match.string[start - 1 : start].isalnum()):
        start -= 1
        if match.start("name") - start > _LINE:
            return False
    return match.string.startswith(b"--", start) or _GIVEN.search(match.string, max(0, start - _LINE), start) is not None


def _spelled(name: str) -> str:
    literal, *rest = name.split(" ", 1)
    return literal + (_rest(rest[0]) if rest else "")


def _rest(words: str) -> str:
    """An expression for the words behind the first, in whichever way they are joined."""
    return "".join(f"(?:{_APART}(?:{word[1:-1]}))?" if word.startswith("(") else f"{_APART}(?:{word})" for word in words.split(" "))
