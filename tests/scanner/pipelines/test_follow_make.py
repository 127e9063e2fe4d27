"""Targets of make that commands lead to: included files, rules for many, folders."""

from __future__ import annotations

import json

import pytest

from tests.support.pipelines import WORKFLOW, act, jobs, roles

FILES = {
    "Makefile": (
        "ROOT := $(shell pwd)\nBIN = $(ROOT)/.bin\nGO = go\nSUITE = unit\n"
        "include make/*.mk\n-include absent.mk\nsinclude make/$(SUITE)/more.mk # suites\n"
        "all: vet\n\techo\nboth: unit style-code\n"
        "shape-%:\n\tgolangci-lint run ./$*\nshape-deep-%:\n\tgo test ./$*\n"
        "%-check:\n\t./check-$*.sh $@\n"
    ),
    "make/tools.mk": "RUNNER := $(BIN)/gotestsum\nvet:\n\t$(GO) vet ./...\n",
    "make/tests.mk": "include other.mk\nunit:\n\t@$(RUNNER) ./...\n",
    "make/other.mk": "include tests.mk\nship:\n\tdocker push acme/web\n",
    "make/unit/more.mk": "extra: $(SUITE)\n\tgo build ./...\n",
    "check-a.sh": "mocha\n",
    "sub/Makefile": "GO ?= go\ninclude ../make/tools.mk\nx:\n\tgo test\n",
    "sub/rules.mk": "y:\n\tgolangci-lint run\n",
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("make all", {"lint"}),
        ("make unit", {"test"}),
        ("make ship", {"publish"}),
        ("make extra", {"build", "test"}),
        ("make shape-code", {"lint"}),
        ("make shape-deep-code", {"test"}),
        ("make a-check", {"test"}),
        ("make shape-", set[str]()),
        ("make -C sub x", {"test"}),
        ("make -C sub vet", {"lint"}),
        ("make --directory=sub x", {"test"}),
        ("make -C sub -f rules.mk y", {"lint"}),
        ("make -Csub x", {"test"}),
        ("make --file=sub/rules.mk y", {"lint"}),
    ],
)
def test_targets_are_found_wherever_make_finds_them(command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert roles(jobs({**FILES, WORKFLOW: text})["ci"]) == dict.fromkeys(expected, "set")


def test_what_an_included_file_does_is_said_to_be_there() -> None:
    job = jobs({**FILES, WORKFLOW: "on: push\njobs:\n  ci:\n    steps:\n      - {run: make ship}\n"})["ci"]
    assert [(act.at.path, act.at.line) for act in job.acts if act.role == "publish"] == [("make/other.mk", 3)]


OVERRULED = {
    "Makefile": (
        "PUSH ?= true\nNAME = web\nREPO ?= acme/$(NAME)\n"
        "push:\n\tko build --push=${PUSH} .\n"
        "pattern-%: base\n\tko build --push=$(PUSH) ./$*\n"
        "image:\n\t$(MAKE) PUSH=false push\n"
        "image-arm:\n\t$(MAKE) ARCH=arm image\n"
        "both:\n\t$(MAKE) PUSH=false push\n\t$(MAKE) push\n"
        "fixed: PUSH = true\nfixed:\n\t-ko build --push=$(PUSH) .\n"
        "sub:\n\t$(MAKE) -C sub out\n"
        "include tools.mk\n"
    ),
    "tools.mk": "WAY ?= --push\nship:\n\tdocker buildx build $(WAY) -t $(REPO) .\n",
    "sub/Makefile": "PUSH = true\nout:\n\tko build --push=$(PUSH) .\n",
}


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("{run: make push}", "set"),
        ("{run: make image}", "rehearsal"),
        ("{run: make image-arm}", "rehearsal"),
        ("{run: make PUSH=false push}", "rehearsal"),
        ("{run: 'make push PUSH:=false'}", "rehearsal"),
        ("{run: make PUSH=false PUSH=true push}", "set"),
        ("{run: make PUSH=false pattern-a}", "rehearsal"),
        ("{run: make both}", "set"),
        ("{run: PUSH=false make push}", "rehearsal"),
        ("{run: make push, env: {PUSH: 'false'}}", "rehearsal"),
        ("{run: make push, env: {PUSH: '${{ inputs.push }}'}}", "set"),
        ("{run: make PUSH=true push, env: {PUSH: 'false'}}", "set"),
        ("{run: make PUSH=false sub}", "rehearsal"),
        ("{run: make sub, env: {PUSH: 'false'}}", "set"),
        ("{run: make ship}", "set"),
        ("{run: make WAY=--load ship}", "rehearsal"),
        ("{run: make ship, env: {WAY: --load}}", "rehearsal"),
    ],
)
def test_a_variable_that_make_is_given_counts_instead_of_what_its_files_say(step: str, status: str) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {step}\n"
    assert roles(jobs({**OVERRULED, WORKFLOW: text})["ci"]).get("publish") == status


