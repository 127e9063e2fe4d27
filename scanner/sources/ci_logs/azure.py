"""Azure Pipelines: logs of tasks and jobs from the web or the REST API.

Every task stands between `##[section]Starting: NAME` and `##[section]Finishing: NAME`; the first one of a job prepares it and names it. Sources:
Microsoft's documentation of logging commands and of reviewing logs; azure-pipelines-agent.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.ci_logs.tracker import Told, text_of

SIGN = rx(r"\#\#\[section\] (?: Starting | Finishing ):")
MARKERS = rx(r"""
    \n \#\# (?: \[section\] (?: Starting: [ ] (?: Prepare [ ] job [ ] (?P<job> [^\n]{1,1024} ) | (?P<step> [^\n]{1,1024} ) ) | Finishing: )
      | \[group\] (?P<run> Run [ ] [^\n]{1,1024} ) )
""")
"""GitHub's runner, which was made from Azure's, once prepared jobs in sections too, and ran their steps in groups."""


class Course:
    """The job that was prepared, and the task that runs."""

    def __init__(self) -> None:
        self.told: Told = (None, None)

    def meet(self, marker: re.Match[bytes]) -> None:
        job, _ = self.told
        self.told = text_of(marker["job"]) or job, text_of(marker["step"] or marker["run"])
