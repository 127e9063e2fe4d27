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


CALLED = """on:
  workflow_call: {secrets: {token: {required: true}}}
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - {uses: docker/login-action@v3, with: {registry: REGISTRY, username: acme, password: '${{ secrets.Token }}'}}
      - {uses: docker/build-push-action@v6, with: {push: true, tags: REGISTRY/acme/web}}
""".replace("REGISTRY", GHCR)
CALLER = "on: push\njobs:\n  one:\n    uses: ./.github/workflows/push.yml\n    secrets: SECRETS\n"


@pytest.mark.parametrize(
    ("handed", "expected"),
    [
        (["{token: '${{ secrets.GITHUB_TOKEN }}'}"], ("low", True)),
        (["{token: '${{ github.token }}'}", "{TOKEN: '${{ secrets.GITHUB_TOKEN }}'}"], ("low", True)),
        (["{token: '${{ secrets.GITHUB_TOKEN }}'}", "{token: '${{ secrets.PACKAGES }}'}"], ("medium", False)),
        (["{token: '${{ secrets.GITHUB_TOKEN }}'}", "inherit"], ("medium", False)),
        ([], ("medium", False)),
    ],
)
def test_the_token_of_the_job_may_come_from_all_callers(handed: list[str], expected: tuple[str, bool]) -> None:
    callers = {f".github/workflows/{number}.yml": CALLER.replace("SECRETS", one) for number, one in enumerate(handed)}
    assert told({".github/workflows/push.yml": CALLED, **callers}) == [expected]


KANIKO = "/kaniko/executor --context . --destination $CI_REGISTRY_IMAGE/$ARCH:$CI_COMMIT_TAG-alpine"
CRANE = "crane auth login -u $CI_REGISTRY_USER -p $CI_REGISTRY_PASSWORD $CI_REGISTRY && crane tag $CI_REGISTRY_IMAGE:1 latest"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (KANIKO, ("low", True)),
        (KANIKO.replace("$CI_REGISTRY_IMAGE", "quay.io/acme/web"), ("medium", False)),
        (f"echo $HUB_PASSWORD > config.json && {KANIKO}", ("medium", False)),
        (CRANE, ("low", True)),
        (CRANE.replace("$CI_REGISTRY_PASSWORD", "$DEPLOY_PASSWORD"), ("medium", False)),
        (CRANE.replace("CI_REGISTRY_PASSWORD", "CI_JOB_TOKEN"), ("low", True)),
        ("docker login -u gitlab-ci-token -p $CI_JOB_TOKEN $CI_REGISTRY && docker push $CI_REGISTRY_IMAGE", ("low", True)),
    ],
)
def test_the_registry_of_gitlab_is_the_platforms_own(script: str, expected: tuple[str, bool]) -> None:
    assert told({".gitlab-ci.yml": f"push:\n  script:\n    - {script}\n  only: [tags]\n"}) == [expected]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("", ("low", True)),
        ("-t us-docker.pkg.dev/acme/web", ("medium", False)),
        ("-t $MIRROR", ("medium", False)),
        ("-t $ELSEWHERE/acme/web", ("medium", False)),
    ],
)
def test_a_second_registry_is_not_the_platforms_own(image: str, expected: tuple[str, bool]) -> None:
    env = "    env: {MIRROR: us-docker.pkg.dev/acme/web, ELSEWHERE: '${{ vars.ELSEWHERE }}'}\n"
    login = f"      - {{uses: docker/login-action@v3, with: {{registry: {GHCR}, username: a, password: '${{{{ github.token }}}}'}}}}\n"
    push = f"      - run: docker buildx build --push -t {GHCR}/acme/web {image} .\n"
    assert told({GITHUB: f"{JOB}{env}    steps:\n{login}{push}"}) == [expected]


DECIDED = """on: pull_request
jobs:
  ask:
    runs-on: ubuntu-latest
    outputs: {decision: '${{ steps.decision.outputs.decision }}', other: '${{ steps.other.outputs.decision }}'}
    steps:
      - {id: decision, run: 'echo "decision=$(gh pr view 1 --json reviewDecision --jq .reviewDecision)" >> "$GITHUB_OUTPUT"'}
      - {id: other, run: 'echo "decision=$(gh pr view 1 --json state --jq .state)" >> "$GITHUB_OUTPUT"'}
  out:
    needs: ask
    if: CONDITION
    runs-on: ubuntu-latest
    steps:
      - {run: npm publish --ignore-scripts, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("needs.ask.outputs.decision == 'APPROVED'", 0),
        ("startsWith(needs.ask.outputs.decision, 'APPROVED:OPEN')", 0),
        ("github.ref_type == 'branch' && startsWith(needs.ask.outputs.decision, 'APPROVED')", 0),
        ("github.actor == 'ada' || needs.ask.outputs.decision == 'APPROVED'", 1),
        ("needs.ask.outputs.decision != 'APPROVED'", 1),
        ("needs.ask.outputs.decision == 'REVIEW_REQUIRED'", 1),
        ("needs.ask.outputs.other == 'APPROVED'", 1),
        ("needs.other.outputs.decision == 'APPROVED'", 1),
        ("always()", 1),
    ],
)
def test_the_decision_of_reviewers_is_a_gate(condition: str, expected: int) -> None:
    assert len(told({GITHUB: DECIDED.replace("CONDITION", condition)})) == expected
