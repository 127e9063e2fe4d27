"""Jobs out of definitions that tests write down."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.correlate import injected
from scanner.identity import derived_id
from scanner.model import Act, Job, Slot
from scanner.pipelines.repository import Pipelines, pipelines_of
from scanner.pipelines.signatures import Signatures, load
from scanner.sources.ci_exports import slot_id

SIGNATURES = Signatures(load())
WORKFLOW = ".github/workflows/ci.yml"


def pipelines(files: Mapping[str, str | bytes], container: str = "web", *projects: str) -> Pipelines:
    """What the product makes of these files of a repository, which forges call `projects`."""
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return pipelines_of(container, contents, contents.get, SIGNATURES, derived_id, projects=frozenset(projects))


def jobs(files: Mapping[str, str | bytes] | str, container: str = "web") -> dict[str, Job]:
    """The jobs by name, of files or of one workflow."""
    return {job.name: job for job in pipelines({WORKFLOW: files} if isinstance(files, str) else files, container).jobs}


def wired(
    files: Mapping[str, str | bytes], *inventory: Slot, container: str = "web", projects: tuple[str, ...] = ()
) -> tuple[dict[str, Job], tuple[Slot, ...]]:
    """The jobs by name with the ids of their slots, and all slots."""
    done, slots = injected(pipelines(files, container, *projects).jobs, inventory, slot_id)
    return {job.name: job for job in done}, slots


def roles(job: Job) -> dict[str, str]:
    """The status of each role."""
    return {role.role: role.status for role in job.roles}


def act(job: Job, role: str) -> Act:
    """The one thing that a job does in a role, beside hints."""
    (found,) = (one for one in job.acts if one.role == role and one.weight >= 0.6)
    return found


def workflow(*steps: str, job: str = "", top: str = "on: {push: {tags: ['v*']}}") -> str:
    """A workflow of one job, `release`, with these steps and these further lines of the job."""
    lines = "\n".join(f"      - {step}" for step in steps)
    return f"{top}\njobs:\n  release:\n    runs-on: ubuntu-latest\n{job}    steps:\n{lines}\n"
