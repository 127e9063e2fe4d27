"""TB601: what counts as published, and with what a job publishes to the registry of its own platform."""

from __future__ import annotations

import pytest

from scanner import hosts
from tests.scanner.policies.test_real_shapes import GITHUB, JOB, findings

GHCR = hosts.spell(hosts.GHCR)
PUSH = f"docker push {GHCR}/acme/web:1\n"
PLATFORM = "It publishes to the platform's own registry with the token of the job."


def told(files: dict[str, str]) -> list[tuple[str, bool]]:
    """How bad TB601 is, and whether it says that the job's own token publishes."""
    return [(one.severity.word, PLATFORM in one.message) for one in findings(files) if one.policy == "TB601"]


@pytest.mark.parametrize(("repository", "expected"), [("https://artifacts.example.com/pypi", [("medium", False)]), ("testpypi", [])])
def test_all_that_somebody_installs_from_counts(repository: str, expected: list[tuple[str, bool]]) -> None:
    step = f"      - {{run: twine upload --repository-url {repository} dist/*, env: {{TWINE_PASSWORD: '${{{{ secrets.PYPI }}}}'}}}}\n"
    if "//" not in repository:
        step = step.replace("repository-url", "repository")
    assert told({GITHUB: f"{JOB}    steps:\n{step}"}) == expected


@pytest.mark.parametrize(("token", "expected"), [("secrets.GITHUB_TOKEN", ("low", True)), ("secrets.PACKAGES", ("medium", False))])
@pytest.mark.parametrize(
    "login",
    [
        pytest.param(f'echo "$TOKEN" | docker login -u acme --password-stdin {GHCR}', id="piped"),
        pytest.param(f"docker login -u acme --password $TOKEN {GHCR}", id="a word"),
    ],
)
@pytest.mark.parametrize("is_script", [False, True])
def test_the_token_of_the_job_is_known_by_any_name(token: str, expected: tuple[str, bool], login: str, *, is_script: bool) -> None:
    lines = f"{login}\n{PUSH}"
    run = "./push.sh" if is_script else "|\n" + "".join(f"          {line}\n" for line in lines.splitlines())
    step = f"      - run: {run.rstrip()}\n        env: {{TOKEN: '${{{{ {token} }}}}'}}\n"
    assert told({GITHUB: f"{JOB}    steps:\n{step}", "push.sh": lines}) == [expected]


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("docker login -u $CI_REGISTRY_USER -p $CI_REGISTRY_PASSWORD $CI_REGISTRY", ("low", True)),
        ("echo $CI_JOB_TOKEN | docker login -u gitlab-ci-token --password-stdin $CI_REGISTRY", ("low", True)),
        ("docker login -u acme -p $PUSH_PASSWORD $CI_REGISTRY", ("medium", False)),
    ],
)
@pytest.mark.parametrize("is_script", [False, True])
def test_gitlab_hands_a_job_its_own_password(login: str, expected: tuple[str, bool], *, is_script: bool) -> None:
    lines = [login, "docker push $CI_REGISTRY_IMAGE:latest"]
    script = ["./push.sh"] if is_script else lines
    job = "push:\n  script:\n" + "".join(f"    - {line}\n" for line in script)
    assert told({".gitlab-ci.yml": job, "push.sh": "".join(f"{line}\n" for line in lines)}) == [expected]
