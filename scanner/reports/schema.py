"""The JSON Schema of the report, generated from its types, so that documentation cannot say something else."""

from __future__ import annotations

import json

from scanner.reports.shape import Report


def json_schema() -> dict[str, object]:
    """The schema of what is written: every field is there, every time."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema(mode="serialization")}


def schema_text() -> str:
    """The schema as it is checked in."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
