"""The gate for a patch on standard input, from outside."""

from __future__ import annotations

import json
from pathlib import Path
from quopri import encodestring

import pytest

from tests.support import tokens
from tests.support.command import Run, keytrail
from tests.support.repos import Repo
from tests.test_gate import places

TOKEN = tokens.npm(7)
OTHER = tokens.npm(8)
LINE = f"token = {TOKEN}\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one harmless commit."""
    made = Repo(tmp_path / "web")
    made.commit({"README.md": "web\n"})
    return made


def judge(patch: str | bytes, cwd: Path, *arguments: str) -> Run:
    """The gate for a patch, with its report in JSON."""
    data = patch if isinstance(patch, bytes) else patch.encode()
    return keytrail("gate", "-", "--format", "json", *arguments, cwd=cwd, stdin=data)


def written(repo: Repo, *arguments: str) -> bytes:
    """What git writes to standard output."""
    return (repo.git(*arguments) + "\n").encode("utf-8", "surrogateescape")


def added(name: str, text: str) -> str:
    """A patch that makes a file."""
    lines = text.splitlines(keepends=True)
    return f"diff --git a/{name} b/{name}\nnew file mode 100644\n--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n" + "".join(
        f"+{one}" for one in lines
    )


class TestWhatIsBrought:
    def test_outside_of_a_repository(self, tmp_path: Path) -> None:
        run = judge(added("d/config.ini", f"[a]\n{LINE}"), tmp_path)
        assert (run.code, places(run)) == (1, [("d/config.ini", 2, None)])
        (one,) = json.loads(run.stdout)["credentials"]
        assert (one["occurrences"][0]["container"], one["occurrences"][0]["column"]) == ("patch", 9)

    def test_a_patch_without_a_credential_passes(self, tmp_path: Path) -> None:
        assert keytrail("gate", "-", cwd=tmp_path, stdin=added("a", "a\n").encode()).code == 0

    def test_what_is_not_committed(self, repo: Repo) -> None:
        repo.commit({"config.ini": "a\n" * 300})
        (repo.path / "config.ini").write_text("a\n" * 290 + LINE + "a\n" * 10)
        run = judge(written(repo, "diff"), repo.path)
        assert (run.code, places(run)) == (1, [("config.ini", 291, None)])

    @pytest.mark.parametrize("options", [["-U0"], ["--color=always"], ["--no-prefix"], ["--src-prefix=x/", "--dst-prefix=y/"]])
    def test_a_line_that_moves_passes_and_a_copy_fails(self, repo: Repo, options: list[str]) -> None:
        repo.commit({"config.ini": LINE + "a\n" * 20})
        (repo.path / "config.ini").write_text("a\n" * 20 + LINE)
        assert judge(written(repo, "diff", *options), repo.path).code == 0
        (repo.path / "copy.ini").write_text(LINE)
        repo.git("add", "copy.ini")
        assert places(judge(written(repo, "diff", "HEAD", *options), repo.path)) == [("copy.ini", 1, None)]

    def test_a_rename_passes(self, repo: Repo) -> None:
        repo.commit({"config.ini": "[a]\n" * 20 + LINE})
        repo.git("mv", "config.ini", "with blank.ini")
        (repo.path / "with blank.ini").write_text("[a]\n" * 20 + f"# the same\nother = {TOKEN}\n")
        repo.git("add", "--all")
        assert judge(written(repo, "diff", "--cached", "-M"), repo.path).code == 0
        assert judge(written(repo, "diff", "--cached", "--no-renames"), repo.path).code == 1

    def test_a_second_copy_whose_first_one_is_not_shown_fails(self, repo: Repo) -> None:
        """A patch does not tell what lies outside of its hunks; the staged gate knows."""
        repo.commit({"config.ini": LINE + "a\n" * 20})
        (repo.path / "config.ini").write_text(LINE + "a\n" * 20 + LINE)
        assert judge(written(repo, "diff"), repo.path).code == 1
        assert judge(written(repo, "diff", "-U99"), repo.path).code == 0

    def test_what_only_one_parent_of_a_merge_had_passes(self, tmp_path: Path) -> None:
        header = "diff --cc x\nindex 1111111,2222222..3333333\n--- a/x\n+++ b/x\n@@@ -1,2 -1,1 +1,2 @@@\n"
        assert judge(f"{header}- a\n  c\n +{LINE}".replace("-1,2", "-1,3"), tmp_path).code == 0
        assert judge(f"{header}- a\n  c\n++{LINE}", tmp_path).code == 1

    def test_a_value_is_not_joined_over_what_is_not_shown(self, tmp_path: Path) -> None:
        half = len(TOKEN) // 2
        hunks = f"@@ -1 +1 @@\n-a\n+token = {TOKEN[:half]}\\\n@@ -{{0}} +{{0}} @@\n-b\n+{TOKEN[half:]}\n"
        assert judge("--- a/x.sh\n+++ b/x.sh\n" + hunks.format(3), tmp_path).code == 0

    def test_a_file_that_is_only_said_to_be_taken_away(self, tmp_path: Path) -> None:
        """GNU patch keeps a file of which more is left than the patch says."""
        assert judge(f"--- a/x\n+++ /dev/null\n@@ -1 +1,2 @@\n a\n+{LINE}", tmp_path).code == 1
        assert judge(f"--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-{LINE}", tmp_path).code == 0

    def test_a_hunk_that_goes_on_behind_its_end_is_read_as_text(self, tmp_path: Path) -> None:
        run = judge(f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n {LINE}", tmp_path)
        assert (run.code, places(run)) == (1, [("-", 6, None)])

    def test_git_is_not_needed_outside_of_a_repository(self, tmp_path: Path) -> None:
        assert keytrail("gate", "-", cwd=tmp_path, stdin=added("x", LINE).encode(), env={"PATH": str(tmp_path)}).code == 1

    def test_several_processes_say_the_same(self, tmp_path: Path) -> None:
        patch = "".join(added(f"{number}.txt", "some text\n" * 30000 + LINE) for number in range(40))
        run = judge(patch, tmp_path, "--jobs", "2")
        assert (run.code, places(run)) == (1, sorted((f"{number}.txt", 30001, None) for number in range(40)))

    def test_a_submodule_brings_nothing(self, repo: Repo) -> None:
        old, new = "1" * 40, "2" * 40
        header = f"diff --git a/sub b/sub\nindex {old[:7]}..{new[:7]} 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n"
        assert judge(f"{header}-Subproject commit {old}\n+Subproject commit {new}\n", repo.path).code == 0

    def test_a_binary_file_is_read(self, repo: Repo) -> None:
        (repo.path / "blob").write_bytes(b"\0\1\2" + LINE.encode())
        repo.git("add", "blob")
        run = judge(written(repo, "diff", "--cached", "--binary"), repo.path)
        assert (run.code, [place[0] for place in places(run)]) == (1, ["blob"])

    def test_what_a_binary_file_had_before_passes(self, repo: Repo) -> None:
        repo.commit({"blob": b"\0" + LINE.encode()})
        (repo.path / "blob").write_bytes(b"\0\1" + LINE.encode())
        assert judge(written(repo, "diff", "--binary"), repo.path).code == 0

    @pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\033[31m\\nb"])
    def test_names_are_only_shown(self, tmp_path: Path, name: str) -> None:
        patch = added("x", LINE).replace("a/x b/x", f'"a/{name}" "b/{name}"').replace("+++ b/x", f'+++ "b/{name}"')
        run = keytrail("gate", "-", cwd=tmp_path, stdin=patch.encode())
        assert run.code == 1
        assert "\033" not in run.stdout
        assert list(tmp_path.iterdir()) == []


class TestMails:
    def test_what_a_later_mail_takes_away_again_fails(self, repo: Repo, tmp_path: Path) -> None:
        brought = repo.commit({"config.ini": LINE})
        repo.commit({"config.ini": "nothing\n"})
        run = judge(written(repo, "format-patch", "--stdout", "HEAD~2"), tmp_path)
        assert (run.code, places(run)) == (1, [("config.ini", 1, brought)])

    @pytest.mark.parametrize("form", [[], ["--attach"], ["--inline"], ["--zero-commit"], ["--no-signature", "--no-stat"]])
    def test_a_message_counts(self, repo: Repo, tmp_path: Path, form: list[str]) -> None:
        oid = repo.commit({"a.txt": "a\n"}, message=f"use it\n\nthat is\n{TOKEN}")
        run = judge(written(repo, "format-patch", "--stdout", *form, "HEAD~1"), tmp_path)
        where = ("-", 7, None) if form == ["--zero-commit"] else (f"commit:{oid}", 4, oid)
        assert (run.code, places(run)) == (1, [where])

    def test_a_subject_counts(self, repo: Repo, tmp_path: Path) -> None:
        oid = repo.commit({"a.txt": "a\n"}, message=f"caf\u00e9 with {TOKEN} in it")
        run = judge(written(repo, "format-patch", "--stdout", "HEAD~1"), tmp_path)
        assert places(run) == [(f"commit:{oid}", 1, oid)]

    @pytest.mark.parametrize("command", [["log", "-p", "HEAD~2.."], ["log", "-p", "--stat", "--color=always", "HEAD~2.."]])
    def test_a_log_is_read_as_the_range_is(self, repo: Repo, tmp_path: Path, command: list[str]) -> None:
        first = repo.commit({"config.ini": LINE}, message=f"one\n\n{OTHER}")
        repo.commit({"config.ini": f"a\n{LINE}"})
        run = judge(written(repo, *command), tmp_path)
        assert (run.code, places(run)) == (1, sorted([("config.ini", 2, first), (f"commit:{first}", 3, first)]))

    def test_an_encoded_mail(self, repo: Repo, tmp_path: Path) -> None:
        oid = repo.commit({"config.ini": f"{'long ' * 30}\n{LINE}"})
        head, _, body = written(repo, "format-patch", "--stdout", "HEAD~1").partition(b"\n\n")
        run = judge(head + b"\nContent-Transfer-Encoding: quoted-printable\n\n" + encodestring(body), tmp_path)
        assert places(run) == [("config.ini", 2, oid)]


class TestWhatCannotBeSeen:
    @pytest.mark.parametrize(
        ("patch", "said"),
        [
            ("", "there is no patch on standard input"),
            ("hello\n", "line 1 of the patch: no difference"),
            (added("x", "a\nb\n").replace("+b\n", ""), "line 7 of the patch: it ends inside a hunk"),
            (added("x", "a\nb\n").replace("+b", ">>>>>>> x"), "line 7 of the patch"),
        ],
    )
    def test_a_broken_patch_is_one_line(self, tmp_path: Path, patch: str, said: str) -> None:
        run = judge(patch, tmp_path)
        assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert said in run.stderr

    @pytest.mark.parametrize(
        "arguments", [["-", "--staged"], ["-", "--since", "HEAD"], ["x.patch"], ["-", "--baseline", "nowhere.toml"], ["-", "-"]]
    )
    def test_wrong_usage(self, repo: Repo, arguments: list[str]) -> None:
        run = keytrail("gate", *arguments, cwd=repo.path, stdin=added("x", "a\n").encode())
        assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)

    def test_a_binary_file_that_is_left_out(self, repo: Repo) -> None:
        (repo.path / "blob").write_bytes(b"\0\1\2")
        repo.git("add", "blob")
        run = judge(written(repo, "diff", "--cached"), repo.path)
        assert run.code == 2
        assert "the whole change could not be seen: blob (missing)" in run.stderr

    def test_a_binary_difference_to_what_is_not_there(self, repo: Repo, tmp_path: Path) -> None:
        noise = bytes(value * 7 % 251 for value in range(5000))
        repo.commit({"blob": b"\0" + noise})
        (repo.path / "blob").write_bytes(b"\0" + noise + LINE.encode())
        patch = written(repo, "diff", "--binary")
        assert b"\ndelta " in patch
        assert [place[0] for place in places(judge(patch, repo.path))] == ["blob"]
        assert judge(patch, tmp_path).code == 2
        name = repo.git("hash-object", "blob").encode()
        run = judge(patch.replace(name, b"1" * 40), repo.path)
        assert (run.code, "blob (damaged)" in run.stderr) == (2, True)

    def test_a_merge_that_is_not_settled(self, repo: Repo) -> None:
        repo.commit({"config.ini": "a\n"})
        repo.git("checkout", "--quiet", "-b", "theirs")
        repo.commit({"config.ini": LINE})
        repo.git("checkout", "--quiet", "main")
        repo.commit({"config.ini": "b\n"})
        with pytest.raises(AssertionError):
            repo.git("merge", "--quiet", "theirs")
        assert judge(written(repo, "diff", "--cached"), repo.path).code == 2
        assert judge(written(repo, "diff"), repo.path).code == 0  # the work tree has nothing that not one side has

    def test_a_binary_file_that_claims_too_much(self, tmp_path: Path) -> None:
        patch = "diff --git a/x b/x\nnew file mode 100644\nindex 0..1\nGIT binary patch\nliteral 999999999999\nHcmV?d00001\n\nliteral 0\nHcmV?d00001\n\n"
        run = judge(patch, tmp_path)
        assert run.code == 2
        assert "x (too-large)" in run.stderr

    def test_more_than_is_held(self, tmp_path: Path) -> None:
        run = judge(added("x", "a\n" * 2000), tmp_path, "--max-blob-size", "1000")
        assert (run.code, run.stdout) == (2, "")
        assert "more than 1000 bytes" in run.stderr


class TestReviewed:
    def test_a_marker_counts_and_is_said(self, repo: Repo) -> None:
        patch = added("config.ini", f"token = {TOKEN}  # keytrail:allow an example\n").encode()
        run = keytrail("gate", "-", cwd=repo.path, stdin=patch)
        assert (run.code, "allowed in this change" in run.stdout) == (0, True)
        assert keytrail("gate", "-", "--no-inline-allow", cwd=repo.path, stdin=patch).code == 1

    def test_the_baseline_of_head_counts(self, repo: Repo) -> None:
        (repo.path / "config.ini").write_text(LINE)
        assert keytrail("baseline", "create", "-o", "base.toml", cwd=repo.path).code == 0
        (repo.path / "config.ini").unlink()
        patch = added("config.ini", LINE)
        assert judge(patch, repo.path, "--baseline", "base.toml").code == 1
        repo.git("add", "base.toml")
        repo.commit({"keytrail.toml": 'baseline = "base.toml"\n'})
        assert judge(patch, repo.path).code == 0
        assert judge(added("other.ini", LINE), repo.path).code == 1

    def test_a_patch_cannot_configure_its_own_gate(self, repo: Repo) -> None:
        patch = added("keytrail.toml", 'fail-on = "none"\n') + added("config.ini", LINE)
        assert judge(patch, repo.path).code == 1

    def test_outside_of_a_repository_nothing_is_obeyed_unasked(self, tmp_path: Path) -> None:
        (tmp_path / "keytrail.toml").write_text('fail-on = "none"\n')
        assert judge(added("config.ini", LINE), tmp_path).code == 1
        assert judge(added("config.ini", LINE), tmp_path, "--config", "keytrail.toml").code == 0
