"""A credential in whatever place a definition has a name for is in no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

TOKEN = tokens.ghp(77)
WORKFLOW = f"""name: {TOKEN}
on: {{push: {{branches: [{TOKEN}]}}, workflow_dispatch: {{inputs: {{{TOKEN}: {{}}}}}}}}
env: {{{TOKEN}: "${{{{ secrets.{TOKEN} }}}}"}}
jobs:
  {TOKEN}:
    runs-on: [self-hosted, {TOKEN}]
    environment: {TOKEN}
    steps:
      - {{name: {TOKEN}, uses: {TOKEN}/else@{TOKEN}, with: {{{TOKEN}: "${{{{ secrets.{TOKEN} }}}}"}}}}
      - {{run: "make {TOKEN} && ./{TOKEN}.sh && npm publish --token ${{{{ secrets.{TOKEN} }}}}"}}
      - {{run: npm publish, id: {TOKEN}, env: {{NODE_AUTH_TOKEN: "${{{{ secrets.{TOKEN} }}}}"}}}}
  other:
    needs: {TOKEN}
    uses: ./.github/workflows/{TOKEN}.yml
    secrets: inherit
"""


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
@pytest.mark.parametrize("command", [("scan",), ("scan", "-v")], ids=["plain", "verbose"])
def test_no_report_of_jobs_holds_it(tmp_path: Path, form: str, command: tuple[str, ...]) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({".github/workflows/ci.yml": WORKFLOW, "Makefile": f"{TOKEN}:\n\tnpm publish\n", f"{TOKEN}.sh": "twine upload dist/*\n"})
    run = keytrail(*command, "web", "--format", form, cwd=tmp_path)
    assert "TB" in run.stdout
    secret = TOKEN.partition("_")[2]
    pieces = {secret[start : start + 8] for start in range(len(secret) - 7)}
    assert [piece for piece in sorted(pieces) if piece in run.stdout or piece in run.stderr] == []
