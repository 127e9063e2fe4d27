"""Names of tox's environments: what braces in them stand for, and which factors a line asks for.

Source: tox's configuration reference, "Generative environments", "Conditional settings", "Labels".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.records import replace

_MOST = 500
"""Names that one stands for."""
_MOST_BRACES = 8
"""In one name."""
_MOST_ALTERNATIVES = 32
"""Of the condition of one line."""
_MOST_LINES = 200
"""Commands of an environment that are looked at."""
_MOST_OPTIONS = 8
"""Of one command, and names with variables of one option."""
_BRACES = re.compile(r"\{([^{}]{0,400})\}")
_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")
_NAMES = re.compile(r"(?:[^\s,{}]|\{[^{}]{0,400}\}){1,400}")
_CONDITION = re.compile(r"(?P<factors>!?[\w.](?:[\w.,!-]|\{[^{}\n]{0,400}\}){0,400}):[ \t]{1,64}(?=\S)")
_UNKNOWN = re.compile(r"\$\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,200}\}|\$[A-Za-z_]\w{0,127}")
"""What only a run puts into a name."""


def names_in(text: str) -> list[str]:
    """The names of a list that commas, blanks and lines part."""
    every = (name for found in _NAMES.finditer(text[:8192]) for name in expanded(found[0]))
    return list(islice(every, _MOST))


def expanded(name: str) -> list[str]:
    """All names that one with braces stands for: `3.1{0-2}-{unit,style}`."""
    if name.count("{") > _MOST_BRACES:
        return [name]
    found = [name]
    while (braces := next((one for written in found if (one := _BRACES.search(written)) is not None), None)) is not None:
        before = braces[0]
        found = [written.replace(before, part.strip(), 1) for written in found for part in _parts(braces[1])][:_MOST]
        if any(before in written for written in found):
            break
    return list(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    """What stands in braces: words, and ranges of numbers."""
    found: list[str] = []
    for part in text.split(","):
        numbers = _RANGE.fullmatch(part.strip())
        if numbers is None:
            found.append(part)
        else:
            first, last = int(numbers[1]), int(numbers[2])
            found += map(str, range(first, min(last, first + _MOST) + 1))
    return found[:_MOST]


def condition_of(row: str) -> tuple[str, int]:
    """The factors that a line of a setting asks for, and where what it says begins."""
    found = _CONDITION.match(row)
    return ("", 0) if found is None else (found["factors"], found.end())


@lru_cache(maxsize=4096)
def _alternatives(condition: str) -> tuple[tuple[str, ...], ...]:
    """The combinations of factors of which a line asks for one."""
    return tuple(tuple(one.split("-")) for one in names_in(condition)[:_MOST_ALTERNATIVES])


def _holds(condition: str, factors: frozenset[str]) -> bool:
    return any(
        all((part[1:] not in factors) if part.startswith("!") else part in factors for part in parts) for parts in _alternatives(condition)
    )


def environment(targets: dict[str, Target], name: str) -> Target | None:
    """An environment with those commands that it runs; one that says none has those of all."""
    own, base = targets.get(name), targets.get("")
    told = own if own is not None and own.texts else base
    if told is None or not told.texts:
        return own
    factors = frozenset(name.split("-"))
    texts = tuple(text for text in told.texts[:_MOST_LINES] if not text.factors or _holds(text.factors, factors))
    return replace(told, name=name, texts=texts, env=(*(base.env if base is not None else ()), *(own.env if own is not None else ())))


def asked(words: tuple[str, ...], file: ScriptFile, known: Iterable[str]) -> list[str]:
    """The environments that a command asks for by names, factors and labels; a variable in a name is anything."""
    every = list(dict.fromkeys((*(name for name, _ in file.labels), *(name for name in known if name))))
    found: list[str] = []
    for flag, values in islice(_options(words), _MOST_OPTIONS):
        if flag == "-e":
            found += (name for value in values for name in _named(value, every))
        elif flag == "-f":
            wanted = {part for value in values for part in _UNKNOWN.sub("", value).split("-") if part}
            found += (name for name in every if wanted and wanted <= set(name.split("-")))
        else:
            found += (name for name, labels in file.labels if set(labels) & set(values))
    return list(dict.fromkeys(found))[:_MOST]


def _named(text: str, every: list[str]) -> Iterator[str]:
    """The environments of a list of names; of one with a variable those that begin and end like it."""
    names = names_in(text)
    unknown = [name for name in names if _UNKNOWN.search(name) is not None][:_MOST_OPTIONS]
    for name in names:
        parts = _UNKNOWN.split(name)
        fitting = [one for one in every if one.startswith(parts[0]) and one.endswith(parts[-1])] if name in unknown else []
        yield from fitting or (name,)


def _options(words: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """What is given to the options that choose environments; `-f` and `-m` take several words."""
    at = 0
    while at < len(words):
        name, equals, value = words[at].partition("=")
        flag = _FLAGS.get(name) or (_FLAGS.get(name[:2]) if not name.startswith("--") else None)
        at += 1
        if flag is None:
            if name == "--":
                return
            continue
        values = [value] if equals else [words[at - 1][2:]] if name not in _FLAGS else []
        while not values or flag != "-e":
            if at >= len(words) or words[at].startswith("-") or (values and (equals or name not in _FLAGS)):
                break
            values.append(words[at])
            at += 1
        yield flag, values


_FLAGS = {"-e": "-e", "--env": "-e", "-f": "-f", "--factors": "-f", "-m": "-m", "--labels": "-m"}
