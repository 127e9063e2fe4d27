"""All that a detector may see.

A detector is data: which bytes make it worth running (`Anchor`), a bounded pattern, and a pure function that decides what a
match is. It gets a `Window` of some text and yields `Reading`s; it never learns where the text came from, reads no file, asks no
server and keeps no state. Everything else (decoding, identity, places, policies) happens elsewhere.

Nothing here imports anything of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from sys import maxsize
from typing import Any, NoReturn, Protocol, runtime_checkable

from scanner.records import dataclass, field

SIGHT = 1536
"""Bytes beyond a window, on either side, that most detectors may look at."""
GENERIC = "generic"
"""The provider of kinds that are told by what stands around a value: nothing says whose they are."""
Fact = str | int | bool | None | list[str]
"""One thing that a value reveals about itself offline. Public parts only: a fact is printed."""


class Confidence(StrEnum):
    """How sure the detector is that this is a credential of its kind."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Check(StrEnum):
    """What the value's own checksum or structure said."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"


class Sort(StrEnum):
    """What the identity of a credential is taken over, so that all its copies are one credential."""

    VALUE = "value"
    """The exact bytes of the value."""
    MACAROON = "macaroon"
    """Location and identifier of a macaroon: attenuated copies are one credential."""
    SPKI = "spki"
    """The public half of a key pair. `secret` is the decoded container, `form` says which."""
    CONTAINER = "container"
    """The decoded container itself, where it hides everything."""


class Form(StrEnum):
    """How the container of a private key is built, once its text armor is gone."""

    PKCS1 = "pkcs1"
    PKCS8 = "pkcs8"
    SEC1 = "sec1"
    DSA = "dsa"
    OPENSSH = "openssh"
    OPENPGP = "openpgp"
    PUTTY = "putty"
    """Three strings of RFC 4251: encryption, public half in SSH's wire form, private half."""
    BESIDE = "beside"
    """Three strings of RFC 4251: `plain` or `encrypted`; the public half as X.509 certificate or SubjectPublicKeyInfo in DER; the container
    itself. For containers that have the public half beside the private one, however that is hidden."""


class Lifetime(StrEnum):
    """How long credentials of a kind live, as far as the issuer's rules say."""

    EPHEMERAL = "ephemeral"
    EXPIRING = "expiring"
    STATIC = "static"
    UNKNOWN = "unknown"


class Secret:
    """The only type that carries a raw value. It cannot print, compare loosely, or leave the process."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The raw bytes. Called by identity, by checks and by nothing that writes."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        message = "a secret is never pickled"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The few bytes that make a detector worth running.

    `literal` is also searched in its encoded forms (base64 at three alignments, hex, UTF-16, escapes) unless `encoded` is false; with
    `nested` also under two and three encodings and however the encoded bytes are listed, escaped and broken into lines. That is some
    hundred literals more, for what travels with publishing. With `base64`, one that is not `encoded` is searched in base64 all the same,
    which costs next to nothing from five bytes on.
    `before` and `then` are bounded expressions in Hyperscan's syntax that must surround the literal in plain text; they keep frequent
    literals cheap. A literal without four bytes that are rare in programs needs a `reason`; `keytrail detectors list --cost` measures it.
    """

    literal: bytes
    then: bytes = b""
    before: bytes = b""
    encoded: bool = True
    nested: bool = False
    base64: bool = False
    caseless: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a credential is, whoever holds it: the constants that ranking and advice start from."""

    id: str
    """`<issuer or family>-<type>`, for ever."""
    title: str
    """For people, lower case unless a name: `npm token`."""
    provider: str
    actions: frozenset[str] = frozenset()
    """Subset of read, write_source, publish, sign, deploy, approve, admin, notify, trigger; what such a credential can do at most."""
    privilege: int = 3
    """1 to 5; 3 where nothing is known."""
    assumed: bool = True
    """Whether `privilege` is a guess that the value itself does not prove."""
    lifetime: Lifetime = Lifetime.UNKNOWN
    rotate: tuple[str, ...] = ()
    """What to do, in order, as imperative sentences without a full stop."""
    since: str = "0.1.0"
    """The version that recognised it first."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of `text` around one or more anchors; patterns run from `start` to `end` and may look around inside `text`.

    Of the text that is examined, `text` is only what the detector's `sight` covers, so that its answer depends on nothing else.
    """

    text: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a detector says about one place in a text. Lives until identity has taken over; never stored."""

    start: int
    end: int
    """Span of the value in the window's text, as it is written there."""
    kind: str
    secret: Secret
    """The canonical bytes for `sort`; the decoded container for keys."""
    sort: Sort = Sort.VALUE
    written: int | None = None
    """Characters of the value as it is written, where neither `secret` nor the span tells: its span may hold ends of lines too."""
    form: Form | None = None
    check: Check = Check.NONE
    confidence: Confidence = Confidence.HIGH
    prefix: str = ""
    """Public beginning of the value, shown in previews."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    privilege: int | None = None
    """Where the value proves another level than its kind's."""
    steps: tuple[str, ...] = ()
    """Encodings that the detector itself undid, outermost first, in the report's words."""
    guessable: bool = False
    """Whether somebody could try all likely values: a password rather than random bytes."""
    account: str | None = None
    service: str | None = None
    dummy: str | None = None
    """Why this is no real credential although it looks like one; it is then suppressed with this reason, wherever it lies."""
    sample: str | None = None
    """Why nobody means this copy of the value, as its label or the server it is for says; only this place is then suppressed."""
    vague: bool = False
    """Whether only its surroundings say that it is one, and nothing whose: it gives way to every other reading at its place."""


