"""`make demo`: makes the story's world in a temporary folder and shows what keytrail says about it.

usage: python -m tests.support.demo KEYTRAIL
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import story

INTRODUCTION = """\
This world was made a moment ago, with values that open nothing:

  web             a repository in which an npm token was committed and, a day later, replaced by ${NPM_TOKEN}
  infra           a repository with a Kubernetes Secret and a settings file
  home            a developer's home: .npmrc, .bash_history, .ssh
  variables.json  the CI variables of a GitLab project

A scanner that lists matches would list nine secrets. Ask where each one is reused:
"""


def main() -> int:
    """Show the world, the command and its report; the answer is 0 when the scan worked."""
    keytrail = str(Path(sys.argv[1]).absolute())
    with tempfile.TemporaryDirectory() as folder:
        world = story.build(Path(folder))
        command = ["keytrail", "scan", *world.arguments(), "--fail-on", "none"]
        sys.stdout.write(f"{INTRODUCTION}\n$ {' '.join(command)}\n\n")
        sys.stdout.flush()
        return subprocess.run([keytrail, *command[1:]], cwd=world.root, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
