"""Workflows of GitHub as projects have them: tests on several versions, checks, images, pages, and releases to npm and PyPI, no two the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

_WORDS = ("core", "api", "web", "docs", "client", "server", "cli", "agent", "parser", "schema", "worker", "portal")


def workflows(count: int) -> Iterator[tuple[str, str]]:
    """So many names and texts, always the same ones."""
    for number in range(count):
        random = Random(number)
        name = f"{random.choice(_WORDS)}-{number}"
        text = _SHAPES[number % len(_SHAPES)](random, name)
        yield f"{name}.yml", f"name: {name}\n{text}"


def _steps(*steps: str) -> str:
    return "    steps:\n" + "".join(f"      - {step}\n".replace("\n", "\n        ").rstrip(" ") for step in steps)


def _run(random: Random, *lines: str) -> str:
    few = random.sample(lines, random.randint(2, len(lines)))
    return "run: |\n" + "\n".join(f"  {line}" for line in few)


def _checkout(random: Random) -> str:
    return f"uses: actions/checkout@v{random.randint(3, 5)}\nwith:\n  fetch-depth: {random.choice((0, 1))}"


def _python(random: Random, name: str) -> str:
    body = _steps(
        _checkout(random),
        "uses: actions/setup-python@v5\nwith:\n  python-version: ${{ matrix.python }}\n  cache: pip",
        _run(random, "python -m pip install --upgrade pip", f"pip install -e '.[{name}]'", "pip list", 'echo "$RUNNER_OS" >> log.txt'),
        "name: Test\n" + _run(random, "pytest --cov -q", f"coverage xml -o {name}.xml", "mypy .", "ruff check . || true"),
        "uses: codecov/codecov-action@v4\nif: matrix.python == '3.12'\nwith:\n  token: ${{ secrets.CODECOV_TOKEN }}",
    )
    return (
        "on:\n  push:\n    branches: [main]\n  pull_request:\n\npermissions:\n  contents: read\n\njobs:\n  test:\n"
        "    runs-on: ${{ matrix.os }}\n    strategy:\n      fail-fast: false\n      matrix:\n        os: [ubuntu-latest, macos-latest]\n"
        f"        python: ['3.{random.randint(8, 10)}', '3.11', '3.12']\n{body}"
    )


def _node(random: Random, name: str) -> str:
    body = _steps(
        _checkout(random),
        f"uses: actions/setup-node@v4\nwith:\n  node-version: {random.randint(16, 22)}\n  cache: npm",
        "run: npm ci",
        _run(random, "npm run lint", f"npm test -- --scope {name}", "npx tsc --noEmit", "npm run build --if-present"),
        f"if: failure()\nuses: actions/upload-artifact@v4\nwith:\n  name: logs-{name}\n  path: |\n    logs/*.txt\n    coverage/",
    )
    return (
        f"on: [push, pull_request]\nenv:\n  NODE_ENV: test\n  PACKAGE: {name}\njobs:\n"
        f"  check:\n    runs-on: ubuntu-latest\n    timeout-minutes: {random.randint(5, 60)}\n{body}"
    )


def _npm(random: Random, name: str) -> str:
    body = _steps(
        _checkout(random),
        "uses: actions/setup-node@v4\nwith:\n  node-version: 20\n  registry-url: ${{ vars.REGISTRY }}",
        _run(random, "npm ci", "npm run build", f"npm pack --workspace {name}"),
        f"run: npm publish --access public --workspace {name}\nenv:\n  NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}",
        "name: Announce\nif: ${{ success() && startsWith(github.ref, 'refs/tags/') }}\n"
        "env:\n  HOOK: ${{ secrets.SLACK_WEBHOOK_URL }}\n"
        f'run: |\n  curl -sS -X POST -H \'Content-type: application/json\' --data "{{\\"text\\":\\"{name}\\"}}" "$HOOK"',
    )
    return f"on:\n  release:\n    types: [published]\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    environment: npm\n{body}"


def _pypi(random: Random, name: str) -> str:
    build = _steps(_checkout(random), "uses: actions/setup-python@v5", _run(random, "pip install build", "python -m build", "ls -l dist"))
    publish = _steps(
        f"uses: actions/download-artifact@v4\nwith:\n  name: {name}\n  path: dist",
        "uses: pypa/gh-action-pypi-publish@release/v1\nwith:\n  password: ${{ secrets.PYPI_API_TOKEN }}"
        if random.random() < 0.5
        else "uses: pypa/gh-action-pypi-publish@release/v1",
    )
    return (
        f"on:\n  push:\n    tags: ['v*']\njobs:\n  build:\n    runs-on: ubuntu-latest\n{build}"
        "  publish:\n    needs: build\n    runs-on: ubuntu-latest\n    environment: pypi\n    permissions:\n      id-token: write\n"
        f"{publish}"
    )


def _image(random: Random, name: str) -> str:
    body = _steps(
        _checkout(random),
        "uses: docker/setup-buildx-action@v3",
        "uses: docker/login-action@v3\nwith:\n  registry: ${{ vars.REGISTRY }}\n  username: ${{ github.actor }}\n  password: ${{ secrets.GITHUB_TOKEN }}",
        f"id: meta\nuses: docker/metadata-action@v5\nwith:\n  images: acme/{name}",
        "uses: docker/build-push-action@v6\nwith:\n  push: ${{ github.event_name != 'pull_request' }}\n  tags: ${{ steps.meta.outputs.tags }}",
        f'run: |\n  set -euo pipefail\n  cosign sign --yes acme/{name}@${{DIGEST}}\n  if [ -n "$DIGEST" ]; then echo ok; fi',
    )
    return (
        "on:\n  push:\n    branches: [main]\n    tags: ['*.*.*']\n  pull_request:\nconcurrency: ${{ github.workflow }}-${{ github.ref }}\n"
        f"jobs:\n  image:\n    runs-on: ubuntu-latest\n    permissions:\n      contents: read\n      packages: write\n      id-token: write\n{body}"
    )


def _deploy(random: Random, name: str) -> str:
    jobs = "".join(
        f"  {stage}:\n    runs-on: [self-hosted, linux]\n    environment: {stage}\n{needs}"
        + _steps(
            _checkout(random),
            "uses: aws-actions/configure-aws-credentials@v4\nwith:\n  role-to-assume: ${{ secrets.AWS_ROLE }}\n  aws-region: eu-west-1",
            _run(
                random, "terraform init", "terraform apply -auto-approve", f"kubectl rollout status deploy/{name}", "helm upgrade a ./chart"
            ),
        )
        for stage, needs in (("staging", ""), ("production", "    needs: [staging]\n    if: github.ref == 'refs/heads/main'\n"))
    )
    return f"on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\n  schedule:\n    - cron: '0 {random.randint(0, 23)} * * 1'\njobs:\n{jobs}"


_SHAPES: tuple[Callable[[Random, str], str], ...] = (_python, _node, _npm, _pypi, _image, _deploy, _python, _node)
