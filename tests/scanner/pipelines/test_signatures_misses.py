"""More commands and steps that a row nearly matches: one for each of its conditions that the first neighbour leaves alone."""

from __future__ import annotations

import pytest

from tests.scanner.pipelines.signature_lines import command, signatures, step

COMMANDS = (
    ("C45.node", "npm i --global acme"),
    ("C45.node", "npm i @vscode/vsce"),
    ("C45.node", "npm view acme"),
    ("C45.python", "pip download acme"),
    ("C45.python-tools", "poetry config installer.parallel true"),
    ("C45.uv-pip", "uv pip list"),
    ("C45.compilers", "cargo tree"),
    ("C45.compilers", "dotnet test build.csproj build"),
    ("C45.make-target", "make -n build"),
    ("C45.image", "docker ps"),
    ("C51.setup", "python release.py sdist"),
    ("C51.tools", "fpm"),
    ("C21.opam", "opam update"),
    ("C40.tauri", "TAURI_SIGNING_PRIVATE_KEY=$K tauri signer generate"),
    ("C40.tauri", "TAURI_SIGNING_PRIVATE_KEY=$K tauri info"),
    ("C41.aws", "aws s3api put a s3://b"),
    ("C41.gcp", "gsutil rm a gs://b"),
    ("C41.az", "az acr upload a"),
    ("C41.rclone", "rclone ls a remote:b"),
    ("C43.brew", "brew bump-formula-pr --no-pull-request a"),
    ("C46.compilers", "go install test"),
    ("C46.maven", "mvn compile"),
    ("C46.gradle", "gradle build -x test"),
    ("C42.terraform", "terraform validate"),
    ("C42.terraform", "terraform run-all plan"),
    ("C42.kubectl", "kubectl rollout status deploy/a"),
    ("C42.tools", "vercel link"),
    ("C42.tools", "wrangler deploy whoami"),
    ("C42.clouds", "aws sts get-caller-identity"),
    ("C42.clouds", "az webapp list"),
    ("C48.vault", "vault status"),
    ("C25.dist", "dist plan --steps=release"),
    ("C28.review", "gh pr edit --approve"),
    ("C23.build", "docker buildx imagetools create --push"),
    ("C23.build", "docker run --push"),
    ("C23.image-build", "docker image tag --push"),
    ("C23.bake-set", "docker buildx bake --push --set *.output=push=true"),
    ("C23.bake-set", "docker buildx ls --set *.output=push=true"),
    ("C23.compose", "docker compose up --push"),
    ("C23.skopeo", "skopeo copy docker://a/b docker-archive:c"),
    ("C23.skopeo", "skopeo inspect docker://a/b docker://c/d"),
    ("C23.crane", "regctl image inspect a/b"),
    ("C24.cr", "cr index"),
    ("C1.login", "npm view //npm.corp.test/:_authToken"),
    ("C3.admin", "npm view pkg"),
    ("C7.nx", "nx build a"),
    ("C13", "python release.py upload"),
    ("C14.release", "cargo release --execute --no-publish"),
    ("C14.release", "cargo run -x"),
    ("C16.chocolatey", "dotnet tool push -s https://chocolatey.test"),
    ("C16.dotnet", "dotnet nuget push a -s https://chocolatey.test"),
    ("C16.nuget", "nuget push a -Source https://chocolatey.test"),
    ("C17", "mvn deploy -Dmaven.deploy.skip=true"),
    ("C30.import", "gpg --list-secret-keys"),
    ("C31.tag", "git describe -s"),
    ("C31.commit", "git push -S"),
    ("C35", "openssl req -sign a"),
    ("C36.bundletool", "bundletool dump --ks=k"),
    ("C38.services", "smctl windows certsync"),
    ("C38.services", "smctl sign verify"),
    ("C38.dotnet", "dotnet sign verify"),
    ("C38.nuget", "dotnet nuget sign a"),
    ("C38.nuget", "dotnet nuget list --certificate-path c"),
    ("C39.publish", "dput --help"),
    ("C39.sign", "rpm -i a.rpm"),
    ("C39.sign", "rpm --addsign --checksig a.rpm"),
)
STEPS = (
    ("A3.page", "changesets/action version-script=x"),
    ("A3.publish-page", "changesets/action/publish create-github-releases=false"),
    ("A4.python", "python-semantic-release/python-semantic-release vcs_release=false"),
    ("A5", "goreleaser/goreleaser-action args=release install-only=true"),
    ("A5.build", "goreleaser/goreleaser-action args=build install-only=true"),
    ("A17.gradle", "gradle/gradle-build-action arguments=publishToMavenLocal"),
    ("A42", "actions/checkout fetch-depth=0"),
    ("A61.gradle", "gradle/gradle-build-action arguments=publish"),
    ("A54.docker", "circleci:circleci/docker/publish deploy=false"),
    ("A54.ecr", "circleci:circleci/aws-ecr/build push-image=false"),
    ("A52.gradle", "azure:Gradle@3 tasks=publishToMavenLocal"),
    ("A52.deploy", "azure:HelmDeploy@0 command=package"),
    ("A52.npm", "github:Npm@1 command=publish"),
    ("A54.node", "github:circleci/node/publish"),
    ("A56.docker", "github:plugins/docker"),
    ("A57.releases", "github:releases"),
    ("A58.npm", "travis:npm"),
    ("A59.nexus", "github:nexusArtifactUploader"),
    ("A63.images", "github:images"),
)


@pytest.mark.parametrize(("row", "text"), COMMANDS)
def test_a_command_is_nearly_that_of_a_row(row: str, text: str) -> None:
    assert row not in signatures().rows_of_command(command(text))


@pytest.mark.parametrize(("row", "text"), STEPS)
def test_a_step_is_nearly_that_of_a_row(row: str, text: str) -> None:
    platform, uses, settings, env = step(text)
    assert row not in signatures().rows_of_action(uses, None, settings, env, platform)
