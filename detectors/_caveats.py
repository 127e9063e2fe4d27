"""What the restrictions in a PyPI token add up to.

Each is a JSON array with a number first, in old tokens an object (warehouse, `warehouse/macaroons/caveats`). All must hold at once, so
together they allow what every one of them allows. A token without any says nothing: PyPI keeps a copy of them and may stop embedding
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from detectors._offline import instant, json_value
from scanner.contract import Lifetime, rx
from scanner.records import dataclass

EXPIRATION, PROJECT_NAMES, PROJECT_IDS, USER, PUBLISHER = range(5)
MOST_PROJECTS = 256

_NAME = rx(r"[A-Za-z0-9] [A-Za-z0-9._-]{0,127}")
UUID = rx(r"[0-9a-fA-F]{8} (?: -[0-9a-fA-F]{4}){3} -[0-9a-fA-F]{12}")

Caveat = tuple[int, list[object]]
"""The number that says what it restricts, and what follows it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows, as far as it says."""

    scope: str
    projects: list[str] | None
    project_ids: list[str] | None
    user_id: str | None
    expires_at: str | None
    not_before: str | None
    publisher: bool

    @property
    def lifetime(self) -> Lifetime:
        """Trusted publishing mints tokens for fifteen minutes; others live until they are deleted, unless their holder gave them an end."""
        if self.publisher:
            return Lifetime.EPHEMERAL
        return Lifetime.EXPIRING if self.expires_at else Lifetime.STATIC


def read_caveats(caveats: Iterable[bytes]) -> Grant:
    """The intersection of all restrictions, and the earliest end."""
    read = [one for caveat in caveats for one in _read(json_value(caveat))]
    names = _intersection(rest for tag, rest in read if tag == PROJECT_NAMES)
    ids = _intersection(rest for tag, rest in read if tag == PROJECT_IDS)
    return Grant(
        scope=_scope(read, names, ids),
        projects=_listed(names, _NAME.fullmatch),
        project_ids=_listed(ids, UUID.fullmatch),
        user_id=next((user for tag, rest in read if tag == USER for user in _texts(rest[:1]) if UUID.fullmatch(user.encode())), None),
        expires_at=instant(min(_moments(read, 0), default=None)),
        not_before=instant(max(_moments(read, 1), default=None)),
        publisher=any(tag == PUBLISHER for tag, _ in read),
    )


def _read(value: object) -> Iterator[Caveat]:
    if isinstance(value, list) and value and type(value[0]) is int:
        yield value[0], value[1:]
    elif isinstance(value, dict):
        yield from _legacy(value)


def _legacy(old: dict[str, object]) -> Iterator[Caveat]:
    """The form of 2019 to 2022, in the numbers of today. A token for the whole account did not say whose."""
    permissions = old.get("permissions")
    if permissions == "user":
        yield USER, []
    elif isinstance(permissions, dict) and isinstance(permissions.get("projects"), list):
        yield PROJECT_NAMES, [permissions["projects"]]
    if "exp" in old or "nbf" in old:
        yield EXPIRATION, [old.get("exp"), old.get("nbf")]
    if isinstance(old.get("project_ids"), list):
        yield PROJECT_IDS, [old["project_ids"]]


def _intersection(restrictions: Iterable[list[object]]) -> set[str] | None:
    """What all restrictions of one sort have in common; None where there is none."""
    allowed = [set(_texts(rest[0])) for rest in restrictions if rest and isinstance(rest[0], list)]
    return set.intersection(*allowed) if allowed else None


def _texts(values: list[object]) -> Iterator[str]:
    """Texts among `values`; what is no text would restrict to nothing."""
    return (value for value in values if isinstance(value, str) and value.isascii())


def _moments(read: list[Caveat], place: int) -> Iterator[int]:
    for tag, rest in read:
        if tag == EXPIRATION and len(rest) > place:
            moment = rest[place]
            if isinstance(moment, int) and instant(moment) is not None:
                yield moment


def _listed(names: set[str] | None, allowed: Callable[[bytes], object]) -> list[str] | None:
    if names is None:
        return None
    return sorted(name for name in names if allowed(name.encode()))[:MOST_PROJECTS]


def _scope(read: list[Caveat], names: set[str] | None, ids: set[str] | None) -> str:
    """`single`, `multi`, `account`, else `unknown`."""
    counts = [len(projects) for projects in (names, ids) if projects is not None]
    if counts:
        fewest = min(counts)
        return "unknown" if fewest == 0 else "single" if fewest == 1 else "multi"
    tags = {tag for tag, _ in read}
    return "account" if USER in tags and PUBLISHER not in tags else "unknown"
