"""What steps give to those after them, by the names of their results, and which slots that is made from.

That a step was given a slot does not make a slot of all that it gives: a pull request's number is no token. Of a result that was seen to be
written it is known what it is made from; of others only what they are called, or what the signature of an action says of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from itertools import islice

from scanner.pipelines.definition import Mention
from scanner.records import replace

CALLED_SO = ""
"""In place of a pattern: whatever is called like a credential."""
_CREDENTIAL = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|(?:\A|_)(?:PWD|PAT|JWT|CREDS)\Z|(?:\A|_|API|ACCESS|PRIVATE)KEY\Z", re.IGNORECASE
)
_OTHER = re.compile(
    r"\A(?:IS|HAS|USES?|NEEDS|NO)_|CACHE|PUBLIC|(?:PRIMARY|MATCHED|RESTORE|ISSUE|PROJECT|SORT|HOST)_?KEY\Z"
    r"|_(?:FILE|PATH|URL|NAME|ID|USER|USERNAME|EXPIR[A-Z]{1,6}|TTL|LENGTH|TYPE|HASH|COUNT|EXISTS|VALID|SCOPES?|SET|STATUS)\Z",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 200
"""Characters of a name."""
_MOST = 200
"""Results that are remembered of what commands write."""
MOST_SLOTS = 100
"""Slots that one result is made from."""


def is_called_credential(name: str) -> bool:
    """Whether a result has the name of a credential: `token`, `npm-password`, `apiKey`, and not `cache-key`, `has-token`."""
    bare = _CAPITAL.sub("_", name[:_LONGEST]).replace("-", "_").replace(".", "_")
    return _CREDENTIAL.search(bare) is not None and _OTHER.search(bare) is None


class Results:
    """The results of the steps of a job, or of an action, as far as they were read."""

    def __init__(self) -> None:
        self._told: dict[str, dict[Mention, None]] = {}
        self._offered: dict[str, list[tuple[str, tuple[Mention, ...]]]] = {}
        self._step: str | None = None

    def begin(self, step: str | None) -> None:
        """Goes on to a step; None for one whose results nobody can name."""
        self._step = None if step is None else step.lower()

    def copy(self) -> Results:
        """The same, to go on with."""
        other = Results()
        other._told = {name: found.copy() for name, found in self._told.items()}
        other._offered = {step: found.copy() for step, found in self._offered.items()}
        return other

    def write(self, name: str, made_from: Iterable[Mention]) -> None:
        """A result of this step of which it is known what it is made from: of all that is written there, since only a run tells which."""
        if self._step is not None:
            self._tell(f"{self._step}.{name.lower()}", made_from)

    def give(self, name: str, made_from: Iterable[Mention]) -> None:
        """A variable that this step gives to all after it, which may also be asked for as its result (Azure)."""
        found = tuple(made_from)
        self._tell(name.lower(), found)
        self.write(name, found)

    def offer(self, patterns: Iterable[str], made_from: tuple[Mention, ...]) -> None:
        """Results of this step that have such names, as far as nothing is known of them otherwise."""
        if self._step is not None and made_from:
            self._offered.setdefault(self._step, []).extend((pattern.lower(), made_from) for pattern in patterns)

    def of(self, path: str) -> tuple[Mention, ...]:
        """What a result is made from, by its path in expressions: `steps.ID.outputs.NAME`, on Azure `ID.NAME` or the bare name of a variable."""
        step, _, name = path.partition(".")
        if step.lower() == "steps":
            step, _, name = name.partition(".")
            name = name.removeprefix("outputs.").partition(".")[0]
        key = f"{step}.{name}" if name else step
        if (told := self._told.get(key.lower())) is not None:
            return tuple(told)
        offered = self._offered.get(step.lower(), ()) if name and "." not in name else ()
        return tuple(dict.fromkeys(one for pattern, found in offered if _is_meant(name, pattern) for one in found))

    def _tell(self, name: str, made_from: Iterable[Mention]) -> None:
        if name not in self._told and len(self._told) >= _MOST:
            return
        known = self._told.setdefault(name, {})
        known.update(dict.fromkeys(replace(one, line=0, column=0) for one in islice(made_from, MOST_SLOTS - len(known))))


def _is_meant(name: str, pattern: str) -> bool:
    return is_called_credential(name) if pattern == CALLED_SO else fnmatchcase(name.lower(), pattern)
