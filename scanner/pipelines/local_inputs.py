"""What an action does with the inputs that a step gives it: texts of a shell; in the repository's own actions expressions and conditions.

Only what the step says in plain text counts, and defaults of what it does not say. Source: "Evaluate expressions in workflows and actions" and
"Metadata syntax" of GitHub's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scanner.pipelines.alternatives import EXPRESSION, Known, holds, literal
from scanner.pipelines.definition import Setting, StepDefinition, Text, Values
from scanner.records import replace


def filled(steps: Iterable[StepDefinition], defaults: Values, given: Iterable[Setting]) -> Iterator[StepDefinition]:
    """The steps that are left, with what is settled in what they are given."""
    known = dict(defaults)
    for setting in given:
        known[f"inputs.{setting.name.lower()}"] = () if "${{" in setting.value or setting.mentions else (setting.value,)
    for step in steps:
        if not _is_ruled_out(step.condition, known):
            yield replace(step, settings=tuple(_settled(one, known) for one in step.settings))


def texts_of(step: StepDefinition, names: Iterable[str]) -> Iterator[Text]:
    """Inputs of an action, and variables of its step as they are written, that are text of a shell."""
    every = tuple(names)
    wanted = {name.lower() for name in every}
    given = [one for one in step.settings if one.name.lower() in wanted]
    for setting in (*given, *(one for one in step.env if one.name in every and one.name.isupper())):
        if setting.value:
            yield Text(setting.value, setting.line, setting.column, "\n" in setting.value, mentions=setting.mentions, file=setting.file)


def _is_ruled_out(condition: str | None, known: Known) -> bool:
    return condition is not None and "||" not in condition and any(holds(one.strip(), known) is False for one in condition.split("&&"))


def _settled(setting: Setting, known: Known) -> Setting:
    if "${{" not in setting.value:
        return setting
    values = {found["body"]: _sure(found["body"], known) for found in EXPRESSION.finditer(setting.value)}
    if not values or None in values.values():
        return setting
    done = EXPRESSION.sub(lambda found: values[found["body"]] or "", setting.value)
    return setting if re.search(r"\$\{\{", done) else replace(setting, value=done, mentions=())


def _sure(body: str, known: Known) -> str | None:
    """What an expression comes to (`is_so && a || b`); None where that is not certain."""
    value = None
    for either in body.split("||"):
        *tests, part = (one.strip() for one in either.split("&&"))
        truths = [holds(one, known) for one in tests]
        if None in truths:
            return None
        told = literal(part)
        values = ("false",) if False in truths else (told,) if told is not None else known.get(part.lower(), ())
        if len(values) != 1:
            return None
        value = values[0]
        if value and False not in truths:
            return value
    return value
