"""What places grant, told from what they are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.correlate.trust import trust_of
from scanner.model import Occurrence, Spot, TrustAnchor, Zone

PRIVATE = Occurrence("1", "a", Zone.REPO_HEAD, "web", "deploy/id", Spot(), in_head=True)


@pytest.mark.parametrize(
    ("kind", "path", "trust"),
    [
        ("ssh", "ansible/authorized_keys", "policy_file"),
        ("ssh", "etc/ssh/authorized_keys.d/root", "policy_file"),
        ("ssh", ".github/allowed_signers", "allowed_signers"),
        ("ssh", "ssh/known_hosts", "policy_file"),
        ("ssh", "users/ada.pub", "repo_verify_file"),
        ("ssh", "deploy/id.pub", None),
        ("openpgp", "KEYS", "repo_verify_file"),
        ("openpgp", "etc/pki/RPM-GPG-KEY-acme", "repo_verify_file"),
        ("openpgp", "usr/share/keyrings/acme.gpg", "repo_verify_file"),
        ("openpgp", "debian/upstream/signing-key.asc", "repo_verify_file"),
        ("public-key", "etc/apk/keys/ada-1.rsa.pub", "repo_verify_file"),
        ("public-key", "deploy/cosign.pub", "repo_verify_file"),
        ("minisign", "minisign.pub", "repo_verify_file"),
        ("minisign", "src-tauri/tauri.conf.json", "embedded_updater"),
        ("sparkle", "App/Info.plist", "embedded_updater"),
        ("tuf", "metadata/1.root.json", "policy_file"),
        ("jwk", "web/jwks.json", "policy_file"),
        ("jwk", "deploy/public.json", None),
        ("certificate", "META-INF/ACME.RSA", "published_release"),
        ("certificate", "deploy/server.crt", None),
        ("certificate", "trust/ca.crt", "repo_verify_file"),
        ("certificate", "tests/certs/ca.crt", None),
        ("ssh", "test/authorized_keys", None),
        ("certificate", "venv/lib/python3.12/site-packages/httpbin/ca.pem", None),
        ("certificate-request", "ca/server.csr", None),
        ("signature", "commit:1", None),
    ],
)
def test_a_place_grants_what_its_name_says(kind: str, path: str, trust: str | None) -> None:
    assert trust_of(TrustAnchor(kind, "web", path), [PRIVATE]) == trust


def test_beside_means_in_the_same_folder_of_the_same_container() -> None:
    anchor = TrustAnchor("ssh", "web", "deploy/id.pub")
    assert trust_of(anchor, []) == trust_of(replace(anchor, container="infra"), [PRIVATE]) == "repo_verify_file"
