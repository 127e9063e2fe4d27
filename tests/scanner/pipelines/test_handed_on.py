"""Commands that other commands, functions and scripts only hand on."""

from __future__ import annotations

import json

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles

FILES = {
    "ci/run.sh": '#!/bin/sh\nset -e\nexport CI=1\nexec docker run --rm acme/tools "$@"\n',
    "ci/last.sh": '#!/bin/sh\necho "$@"\n$@\n',
    "ci/other.sh": '#!/bin/sh\n"$@" --dry-run\necho done\n',
    "ci/own/go.sh": '#!/bin/sh\ncd "$(dirname "$0")"\n./next.sh\n',
    "ci/own/next.sh": "npm publish\n",
    "ci/own/up.sh": 'cd "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"\n./own/next.sh\n',
    "ci/own/cut.sh": "cd ${0%/*}\n./next.sh\n",
    "next.sh": "pytest\n",
    "ci/skopeo.sh": (
        'dry_run() {\n  if [ "${DRY:-}" = false ]; then\n    "$@"\n  else\n    echo "$*"\n  fi\n}\n'
        'skopeo() {\n  docker run --rm -e A=b quay.io/skopeo/stable:v1 \\\n    "$@"\n}\n'
        'dry_run skopeo copy "docker://a/b:1" "docker://docker.io/acme/web:1"\n'
    ),
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("xvfb-maybe vitest run", {"test"}),
        ("xvfb-maybe --auto-servernum -- mocha", {"test"}),
        ("parallel --line-buffer -j 1 --retries 3 'npm test -- --select ' ::: a b", {"test"}),
        ("parallel -j 2 shellcheck ::: a b", {"lint"}),
        ("git ls-files | xargs -0 linter2cc shellcheck -x", {"lint"}),
        ("ci/run.sh npm publish --tag next", {"publish"}),
        ("ci/run.sh", set[str]()),
        ("ci/last.sh pytest -x", {"test"}),
        ("ci/other.sh npm publish", set[str]()),
        ("ci/own/go.sh", {"publish"}),
        ("ci/own/up.sh", {"publish"}),
        ("ci/own/cut.sh", {"publish"}),
        ("ci/skopeo.sh", {"publish"}),
    ],
)
def test_what_is_handed_on_is_what_is_done(command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert roles(jobs({**FILES, WORKFLOW: text})["ci"]) == dict.fromkeys(expected, "set")


NODE = {
    "package.json": '{"scripts": {"test:unit": "vitest", "test": "mocha", "tested": "npm publish", "release": "release publish"}}',
    "release.config.json": '{"profiles": [{"name": "latest", "use": "pnpm publish --no-git-checks"}, {"name": "none", "use": "echo"}]}',
}
WHEELS = (
    "{uses: pypa/cibuildwheel@v2, env: {CIBW_TEST_COMMAND: 'python -m pytest {project}', CIBW_BEFORE_BUILD: 'pip install -r need.txt'}}"
)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{run: cd absent && npm run test}", {"test"}),
        ("{run: pnpm run test}", {"test"}),
        ("{run: 'pnpm run \"/test(:.*|$)/\"'}", {"test"}),
        ("{run: 'pnpm run \"/^release$/\"'}", {"publish"}),
        ("{run: pnpm release}", {"publish"}),
        ("{run: npx release publish --profile none}", set[str]()),
        ("{run: npm install -g bats}", {"build"}),
        ("{run: npm install -g @vscode/vsce npm@latest}", set[str]()),
        ("{run: buf generate}", set[str]()),
        ("{run: buf lint}", {"lint"}),
        ("{run: docker buildx bake --print}", set[str]()),
        ("{run: docker buildx bake web}", {"build"}),
        ("{uses: CodSpeedHQ/action@v3, with: {run: python -Im pytest --codspeed}}", {"test"}),
        (WHEELS, {"build", "package", "test"}),
        ("{run: 'echo \"${{ secrets.GITHUB_TOKEN }}\" | gh auth login --with-token'}", set[str]()),
        ("{run: 'echo \"${{ secrets.BOT }}\" | gh auth login --with-token'}", {"credential_setup"}),
        ("{run: gh auth setup-git, env: {GH_TOKEN: '${{ github.token }}'}}", set[str]()),
        ("{run: gh auth setup-git, env: {GH_TOKEN: '${{ secrets.BOT }}'}}", {"credential_setup"}),
    ],
)
def test_steps_are_what_their_words_make_them(step: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {step}\n"
    assert {role for role, status in roles(jobs({**NODE, WORKFLOW: text})["ci"]).items() if status == "set"} == expected
