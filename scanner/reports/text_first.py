"""What to do before everything else: the worst that is open, in one line each."""

from __future__ import annotations

import re

from scanner.model import Credential, Severity
from scanner.reports.layout import Line, Word, flow, span, words
from scanner.reports.text_places import exported, named
from scanner.reports.view import LOOKS, View, joined, open_places, preview
from scanner.reports.words import counted

_AT_MOST = 3
_CLAUSE = re.compile(r"[,:;.] ")
"""Where the first clause of a sentence ends: the rest explains it, and `explain` has that."""

_CONDITIONS = ("Where ", "If ", "When ")
"""How a step begins that not everybody has to take."""


def first_lines(view: View) -> list[Line]:
    """`Do this first:` and at most three numbered lines; nothing where nothing is open, or for information only.

    Of equally bad ones those that are still in use come before those that are only remembered.
    """
    serious = [credential for credential in view.open if credential.severity > Severity.INFO]
    worst = sorted(serious, key=lambda credential: (-credential.severity, not _in_use(credential)))[:_AT_MOST]
    lines = flow(words("Do this first:", "bold"), view.columns) if worst else []
    for number, credential in enumerate(worst, 1):
        lines += flow(_line(view, number, credential), view.columns, 2, 5)
    return lines


def _in_use(credential: Credential) -> bool:
    return any(place.current for place in open_places(credential))


def _line(view: View, number: int, credential: Credential) -> list[Word]:
    identified = credential.identified
    action = _action(view, credential)
    end = ":" if action else "."
    return [
        Word(span(f"{number}.")),
        *words(identified.kind.title, LOOKS[credential.severity]),
        *words(preview(identified), "bold"),
        *words(f"in {_where(view, credential)}{end}"),
        *words(f"{action}." if action else ""),
    ]


def _where(view: View, credential: Credential) -> str:
    places = open_places(credential)
    if len(places) == 1 and (variable := exported(places[0])):
        return f"the exported variable {view.names.fit(variable, view.columns // 2)}"
    if len(places) == 1:
        return view.joined.fit(joined(*named(view, places[0])), view.columns // 2)
    return counted(len(places), "place")


def _action(view: View, credential: Credential) -> str:
    """The first step of its rotation that depends on nothing, else what its worst finding asks for, in few words."""
    asked = [finding.remediation for finding in view.findings.get(credential.identified.id, ())]
    steps = (step.strip() for step in (*credential.identified.kind.rotate, *asked))
    step = next((step for step in steps if step and not step.startswith(_CONDITIONS)), "")
    return _CLAUSE.split(step, maxsplit=1)[0].removesuffix(".")
