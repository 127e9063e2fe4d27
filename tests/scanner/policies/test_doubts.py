"""What nobody can see in the files is not said: what settings, makefiles and scripts may do as well."""

from __future__ import annotations

import pytest

from tests.scanner.policies.test_real_shapes import GITHUB, JOB, findings, said

GIVEN = "env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}"
RIGHT = "    permissions: {id-token: write}\n"


def of(*steps: str, job: str = "") -> dict[str, str]:
    return {GITHUB: JOB + job + "    steps:\n" + "".join(f"      - {step}\n" for step in steps)}


@pytest.mark.parametrize(
    ("step", "job", "expected"),
    [
        (f"{{run: npx semantic-release, {GIVEN}}}", RIGHT, 0),
        (f"{{run: npx semantic-release, {GIVEN}}}", "", 1),
        (f"{{run: npm publish, {GIVEN}}}", RIGHT, 1),
        ("{run: mvn deploy, env: {MAVEN_PASSWORD: '${{ secrets.M }}'}}", "", 0),
        ("{run: gem push web.gem, env: {GEM_HOST_API_KEY: '${{ secrets.G }}'}}", "", 1),
    ],
)
def test_what_a_tool_or_a_registry_may_have_proven(step: str, job: str, expected: int) -> None:
    assert said(of(step, job=job)).count("TB505") == expected


@pytest.mark.parametrize(
    ("run", "job", "level"),
    [("make test", "", "medium"), ("./infra --ci", "    environment: npm-publish\n", "low"), ("gem push other.gem", "", "low")],
)
def test_a_release_by_hand_beside_a_job_that_may_publish(run: str, job: str, level: str) -> None:
    files = {**of(f"run: {run}", job=job), "Rakefile": "require 'bundler/gem_tasks'\n"}
    (found,) = (one for one in findings(files) if one.policy == "TB707")
    assert found.severity.name.lower() == level


@pytest.mark.parametrize(("makefile", "expected"), [("all:\n\tdocker push acme/web\n", 0), ("other:\n\tdocker push acme/web\n", 1)])
def test_what_a_target_needs_is_run_with_it(makefile: str, expected: int) -> None:
    main = "include release.mk\nship: all\n\techo done\n"
    assert said({**of("run: make ship"), "Makefile": main, "release.mk": makefile}).count("TB707") == expected


@pytest.mark.parametrize(
    ("make", "wide", "expected"),
    [("make oci-package", False, 0), ("make oci-package", True, 1), ("npm test", False, 1), ("echo done", False, 1)],
)
def test_a_right_to_identity_for_a_job_that_starts_what_cannot_be_read(make: str, wide: bool, expected: int) -> None:
    files = of(f"run: {make}", job="" if wide else RIGHT)
    other = "  two:\n    runs-on: ubuntu-latest\n    steps: [{run: npm test}]\n"
    text = files[GITHUB] + other
    assert said({GITHUB: f"permissions: {{id-token: write}}\n{text}" if wide else text}).count("TB404") == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("COSIGN_PASSWORD= cosign generate-key-pair", 0),
        ("cosign generate-key-pair --kms awskms://key", 1),
        ("gpg --batch --quick-generate-key me", 0),
        ("true", 1),
    ],
)
def test_a_key_that_the_job_makes_itself_signs_nothing_for_others(before: str, expected: int) -> None:
    steps = (f"run: {before}", "run: cosign sign-blob --tlog-upload=false --key cosign.key --yes a.txt")
    assert said(of(*steps)).count("TB608") == expected


@pytest.mark.parametrize(("push", "expected"), [("git push --force", 0), ("git push --force origin main", 1)])
def test_a_branch_that_nobody_names_may_be_any(push: str, expected: int) -> None:
    assert said(of(f"run: {push}", f"{{run: npm publish, {GIVEN}}}")).count("TB608") == expected


@pytest.mark.parametrize(("program", "expected"), [("./cosign", 0), ("./other", 1)])
def test_a_program_in_a_variable_of_the_script(program: str, expected: int) -> None:
    script = f"#!/bin/sh\nCLI={program}\n$CLI sign -y acme/web@$DIGEST\n"
    files = of("run: docker push acme/web", "run: ./sign.sh")
    assert said({**files, "sign.sh": script}).count("TB505") == expected


@pytest.mark.parametrize(
    ("uses", "expected"), [("christian-korneck/update-container-description-action@v1", 0), ("docker/build-push-action@v6", 1)]
)
def test_the_description_of_an_image_is_no_release(uses: str, expected: int) -> None:
    step = f"{{uses: {uses}, with: {{push: true, tags: acme/web, password: '${{{{ secrets.HUB }}}}'}}, env: {{DOCKER_PASS: '${{{{ secrets.HUB }}}}'}}}}"
    assert said(of(step)).count("TB601") == expected


@pytest.mark.parametrize(("triggers", "expected"), [("workflow_call: {}", 1), ("workflow_call: {}, push: {tags: ['v*']}", 0)])
def test_a_workflow_that_starts_by_itself_as_well_may_be_a_trusted_publisher(triggers: str, expected: int) -> None:
    job = "jobs:\n  one:\n    runs-on: ubuntu-latest\n    steps: [{uses: pypa/gh-action-pypi-publish@v1, with: {password: '${{ secrets.PYPI }}'}}]\n"
    assert said({GITHUB: f"on: {{{triggers}}}\n{job}"}).count("TB407") == expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("{id: k, uses: acme/vault@v1, with: {secrets: crates}}", 0),
        ("{id: k, uses: rust-lang/crates-io-auth-action@v1}", 1),
    ],
)
def test_what_a_step_fetched_is_no_identity(first: str, expected: int) -> None:
    publish = "{run: cargo publish, env: {CARGO_REGISTRY_TOKEN: '${{ steps.k.outputs.token }}'}}"
    assert said(of(first, publish, job=RIGHT)).count("TB405") == expected


@pytest.mark.parametrize(
    ("uses", "expected"),
    [("astral-sh/setup-uv@v7", 0), ("astral-sh/setup-uv@v7, with: {github-token: none}", 1), ("acme/other@v7", 1)],
)
def test_an_action_that_is_handed_the_token_by_itself_reads_nothing_new_on_the_disk(uses: str, expected: int) -> None:
    job = "    permissions: {contents: write}\n"
    assert (
        said(of("uses: actions/checkout@v4", f"{{uses: {uses}}}" if "with" in uses else f"uses: {uses}", job=job)).count("TB611")
        == expected
    )
