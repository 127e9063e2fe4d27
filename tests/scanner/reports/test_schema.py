from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from scanner import model
from scanner.contract import Check, Confidence
from scanner.reports import json_schema, shape, write_schema

CHECKED_IN = Path(__file__).parents[3] / "docs" / "report.schema.json"

CONTRACT: Mapping[str, set[str]] = {
    "Report": {"schema", "tool", "coverage", "credentials", "slots", "jobs", "findings", "verdict"},
    "Tool": {"name", "version", "detectors"},
    "Coverage": {"status", "sources", "unscanned", "skipped"},
    "Source": {"kind", "target", "blobs", "bytes", "unscanned"},
    "Unread": {"target", "path", "reason", "detail"},
    "Credential": {
        *("id", "kind", "detector", "provider", "title", "redacted", "confidence", "severity", "score", "levels", "facts", "status"),
        *("suppression", "zones", "occurrences"),
    },
    "Levels": {"privilege", "exposure", "reuse", "lifetime"},
    "Occurrence": {
        *("id", "zone", "container", "path", "line", "column", "field", "field_path", "encoding", "in_head", "commit", "committed_at"),
        *("author", "removed_commit", "removed_at", "reachability", "service", "account", "tool", "slot", "job", "step", "mode"),
    },
    "Slot": {
        *("id", "platform", "level", "owner", "container", "name", "environment_scope", "protected", "masked", "hidden"),
        *("allowed_projects", "updated_at", "credentials", "candidates"),
    },
    "Candidate": {"credential", "grade"},
    "Job": {"id", "platform", "container", "file", "name", "roles", "trigger_trust", "environment", "oidc", "audiences", "slots"},
    "Role": {"role", "weight", "evidence"},
    "Finding": {
        *("id", "policy", "title", "severity", "grade", "credentials", "slots", "jobs", "locations", "message", "remediation"),
        "references",
    },
    "Location": {"container", "path", "line", "column"},
    "Verdict": {"status", "fail_on", "reasons"},
}
"""Names that others rely on: none may go."""

ADDED: Mapping[str, set[str]] = {
    "Report": {"targets"},
    "Coverage": {"notes"},
    "Source": {"known"},
    "Credential": {
        "check",
        "notes",
        "actions",
        "rotate",
        "assumed",
        "first_seen",
        "last_seen",
        "first_place",
        "trust_anchors",
        "partials",
        "level_reasons",
        "cap",
    },
    "LevelReasons": {"privilege", "exposure", "reuse", "lifetime"},
    "Job": {
        *("line", "path", "runner", "mixed", "needs", "triggers", "gates", "uses", "acts", "steps", "calls", "remarks"),
        *("permissions", "oidc_path", "oidc_line", "oidc_wide"),
    },
    "Trigger": {"event", "trust", "path", "line"},
    "Gate": {"kind", "blocking", "evidence", "path", "line", "basis", "upstream", "by_input", "self_approval"},
    "Use": {"slot", "name", "via", "as_name", "step", "grade", "path", "line", "basis"},
    "Act": {
        *("role", "signature", "evidence", "weight", "target", "tier", "path", "line", "step", "takes", "keyless", "rehearsal"),
        *("script", "literal", "job_token", "offer"),
    },
    "Offer": {"registry", "accepts", "obstacles", "endings", "as_of"},
    "Ending": {"on", "what"},
    "Step": {"index", "kind", "title", "uses", "ref", "pin", "path", "line", "runs_project"},
    "Call": {"target", "local", "ref", "pin", "secrets", "jobs", "path", "line"},
    "Remark": {"family", "pattern", "evidence", "names", "path", "line", "step", "script"},
    "Permission": {"scope", "level"},
    "TrustAnchor": {"container", "path", "line", "kind", "trust", "field", "in_head", "commit", "count"},
    "Partial": {"form", "container", "path", "line", "field", "bits", "grade"},
    "Occurrence": {"suppression", "fingerprint", "first_seen", "last_seen"},
    "Finding": {"life", "suppression"},
    "Role": {"status"},
    "Suppression": {"by", "reason"},
    "Target": {"name", "state", "why"},
}


def definition(name: str) -> Any:  # noqa: ANN401 - a schema is any JSON
    schema: Any = json_schema()
    return schema if name == "Report" else schema["$defs"][name]


@pytest.mark.parametrize("name", sorted(CONTRACT.keys() | ADDED.keys()))
def test_a_shape_has_the_fields_that_were_promised_and_no_others(name: str) -> None:
    assert set(definition(name)["properties"]) == CONTRACT.get(name, set()) | ADDED.get(name, set())


@pytest.mark.parametrize("name", sorted(CONTRACT.keys() | ADDED.keys()))
def test_every_field_is_always_there(name: str) -> None:
    assert set(definition(name)["required"]) == set(definition(name)["properties"])


@pytest.mark.parametrize("name", sorted(CONTRACT.keys() | ADDED.keys()))
def test_every_shape_is_explained(name: str) -> None:
    assert definition(name)["description"]


@pytest.mark.parametrize("name", sorted(CONTRACT.keys() | ADDED.keys()))
def test_a_newer_report_with_more_fields_still_validates(name: str) -> None:
    assert "additionalProperties" not in definition(name)


def test_the_schema_knows_all_shapes_that_are_promised() -> None:
    schema: Any = json_schema()
    assert {*schema["$defs"], "Report"} == CONTRACT.keys() | ADDED.keys()


@pytest.mark.parametrize(
    ("public", "inside"),
    [
        (shape.ZoneWord, model.Zone),
        (shape.ReachabilityWord, model.Reachability),
        (shape.ReasonWord, model.Reason),
    ],
)
def test_the_public_words_are_those_that_the_model_uses(public: object, inside: Any) -> None:  # noqa: ANN401 - an enumeration type
    assert set(get_args(public)) == {one.value for one in inside}


def test_the_public_severities_are_those_of_the_model() -> None:
    assert set(get_args(shape.SeverityWord)) == {one.word for one in model.Severity}


@pytest.mark.parametrize(("field", "inside"), [("check", Check), ("confidence", Confidence)])
def test_the_detectors_words_are_public_words(field: str, inside: Any) -> None:  # noqa: ANN401 - an enumeration type
    assert set(definition("Credential")["properties"][field]["enum"]) == {one.value for one in inside}


def test_the_schema_names_its_own_version() -> None:
    assert definition("Report")["properties"]["schema"]["const"] == "keytrail.report/1"


def test_the_checked_in_schema_is_the_one_that_is_generated(tmp_path: Path) -> None:
    write_schema(tmp_path / "schema.json")
    assert CHECKED_IN.read_text(encoding="utf-8") == (tmp_path / "schema.json").read_text(encoding="utf-8")


def test_the_checked_in_schema_is_what_the_api_answers() -> None:
    assert json.loads(CHECKED_IN.read_bytes()) == json_schema()
