"""The baseline: occurrences that somebody has accepted, in a file that lies beside the code and is reviewed like it.

It needs no key that people share: credentials are named under a salt that is in the file. Random values cannot be found from such a name,
and passwords are stretched first; still, it is for those who can read the repository anyway. One block is one credential with the places
where it is accepted, in the order of places. Blocks begin and end with lines that no other block has, and a place is a line: where two
branches add something in the same spot, git's conflict is whole blocks or whole places, and keeping both sides is the right answer.

A place that several entries name for one credential is accepted as long as all of them accept it: the earliest `until` counts, so that
a merge never makes an acceptance longer than one of its sides had it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from secrets import token_bytes
from typing import Any, NoReturn

from scanner.errors import BaselineError
from scanner.records import dataclass

VERSION = 1
LARGEST = 16 << 20
"""Bytes of a baseline; a larger one is refused."""
SALT_OCTETS = 32
_SHORT = 6
"""Characters of an id that tell blocks apart for those who merge them."""
DOTS = 64
"""Dots outside strings that are borne. A baseline has none, and tomllib takes quadratic time over a long dotted key."""

HEADER = """\
# Accepted occurrences, written by `keytrail baseline`. Each id names a credential under the salt; the value cannot be read from it.
# A credential is accepted in the places that are listed, until the end of the day in `until`, and is reported everywhere else.
"""

_ID = re.compile(r"kb1:[a-z2-7]{26}")
_SALT = re.compile(r"(?:[0-9A-Fa-f]{2}){1,512}")
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})(?![<=>|])", re.MULTILINE)
_LINE = re.compile(r"\(at line (\d{1,9}), column \d{1,9}\)\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARK = re.compile(r"\"\"\"|'''|[\"'#]")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


@dataclass(frozen=True, slots=True)
class Known:
    """One credential, accepted in some places. Places are sorted and distinct, and all text is valid Unicode, however it came in."""

    id: str
    """`kb1:<26 base32>`."""
    kind: str
    places: tuple[str, ...]
    """Paths, as occurrences have them."""
    reason: str = ""
    until: date | None = None
    """The last day on which it is accepted; None for no end."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", as_kept(self.kind))
        object.__setattr__(self, "places", tuple(sorted({as_kept(place) for place in self.places})))
        object.__setattr__(self, "reason", as_kept(self.reason))


