"""`keytrail baseline import` from outside: what other scanners have on record, read where they say, and never a value of theirs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha1
from pathlib import Path

import pytest

from tests.support import keys, tokens
from tests.support.baselines import FILE, Baseline
from tests.support.repos import Repo

TOKEN, OTHER, THIRD = (tokens.npm(seed) for seed in (71, 72, 73))
DUMMY = "npm_" + "x" * 36
NOBODY = "0" * 40


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A token and a key in HEAD, a token that only its first commit has, and one that a marker allows."""
    repo = Repo(tmp_path_factory.mktemp("made") / "web")
    files = {"config.ini": f"[a]\ntoken = {TOKEN}\n", "past.ini": f"one\n\ntoken = {OTHER}\n", "keys/a.pem": keys.pem("rsa2048", "pkcs8")}
    repo.commit({**files, "allowed.ini": f"token = {THIRD}  # gitleaks:allow\n"})
    repo.commit({"past.ini": None})
    return repo


@pytest.fixture
def repo(made: Repo, tmp_path: Path) -> Repo:
    shutil.copytree(made.path, tmp_path / "web")
    return Repo(tmp_path / "web")


@pytest.fixture
def baseline(repo: Repo, home: Path) -> Baseline:
    return Baseline(repo.path, home)


@pytest.fixture
def first(repo: Repo) -> str:
    return repo.git("rev-list", "--max-parents=0", "HEAD")


def source(baseline: Baseline, content: object) -> str:
    """A file with this content outside of the repository."""
    file = baseline.folder.parent / "source"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


def imported(baseline: Baseline, content: object, *arguments: str) -> list[str]:
    return baseline.done("import", source(baseline, content), *arguments)


def places(baseline: Baseline) -> list[str]:
    return [place for one in baseline.entries() for place in one[0]]


def digest(value: str) -> str:
    return sha1(value.encode(), usedforsecurity=False).hexdigest()


def gitleaks(file: str, commit: str, line: int, value: str = "REDACTED") -> dict[str, object]:
    return {
        "RuleID": "npm",
        "File": file,
        "Commit": commit,
        "StartLine": line,
        "EndLine": line,
        "Secret": value,
        "Match": f"token = {value}",
    }


class TestKinds:
    def test_detect_secrets(self, baseline: Baseline) -> None:
        """A value is known by its digest wherever it stands, a private key by its first line."""
        results = {
            "config.ini": [{"type": "NPM tokens", "hashed_secret": digest(TOKEN), "line_number": 99}],
            "./keys/a.pem": [{"type": "Private Key", "hashed_secret": digest("BEGIN PRIVATE KEY"), "line_number": 1}],
            "gone.ini": [{"type": "x", "hashed_secret": digest(TOKEN), "line_number": 1}],
            "allowed.ini": [{"type": "x", "hashed_secret": digest(TOKEN)}],
        }
        assert imported(baseline, {"version": "1.5.0", "results": results}) == [
            "added npm token config.ini",
            "added RSA private key keys/a.pem",
            "unresolved gone.ini:1 (there is no such file)",
            "unresolved allowed.ini (keytrail sees no credential with this digest in the file)",
        ]

    def test_gitleaksignore(self, baseline: Baseline, first: str) -> None:
        text = f"# known\n{first}:past.ini:npm:3\nconfig.ini:npm:2\nkeys/a.pem:private-key:1\nallowed.ini:npm:1\n"
        run = baseline("import", source(baseline, text), "--reason", "was in .gitleaksignore", "--until", "2999-12-31")
        assert run.stderr == f"{FILE}: 4 entries read; 3 paths added; 1 not reported by keytrail\n"
        assert baseline.entries() == [
            ((path,), "was in .gitleaksignore", "2999-12-31") for path in ("config.ini", "keys/a.pem", "past.ini")
        ]
        assert baseline.run("scan", "--baseline", FILE).code == 0

    def test_a_report_of_gitleaks(self, baseline: Baseline, first: str) -> None:
        assert imported(baseline, [gitleaks("past.ini", first, 3), gitleaks("config.ini", "", 2)]) == [
            "added npm token config.ini",
            "added npm token past.ini",
        ]

    def test_a_report_with_values_finds_them_on_another_line(self, baseline: Baseline, first: str) -> None:
        """Versions of scanners count lines differently; what is found is what the value says."""
        assert imported(baseline, [gitleaks("past.ini", first, 1, OTHER)]) == ["added npm token past.ini"]

    def test_betterleaks(self, baseline: Baseline, first: str) -> None:
        location = {"path": "past.ini", "start_line": 3, "end_line": 3}
        finding = {"rule_id": "npm", "match": {"value": "REDACTED"}, "location": location, "attributes": {"git.sha": first}}
        assert imported(baseline, {"schema_version": "1", "findings": [finding], "scan": {}}) == ["added npm token past.ini"]

    def test_trufflehog(self, baseline: Baseline, first: str) -> None:
        def found(name: str, **where: object) -> str:
            return json.dumps({"SourceMetadata": {"Data": {name: where}}, "DetectorName": "NpmToken", "Raw": "hidden"})

        lines = [
            '{"level":"info-0","msg":"running source"}',
            found("Git", commit=first, file="past.ini", line=3),
            found("Filesystem", file=str(baseline.folder / "config.ini"), line=2),
            found("Git", commit=first, line=1),
        ]
        assert imported(baseline, "\n".join(lines)) == [
            "added npm token config.ini",
            "added npm token past.ini",
            "unresolved an entry (it is in a message of a commit, or names no file)",
        ]

    def test_what_detect_secrets_itself_writes(self, baseline: Baseline, home: Path) -> None:
        (baseline.folder / "password.py").write_text('password = "tulip-harbour-91-Q"\n')
        scan = subprocess.run(
            [sys.executable, "-m", "detect_secrets", "scan"],
            cwd=baseline.folder,
            env={**os.environ, "HOME": str(home)},
            capture_output=True,
            check=True,
        )
        imported(baseline, scan.stdout.decode())
        assert {"config.ini", "keys/a.pem"} <= set(places(baseline))

    def test_the_kind_can_be_named(self, baseline: Baseline) -> None:
        refused = baseline("import", source(baseline, [gitleaks("config.ini", "", 2)]), "--from", "trufflehog")
        assert (refused.code, refused.stderr) == (
            2,
            "keytrail: SOURCE cannot be imported: it is no report or baseline that keytrail knows\n",
        )
        assert imported(baseline, [gitleaks("config.ini", "", 2)], "--from", "gitleaks") == ["added npm token config.ini"]


