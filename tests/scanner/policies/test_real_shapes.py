"""Shapes of pipelines that are common and no fault, and next to each the fault that it resembles."""

from __future__ import annotations

from datetime import date

import pytest

from scanner.correlate import build_graph
from scanner.identity import derived_id
from scanner.policies import judge
from tests.support.pipelines import pipelines, wired

GITHUB = ".github/workflows/ci.yml"
LOGIN = "      - {uses: docker/login-action@v3, with: {username: acme, password: '${{ secrets.HUB }}'}}\n"
IMAGE = "      - {uses: docker/build-push-action@v6, with: {push: true, tags: acme/web}}\n"
JOB = "on: {push: {tags: ['v*']}}\njobs:\n  one:\n    runs-on: ubuntu-latest\n"
SIGNER = "      - {uses: azure/trusted-signing-action@v1, with: {azure-client-secret: '${{ secrets.SIGN }}'}}\n"


def said(files: dict[str, str]) -> list[str]:
    """The policies that say something of these files."""
    jobs, slots = wired(files)
    graph = build_graph((), (), slots=slots, jobs=tuple(jobs.values()), scripts=pipelines(files).scripts)
    _, found, _ = judge(graph, fail_on=None, as_of=date(2026, 11, 30), only=frozenset(), without=frozenset(), make_id=derived_id)
    return [one.policy for one in found]


@pytest.mark.parametrize(("build", "expected"), [("", 0), ("      - run: npm ci\n", 1)])
def test_the_build_of_an_image_does_not_see_the_login(build: str, expected: int) -> None:
    assert said({GITHUB: JOB + "    steps:\n" + LOGIN + build + IMAGE}).count("TB102") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [("uses: ossf/scorecard-action@v2", 0), ("{uses: codecov/codecov-action@v5, with: {use_oidc: true}}", 0), ("run: npm test", 1)],
)
def test_a_service_for_reports_may_ask_for_an_identity(step: str, expected: int) -> None:
    assert said({GITHUB: JOB + f"    permissions: {{id-token: write}}\n    steps:\n      - {step}\n"}).count("TB404") == expected


@pytest.mark.parametrize(("audience", "expected"), [("image-integrity", 0), ("pypi", 1)])
def test_an_identity_for_something_unknown_may_be_of_use(audience: str, expected: int) -> None:
    job = f"test:\n  id_tokens: {{T: {{aud: {audience}}}}}\n  script: [pytest]\n"
    assert said({".gitlab-ci.yml": job}).count("TB404") == expected


@pytest.mark.parametrize(("command", "expected"), [("npm dist-tag add web@1 latest", 0), ("npm publish", 1)])
def test_a_tag_that_moves_needs_no_signature(command: str, expected: int) -> None:
    step = f"      - {{run: {command}, env: {{NODE_AUTH_TOKEN: '${{{{ secrets.NPM }}}}'}}}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + step}).count("TB505") == expected


@pytest.mark.parametrize(("path", "expected"), [("test/e2e/push.sh", 0), ("scripts/push.sh", 1)])
def test_a_script_among_tests_is_no_way_to_release(path: str, expected: int) -> None:
    assert said({path: "#!/bin/sh\ndocker push acme/web\n"}).count("TB707") == expected


@pytest.mark.parametrize(
    ("name", "run", "expected"), [("sign-again", "./sign.sh", 0), ("check", "./check.sh", 1), ("sign-test", "npm test", 1)]
)
def test_a_job_that_is_called_after_signing_and_hides_what_it_does_may_sign(name: str, run: str, expected: int) -> None:
    other = f"  {name}:\n    runs-on: ubuntu-latest\n    steps:\n      - {{run: {run}, env: {{S: '${{{{ secrets.SIGN }}}}'}}}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + SIGNER + other}).count("TB101") == expected


@pytest.mark.parametrize(("event", "expected"), [("custom", 0), ("promote", 0)])
def test_who_starts_a_build_by_hand_is_no_bot(event: str, expected: int) -> None:
    text = f"kind: pipeline\nname: x\nsteps:\n- name: docker\n  image: plugins/docker\n  settings: {{repo: a/b}}\ntrigger: {{event: [{event}]}}\n"
    assert said({".drone.yml": text}).count("TB801") == expected
