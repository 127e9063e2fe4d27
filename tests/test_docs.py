"""The generated pages are what `make docs` writes, and the README says what is true."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.command import keytrail
from tests.support.docs import DOCS, pages

ROOT = DOCS.parent


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_links_lead_somewhere(page: str) -> None:
    file = ROOT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_make_targets_that_the_readme_names_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= targets


def test_options_that_the_readme_names_exist(tmp_path: Path) -> None:
    shown = keytrail("scan", "--help", cwd=tmp_path, env={"COLUMNS": "200"}).stdout
    named = set(re.findall(r"(?<=`)--[a-z-]+|(?<= )--[a-z][a-z-]+", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert {option for option in named if option not in shown} == set()


def test_our_own_tree_holds_nothing_that_looks_alive(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    run = keytrail("scan", cwd=tmp_path)
    assert run.stdout.startswith("No credentials found"), run.stdout
    assert "; 0 suppressed" in run.stdout
