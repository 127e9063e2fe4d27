"""Jobs of whole repositories: roles, slots led back to where they come from, scripts, actions, calls, gates and triggers."""

from __future__ import annotations

import pytest

from scanner.model import Reason
from tests.support.pipelines import WORKFLOW, act, jobs, pipelines, roles, workflow

HEAD = "on: {push: {tags: ['v*']}}\njobs:\n"


def test_a_publish_command_takes_what_the_variable_of_its_step_was_set_from() -> None:
    job = jobs(workflow("{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}"))["release"]
    found = act(job, "publish")
    assert (found.target, found.takes, found.is_keyless, found.signature) == ("npm", ("NPM",), False, "C1")
    assert [(use.name, use.via, use.as_name, use.step) for use in job.uses] == [("NPM", "step_env", "NODE_AUTH_TOKEN", 0)]


def test_a_variable_is_led_back_over_levels() -> None:
    text = "env: {A: '${{ secrets.NPM }}'}\n" + workflow(
        "{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ env.B }}'}}", job="    env: {B: '${{ env.A }}'}\n"
    )
    assert act(jobs(text)["release"], "publish").takes == ("NPM",)


def test_a_variable_that_leads_to_itself_ends() -> None:
    text = workflow("{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ env.A }}', A: '${{ env.B }}', B: '${{ env.A }}'}}")
    assert act(jobs(text)["release"], "publish").takes == ()


def test_a_credential_in_the_words_of_a_command() -> None:
    text = workflow("run: twine upload -u __token__ -p ${{ secrets.PYPI }} dist/*")
    assert act(jobs(text)["release"], "publish").takes == ("PYPI",)


def test_a_credential_that_is_set_for_one_command() -> None:
    text = workflow("{run: 'TWINE_PASSWORD=$TOKEN twine upload dist/*', env: {TOKEN: '${{ secrets.PYPI }}'}}")
    assert act(jobs(text)["release"], "publish").takes == ("PYPI",)


def test_trusted_publishing_takes_nothing() -> None:
    text = workflow("uses: pypa/gh-action-pypi-publish@release/v1", job="    permissions: {id-token: write}\n    environment: pypi\n")
    job = jobs(text)["release"]
    found = act(job, "publish")
    assert (found.takes, found.is_keyless, job.oidc, job.environment) == ((), True, True, "pypi")
    assert [(gate.kind, gate.blocking, gate.evidence) for gate in job.gates] == [("environment", True, "environment pypi")]


def test_a_login_before_a_push_is_where_its_credential_comes_from() -> None:
    text = workflow(
        "{uses: docker/login-action@v3, with: {username: acme, password: '${{ secrets.HUB }}'}}",
        "run: docker push acme/web",
    )
    assert act(jobs(text)["release"], "publish").takes == ("HUB",)


@pytest.mark.parametrize(
    ("command", "status"),
    [("npm publish", "set"), ("npm publish --dry-run", "rehearsal"), ("echo done", "suspected")],
)
def test_status_of_a_role(command: str, status: str) -> None:
    text = workflow(f"run: {command}", job="    environment: npm-release\n").replace("release:", "publish:", 1)
    assert roles(jobs(text)["publish"]).get("publish") == status


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("aws s3 cp dist.zip s3://downloads/", "set"),
        ("aws s3 cp coverage.xml s3://ci/", "suspected"),
        ("aws s3 cp s3://downloads/dist.zip .", None),
    ],
)
def test_leftovers_that_are_sent_away_are_suspected_at_most(command: str, expected: str | None) -> None:
    assert roles(jobs(workflow(f"run: {command}", top="on: push").replace("release:", "one:"))["one"]).get("publish") == expected


def test_names_and_environments_only_suspect() -> None:
    job = jobs(workflow("run: ./opaque", job="    environment: release\n"))["release"]
    (role,) = (one for one in job.roles if one.role == "publish")
    assert (role.status, role.weight) == ("suspected", 0.9)


def test_a_script_that_nobody_can_read_is_told_by_the_variable_it_gets() -> None:
    job = jobs(workflow("{run: ./ship, env: {NPM_TOKEN: '${{ secrets.NPM_TOKEN }}'}}"))["release"]
    assert roles(job)["publish"] == "set"
    assert act(job, "publish").takes == ("NPM_TOKEN",)


def test_a_local_action_is_part_of_the_step_that_uses_it() -> None:
    files = {
        WORKFLOW: workflow("{uses: ./ship, with: {token: '${{ secrets.NPM }}'}}"),
        "ship/action.yml": "runs:\n  using: composite\n  steps:\n    - run: npm publish\n      shell: bash\n      env: {NODE_AUTH_TOKEN: '${{ inputs.token }}'}\ninputs: {token: {}}\n",
    }
    found = act(jobs(files)["release"], "publish")
    assert (found.takes, found.step, found.at.path, found.at.line, found.weight) == (("NPM",), 0, "ship/action.yml", 4, 0.9)


