"""What belongs to a credential without being it, from outside: who trusts a leaked key, what it signed, and where parts of a value are."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.scanner.identity import keymaker
from tests.support import keys, tokens
from tests.support.command import keytrail
from tests.support.fleet import Fleet, lasting
from tests.support.repos import Repo

KEY = keys.pem("ed25519", "openssh") + "\n"
LOCKED = keys.pem("ed25519", "encrypted-openssh", 1) + "\n"
DETECTORS = ["private-key", "openpgp-private-key", "github-token", "npm-token"]
TOKEN = tokens.ghp(77)


def public(seed: int = 0) -> str:
    """A line of OpenSSH."""
    line: bytes = keys.key("ed25519", seed).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"{line.decode()} deploy\n"


def scan(folder: Path, *arguments: str, home: Path | None = None) -> dict[str, Any]:
    only = [option for name in DETECTORS for option in ("--detector", name)]
    run = keytrail("scan", *arguments, *only, "--format", "json", cwd=folder, home=home)
    assert run.code in {0, 1}, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def anchors(report: dict[str, Any]) -> list[tuple[str, str, int | None, str, str | None, bool | None]]:
    (credential,) = report["credentials"]
    return [tuple(one[name] for name in ("container", "path", "line", "kind", "trust", "in_head")) for one in credential["trust_anchors"]]


def found(report: dict[str, Any]) -> dict[str, str]:
    return {one["policy"]: one["severity"] for one in report["findings"]}


def test_a_key_in_one_history_is_paired_with_who_trusts_it_in_another_repository(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    web.commit({"deploy/id": KEY})
    web.commit({"deploy/id": None})
    Repo(tmp_path / "infra").commit({"ssh/authorized_keys": "# deployers\n" + public()})
    for order in (["web", "infra"], ["infra", "web"]):
        report = scan(tmp_path, *order)
        assert anchors(report) == [("infra", "ssh/authorized_keys", 2, "ssh", "policy_file", True)]
        assert found(report)["TB501"] == "critical"


def test_a_public_half_beside_its_private_half_is_shown_and_grants_nothing(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({"deploy/id": KEY, "deploy/id.pub": public()})
    report = scan(tmp_path, "web")
    assert anchors(report) == [("web", "deploy/id.pub", 1, "ssh", None, True)]
    assert "TB501" not in found(report)


def test_an_encrypted_key_whose_public_half_may_sign_is_high(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({"ci/release_key": LOCKED, ".github/allowed_signers": f"ada@example.org {public(1)}"})
    report = scan(tmp_path, "web")
    assert anchors(report) == [("web", ".github/allowed_signers", 1, "ssh", "allowed_signers", True)]
    assert found(report)["TB501"] == "high"


def test_whoever_trusted_a_key_in_the_past_only_grants_nothing(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    brought = web.commit({"id": KEY, "ssh/authorized_keys": public()})
    web.commit({"ssh/authorized_keys": None})
    report = scan(tmp_path, "web")
    assert anchors(report) == [("web", "ssh/authorized_keys", 1, "ssh", "policy_file", False)]
    assert report["credentials"][0]["trust_anchors"][0]["commit"] == brought
    assert "TB501" not in found(report)


def test_a_key_below_test_trees_is_low_until_something_trusts_it(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    web.commit({"tests/keys/id": KEY, "tests/other/authorized_keys": public()})
    assert {one["policy"]: one["severity"] for one in scan(tmp_path, "web")["findings"]} == {"TB001": "low", "TB303": "info"}
    web.commit({"ssh/authorized_keys": public()})
    assert found(scan(tmp_path, "web"))["TB501"] == "critical"


def test_a_key_that_lies_on_a_laptop_only_may_be_trusted(tmp_path: Path) -> None:
    (tmp_path / "home/.ssh").mkdir(parents=True)
    (tmp_path / "home/.ssh/id_ed25519").write_text(KEY)
    Repo(tmp_path / "infra").commit({"ssh/authorized_keys": public()})
    report = scan(tmp_path, "infra", "--home", "home")
    assert [place[:2] for place in anchors(report)] == [("infra", "ssh/authorized_keys")]
    assert "TB501" not in found(report)


def test_files_that_are_not_committed_and_variables_hold_public_halves_too(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    web.commit({"id": KEY})
    (web.path / "deploy").mkdir()
    (web.path / "deploy/new.pub").write_text(public())
    variables = [{"key": "VERIFY_WITH", "value": keys.public_pem("ed25519"), "variable_type": "file", "protected": False}]
    (tmp_path / "vars.json").write_text(json.dumps(variables))
    report = scan(tmp_path, "web", "--ci-export", "gitlab-project:vars.json")
    assert [(one["path"], one["field"], one["trust"]) for one in report["credentials"][0]["trust_anchors"]] == [
        ("vars.json", "VERIFY_WITH", "repo_verify_file"),
        ("deploy/new.pub", None, "repo_verify_file"),
    ]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_commits_and_tags_that_a_leaked_ssh_key_signed_are_counted(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    secret = tmp_path / "id"
    secret.write_text(KEY)
    secret.chmod(0o600)
    web.commit({"id": KEY})
    signing = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={secret}")
    for message in ("one", "two"):
        web.git(*signing, "commit", "--quiet", "--allow-empty", "-S", "-m", message)
    web.git(*signing, "tag", "-s", "-m", "release", "v1")
    signed = web.git("rev-list", "--max-count=2", "HEAD").split()
    (anchor,) = scan(tmp_path, "web")["credentials"][0]["trust_anchors"]
    assert (anchor["kind"], anchor["count"], anchor["trust"]) == ("signature", 3, None)
    assert anchor["commit"] in signed  # both may be of the same second


@pytest.mark.skipif(shutil.which("gpg") is None, reason="no gpg here")
def test_commits_that_a_leaked_openpgp_key_signed_are_counted(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    with keymaker.gpg() as gpg:
        gpg.make("ed25519", "", user="ada@example.invalid")
        fingerprint = gpg.fingerprints("ada@example.invalid")[0]
        web.commit({"key.asc": gpg.run("--armor", "--export-secret-keys", fingerprint)})
        wrapper = tmp_path / "gpg"
        home = gpg.run("--version").decode().split("Home: ")[1].split("\n")[0]
        wrapper.write_text(f'#!/bin/sh\nexec gpg --homedir {home} "$@"\n')
        wrapper.chmod(0o755)
        web.git(
            "-c", f"gpg.program={wrapper}", "-c", f"user.signingkey={fingerprint}", "commit", "--quiet", "--allow-empty", "-S", "-m", "x"
        )
        web.commit({"pub/KEYS": gpg.run("--armor", "--export", fingerprint)})
    report = scan(tmp_path, "web")
    assert sorted((one["kind"], one["trust"]) for one in report["credentials"][0]["trust_anchors"]) == [
        ("openpgp", "repo_verify_file"),
        ("signature", None),
    ]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_a_key_that_signed_commits_and_makes_a_job_sign_releases_has_two_purposes(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    secret = tmp_path / "id"
    secret.write_text(KEY)
    secret.chmod(0o600)
    web.commit({".gitlab-ci.yml": "ship:\n  script:\n    - gpg --import $GPG_KEY\n    - gpg --detach-sign web.tgz\n"})
    web.git("-c", "gpg.format=ssh", "-c", f"user.signingkey={secret}", "commit", "--quiet", "--allow-empty", "-S", "-m", "one")
    (tmp_path / "vars.json").write_text(
        json.dumps([{"key": "GPG_KEY", "value": KEY, "protected": True, "masked": True, "environment_scope": "*"}])
    )
    report = scan(tmp_path, "web", "--ci-export", "gitlab-project@web:vars.json")
    (said,) = [one for one in report["findings"] if one["policy"] == "TB506"]
    assert said["message"].endswith(" signs both a commit or tag of web and what the job ship of .gitlab-ci.yml signs (gpg).")
    assert (said["grade"], said["jobs"]) == ("E1", [job["id"] for job in report["jobs"]])


def test_text_and_explain_name_who_trusts_a_key(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({"id": KEY, "ssh/authorized_keys": public()})
    only = ["--detector", "private-key"]
    run = keytrail("scan", "web", *only, "-o", "json:report.json", "-o", "text:report.txt", cwd=tmp_path)
    assert run.code == 1
    assert "    trusted  web  ssh/authorized_keys:1  its public half, ssh\n" in (tmp_path / "report.txt").read_text()
    name = json.loads((tmp_path / "report.json").read_text())["credentials"][0]["id"]
    told = keytrail("explain", name, "--report", "report.json", cwd=tmp_path)
    assert "  trusted  web  ssh/authorized_keys:1  its public half, ssh\n" in told.stdout
    again = keytrail("report", "report.json", "--format", "json", cwd=tmp_path)
    assert again.stdout == (tmp_path / "report.json").read_text()


def test_a_sweep_pairs_a_key_with_a_repository_that_was_read_in_an_earlier_run(tmp_path: Path) -> None:
    fleet, only = Fleet(tmp_path), ("--detector", "private-key")
    infra = fleet.repo("infra")
    infra.commit({"ssh/authorized_keys": public()})
    assert fleet.sweep(*only)["credentials"] == []
    fleet.repo("web").commit({"id": KEY})
    report = fleet.sweep(*only)
    assert anchors(report) == [("infra", "ssh/authorized_keys", 1, "ssh", "policy_file", True)]
    assert found(report)["TB501"] == "critical"
    assert lasting(fleet.sweep(*only)) == lasting(report)
    infra.commit({"ssh/authorized_keys": None})
    assert [place[-1] for place in anchors(fleet.sweep(*only))] == [False]


def masked(token: str) -> dict[str, str]:
    """What logs, APIs and lists show of a token."""
    digest = hashlib.sha256(token.encode()).digest()
    return {
        "audit.json": json.dumps({"action": "git.clone", "hashed_token": base64.b64encode(digest).decode()}),
        "hash.yaml": f"a: 1\ntoken_sha256: {digest.hex()}\n",
        "app.json": json.dumps({"token_last_eight": token[-8:]}),
        "list.json": json.dumps([{"token": f"{token[:8]}...{token[-4:]}"}]),
        "ci.log": f"using ghp_{'*' * 8}{token[-4:]}\n",
        "other.log": f"using ghp_{'*' * 8}{tokens.ghp(78)[-4:]}\n",
    }


def test_partial_sightings_are_given_to_the_token_that_they_are_of(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({".env": f"GITHUB_TOKEN={TOKEN}\n"})
    Repo(tmp_path / "logs").commit(dict(masked(TOKEN)))
    report = scan(tmp_path, "logs", "web")
    (credential,) = report["credentials"]
    assert [(one["path"], one["line"], one["form"], one["bits"], one["grade"]) for one in credential["partials"]] == [
        ("audit.json", 1, "sha256", 256, "E1"),
        ("hash.yaml", 2, "sha256", 256, "E1"),
        ("app.json", 1, "last8", 48, "E2"),
        ("list.json", 1, "first-last", 48, "E2"),
        ("ci.log", 1, "last4", 24, "E3"),
    ]


@pytest.mark.parametrize(("name", "grade"), [("GITHUB_TOKEN", "E3"), ("SOMETHING", "E4")])
def test_a_masked_variable_of_circleci_may_hold_the_token(tmp_path: Path, name: str, grade: str) -> None:
    Repo(tmp_path / "web").commit({"notes.txt": f"{TOKEN}\n"})
    items = [{"name": name, "value": f"xxxx{TOKEN[-4:]}", "created-at": "2026-01-02T03:04:05Z"}, {"name": "OTHER", "value": "xxxx0z9y"}]
    (tmp_path / "envvars.json").write_text(json.dumps({"items": items, "next_page_token": None}))
    report = scan(tmp_path, "web", "--ci-export", "circleci-project@acme/web:envvars.json")
    (credential,) = report["credentials"]
    assert {slot["name"]: slot["candidates"] for slot in report["slots"]} == {
        name: [{"credential": credential["id"], "grade": grade}],
        "OTHER": [],
    }
    assert [(one["field"], one["form"], one["grade"]) for one in credential["partials"]] == [(name, "last4", grade)]
    assert [slot["masked"] for slot in report["slots"]] == [True, True]


def test_what_a_mask_shows_is_in_no_report_and_nothing_that_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    Repo(tmp_path / "web").commit({".env": f"GITHUB_TOKEN={TOKEN}\n", **masked(TOKEN)})
    said = json.dumps(scan(tmp_path, "web", home=home))
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file()).decode("latin-1")
    digest = hashlib.sha256(TOKEN.encode()).digest()
    pieces = [TOKEN[-8:], TOKEN[-4:] + '"', digest.hex()[:16], base64.b64encode(digest).decode()[:16]]
    assert [piece for piece in pieces if piece in said or piece in kept] == []
