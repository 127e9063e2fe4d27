"""A repository on a forge, and clones of it as CI systems make them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.support.repos import Repo

ZERO = "0" * 40
GITHUB = {"GITHUB_ACTIONS": "true"}


class Forge:
    """A repository with a default branch `main` of two commits, the first with these files, which people push to."""

    def __init__(self, folder: Path, files: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self.repo = Repo(folder / "forge")
        self.repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.first = self.repo.commit({"README.md": "web\n", **(files or {})})
        self.main = self.repo.commit({"main.txt": "main\n"})

    def branch(self, name: str, *commits: Mapping[str, str | bytes | None], start: str = "main") -> str:
        """The last commit of a new or longer branch `name`, with these changes, each a commit."""
        self.repo.git("switch", "--quiet", *(["--create", name, start] if not self._has(name) else [name]))
        for files in commits:
            self.repo.commit(files)
        tip = self.repo.git("rev-parse", "HEAD")
        self.repo.git("switch", "--quiet", "main")
        return tip

    def advance(self, files: Mapping[str, str | bytes | None]) -> str:
        """The next commit of `main`."""
        self.main = self.repo.commit(files)
        return self.main

    def merge(self, name: str, number: int = 1) -> str:
        """The merge of a branch into `main` that a forge keeps as `refs/pull/NUMBER/merge`."""
        self.repo.git("switch", "--quiet", "--detach", "main")
        self.repo.git("merge", "--quiet", "--no-ff", "--no-edit", name)
        merged = self.repo.git("rev-parse", "HEAD")
        self.repo.git("update-ref", f"refs/pull/{number}/merge", merged)
        self.repo.git("update-ref", f"refs/pull/{number}/head", name)
        self.repo.git("switch", "--quiet", "main")
        return merged

    def checkout(self, commit: str, *branches: str, depth: int = 0, name: str = "clone") -> Repo:
        """A clone that has `commit` checked out and tracks `branches`; of a `depth`, as most systems make them, or whole."""
        clone = Repo(self._folder / name)
        clone.git("remote", "add", "origin", f"file://{self.repo.path}")
        refs = [f"+refs/heads/{branch}:refs/remotes/origin/{branch}" for branch in branches]
        limit = [f"--depth={depth}"] if depth else []
        clone.git("fetch", "--quiet", "--no-tags", *limit, "origin", f"+{commit}:refs/remotes/ci", *refs)
        clone.git("checkout", "--quiet", "--detach", commit)
        return clone

    def event(self, name: str, content: Mapping[str, object], **more: str) -> dict[str, str]:
        """The environment of a workflow that an event of GitHub's began."""
        path = self._folder / "event.json"
        path.write_text(json.dumps({**content, "repository": {"default_branch": "main"}}))
        return {**GITHUB, "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), **more}

    def pushed(self, branch: str, before: str, after: str) -> dict[str, str]:
        """The environment of a push."""
        return self.event("push", {"before": before, "after": after}, GITHUB_REF=f"refs/heads/{branch}", GITHUB_SHA=after)

    def pull(self, head: str, merged: str, base: str | None = None) -> dict[str, str]:
        """The environment of a pull request against `main`."""
        content = {"pull_request": {"head": {"sha": head}, "base": {"sha": base or self.main, "ref": "main"}}}
        return self.event("pull_request", content, GITHUB_REF="refs/pull/1/merge", GITHUB_SHA=merged, GITHUB_BASE_REF="main")

    def _has(self, name: str) -> bool:
        return bool(self.repo.git("branch", "--list", name))
