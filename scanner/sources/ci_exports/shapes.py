"""What the readers of single systems have in common.

A reader gets a `Content` and says what it finds, in order: entries, flaws and loose text. `listed` makes a bounded `Listing` of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from scanner.contract import Secret
from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.placed import Placed

MOST_VARIABLES = 100_000
"""GitLab allows 8,000 for a project and 30,000 for a group; what lies beyond is read as text."""
MOST_FLAWS = 10
"""Flaws that are told one by one; the others are counted."""
LONGEST_TOLD = 512
"""Characters that are kept of a name, an owner or a scope: more than are ever shown, so that one that was cut is still told from what is shown
of it, and few enough for a hundred thousand variables below one long name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable as the export says it, not knowing yet whose it is."""

    name: str
    value: Secret | None
    line: int | None = None
    offset: int | None = None
    """Of the value in `Content.text`, where its bytes stand there unchanged."""
    encoding: tuple[str, ...] = ()
    is_file: bool = False
    environment_scope: str | None = None
    protected: bool | None = None
    masked: bool | None = None
    hidden: bool | None = None
    allowed_projects: tuple[str, ...] | None = None
    updated_at: str | None = None
    group: str | None = None
    """What has it within the export's owner, where that may have several with a variable of this name: Azure's variable group."""
    level: str | None = None
    """Its own level, where an export has variables of several."""
    opened: tuple[int, int] | None = None
    """Where `Content.text` has what the value was deciphered from, which is then no credential of its own."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that could not be read: position and expectation in words, never content."""

    detail: str
    reason: Reason = Reason.MALFORMED


@dataclass(frozen=True, slots=True)
class Loose:
    """Text that belongs to no variable and is no mistake: a comment, a description."""


Item = Entry | Flaw | Loose
_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a reader found."""

    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...] = ()
    loose: bool = False
    """Whether something belongs to no variable."""
    level: str | None = None
    """The level, where the content tells it."""


Reader = Callable[[Content], Listing | None]
"""None where the content is not of the reader's kind."""


@dataclass(frozen=True, slots=True)
class System:
    """A row of the table: how one platform's exports are called, recognised and read."""

    platform: str
    levels: Mapping[str, str | None]
    """What follows the platform and a hyphen in a system's name, and the level that this means; None where the content tells it."""
    expects: str
    """What a reader of an error message should have given."""
    recognise: Reader
    """Reads content that is beyond doubt of this system."""
    read: Reader
    """Reads content that the user says is of this system."""
    level: str | None = None
    """The level of whatever says none itself, where the platform has but one."""
    is_yaml: bool = False
    """Whether its exports may be YAML, so that a mistake in that is worth telling."""


def never(content: Content) -> Listing | None:  # noqa: ARG001 - a `Reader` for what looks like that of others
    """Recognises nothing: the user has to name the system."""
    return None


def listed(items: Iterable[Item], level: str | None = None) -> Listing:
    """At most `MOST_VARIABLES` entries and a few more than `MOST_FLAWS` flaws; what was left out is a flaw itself."""
    entries: list[Entry] = []
    flaws: list[Flaw] = []
    unsaid, loose = 0, False
    for item in items:
        match item:
            case Loose():
                loose = True
            case Flaw() if len(flaws) < MOST_FLAWS:
                flaws.append(item)
            case Flaw():
                unsaid += 1
            case Entry() if len(entries) < MOST_VARIABLES:
                entries.append(_short(item))
            case Entry():
                flaws.append(Flaw(f"more than {MOST_VARIABLES} variables", Reason.TOO_LARGE))
                break
    if unsaid:
        flaws.append(Flaw(f"{unsaid} more flaws"))
    return Listing(tuple(entries), tuple(flaws), loose, level)


def _short(entry: Entry) -> Entry:
    """The entry with no more of its names than is kept."""
    told = (entry.name, entry.group or "", entry.environment_scope or "")
    if max(map(len, told)) <= LONGEST_TOLD:
        return entry
    name, group, scope = (text[:LONGEST_TOLD] for text in told)
    return replace(
        entry,
        name=name,
        group=None if entry.group is None else group,
        environment_scope=None if entry.environment_scope is None else scope,
    )


def entry_of(name: str, value: Json, *, scope: str | None = None, hidden: bool | None = None, updated_at: str | None = None) -> Entry:
    """A variable with its value as JSON writes it; what nobody can look at is masked, too. Raises `UnreadableError` for a structure."""
    secret = jsontext.scalar(value)
    place = value if isinstance(value, Placed) else None
    return Entry(
        name,
        secret,
        line=None if place is None else place.line,
        offset=None if place is None else place.offset,
        encoding=jsontext.undone(secret) if place is None else (),
        environment_scope=scope,
        masked=hidden or None,
        hidden=hidden,
        updated_at=updated_at,
    )


def held(entries: Iterable[Item], holder: Entry) -> Iterator[Item]:
    """The same items, of which the entries are in the place that `holder` tells."""
    for item in entries:
        yield replace(item, group=holder.group, environment_scope=holder.environment_scope) if isinstance(item, Entry) else item


def mistakes(content: Content) -> Iterator[Flaw]:
    """Why not all of the YAML could be read; that of JSON is told elsewhere."""
    if content.tree_flaw is not None:
        yield Flaw(content.tree_flaw)


def broken(content: Content) -> Listing | None:
    """What is said of YAML that looks like an export and is damaged; None where it is not."""
    return Listing((), tuple(mistakes(content))) if content.tree_flaw is not None else None


def beside(documents: Iterable[Json], *lists: str) -> Iterator[Item]:
    """Loose text, where a page says anything beside the lists of these names that it has."""
    for page in jsontext.pages(documents):
        has_list = isinstance(page, Record) and any(isinstance(jsontext.peek(page, name), (list, Record)) for name in lists)
        if has_list and isinstance(page, Record) and jsontext.says_more(page, frozenset(lists)):
            yield Loose()


def records(items: Iterable[Json], read: Callable[[Record], Iterator[Item]]) -> Iterator[Item]:
    """What `read` says of each object; a flaw for each other thing and for each object that it raises `UnreadableError` for."""
    return _told(items, "entry", lambda item: read(as_object(item)))


def variables(items: Iterable[Json], read: Callable[[Record], Iterator[Item]]) -> Iterator[Item]:
    """The same for a list within an entry."""
    return _told(items, "variable", lambda item: read(as_object(item)))


def members(record: Record, read: Callable[[str, Json], Iterator[Item]]) -> Iterator[Item]:
    """The same for an object that has what it lists under names. Flaws number them: a name could be a value in the wrong place."""
    return _told(record.members, "member", lambda member: read(*member))


def _told(items: Iterable[_Told], noun: str, read: Callable[[_Told], Iterator[Item]]) -> Iterator[Item]:
    for number, item in enumerate(items, start=1):
        try:
            for said in read(item):
                yield Flaw(f"{noun} {number}: {said.detail}", said.reason) if isinstance(said, Flaw) else said
        except UnreadableError as error:
            yield Flaw(f"{noun} {number}: {error.detail}", Reason(error.reason))


def as_object(item: Json) -> Record:
    """The thing, which has to be an object. Raises `UnreadableError`."""
    if not isinstance(item, Record):
        raise UnreadableError(Reason.MALFORMED, "expected an object")
    return item
