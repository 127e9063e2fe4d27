"""Texts in which expressions have been replaced by what they can come to: `make ${{ matrix.target }}` by one text for each target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, product

from scanner.pipelines.checks import is_secret_name
from scanner.pipelines.definition import Setting, Values
from scanner.pipelines.scope import Scope, expanded

EXPRESSION = re.compile(r"\$\{\{(?P<body>(?:[^{}'\n]|'[^'\n]{0,200}+'){1,400}+)\}\}")
_PLAIN = re.compile(r"(?:[\w ./:@=,+-]|\$\{\{[^{}\n]{1,200}+\}\}){1,400}+")
"""A value that a shell takes as it is, expressions aside."""
_ASSIGNED = re.compile(r"\b([A-Za-z_]\w{0,255}+)=")
_COMPARED = re.compile(r"\(?\s{0,8}(?P<name>[\w.-]{1,200}+)\s{0,8}(?P<sign>==|!=)\s{0,8}'(?P<value>[^'\n]{0,200}+)'\s{0,8}\)?")
_MOST = 64
"""Texts that are made of one."""
_MOST_VALUES = 256
"""Of one name."""
_LONGEST = 65_536
"""Characters of all that is made of one text."""

Known = Mapping[str, tuple[str, ...]]
"""What is known of names in expressions: each with all values that it can have, names in lower case."""


def alternatives(text: str, known: Known) -> tuple[str, ...]:
    """The text with each value of the expressions in it that are known; as it is where none is."""
    if not known or "${{" not in text:
        return (text,)
    bodies = dict.fromkeys(found["body"] for found in EXPRESSION.finditer(text))
    values = {body: possible for body in bodies if (possible := _possible(body, known))}
    most = min(_MOST, max(1, _LONGEST // len(text)))
    made = (dict(zip(values, chosen, strict=True)) for chosen in islice(product(*values.values()), most))
    return tuple(dict.fromkeys(_replaced(text, one) for one in made))


def changeable(text: str) -> tuple[str, ...]:
    """The variables that a text expands and does not set, but for those that are called like secrets."""
    if len(text) > _LONGEST or ("$" not in text and "%" not in text):
        return ()
    changed = frozenset(_ASSIGNED.findall(text))
    return tuple(name for name in expanded(text) if name not in changed and not is_secret_name(name))


def variants(text: str, names: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """The text with plain values that the definition gives to those of its variables; nothing where it gives none of them any."""
    plain = plain_values(names, scope)
    if not plain:
        return ()
    known = "|".join(plain)
    shape = re.compile(rf"\$\{{(?i:env:)?({known})\}}|\$(?i:env:)?({known})\b|%({known})%")
    done = shape.sub(lambda found: plain[found[found.lastindex or 0]], text)
    return alternatives(done, scope.possible) if len(done) <= _LONGEST else ()


def plain_values(names: Iterable[str], scope: Scope) -> dict[str, str]:
    """The values of variables to which the definition gives one that a shell takes as it is, expressions aside."""
    settings = {name: setting for name in names if (setting := scope.variable(name)) is not None}
    return {name: one.value for name, one in settings.items() if not scope.roots(one.mentions) and _PLAIN.fullmatch(one.value)}


def settled(text: str, known: Known) -> tuple[str, ...]:
    """Those alternatives of a text in which no expression is left."""
    return tuple(one for one in alternatives(text, known) if "${{" not in one)


def given(defaults: Values, settings: Iterable[Setting], known: Known) -> dict[str, tuple[str, ...]]:
    """What the inputs of a called pipeline or action come to: their defaults, and instead what a caller gives them, who knows `known`."""
    handed = {f"inputs.{one.name.lower()}": settled(one.value, known) for one in settings}
    return {name: values for name, values in {**dict(defaults), **handed}.items() if values}


def joined(many: Iterable[Known]) -> dict[str, tuple[str, ...]]:
    """All that is known of each name, wherever it is known."""
    found: dict[str, dict[str, None]] = {}
    for known in many:
        for name, values in known.items():
            found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values)[:_MOST_VALUES] for name, values in found.items()}


def _possible(body: str, known: Known) -> tuple[str, ...]:
    """What an expression can come to: a name, a text, or one of several (`a || b`, `is_so && a || b`), as far as they are known.

    What a comparison of known values rules out is left out, and so is what stands behind a text that one lets stand.
    """
    found: dict[str, None] = {}
    for either in body.split("||"):
        *tests, part = (one.strip() for one in either.split("&&"))
        truths = [holds(one, known) for one in tests]
        if False in truths:
            continue
        told = literal(part)
        values = (told,) if told is not None else known.get(part.lower().removeprefix("github.event."), ())
        found.update(dict.fromkeys(values))
        if tests and None not in truths and values and "" not in values:
            break
    return tuple(found)


def literal(part: str) -> str | None:
    """The text that a part of an expression is; None where it is none."""
    return part[1:-1].replace("''", "'") if part.startswith("'") and part.endswith("'") and len(part) > 1 else None


def holds(test: str, known: Known) -> bool | None:
    """Whether a comparison of a known name with a text holds; None where that is not certain."""
    asked = _COMPARED.fullmatch(test)
    values = known.get(asked["name"].lower().removeprefix("github.event."), ()) if asked is not None else ()
    if asked is None or not values:
        return None
    same = {value.lower() == asked["value"].lower() for value in values}
    return None if len(same) > 1 else same == {asked["sign"] == "=="}


def _replaced(text: str, values: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: "; ".join(values[found["body"]].split("\n")) if found["body"] in values else found[0], text)
