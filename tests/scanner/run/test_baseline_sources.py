"""What other scanners write down, as their projects document it, and what nobody would write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.run import baseline_sources
from scanner.run.baseline_sources import Row, digest_of, rows

COMMIT = "0123456789abcdef" * 2 + "01234567"
VALUE = "correct horse"
DIGEST = digest_of(VALUE.encode())


def read(document: object, kind: str | None = None) -> tuple[Row, ...]:
    return rows((document if isinstance(document, str) else json.dumps(document)).encode(), kind)


def refusal(document: object, kind: str | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        read(document, kind)
    said = str(caught.value)
    assert said.startswith("SOURCE cannot be imported: ")
    assert said.isprintable()
    return said.removeprefix("SOURCE cannot be imported: ")


def gitleaks(**fields: object) -> dict[str, object]:
    finding = {"RuleID": "npm", "StartLine": 3, "EndLine": 4, "File": "a/b.ini", "Commit": COMMIT, "Secret": VALUE, "Match": f"x={VALUE}"}
    return {**finding, **fields}


def trufflehog(source: str = "Git", **fields: object) -> dict[str, Any]:
    where = {"file": "a/b.ini", "line": 3, **({"commit": COMMIT} if source == "Git" else {}), **fields}
    return {"SourceMetadata": {"Data": {source: where}}, "DetectorName": "NpmToken", "Raw": VALUE, "RawV2": ""}


ROW = Row("a/b.ini", COMMIT, 3, 4, DIGEST)
HERE = Row("a/b.ini", None, 3, 3, DIGEST)


@pytest.mark.parametrize(
    ("kind", "document", "expected"),
    [
        ("gitleaks", [gitleaks()], (ROW,)),
        ("gitleaks", [gitleaks(), gitleaks()], (ROW,)),
        ("gitleaks", [gitleaks(Commit="", EndLine=3)], (HERE,)),
        ("gitleaks", [], ()),
        ("betterleaks", [gitleaks(Attributes={"path": "a/b.ini", "git.sha": COMMIT})], (ROW,)),
        (
            "betterleaks",
            {
                "schema_version": "1",
                "findings": [
                    {
                        "rule_id": "npm",
                        "match": {"value": VALUE, "full": f"x={VALUE}"},
                        "location": {"path": "a/b.ini", "start_line": 3, "end_line": 4},
                        "attributes": {"git.sha": COMMIT},
                    }
                ],
                "scan": {"state": "complete"},
            },
            (ROW,),
        ),
        (
            "betterleaks",
            json.dumps({"finding": {"rule_id": "npm", "location": {"path": "a", "start_line": 1}}}) + '\n{"scan": {}}\n',
            (Row("a", None, 1, 1),),
        ),
        ("trufflehog", json.dumps(trufflehog()), (Row("a/b.ini", COMMIT, 3, 3, DIGEST),)),
        ("trufflehog", [trufflehog("Filesystem")], (HERE,)),
        (
            "trufflehog",
            "\n".join(map(json.dumps, ({"level": "info"}, trufflehog("Filesystem"), trufflehog()))),
            (HERE, Row("a/b.ini", COMMIT, 3, 3, DIGEST)),
        ),
        (
            "detect-secrets",
            {"version": "1.5.0", "results": {"a/b.ini": [{"type": "x", "hashed_secret": DIGEST, "line_number": 3, "is_secret": False}]}},
            (Row("a/b.ini", None, 3, 3, DIGEST, by_digest=True),),
        ),
        ("detect-secrets", {"results": {}}, ()),
        (
            "gitleaksignore",
            f"# one\n\n{COMMIT}:a/b.ini:npm:3\na/b.ini:npm:3\n a:b/c.ini:npm:3 \n",
            (Row("a/b.ini", COMMIT, 3, 3), Row("a/b.ini", None, 3, 3), Row("a:b/c.ini", None, 3, 3)),
        ),
        ("gitleaksignore", "", ()),
    ],
)
def test_each_kind_is_told_from_its_content(kind: str, document: object, expected: tuple[Row, ...]) -> None:
    assert read(document) == expected
    assert read(document, kind) == expected


def test_what_powershell_and_editors_of_windows_write() -> None:
    text = json.dumps([gitleaks()], indent=1).replace("\n", "\r\n")
    assert rows(text.encode("utf-16"), None) == rows(text.encode("utf-8-sig"), None) == (ROW,)


@pytest.mark.parametrize(
    ("finding", "problem"),
    [
        (gitleaks(File=""), "it is in a message of a commit, or names no file"),
        (gitleaks(File=7, Commit=None), "it names no file"),
        (gitleaks(Commit="HEAD"), "its commit is no id"),
        (gitleaks(Commit="--output=x"), "its commit is no id"),
        (trufflehog("S3"), "its source is neither git nor a file system"),
        ({"SourceMetadata": {"Data": []}}, "its source is neither git nor a file system"),
    ],
)
def test_what_names_no_place_is_a_row_with_its_problem(finding: dict[str, object], problem: str) -> None:
    (row,) = read([finding])
    assert (row.problem, row.commit) == (problem, None)


def test_other_problems() -> None:
    assert read({"results": {"a": [{}, {"hashed_secret": "short"}, 7]}}) == (Row("a", problem="no `hashed_secret`"),)
    assert read("f" * 64)[0].problem == "line 1 is the digest of a value and names no place"


@pytest.mark.parametrize("line", [0, -1, 10**30, 2**31, 1.5, True, "3", None, [], {}])
def test_a_line_that_is_none(line: object) -> None:
    assert read([gitleaks(StartLine=line, EndLine=line)])[0].first == 0


def test_a_range_of_lines_is_bounded() -> None:
    assert read([gitleaks(EndLine=2_000_000_000)])[0].last == 3 + baseline_sources.MOST
    assert read([gitleaks(EndLine=1)])[0].last == 3


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("SECRET", "it is no report or baseline that keytrail knows (line 1)"),
        ("a.ini:npm:3\nSECRET\n", "it is no report or baseline that keytrail knows (line 2)"),
        ("a:b:99999999999", "it is no report or baseline that keytrail knows (line 1)"),
        ({"SECRET": 1}, "it is no report or baseline that keytrail knows"),
        ([1, "SECRET"], "it is no report or baseline that keytrail knows"),
        ({"results": {"a": "SECRET"}}, "its `results` are no lists of secrets"),
        ('{"SECRET', "it is not JSON, nor is each of its lines (line 1)"),
        ("[" * 100_000, "it is not JSON, nor is each of its lines (line 1)"),
        ('{"a":' * 100_000, "it is not JSON, nor is each of its lines (line 1)"),
        ('[{"RuleID": ' + "9" * 10_000 + "}]", "it is not JSON, nor is each of its lines (line 1)"),
        (" " * (baseline_sources.LARGEST + 1), "it is larger than 16 MiB"),
        ("".join(f"a:b:{n}\n" for n in range(1, baseline_sources.MOST + 2)), "it has more than 100,000 entries"),
    ],
    ids=range(12),
)
def test_what_is_none_is_refused_and_not_repeated(document: object, why: str) -> None:
    assert refusal(document) == why


def test_what_is_of_another_kind_than_was_said_is_refused() -> None:
    none = "it is no report or baseline that keytrail knows"
    assert refusal([gitleaks()], "trufflehog") == none
    assert refusal([trufflehog()], "gitleaks") == none
    assert refusal({"results": {}}, "gitleaks") == none
    assert refusal([gitleaks()], "detect-secrets") == "it is no baseline of detect-secrets: it has no `results`"
    assert refusal([gitleaks()], "gitleaksignore").startswith(none)
    assert refusal([], "sarif") == (
        "there is no source of this kind; there are detect-secrets, gitleaks, gitleaksignore, betterleaks, trufflehog"
    )


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UsageError, match="it is not UTF-8"):
        rows(b"\xff\xfe\x00", None)
    with pytest.raises(UsageError, match="it is not UTF-8"):
        rows(b"a\xff", None)


def test_no_raw_value_is_in_a_row() -> None:
    for row in (*read([gitleaks()]), *read([trufflehog()])):
        assert VALUE not in repr(row)
