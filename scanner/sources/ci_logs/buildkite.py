"""Buildkite: the log of a job, from the web or the API.

`---`, `+++` and `~~~` begin groups, wherever they are printed. Sources: Buildkite's documentation of managing log output; terminal-to-html.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.ci_logs.tracker import Told, text_of

SIGN = rx(r"\x1b_bk;t=[0-9] | (?: \A | \n ) ~~~ [ ] (?: Preparing | Running ) [ ]")
MARKERS = rx(r"\n (?: --- | \+\+\+ | ~~~ ) [ ] (?! [ab]/ | /dev/null ) (?P<group> [^\n]{1,1024} )")
"""A patch that a job prints has the same signs before the names of its files."""


class Course:
    """The group that was begun last."""

    def __init__(self) -> None:
        self.told: Told = (None, None)

    def meet(self, marker: re.Match[bytes]) -> None:
        self.told = None, text_of(marker["group"])
