"""GitLab CI: the trace of a job, from the web, the API or `glab ci trace`.

What the runner does, and what a job calls a section, stands between `section_start:TIME:NAME` and `section_end:TIME:NAME`. The job's name is not
in it, only in the line that glab prints first. Sources: GitLab's documentation of custom collapsible sections; gitlab-org/cli.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.ci_logs.tracker import Told, text_of

SIGN = rx(r"section_(?: start | end ):[0-9]{1,12}: | Running [ ] with [ ] gitlab-runner [ ] | Z [ ] [0-9a-f]{2}[EO][ +]")
MARKERS = rx(r"""
    \n (?: section_start:[0-9]{1,12}: (?P<open> [\w.-]{1,256} ) | section_end:[0-9]{1,12}: (?P<close> [\w.-]{1,256} )
      | Showing [ ] logs [ ] for [ ] (?P<job> [^\n]{1,255} ) [ ] job [ ] \#[0-9] )
""")
_DEEPEST = 64
"""Sections inside each other that are kept in mind."""


class Course:
    """The sections that are open."""

    def __init__(self) -> None:
        self._job: str | None = None
        self._open: list[bytes] = []

    @property
    def told(self) -> Told:
        return self._job, text_of(self._open[-1]) if self._open else None

    def meet(self, marker: re.Match[bytes]) -> None:
        if marker["open"] is not None:
            self._open = [*self._open[: _DEEPEST - 1], marker["open"]]
        elif marker["close"] is None:
            self._job = text_of(marker["job"])
        elif marker["close"] in self._open:
            while self._open.pop() != marker["close"]:
                pass
