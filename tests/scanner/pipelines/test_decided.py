"""What decides what a job does beside its commands: what it waits for, variables of its steps, what a container starts with."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, act, jobs, workflow

ON = "on: {push: {branches: [main], tags: ['v*']}, pull_request: , workflow_dispatch: }\njobs:\n"


@pytest.mark.parametrize(
    ("condition", "own", "expected"),
    [
        ("startsWith(github.ref, 'refs/tags/')", "true", ["push:tags", "workflow_dispatch"]),
        ("github.event_name == 'push'", "true", ["push:branches", "push:tags"]),
        ("github.event_name == 'push'", "startsWith(github.ref, 'refs/tags/')", ["push:tags"]),
        ("startsWith(github.ref, 'refs/tags/')", "always()", ["push:branches", "push:tags", "pull_request", "workflow_dispatch"]),
        ("startsWith(github.ref, 'refs/tags/')", "github.event_name == 'pull_request'", ["pull_request"]),
    ],
)
def test_a_job_is_left_out_with_what_it_waits_for(condition: str, own: str, expected: list[str]) -> None:
    last = f'  last: {{needs: middle, if: "{own}", runs-on: x, steps: [{{run: a}}]}}\n'
    middle = "  middle: {needs: first, runs-on: x, steps: [{run: a}]}\n"
    first = f'  first: {{if: "{condition}", runs-on: x, steps: [{{run: a}}]}}\n'
    assert [trigger.event for trigger in jobs(ON + last + middle + first)["last"].triggers] == expected


@pytest.mark.parametrize(
    ("env", "command", "expected"),
    [
        ("A: b", "twine upload dist/*", [("publish", "public", False)]),
        ("TWINE_REPOSITORY: testpypi", "twine upload dist/*", [("publish", "test", False)]),
        ("NPM_CONFIG_DRY_RUN: 'true'", "npm publish", [("publish", "public", True)]),
        ("NPM_CONFIG_DRY_RUN: '${{ inputs.try }}'", "npm publish", [("publish", "public", False)]),
        ("KO_DOCKER_REPO: ko.local", "ko build", [("publish", "test", True)]),
        ("MAVEN_GPG_PASSPHRASE: '${{ secrets.P }}'", "mvn deploy", [("sign", "public", False), ("publish", "public", False)]),
        ("ORG_GRADLE_PROJECT_signingKey: '${{ secrets.P }}'", "gradle publish", [("sign", "public", False), ("publish", "public", False)]),
    ],
)
def test_variables_of_a_step_decide_what_its_commands_do(env: str, command: str, expected: list[tuple[str, str, bool]]) -> None:
    job = jobs(workflow(f"{{run: '{command}', env: {{{env}}}}}", top="on: push"))["release"]
    found = [(one.role, one.tier, one.is_rehearsal) for one in job.acts if one.role in {"publish", "sign"} and one.weight >= 0.9]
    assert sorted(found, reverse=True) == sorted(expected, reverse=True)


def test_an_action_hands_the_registry_of_images_on() -> None:
    setup = "{uses: ko-build/setup-ko@v0.9, env: {KO_DOCKER_REPO: kind.local}}"
    assert act(jobs(workflow(setup, "run: ko resolve -f a"))["release"], "publish").is_rehearsal


def test_a_key_that_signs_is_not_what_publishes() -> None:
    env = "{ORG_GRADLE_PROJECT_mavenCentralPassword: '${{ secrets.A }}', ORG_GRADLE_PROJECT_signingKey: '${{ secrets.B }}'}"
    job = jobs(workflow(f"{{run: ./gradlew publish, env: {env}}}"))["release"]
    assert (act(job, "publish").takes, act(job, "sign").takes) == (("A",), ("B",))


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ("{using: docker, image: Dockerfile}", ("CHOCO",)),
        ("{using: docker, image: other, entrypoint: /push.sh}", ("CHOCO",)),
        ("{using: docker, image: 'docker://acme/x'}", None),
        ("{using: node20, main: push.sh}", None),
    ],
)
def test_an_action_in_a_container_does_what_its_entry_does(runs: str, expected: tuple[str, ...] | None) -> None:
    files = {
        WORKFLOW: workflow("{uses: ./choco, with: {key: '${{ secrets.CHOCO }}'}}", top="on: push").replace("release:", "one:"),
        "choco/action.yml": f"inputs: {{key: }}\nruns: {runs}\n",
        "choco/Dockerfile": 'FROM x\nCOPY push.sh /\nENTRYPOINT ["/push.sh"]\n',
        "choco/push.sh": "#!/bin/sh\nchoco push a.nupkg --api-key $INPUT_KEY\n",
    }
    found = [one.takes for one in jobs(files)["one"].acts if one.role == "publish"]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(("more", "takes"), [("user: '${{ secrets.USER }}'", ()), ("user: ada", ())])
def test_a_login_with_an_identity_token_hands_on_no_stored_credential(more: str, takes: tuple[str, ...]) -> None:
    login = f"{{id: login, uses: NuGet/login@v1, with: {{{more}}}}}"
    push = "{run: dotnet nuget push a.nupkg -k $KEY, env: {KEY: '${{ steps.login.outputs.NUGET_API_KEY }}'}}"
    assert act(jobs(workflow(login, push, job="    permissions: {id-token: write}\n"))["release"], "publish").takes == takes
