"""Every remark has something that it is made of and something that it nearly is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.pipelines.signatures import Noted, load
from tests.scanner.pipelines.signature_lines import command, signatures, step

CASES = {
    "B1.no-verify": ("git commit --no-verify -m x", "git commit -m --no-verify"),
    "B1.commit-n": ("git commit -nm x", "git push -n"),
    "B1.husky": ("HUSKY=0 git push", "HUSKY=1 git push"),
    "B1.lefthook": ("export LEFTHOOK=0", "export LEFTHOOK=1"),
    "B1.pre-commit": ("export PRE_COMMIT_ALLOW_NO_CONFIG=0", "export PRE_COMMIT_ALLOW_NO_CONFIG="),
    "B1.skip": ("SKIP=mypy git commit -m x", "SKIP=mypy git status"),
    "B1.skip-ci": ("git commit -m 'v1 [skip ci]'", "git commit -m 'skip ci'"),
    "B2.admin": ("gh pr merge --admin 1", "gh pr merge --auto 1"),
    "B2.protection": ("gh api -X DELETE repos/a/b/branches/main/protection", "gh api repos/a/b/branches/main/protection"),
    "B2.force": ("git push --force origin main", "git push --force origin feature"),
    "B2.self-approve": ("gh pr review -a 1", "gh pr review -c 1"),
    "B2.glab-approve": ("glab mr approve 1", "glab mr list"),
    "B2.approve-action": ("use hmarr/auto-approve-action", "use hmarr/debug-action"),
    "B4.no-gpg-sign": ("git -c commit.gpgsign=false commit -m x", "git -c commit.gpgsign=true commit -m x"),
    "B4.gpg-config": ("git config --global commit.gpgsign false", "git config commit.gpgsign true"),
    "B4.gpg-skip": ("mvn deploy -Dgpg.skip", "mvn deploy -Dgpg.skip=false"),
    "B4.exclude-sign": ("gradle publish -x signMavenPublication", "gradle publish -x javadoc"),
    "B4.provenance": ("npm publish --provenance=false", "npm publish --provenance"),
    "B4.provenance-env": ("NPM_CONFIG_PROVENANCE=false npm publish", "NPM_CONFIG_PROVENANCE=true npm publish"),
    "B4.attestations": ("use pypa/gh-action-pypi-publish attestations=false", "use pypa/gh-action-pypi-publish attestations=true"),
    "B4.image-provenance": ("use docker/build-push-action provenance=false", "use docker/build-push-action provenance=mode=max"),
    "B4.cosign": ("cosign sign --tlog-upload=false a/b", "cosign sign --tlog-upload=true a/b"),
    "B11.flag": ("npm publish --provenance", "npm publish --provenance=false"),
    "B11.gem": ("use rubygems/release-gem", "use rubygems/release-gem attestations=false"),
    "B11.image": ("docker buildx build --push --provenance=mode=max .", "docker buildx build --push --provenance=false ."),
    "B11.variable": ("NPM_CONFIG_PROVENANCE=true npm publish", "NPM_CONFIG_PROVENANCE=false npm publish"),
    "B4.goreleaser": ("goreleaser release --skip=sign,sbom", "goreleaser release --skip=docker"),
    "B5.git-checks": ("pnpm publish --no-git-checks", "pnpm publish"),
    "B5.allow-dirty": ("cargo publish --allow-dirty", "cargo publish --locked"),
    "B5.cargo-verify": ("cargo publish --no-verify", "cargo build --no-verify"),
    "B5.skip-tests": ("mvn deploy -DskipTests", "mvn deploy -DskipTests=false"),
    "B5.gradle-tests": ("gradle build -x test", "gradle build -x javadoc"),
    "B5.force": ("npm publish --force", "npm install --force"),
    "B5.np": ("np --no-tests", "np --no-publish"),
    "B5.goreleaser": ("goreleaser release --skip=validate", "goreleaser release --skip=sign"),
    "C47.totp": ("oathtool --totp -b $SEED", "oathtool --version"),
    "C47.otp": ("npm publish --otp=$CODE", "npm publish --otp=123456"),
    "C47.bypass": ("npm token create --bypass-2fa", "npm token create"),
    "B7.xtrace": ("set -euxo pipefail", "set -euo pipefail"),
    "B7.bash-x": ("bash -ex release.sh", "bash -e release.sh"),
    "B7.print": ("echo $NPM_TOKEN", "echo $NPM_TOKEN > .npmrc"),
    "B7.env": ("printenv", "printenv HOME"),
    "B7.env-set": ("export -p", "export -p HOME"),
    "B7.url": ("git push https://x:$TOKEN@git.test/a", "git push https://git@git.test/a"),
    "B7.build-arg": ("docker build --build-arg NPM_TOKEN=$T .", "docker build --build-arg VERSION=$V ."),
    "B7.build-args": ("use docker/build-push-action build-args=T=${{secrets.T}}", "use docker/build-push-action build-args=V=1"),
    "B7.actions-debug": ("export CI_DEBUG_TRACE=true", "export CI_DEBUG_TRACE=false"),
    "B14.installs": ("ssh $SERVER sudo dpkg -i web.deb", "ssh $SERVER uptime"),
    "B14.variable": ("scp web.deb $SERVER:/tmp/", "scp web.deb downloads.test:/srv/"),
    "B8.curl": ("curl -fsSLk https://a.test", "curl -fsSL https://a.test"),
    "B8.wget": ("wget --no-check-certificate https://a.test", "wget --no-cache https://a.test"),
    "B8.env": ("export NODE_TLS_REJECT_UNAUTHORIZED=0", "export NODE_TLS_REJECT_UNAUTHORIZED=1"),
    "B8.strict-ssl": ("npm install --strict-ssl=false", "npm install --strict-ssl=true"),
    "B8.strict-ssl-config": ("npm config set strict-ssl=false", "npm config set strict-ssl=true"),
    "B8.git": ("git -c http.sslVerify=false clone a", "git config http.sslVerify true"),
    "B8.trusted-host": ("pip install --trusted-host a.test b", "pip install b"),
    "B8.registry": ("skopeo copy --dest-tls-verify=false a docker://b", "skopeo copy --dest-tls-verify=true a docker://b"),
    "B9.app-revoke": (
        "use actions/create-github-app-token skip-token-revoke=true permission-contents=read",
        "use actions/create-github-app-token permission-contents=read",
    ),
    "B9.app-permissions": ("use actions/create-github-app-token", "use actions/create-github-app-token permission-contents=read"),
    "B9.app-owner": (
        "use actions/create-github-app-token owner=a permission-contents=read",
        "use actions/create-github-app-token owner=a repositories=b permission-contents=read",
    ),
    "B10.cache": ("use actions/cache path=x", "use actions/cache lookup-only=true"),
    "B10.setup": ("use actions/setup-node cache=npm", "use actions/setup-node node-version=22"),
    "B10.uv": ("use astral-sh/setup-uv", "use astral-sh/setup-uv enable-cache=false"),
    "B10.ruby": ("use ruby/setup-ruby bundler-cache=true", "use ruby/setup-ruby"),
    "B10.defaults": ("use gradle/actions/setup-gradle", "use gradle/actions/setup-gradle cache-disabled=true"),
    "B10.go": ("use actions/setup-go", "use actions/setup-go cache=false"),
    "B10.image": ("use docker/build-push-action cache-from=type=gha", "use docker/build-push-action cache-from=type=registry,ref=a/b"),
    "B10.bake": ("use docker/bake-action set=*.cache-from=type=gha", "use docker/bake-action set=*.cache-from=type=registry"),
    "B10.command": ("docker buildx build --cache-from type=gha .", "docker buildx build --cache-from type=registry,ref=a/b ."),
    "B11.persisted": ("use actions/checkout", "use actions/checkout persist-credentials=false"),
    "B12.fork-ref": (
        "use actions/checkout persist-credentials=false ref=${{github.event.pull_request.head.sha}}",
        "use actions/checkout persist-credentials=false ref=main",
    ),
    "B12.gh": ("gh pr checkout 1", "gh pr view 1"),
    "B12.fetch": ("git fetch origin refs/pull/1/head", "git fetch origin main"),
    "B12.artifact": ("use actions/download-artifact run-id=1", "use actions/download-artifact name=a"),
    "B12.artifact-other": ("use dawidd6/action-download-artifact", "use dawidd6/action-download-artifact dry_run=true"),
}
ROWS = {row.id: row for row in load().remarks}


def noted(text: str) -> tuple[Noted, ...]:
    if not text.startswith("use "):
        return signatures().remarks_of_command(command(text))
    _, uses, settings, _ = step(text.removeprefix("use "))
    return signatures().remarks_of_step(uses, None, settings, {})


def kinds(text: str) -> set[tuple[str, str]]:
    return {(one.family, one.pattern) for one in noted(text)}


@pytest.mark.parametrize(
    ("text", "is_noted"),
    [
        ("GIT_SSL_NO_VERIFY=0 git fetch", True),
        ("GIT_SSL_VERIFY=false git fetch", False),
        ("skopeo copy --src-tls-verify=false docker://a/b dir:c", True),
        ("oras cp --from-plain-http a/b c/d", True),
        ("cosign sign --allow-http-registry a/b", True),
        ("/kaniko/executor --skip-tls-verify -d a/b", True),
    ],
)
def test_certificates_are_not_checked(text: str, is_noted: bool) -> None:
    assert any(family == "transport" for family, _ in kinds(text)) is is_noted


def test_every_row_has_a_case() -> None:
    assert ROWS.keys() == CASES.keys()


@pytest.mark.parametrize("row", CASES)
def test_a_remark_is_made_of_its_case_and_not_of_its_neighbour(row: str) -> None:
    match, miss = CASES[row]
    kind = (ROWS[row].family, ROWS[row].pattern)
    assert kind in kinds(match)
    assert kind not in kinds(miss)


def test_what_goes_into_a_file_or_a_pipe_or_is_masked_is_not_printed() -> None:
    printed = command("echo $NPM_TOKEN")
    assert [one.names for one in signatures().remarks_of_command(printed)] == [("NPM_TOKEN",)]
    assert signatures().remarks_of_command(replace(printed, is_captured=True)) == ()
    assert noted("echo ::add-mask::$NPM_TOKEN") == ()
    assert noted("echo $NPM_TOKEN > .npmrc") == ()


def test_what_only_a_run_tells_is_no_proof() -> None:
    assert noted('git commit -m "$MESSAGE"') == ()
    assert noted("npm publish --provenance=$P") == ()
    assert noted("use pypa/gh-action-pypi-publish attestations=${{inputs.a}}") == ()
    assert noted("use actions/checkout persist-credentials=${{inputs.p}}") == ()


def test_variables_of_a_step_are_asked_too() -> None:
    found = signatures().remarks_of_step(None, None, {}, {"NODE_TLS_REJECT_UNAUTHORIZED": "0", "HUSKY": "1"})
    assert {(one.family, one.pattern) for one in found} == {("transport", "tls-off")}
