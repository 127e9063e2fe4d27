"""Which slots the results of steps stand for."""

from __future__ import annotations

import pytest

from scanner.pipelines.results import is_called_credential
from tests.support.pipelines import WORKFLOW, act, jobs, workflow

APP = "{id: app, uses: actions/create-github-app-token@v2, with: {app-id: '${{ secrets.APP_ID }}', private-key: '${{ secrets.APP_KEY }}'}}"
GIVEN = "with: {token: '${{ secrets.BOT }}'}"
ENV = "env: {KEY: '${{ secrets.KEY }}'}"


def takes(*steps: str, result: str) -> tuple[str, ...]:
    """The slots that a publish command takes that is handed a result."""
    publish = f"{{run: npm publish, env: {{NODE_AUTH_TOKEN: '${{{{ steps.{result} }}}}'}}}}"
    return act(jobs(workflow(*steps, publish))["release"], "publish").takes


@pytest.mark.parametrize(
    ("step", "result", "expected"),
    [
        (APP, "app.outputs.token", ("APP_KEY",)),
        (APP, "app.outputs.app-slug", ()),
        ("{id: v, uses: hashicorp/vault-action@v3, with: {token: '${{ secrets.VAULT }}'}}", "v.outputs.npm", ("VAULT",)),
        (f"{{id: a, uses: acme/open@v1, {GIVEN}}}", "a.outputs.number", ()),
        (f"{{id: a, uses: acme/open@v1, {GIVEN}}}", "a.outputs.result", ()),
        (f"{{id: a, uses: acme/open@v1, {GIVEN}}}", "A.outputs.npm-token", ("BOT",)),
        (f"{{id: a, uses: acme/open@v1, {GIVEN}}}", "a.outputs.cache-key", ()),
        ("{id: a, uses: acme/open@v1}", "a.outputs.token", ()),
        (f"{{id: a, run: ./mint, {ENV}}}", "a.outputs.token", ("KEY",)),
        (f"{{id: a, run: ./mint, {ENV}}}", "a.outputs.version", ()),
    ],
)
def test_a_result_stands_for_a_slot_where_its_step_is_known_to_hand_it_on(step: str, result: str, expected: tuple[str, ...]) -> None:
    assert takes(step, result=result) == expected


@pytest.mark.parametrize(
    ("script", "result", "expected"),
    [
        ('echo "it=$KEY" >> "$GITHUB_OUTPUT"', "it", ("KEY",)),
        ("echo 'it=${{ secrets.KEY }}' | tee -a $GITHUB_OUTPUT", "it", ("KEY",)),
        ("printf 'it=%s' \"$KEY\" >> $GITHUB_OUTPUT", "it", ("KEY",)),
        ('echo "::set-output name=it::$KEY"', "it", ("KEY",)),
        ("{ echo 'it<<END'; echo \"$KEY\"; echo END; echo more=1; } >> $GITHUB_OUTPUT", "it", ("KEY",)),
        ("{ echo 'it<<END'; echo \"$KEY\"; echo END; echo more=1; } >> $GITHUB_OUTPUT", "more", ()),
        ('X="$KEY"; echo "it=$X" >> $GITHUB_OUTPUT', "it", ("KEY",)),
        ('X=$(mint "$KEY"); echo "token=$X" >> $GITHUB_OUTPUT', "token", ("KEY",)),
        ('X=$(curl -u "a:$KEY" b); echo "version=$X" >> $GITHUB_OUTPUT', "version", ()),
        ("echo token=none >> $GITHUB_OUTPUT", "token", ()),
        ('echo "it=$KEY" >> notes.txt', "it", ()),
    ],
)
def test_a_command_says_what_a_result_is_made_from(script: str, result: str, expected: tuple[str, ...]) -> None:
    assert takes(f"{{id: a, run: {script!r}, {ENV}}}".replace("\\'", "''"), result=f"a.outputs.{result}") == expected


@pytest.mark.parametrize(
    ("inner", "value", "expected"),
    [
        (APP.replace("secrets.APP_ID", "inputs.id").replace("secrets.APP_KEY", "inputs.key"), "app.outputs.token", ("KEY",)),
        (APP.replace("secrets.APP_ID", "inputs.id").replace("secrets.APP_KEY", "inputs.key"), "app.outputs.app-slug", ()),
        ("{id: a, run: 'echo \"x=${{ inputs.key }}\" >> $GITHUB_OUTPUT', shell: bash}", "a.outputs.x", ("KEY",)),
        ("{id: a, run: 'echo x=1 >> $GITHUB_OUTPUT', shell: bash}", "a.outputs.x", ()),
        ("{id: own, run: 'true', shell: bash}", "mine.outputs.token", ()),
    ],
)
def test_an_action_of_the_repository_gives_what_its_steps_do(inner: str, value: str, expected: tuple[str, ...]) -> None:
    action = f"outputs: {{token: {{value: '${{{{ steps.{value} }}}}'}}}}\nruns:\n  using: composite\n  steps:\n    - {inner}\n"
    use = "{id: mine, uses: ./.github/actions/mint, with: {id: '1', key: '${{ secrets.KEY }}'}}"
    publish = "{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ steps.mine.outputs.token }}'}}"
    found = jobs({WORKFLOW: workflow(use, publish), ".github/actions/mint/action.yml": action})
    assert act(found["release"], "publish").takes == expected


@pytest.mark.parametrize(
    ("token", "made"),
    [("${{ steps.app.outputs.token }}", "minted"), ("${{ secrets.APP_KEY }}", ""), ("${{ env.HELD }}", "minted")],
)
def test_it_is_known_what_comes_in_place_of_the_slot_itself(token: str, made: str) -> None:
    keep = "{run: 'echo HELD=${{ steps.app.outputs.token }} >> $GITHUB_ENV'}"
    found = jobs(workflow(APP, keep, f"{{uses: acme/open@v1, with: {{token: '{token}'}}}}"))["release"]
    assert [(use.name, use.made) for use in found.uses if use.as_name == "token"] == [("APP_KEY", made)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("token", True),
        ("npm-password", True),
        ("accessToken", True),
        ("apiKey", True),
        ("ssh_private_key", True),
        ("key", True),
        ("credentials", True),
        ("result", False),
        ("has-token", False),
        ("token-expires", False),
        ("token_url", False),
        ("cache-primary-key", False),
        ("public-key", False),
        ("issue-key", False),
        ("digest", False),
    ],
)
def test_what_is_called_like_a_credential(name: str, expected: bool) -> None:
    assert is_called_credential(name) is expected
