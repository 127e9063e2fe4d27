"""Where a client publishes that is not told where: to the registry that a setup before it names."""

from __future__ import annotations

import pytest

from scanner import hosts
from tests.scanner.policies.test_real_shapes import said
from tests.support.pipelines import WORKFLOW, act, jobs, workflow

NPM = f"https://{hosts.spell(hosts.NPM)}"
OWN = "https://npm.example.com"
GIVEN = "env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}"
OFFERS = {"TB401", "TB403", "TB406"}


def setup(address: str) -> str:
    return f"{{uses: actions/setup-node@v4, with: {{registry-url: '{address}'}}}}"


@pytest.mark.parametrize(
    ("steps", "tier"),
    [
        ((setup(OWN), f"{{run: npm publish, {GIVEN}}}"), "private"),
        ((setup(OWN), f"{{run: pnpm publish, {GIVEN}}}"), "private"),
        ((setup(NPM), f"{{run: npm publish, {GIVEN}}}"), "public"),
        ((setup(OWN), setup(NPM), f"{{run: npm publish, {GIVEN}}}"), "public"),
        ((f"{{run: npm publish, {GIVEN}}}", setup(OWN)), "public"),
        ((setup(OWN), f"{{run: 'npm publish --registry {NPM}', {GIVEN}}}"), "public"),
        ((setup("${{ vars.REGISTRY }}"), f"{{run: npm publish, {GIVEN}}}"), "public"),
        ((setup(OWN), "{uses: JS-DevTools/npm-publish@v3, with: {token: '${{ secrets.NPM }}'}}"), "public"),
    ],
)
def test_a_client_publishes_where_its_setup_says(steps: tuple[str, ...], tier: str) -> None:
    text = workflow(*steps)
    assert act(jobs(text)["release"], "publish").tier == tier
    assert bool(OFFERS & set(said({WORKFLOW: text}))) is (tier == "public")


@pytest.mark.parametrize(("address", "tier"), [("https://nuget.example.com/v3", "private"), ("", "public")])
def test_a_source_of_nuget_is_where_packages_are_pushed_to(address: str, tier: str) -> None:
    steps = (
        f"{{uses: actions/setup-dotnet@v4, with: {{source-url: '{address}'}}}}",
        "{run: dotnet nuget push out/*.nupkg, env: {NUGET_AUTH_TOKEN: '${{ secrets.NUGET }}'}}",
    )
    assert act(jobs(workflow(*steps))["release"], "publish").tier == tier
