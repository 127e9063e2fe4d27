"""CircleCI: the output of a step as text; for the API's answers see `answers`.

A step's output begins with the shell that runs it and the first line of its command, which is its name too where it was given none; the local
runner writes `====>> NAME`. Sources: CircleCI's documentation of `run` and of its command line.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.ci_logs.tracker import Told, text_of

SIGN = rx(r"(?: \A | \n ) (?: \#!/bin/(?:ba)?sh [ ] -eo? [ \n] | ====>> [ ] | Build-agent [ ] version [ ] )")
MARKERS = rx(r"\n (?: \#!/bin/(?:ba)?sh [ ] -eo? [^\n]{0,64} \n | ====>> [ ] ) (?P<step> [^\n]{1,1024} )")


class Course:
    """The command that was begun last."""

    def __init__(self) -> None:
        self.told: Told = (None, None)

    def meet(self, marker: re.Match[bytes]) -> None:
        self.told = None, text_of(marker["step"])
