"""Functions of magefiles, and what a script is called with."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, jobs, pipelines, roles

MAGEFILE = """//go:build mage

package main

import "github.com/magefile/mage/sh"

var Default = Build

type Docs mg.Namespace

func (Docs) Publish() error {
\treturn sh.RunWithV(env, "npm", "publish")
}

func Test() error { return sh.RunV("go", "test", "./...") }

func Build() error { return sh.RunV("go", "build", "./...") }

func Release() error {
\tmg.Deps(Test, Docs.Publish)
\tvar args []string
\targs = append(args, "upload", "dist/*")
\tif os.Getenv("X") != "" {
\t\targs = append(args, "--help")
\t}
\treturn sh.RunV("twine", args...)
}

func All(ctx context.Context) error {
\tif err := Build(); err != nil {
\t\treturn err
\t}
\tprintln("gem push x")
\treturn exec.CommandContext(ctx, "docker", "push", `a/b`).Run()
}
"""


def of_step(step: str, files: dict[str, str]) -> dict[str, str]:
    return roles(jobs({**files, WORKFLOW: f"on: push\njobs:\n  ci:\n    steps:\n      - {step}\n"})["ci"])


@pytest.mark.parametrize("path", ["magefile.go", "magefiles/tasks.go"])
@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{run: mage}", {"build"}),
        ("{run: mage -v test}", {"test"}),
        ("{run: mage docs:publish}", {"publish"}),
        ("{run: mage -v release}", {"publish", "test"}),
        ("{uses: magefile/mage-action@v3, with: {args: -v all}}", {"build", "publish"}),
        ("{run: mage nothing}", set[str]()),
    ],
)
def test_functions_of_a_magefile_are_what_mage_does(path: str, step: str, expected: set[str]) -> None:
    assert {name for name, status in of_step(step, {path: MAGEFILE}).items() if status == "set"} == expected


def test_magefiles_that_are_no_go_are_said() -> None:
    found = pipelines({"magefile.go": "}{)(;" * 8_000, WORKFLOW: "on: push\njobs: {a: {steps: [{run: mage x}]}}\n"})
    assert [one.path for one in found.unread] == ["magefile.go"]


SCRIPT = '#!/bin/bash\nset -u\nif ! goreleaser "$@"; then\n  exit 1\nfi\n'
SETTINGS = "kos:\n  - repositories: [docker.io/a/b]\n"


@pytest.mark.parametrize(
    ("script", "command", "expected"),
    [
        (SCRIPT, "./r.sh release --clean", {"publish": "set", "release_page": "set"}),
        (SCRIPT, "./r.sh check", dict[str, str]()),
        ('#!/bin/bash\nnpm "$1" --tag "$2"\necho done\n', "./r.sh publish next", {"publish": "set"}),
        ('#!/bin/bash\nto=$1; shift\nnpm "$@"\necho done\n', "./r.sh publish", dict[str, str]()),
        ('#!/bin/bash\nf() {\n  npm "$1"\n}\nf test\necho done\n', "./r.sh publish", dict[str, str]()),
    ],
    ids=["all", "another verb", "one word", "moved", "of a function"],
)
def test_what_a_script_is_called_with_stands_in_it(script: str, command: str, expected: dict[str, str]) -> None:
    files = {"r.sh": script, ".goreleaser.yaml": SETTINGS, "package.json": '{"name": "x", "scripts": {"test": "jest"}}'}
    assert of_step(f"{{run: {command}}}", files) == expected


MAKEFILE = "help:\n\t@echo help\n%:\n\t@go run -C .make . $@\n"


@pytest.mark.parametrize(("target", "is_release"), [("ci-release", True), ("format", False), ("help", False)])
def test_a_rule_for_every_name_runs_what_only_settings_tell_of(target: str, is_release: bool) -> None:
    found = of_step(f"{{run: make {target}}}", {"Makefile": MAKEFILE, ".goreleaser.yaml": SETTINGS})
    suspected = {"publish": "suspected", "release_page": "suspected"}
    assert {name: found[name] for name in found if name in suspected} == (suspected if is_release else {})