def test_a_credential_that_make_is_given_is_taken_by_what_it_starts() -> None:
    makefile = "TOKEN ?= none\nup:\n\ttwine upload -p $(TOKEN) dist/*\n"
    text = "on: push\njobs:\n  ci:\n    steps:\n      - {run: 'make up TOKEN=${{ secrets.PYPI }}'}\n"
    assert act(jobs({"Makefile": makefile, WORKFLOW: text})["ci"], "publish").takes == ("PYPI",)


COMMON = {
    "Makefile": (
        "# first, so that it stays the default\nall::\nARCHS ?= a b\nEND := end\ninclude Makefile.common\n"
        "ifeq ($(OS), linux)\n\tsuite := unit-$(END)\nelse\n\tsuite := none\nendif\n"
        "all:: both $(suite)\ntools:\n\t@$(GO) build -o tools ./tools\nunit-end:\n\t$(GO) test ./...\n"
        "each:\n\t$(foreach one,$(subst ;, ,$(LIST)),\\\n\t\tX=$(firstword $(subst |, ,$(one))) \\\n\t\tmake tools || exit 1; \\\n\t)\n"
        "two:\n\t$(foreach one,image-a image-b,$(MAKE) $(one);)\n"
        "hello:\n\techo hello\n%/.unpacked: %.tar\n\ttar xf $*.tar\n"
    ),
    "Makefile.common": (
        "GO ?= go\nHOME_GO := $(firstword $(shell $(GO) env GOPATH))\nLINT :=\nifdef CI\nLINT := $(HOME_GO)/bin/golangci-lint\nendif\n"
        "IMAGES = $(addprefix common-image-,$(ARCHS))\n%: common-% ;\n"
        "common-both: style\ncommon-style: $(LINT)\n\t$(LINT) run\n"
        "common-docker: $(IMAGES)\n$(IMAGES): common-image-%:\n\tdocker build -t acme/web:$* .\n"
    ),
    "echo/Makefile": "all:\n\techo nothing\ninstall-tool:\n\techo none\n",
    "c/Makefile": "all: web\nweb:\n\t$(CC) -o web web.c\n",
    "none/Makefile": "# nothing\n",
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("make tools", {"build"}),
        ("gmake tools", {"build"}),
        ("make", {"lint", "test"}),
        ("make style", {"lint"}),
        ("make docker", {"build"}),
        ("make image-b", {"build"}),
        ("make each", {"build"}),
        ("make two", {"build"}),
        ("make hello", set[str]()),
        ("make x/.unpacked", set[str]()),
        ("make -C echo", set[str]()),
        ("make -C echo install-tool", set[str]()),
        ("make -C c", {"build"}),
        ("gmake -C none", {"build"}),
        ("make -C absent", {"build"}),
    ],
)
def test_what_files_share_is_theirs_all(command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert roles(jobs({**COMMON, WORKFLOW: text})["ci"]) == dict.fromkeys(expected, "set")
