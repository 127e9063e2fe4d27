"""Pushing to a real repository whose pre-receive hook is `keytrail gate --pre-receive`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.command import Run
from tests.support.command import environment as command_environment
from tests.support.repos import Repo, environment
from tests.support.ways import installed


class Server:
    """A bare repository that judges what is pushed to it."""

    def __init__(self, path: Path, home: Path, *options: str, object_format: str = "sha1", repo: Repo | None = None) -> None:
        self.repo = repo or Repo(path, bare=True, object_format=object_format)
        self._home = home
        script = installed(home)
        hook = self.repo.gitdir / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {script} gate --pre-receive {' '.join(options)}\n")
        hook.chmod(0o755)

    @property
    def url(self) -> str:
        """Where it is cloned from and pushed to, as over a network."""
        return f"file://{self.repo.path}"

    def push(self, repo: Repo, *what: str) -> Run:
        """How `git push` of these refs ends, and what the pusher reads."""
        env = {**command_environment(self._home), **environment(), "HOME": str(self._home)}
        done = subprocess.run(["git", "push", self.url, *what], cwd=repo.path, env=env, capture_output=True, check=False)
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def refs(self) -> set[str]:
        """The names of all its refs."""
        return set(self.repo.git("for-each-ref", "--format=%(refname)").split())