class TestWhatIsThere:
    def test_entries_are_added_to_a_baseline_that_is_there(self, baseline: Baseline, first: str) -> None:
        assert baseline("create", "--no-history", "--reason", "old").code == 0
        run = baseline("import", source(baseline, [gitleaks("past.ini", first, 3), gitleaks("config.ini", "", 2)]), "--reason", "new")
        assert run.stderr == f"{FILE}: 2 entries read; 1 path added; 1 known already\n"
        assert baseline.entries() == [(("config.ini",), "old", ""), (("keys/a.pem",), "old", ""), (("past.ini",), "new", "")]

    def test_importing_twice_is_importing_once(self, baseline: Baseline) -> None:
        imported(baseline, [gitleaks("config.ini", "", 2), gitleaks("config.ini", "", 2)])
        before = baseline.text
        assert imported(baseline, [gitleaks("config.ini", "", 2)]) == []
        assert baseline.text == before

    def test_the_salt_is_that_of_the_repository(self, baseline: Baseline) -> None:
        imported(baseline, [gitleaks("config.ini", "", 2)])
        assert baseline("create", "-o", "created.toml").code == 0
        assert baseline.text.splitlines()[3] == (baseline.folder / "created.toml").read_text().splitlines()[3]

    def test_nothing_to_add_writes_nothing(self, baseline: Baseline) -> None:
        run = baseline("import", source(baseline, [gitleaks("allowed.ini", "", 1)]))
        assert (run.code, run.stderr) == (0, f"{FILE}: 1 entry read; nothing to add; 1 not reported by keytrail\n")
        assert not (baseline.folder / FILE).exists()

    def test_a_broken_baseline_is_left_alone(self, baseline: Baseline) -> None:
        baseline.write("<<<<<<< HEAD\n")
        refused = baseline("import", source(baseline, [gitleaks("config.ini", "", 2)]))
        assert (refused.code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
        assert baseline.text == "<<<<<<< HEAD\n"

    def test_in_a_bare_repository(self, repo: Repo, home: Path, tmp_path: Path, first: str) -> None:
        repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "bare.git"))
        bare = Baseline(tmp_path / "bare.git", home)
        output = str(tmp_path / "known.toml")
        assert imported(bare, [gitleaks("past.ini", first, 3), gitleaks("config.ini", "", 2)], "-o", output) == [
            "added npm token config.ini",
            "added npm token past.ini",
        ]


