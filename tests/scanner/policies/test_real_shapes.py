"""Shapes of pipelines that are common and no fault, and next to each the fault that it resembles."""

from __future__ import annotations

from datetime import date

import pytest

from scanner.correlate import build_graph
from scanner.identity import derived_id
from scanner.model import Finding
from scanner.policies import judge
from tests.support.pipelines import pipelines, wired

GITHUB = ".github/workflows/ci.yml"
LOGIN = "      - {uses: docker/login-action@v3, with: {username: acme, password: '${{ secrets.HUB }}'}}\n"
IMAGE = "      - {uses: docker/build-push-action@v6, with: {push: true, tags: acme/web}}\n"
JOB = "on: {push: {tags: ['v*']}}\njobs:\n  one:\n    runs-on: ubuntu-latest\n"
SIGNER = "      - {uses: azure/trusted-signing-action@v1, with: {azure-client-secret: '${{ secrets.SIGN }}'}}\n"


def findings(files: dict[str, str], *projects: str) -> tuple[Finding, ...]:
    """What the policies say of these files of a repository, which forges call `projects`."""
    jobs, slots = wired(files, projects=projects)
    graph = build_graph((), (), slots=slots, jobs=tuple(jobs.values()), scripts=pipelines(files).scripts)
    return judge(graph, fail_on=None, as_of=date(2026, 11, 30), only=frozenset(), without=frozenset(), make_id=derived_id)[1]


def said(files: dict[str, str], *projects: str) -> list[str]:
    """The policies that say something of these files."""
    return [one.policy for one in findings(files, *projects)]


@pytest.mark.parametrize(
    ("build", "expected"), [("", 0), ("      - run: docker build -t acme/web:test .\n", 0), ("      - run: npm ci\n", 1)]
)
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


@pytest.mark.parametrize(("path", "expected"), [("test/e2e/push.sh", 0), ("templates/new/push.sh", 0), ("scripts/push.sh", 1)])
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


MANUAL = "publish:\n  script: [npm publish --ignore-scripts]\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["TB601"]),
        ("  when: manual\n", ["TB607"]),
        ("  when: manual\n  allow_failure: true\n", ["TB607"]),
        ("  when: manual\n  allow_failure: false\n", []),
        ("  rules: [{if: $CI_COMMIT_TAG, when: manual}]\n", []),
        ("  environment: $WHERE\n", ["TB607"]),
    ],
)
def test_a_gate_that_holds_nothing_is_said_once(more: str, expected: list[str]) -> None:
    assert [one for one in said({".gitlab-ci.yml": MANUAL + more}) if one in {"TB601", "TB607"}] == expected


def test_an_earlier_job_that_may_be_left_out_is_no_gate() -> None:
    stages = "stages: [try, out]\npreview:\n  stage: try\n  when: manual\n  script: [make]\n"
    assert [one for one in said({".gitlab-ci.yml": stages + MANUAL + "  stage: out\n"}) if one in {"TB601", "TB607"}] == ["TB601"]


@pytest.mark.parametrize(("more", "expected"), [("", 1), ("  when: manual\n", 0)])
def test_whoever_holds_a_token_does_not_press_the_button(more: str, expected: int) -> None:
    assert said({".gitlab-ci.yml": f"{MANUAL}  only: [triggers]\n{more}"}).count("TB801") == expected


def test_a_credential_of_jenkins_that_is_chosen_when_it_runs_is_not_the_whole_store() -> None:
    step = "withCredentials([string(credentialsId: params.TOKEN, variable: 'NPM_TOKEN')]) { sh 'npm publish --ignore-scripts' }"
    jobs, slots = wired({"Jenkinsfile": f"node {{ {step} }}\n"})
    assert ([slot.name for slot in slots], [act.takes for act in jobs["pipeline"].acts]) == (["${params.TOKEN}"], [("${params.TOKEN}",)])
    assert said({"Jenkinsfile": f"node {{ {step} }}\n"}).count("TB604") == 0


def test_targets_that_publish_to_one_registry_are_told_of_once_for_each_file() -> None:
    targets = "a b c:\n\tnpm publish --ignore-scripts\n\nfour:\n\ttwine upload dist/*\n"
    found = findings({"Makefile": targets, "more/Makefile": "five:\n\tnpm publish --ignore-scripts\n"})
    assert [(one.message.partition(" with ")[0], [place.line for place in one.locations]) for one in found if one.policy == "TB707"] == [
        ("The targets a, b and c of Makefile publish (npm publish)", [2]),
        ("The target four of Makefile publishes (twine upload)", [5]),
        ("The target five of more/Makefile publishes (npm publish)", [2]),
    ]