@dataclass(frozen=True, slots=True)
class Baseline:
    """A salt and what is known under it, distinct and in the order of the file."""

    salt: bytes
    known: tuple[Known, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", tuple(sorted(set(self.known), key=_order)))


class Accepted:
    """What a baseline accepts; made once, after which no question takes longer for a larger baseline."""

    def __init__(self, baseline: Baseline) -> None:
        self._entries: dict[tuple[str, str], Known] = {}
        for known in baseline.known:
            for place in known.places:
                other = self._entries.setdefault((known.id, place), known)
                self._entries[known.id, place] = min(other, known, key=_last_day)

    def names(self, baseline_id: str, path: str) -> bool:
        """Whether an entry names this credential at this path, expired or not."""
        return (baseline_id, as_kept(path)) in self._entries

    def known_as(self, baseline_id: str | None, path: str, today: date) -> Known | None:
        """The entry that accepts this credential at this path today."""
        known = self._entry(baseline_id, path)
        return known if known is not None and today <= _last_day(known) else None

    def expired_as(self, baseline_id: str | None, path: str, today: date) -> Known | None:
        """The entry that has accepted it until a day that is past."""
        known = self._entry(baseline_id, path)
        return known if known is not None and today > _last_day(known) else None

    def _entry(self, baseline_id: str | None, path: str) -> Known | None:
        return None if baseline_id is None else self._entries.get((baseline_id, as_kept(path)))


def random_salt() -> bytes:
    """A salt that no other baseline has."""
    return token_bytes(SALT_OCTETS)


def salt_from(roots: Sequence[str]) -> bytes:
    """The salt of a repository with these root commits, the same in every clone of it; a random one where there are none."""
    if not roots:
        return random_salt()
    return sha256(b"kt/baseline-salt/v1\0" + "\n".join(sorted(set(roots))).encode()).digest()


def from_occurrences(
    occurrences: Iterable[tuple[str | None, str, str]], *, salt: bytes, reason: str = "", until: date | None = None
) -> Baseline:
    """The baseline that accepts all these, given as id under `salt`, kind and path. What has no id cannot be accepted and is left out."""
    places: dict[tuple[str, str], list[str]] = {}
    for name, kind, path in occurrences:
        if name is not None:
            places.setdefault((name, kind), []).append(path)
    return Baseline(salt, tuple(Known(name, kind, tuple(paths), reason, until) for (name, kind), paths in places.items()))


def render(baseline: Baseline) -> str:
    """The file that says so; the same for equal baselines."""
    blocks = (_block(known) for known in baseline.known)
    return "\n".join((f'{HEADER}version = {VERSION}\nsalt = "{baseline.salt.hex()}"\n', *blocks))


def parse(text: bytes, name: str) -> Baseline:
    """What the file says; `name` is what the messages call it.

    Raises BaselineError for anything that is not a baseline of this version, in one sentence that holds nothing of the file.
    """
    if len(text) > LARGEST:
        _refuse(name, f"larger than {LARGEST} bytes")
    if conflict := _CONFLICT.search(text):
        line = 1 + text.count(b"\n", 0, conflict.start())
        _refuse(name, f"a merge left conflict markers (line {line}); keep the entries of both sides and remove the markers")
    table = _table(text, name)
    version = table.get("version")
    if type(version) is not int or version < 1:
        _refuse(name, "no baseline: `version` must be a positive number")
    if version > VERSION:
        _refuse(name, f"version {version} was written by a newer keytrail; this one reads version {VERSION}")
    if table.keys() - {"version", "salt", "known"}:
        _refuse(name, "unknown key; a baseline has version, salt and [[known]] blocks")
    salt, blocks = table.get("salt"), table.get("known", [])
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        _refuse(name, "`salt` must be a string of hex digits")
    if not isinstance(blocks, list):
        _refuse(name, "`known` must be written as [[known]] blocks")
    return Baseline(bytes.fromhex(salt), tuple(_known(block, f"{name}: [[known]] block {at}") for at, block in enumerate(blocks, 1)))


def _table(text: bytes, name: str) -> Mapping[str, Any]:
    try:
        decoded = text.decode("utf-8-sig")
        if sum(part.count(".") for part in _outside_strings(decoded)) > DOTS:
            _refuse(name, "no baseline: dotted keys")
        return tomllib.loads(decoded)
    except UnicodeDecodeError:
        _refuse(name, "not valid UTF-8")
    except (ValueError, RecursionError) as error:
        line = _LINE.search(str(error))
        _refuse(name, f"not valid TOML (line {line[1]})" if line else "not valid TOML")


def _known(block: object, place: str) -> Known:
    """The entry that one block is; `place` is where it stands."""
    if not isinstance(block, dict):
        _refuse(place, "must be a table")
    if block.keys() - {"id", "kind", "places", "reason", "until"}:
        _refuse(place, "unknown key; a block has id, kind, places, reason and until")
    name, kind, places = block.get("id"), block.get("kind"), block.get("places")
    reason, until = block.get("reason", ""), block.get("until")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        _refuse(place, "`id` must be `kb1:` and 26 characters")
    if not isinstance(kind, str):
        _refuse(place, "`kind` must be a string")
    if not isinstance(places, list) or not all(isinstance(path, str) for path in places):
        _refuse(place, "`places` must be a list of paths")
    if not isinstance(reason, str):
        _refuse(place, "`reason` must be a string")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        _refuse(place, "`until` must be a date such as 2027-01-31, without quotes")
    return Known(name, kind, tuple(places), reason, until)


def _refuse(place: str, why: str) -> NoReturn:
    message = f"{place}: {why}"
    raise BaselineError(message) from None


def _outside_strings(text: str) -> Iterator[str]:
    """What stands outside the strings and comments of a TOML text, as far as it is one."""
    at = 0
    while mark := _MARK.search(text, at):
        yield text[at : mark.start()]
        at = _closed(text, mark.end(), mark.group())
    yield text[at:]


def _closed(text: str, at: int, mark: str) -> int:
    """Where the string or comment ends that `mark` has opened before `at`."""
    closing = "\n" if mark == "#" else mark
    while (found := text.find(closing, at)) >= 0:
        begin = found
        while mark[0] == '"' and begin > at and text[begin - 1] == "\\":
            begin -= 1
        if (found - begin) % 2 == 0:
            return found + len(closing)
        at = found + 1
    return len(text)


def _order(known: Known) -> tuple[object, ...]:
    return (known.places[:1], known.id, known.kind, known.places, known.until is None, _last_day(known), known.reason)


def _last_day(known: Known) -> date:
    return known.until or date.max


def as_kept(text: str) -> str:
    r"""`text` as a baseline has it: with the bytes that were no UTF-8 as `\xNN`."""
    return _SURROGATE.sub(lambda match: f"\\x{ord(match[0]) & 0xFF:02x}", text)


def _block(known: Known) -> str:
    """The block. It begins and ends with a line of its own, and has one on the way.

    git takes equal lines at either end out of a conflict, and parts a conflict at more than three equal lines (xdiff's xmerge, "zealous").
    """
    short = known.id.rpartition(":")[2][:_SHORT]
    places = (f"  {_quoted(place)}," for place in known.places)
    lines = [f"[[known]] # {short}", "places = [", *places, f"] # {short}", f"kind = {_quoted(known.kind)}"]
    if known.reason:
        lines.append(f"reason = {_quoted(known.reason)}")
    if known.until is not None:
        lines.append(f"until = {known.until.isoformat()}")
    return "\n".join((*lines, f"id = {_quoted(known.id)}", ""))


def _quoted(text: str) -> str:
    """A basic string of TOML 1.0. What does not show on a screen is escaped, so that a reviewer sees all that is there."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    shown = character if character.isprintable() else f"\\U{ord(character):08x}"
    return _ESCAPES.get(character, shown)
