"""Credentials that a checkout leaves behind, and keys that a platform hands over as files."""

from __future__ import annotations

import pytest

from tests.scanner.policies.test_real_shapes import findings

READS = "permissions: {contents: read}\n"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (", with: {token: '${{ secrets.BOT }}'}", ["leaves BOT on disk"]),
        (", with: {ssh-key: '${{ secrets.KEY }}'}", ["leaves KEY on disk"]),
        (", with: {token: '${{ secrets.BOT }}', persist-credentials: false}", []),
        (", with: {token: '${{ github.token }}'}", []),
        ("", []),
    ],
)
def test_a_slot_that_a_checkout_is_given_stays_on_disk(given: str, expected: list[str]) -> None:
    steps = f"      - {{uses: actions/checkout@v4{given}}}\n      - uses: acme/format@v1\n"
    text = f"on: push\n{READS}jobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    said = [one.message for one in findings({".github/workflows/ci.yml": text}) if one.policy == "TB611"]
    assert [part for one in said for part in expected if part in one] == expected
    assert len(said) == len(expected)


@pytest.mark.parametrize(("phrase", "expected"), [("GPG_PASSPHRASE_PATH", 1), ("GPG_PASSPHRASE_FILE", 1), ("GPG_KEYID_PATH", 0)])
def test_a_key_and_its_passphrase_may_be_files(phrase: str, expected: int) -> None:
    job = f"package:\n  script:\n    - cat $GPG_KEY_PATH | gpg --batch --allow-secret-key-import --import -\n    - export PHRASE=$(cat ${phrase})\n"
    assert [one.policy for one in findings({".gitlab-ci.yml": job})].count("TB503") == expected
