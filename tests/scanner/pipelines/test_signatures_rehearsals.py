"""What makes a command a rehearsal or sends it elsewhere, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.scanner.pipelines.signature_lines import command, signatures


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("lerna publish --dry-run", "publish", False),
        ("lerna publish --skip-npm", "publish", True),
        ("np --dry-run", "publish", True),
        ("jreleaser full-release --dry-run", "publish", True),
        ("jreleaser deploy -y maven", "publish", False),
        ("gradle jreleaserDeploy --dryrun", "publish", True),
        ("docker build --push --check .", "publish", True),
        ("docker buildx bake --push --print", "publish", True),
        ("docker compose build --push --dry-run", "publish", True),
        ("skopeo sync --src docker --dest docker --dry-run a.test/b c.test", "publish", True),
        ("crane mutate -o a.tar a/b", "publish", True),
        ("oras cp --to-oci-layout a/b:1 folder:1", "publish", True),
        ("oras cp a/b:1 c/d:1", "publish", False),
        ("luarocks upload a.rockspec --dry-run", "publish", True),
        ("opam publish -n .", "publish", True),
        ("cpan-upload -n a.tar.gz", "publish", False),
        ("choco push a.nupkg --noop", "publish", True),
        ("gsutil cp -n a gs://b", "publish", False),
        ("gsutil rsync -n a gs://b", "publish", True),
        ("gcloud storage rsync -n a gs://b", "publish", False),
        ("gcloud storage rsync --dry-run a gs://b", "publish", True),
        ("azcopy copy a https://blob.test/b --dry-run", "publish", True),
        ("helm upgrade a b --dry-run", "deploy", True),
        ("helm upgrade a b --dry-run=server", "deploy", True),
        ("helm upgrade a b --dry-run=none", "deploy", False),
        ("kubectl apply -f a --dry-run=client", "deploy", True),
        ("kubectl apply -f a --dry-run=none", "deploy", False),
    ],
)
def test_whether_it_is_a_rehearsal(text: str, role: str, expected: bool) -> None:
    assert [match.is_rehearsal for match in signatures().command(command(text)) if match.role == role] == [expected]


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("cabal upload a.tar.gz", "test"),
        ("cabal upload --publish a.tar.gz", "public"),
        ("stack upload .", "public"),
        ("stack upload --candidate .", "test"),
    ],
)
def test_what_is_only_a_candidate(text: str, tier: str) -> None:
    assert [match.tier for match in signatures().command(command(text)) if match.role == "publish"] == [tier]