def test_an_action_that_uses_itself_ends() -> None:
    files = {
        WORKFLOW: workflow("uses: ./a"),
        "a/action.yml": "runs:\n  using: composite\n  steps:\n    - uses: ./a\n    - run: npm publish\n      shell: bash\n",
    }
    assert roles(jobs(files)["release"])["publish"] == "set"


CALLEE = (
    "on: {workflow_call: {secrets: {token: {required: true}}}}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.token }}'}}\n"
)


def test_a_called_workflow_gets_what_its_caller_hands_over() -> None:
    caller = "on: issue_comment\njobs:\n  release:\n    uses: ./.github/workflows/ship.yml\n    secrets: {token: '${{ secrets.NPM }}'}\n"
    found = jobs({WORKFLOW: caller, ".github/workflows/ship.yml": CALLEE})
    assert act(found["ship"], "publish").takes == ("NPM",)
    assert found["ship"].trigger_trust == "untrusted"
    assert [(call.target, call.secrets, call.jobs) for call in found["release"].calls] == [
        (".github/workflows/ship.yml", "explicit", (found["ship"].id,))
    ]
    assert roles(found["release"])["publish"] == "set"
    assert {use.name for use in found["ship"].uses} == {"NPM"}


def test_each_caller_hands_over_a_slot_of_its_own() -> None:
    def calling(job: str, slot: str) -> str:
        return f"on: push\njobs:\n  {job}:\n    uses: ./.github/workflows/ship.yml\n    secrets: {{token: '${{{{ secrets.{slot} }}}}'}}\n"

    found = jobs(
        {
            ".github/workflows/a.yml": calling("one", "FIRST"),
            ".github/workflows/b.yml": calling("two", "SECOND"),
            ".github/workflows/ship.yml": CALLEE,
        }
    )
    assert act(found["ship"], "publish").takes == ("FIRST", "SECOND")
    assert {use.name for use in found["ship"].uses} == {"FIRST", "SECOND"}


def test_workflows_that_call_each_other_end() -> None:
    def calling(other: str) -> str:
        return f"on: workflow_call\njobs:\n  {other}:\n    uses: ./.github/workflows/{other}.yml\n"

    assert set(jobs({".github/workflows/a.yml": calling("b"), ".github/workflows/b.yml": calling("a")})) == {"a", "b"}


def test_a_gate_holds_what_comes_after_it() -> None:
    text = HEAD + (
        "  approve: {runs-on: ubuntu-latest, environment: prod, steps: [{run: 'true'}]}\n"
        "  build: {runs-on: ubuntu-latest, needs: approve, steps: [{run: make}]}\n"
        "  ship: {runs-on: ubuntu-latest, needs: build, steps: [{run: npm publish}]}\n"
    )
    found = jobs(text)
    assert [(gate.evidence, gate.is_upstream) for gate in found["ship"].gates] == [("environment prod", True)]
    assert found["approve"].gates[0].is_upstream is False


@pytest.mark.parametrize(
    ("on", "condition", "trust"),
    [
        ("[push, pull_request_target]", None, "untrusted"),
        ("pull_request_target", "github.event.pull_request.merged", "contributor"),
        ("[issue_comment, pull_request_target]", "github.event.pull_request.merged", "contributor"),
        ("[push, pull_request_target]", "github.event_name == 'push'", "contributor"),
        ("{push: {tags: ['v*']}}", None, "maintainer"),
        ("schedule", None, "timer"),
        ("repository_dispatch", None, "remote"),
        ("workflow_call", None, "unknown"),
    ],
)
def test_the_weakest_trigger_counts(on: str, condition: str | None, trust: str) -> None:
    text = workflow("run: make", top=f"on: {on}", job=f'    if: "{condition}"\n' if condition else "")
    assert jobs(text)["release"].trigger_trust == trust


def test_a_job_is_mixed_when_it_builds_before_it_publishes() -> None:
    publish = "uses: pypa/gh-action-pypi-publish@release/v1"
    assert jobs(workflow("run: pip install -r requirements.txt", publish))["release"].mixed is True
    assert jobs(workflow("uses: actions/download-artifact@v4", publish))["release"].mixed is False


def test_a_broken_definition_is_said_and_the_rest_is_read() -> None:
    found = pipelines({WORKFLOW: "jobs: [", ".github/workflows/good.yml": workflow("run: npm publish")})
    assert [job.file for job in found.jobs] == [".github/workflows/good.yml"]
    assert [(one.path, one.reason) for one in found.unread] == [(WORKFLOW, Reason.MALFORMED)]


def test_the_order_of_files_makes_no_difference() -> None:
    files = {WORKFLOW: workflow("run: npm publish"), ".github/workflows/a.yml": workflow("run: make"), ".github/workflows/ship.yml": CALLEE}
    assert pipelines(files) == pipelines(dict(reversed(files.items())))


POM = "<project>\n<distributionManagement><repository><url>https://repo.example.org/</url></repository></distributionManagement>\n</project>\n"


