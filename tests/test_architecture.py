"""The import rule, the owners of third-party packages, and the caps on size: read from the code's own syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner import hosts

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*ROOT.glob("scanner/**/*.py"), *ROOT.glob("detectors/**/*.py")])
EVERYTHING = sorted([*SOURCES, *ROOT.glob("tests/**/*.py")])

LEAVES = {"contract", "errors", "hosts", "installed", "model", "private", "records"}
LEAF_IMPORTS = {
    **{name: set[str]() for name in ("errors", "hosts", "private", "records")},
    "contract": {"records"},
    "installed": {"records"},
    "model": {"contract", "model", "records"},
}
BOXES = {"sources", "engine", "identity", "pipelines", "correlate", "policies", "store", "sweep", "reports"}
JOINERS = {"run"}
"""What joins boxes."""
CLI_MAY_IMPORT = {"cli", "run", "config", "registry", "reports", "sweep", *LEAVES}

OWNERS = {
    "hyperscan": {"engine"},
    "pathspec": {"sources"},
    "yaml": {"sources", "pipelines"},
    "tree_sitter": {"pipelines"},
    "tree_sitter_bash": {"pipelines"},
    "tree_sitter_go": {"pipelines"},
    "tree_sitter_javascript": {"pipelines"},
    "tree_sitter_typescript": {"pipelines"},
    "backports": {"sources"},
    "dotenv": {"sources"},
    "cryptography": {"identity", "sources"},
    "bcrypt": {"identity"},
    "platformdirs": {"identity"},
    "keyring": {"identity"},
    "pydantic": {"reports"},
    "pydantic_core": {"reports"},
    "rich": {"reports", "cli"},
    "typer": {"cli"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "detect_secrets": {"detectors"},
}
"""Third-party packages and the boxes that may name them."""


def box(path: Path) -> str:
    """The box or joiner that a file of ours belongs to."""
    parts = path.relative_to(ROOT).parts
    return "detectors" if parts[0] == "detectors" else Path(parts[1]).stem


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def boxes_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("scanner.")} & (
        BOXES | LEAVES | JOINERS | {"cli", "config", "registry"}
    )


def allowed(name: str) -> set[str]:
    if name in LEAVES:
        return LEAF_IMPORTS[name]
    if name == "detectors":
        return {"contract", "hosts", "records"}
    if name in BOXES:
        return {name, *LEAVES}
    if name in JOINERS:
        return {*BOXES, *LEAVES, *JOINERS, "config", "registry"}
    if name == "cli":
        return CLI_MAY_IMPORT
    return {*LEAVES}  # config, registry, the package itself


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_box_imports_the_leaves_and_itself(path: Path) -> None:
    assert boxes_imported(path) - allowed(box(path)) == set()


@pytest.mark.parametrize("path", [p for p in SOURCES if box(p) != "detectors"], ids=lambda path: str(path.relative_to(ROOT)))
def test_scanner_never_names_detectors(path: Path) -> None:
    assert not [name for name in imported(path) if name.split(".")[0] == "detectors"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_third_party_packages_have_one_owner(path: Path) -> None:
    strangers = {name.split(".")[0] for name in imported(path)} & OWNERS.keys()
    assert {name for name in strangers if box(path) not in OWNERS[name]} == set()


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_over_400_lines_and_no_function_over_60(path: Path) -> None:
    source = path.read_bytes()
    assert source.count(b"\n") <= 400
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 60] == []


def test_registry_hosts_are_spelled_nowhere() -> None:
    spelled = {
        hosts.spell(host).encode() for host in (hosts.NPM, hosts.YARN, hosts.PYPI_UPLOAD, hosts.TEST_PYPI, hosts.RUBYGEMS, hosts.CRATES)
    }
    files = [
        path for path in ROOT.glob("**/*") if path.is_file() and not {".git", ".venv", ".hypothesis"} & set(path.relative_to(ROOT).parts)
    ]
    texts = [path for path in files if path.suffix in {".py", ".toml", ".md", ".txt", ".json", ".yml", ".yaml", ""}]
    assert texts
    assert [(str(path), host) for path in texts for host in spelled if host in path.read_bytes()] == []
