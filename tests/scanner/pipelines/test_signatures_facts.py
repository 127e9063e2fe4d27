"""What a match says beside role and target: credentials, tiers, keyless ways, code of the project; and what names say."""

from __future__ import annotations

import re

import pytest

from scanner import hosts
from scanner.pipelines.commands import Command, Match
from scanner.pipelines.signatures import Suspected, load
from scanner.pipelines.signatures.argv import Programs
from tests.scanner.pipelines.signature_lines import command, signatures, step

GITHUB_TOKEN = "${{ secrets.GITHUB_TOKEN }}"  # noqa: S105 - an expression
SECRET = "${{ secrets.S }}"  # noqa: S105 - an expression


def spelled(text: str) -> str:
    """The text with hosts for their names; pytest writes down the cases themselves."""
    return re.sub("@([A-Z_]+)", lambda match: hosts.spell(getattr(hosts, match[1])), text)


def only(text: str, role: str) -> Match:
    """The one match of a command (`$ …`) or step in a role."""
    if text.startswith("$ "):
        found = signatures().command(command(text.removeprefix("$ ")))
    else:
        platform, uses, settings, env = step(text)
        found = signatures().action(uses, "v1", settings, env, platform)
    (match,) = [match for match in found if match.role == role]
    return match


@pytest.mark.parametrize(
    ("text", "role", "keyless"),
    [
        ("pypa/gh-action-pypi-publish", "publish", True),
        (f"pypa/gh-action-pypi-publish password='{SECRET}'", "publish", False),
        ("JS-DevTools/npm-publish", "publish", True),
        (f"JS-DevTools/npm-publish token='{SECRET}'", "publish", False),
        ("changesets/action publish-script=x", "publish", None),
        ("changesets/action publish-script=x env:NPM_TOKEN", "publish", False),
        ("rubygems/release-gem", "publish", True),
        ("rubygems/release-gem setup-trusted-publisher=false", "publish", False),
        ("aws-actions/configure-aws-credentials role-to-assume=r", "credential_setup", True),
        (f"aws-actions/configure-aws-credentials aws-secret-access-key='{SECRET}'", "credential_setup", False),
        (f"aws-actions/configure-aws-credentials role-to-assume=r aws-secret-access-key='{SECRET}'", "credential_setup", False),
        ("google-github-actions/auth workload_identity_provider=p", "credential_setup", True),
        ("bitbucket:atlassian/aws-ecr-push-image AWS_OIDC_ROLE_ARN=r", "publish", True),
        (f"bitbucket:atlassian/aws-s3-deploy AWS_SECRET_ACCESS_KEY='{SECRET}'", "deploy", False),
        ("docker/login-action env:DOCKERHUB_OIDC_CONNECTIONID", "credential_setup", True),
        ("samuelmeuli/action-maven-publish", "publish", False),
        ("$ npm publish", "publish", None),
        ("$ poetry publish", "publish", False),
        ("$ uv publish", "publish", None),
        ("$ uv publish --trusted-publishing always", "publish", True),
        ("$ uv publish --token $T", "publish", False),
        ("$ TWINE_PASSWORD=$T twine upload dist/*", "publish", False),
        ("$ cosign sign --yes a/b", "sign", True),
        ("$ cosign sign --key env://COSIGN_PRIVATE_KEY a/b", "sign", False),
        ("$ COSIGN_PRIVATE_KEY=$K cosign sign a/b", "sign", False),
        ("$ vsce publish --azure-credential", "publish", True),
        ("$ vsce publish -p $P", "publish", False),
        ("$ gpg --detach-sign a", "sign", False),
        ("$ gitsign", "sign", True),
        ("$ AzureSignTool sign --azure-key-vault-managed-identity a.exe", "sign", True),
        ("$ AzureSignTool sign --azure-key-vault-client-secret=$S a.exe", "sign", False),
        ("$ quill sign --p12 $P a", "sign", False),
    ],
)
def test_whether_it_needs_a_stored_credential(text: str, role: str, keyless: bool | None) -> None:
    assert only(text, role).is_keyless is keyless


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("softprops/action-gh-release", "release_page", (True, True)),
        (f"softprops/action-gh-release token='{GITHUB_TOKEN}'", "release_page", (True, True)),
        ("softprops/action-gh-release token='${{ github.token }}'", "release_page", (True, True)),
        (f"softprops/action-gh-release token='{SECRET}'", "release_page", (False, False)),
        ("softprops/action-gh-release token='${{ secrets.A || secrets.GITHUB_TOKEN }}'", "release_page", (False, False)),
        (f"docker/login-action registry=r.test password='{GITHUB_TOKEN}'", "credential_setup", (True, True)),
        ("gitlab:release", "release_page", (True, True)),
        ("gitlab:release env:GITLAB_TOKEN", "release_page", (False, True)),
        ("ad-m/github-push-action", "write_source", (True, True)),
        ("stefanzweifel/git-auto-commit-action", "write_source", (None, False)),
        ("$ docker login -p $CI_JOB_TOKEN r.test", "credential_setup", (True, True)),
        ("$ docker login -p $TOKEN r.test", "credential_setup", (False, False)),
        ("$ gh release create v1", "release_page", (None, False)),
        ("$ GH_TOKEN='${{ github.token }}' gh release create v1", "release_page", (True, True)),
    ],
)
def test_whether_it_works_with_the_token_of_the_job(text: str, role: str, expected: tuple[bool | None, bool]) -> None:
    match = only(text, role)
    assert (match.is_keyless, match.uses_job_token) == expected


