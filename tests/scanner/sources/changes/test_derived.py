"""From what a system says to commits, in clones as systems make them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from scanner.errors import IncompleteError
from scanner.sources.changes import ChangeSet
from scanner.sources.changes.derived import derived
from scanner.sources.changes.systems import announced, setting_of
from tests.scanner.sources.changes.opening import opened
from tests.support.forge import ZERO, Forge
from tests.support.repos import Repo

GITLAB = {"GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main"}
CIRCLE = {"CIRCLECI": "true"}


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def found(clone: Repo, environ: Mapping[str, str]) -> ChangeSet:
    said = announced(environ, lambda path: Path(path).read_bytes())
    assert said is not None
    with opened(clone.path) as repository:
        return derived(repository, said, setting_of(environ))


def commits(clone: Repo, environ: Mapping[str, str]) -> list[str]:
    change = found(clone, environ)
    assert change.unscanned == ()
    return list(change.chronicle.commits)


def lacks(clone: Repo, environ: Mapping[str, str]) -> str:
    with pytest.raises(IncompleteError) as caught:
        found(clone, environ)
    return str(caught.value)


class TestPullRequest:
    def test_a_merge_that_is_checked_out_counts_beside_the_commits_of_the_request(self, forge: Forge) -> None:
        one = forge.branch("topic", {"a": "1"})
        two = forge.branch("topic", {"b": "2"})
        newer = forge.advance({"theirs": "x"})
        merged = forge.merge("topic")
        environ = forge.pull(two, merged, base=forge.first)
        change = found(forge.checkout(merged, "main"), environ)
        assert (sorted(change.chronicle.commits), change.base) == (sorted([one, two, merged]), newer)
        assert change.told == f"The change: 3 commits, {newer[:12]}..{merged[:12]}, as GitHub's pull request says."

    def test_the_branch_itself_can_be_checked_out(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        forge.advance({"theirs": "x"})
        merged = forge.merge("topic")
        assert commits(forge.checkout(tip, "main"), forge.pull(tip, merged)) == [tip]

    def test_what_was_merged_from_the_target_meanwhile_does_not_count(self, forge: Forge) -> None:
        """The event's base may be older than what the branch has of its target."""
        old = forge.main
        one = forge.branch("topic", {"a": "1"})
        forge.advance({"theirs": "x"})
        forge.repo.git("switch", "--quiet", "topic")
        forge.repo.git("merge", "--quiet", "--no-edit", "main")
        tip = forge.repo.git("rev-parse", "HEAD")
        assert sorted(commits(forge.checkout(tip, "main"), forge.pull(tip, tip, base=old))) == sorted([one, tip])

    def test_one_that_is_merged_already_is_compared_with_what_its_event_says(self, forge: Forge) -> None:
        old = forge.main
        tip = forge.branch("topic", {"a": "1"})
        forge.repo.git("merge", "--quiet", "--ff-only", "topic")
        assert commits(forge.checkout(tip, "main"), forge.pull(tip, tip, base=old)) == [tip]

    def test_the_request_is_judged_where_something_else_is_checked_out(self, forge: Forge) -> None:
        """As in workflows on `pull_request_target`, which begin with the target checked out."""
        tip = forge.branch("topic", {"a": "1"})
        environ = {**forge.pull(tip, forge.main), "GITHUB_EVENT_NAME": "pull_request_target"}
        clone = forge.checkout(forge.main, "main")
        assert f"git fetch origin {tip}" in lacks(clone, environ)
        clone.git("fetch", "--quiet", "origin", tip)
        assert commits(clone, environ) == [tip]

    def test_a_merge_queue_counts_all_that_it_merges(self, forge: Forge) -> None:
        base = forge.main
        one = forge.branch("topic", {"a": "1"})
        merged = forge.merge("topic")
        environ = forge.event("merge_group", {"merge_group": {"head_sha": merged, "base_sha": base}})
        assert sorted(commits(forge.checkout(merged), environ)) == sorted([one, merged])

    def test_a_clone_with_the_merge_alone_says_what_helps_here(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        merged = forge.merge("topic")
        said = lacks(forge.checkout(merged, depth=1), forge.pull(tip, merged))
        assert f"git fetch --unshallow origin {tip}" in said
        assert "fetch-depth: 0" in said

    def test_two_commits_deep_are_enough_for_one(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        merged = forge.merge("topic")
        assert sorted(commits(forge.checkout(merged, depth=2), forge.pull(tip, merged))) == sorted([tip, merged])

    def test_a_request_that_is_longer_than_the_clone_is_not_seen_whole(self, forge: Forge) -> None:
        forge.branch("topic", {"a": "1"})
        tip = forge.branch("topic", {"b": "2"})
        merged = forge.merge("topic")
        change = found(forge.checkout(merged, depth=2), forge.pull(tip, merged))
        assert [(entry.path, entry.reason.value) for entry in change.unscanned] == [(f"commit:{tip}", "shallow")]
        assert "git fetch --unshallow origin" in change.unscanned[0].detail
        assert "fetch-depth: 0" in change.unscanned[0].detail

    def test_gitlab_needs_no_branch_but_the_base_that_it_says(self, forge: Forge) -> None:
        base = forge.main
        tip = forge.branch("topic", {"a": "1"})
        forge.advance({"theirs": "x"})
        said = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_COMMIT_SHA": tip}
        assert commits(forge.checkout(tip), {**GITLAB, **said}) == [tip]

    def test_a_merge_train_counts_one_request(self, forge: Forge) -> None:
        """Its merge is on top of those that wait before it."""
        forge.branch("first", {"a": "1"})
        before = forge.merge("first", 1)
        forge.repo.git("branch", "train", before)
        tip = forge.branch("second", {"b": "1"})
        forge.repo.git("switch", "--quiet", "train")
        forge.repo.git("merge", "--quiet", "--no-ff", "--no-edit", "second")
        merged = forge.repo.git("rev-parse", "HEAD")
        said = {
            "CI_COMMIT_SHA": merged,
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": forge.main,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": tip,
        }
        assert sorted(commits(forge.checkout(merged, "main"), {**GITLAB, **said})) == sorted([tip, merged])

    def test_bitbucket_merges_the_target_into_the_branch(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        target = forge.advance({"theirs": "x"})
        forge.repo.git("switch", "--quiet", "topic")
        forge.repo.git("merge", "--quiet", "--no-edit", "main")
        merged = forge.repo.git("rev-parse", "HEAD")
        said = {"BITBUCKET_COMMIT": tip, "BITBUCKET_PR_DESTINATION_COMMIT": target[:12]}
        change = found(forge.checkout(merged), {"BITBUCKET_BUILD_NUMBER": "1", **said})
        assert (sorted(change.chronicle.commits), change.base) == (sorted([tip, merged]), target)

    def test_jenkins_names_the_target_alone(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        forge.advance({"theirs": "x"})
        environ = {"JENKINS_URL": "https://ci.example.org/", "CHANGE_TARGET": "main"}
        assert commits(forge.checkout(tip, "main"), environ) == [tip]
        said = lacks(forge.checkout(tip, name="other"), environ)
        assert "git fetch origin +refs/heads/main:refs/remotes/origin/main" in said

    def test_a_branch_of_another_origin_is_new_as_a_whole(self, forge: Forge) -> None:
        forge.repo.git("switch", "--quiet", "--orphan", "pages")
        tip = forge.repo.commit({"index.html": "x"})
        change = found(forge.checkout(tip, "main"), forge.pull(tip, tip))
        assert (list(change.chronicle.commits), change.base) == ([tip], forge.main)


class TestPush:
    def test_a_branch_counts_from_what_was_there_before(self, forge: Forge) -> None:
        before = forge.branch("topic", {"a": "1"})
        after = forge.branch("topic", {"b": "1"})
        assert commits(forge.checkout(after, "main"), forge.pushed("topic", before, after)) == [after]

    def test_the_default_branch_does_too(self, forge: Forge) -> None:
        before = forge.main
        after = forge.advance({"b": "1"})
        assert commits(forge.checkout(after, "main"), forge.pushed("main", before, after)) == [after]

    def test_a_new_branch_counts_from_the_default_branch(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"}, start=forge.first)
        change = found(forge.checkout(tip, "main"), forge.pushed("topic", ZERO, tip))
        assert (list(change.chronicle.commits), change.base) == ([tip], forge.first)

    def test_a_new_branch_at_a_known_commit_brings_nothing(self, forge: Forge) -> None:
        change = found(forge.checkout(forge.first, "main"), forge.pushed("topic", ZERO, forge.first))
        assert (change.chronicle.commits, change.unscanned) == ({}, ())
        assert change.told.startswith("The change: no new commits, ")

    def test_the_first_push_of_the_default_branch_is_all_new(self, forge: Forge) -> None:
        change = found(forge.checkout(forge.main, "main"), forge.pushed("main", ZERO, forge.main))
        assert (list(change.chronicle.commits), change.base) == ([forge.first, forge.main], None)

    def test_a_forced_branch_counts_from_the_default_branch(self, forge: Forge) -> None:
        """What was there before is gone, and the branch was put on top of a newer default branch."""
        forge.advance({"theirs": "x"})
        tip = forge.branch("topic", {"a": "2"})
        assert commits(forge.checkout(tip, "main"), forge.pushed("topic", "1" * 40, tip)) == [tip]

    def test_a_forced_branch_whose_old_commits_are_still_here_does_too(self, forge: Forge) -> None:
        before = forge.branch("old", {"a": "1"})
        forge.advance({"theirs": "x"})
        tip = forge.branch("topic", {"a": "2"})
        clone = forge.checkout(tip, "main", "old")
        assert commits(clone, forge.pushed("topic", before, tip)) == [tip]

    def test_a_forced_default_branch_is_not_guessed_at(self, forge: Forge) -> None:
        said = lacks(forge.checkout(forge.main, "main"), forge.pushed("main", "1" * 40, forge.main))
        assert f"git fetch origin {'1' * 40}" in said

    def test_a_tag_of_known_commits_brings_nothing_but_its_message(self, forge: Forge) -> None:
        forge.repo.git("tag", "--annotate", "v1", "--message", "first", forge.first)
        tag = forge.repo.git("rev-parse", "v1")
        environ = forge.event("push", {"before": ZERO, "after": tag}, GITHUB_REF="refs/tags/v1", GITHUB_SHA=forge.first)
        clone = forge.checkout(forge.first, "main")
        assert found(clone, environ).messages == ()
        clone.git("fetch", "--quiet", "origin", "refs/tags/v1:refs/tags/v1")
        assert found(clone, environ).messages == (tag,)

    def test_a_removed_branch_is_nothing_to_judge(self, forge: Forge) -> None:
        change = found(forge.checkout(forge.main, "main"), forge.pushed("topic", forge.first, ZERO))
        assert (change.chronicle.commits, "only removes" in change.told) == ({}, True)

    def test_a_clone_without_what_was_there_before_says_what_helps(self, forge: Forge) -> None:
        before = forge.main
        after = forge.advance({"b": "1"})
        said = lacks(forge.checkout(after, "main", depth=1), forge.pushed("main", before, after))
        assert f"git fetch --unshallow origin {before}" in said
        assert "fetch-depth: 0" in said

    def test_a_clone_without_the_default_branch_says_what_helps(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        environ = {**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": ZERO, "CI_COMMIT_SHA": tip, "CI_COMMIT_BRANCH": "topic"}
        said = lacks(forge.checkout(tip, "topic", depth=1), environ)
        assert "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main" in said
        assert 'GIT_DEPTH: "0"' in said

    def test_another_repository_is_not_the_one_that_the_system_speaks_of(self, forge: Forge, tmp_path: Path) -> None:
        other = Repo(tmp_path / "other")
        other.commit({"a": "1"})
        assert forge.main[:12] in lacks(other, forge.pushed("main", forge.first, forge.main))


class TestWithoutBefore:
    """Systems that say what is built and not what was there before."""

    def test_a_branch_counts_from_the_default_branch(self, forge: Forge) -> None:
        forge.branch("topic", {"a": "1"})
        tip = forge.branch("topic", {"b": "1"})
        assert len(commits(forge.checkout(tip, "main"), {**CIRCLE, "CIRCLE_SHA1": tip, "CIRCLE_BRANCH": "topic"})) == 2

    def test_of_the_default_branch_the_last_commit_counts_with_what_it_merges(self, forge: Forge) -> None:
        base = forge.main
        one = forge.branch("topic", {"a": "1"})
        merged = forge.merge("topic")
        forge.repo.git("merge", "--quiet", "--ff-only", merged)
        change = found(forge.checkout(merged, "main"), {**CIRCLE, "CIRCLE_SHA1": merged, "CIRCLE_BRANCH": "main"})
        assert (sorted(change.chronicle.commits), change.base) == (sorted([one, merged]), base)
        assert "what was there before is not said" in change.told

    def test_the_default_branch_is_what_the_clone_says(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        clone = forge.checkout(tip, "main", "topic")
        clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/topic")
        assert commits(clone, {**CIRCLE, "CIRCLE_SHA1": tip, "CIRCLE_BRANCH": "other"}) == []

    def test_a_first_commit_has_nothing_before(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "one")
        tip = repo.commit({"a": "1"})
        assert commits(repo, {**CIRCLE, "CIRCLE_SHA1": tip, "CIRCLE_BRANCH": "main"}) == [tip]

    def test_a_last_commit_whose_parent_is_not_here_is_not_guessed_at(self, forge: Forge) -> None:
        clone = forge.checkout(forge.main, "main", depth=1)
        environ = {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI", "BUILD_SOURCEVERSION": forge.main, "BUILD_SOURCEBRANCH": "main"}
        assert "`fetchDepth: 0`" in lacks(clone, environ)

    def test_a_run_by_schedule_on_the_default_branch_brings_nothing(self, forge: Forge) -> None:
        assert commits(forge.checkout(forge.main, "main"), forge.event("schedule", {})) == []

    def test_a_run_by_hand_on_a_branch_counts_from_the_default_branch(self, forge: Forge) -> None:
        tip = forge.branch("topic", {"a": "1"})
        assert commits(forge.checkout(tip, "main"), forge.event("workflow_dispatch", {})) == [tip]

    def test_a_repository_without_commits_is_no_pass(self, tmp_path: Path, forge: Forge) -> None:
        assert "no commits" in lacks(Repo(tmp_path / "new"), forge.event("schedule", {}))


class TestHostile:
    def test_a_tag_that_is_called_like_a_branch_of_the_remote_is_not_it(self, forge: Forge) -> None:
        """Git would take it where the branch is not in the clone, and the range would be empty."""
        tip = forge.branch("topic", {"a": "1"})
        clone = forge.checkout(tip)
        clone.git("update-ref", "refs/tags/refs/remotes/origin/main", tip)
        assert clone.git("rev-parse", "refs/remotes/origin/main") == tip
        assert "is not in this clone" in lacks(clone, forge.event("workflow_dispatch", {}))

    def test_a_branch_that_is_called_like_the_beginning_of_an_id_is_not_it(self, forge: Forge) -> None:
        base = forge.main
        tip = forge.advance({"a": "1"})
        clone = forge.checkout(tip, "main")
        clone.git("update-ref", f"refs/tags/{base[:12]}", tip)
        environ = {"TRAVIS": "true", "TRAVIS_COMMIT": tip, "TRAVIS_BRANCH": "main", "TRAVIS_COMMIT_RANGE": f"{base[:12]}...{tip[:12]}"}
        assert f"{base[:12]} was there before, which is not in this clone" in lacks(clone, environ)

    def test_a_name_that_leads_out_of_the_refs_is_none(self, forge: Forge) -> None:
        clone = forge.checkout(forge.main, "main")
        environ = {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "refs/../HEAD", "PRE_COMMIT_TO_REF": "HEAD"}
        assert "is not in this clone" in lacks(clone, environ)


class TestPreCommit:
    def test_a_push_counts_from_what_the_remote_has(self, forge: Forge) -> None:
        before = forge.branch("topic", {"a": "1"})
        after = forge.branch("topic", {"b": "1"})
        environ = {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": before, "PRE_COMMIT_TO_REF": after}
        assert commits(forge.checkout(after, "main"), environ) == [after]

    def test_names_are_what_they_are_for_git(self, forge: Forge) -> None:
        tip = forge.advance({"b": "1"})
        environ = {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "HEAD~1", "PRE_COMMIT_TO_REF": "HEAD"}
        assert commits(forge.checkout(tip, "main"), environ) == [tip]

    def test_the_first_push_of_all_is_all_new(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "new")
        tip = repo.commit({"a": "1"})
        environ = {"PRE_COMMIT": "1", "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main", "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main"}
        assert commits(repo, environ) == [tip]

    def test_what_is_staged_counts_before_a_commit(self, forge: Forge) -> None:
        clone = forge.checkout(forge.main)
        assert "nothing is staged" in found(clone, {"PRE_COMMIT": "1"}).told
        (clone.path / "new").write_text("x")
        clone.git("add", "new")
        change = found(clone, {"PRE_COMMIT": "1"})
        assert (set(change.chronicle.index), "what is staged" in change.told) == ({"new"}, True)
