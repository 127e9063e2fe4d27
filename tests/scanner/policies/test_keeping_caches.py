"""Caches that a publishing job takes over, or that an expression of the definition keeps from it."""

from __future__ import annotations

import pytest

from tests.scanner.policies.test_real_shapes import GITHUB, JOB, said

NPM = "      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n"
LOGIN = "      - {uses: docker/login-action@v3, with: {username: acme, password: '${{ secrets.HUB }}'}}\n"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", 1),
        (", no-cache: false", 1),
        (", no-cache: true", 0),
        (", no-cache: \"${{ github.event_name != 'pull_request' }}\"", 0),
        (", no-cache: '${{ inputs.fresh }}'", 0),
        (", cache-from: 'type=gha,scope=${{ github.ref_name }}'", 1),
        (", cache-from: \"${{ github.event_name == 'pull_request' && 'type=gha' || '' }}\"", 0),
    ],
)
def test_layers_of_an_image(given: str, expected: int) -> None:
    cache = "" if "cache-from" in given else ", cache-from: 'type=gha'"
    image = f"      - {{uses: docker/build-push-action@v6, with: {{push: true, tags: acme/web{cache}{given}}}}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + LOGIN + image}).count("TB612") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/setup-node@v4, with: {cache: npm}}", 1),
        ("{uses: actions/setup-node@v4, with: {cache: \"${{ !startsWith(github.ref, 'refs/tags/') && 'npm' || '' }}\"}}", 1),
        ("{uses: actions/setup-node@v4, with: {cache: '${{ matrix.tool }}'}}", 1),
        ("{uses: astral-sh/setup-uv@v6}", 1),
        ("{uses: astral-sh/setup-uv@v6, with: {enable-cache: \"${{ !startsWith(github.ref, 'refs/tags/') }}\"}}", 0),
        ("{uses: actions/setup-go@v5, with: {cache: \"${{ github.event_name != 'release' }}\"}}", 0),
    ],
)
def test_what_a_setup_restores(step: str, expected: int) -> None:
    assert said({GITHUB: JOB + "    steps:\n      - " + step + "\n" + NPM}).count("TB612") == expected


@pytest.mark.parametrize(("image", "expected"), [("acme/web", 1), ("ttl.sh/web:1h", 0)])
def test_what_is_thrown_away_may_be_built_with_a_cache(image: str, expected: int) -> None:
    step = f"      - {{uses: docker/build-push-action@v6, with: {{push: true, tags: '{image}', cache-from: 'type=gha'}}}}\n"
    assert said({GITHUB: JOB + "    steps:\n" + LOGIN + step}).count("TB612") == expected