@pytest.mark.parametrize(
    ("text", "role", "values"),
    [
        (f"pypa/gh-action-pypi-publish user=u password='{SECRET}'", "publish", (SECRET,)),
        (f"crazy-max/ghaction-import-gpg gpg_private_key='{SECRET}' passphrase=p", "sign", (SECRET, "p")),
        ("travis:pypi username=u password=p", "publish", ("p",)),
        ("travis:packagecloud username=u token=t", "publish", ("t",)),
        ("travis:gcs key_file=f", "publish", ("f",)),
        ("drone:appleboy/drone-scp ssh_key=k proxy_password=p", "publish", ("k", "p")),
        ("drone:plugins/slack access_token=t", "notify", ("t",)),
        ("jenkins:hipchatSend credentialId=t", "notify", ("t",)),
        ("drone:plugins/acr client_secret=s", "publish", ("s",)),
        ("azure:AndroidSigning@3 apksignerKeystorePassword=s", "sign", ("s",)),
        ("$ twine upload -u ada -p $T dist/*", "publish", ("$T",)),
        ("$ twine upload -p$T dist/*", "publish", ("$T",)),
        ("$ twine upload --password=$T dist/*", "publish", ("$T",)),
        ("$ TWINE_USERNAME=u TWINE_PASSWORD=$T twine upload dist/*", "publish", ("$T",)),
        ("$ signtool sign /f a.pfx /p $P a.exe", "sign", ("$P",)),
        ("$ signtool sign /a /p $P a.exe", "sign", ("$P",)),
        ("$ mvn deploy -Dgpg.passphrase=$P", "sign", ("$P",)),
        ("$ POETRY_PYPI_TOKEN_PYPI=$T poetry publish", "publish", ("$T",)),
    ],
)
def test_texts_that_are_its_credential(text: str, role: str, values: tuple[str, ...]) -> None:
    match = only(text, role)
    assert match.values == values
    assert not any(value in repr(match) for value in values if value.startswith("$"))
    assert not any(value in match.evidence for value in values if value.startswith("$"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$ npm publish", True),
        ("$ npm publish --ignore-scripts", False),
        ("$ twine upload dist/*", False),
        ("$ gradlew publish", True),
        ("$ vsce publish --packagePath a.vsix", False),
        ("JS-DevTools/npm-publish", True),
        ("JS-DevTools/npm-publish ignore-scripts=true", False),
        ("pypa/gh-action-pypi-publish", False),
    ],
)
def test_whether_it_runs_code_of_the_project(text: str, expected: bool) -> None:
    assert only(text, "publish").runs_project is expected


