"""GitHub Actions: step and job logs from the web, the API or `gh run view --log`.

Lines begin with a time, commands to the runner with `##[`. A step's beginning shows what it runs; its name is only in the name of its file and
in the columns of `gh`. Sources: GitHub's documentation of workflow commands and of downloading logs; actions/runner; cli/cli.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.ci_logs.tracker import Told, text_of

SIGN = rx(r"\#\#\[ (?: group | endgroup | command ) \] | Current [ ] runner [ ] version: | Complete [ ] job [ ] name:")
MARKERS = rx(r"""
    \n (?: \#\#\[group\] (?P<step> Run [ ] [^\n]{1,1024} ) | (?P<post> Post [ ] job [ ] cleanup\. | Cleaning [ ] up [ ] orphan [ ] processes )
      | Complete [ ] job [ ] name: [ ] (?P<job> [^\n]{1,1024} ) )
""")


class Course:
    """The job's name, and what was run last."""

    def __init__(self) -> None:
        self.told: Told = (None, None)

    def meet(self, marker: re.Match[bytes]) -> None:
        job, step = self.told
        if marker["job"] is not None:
            self.told = text_of(marker["job"]), step
        else:
            self.told = job, text_of(marker["step"] or marker["post"])
