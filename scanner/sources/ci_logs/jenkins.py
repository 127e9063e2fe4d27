r"""Jenkins: the console of a build, with what the Pipeline plugin and Timestamper write into it.

A stage is a block that has its name behind the brace. The branches of `parallel` write into each other, so that nobody can tell whose a line
there is. The job is named by its workspace, which is called after it. Sources: the documentation of Pipeline and of Timestamper; what a
controller prints.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.ci_logs.tracker import Told, text_of

SIGN = rx(
    r"\[Pipeline\][ ] | \x1b\[8mha: | \A Started [ ] by [ ] | Building [ ] (?: remotely [ ] on [ ] [^\n]{1,256} [ ] )? in [ ] workspace [ ]"
)
MARKERS = rx(r"""
    \n (?: \[Pipeline\][ ] (?: (?P<open> \{ ) (?: [ ] \( (?P<stage> [^\n]{1,1024} ) \) )? | (?P<close> \} ) | (?P<end> // [ ] )? (?P<parallel> parallel ) ) (?= \n | \Z )
      | (?: Running [ ] on | Building [ ] (?: remotely [ ] on | in [ ] workspace ) ) [ ] (?P<place> [^\n]{1,1024} ) )
""")
_WORKSPACE = re.compile(rb"[/\\]workspace[/\\](?P<job>.{1,1024})", re.DOTALL)
_COPY = re.compile(rb"@[0-9]{1,4}\Z")
"""What a workspace's name ends in where builds of one job run beside each other."""
_DEEPEST = 256
"""Blocks inside each other that are kept in mind."""


class Course:
    """The job's name, and the blocks that are open."""

    def __init__(self) -> None:
        self._job: str | None = None
        self._blocks: list[bytes | None] = []
        self._parallel = 0

    @property
    def told(self) -> Told:
        return self._job, text_of(next((name for name in reversed(self._blocks) if name is not None), None))

    def meet(self, marker: re.Match[bytes]) -> None:
        if marker["place"] is not None:
            workspace = _WORKSPACE.search(marker["place"])
            if workspace is not None:
                self._job = self._job or text_of(_COPY.sub(b"", workspace["job"].rstrip(b"\\/. ")))
        elif marker["parallel"] is not None:
            self._parallel = max(0, self._parallel + (-1 if marker["end"] else 1))
        elif self._parallel:
            return
        elif marker["open"] is not None:
            self._blocks = [*self._blocks[: _DEEPEST - 1], marker["stage"]]
        elif self._blocks:
            self._blocks.pop()