@pytest.mark.parametrize(
    ("setting", "tier"),
    [
        ("https://@TEST_PYPI/legacy/", "test"),
        ("https://@PYPI_UPLOAD/legacy/", "public"),
        ("https://pypi.corp.test/", "private"),
        ("https://@PYPI.evil.test/", "private"),
        ("${{ vars.INDEX }}", "public"),
        ("https://[", "private"),
        ("", "public"),
    ],
)
def test_where_an_action_publishes_to(setting: str, tier: str) -> None:
    match = signatures().action("pypa/gh-action-pypi-publish", None, {"repository-url": spelled(setting)}, (), "github")
    assert [one.tier for one in match] == [tier]


def test_an_action_is_a_publisher_and_a_command_of_the_script_is_none() -> None:
    assert only("pypa/gh-action-pypi-publish", "publish").is_publisher
    assert not only("$ twine upload dist/*", "publish").is_publisher


def test_an_expression_may_push_and_is_no_certain_rehearsal() -> None:
    assert only("docker/build-push-action push='${{ github.event_name }}'", "publish").target == "container"
    assert not only("katyo/publish-crates dry-run='${{ inputs.dry }}'", "publish").is_rehearsal
    assert only("katyo/publish-crates dry-run=true", "publish").is_rehearsal
    assert not only("$ npm publish --dry-run=$DRY", "publish").is_rehearsal


@pytest.mark.parametrize(
    ("name", "normal", "service"),
    [
        ("NPM_TOKEN", "NPM_TOKEN", ("publish", "npm")),
        ("npm-auth-token", "NPM_TOKEN", ("publish", "npm")),
        ("NPM_AUTH_TOKEN_PROD", "NPM_TOKEN", ("publish", "npm")),
        ("NPM_TOKEN_V2_OLD", "NPM_TOKEN", ("publish", "npm")),
        ("TEST_PYPI_API_TOKEN", "TEST_PYPI_TOKEN", ("publish", "pypi")),
        ("CRATES_IO_TOKEN", "CARGO_REGISTRY_TOKEN", ("publish", "crates")),
        ("RUBYGEMS_API_KEY", "GEM_HOST_API_KEY", ("publish", "rubygems")),
        ("DOCKER_PASSWORD", "DOCKERHUB_TOKEN", ("publish", "docker_hub")),
        ("OSSRH_PASSWORD", "OSSRH_PASSWORD", ("publish", "maven")),
        ("ORG_GRADLE_PROJECT_signingInMemoryKey", "ORG_GRADLE_PROJECT_SIGNINGINMEMORYKEY", ("sign", "gpg")),
        ("GH_PAT", "GITHUB_PAT", ("write_source", "github")),
        ("VSCE_PAT", "VSCE_PAT", ("publish", "vscode")),
        ("NOTATION_PASSWORD", "NOTATION_PASSWORD", ("publish", "container")),
        ("QUILL_SIGN_PASSWORD", "QUILL_SIGN_PASSWORD", ("sign", "apple")),
        ("QUILL_LOG_FILE", "QUILL_LOG_FILE", None),
        ("OPAM_PUBLISH_GH_TOKEN", "OPAM_PUBLISH_GH_TOKEN", ("publish", "opam")),
        ("SLACK_WEBHOOK_STAGING", "SLACK_WEBHOOK_URL", ("notify", "slack")),
        ("DEPLOY_KEY", "DEPLOY_KEY", None),
        ("MY_SETTING_DEV", "MY_SETTING", None),
        ("", "", None),
        ("$(" * 9_000, "", None),
    ],
)
def test_what_the_name_of_a_variable_says(name: str, normal: str, service: tuple[str, str] | None) -> None:
    assert signatures().normal(name) == normal
    assert signatures().service_of_sink(name) == service


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("publish", ("publish",)),
        ("publishToNpm", ("publish",)),
        ("Build & Release", ("publish", "build")),
        ("publish-test-results", ()),
        ("upload_coverage", ()),
        ("sign-macos", ("sign",)),
        ("sign-in", ()),
        ("design", ()),
        ("deploy:docs", ("deploy",)),
        ("unit-tests", ("test",)),
        ("x" * 10_000, ()),
    ],
)
def test_what_the_name_of_a_job_makes_suspected(name: str, roles: tuple[str, ...]) -> None:
    assert signatures().names(name) == roles


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pypi", (Suspected("publish", "pypi"),)),
        ("test-pypi", (Suspected("publish", "pypi", "test"),)),
        ("release", (Suspected("publish"),)),
        ("npm-production", (Suspected("publish", "npm"), Suspected("deploy"))),
        ("${{ inputs.where }}", ()),
    ],
)
def test_what_the_name_of_an_environment_makes_suspected(name: str, expected: tuple[Suspected, ...]) -> None:
    assert signatures().environment(name) == expected


