"""Scripts of `package.json` that commands lead to."""

from __future__ import annotations

import json

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles

FILES = {
    "package.json": json.dumps(
        {
            "name": "top",
            "scripts": {
                "check:code": "eslint .",
                "check:deep:code": "mocha",
                "all": "run-p check:*",
                "deep": "npm-run-all --parallel 'check:**'",
                "both": "concurrently 'npm:check:code' 'vite'",
                "nothing": "echo",
            },
        }
    ),
    "packages/a/package.json": json.dumps({"name": "@acme/a", "scripts": {"check": "mocha", "fix": "eslint --fix ."}}),
    "packages/b/package.json": json.dumps(
        {"name": "@acme/b", "scripts": {"check": "eslint .", "release": "npm publish", "graph": "mocha"}}
    ),
    "node_modules/c/package.json": json.dumps({"name": "c", "scripts": {"check": "npm publish"}}),
    "wired/package.json": json.dumps(
        {
            "scripts": {"check": "wireit", "style": "wireit", "none": "wireit"},
            "wireit": {"check": {"command": "mocha", "dependencies": ["style", "../packages/a:check"]}, "style": {"command": "eslint ."}},
        }
    ),
}


def does(command: str) -> dict[str, str]:
    text = json.dumps(command)
    return roles(jobs({**FILES, WORKFLOW: f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {text}}}\n"})["ci"])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm run check --workspace=@acme/a", {"test"}),
        ("npm run check -w packages/b", {"lint"}),
        ("npm run -w @acme/a -w @acme/b check", {"test", "lint"}),
        ("npm run check --workspaces --if-present", {"test", "lint"}),
        ("npm --prefix packages/a run check", {"test"}),
        ("npm --prefix=packages/b run check", {"lint"}),
        ("npm run -w @acme/c check", set[str]()),
        ("pnpm --filter @acme/a check", {"test"}),
        ("pnpm -F './packages/*' run check", {"test", "lint"}),
        ("pnpm --filter '@acme/b...' run check", {"lint"}),
        ("pnpm --filter '!@acme/b' --filter '!./wired' run check", {"test"}),
        ("pnpm --filter './packages/*' --filter '!./packages/a' run check", {"lint"}),
        ("pnpm -r run check", {"test", "lint"}),
        ("pnpm -C packages/a check", {"test"}),
        ("yarn workspace @acme/b check", {"lint"}),
        ("yarn workspace @acme/b run check", {"lint"}),
        ("yarn workspaces foreach -Apt run check", {"test", "lint"}),
        ("turbo run check --filter=@acme/a", {"test", "lint"}),
        ("npx turbo check", {"test", "lint"}),
        ("lerna run check --stream", {"test", "lint"}),
        ("nx run-many --target=check --all", {"test", "lint"}),
        ("nx run-many -t fix", {"lint"}),
        ("nx run b:check", {"test", "lint"}),
        ("nx graph", set[str]()),
        ("npm run all", {"lint"}),
        ("npm run deep", {"lint", "test"}),
        ("npm run both", {"lint"}),
        ("run-s check:deep:*", {"test"}),
        ("node --run all", {"lint"}),
        ("npm run nothing", set[str]()),
        ("cd wired && npm run check", {"test", "lint"}),
        ("npm --prefix wired run check", {"test", "lint"}),
        ("npm --prefix wired run none", set[str]()),
    ],
)
def test_scripts_are_found_in_the_packages_that_a_command_means(command: str, expected: set[str]) -> None:
    assert does(command) == dict.fromkeys(expected, "set")


def test_a_script_that_no_package_has_is_suspected_by_its_name() -> None:
    assert does("npm run test:all -w @acme/a") == {"test": "suspected"}


def test_a_release_that_a_package_has_is_found_in_its_folder() -> None:
    assert does("pnpm -r release") == {"publish": "set"}


@pytest.mark.parametrize(
    ("more", "command", "expected"),
    [
        ({"package.json": '{"workspaces": ["packages/*", "!packages/b"]}'}, "npm run check -ws", {"test"}),
        ({"package.json": '{"workspaces": {"packages": ["./packages/b/"]}}'}, "yarn workspaces foreach -A run check", {"lint"}),
        ({"pnpm-workspace.yaml": "packages: ['**', '!**/wired', '!packages/a']"}, "pnpm -r check", {"lint"}),
        ({"package.json": '{"workspaces": ["pack*"]}'}, "npm run check -ws", set[str]()),
    ],
)
def test_a_workspace_says_which_packages_are_its_own(more: dict[str, str], command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert {role for role, status in roles(jobs({**FILES, **more, WORKFLOW: text})["ci"]).items() if status == "set"} == expected
