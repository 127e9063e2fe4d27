"""Microsoft's SARIF Multitool, the validator that code scanning's own rules come with: installed once, outside the repository."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

VERSION = "5.7.0"
_SYSTEM = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), "")
PACKAGE = f"@microsoft/sarif-multitool-{_SYSTEM}"
_OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
"""Nobody listens there: one of the rules looks whether the schema's address answers."""


def complaints(logs: Mapping[str, str], folder: Path) -> set[tuple[str, str, str]]:
    """Log, rule and place of every error and warning that the general rules and those of code scanning have.

    Skips the test where the validator cannot be had.
    """
    files = [folder / f"{name}.sarif" for name in logs]
    for file, log in zip(files, logs.values(), strict=True):
        file.write_text(log, encoding="utf-8")
    answer = folder / "answer"
    rules = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--output", str(answer), "--log", "ForceOverwrite"]
    done = subprocess.run(
        [str(_multitool()), "validate", *map(str, files), *rules], env=os.environ | _OFFLINE, capture_output=True, text=True, check=False
    )
    assert f"{len(files)} files scanned" in done.stdout, done.stdout + done.stderr
    (run,) = json.loads(answer.read_text(encoding="utf-8-sig"))["runs"]
    return {_complaint(result) for result in run["results"]}


def _complaint(result: dict[str, Any]) -> tuple[str, str, str]:
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return uri.rpartition("/")[2].removesuffix(".sarif"), result["ruleId"], next(iter(result["message"].get("arguments", [])), "")


def _multitool() -> Path:
    """The program, installed on first use; a second test that wants it at the same time installs it too, and one of both is kept."""
    npm = shutil.which("npm")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keytrail-tests"
    home = folder / f"sarif-multitool-{VERSION}"
    program = home / "node_modules" / PACKAGE / "Sarif.Multitool"
    if not program.is_file():
        if not npm or not _SYSTEM:
            pytest.skip("the SARIF validator needs npm on PATH, and Linux or macOS")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as aside:
            _install(npm, Path(aside))
            if not home.exists():
                Path(aside, "node_modules").rename(_made(home) / "node_modules")
    return program


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _install(npm: str, folder: Path) -> None:
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent"]
    done = subprocess.run([npm, "install", *options, "--prefix", str(folder), f"{PACKAGE}@{VERSION}"], capture_output=True, check=False)
    program = folder / "node_modules" / PACKAGE / "Sarif.Multitool"
    if done.returncode or not program.is_file():
        pytest.skip("the SARIF validator cannot be installed: npm cannot reach its registry")
    program.chmod(0o755)
