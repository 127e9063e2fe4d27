#!/usr/bin/env bash
# What action.yml runs: `github.sh install`, then `github.sh gate`.
set -euo pipefail

venv="$RUNNER_TEMP/keytrail"

install() {
  "$INPUT_PYTHON" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$GITHUB_ACTION_PATH/constraints.txt" "$GITHUB_ACTION_PATH"
}

gate() {
  local arguments=(gate) code=0
  [ -z "$INPUT_RANGE" ] || arguments+=(--range "$INPUT_RANGE")
  [ -z "$INPUT_BASELINE" ] || arguments+=(--baseline "$INPUT_BASELINE")
  [ -z "$INPUT_FAIL_ON" ] || arguments+=(--fail-on "$INPUT_FAIL_ON")
  arguments+=(-o "text:-" -o "markdown:$GITHUB_STEP_SUMMARY")
  [ "$INPUT_ANNOTATIONS" != true ] || arguments+=(-o "github:-")
  [ -z "$INPUT_SARIF" ] || arguments+=(-o "sarif:$INPUT_SARIF")

  "$venv/bin/keytrail" "${arguments[@]}" || code=$?

  echo "exit-code=$code" >>"$GITHUB_OUTPUT"
  # A name with a line break in it would set other outputs.
  if [ -f "$INPUT_SARIF" ] && [[ "$INPUT_SARIF" != *$'\n'* ]]; then
    echo "sarif=$INPUT_SARIF" >>"$GITHUB_OUTPUT"
  fi
  return "$code"
}

"$1"