@runtime_checkable
class Detector(Protocol):
    """What the registry accepts. `RegexDetector` is enough for almost everything."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def kinds(self) -> tuple[Kind, ...]: ...
    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Where it wants to look. One without anchors gets every text from end to end, and runs only where it is named."""
        ...

    @property
    def reach(self) -> tuple[int, int]:
        """Bytes that `read` wants before and after an anchor."""
        ...

    @property
    def sight(self) -> int | None:
        """Bytes beyond a window, on either side, that it is given to look at; None where it has to have the whole text.

        What such a detector says of a text is not inherited by what is made from that text.
        """
        ...

    def read(self, window: Window) -> Iterable[Reading]:
        """Every value of this detector's kinds that begins in the window. Pure; must not raise on any input."""
        ...


Judge = Callable[[re.Match[bytes]], Reading | None]
"""Decides what a match is; None means nothing at all (a reference, a placeholder)."""


class Rx:
    """A pattern that is compiled when it is first asked: a run meets few of all kinds, and should not wait for the others."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._compiled: re.Pattern[bytes] | None = None

    @property
    def compiled(self) -> re.Pattern[bytes]:
        """The pattern itself, for whatever is not to be had here."""
        if self._compiled is None:
            self._compiled = re.compile(self._source.encode(), re.VERBOSE)
        return self._compiled

    def match(self, text: bytes, start: int = 0, end: int = maxsize) -> re.Match[bytes] | None:
        """As `re.Pattern.match`."""
        return self.compiled.match(text, start, end)

    def fullmatch(self, text: bytes, start: int = 0, end: int = maxsize) -> re.Match[bytes] | None:
        """As `re.Pattern.fullmatch`."""
        return self.compiled.fullmatch(text, start, end)

    def search(self, text: bytes, start: int = 0, end: int = maxsize) -> re.Match[bytes] | None:
        """As `re.Pattern.search`."""
        return self.compiled.search(text, start, end)

    def finditer(self, text: bytes, start: int = 0, end: int = maxsize) -> Iterator[re.Match[bytes]]:
        """As `re.Pattern.finditer`."""
        return self.compiled.finditer(text, start, end)

    def findall(self, text: bytes) -> list[Any]:
        """As `re.Pattern.findall`."""
        return self.compiled.findall(text)

    def sub(self, by: bytes | Callable[[re.Match[bytes]], bytes], text: bytes) -> bytes:
        """As `re.Pattern.sub`."""
        return self.compiled.sub(by, text)


@dataclass(frozen=True, slots=True)
class RegexDetector:
    """A detector that one bounded pattern and one pure function describe."""

    id: str
    title: str
    kinds: tuple[Kind, ...]
    anchors: tuple[Anchor, ...]
    pattern: re.Pattern[bytes] | Rx
    judge: Judge
    reach: tuple[int, int] = (64, 512)
    sight: int | None = SIGHT
    words: tuple[bytes, ...] = ()
    """In lower case: without one of them in a window, in whatever case, the pattern is not tried. For patterns that look at every place
    of a large window."""

    def read(self, window: Window) -> Iterator[Reading]:
        """Every match in the window that `judge` takes for a credential."""
        if self.words:
            held = window.text[window.start : window.end].lower()
            if not any(word in held for word in self.words):
                return
        for match in self.pattern.finditer(window.text, window.start, window.end):
            reading = self.judge(match)
            if reading is not None:
                yield reading


def rx(pattern: str) -> Rx:
    """A verbose, byte-wise pattern. Every repeat in it has an upper bound; write a literal blank as `[ ]`."""
    return Rx(pattern)
