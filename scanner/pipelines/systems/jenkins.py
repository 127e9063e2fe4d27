"""Jenkins: `Jenkinsfile` and its like, declarative and scripted, and the steps of a shared library in `vars`.

Source: Jenkins' documentation, "Pipeline Syntax" and "Extending with Shared Libraries".
"""

from __future__ import annotations

import re

from scanner.model import Trust
from scanner.pipelines.definition import PipelineDefinition, TriggerDefinition
from scanner.pipelines.systems.jenkins_calls import Values
from scanner.pipelines.systems.jenkins_groovy import Source
from scanner.pipelines.systems.jenkins_names import names
from scanner.pipelines.systems.jenkins_walk import Walk
from scanner.pipelines.systems.system import Files, System

_SHARED = re.compile(r"(?:[^\x00]{0,2000}/)?vars/[^/\x00]{1,200}\.groovy")


def read(path: str, data: bytes, files: Files) -> tuple[PipelineDefinition, ...]:
    """What a definition says. Raises `UnreadableError` where it is too large or too deep.

    Which pushes build it is set in Jenkins: without its own triggers it is taken to be built for every branch.
    """
    del files
    source = Source(data)
    root = source.parsed()
    walk = Walk(Values(source, names(root, Values(source, frozenset()))), root)
    is_reusable = _SHARED.fullmatch(path) is not None
    implied = () if is_reusable else (TriggerDefinition("push:branches", Trust.CONTRIBUTOR, 1, 1),)
    jobs = tuple(walk.definitions())
    return (
        PipelineDefinition(
            "jenkins",
            path,
            jobs,
            triggers=(*implied, *walk.triggers),
            env=walk.env,
            mentions=tuple(walk.mentions),
            is_reusable=is_reusable,
            inputs=tuple(dict.fromkeys(walk.inputs)),
            includes=tuple(dict.fromkeys(walk.includes)),
            serial=False,
            stages=tuple(dict.fromkeys(job.stage for job in jobs if job.stage is not None)),
        ),
    )


SYSTEM = System(
    "jenkins",
    re.compile(
        r"(?:[^\x00]{0,2000}/)?(?:Jenkinsfile(?:[._-][^/\x00]{0,100})?|[^/\x00]{1,100}\.(?:jenkinsfile|Jenkinsfile)|vars/[^/\x00]{1,100}\.groovy)"
    ),
    read,
)