@pytest.mark.parametrize(
    ("audience", "target"),
    [
        ("pypi", "pypi"),
        ("PyPI ", "pypi"),
        ("npm:@NPM", "npm"),
        ("https://@NUGET_WEB/", "nuget"),
        ("sigstore", "sigstore"),
        ("https://vault.corp.test", None),
        ("", None),
    ],
)
def test_what_an_audience_is_for(audience: str, target: str | None) -> None:
    assert signatures().audience(spelled(audience)) == target


def test_who_may_publish_where_without_a_stored_credential() -> None:
    npm, unknown = signatures().registry("npm"), signatures().registry("opam")
    assert npm is not None
    assert {one.ci: (one.runner, one.since and one.since.isoformat()) for one in npm.accepts} == {
        "github": ("hosted", "2025-07-31"),
        "gitlab": ("hosted", "2025-07-31"),
        "circleci": ("hosted", "2026-03-04"),
    }
    assert [(one.kind, one.on and one.on.isoformat(), one.days) for one in npm.endings] == [
        ("npm-legacy-token", "2025-12-09", 0),
        ("npm-token", "2025-10-13", 90),
        ("npm-token", "2027-01-01", 0),
    ]
    assert unknown is None


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("",),
        ("npm",),
        ("npm", "-"),
        ("npm", "--"),
        ("npm", "--", "publish"),
        ("git", "push", "-" * 100_000),
        ("git", *["-c"] * 5_000),
        ("docker", "push", "a" * 1_000_000),
        ("python", "-m"),
        ("twine", "upload", "-r"),
        ("gpg", "-" + "s" * 50_000),
        ("npm", "publish", "--registry=https://[" + "x" * 100_000),
        ("curl", "https://" + "a" * 100_000),
        ("mvn", ":" * 100_000),
        ("\udcff", "\x00"),
    ],
    ids=lambda argv: " ".join(argv)[:20].encode("ascii", "replace").decode(),
)
def test_hostile_commands_are_read_to_the_end(argv: tuple[str, ...]) -> None:
    one = Command(argv=argv, row=0, column=0)
    assert isinstance(signatures().command(one), tuple)
    assert isinstance(signatures().remarks_of_command(one), tuple)


@pytest.mark.parametrize("uses", ["", "[", "*", "a" * 1_000_000, "npm@[", "\udcff"])
def test_hostile_steps_are_read_to_the_end(uses: str) -> None:
    assert signatures().action(uses, "*", {"": "", "[": "x" * 1_000_000}, ("", "["), "github") == ()
    assert signatures().remarks_of_step(uses, None, {"[": "["}, {"[": "["}) == ()


