"""Values of several kinds, planted in what writers of many formats make of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scanner import hosts, registry
from scanner.engine import Engine, Examined, build
from tests.scanner.engine.writers import Span, Writer
from tests.support import keys, tokens, tokens_gitlab, tokens_signing
from tests.support.command import DETECTORS
from tests.support.fixtures import BUILTIN


@cache
def engine() -> Engine:
    """An engine with all built-in detectors but those that nobody gets without asking."""
    return build([detector for detector in registry.load([BUILTIN]) if detector.anchors], cache=DETECTORS)


@dataclass(frozen=True, slots=True)
class Plant:
    """A value, and as much around it as it takes to be recognised."""

    text: bytes
    start: int
    kind: str

    @property
    def span(self) -> Span:
        """Where the value is in the text, of which it is the end."""
        return self.start, len(self.text)


@cache
def plant(name: str, seed: int = 0) -> Plant:
    """One of `PLANTS`."""
    makers = {
        "npm": lambda: Plant(tokens.npm(seed).encode(), 0, "npm-token"),
        "ghp": lambda: Plant(tokens.ghp(seed).encode(), 0, "github-pat-classic"),
        "github_pat": lambda: Plant(tokens.github_pat(seed).encode(), 0, "github-pat-fine-grained"),
        "pypi": lambda: Plant(tokens.pypi(seed).encode(), 0, "pypi-token"),
        "glpat": lambda: Plant(tokens_gitlab.gitlab("glpat-", seed).encode(), 0, "gitlab-access-token"),
        "uuid": lambda: _bound(tokens.uuid(seed)),
        "rsa": lambda: Plant(keys.pem("rsa2048", "pkcs1").encode(), 0, "rsa-private-key"),
        "openssh": lambda: Plant(keys.pem("ed25519", "openssh").encode(), 0, "ed25519-private-key"),
        "age": lambda: Plant(tokens_signing.age(seed).encode(), 0, "age-private-key"),
    }
    return makers[name]()


TOKENS = ("npm", "ghp", "github_pat", "pypi", "glpat", "uuid", "age")
CHECKED = ("npm", "ghp", "github_pat", "pypi", "age")
"""Those that a checksum or a structure proves."""
KEYS = ("rsa", "openssh")
PLANTS = (*TOKENS, *KEYS)


def _bound(value: str) -> Plant:
    before = f"//{hosts.spell(hosts.NPM)}/:_authToken="
    return Plant(f"{before}{value}".encode(), len(before), "npm-legacy-token")


@dataclass(frozen=True, slots=True)
class Row:
    """How somebody writes a text: steps, innermost first, each with the word for what has to be undone."""

    steps: tuple[tuple[str, Writer], ...]
    hint: str = ""
    keys: tuple[str, ...] | None = None
    """The words for a key, where they are others."""
    plants: tuple[str, ...] = PLANTS
    """What is planted in it."""

    def written(self, planted: Plant, before: bytes = b"", after: bytes = b"") -> tuple[bytes, Span, tuple[str, ...]]:
        """The blob, the span of the value in it, and the encodings to expect: of the steps that changed anything."""
        text, whole, value = before + planted.text + after, (len(before), len(before) + len(planted.text)), planted.span
        value = (value[0] + len(before), value[1] + len(before))
        words: list[str] = []
        for word, writer in self.steps:
            made = writer(text)
            outer = made.span(*whole)
            if word and made.text[slice(*outer)] != text[slice(*whole)]:
                words.insert(0, word)
            text, whole, value = made.text, outer, made.span(*value)
        if self.keys is not None and planted.text.startswith(b"-----"):
            return text, value, self.keys
        return text, value, tuple(words)


def seen(examined: Examined) -> list[tuple[str, Span, tuple[str, ...]]]:
    """Kind, span and encodings of everything that was found."""
    return [(one.reading.kind, one.span, one.encoding) for one in examined.found]
