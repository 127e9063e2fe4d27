"""Expressions of GitHub Actions: where they stand in a text, and what they name.

Source: "Evaluate expressions in workflows and actions" and "Contexts reference" of GitHub's documentation. Strings are in single quotes, of
which two are one; names compare without regard to case. What cannot be an expression is passed over, so that it hides nothing after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from scanner.pipelines.definition import Mention, Named
from scanner.pipelines.yamlplaces import places
from scanner.pipelines.yamltree import Scalar
from scanner.records import dataclass, field

_SHOWN = 120
"""Characters of an expression that stand for a name where it has none."""
_TOKEN = re.compile(r"[A-Za-z_][\w-]{0,254}+|\d[\w.]{0,40}+|&&|\|\||[=!<>]=|'|[^\s\w]|\w")

OPEN, CLOSE = "${{", "}}"


class Kind(Enum):
    """What a token of an expression is."""

    NAME = 0
    STRING = 1
    NUMBER = 2
    MARK = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression; of a string, its value."""

    kind: Kind
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between GitHub and the systems that took over its language."""

    platform: str
    contexts: frozenset[str]
    """What the context `github` is called, in lower case."""
    job_tokens: frozenset[str]
    """Names under which `secrets` has the job's own token, in lower case."""
    has_hosted: bool
    """Whether labels such as `ubuntu-latest` are machines of the platform."""
    has_environments: bool = False
    """Whether `environment` of a job means anything: Gitea and Forgejo pass over it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is read."""

    dialect: Dialect
    lines: tuple[str, ...]
    known: dict[int, tuple[Mention, ...]] = field(default_factory=dict, repr=False)
    """What scalars of the file name, by identity: one that aliases repeat is read once. The tree must live as long."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an expression names, by its offset in the text."""

    offset: int
    name: str
    named: Named
    undone: str | None


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the insides of `${{ … }}` begin and end. One that does not end is none; after a string without its end the next `}}` counts."""
    begin = text.find(OPEN)
    trusts_quotes = True
    while begin >= 0:
        begin += len(OPEN)
        end = _end(text, begin) if trusts_quotes else text.find(CLOSE, begin)
        if end < 0 and trusts_quotes:
            trusts_quotes = False
            end = text.find(CLOSE, begin)
        if end < 0:
            return
        yield begin, end
        begin = text.find(OPEN, end + len(CLOSE))


def _end(text: str, begin: int) -> int:
    """Where the `}}` stands that closes what began before `begin`; -1 for nowhere. `''` in a string is the end of one and the next one's begin."""
    end, quote = text.find(CLOSE, begin), text.find("'", begin)
    while end >= 0 and 0 <= quote < end:
        after = text.find("'", quote + 1) + 1
        if not after:
            return -1
        quote = text.find("'", after)
        if end < after:
            end = text.find(CLOSE, after)
    return end


def tokens(text: str, begin: int, end: int) -> Iterator[Token]:
    """The words of an expression; a string that does not end goes to its end."""
    found = _TOKEN.search(text, begin, end)
    while found is not None:
        word, at = found.group(), found.start()
        after = found.end()
        if word == "'":
            value, after = _string(text, after, end)
            yield Token(Kind.STRING, value, at)
        elif word[0].isascii() and (word[0].isalpha() or word[0] == "_"):
            yield Token(Kind.NAME, word, at)
        else:
            yield Token(Kind.NUMBER if word[0].isdigit() else Kind.MARK, word, at)
        found = _TOKEN.search(text, after, end)


def _string(text: str, begin: int, end: int) -> tuple[str, int]:
    """The value of a string whose first character is at `begin`, and where it ends."""
    parts: list[str] = []
    while True:
        close = text.find("'", begin, end)
        if close < 0:
            return "".join([*parts, text[begin:end]]), end
        parts.append(text[begin:close])
        if not text.startswith("''", close) or close + 1 >= end:
            return "".join(parts), close + 1
        parts.append("'")
        begin = close + 2


