"""What names say: of variables which service they open, of jobs and environments which role is to be suspected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scanner.pipelines.signatures.rows import NameRow, Tables
from scanner.pipelines.signatures.uses import Patterns
from scanner.records import dataclass

_VERSION = re.compile(r"V[0-9]{1,4}")
_PART = re.compile(r"[A-Z]{1,60}(?![a-z])|[A-Z]?[a-z]{1,60}|[0-9]{1,20}")
_LONGEST = 200
_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Suspected:
    """What a name makes suspected."""

    role: str
    target: str | None = None
    tier: str = "public"


class Names:
    """The tables of names, asked for one name at a time."""

    def __init__(self, tables: Tables) -> None:
        self._endings = frozenset(tables.normal.endings)
        self._synonyms = dict(tables.normal.synonyms)
        self._exact: dict[str, int] = {}
        self._loose = Patterns()
        for place, row in enumerate(tables.sinks):
            for pattern in row.names:
                if _MAGIC & set(pattern):
                    self._loose.add(pattern, place)
                else:
                    self._exact.setdefault(pattern, place)
        self._sinks = tables.sinks
        self._rows = tables.names

    def normal(self, name: str) -> str:
        """A variable's name in capitals, without endings that tell no service, and by its common synonym.

        What would leave a name of one part stays: `DEPLOY_KEY` is not `DEPLOY`.
        """
        parts = re.sub(r"[^A-Z0-9]", "_", name[:_LONGEST].upper()).strip("_").split("_")
        whole = "_".join(parts)
        if whole in self._synonyms:
            return self._synonyms[whole]
        while len(parts) > 2 and self._is_ending(parts[-1]):  # noqa: PLR2004 - a service and what it gives stay
            parts.pop()
            if (found := self._synonyms.get("_".join(parts))) is not None:
                return found
        return "_".join(parts)

    def service(self, name: str) -> tuple[str, str] | None:
        """Role and target of what a variable opens, by its own name or by its normal one."""
        for one in (name[:_LONGEST].upper(), self.normal(name)):
            places = [*self._loose.of(one), *([self._exact[one]] if one in self._exact else [])]
            if places:
                row = self._sinks[min(places)]
                return row.role, row.target
        return None

    def roles(self, name: str) -> tuple[str, ...]:
        """Roles that the name of a job, stage or target makes suspected, each once."""
        return tuple(dict.fromkeys(row.role for row in self._of("name", name)))

    def environment(self, name: str) -> tuple[Suspected, ...]:
        """What the name of an environment makes suspected, each once."""
        found = (Suspected(row.role, row.target or None, row.tier) for row in self._of("environment", name))
        return tuple(dict.fromkeys(found))

    def _is_ending(self, part: str) -> bool:
        return part in self._endings or ("V#" in self._endings and bool(_VERSION.fullmatch(part)))

    def _of(self, kind: str, name: str) -> Iterable[NameRow]:
        parts = _parts(name)
        return (row for row in self._rows if row.of == kind and _among(row.words, parts) and not _among(row.without, parts))


def _parts(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `publishToNpm`, `publish_to-npm`, and the whole."""
    return (*(part.lower() for part in _PART.findall(name[:_LONGEST])), name[:_LONGEST].lower())


def _among(words: Sequence[str], parts: Sequence[str]) -> bool:
    return any(part in words for part in parts)