@pytest.mark.parametrize(("more", "expected"), [("", 0), (", passphrase: '${{ secrets.GPG_PASSPHRASE }}'", 1)])
def test_a_login_at_a_registry_opens_no_signing_key(more: str, expected: int) -> None:
    sign = f"      - {{uses: crazy-max/ghaction-import-gpg@v6, with: {{gpg_private_key: '${{{{ secrets.GPG_KEY }}}}'{more}}}}}\n"
    login = LOGIN.replace("secrets.HUB", "secrets.DOCKER_PASSWORD")
    assert said({GITHUB: JOB + "    steps:\n" + login + IMAGE + sign}).count("TB503") == expected


def test_what_a_script_installs_and_publishes_with_one_token_does_both() -> None:
    files = {"ship.sh": "npm ci\nnpm publish\n"}
    step = "    steps:\n      - {run: ./ship.sh, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n"
    assert said({GITHUB: JOB + step, **files}).count("TB105") == 1


@pytest.mark.parametrize(("kept", "expected"), [("secureFile: release.pfx", 1), ("secureFile: settings.xml", 0)])
def test_a_key_that_the_platform_keeps_as_a_file_travels_with_its_password(kept: str, expected: int) -> None:
    text = (
        f"steps:\n  - {{task: DownloadSecureFile@1, inputs: {{{kept}}}}}\n  - script: signtool sign /f a.pfx /p $(SigningPassword) a.dll\n"
    )
    assert said({"azure-pipelines.yml": text}).count("TB503") == expected


@pytest.mark.parametrize(("folder", "expected"), [(".gitea", (0, 1)), (".github", (0, 0))])
def test_an_environment_that_the_system_passes_over_is_a_gate_that_holds_nothing(folder: str, expected: tuple[int, int]) -> None:
    found = said({f"{folder}/workflows/ci.yml": JOB + "    environment: crates\n    steps: [{run: cargo publish}]\n"})
    assert (found.count("TB601"), found.count("TB607")) == expected


def test_one_environment_of_several_jobs_is_one_gate() -> None:
    first = "  first:\n    runs-on: x\n    environment: ${{ inputs.where }}\n    steps: [{run: make}]\n"
    last = (
        first.replace("first", "last")
        .replace("run: make", "run: npm publish --ignore-scripts")
        .replace("    steps", "    needs: first\n    steps")
    )
    found = [one for one in findings({GITHUB: "on: workflow_dispatch\njobs:\n" + first + last}) if one.policy == "TB607"]
    assert [[place.line for place in one.locations] for one in found] == [[9, 5]]


@pytest.mark.parametrize(("parts", "expected"), [("brews scoops winget", 0), ("brews npms", 1)])
def test_channels_of_a_forge_are_one_service(parts: str, expected: int) -> None:
    settings = "".join(f"{part}: [{{name: a, repository: {{token: '{{{{ .Env.TAP }}}}'}}}}]\n" for part in parts.split())
    step = "      - {uses: goreleaser/goreleaser-action@v7, with: {args: release}, env: {TAP: '${{ secrets.TAP }}'}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + step, ".goreleaser.yml": settings}).count("TB104") == expected


@pytest.mark.parametrize(("more", "expected"), [("", 0), ('\n  if: build.source == "api"', 1)])
def test_what_an_interface_starts_anyway_is_not_asked_for(more: str, expected: int) -> None:
    assert (
        said({".buildkite/pipeline.yml": f"steps:\n- label: out\n  command: npm publish --ignore-scripts{more}\n"}).count("TB801")
        == expected
    )


@pytest.mark.parametrize(("name", "expected"), [("SIGNING_KEY", 1), ("SIGNING_KEY_ID", 0), ("KEY_ALIAS", 0)])
def test_what_a_key_is_called_is_no_key(name: str, expected: int) -> None:
    given = f"gpg_private_key: '${{{{ secrets.{name} }}}}', passphrase: '${{{{ secrets.GPG_PASSPHRASE }}}}'"
    assert (
        said({GITHUB: JOB + f"    steps:\n      - {{uses: crazy-max/ghaction-import-gpg@v6, with: {{{given}}}}}\n"}).count("TB503")
        == expected
    )


@pytest.mark.parametrize(("command", "expected"), [("npm stage publish", 0), ("npm publish", 1)])
def test_what_waits_for_a_maintainer_in_its_registry_has_a_gate(command: str, expected: int) -> None:
    text = JOB + f"    permissions: {{id-token: write}}\n    steps:\n      - run: {command}\n"
    assert said({GITHUB: text}).count("TB601") == expected


