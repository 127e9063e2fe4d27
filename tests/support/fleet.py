"""A folder of clones, a home with a key that lasts, a store, and the sweep over them from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.command import Run, keytrail, warm
from tests.support.repos import Repo

Report = dict[str, Any]
"""What `--format json` says."""


def line(token: str, name: str = "NPM_TOKEN") -> str:
    """A file that holds the token under a name."""
    return f"{name}={token}\n"


class Fleet:
    """Everything lies below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.clones = root / "clones"
        self.store = root / "store" / "store.db"
        self.home.mkdir()
        warm(self.home)
        self.clones.mkdir()

    def repo(self, name: str, *, bare: bool = False) -> Repo:
        """A new clone with no commit."""
        return Repo(self.clones / name, bare=bare)

    def listing(self, text: str) -> Path:
        """A TOML file of targets beside the folder of clones."""
        file = self.root / "targets.toml"
        file.write_text(text)
        return file

    def export(self, name: str, variables: Mapping[str, str]) -> Path:
        """An export of the CI variables of a GitLab project."""
        flags = {"variable_type": "env_var", "protected": False, "masked": False, "hidden": False, "raw": True, "environment_scope": "*"}
        file = self.root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps([{"key": key, "value": value, **flags} for key, value in variables.items()]))
        return file

    def run(self, *arguments: str, targets: Path | None = None, env: Mapping[str, str] | None = None) -> Run:
        """`keytrail sweep` over the clones, or over other targets."""
        where = [str(targets or self.clones), "--store", str(self.store), "--format", "json"]
        return keytrail("sweep", *where, *arguments, cwd=self.root, home=self.home, env=env)

    def sweep(self, *arguments: str, targets: Path | None = None, code: int = 0) -> Report:
        """The report of a sweep that ends with `code`."""
        run = self.run(*arguments, targets=targets)
        assert (run.code, run.stderr) == (code, "")
        report: Report = json.loads(run.stdout)
        return report


def counts(report: Report) -> dict[str, tuple[int, int]]:
    """Blobs that were read and blobs that were known, by target."""
    return {source["target"]: (source["blobs"], source["known"]) for source in report["coverage"]["sources"]}


def states(report: Report) -> dict[str, str]:
    """How every target fared."""
    return {target["name"]: target["state"] for target in report["targets"]}


def why(report: Report, name: str) -> str:
    """Why a target fared as it did."""
    (said,) = [target["why"] for target in report["targets"] if target["name"] == name]
    return str(said)


def lives(report: Report) -> dict[str, str]:
    """The life of the one finding of each policy."""
    found = {finding["policy"]: finding["life"] for finding in report["findings"]}
    assert len(found) == len(report["findings"])
    return found


def places(report: Report) -> list[tuple[str, str, str | None]]:
    """Container, path and reachability of every occurrence."""
    return sorted((o["container"], o["path"], o["reachability"]) for c in report["credentials"] for o in c["occurrences"])


def lasting(report: Report) -> Report:
    """What must not differ between two sweeps when nothing happened: credentials and findings without times and lives."""
    for credential in report["credentials"]:
        for thing in (credential, *credential["occurrences"]):
            del thing["first_seen"], thing["last_seen"]
    for finding in report["findings"]:
        del finding["life"]
    return {"credentials": report["credentials"], "findings": report["findings"], "slots": report["slots"]}
