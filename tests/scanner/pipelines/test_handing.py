"""What commands leave for those after them."""

from __future__ import annotations

import pytest

from tests.support.pipelines import act, jobs

STEPS = "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n"
GIVEN = "${{ secrets.RELEASE }}"


@pytest.mark.parametrize(
    ("leaves", "takes"),
    [
        (f'echo "NODE_AUTH_TOKEN={GIVEN}" >> "$GITHUB_ENV"', ("RELEASE",)),
        (f'echo "NODE_AUTH_TOKEN={GIVEN}" >> $GITHUB_OUTPUT', ()),
        (f'echo "//registry.example.org/:_authToken={GIVEN}" > ~/.npmrc', ("RELEASE",)),
        (f'printf "%s" "{GIVEN}" | tee -a .npmrc', ("RELEASE",)),
        ('echo "//registry.example.org/:_authToken=${TOKEN}" >> .npmrc', ("RELEASE",)),
        ("npm config set //registry.example.org/:_authToken=$TOKEN", ("RELEASE",)),
        ("npm config set //registry.example.org/:_authToken $TOKEN", ("RELEASE",)),
        ("npm config set registry https://$TOKEN.example.org", ()),
        ("cat > .npmrc <<EOF\n          //registry.example.org/:_authToken=$TOKEN\n          EOF", ("RELEASE",)),
        ("echo save-exact=true > .npmrc", ()),
        (f"echo {GIVEN} > notes.txt", ()),
    ],
)
def test_a_publish_command_takes_what_an_earlier_step_has_left(leaves: str, takes: tuple[str, ...]) -> None:
    text = f"      - run: |\n          {leaves}\n        env: {{TOKEN: '{GIVEN}'}}\n      - run: npm publish\n"
    assert act(jobs(STEPS + text)["ship"], "publish").takes == takes


def test_it_is_there_for_the_next_line_and_for_scripts_and_not_before() -> None:
    text = f"      - run: |\n          npm publish a\n          echo 'T={GIVEN}' > .npmrc\n          ./ship.sh\n"
    found = jobs({".github/workflows/ci.yml": STEPS + text, "ship.sh": "npm publish b\n"})["ship"]
    assert [one.takes for one in found.acts if one.role == "publish"] == [(), ("RELEASE",)]


def test_what_the_definition_sets_for_a_step_counts_more() -> None:
    text = f"""      - run: echo "NODE_AUTH_TOKEN={GIVEN}" >> "$GITHUB_ENV"
      - run: npm publish
        env: {{NODE_AUTH_TOKEN: "${{{{ secrets.OTHER }}}}"}}
"""
    assert act(jobs(STEPS + text)["ship"], "publish").takes == ("OTHER",)


def test_circleci_reads_what_is_exported_to_a_file() -> None:
    text = """version: 2.1
jobs:
  ship:
    docker: [{image: a}]
    steps:
      - run: echo 'export TWINE_PASSWORD=$RELEASE_TOKEN' >> $BASH_ENV
      - run: twine upload d
workflows: {w: {jobs: [ship]}}
"""
    assert act(jobs({".circleci/config.yml": text})["ship"], "publish").takes == ("RELEASE_TOKEN",)


def test_azure_sets_variables_by_what_is_printed() -> None:
    text = """steps:
  - bash: echo "##vso[task.setvariable variable=handed;issecret=true]$(NPM_TOKEN)"
  - script: npm publish
    env: {NODE_AUTH_TOKEN: $(handed)}
"""
    (job,) = jobs({"azure-pipelines.yml": text}).values()
    assert act(job, "publish").takes == ("NPM_TOKEN",)


def test_poetry_keeps_what_it_is_told() -> None:
    text = f"""      - run: |
          poetry config pypi-token.pypi "$TOKEN"
          poetry publish
        env: {{TOKEN: '{GIVEN}'}}
"""
    assert act(jobs(STEPS + text)["ship"], "publish").takes == ("RELEASE",)


@pytest.mark.parametrize(("command", "names"), [('curl -H "A: $TOKEN" https://example.org', ("RELEASE",)), ("npm test", ())])
def test_a_shell_that_prints_its_commands_prints_what_they_expand(command: str, names: tuple[str, ...]) -> None:
    text = f"      - run: |\n          set -x\n          {command}\n        env: {{TOKEN: '{GIVEN}'}}\n"
    found = [one for one in jobs(STEPS + text)["ship"].remarks if one.pattern == "xtrace"]
    assert {name for one in found for name in one.names} == set(names)
