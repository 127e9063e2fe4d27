"""YAML as a tree with places, however it is written and whoever wrote it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.pipelines.yamltree import (
    DEEPEST,
    LARGEST,
    Entries,
    Items,
    Node,
    Scalar,
    at,
    documents_and_lines,
    entries,
    items,
    parse,
    text,
    texts,
)


def only(written: str | bytes) -> Node:
    (document,) = parse(written.encode() if isinstance(written, str) else written)
    return document


def scalar(written: str, *path: str) -> Scalar:
    found = at(only(written), *path)
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize(
    ("written", "value", "line", "column", "style"),
    [
        ("a: b c", "b c", 1, 4, ""),
        ("a:\n  b\n  c", "b c", 2, 3, ""),
        ("a: b\n   c\n\n   d", "b c\nd", 1, 4, ""),
        ("a: 'it''s'", "it's", 1, 5, "'"),
        ('a: "b\\tc"', "b\tc", 1, 5, '"'),
        ('a: "b \\\n  c"', "b c", 1, 5, '"'),
        ("a: |\n  b\n   c\n", "b\n c\n", 2, 3, "|"),
        ("a: |-\n\n\n    b\n", "\n\nb", 2, 5, "|"),
        ("a: |2\n     b\n   c\n", "   b\n c\n", 2, 3, "|"),
        ("a: |+\n\n", "\n", 2, 1, "|"),
        ("a: >-\n  b\n  c\n\n  d", "b c\nd", 2, 3, ">"),
        ("a: &x b", "b", 1, 7, ""),
        ("a: &x !t 'b'", "b", 1, 11, "'"),
        ("a: !t # why\n\n  b", "b", 3, 3, ""),
        ("a: &x |\n  b\n", "b\n", 2, 3, "|"),
        ("{x: 1, a: b}", "b", 1, 11, ""),
        ("x: ä😀\na: [b]", "b", 2, 5, ""),
        ("x: 1\r\na: b\r\n", "b", 2, 4, ""),
        ("x: 1\ra: b\r", "b", 2, 4, ""),
        ("\ufeffa: b", "b", 1, 4, ""),
        ("x: 'c\u2028d\x85e'\na: b", "b", 2, 4, ""),
    ],
)
def test_where_a_scalar_begins(written: str, value: str, line: int, column: int, style: str) -> None:
    found = at(only(written), "a")
    assert (found.items[0] if isinstance(found, Items) else found) == Scalar(value, line, column, style, "!t" if "!t" in written else None)


@pytest.mark.parametrize("written", ["on: 1", "yes: 1", "1.0: 1", "null: 1", "~: 1", "2001-01-01: 1"])
def test_keys_stay_the_text_that_they_are(written: str) -> None:
    assert [key.value for key, _ in entries(only(written))] == [written[:-3]]


def test_the_last_of_two_keys_counts() -> None:
    assert [(key.value, key.line, text(value)) for key, value in entries(only("a: 1\nb: 2\na: 3"))] == [("a", 3, "3"), ("b", 2, "2")]
    assert text(at(only("a: 1\na: 3"), "a")) == "3"


@pytest.mark.parametrize(
    ("written", "merged"),
    [
        ("x: &x {a: 1, b: 2}\ny: {<<: *x, a: 3}", {"a": "3", "b": "2"}),
        ("x: &x {a: 1}\ny: {b: 2, <<: *x}", {"a": "1", "b": "2"}),
        ("w: &w {a: 1}\nx: &x {a: 2, b: 2}\ny: {<<: [*w, *x], c: 3}", {"a": "1", "b": "2", "c": "3"}),
        ("x: 1\ny: {<<: {a: 1}}", {"a": "1"}),
        ("x: 1\ny: {<<: [1, [2], ~], a: 1}", {"a": "1"}),
        ("x: 1\ny: {'<<': {b: 1}}", {"<<": None}),
    ],
)
def test_merge_keys(written: str, merged: dict[str, str | None]) -> None:
    assert {key.value: text(value) for key, value in entries(at(only(written), "y"))} == merged


def test_places_of_what_an_alias_repeats_are_those_of_the_anchor() -> None:
    assert scalar("x: &x 1\ny: *x", "y") == Scalar("1", 1, 7)


def test_foreign_tags_are_names_and_make_nothing() -> None:
    written = "a: !reference [x, y]\nb: !!python/object/apply:os.abort []\nc: !Sub {d: 1}\ne: !!binary aGk=\nf: !!int '1'"
    found = only(written)
    assert [getattr(at(found, name), "tag", "") for name in "abcef"] == ["!reference", None, "!Sub", None, None]
    assert text(at(found, "e")) == "aGk="


@pytest.mark.parametrize("written", ["", "~", "null", "# nothing", "---"])
def test_nothing_is_null(written: str) -> None:
    assert [text(document) for document in parse(written.encode())] in ([], [None])


def test_several_documents_with_anchors_of_their_own() -> None:
    assert [text(at(document, "a")) for document in parse(b"a: &x 1\n---\na: 2\n")] == ["1", "2"]
    with pytest.raises(UnreadableError, match="line 3: an alias without its anchor"):
        parse(b"a: &x 1\n---\na: *x\n")


def test_helpers_take_whatever_stands_there() -> None:
    found = only("list: [a, [b], ~, {c: 1}]\none: a\nnone:\nmap: {a: 1}")
    assert [one.value for one in texts(at(found, "list"))] == ["a"]
    assert [one.value for one in texts(at(found, "one"))] == ["a"]
    assert (texts(at(found, "none")), items(at(found, "none")), texts(at(found, "map"))) == ((), (), ())
    assert (len(items(at(found, "list"))), len(items(at(found, "map"))), items(None)) == (4, 1, ())
    assert (at(found, "one", "a"), at(found, "map", "b"), text(at(found, "map")), tuple(entries(at(found, "list")))) == (
        None,
        None,
        None,
        (),
    )


def test_stray_bytes_hide_no_file() -> None:
    assert text(at(only(b"a: \xff\x00\x1b\x7f\xef\xbf\xbe\xed\xa0\x80z\nb: 1"), "b")) == "1"


def test_lines_are_those_that_places_are_in() -> None:
    (found,), lines = documents_and_lines(b"a: 1\r\n\r\nb: \xc3\xa4 # x\n")
    node = at(found, "b")
    assert isinstance(node, Scalar)
    assert lines[node.line - 1][node.column - 1 :] == "ä # x"


BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{here}: &{here} [{','.join([f'*{before}'] * 10)}]\n" for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP_BY_ALIAS = "a0: &a0 [1]\n" + "".join(f"a{row}: &a{row} [*a{row - 1}]\n" for row in range(1, 100))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (BOMB, "too-large"),
        (BOMB.replace("[", "{x: [").replace("]", "]}"), "too-large"),
        ("a: &a " + "x" * 40_000 + "\n" + "b: [" + "*a," * 200 + "]", "too-large"),
        (
            "m: &m {" + ",".join(f"k{row}: 1" for row in range(1000)) + "}\n" + "".join(f"a{row}: {{<<: *m}}\n" for row in range(200)),
            "too-large",
        ),
        ("[" * 100 + "]" * 100, "too-deep"),
        ("[" * 100_000, "malformed"),
        ("{a: \n " * 100, "too-deep"),
        ("- " * 100_000, "too-deep"),
        (DEEP_BY_ALIAS, "too-deep"),
        ("[" + "a," * 200_000 + "]", "too-large"),
        ("a" * (LARGEST + 1), "too-large"),
        ("%TAG !x! y\n" * 200 + "---\na", "malformed"),
        ("a: &a [*a]", "malformed"),
        ("a: *b", "malformed"),
        ("[a]: 1", "malformed"),
        ("? {a: 1}\n: 1", "malformed"),
        ("a: &a [1]\n*a : 1", "malformed"),
        ("a: b: c", "malformed"),
        ("a: [", "malformed"),
        ("a: 'b", "malformed"),
        ("\ta: b", "malformed"),
    ],
)
def test_hostile_files_are_errors(written: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(written.encode())
    assert caught.value.reason == reason


def test_errors_quote_nothing() -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(b"a: {hunter2: [hunter2")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_as_deep_as_is_read() -> None:
    assert parse(("[" * DEEPEST + "]" * DEEPEST).encode())


TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text("ab:#-'\"|>{}[]&*! \n\t\\é😀", max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text("abc :#'", min_size=1, max_size=4), inner, max_size=4)),
    max_leaves=12,
)


def plain(node: Node) -> object:
    if isinstance(node, Entries):
        return {key.value: plain(value) for key, value in entries(node)}
    return [plain(item) for item in node.items] if isinstance(node, Items) else node.value


def wanted(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: wanted(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [wanted(item) for item in tree]
    if tree is None:
        return "null"
    return str(tree).lower() if isinstance(tree, bool) else str(tree)


@given(TREES, st.booleans())
def test_a_tree_comes_back_as_it_was_written(tree: object, flow: bool) -> None:
    assert plain(only(yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True))) == wanted(tree)


@given(st.text("ab:#-'\"|>{}[]&*!<%@, \n\t\\?~é\x85\r", max_size=60))
def test_any_text_is_a_tree_or_an_error(written: str) -> None:
    try:
        documents, lines = documents_and_lines(written.encode())
    except UnreadableError:
        return
    waiting = list(documents)
    while waiting:
        node = waiting.pop()
        assert 1 <= node.line <= len(lines) + 1
        assert node.column >= 1
        waiting += [item for pair in node.entries for item in pair] if isinstance(node, Entries) else getattr(node, "items", ())