@pytest.mark.parametrize(
    ("command", "expected"), [("npm publish --provenance", 0), ("NPM_CONFIG_PROVENANCE=true npm publish", 0), ("npm publish", 1)]
)
def test_a_provenance_that_is_asked_for_is_not_missing(command: str, expected: int) -> None:
    step = f"      - {{run: {command}, env: {{NODE_AUTH_TOKEN: '${{{{ secrets.NPM }}}}'}}}}\n"
    assert said({GITHUB: JOB + "    permissions: {id-token: write}\n    steps:\n" + step}).count("TB505") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: rubygems/release-gem@v1}", 0),
        ("{uses: rubygems/release-gem@v1.1.2}", 0),
        ("{uses: rubygems/release-gem@v1.0.1}", 1),
        ("{uses: rubygems/release-gem@v1, with: {attestations: false}}", 1),
        ("{uses: rubygems/release-gem@v1, with: {setup-trusted-publisher: false}, env: {GEM_HOST_API_KEY: '${{ secrets.GEM }}'}}", 1),
        ("{run: npx jsr publish}", 0),
        ("{run: npx jsr publish, env: {JSR_TOKEN: '${{ secrets.JSR }}'}}", 1),
        ("{run: docker buildx build --push --provenance=mode=max -t acme/web .}", 0),
        ("{run: docker build --push -t acme/web .}", 1),
        ("{run: gem push web.gem}", 1),
    ],
)
def test_publishers_that_attest_by_themselves(step: str, expected: int) -> None:
    assert said({GITHUB: JOB + f"    permissions: {{id-token: write}}\n    steps:\n      - {step}\n"}).count("TB505") == expected


@pytest.mark.parametrize(("attest", "expected"), [("      - uses: actions/attest-build-provenance@v2\n", 0), ("", 1)])
def test_provenance_that_comes_from_elsewhere_may_be_switched_off(attest: str, expected: int) -> None:
    image = "      - {uses: docker/build-push-action@v6, with: {push: true, tags: acme/web, provenance: false}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + image + attest}).count("TB608") == expected


@pytest.mark.parametrize(("script", "expected"), [("set +e; x; set -e; npm publish", 0), ("set +e; npm publish", 1)])
def test_failures_are_passed_over_where_something_is_published(script: str, expected: int) -> None:
    assert said({GITHUB: JOB + f"    steps:\n      - run: '{script}'\n"}).count("TB608") == expected


@pytest.mark.parametrize(
    ("command", "expected"), [("npm dist-tag add web@1 latest", []), ("npm publish --ignore-scripts", ["TB403", "TB406"])]
)
def test_no_identity_token_moves_a_tag(command: str, expected: list[str]) -> None:
    step = f"      - {{run: {command}, env: {{NODE_AUTH_TOKEN: '${{{{ secrets.NPM }}}}'}}}}\n"
    found = said({GITHUB: JOB + "    permissions: {id-token: write}\n    steps:\n" + step})
    assert [one for one in found if one.startswith("TB4")] == expected


@pytest.mark.parametrize(("env", "expected"), [("", 0), (", env: {T: '${{ secrets.NPM }}'}", 1)])
def test_a_job_of_a_called_workflow_has_a_slot_where_it_names_it(env: str, expected: int) -> None:
    caller = "on: push\njobs:\n  all:\n    uses: ./.github/workflows/two.yml\n    secrets: {NPM: '${{ secrets.NPM }}'}\n"
    callee = (
        "on: {workflow_call: {secrets: {NPM: {required: true}}}}\njobs:\n"
        f"  check:\n    runs-on: ubuntu-latest\n    steps:\n      - {{run: npm test{env}}}\n"
        "  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n"
    )
    assert said({GITHUB: caller, ".github/workflows/two.yml": callee}).count("TB101") == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("set -ex\necho $T | docker login --password-stdin\n", 1),
        ("#!/bin/sh -ex\ncurl -u a:$T x\n", 1),
        ("set -o xtrace\ncurl -u a:$T x\n", 1),
        ("echo $T | docker login --password-stdin\nset -x\nmake\n", 0),
        ("set -x\nmake\nset +x\necho $T | docker login --password-stdin\n", 0),
        ("set -x\n./login.sh\n", 0),
    ],
)
def test_a_shell_that_prints_its_commands_prints_what_their_words_hold(script: str, expected: int) -> None:
    text = JOB + "    steps:\n      - {run: ./a.sh, env: {T: '${{ secrets.HUB }}'}}\n"
    assert said({GITHUB: text, "a.sh": script}).count("TB605") == expected


@pytest.mark.parametrize(("task", "expected"), [("publish", 1), ("test", 0)])
def test_a_task_that_is_called_a_release_and_handed_what_opens_a_registry_publishes(task: str, expected: int) -> None:
    step = f"      - run: dotnet make {task} --key=${{{{ secrets.NUGET_API_KEY }}}}\n"
    found = said({GITHUB: JOB + "    steps:\n" + step})
    assert {policy: found.count(policy) for policy in ("TB102", "TB401")} == {"TB102": expected, "TB401": expected}