def test_nothing_of_a_command_is_shown() -> None:
    secret = "hunter2hunter2"  # noqa: S105 - made up
    one = command(f"TWINE_PASSWORD={secret} twine upload -p {secret} {secret}")
    invocation = Programs(load().programs).invocation(one)
    shown = repr((one, invocation, invocation.words, signatures().command(one), signatures().remarks_of_command(one)))
    assert secret not in shown
    assert invocation.flags == {"-p": (secret,)}


@pytest.mark.parametrize(
    ("text", "role", "evidence"),
    [
        ("Codfish/Semantic-Release-Action", "release_page", "codfish/semantic-release-action"),
        ("azure:NuGetCommand@2 command=push", "publish", "NuGetCommand"),
        ("github/codeql-action/analyze", "scan", "github/codeql-action/*"),
        ("$ podman push r.test/secret-project", "publish", "docker push"),
        ("$ gradlew :lib:publishSecretProject", "publish", "gradle publish*"),
        ("$ python3 -m twine upload dist/*", "publish", "twine upload"),
        ("$ dput a.changes", "publish", "dput [rule not checked]"),
        ("azure:EsrpRelease@9", "publish", "EsrpRelease [rule not checked]"),
        ("$ pytest", "test", "pytest"),
    ],
)
def test_evidence_is_in_words_of_the_tables(text: str, role: str, evidence: str) -> None:
    assert only(text, role).evidence == evidence


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("aws s3 cp dist/a.zip s3://downloads/ --acl public-read", True),
        ("aws s3 sync --delete dist s3://downloads", True),
        ("aws s3 cp - s3://downloads/a", True),
        ("aws s3 cp s3://downloads/a.zip . --quiet", None),
        ("aws s3 cp s3://downloads/a $DIR", None),
        ("aws s3 cp dist/a.zip $WHERE", True),
        ("aws s3 cp $FROM $TO", False),
        ("aws s3 cp build.log s3://downloads/", False),
        ("aws s3 sync out s3://acme-ci-cache/out", False),
        ("aws s3 cp CHANGELOG.md s3://downloads/", True),
        ("gsutil -m cp -r coverage gs://acme/x", False),
        ("gsutil cp gs://acme/x x", None),
        ("gcloud storage cp TestResults.xml gs://acme/x", False),
        ("az storage blob upload -f a.zip -c downloads", True),
        ("az storage blob upload -f junit.xml -c ci", False),
        ("az storage blob download -f a -c downloads", None),
        ("azcopy sync dist https://acme.test/downloads", True),
        ("azcopy copy https://acme.test/a https://other.test/b", None),
        ("rclone sync out remote:downloads --exclude logs", True),
        ("rclone copy remote:downloads out", None),
        ("scp -i key -P 22 a.deb ada@host.test:/srv", True),
        ("scp ada@host.test:/srv/a.deb ./a", None),
        ("scp -r playwright-report ada@host.test:/srv", False),
        ("rsync -a --exclude tmp dist/ host.test:/srv --delete", True),
        ("rsync -a $SRC/ $BUILD/", None),
        ("rsync -a -e ssh dist $TARGET", False),
        ("rsync -a host.test:/srv/ here/", None),
        ("rsync -a . ada@machine.test:/var/tmp/run", False),
        ("rsync -a out/ ada@machine.test:/var/www/web", True),
        ("sftp -b batch host.test", False),
        ("sftp host.test:/srv/a a", None),
        ("lftp -c 'open x; mirror -v -R dist /srv'", True),
        ("lftp -c 'open x; mirror /srv dist'", None),
        ("echo put a.zip | sftp host.test", True),
    ],
)
def test_what_is_sent_for_others_to_have_is_published(text: str, sure: bool | None) -> None:
    found = [match for match in signatures().command(command(text)) if match.target == "file_host"]
    assert [not match.is_doubtful for match in found] == ([] if sure is None else [sure])