def found_in(text: str, begin: int, end: int, dialect: Dialect) -> Iterator[Found]:
    """What one expression names, in its order."""
    words = tuple(tokens(text, begin, end))
    calls: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        if word.kind is Kind.NAME and not _is(words, place - 1, "."):
            if _is(words, place + 1, "("):
                calls.append(word.text.lower())
                place += 2
                continue
            path, after = path_at(words, place)
            if (named := _named(path, dialect)) is not None:
                name = named[0] or " ".join(text[begin : min(end, begin + _SHOWN)].split())
                yield Found(word.offset, name, named[1], "fromJSON" if "fromjson" in calls[-_SHOWN:] else None)
            place = after
            continue
        if _is(words, place, "("):
            calls.append("")
        elif _is(words, place, ")") and calls:
            calls.pop()
        place += 1


def paths_in(text: str, begin: int, end: int) -> Iterator[tuple[str, ...]]:
    """The contexts that an expression looks into, in lower case (`github`, `event`, `action`)."""
    words = tuple(tokens(text, begin, end))
    for place, word in enumerate(words):
        if word.kind is Kind.NAME and not _is(words, place - 1, ".") and not _is(words, place + 1, "("):
            yield tuple(name.lower() for name in path_at(words, place)[0])


def _is(words: Sequence[Token], place: int, mark: str) -> bool:
    return 0 <= place < len(words) and words[place].kind is Kind.MARK and words[place].text == mark


def path_at(words: Sequence[Token], place: int) -> tuple[tuple[str, ...], int]:
    """The names from one on that dots and constant indexes join, and where they end; an index that is none of these ends them with `*`."""
    path = [words[place].text]
    place += 1
    while place + 1 < len(words):
        following = words[place + 1]
        if _is(words, place, ".") and (following.kind is Kind.NAME or _is(words, place + 1, "*")):
            path.append(following.text)
            place += 2
        elif _is(words, place, "[") and _is(words, place + 2, "]") and (following.kind is not Kind.NAME):
            path.append(following.text)
            place += 3
        elif _is(words, place, "["):
            return (*path, "*"), place
        else:
            break
    return tuple(path), place


def _named(path: tuple[str, ...], dialect: Dialect) -> tuple[str | None, Named] | None:
    """What a path names, None for its name where it is known only when it runs; None for what no mention is about."""
    folded = tuple(name.lower() for name in path[:3])
    root = "github" if folded[0] in dialect.contexts else folded[0]
    if root == "secrets":
        return _secret(path, dialect)
    if root == "github":
        if folded[1:] == ("token",):
            return "github.token", Named.JOB_TOKEN
        return (path[3], Named.INPUT) if folded[1:] == ("event", "inputs") and len(path) > len(folded) else None
    if root in {"vars", "inputs", "env"}:
        named = {"vars": Named.VARIABLE, "inputs": Named.INPUT, "env": Named.ENV}[root]
        return (path[1], named) if len(path) > 1 and path[1] != "*" else None
    if root in {"steps", "needs", "jobs"} and folded[2:] == ("outputs",):
        return ".".join(path), Named.OUTPUT
    return None


def _secret(path: tuple[str, ...], dialect: Dialect) -> tuple[str | None, Named]:
    if len(path) == 1 or path[1] == "*":
        return None, Named.ALL
    return path[1], Named.JOB_TOKEN if path[1].lower() in dialect.job_tokens else Named.SECRET


def mentions(source: Source, scalar: Scalar, *, whole: bool = False) -> tuple[Mention, ...]:
    """What the expressions in a scalar name; with `whole`, of a scalar that is one even without `${{ }}`."""
    value = scalar.value
    if OPEN not in value:
        return _mentions(source, scalar, ((0, len(value)),)) if whole else ()
    if (known := source.known.get(id(scalar))) is None:
        known = source.known[id(scalar)] = _mentions(source, scalar, tuple(spans(value)))
    return known


def _mentions(source: Source, scalar: Scalar, inside: tuple[tuple[int, int], ...]) -> tuple[Mention, ...]:
    value = scalar.value
    found = tuple(one for begin, end in inside for one in found_in(value, begin, end, source.dialect))
    if not found:
        return ()
    where = places(scalar, source.lines, tuple(one.offset for one in found))
    return tuple(Mention(one.name, one.named, line, column, one.undone) for one, (line, column) in zip(found, where, strict=True))
