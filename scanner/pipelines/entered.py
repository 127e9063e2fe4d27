"""A script that a step has led to: where what it says stands, what that weighs, and in which folder it runs."""

from __future__ import annotations

from scanner.pipelines.definition import Text
from scanner.pipelines.gathering import Here
from scanner.pipelines.roles import DOUBT, THROUGH_SCRIPT
from scanner.pipelines.scripts.nouns import ScriptFile

_ANYWHERE = frozenset({"shell", "powershell", "batch", "python", "javascript", "mage"})
"""Kinds of scripts that run in the folder where they are started; others do in their own."""


def inside(file: ScriptFile, here: Here, text: Text | None = None) -> Here:
    """The same place, in a script; a text of which only a run tells whether it is reached weighs less."""
    weight = DOUBT if text is not None and text.is_doubtful else THROUGH_SCRIPT
    return Here(here.container, file.file, here.step, file.file, min(here.weight, weight))


def folder_of(file: ScriptFile, folder: str) -> str:
    """The folder in which a script runs that is started in `folder`."""
    return folder if file.type in _ANYWHERE else file.file.rpartition("/")[0] or "."
