"""A step as policies and reports ask for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scanner.model import Act, Step
from scanner.pipelines.definition import Pin, StepDefinition
from scanner.pipelines.gathering import Here
from scanner.pipelines.home import is_owners
from scanner.pipelines.makers import is_handed_token, is_of_platform
from scanner.pipelines.scope import Scope, takes_job_token

_FORGES = frozenset({"github", "gitea", "forgejo"})
_CODE = frozenset({"build", "test", "lint", "package"})


def described(step: StepDefinition, here: Here, acts: Sequence[Act], scope: Scope, *, platform: str, projects: Collection[str]) -> Step:
    """The step that is here, with what its acts and what it is handed say of it; `projects` is what forges call the repository."""
    mentions = [mention for setting in (*step.settings, *step.env) for mention in setting.mentions]
    return Step(
        index=here.step or 0,
        kind=step.kind.value,
        at=here.at(step.line, step.column),
        title=step.title,
        uses=step.uses,
        ref=step.ref,
        pin=step.pin.value,
        is_platform=step.uses is not None and is_of_platform(step.uses, platform),
        is_owners=step.uses is not None and is_owners(step.uses, platform, projects),
        is_known=step.uses is not None and any(act.is_publisher for act in acts),
        runs_project=step.pin is Pin.LOCAL or any(act.role in _CODE or act.runs_project for act in acts),
        gets_job_token=any(act.uses_job_token for act in acts) or takes_job_token(mentions, scope) or _is_handed(step, platform),
    )


def _is_handed(step: StepDefinition, platform: str) -> bool:
    """Whether the platform hands a step the token of the job unasked."""
    return step.uses is not None and platform in _FORGES and is_handed_token(step.uses, (setting.name for setting in step.settings))
