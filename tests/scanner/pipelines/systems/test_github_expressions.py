"""Where expressions stand, and what they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.pipelines.definition import Named
from scanner.pipelines.systems.github_expressions import Dialect, Source, mentions, spans
from scanner.pipelines.yamltree import Scalar

GITHUB = Dialect("github", frozenset({"github"}), frozenset({"github_token"}), has_hosted=True)
FORGEJO = Dialect("forgejo", frozenset({"github", "forgejo"}), frozenset({"github_token", "forgejo_token"}), has_hosted=False)


def named(text: str, dialect: Dialect = GITHUB, *, whole: bool = False) -> list[tuple[str, str, str | None]]:
    source = Source(dialect, tuple(text.split("\n")))
    return [(one.name, str(one.named), one.undone) for one in mentions(source, Scalar(text, 1, 1, "|"), whole=whole)]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a ${{ b }} c", [" b "]),
        ("${{a}}${{b}}", ["a", "b"]),
        ("${{ '}}' }}", [" '}}' "]),
        ("${{ '''}}' }} }}", [" '''}}' "]),
        ("${{ 'a' }} '}}' ${{ b }}", [" 'a' ", " b "]),
        ("${{ a", []),
        ("${{ a ${{ b }}", [" a ${{ b "]),
        ("${{ 'a }} ${{ b }}", [" 'a ", " b "]),
        ("${{ 'a }} ${{ 'b' }} ${{ c }}", [" 'a ", " 'b' ", " c "]),
        ("{{ a }} $ {{ b }} ${ { c }}", []),
        ("${{}}", [""]),
        ("${{\na\n}}", ["\na\n"]),
        ("}} ${{ a }}", [" a "]),
    ],
)
def test_where_expressions_stand(text: str, inside: list[str]) -> None:
    assert [text[begin:end] for begin, end in spans(text)] == inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("secrets.A", [("A", "secret", None)]),
        ("SECRETS.Ab", [("Ab", "secret", None)]),
        ("secrets['A-b']", [("A-b", "secret", None)]),
        ("secrets . A", [("A", "secret", None)]),
        ("secrets['it''s']", [("it's", "secret", None)]),
        ("secrets.GITHUB_TOKEN || secrets.github_token", [("GITHUB_TOKEN", "job_token", None), ("github_token", "job_token", None)]),
        ("github.token", [("github.token", "job_token", None)]),
        ("github['Token']", [("github.token", "job_token", None)]),
        ("toJSON(secrets)", [("toJSON(secrets)", "all", None)]),
        ("secrets", [("secrets", "all", None)]),
        ("secrets.*", [("secrets.*", "all", None)]),
        ("secrets[matrix.name]", [("secrets[matrix.name]", "all", None)]),
        ("secrets[format('{0}_KEY', inputs.stage)]", [("secrets[format('{0}_KEY', inputs.stage)]", "all", None), ("stage", "input", None)]),
        ("secrets[vars.NAME]", [("secrets[vars.NAME]", "all", None), ("NAME", "variable", None)]),
        ("fromJSON(secrets.A)", [("A", "secret", "fromJSON")]),
        ("FromJson( secrets.A ).key", [("A", "secret", "fromJSON")]),
        ("fromJSON(secrets.A).secrets.B", [("A", "secret", "fromJSON")]),
        ("fromJSON(format('{0}', (secrets.A)))", [("A", "secret", "fromJSON")]),
        ("fromJSON('1') && secrets.A", [("A", "secret", None)]),
        ("vars.A", [("A", "variable", None)]),
        ("inputs.a-b || github.event.inputs.c", [("a-b", "input", None), ("c", "input", None)]),
        ("env.A && env['B']", [("A", "env", None), ("B", "env", None)]),
        ("steps.x.outputs.y", [("steps.x.outputs.y", "output", None)]),
        ("needs.x.outputs['y']", [("needs.x.outputs.y", "output", None)]),
        ("jobs.x.outputs.y", [("jobs.x.outputs.y", "output", None)]),
        ("needs.x.result || steps.x.outcome || steps", []),
        ("github.actor && matrix.secrets && job.status && runner.os", []),
        ("github.event.client_payload.secrets", []),
        ("'secrets.A' || x.secrets.A || secretsx.A", []),
        ("inputs", []),
        ("env[matrix.x] || vars.*", []),
        ("format('{0}}}', secrets.A)", [("A", "secret", None)]),
        ("secrets.A != '' && 'a' || 'b'", [("A", "secret", None)]),
        ("!secrets.A", [("A", "secret", None)]),
        ("@ § \\ secrets.A ; %", [("A", "secret", None)]),
        ("secrets.", [("secrets.", "all", None)]),
        ("secrets[", [("secrets[", "all", None)]),
        ("'open secrets.A", []),
    ],
)
def test_what_expressions_name(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert named(text, whole=True) == expected
    assert named(f"x ${{{{ {text} }}}} y") == ([] if text.startswith("'open") else expected)
    assert named(text) == []


def test_others_call_the_job_token_by_their_names_too() -> None:
    text = "${{ secrets.FORGEJO_TOKEN }}${{ forgejo.token }}${{ secrets.GITHUB_TOKEN }}"
    assert {one[1] for one in named(text, FORGEJO)} == {"job_token"}
    assert [one[1] for one in named(text)] == ["secret", "job_token"]


def test_a_long_expression_is_shown_in_part() -> None:
    ((name, kind, _),) = named("${{ " + "x && " * 100 + "toJSON(secrets) }}")
    assert (len(name) <= 120, kind) == (True, Named.ALL)


@given(st.text("${}' .secrts[]()ABfromJSN,*&|!\n", max_size=80))
def test_any_text_is_read(text: str) -> None:
    source = Source(GITHUB, tuple(text.split("\n")))
    for one in mentions(source, Scalar(text, 1, 1, "|"), whole=True):
        assert 1 <= one.line <= text.count("\n") + 1
    ends = [0]
    for begin, end in spans(text):
        assert ends[-1] <= begin <= end
        assert text[begin - 3 : begin] == "${{"
        assert text[end : end + 2] == "}}"
        ends.append(end)