UNRESOLVED = (
    ("config.ini", NOBODY, 2, "config.ini:2 at 000000000000  (the repository does not have this commit)"),
    ("config.ini", "", 1, "config.ini:1  (keytrail sees no credential on this line)"),
    ("config.ini", "", 99, "config.ini:99  (the file does not have this line)"),
    ("config.ini", "", 0, "config.ini  (it names no line)"),
    ("none.ini", "", 2, "none.ini:2  (there is no such file)"),
    ("keys", "", 2, "keys:2  (the file cannot be read (folder))"),
    ("a.zip!b.ini", "", 2, "a.zip!b.ini:2  (it is in an archive, of which no line can be read)"),
    ("../source", "", 1, "../source:1  (it is outside of the repository)"),
    ("a/../../source", "", 1, "a/../../source:1  (it is outside of the repository)"),
    ("/etc/hosts", "", 1, "/etc/hosts:1  (it is outside of the repository)"),
    ("..", "", 1, "..:1  (it is outside of the repository)"),
    ("link.ini", "", 2, "link.ini:2  (the file cannot be read (link))"),
    ("up/source", "", 1, "up/source:1  (there is no such file)"),
    ("a\x00b", "", 1, "a\\x00b:1  (its path is none)"),
    ("a\nb", "", 1, "a\\x0ab:1  (its path is none)"),
    ("a\ud800b", "", 1, "a\\x00b:1  (its path is none)"),
    ("\x1b[2J", "", 1, "\\x1b[2J:1  (there is no such file)"),
)


class TestUnresolved:
    def test_each_is_listed_with_why(self, baseline: Baseline) -> None:
        (baseline.folder / "link.ini").symlink_to("config.ini")
        (baseline.folder / "up").symlink_to("..")
        findings = [gitleaks(file, commit, line) for file, commit, line, _ in UNRESOLVED]
        run = baseline("import", source(baseline, findings))
        assert (run.code, run.stderr) == (0, f"{FILE}: {len(findings)} entries read; nothing to add; {len(findings)} unresolved\n")
        assert run.stdout.splitlines() == [f"unresolved  {said}" for _, _, _, said in UNRESOLVED]

    def test_an_absolute_path_is_read_where_it_lies_inside(self, baseline: Baseline, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").symlink_to(baseline.folder)
        paths = (str(baseline.folder / "config.ini"), str(tmp_path / "elsewhere" / "keys" / "a.pem"))
        assert imported(baseline, [gitleaks(path, "", line) for path, line in zip(paths, (2, 1), strict=True)]) == [
            "added npm token config.ini",
            "added RSA private key keys/a.pem",
        ]

    def test_in_a_shallow_clone_the_commit_is_missing(self, repo: Repo, home: Path, tmp_path: Path, first: str) -> None:
        repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone"))
        (said,) = imported(Baseline(tmp_path / "clone", home), [gitleaks("past.ini", first, 3)])
        assert said.endswith("(the repository does not have this commit)")

    def test_outside_of_a_repository(self, home: Path, tmp_path: Path) -> None:
        refused = Baseline(tmp_path, home)("import", source(Baseline(tmp_path / "x", home), []))
        assert (refused.code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)

    def test_a_source_that_is_not_there(self, baseline: Baseline) -> None:
        refused = baseline("import", "none.json")
        assert (refused.code, refused.stderr) == (2, "keytrail: none.json cannot be read: No such file or directory\n")


def test_no_value_of_a_source_is_said_or_kept(baseline: Baseline, first: str) -> None:
    """Neither as a value, nor where a path, a commit or a rule is said to be."""
    findings = [
        gitleaks("past.ini", first, 3, OTHER),
        gitleaks("config.ini", "", 1, THIRD),
        gitleaks(f"{THIRD}.ini", "", 1),
        gitleaks("config.ini", THIRD, 1),
        {**gitleaks("config.ini", "", 1), "RuleID": THIRD},
    ]
    run = baseline("import", source(baseline, findings))
    assert run.code == 0
    for said in (run.stdout, run.stderr, baseline.text):
        assert not [token for token in (TOKEN, OTHER, THIRD) if token[8:20] in said]
    refused = baseline("import", source(baseline, f"{THIRD}\n"))
    assert (refused.code, THIRD[8:20] in refused.stderr) == (2, False)


def test_a_hundred_thousand_entries_about_one_file(baseline: Baseline) -> None:
    text = "".join(f"config.ini:npm:{line}\n" for line in range(1, 100_001))
    run = baseline("import", source(baseline, text), "--quiet")
    assert run.code == 0
    assert run.stdout.startswith("added")
    assert places(baseline) == ["config.ini"]
