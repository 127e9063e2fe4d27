# Everything starts from python3, git and make; the rest is installed by these targets, into .venv and, for tests, by the system's packages.
SHELL := /bin/sh
PYTHON ?= python3
TARGET ?= .
T ?= tests
MINUTES ?= 10
# What asks the readers of git's stores; what stands above them is the same either way, which tests/test_both_ways.py holds.
READ_HISTORY := tests/scanner/sources/history tests/scanner/sources/changes tests/test_archives.py tests/test_gate.py tests/test_one_token.py \
	tests/test_story.py tests/test_sweep.py $(addprefix tests/scanner/run/test_,course.py objectids.py pairs.py plan.py recollect.py spots.py windows.py)
REPO ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
MICRO := $(VENV)/micro.json
SOURCES := pyproject.toml constraints.txt $(wildcard scanner/sources/history/packs/*.[ch])

.PHONY: scan demo test uncompiled dev check lint types fix docs snapshots matrix bench fuzz clean

scan: $(STAMP)  ## scan TARGET, print the report; ends with 0 when the scan itself worked
	@$(BIN)/keytrail scan --fail-on none $(TARGET)

demo: $(DEV_STAMP)  ## one token in seven places and one key in two formats, made afresh and scanned
	@$(BIN)/python -m tests.support.demo $(BIN)/keytrail

dev: $(DEV_STAMP)  ## what developers need, in .venv

test: $(DEV_STAMP) system  ## all tests; T=tests/scanner/engine for a part of them
	@$(BIN)/python -m pytest -n auto --dist worksteal $(T)

uncompiled: $(DEV_STAMP) system  ## tests that read history, as where there is no compiler and git reads all packs
	@$(BIN)/python -m pytest -n auto --dist worksteal --uncompiled $(READ_HISTORY)

check: lint types test uncompiled  ## everything that CI checks

lint: $(DEV_STAMP)
	@$(BIN)/ruff format --check scanner detectors tests
	@$(BIN)/ruff check scanner detectors tests

types: $(DEV_STAMP)
	@$(BIN)/mypy

fix: $(DEV_STAMP)
	@$(BIN)/ruff check --fix scanner detectors tests
	@$(BIN)/ruff format scanner detectors tests

matrix: $(DEV_STAMP)  ## what is found of every kind in every encoding in every container
	@$(BIN)/python -m tests.support.matrix

bench: $(DEV_STAMP)  ## what the gate, the sweep and pipelines cost, against their limits; with REPO="PATH ...", whole histories too, into docs/performance.md
	@$(BIN)/python -m tests.bench.uses $(BIN)/keytrail
ifneq ($(REPO),)
	@$(BIN)/python -m tests.bench.history $(BIN)/keytrail $(REPO)
	@$(BIN)/python -m tests.bench.history --tree $(BIN)/keytrail $(firstword $(REPO))
	@$(BIN)/python -m tests.bench.stages $(REPO)
	@$(BIN)/python -m tests.bench.growth $(BIN)/keytrail $(firstword $(REPO))
	@$(BIN)/python -m tests.bench.short $(BIN)/keytrail $(firstword $(REPO))
	@$(BIN)/python -m pytest -p benchmark -q tests/bench/micro.py --benchmark-json $(MICRO)
	@$(BIN)/python -m tests.bench.page --micro $(MICRO)
endif

fuzz: $(DEV_STAMP) system  ## the compiled reader of deltas, for MINUTES=10, with what new inputs it takes added to fixtures/deltas
	@$(BIN)/python -m tests.support.fuzzing $(MINUTES)

docs: $(DEV_STAMP)  ## the generated parts of the README and of docs/
	@$(BIN)/python -m tests.support.docs

snapshots: $(DEV_STAMP)  ## rewrite expected reports; read the diff before you commit it
	@$(BIN)/python -m pytest -n auto --snapshot-update $(T)

clean:
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz

.PHONY: system
system:
	@.ci/system-packages

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); .ci/system-packages venv && $(PYTHON) -m venv $(VENV); }

$(STAMP): $(BIN)/python $(SOURCES)
	@echo "installing keytrail into $(VENV)" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(DEV_STAMP): $(STAMP) $(SOURCES)
	@echo "installing the development tools into $(VENV)" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
