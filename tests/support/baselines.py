"""`keytrail baseline` as tests run it, and what it wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.command import Run, keytrail

FILE = ".keytrail-baseline.toml"


class Baseline:
    """The command in one folder and one home."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self._home = folder, home

    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> Run:
        """What `keytrail baseline …` says."""
        return self.run("baseline", *arguments, env=env)

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Run:
        """What `keytrail …` says."""
        return keytrail(*arguments, cwd=self.folder, home=self._home, env=env)

    def done(self, *arguments: str) -> list[str]:
        """The lines that a baseline command which did its work has on standard output, without the ids in them and with single spaces."""
        run = self(*arguments)
        assert run.code == 0, run.stderr
        return [" ".join(word for word in line.split() if not word.startswith("#")) for line in run.stdout.splitlines()]

    @property
    def text(self) -> str:
        """What stands in the file."""
        return (self.folder / FILE).read_text()

    def write(self, text: str) -> None:
        """From now on the file is this."""
        (self.folder / FILE).write_text(text)

    def entries(self, file: str = FILE) -> list[tuple[Sequence[str], str, str]]:
        """Places, reason and end of each entry."""
        known: list[dict[str, Any]] = tomllib.loads((self.folder / file).read_text()).get("known", [])
        return [(tuple(one["places"]), one.get("reason", ""), str(one.get("until", ""))) for one in known]
