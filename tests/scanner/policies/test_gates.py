"""TB606: what the settings of CI variables leave open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.contract import Kind
from scanner.correlate import build_graph
from scanner.model import Slot, Zone
from tests.scanner.policies.graphs import GITHUB, KEY, NARROW, NPM, VARIABLE, finding, graph, identified, judged, place, severities, slot
from tests.support.pipelines import WORKFLOW, wired

MASKED = slot(masked=True)
PROTECTED = slot(protected=True)


def about(variable: Slot, kind: Kind = NPM) -> bool:
    return "TB606" in severities(graph(identified(kind=kind), replace(VARIABLE, slot=variable.id), slots=[variable]))


@pytest.mark.parametrize(
    "variable",
    [
        pytest.param(slot(), id="neither protected nor masked"),
        pytest.param(MASKED, id="not protected"),
        pytest.param(PROTECTED, id="visible"),
        pytest.param(slot(scope=None), id="a system without environments"),
        pytest.param(slot(scope=""), id="no environment named"),
        pytest.param(slot(protected=None), id="visible, and nothing is said of protection"),
        pytest.param(slot(level="group"), id="of a group"),
        pytest.param(replace(slot(protected=None, masked=None), platform="github"), id="GitHub shows no value that it masks"),
    ],
)
def test_tb606_speaks_of_variables_that_are_open(variable: Slot) -> None:
    assert about(variable)


@pytest.mark.parametrize(
    "variable",
    [
        pytest.param(NARROW, id="as narrow as they get"),
        pytest.param(slot(scope="production"), id="of one environment"),
        pytest.param(slot(scope="review/*"), id="of some environments"),
        pytest.param(slot(protected=True, masked=True), id="protected and masked"),
        pytest.param(replace(PROTECTED, hidden=True), id="protected and hidden"),
        pytest.param(slot(protected=None, masked=None), id="nothing is said"),
        pytest.param(slot(level="environment", scope=None), id="of an environment"),
    ],
)
def test_tb606_is_silent_about_others(variable: Slot) -> None:
    assert not about(variable)


@pytest.mark.parametrize(("kind", "speaks"), [(NPM, True), (KEY, True), (GITHUB, False)])
def test_tb606_speaks_of_what_can_publish_or_sign(kind: Kind, speaks: bool) -> None:
    assert about(slot(), kind) is speaks


def test_tb606_needs_the_settings() -> None:
    assert "TB606" not in severities(graph(identified(), VARIABLE))
    assert "TB606" not in severities(graph(identified(), replace(VARIABLE, slot=None), slots=[slot()]))
    assert "TB606" not in severities(graph(identified(), place(Zone.DEPLOYMENT, slot="NPM_TOKEN"), slots=[slot()]))


def test_tb606_names_the_variables_and_what_is_wrong_with_each() -> None:
    other = replace(MASKED, id="other", name="RELEASE")
    places = (VARIABLE, replace(VARIABLE, id="o", slot="other", path="other.json", container="other"))
    found = finding(graph(identified(), *places, slots=[slot(), other]), "TB606")
    assert (found.severity.word, found.grade, found.slots) == ("high", "E2", ("NPM_TOKEN", "other"))
    assert found.message == (
        "The npm token #a can publish or sign, and fills NPM_TOKEN of export (unprotected and visible, for every environment) "
        "and RELEASE of other (unprotected, for every environment)."
    )


def test_tb606_names_only_the_open_ones() -> None:
    narrow = replace(NARROW, id="narrow")
    found = finding(graph(identified(), VARIABLE, replace(VARIABLE, id="n", slot="narrow"), slots=[slot(), narrow]), "TB606")
    assert found.slots == ("NPM_TOKEN",)


def test_an_encrypted_key_in_an_open_variable_is_medium() -> None:
    sealed = identified(kind=KEY, facts={"at_rest": "encrypted"})
    assert severities(graph(sealed, VARIABLE, slots=[slot()]))["TB606"] == "medium"


def test_a_name_that_only_a_definition_mentions_is_not_said_to_be_visible() -> None:
    text = "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}}\n"
    jobs, slots = wired({WORKFLOW: text})
    _, findings, _ = judged(build_graph((), (), slots=slots, jobs=jobs.values()))
    assert "TB401" in {one.policy for one in findings}
    assert "TB606" not in {one.policy for one in findings}


def test_a_variable_of_which_a_job_is_reported_is_spoken_of() -> None:
    text = "pipeline { agent any; stages { stage('a') { steps { withCredentials([string(credentialsId: 'npm', variable: 'NPM_TOKEN')]) { sh 'npm publish' } } } } }"
    shown = replace(
        slot("npm", level="instance", owner="web", scope="GLOBAL", protected=None, masked=True), platform="jenkins", credentials=("a",)
    )
    jobs, slots = wired({"Jenkinsfile": text}, shown)
    found = replace(graph(identified(), replace(VARIABLE, slot=shown.id), slots=slots), jobs=tuple(jobs.values()))
    _, findings, _ = judged(found)
    assert [one.policy for one in findings if one.policy in {"TB003", "TB205"}] == ["TB205"]
