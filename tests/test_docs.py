"""The pages are what `make docs` writes, and what they say of commands, options, targets and files is true."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import keytrail
from tests.support.docs import ROOT, filled, written
from tests.support.helps import commands, options

PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted(page.relative_to(ROOT).as_posix() for page in ROOT.glob("docs/**/*.md"))]

_TYPED = re.compile(r"\bkeytrail ([a-z][^`\n|;]*)")
_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`[^`]{1,400}`")
_PRINTED = re.compile(r"<!-- (?:help|output): .*?<!-- end -->", re.DOTALL)
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def typed(page: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each command in the code that people wrote into a page: what follows `keytrail`, and the options in it."""
    text = _PRINTED.sub("", text_of(page))
    for code in (*_BLOCK.findall(text), *_SPAN.findall(_BLOCK.sub("", text))):
        for line in _TYPED.findall(code):
            said = line.partition(" # ")[0]
            yield said, frozenset(_OPTION.findall(said))


def command_of(line: str) -> str | None:
    return next((command for command in commands() if f"{line} ".startswith(f"{command} ")), None)


@pytest.mark.parametrize("name", sorted(written()))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert text_of(name) == written()[name](), "run `make docs`"


def test_outputs_and_helps_in_pages_are_what_commands_print() -> None:
    assert [name for name, text in filled().items() if text_of(name) != text()] == [], "run `make docs`"


def test_every_command_has_a_page_with_its_help() -> None:
    pages = {command: ROOT / "docs" / "commands" / f"{command.partition(' ')[0]}.md" for command in commands()}
    assert [name for name, page in pages.items() if not page.is_file() or f"<!-- help: {name} -->" not in page.read_text("utf-8")] == []


def test_the_readme_leads_to_every_page() -> None:
    readme = text_of("README.md")
    assert [page for page in PAGES if page.startswith("docs/") and f"({page})" not in readme] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", _BLOCK.sub("", text_of(page)))
    assert [link for link in links if not ((ROOT / page).parent / "".join(link.split())).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_a_page_names_exist(page: str) -> None:
    assert [line for line, _ in typed(page) if command_of(line) is None] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_have_the_options_that_a_page_gives_them(page: str) -> None:
    assert [line for line, given in typed(page) if not given <= options(command_of(line) or "")] == []


def test_options_that_the_readme_names_exist() -> None:
    known = frozenset().union(*map(options, commands()))
    named = {option for span in _SPAN.findall(_BLOCK.sub("", text_of("README.md"))) for option in re.findall(r"(?<=`)--[a-z-]+", span)}
    assert named
    assert named - known == set()


def test_ids_that_pages_ask_for_are_those_that_outputs_show() -> None:
    pages = "".join(map(text_of, filled()))
    asked = set(re.findall(r"keytrail explain ([a-z2-7]{6})\b", pages))
    assert asked
    assert asked <= set(re.findall(r"…\(40\) #([a-z2-7]{6})", pages))


def test_make_targets_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:^|`)make ([a-z]+)", text_of(page), re.MULTILINE)}
    assert named
    assert named - targets == set()


def test_our_own_tree_holds_nothing_that_looks_alive(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        copy = tmp_path / "copy" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / name).read_bytes())
    run = keytrail("scan", "copy", cwd=tmp_path)
    assert run.stdout.startswith("No credentials found"), run.stdout
    assert "; 0 suppressed" in run.stdout