@pytest.mark.parametrize(("goals", "expected"), [("verify", []), ("clean install", []), ("deploy", ["C17", "settings"])])
def test_a_pom_says_where_maven_publishes_to_not_that_it_does(goals: str, expected: list[str]) -> None:
    job = jobs({WORKFLOW: workflow(f"run: mvn -B {goals}"), "pom.xml": POM})["release"]
    assert [one.signature for one in job.acts if one.role == "publish" and one.weight >= 0.9] == expected


def test_to_install_what_could_sign_signs_nothing() -> None:
    assert "sign" not in roles(jobs(workflow("uses: sigstore/cosign-installer@v3"))["release"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://push.chocolatey.example/", ["chocolatey"]),
        ("${{ env.SOURCE }}", ["nuget"]),
        ("https://packages.example/${{ github.repository_owner }}/index.json", ["nuget"]),
    ],
)
def test_a_source_that_is_decided_later_opens_one_service(source: str, expected: list[str]) -> None:
    job = jobs(workflow(f"run: dotnet nuget push a.nupkg --source {source} --api-key $KEY"))["release"]
    assert [one.target for one in job.acts if one.role == "publish" and one.weight >= 0.9] == expected


@pytest.mark.parametrize("outputs", ["type=image,push=${{ github.event_name != 'pull_request' }}", "${{ env.OUTPUTS }}"])
def test_a_switch_that_is_decided_later_may_push(outputs: str) -> None:
    step = f'{{uses: docker/build-push-action@v6, with: {{outputs: "{outputs}"}}}}'
    assert "publish" in [one.role for one in jobs(workflow(step))["release"].acts if one.weight >= 0.9]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: docker/bake-action@v6, with: {set: '${{ matrix.more }}'}}", None),
        ("{uses: docker/bake-action@v6, with: {set: '*.output=type=registry'}}", "set"),
        ("{uses: docker/build-push-action@v6, with: {push: true, tags: 'localhost:5000/web'}}", "rehearsal"),
        ("{uses: docker/build-push-action@v6, with: {push: true, tags: 'acme/web'}}", "set"),
    ],
)
def test_settings_that_nobody_knows_push_nothing_and_a_local_push_is_a_rehearsal(step: str, expected: str | None) -> None:
    text = workflow(step, top="on: {push: {branches: [main]}}").replace("  release:", "  one:")
    assert roles(jobs(text)["one"]).get("publish") == expected


def test_a_program_that_is_given_a_minted_token_publishes_without_a_stored_one() -> None:
    publish = "{run: python3 scripts/release.py, env: {CARGO_REGISTRY_TOKEN: '${{ steps.auth.outputs.token }}'}}"
    job = jobs(workflow("{uses: rust-lang/crates-io-auth-action@v1, id: auth}", publish, job="    permissions: {id-token: write}\n"))[
        "release"
    ]
    found = act(job, "publish")
    assert (found.target, found.signature, found.takes, found.is_keyless) == ("crates", "sink", (), True)


def test_a_folder_that_a_variable_names_is_no_push() -> None:
    assert "publish" not in [
        one.role for one in jobs(workflow("run: docker buildx build . -o $OUT/node"))["release"].acts if one.weight >= 0.9
    ]


def test_a_job_of_too_many_commands_is_said() -> None:
    found = pipelines({WORKFLOW: workflow("run: " + "a; " * 6000 + "npm publish")})
    assert [(one.path, one.reason) for one in found.unread] == [(WORKFLOW, Reason.TOO_LARGE)]


def test_a_pipeline_that_a_job_starts_is_read_wherever_it_lies() -> None:
    files = {
        ".gitlab-ci.yml": "start: {trigger: {include: [{local: ci/child.yml}]}, rules: [{if: $CI_COMMIT_TAG}]}",
        "ci/child.yml": "ship: {script: [npm publish]}\nagain: {trigger: {include: ci/child.yml}}\nmore: {trigger: {include: ci/more.yml}}",
        "ci/more.yml": "deep: {script: [twine upload dist/*]}",
        "ci/other.yml": "no: {script: [npm publish]}",
    }
    found = jobs(files)
    assert {name: job.file for name, job in found.items()} == {
        "start": ".gitlab-ci.yml",
        "ship": "ci/child.yml",
        "again": "ci/child.yml",
        "more": "ci/child.yml",
        "deep": "ci/more.yml",
    }
    assert "publish" in roles(found["start"])
    assert found["start"].calls[0].jobs


def test_a_setup_goes_on_with_the_file_that_it_names() -> None:
    text = "version: 2.1\nsetup: true\norbs: {{c: circleci/continuation@1.0.0}}\njobs:\n  a: {{steps: [{{c/continue: {{configuration_path: {}}}}}]}}\nworkflows: {{w: {{jobs: [a]}}}}\n"
    child = "version: 2.1\njobs: {b: {steps: [{run: npm publish}]}}\nworkflows: {w: {jobs: [b]}}\n"
    found = pipelines({".circleci/config.yml": text.format(".circleci/next.yml"), ".circleci/next.yml": child})
    assert [(job.name, job.file) for job in found.jobs] == [("a", ".circleci/config.yml"), ("b", ".circleci/next.yml")]
    assert pipelines({".circleci/config.yml": text.format("made-by-a-step.yml")}).unread == ()
