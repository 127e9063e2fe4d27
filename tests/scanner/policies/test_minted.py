"""What is said of tokens that a job mints, of results that are none, and of who gains from what a checkout keeps."""

from __future__ import annotations

import pytest

from scanner.model import Finding
from tests.scanner.policies.test_real_shapes import findings

GITHUB = ".github/workflows/ci.yml"
APP = "{id: app, uses: actions/create-github-app-token@v2, with: {app-id: '${{ secrets.APP_ID }}', private-key: '${{ secrets.APP_KEY }}'}}"
MINTED = "${{ steps.app.outputs.token }}"
PUSH = "git push https://x-access-token:$T@git.example.org/acme/web HEAD"
CHECKOUT = "{uses: actions/checkout@v4}"
WRITES = "permissions: {contents: write}"
READS = "permissions: {contents: read}"


def said(policy: str, *steps: str, top: str = READS) -> list[tuple[str, str]]:
    """What a policy says of a job with these steps: how bad it is, and its message without the job."""
    lines = "".join(f"      - {step}\n" for step in steps)
    text = f"on: {{push: {{tags: ['v*']}}}}\n{top}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n{lines}"
    return [_short(one) for one in findings({GITHUB: text}) if one.policy == policy]


def _short(finding: Finding) -> tuple[str, str]:
    return finding.severity.word, finding.message.replace(f"the job one of {GITHUB}", "it").replace(f"The job one of {GITHUB}", "It")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            (APP, f"{{run: '{PUSH}', env: {{T: '{MINTED}'}}}}"),
            [("low", "In it, a secret in an address: it is a token minted with APP_KEY, and masked only as it is.")],
        ),
        (
            (f"{{run: '{PUSH}', env: {{T: '${{{{ secrets.BOT }}}}'}}}}",),
            [("medium", "In it, a secret in an address: the mask of BOT does not cover that.")],
        ),
        (
            (APP, "{run: make, env: {T: '${{ fromJSON(steps.app.outputs.token).a }}'}}"),
            [
                (
                    "medium",
                    "In it, fromJSON of a token minted with APP_KEY: the mask of a token minted with APP_KEY does not cover that.",
                )
            ],
        ),
        (
            (
                APP,
                f"{{id: get, uses: acme/ask@v1, with: {{token: '{MINTED}'}}}}",
                "{run: 'echo ${{ fromJSON(steps.get.outputs.result).title }}'}",
            ),
            [],
        ),
        (("{run: 'echo $CLIENT_ID_TOKEN', env: {CLIENT_ID_TOKEN: '${{ secrets.MY_CLIENT_ID }}'}}",), []),
        (
            ("{run: 'echo $CLIENT_TOKEN', env: {CLIENT_TOKEN: '${{ secrets.MY_CLIENT_TOKEN }}'}}",),
            [("medium", "In it, a secret is printed: the mask of MY_CLIENT_TOKEN does not cover that.")],
        ),
    ],
    ids=["minted", "kept", "decoded", "no credential", "public id", "printed"],
)
def test_a_mask_is_said_to_fail_for_what_is_really_there(steps: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert said("TB605", *steps) == expected


def test_a_checkout_keeps_the_token_that_was_minted_and_not_the_key() -> None:
    checkout = f"{{uses: actions/checkout@v4, with: {{token: '{MINTED}'}}}}"
    assert said("TB611", APP, checkout, "{uses: acme/format@v1}") == [
        ("low", "It leaves a token minted with APP_KEY on disk, beside acme/format.")
    ]


@pytest.mark.parametrize(
    ("steps", "beside"),
    [
        (("{uses: acme/before@v1}", CHECKOUT), None),
        ((CHECKOUT, "{uses: acme/after@v1}"), "acme/after"),
        (("{uses: acme/before@v1}", CHECKOUT, "{uses: acme/after@v1}"), "acme/after"),
        ((CHECKOUT, "{uses: acme/push@v1, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}"), None),
        ((CHECKOUT, "{uses: acme/push@v1, env: {GITHUB_TOKEN: '${{ github.token }}'}}"), None),
        ((CHECKOUT, "{uses: peter-evans/create-pull-request@v7}"), None),
        ((CHECKOUT, "{uses: acme/push@v1, with: {token: '${{ secrets.OTHER }}'}}"), "acme/push"),
        ((CHECKOUT, "{uses: acme/push@v1, with: {token: '${{ github.token }}'}}", "{uses: acme/other@v1}"), "acme/other"),
    ],
)
def test_who_runs_before_or_has_the_token_anyway_gains_nothing(steps: tuple[str, ...], beside: str | None) -> None:
    expected = [] if beside is None else [("low", f"It leaves the token of its checkout on disk, beside {beside}.")]
    assert said("TB611", *steps, top=WRITES) == expected


@pytest.mark.parametrize(("slot", "expected"), [("BOT", 0), ("OTHER", 1)])
def test_who_is_handed_the_slot_of_the_checkout_gains_nothing(slot: str, expected: int) -> None:
    checkout = "{uses: actions/checkout@v4, with: {token: '${{ secrets.BOT }}'}}"
    assert len(said("TB611", checkout, f"{{uses: acme/push@v1, with: {{token: '${{{{ secrets.{slot} }}}}'}}}}")) == expected


PUBLISH = "{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.BOT }}'}}"
OPEN = "{id: cpr, uses: acme/open@v1, with: {token: '${{ secrets.BOT }}'}}"


def head(job: str) -> str:
    return f"on: push\njobs:\n  {job}:\n    runs-on: ubuntu-latest\n    steps:\n"


@pytest.mark.parametrize("result", ["number", "token"])
def test_what_only_a_result_tells_brings_no_slot_elsewhere(result: str) -> None:
    files = {
        ".github/workflows/a.yml": f"{head('one')}      - {PUBLISH}\n",
        ".github/workflows/b.yml": f"{head('two')}      - {OPEN}\n      - run: echo ${{{{ steps.cpr.outputs.{result} }}}}\n",
    }
    (message,) = (one.message for one in findings(files) if one.policy == "TB101")
    assert message.endswith("and also comes into the job two of .github/workflows/b.yml (with input).")


def test_a_key_counts_where_a_token_minted_with_it_publishes() -> None:
    publish = f"{{run: npm publish, env: {{NODE_AUTH_TOKEN: '{MINTED}'}}}}"
    files = {
        ".github/workflows/a.yml": f"{head('one')}      - {APP}\n      - {publish}\n",
        ".github/workflows/b.yml": f"{head('two')}      - {APP}\n      - {{uses: acme/open@v1, with: {{token: '{MINTED}'}}}}\n",
    }
    found = findings(files)
    assert [one.message.partition(" is what ")[0] for one in found if one.policy == "TB101"] == ["APP_KEY"]
    assert [one.message for one in found if one.policy == "TB207"] == [
        "A token minted with APP_KEY is handed to acme/open, which is not known to publish, and not pinned to a commit."
    ]
