"""Conditions of rows, asked of a command or of a step. Their language is that of `rows`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

from scanner.pipelines.signatures.argv import Invocation

_OFF = frozenset({"false", "no", "off", "0"})
_DECIDED_LATER = re.compile(r"\$\{\{|\$\(|\$\{?[A-Za-z_]|%[A-Za-z_]{1,60}%|<<|\{\{")
_WHOLLY_LATER = re.compile(
    r"\$\{\{[^{}]{0,1900}\}\}|\$\([^()]{0,1900}\)|\$\{[^{}]{1,200}\}|\$[A-Za-z_:]{1,200}|\$env:\w{1,200}|%[A-Za-z_]{1,60}%|<<[^<>]{1,200}>>"
)
"""One expression or variable. Where text stands around it, that text tells, unless it is a switch (`push=${{ … }}`)."""
_CHOICE = re.compile(r"\$\{\{[^{}]{0,1900}\}\}")
"""An expression of which a word may be all that a run makes of it (`${{ inputs.try && '--dry-run' || '' }}`), or not there at all."""
_LONGEST = 2_000
"""Characters of a value that a pattern looks at."""


class Given:
    """What a command or step was given, by name. Its values may be credentials: never shown."""

    __slots__ = ("_env", "_fed", "_folds", "_named", "_words", "_wrappers")

    def __init__(
        self,
        named: Mapping[str, Sequence[str]],
        *,
        env: Mapping[str, str],
        words: Sequence[str] = (),
        wrappers: Sequence[str] = (),
        fed: bool = False,
        folds: bool = False,
    ) -> None:
        self._named = {name.lower(): values for name, values in named.items()} if folds else named
        self._env = env
        self._words = words
        self._wrappers = wrappers
        self._fed = fed
        self._folds = folds

    @classmethod
    def of_command(cls, invocation: Invocation, env: Mapping[str, str] = MappingProxyType({})) -> Given:
        """What a command was given, with variables that stand around it."""
        return cls(
            invocation.flags,
            env={**env, **invocation.assigned} if env else invocation.assigned,
            words=tuple(word.text for word in invocation.words),
            wrappers=invocation.wrappers,
            fed=invocation.command.has_input or bool(invocation.command.fed),
        )

    @classmethod
    def of_step(cls, settings: Mapping[str, str], env: Mapping[str, str]) -> Given:
        """What a step was given: its inputs, whose names are compared without regard to case, and its variables."""
        return cls({name: (value,) for name, value in settings.items()}, env=env, folds=True)

    @property
    def variables(self) -> Collection[str]:
        """Names of the variables that it was given."""
        return self._env.keys()

    def values(self, name: str) -> tuple[str, ...]:
        """Texts given under a name of flag, input or `env:` variable, without empty ones."""
        return tuple(value for value in self._all(name) if value)

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds; None where only a run tells."""
        if condition.startswith("sure:"):
            return self.holds(condition[len("sure:") :]) is True
        if condition.startswith("!"):
            held = self.holds(condition[1:])
            return None if held is None else not held
        if condition.startswith("word:"):
            return any(_matches(text, condition[len("word:") :]) for text in self._words)
        if condition.startswith("wrapper:"):
            return any(_matches(text, condition[len("wrapper:") :]) for text in self._wrappers)
        if condition == "input":
            return self._fed if not self._folds else self._holds("input", "")
        name, equals, pattern = condition.partition("=")
        return self._holds(name, pattern if equals else "")

    def _holds(self, name: str, pattern: str) -> bool | None:
        """Whether something is given under `name`, and matches."""
        values = self._all(name)
        if not values:
            return False
        answers = {_answer(value, pattern) for value in values}
        return True if True in answers else None if None in answers else False

    def _all(self, name: str) -> list[str]:
        """What is given under a name, which may be a pattern."""
        if name.startswith("env:"):
            return self._variables(name[len("env:") :])
        wanted = name.lower() if self._folds else name
        if "*" in wanted:
            found = [value for key, values in self._named.items() if fnmatchcase(key, wanted) for value in values]
        else:
            found = list(self._named.get(wanted, ()))
        return [value for value in found if value.strip()] if self._folds else found

    def _variables(self, name: str) -> list[str]:
        """The values of variables under a name, which may be a pattern."""
        if not self._env:
            return []
        if "*" in name:
            return [value for key, value in self._env.items() if fnmatchcase(key, name)]
        return [self._env[name]] if name in self._env else []


def certain(given: Given, conditions: Iterable[str]) -> bool:
    """Whether one of the conditions holds for certain."""
    return any(given.holds(condition) is True for condition in conditions)


def possible(given: Given, conditions: Iterable[str]) -> bool:
    """Whether one of the conditions holds or may hold."""
    return any(given.holds(condition) is not False for condition in conditions)


def all_possible(given: Given, conditions: Iterable[str]) -> bool:
    """Whether each of the conditions holds or may hold."""
    return all(given.holds(condition) is not False for condition in conditions)


def is_decided_later(value: str) -> bool:
    """Whether an expression or a variable is all that decides a value."""
    return bool(_DECIDED_LATER.search(value[:_LONGEST]))


def _answer(value: str, pattern: str) -> bool | None:
    text = value.strip()
    if pattern == "on":
        return None if is_decided_later(text) else text.lower() not in _OFF
    if pattern:
        cut = text[:_LONGEST]
        if _matches(text, pattern):
            return True if _matches(_CHOICE.sub("", cut), pattern) or not _says(cut, pattern) else None
        return None if _WHOLLY_LATER.fullmatch(cut) or _matches(_WHOLLY_LATER.sub("true", cut), pattern) else False
    return text.lower() not in _OFF


def _says(text: str, pattern: str) -> bool:
    """Whether what a pattern asks for stands within an expression in quotes."""
    asked = [part for one in pattern.lower().split("|") for part in one.split("*") if part]
    quoted = " ".join(found.lower() for choice in _CHOICE.findall(text) for found in re.findall(r"'([^']{0,400})'", choice))
    return any(part in quoted for part in asked)


def _matches(text: str, pattern: str) -> bool:
    folded = text[:_LONGEST].lower()
    return any(fnmatchcase(folded, one) for one in pattern.lower().split("|"))
