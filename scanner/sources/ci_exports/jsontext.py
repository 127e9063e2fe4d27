"""JSON as APIs and their command lines print it: one document or several in a row, and typed looks into what they hold.

The standard library parses; what it must not do with hostile text is decided here: numbers stay text (no limit on digits to run
into), an object keeps a name that it has twice, nesting ends in a sentence instead of a `RecursionError`, and the number of things
that a document may hold is bounded before any of them is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeAlias

from scanner.contract import Secret
from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field

MOST_TOKENS = 1_000_000
"""Brackets and commas; each can cost some 200 bytes of memory."""
MOST_OBJECTS = 300_000
"""Objects among them: thirty systems look at each that nobody knows, which takes longer than to parse it."""

_BLANK = re.compile(r"[ \t\r\n]*")
_MUST_BE_ESCAPED = re.compile(rb'[\x00-\x1f"\\]')
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "a comma or the end of the list",
    "Expecting ':' delimiter": "a colon",
    "Expecting property name enclosed in double quotes": "a name in double quotes",
    "Unterminated string starting": "the closing quote of the text that begins here",
    "Invalid \\escape": "another escape",
    "Invalid \\uXXXX escape": "four hexadecimal digits",
}
_REFUSAL = frozenset({"message", "error", "error_description", "error_message", "documentation_url", "status", "errors"})
_BESIDE_REFUSAL = frozenset(
    {"type", "@type", "error_type", "resource_type", "$id", "innerException", "typeName", "typeKey", "errorCode", "eventId"}
)
"""What Bitbucket, Travis and Azure DevOps say beside the message."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, as it is written."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """An object, its members in order and each as often as it is there."""

    members: tuple[tuple[str, Json], ...] = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names of the members."""
        return frozenset(name for name, _ in self.members)

    def get(self, *names: str) -> Json:
        """The member of the first of `names` that is there, else None.

        Raises `UnreadableError` where the object has the name twice, because nobody can say which one counts.
        """
        for name in names:
            found = [value for known, value in self.members if known == name]
            if len(found) > 1:
                raise misfit(name, "once")
            if found:
                return found[0]
        return None


Json: TypeAlias = "bool | str | Number | list[Json] | Record | None"


def parse(text: bytes, first_line: int) -> tuple[tuple[Json, ...], str | None]:
    """The documents in `text` one after the other, and why reading ended before the end of `text`; lines count from `first_line`.

    Bytes that are no UTF-8 survive as lone surrogates (`surrogateescape`). Never raises.
    """
    if sum(text.count(mark) for mark in (b",", b"[", b"{")) > MOST_TOKENS:
        return (), f"more than {MOST_TOKENS} brackets and commas"
    if text.count(b"{") > MOST_OBJECTS:
        return (), f"more than {MOST_OBJECTS} objects"
    decoder = json.JSONDecoder(object_pairs_hook=_record, parse_int=Number, parse_float=Number, parse_constant=Number, strict=False)
    source = text.decode("utf-8", "surrogateescape")
    documents: list[Json] = []
    position = _past_blanks(source, 0)
    while position < len(source):
        try:
            if source[position] not in "[{":
                return tuple(documents), _mistake(json.JSONDecodeError("Expecting value", source, position), first_line, "[ or {")
            document, end = decoder.raw_decode(source, position)
        except json.JSONDecodeError as error:
            return tuple(documents), _mistake(error, first_line, _EXPECTED.get(error.msg.partition(": ")[0].removesuffix(" at"), "JSON"))
        except RecursionError:
            return tuple(documents), "nested too deeply"
        documents.append(document)
        position = _past_blanks(source, end)
    return tuple(documents), None


def _record(members: list[tuple[str, Json]]) -> Record:
    return Record(tuple(members))


def _past_blanks(source: str, position: int) -> int:
    blank = _BLANK.match(source, position)
    return blank.end() if blank else position


def _mistake(error: json.JSONDecodeError, first_line: int, expected: str) -> str:
    return f"line {error.lineno + first_line - 1}, column {error.colno}: expected {expected}"


def pages(documents: Iterable[Json]) -> Iterator[Json]:
    """The things that a paged answer lists: items of the arrays, and of arrays in them (`--slurp`), and objects that stand alone."""
    for document in documents:
        if not isinstance(document, list):
            yield document
            continue
        for item in document:
            if isinstance(item, list):
                yield from item
            else:
                yield item


def unpaged(documents: Iterable[Json], *names: str) -> Iterator[Json]:
    """The same where a page is an object that has what it lists in an array called one of `names`."""
    for page in pages(documents):
        lists = lists_of(page, *names)
        if not lists:
            yield page
        for items in lists:
            yield from items


def lists_of(page: Json, *names: str) -> list[list[Json]]:
    """The arrays called one of `names` that a page has; none where it is no page."""
    return [value for name, value in page.members if name in names and isinstance(value, list)] if isinstance(page, Record) else []


def pages_say_more(documents: Iterable[Json], names: tuple[str, ...], known: frozenset[str]) -> bool:
    """Whether a page says anything beside what it lists and its `known` members."""
    return any(isinstance(page, Record) and lists_of(page, *names) and says_more(page, known | {*names}) for page in pages(documents))


def peek(record: Record, name: str) -> Json:
    """The first member of that name: whether there are more is asked when it is read."""
    return next((value for known, value in record.members if known == name), None)


def word(record: Record, name: str) -> str:
    """The same where it is text; empty for anything else."""
    found = peek(record, name)
    return found if isinstance(found, str) else ""


def below(found: Json, *names: str) -> Json:
    """What lies at the end of a path of members; None where an object is missing on the way."""
    for name in names:
        found = peek(found, name) if isinstance(found, Record) else None
    return found


def text(record: Record, *names: str) -> str:
    """A member that has to be there and to be text. Raises `UnreadableError`."""
    found = record.get(*names)
    if not isinstance(found, str):
        raise misfit(names[0], "text")
    return found


def optional_text(record: Record, *names: str) -> str | None:
    """A member that is text if it is there. Raises `UnreadableError`."""
    found = record.get(*names)
    if found is not None and not isinstance(found, str):
        raise misfit(names[0], "text")
    return found


def optional_texts(record: Record, name: str) -> tuple[str, ...] | None:
    """A member that is a list of text if it is there. Raises `UnreadableError`."""
    found = record.get(name)
    if found is None:
        return None
    texts = tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()
    if not isinstance(found, list) or len(texts) != len(found):
        raise misfit(name, "a list of text")
    return texts


def flag(record: Record, name: str) -> bool | None:
    """A member that is true or false if it is there. Raises `UnreadableError`."""
    found = record.get(name)
    if found is not None and not isinstance(found, bool):
        raise misfit(name, "true or false")
    return found


def time(record: Record, *names: str) -> str | None:
    """A member that is a time if it is there, as RFC 3339 in UTC; the zero time, with which Go spells "none", is none.

    Raises `UnreadableError`.
    """
    said = optional_text(record, *names)
    if not said or said.startswith("0001-01-01T"):
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise misfit(names[0], "a time") from None
    if moment.tzinfo is None:
        raise misfit(names[0], "a time with its zone")
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OverflowError:
        raise misfit(names[0], "a time") from None


def moment(record: Record, *names: str, per_second: int = 1) -> str | None:
    """A member that is a time if it is there, as `time` gives it, or a number of parts of a second since 1970. Raises `UnreadableError`."""
    found = record.get(*names)
    if not isinstance(found, Number):
        return time(record, *names)
    try:
        return datetime.fromtimestamp(float(found.text) / per_second, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        raise misfit(names[0], "a time") from None


def texts(record: Record, name: str) -> tuple[str, ...]:
    """The texts in a member that is text, a list of texts or nothing. Raises `UnreadableError`."""
    found = record.get(name)
    listed = found if isinstance(found, list) else [] if found is None else [found]
    if not all(isinstance(item, str) for item in listed):
        raise misfit(name, "text or a list of texts")
    return tuple(item for item in listed if isinstance(item, str))


def inner(record: Record, name: str) -> Record:
    """A member that is an object, an empty one where it is not there. Raises `UnreadableError`."""
    found = record.get(name)
    if found is not None and not isinstance(found, Record):
        raise misfit(name, "an object")
    return found or Record(())


def objects(record: Record, name: str) -> tuple[Record, ...]:
    """The objects in a member that is a list of them or nothing. Raises `UnreadableError`."""
    found = record.get(name)
    listed = [] if found is None else found
    if not isinstance(listed, list) or not all(isinstance(item, Record) for item in listed):
        raise misfit(name, "a list of objects")
    return tuple(item for item in listed if isinstance(item, Record))


def scalar(value: Json) -> Secret | None:
    """The bytes of a value as JSON writes it: text, a number, true, false; None for null. Raises `UnreadableError` for a structure."""
    match value:
        case None:
            return None
        case str():
            return secret(value)
        case Number():
            return secret(value.text)
        case bool():
            return secret("true" if value else "false")
        case _:
            raise UnreadableError(Reason.MALFORMED, "expected text")


def secret(value: str) -> Secret:
    """The bytes that `value` stands for in the file's encoding."""
    try:
        return Secret(value.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return Secret(value.encode("utf-8", "surrogatepass"))


def undone(value: Secret | None) -> tuple[str, ...]:
    """`json` if the value has characters that JSON cannot write as they are."""
    return ("json",) if value is not None and _MUST_BE_ESCAPED.search(value.reveal()) else ()


def says_more(record: Record, known: frozenset[str]) -> bool:
    """Whether the object says anything beside its `known` members."""
    return any(name not in known and value not in (None, "", [], Record(())) for name, value in record.members)


def is_refusal(documents: tuple[Json, ...]) -> bool:
    """Whether this is not an export but the answer of an API that said no."""
    only = documents[0] if len(documents) == 1 else None
    if not isinstance(only, Record) or not only.members:
        return False
    return only.names <= _REFUSAL | _BESIDE_REFUSAL and not only.names.isdisjoint(_REFUSAL)


def misfit(name: str, expected: str) -> UnreadableError:
    """The error for a member that is not as `expected`."""
    return UnreadableError(Reason.MALFORMED, f"expected {name} to be {expected}")
