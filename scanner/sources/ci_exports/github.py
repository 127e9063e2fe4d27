"""GitHub's Actions variables and the names of its secrets, also of those that only Dependabot or codespaces get.

Shapes: `GET …/actions/variables`, `…/actions/secrets`, `…/dependabot/secrets` and `…/codespaces/secrets` of a repository, an organisation,
an environment or a person (GitHub's REST API documentation), several pages in a row, and the arrays of `gh variable list --json …` and
`gh secret list --json …`, which spell the same members in camel case. No answer shows a secret's value.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_LISTS = ("variables", "secrets")
_ADDRESSES = ("selected_repositories_url", "selectedReposURL")
_TELLING = frozenset({"created_at", "updated_at", "updatedAt", "numSelectedRepos", *_ADDRESSES})
_KNOWN = _TELLING | {"name", "value", "visibility", "selected_repositories"}
_KNOWN_OF_PAGE = frozenset({"total_count"})


def _recognise(content: Content) -> Listing | None:
    if any(_is_page(page) for page in _pages(content)):
        return _read(content)
    told = any(isinstance(item, Record) and "name" in item.names and item.names & _TELLING for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "name" in item.names for item in items)):
        return None
    return listed(_said(content, items), _level(items))


def _said(content: Content, items: tuple[Json, ...]) -> Iterator[Item]:
    yield from records(items, _entries)
    if jsontext.pages_say_more(content.documents or (), _LISTS, _KNOWN_OF_PAGE):
        yield Loose()


def _pages(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _items(content: Content) -> Iterator[Json]:
    """The members of the lists in each page, or the page itself where it is one of gh's items."""
    return jsontext.unpaged(content.documents or (), *_LISTS)


def _is_page(page: Json) -> bool:
    """Whether this holds a list of variables or secrets: with its count, as the API answers, or with items that have names."""
    if not isinstance(page, Record):
        return False
    return any(
        "total_count" in page.names or any(isinstance(item, Record) and "name" in item.names for item in items)
        for items in jsontext.lists_of(page, *_LISTS)
    )


def _level(items: tuple[Json, ...]) -> str | None:
    """Only an organisation says who may use a variable; a repository and an environment answer alike."""
    said = (value for item in items if isinstance(item, Record) for name, value in item.members if name == "visibility")
    return "org" if any(said) else None


def _entries(record: Record) -> Iterator[Item]:
    value = jsontext.optional_text(record, "value")
    secret = None if value is None else jsontext.secret(value)
    yield Entry(
        name=jsontext.text(record, "name"),
        value=secret,
        encoding=jsontext.undone(secret),
        allowed_projects=_allowed(record),
        updated_at=jsontext.time(record, "updated_at", "updatedAt"),
    )
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


def _allowed(record: Record) -> tuple[str, ...] | None:
    """The repositories that an organisation lets use it: `all` or `private` as the platform says, or their names.

    None where nothing is said, and where some are selected but not named; gh's count of them is 0 unless it prints to a terminal.
    """
    visibility = jsontext.optional_text(record, "visibility")
    if visibility in {"all", "private"}:
        return (visibility,)
    chosen = record.get("selected_repositories") if visibility == "selected" else None
    if not isinstance(chosen, list):
        return None
    return tuple(sorted(jsontext.text(repository, "full_name") for repository in chosen if isinstance(repository, Record)))


def _feature(feature: str) -> System:
    """The secrets that one feature gets; they may have the names of others, so it is their scope."""

    def recognise(content: Content) -> Listing | None:
        said = (text for item in _items(content) for text in _addresses(item))
        return read(content) if any(f"/{feature}/secrets/" in text for text in said) else None

    def read(content: Content) -> Listing | None:
        listing = _read(content)
        if listing is None:
            return None
        level = "user" if _is_of_user(content) else listing.level or "project"
        return replace(listing, entries=tuple(replace(entry, environment_scope=feature) for entry in listing.entries), level=level)

    return System("github", {feature: None}, "GitHub variables or secrets as JSON", recognise, read)


def _is_of_user(content: Content) -> bool:
    """Whether these are the secrets of a person's codespaces. They tell a visibility as an organisation's do."""
    return any("/user/codespaces/secrets" in text for item in _items(content) for text in _addresses(item))


def _addresses(item: Json) -> Iterator[str]:
    """Where the API tells the repositories that may use a secret."""
    if isinstance(item, Record):
        yield from (value for name, value in item.members if name in _ADDRESSES and isinstance(value, str))


DEPENDABOT = _feature("dependabot")
CODESPACES = _feature("codespaces")
SYSTEM = System(
    platform="github",
    levels={"repo": "project", "org": "org", "environment": "environment"},
    expects="GitHub variables or secrets as JSON",
    recognise=_recognise,
    read=_read,
)
