"""Examples of policies: one that violates and one that does not, as files that the product reads like any other.

`fixtures/policies/TBnnn.toml` has `why`, and the tables `violating` and `clean`. Each of these has `files` of a repository (path = text),
and may have `earlier` (a list of such tables: commits before the last), `home`, `modes` (path = "0644") of its files, `exports` (argument = text), `logs`,
`others` (further repositories, by name), `public`, `committed` (the day of the commits) and `as_of`. A value of None cannot be written; an empty
text takes the file away. The violating one says which `severity`, `grade` and `place` (`path:line`) are expected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from scanner.config import Settings
from scanner.model import Finding
from scanner.run.request import Progress, Request
from scanner.run.scan import run
from tests.support.command import CACHE
from tests.support.repos import Repo
from tests.support.templates import expand

FOLDER = Path(__file__).parents[2] / "fixtures" / "policies"
TODAY = "2026-11-30"
LATELY = "2026-11-23"


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a policy."""

    policy: str
    sort: str
    files: Mapping[str, str]
    earlier: tuple[Mapping[str, str], ...] = ()
    home: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)
    logs: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Further repositories, by name."""
    public: bool = False
    committed: str = LATELY
    as_of: str = TODAY
    severity: str = ""
    grade: str = ""
    place: str = ""

    def __str__(self) -> str:
        return f"{self.policy}-{self.sort}"

    def findings(self, folder: Path) -> tuple[Finding, ...]:
        """What the product says of it; asked in this process, since a hundred commands would take minutes to start."""
        for name, files in {"web": self.files, **self.others}.items():
            repo = Repo(folder / name)
            for hour, state in enumerate((*self.earlier, files) if name == "web" else (files,)):
                _write(folder / name, state)
                repo.git("add", "--all")
                when = datetime.fromisoformat(self.committed).replace(tzinfo=UTC) + timedelta(hours=hour)
                repo.git("commit", "--quiet", "--allow-empty", "-m", "Change", date=when)
        for number, text in enumerate(self.exports.values()):
            (folder / f"export-{number}").write_bytes(expand(text))
        _write(folder / "home", self.home, self.modes)
        _write(folder / "logs", self.logs)
        request = Request(
            targets=("web", *self.others),
            homes=(Path("home"),) if self.home else (),
            ci_exports=tuple(f"{argument}:export-{number}" for number, argument in enumerate(self.exports)),
            ci_logs=("logs",) if self.logs else (),
        )
        settings = Settings(jobs=1, as_of=date.fromisoformat(self.as_of), public=("web",) if self.public else ())
        with chdir(folder):
            return run(request, settings, {"KEYTRAIL_KEY": "5e" * 32, "XDG_CACHE_HOME": str(CACHE)}, Progress()).findings


def _write(folder: Path, files: Mapping[str, str], modes: Mapping[str, str] | None = None) -> None:
    for path, text in files.items():
        file = folder / path
        if not text:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(expand(text))
        file.chmod(int((modes or {}).get(path, "0600"), 8))


@cache
def tables() -> dict[str, dict[str, Any]]:
    """What the files say, by policy."""
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("TB*.toml"))}


def examples() -> Iterator[Example]:
    """All examples, both of each policy."""
    for policy, table in tables().items():
        for sort in ("violating", "clean"):
            said = dict(table[sort])
            yield Example(policy, sort, earlier=tuple(said.pop("earlier", ())), **said)
