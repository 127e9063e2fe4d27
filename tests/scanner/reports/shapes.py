"""The formats of others as their issuers document them, written as strict types: what is missing, misspelt or too long is an error.

GitLab's secret detection: the report schemas of version 15 (`secret-detection-report-format`). Code Quality: the table in GitLab's "Code
Quality" under "Code Quality report format". reviewdog: the messages of its Diagnostic Format, `DiagnosticResult` and what it is made of.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Strict(BaseModel):
    """Takes no field that is not named here, and no number for a string."""

    model_config = ConfigDict(extra="forbid", strict=True)


Some = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Time = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")]
Line = Annotated[int, Field(ge=1)]


class Vendor(Strict):
    name: Some


class Analyzer(Strict):
    id: Some
    name: Some
    version: Some
    vendor: Vendor


class Message(Strict):
    level: Literal["info", "warn", "fatal"]
    value: Some


class Scan(Strict):
    analyzer: Analyzer
    scanner: Analyzer
    type: Literal["secret_detection"]
    status: Literal["success", "failure"]
    start_time: Time
    end_time: Time
    messages: list[Message]


class Identifier(Strict):
    type: Some
    name: Some
    value: Some


class Commit(Strict):
    sha: Some
    author: str = ""
    date: str = ""


class GitlabLocation(Strict):
    commit: Commit
    file: str = ""
    start_line: Line | None = None
    end_line: Line | None = None


class Vulnerability(Strict):
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    """A UUID is recommended."""
    name: Name
    description: Annotated[str, Field(max_length=1_048_576)]
    severity: Literal["Info", "Unknown", "Low", "Medium", "High", "Critical"]
    solution: Annotated[str, Field(max_length=7_000)]
    identifiers: Annotated[list[Identifier], Field(min_length=1)]
    location: GitlabLocation


class SecretDetection(Strict):
    version: Annotated[str, Field(pattern=r"^15\.[0-9]+\.[0-9]+$")]
    scan: Scan
    vulnerabilities: list[Vulnerability]


class Lines(Strict):
    begin: Line


class IssueLocation(Strict):
    path: Annotated[str, Field(pattern=r"^([^./]|\.[^/]|\.$)")]
    """Relative to the repository; GitLab says: without `./` before it."""
    lines: Lines


class Issue(Strict):
    description: Some
    check_name: Some
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    severity: Literal["info", "minor", "major", "critical", "blocker"]
    location: IssueLocation


CodeQuality = TypeAdapter(list[Issue])


class Position(Strict):
    line: Line
    column: Line | None = None


class Range(Strict):
    start: Position
    end: Position | None = None


class RdLocation(Strict):
    path: Some
    range: Range | None = None


class Code(Strict):
    value: Some


class Source(Strict):
    name: Some


Level = Literal["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]


class Diagnostic(Strict):
    message: Some
    location: RdLocation | None = None
    severity: Level
    code: Code


class DiagnosticResult(Strict):
    source: Source
    severity: Level
    diagnostics: list[Diagnostic]
