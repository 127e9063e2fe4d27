"""Texts of a shell that are damaged in their midst: what stands behind the damage is read, too."""

from __future__ import annotations

import pytest

from scanner.pipelines.shell import commands, variables

BEHIND = (("npm", "run", "build"), ("twine", "upload", "dist/*"))
REST = "npm run build\ntwine upload dist/*\n"


def words(text: str) -> list[tuple[str, ...]]:
    return [one.argv for one in commands(text)]


@pytest.mark.parametrize(
    "damage",
    [
        'echo "it is broken\n',
        "echo don't do it\n",
        "if true; then\n  echo \"don't\nfi\n",
        "echo 'a \"b' \"c\n",
        "export NAME='a\n",
        "X=\"$(cat a'\n",
        "fi\n",
        "done; esac\n",
        "if [ x = y ]; then\n",
        "case $1 in\n  a) echo b\n",
        "f() {\n  echo a\n",
        "echo (a b\n",
        "X=$(date\n",
        "<% if (x) { %>\n",
        "<%= name %>\n",
        "{% if x %}\n",
        "{{ range .Releases }}\n",
        '{{ if eq .X "a" }}\n',
        "&& \\\n",
        "cat <<EOF\na\n  EOF\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_what_stands_behind_a_damage_is_read(damage: str, end: str) -> None:
    text = f"npm ci\n{damage}{REST}".replace("\n", end)
    found = words(text)
    assert found[0] == ("npm", "ci")
    assert tuple(found[-2:]) == BEHIND


def test_it_stands_where_it_is_written() -> None:
    found = commands('npm ci\necho "a\n  npm run b\ntwine upload $X\n')
    assert [(one.argv[0], one.row, one.column) for one in found if one.argv[0] != "echo"] == [("npm", 0, 0), ("npm", 2, 2), ("twine", 3, 0)]


def test_each_of_several_damages_is_passed() -> None:
    text = "echo 'a\nnpm run a\necho \"b\nnpm run b\ndone\nnpm run c\n"
    assert [one[2] for one in words(text) if one[:2] == ("npm", "run")] == ["a", "b", "c"]


def test_a_second_stray_quote_closes_the_first() -> None:
    assert words("echo don't\nnpm run a\necho don't\nnpm run b\n") == [("echo", "dont\nnpm run a\necho dont"), ("npm", "run", "b")]


def test_variables_of_lines_that_are_read_anew_are_told_once() -> None:
    assert [(one.name, one.row) for one in variables("echo $A\necho 'b\ntwine upload $C\n")] == [("A", 0), ("C", 2)]


def test_a_function_that_stands_before_a_damage_is_known_behind_it() -> None:
    assert words('retry() { "$@"; }\necho \'b\nretry npm publish\n')[-1] == ("npm", "publish")


def test_what_a_here_document_without_an_end_holds_is_its_own() -> None:
    assert words(f"npm ci\ncat <<EOF\na\n{REST}") == [("npm", "ci"), ("cat",)]


def test_a_here_document_without_an_end_that_a_shell_is_fed_is_read() -> None:
    assert tuple(words(f"npm ci\nbash <<EOF\necho a\n{REST}")[-2:]) == BEHIND


def test_behind_many_mistakes_the_rest_is_read() -> None:
    text = "npm ci\n" + "foo(]) {{\n" * 300 + "x=1\n" * 900 + REST
    assert tuple(words(text)[-2:]) == BEHIND


def test_a_text_that_is_whole_is_read_as_it_was() -> None:
    assert words("echo 'a\nnpm publish\n'\nnpm ci\n") == [("echo", "a\nnpm publish\n"), ("npm", "ci")]
