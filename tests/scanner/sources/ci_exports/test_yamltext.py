from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.ci_exports import yamltext
from scanner.sources.ci_exports.content import content_of
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.placed import Placed


def plain(value: Json) -> object:
    """The value as Python has it, the last of each name."""
    if isinstance(value, Record):
        return {name: plain(member) for name, member in value.members}
    return [plain(item) for item in value] if isinstance(value, list) else str(value) if isinstance(value, str) else value


def parsed(text: bytes) -> list[object]:
    documents, flaw = yamltext.parse(text, 1)
    assert flaw is None
    return [plain(document) for document in documents]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"a: 1\nb: true\nc: 0x1F\n", {"a": "1", "b": "true", "c": "0x1F"}),
        (b"a: null\nb: ~\nc:\nd: ''\ne: 'null'", {"a": None, "b": None, "c": None, "d": "", "e": "null"}),
        (b"a: &x {b: 1}\nc: *x", {"a": {"b": "1"}, "c": {"b": "1"}}),
        (b"x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}", {"x": {"a": "1", "b": "2"}, "y": {"a": "1", "b": "3"}}),
        (b"<<: [{a: 1}, {a: 2, b: 3}]", {"a": "1", "b": "3"}),
        (b"<<: text", {"<<": "text"}),
        (b"a: !Ref b\nc: !vault |\n  d\n", {"a": {"!Ref": "b"}, "c": {"!vault": "d\n"}}),
        (b"a: !Sub [b]\nc: !!str d\ne: !!set {f}", {"a": {"!Sub": ["b"]}, "c": "d", "e": {"f": None}}),
        (b"a: !!python/object/apply:os.system [x]", {"a": ["x"]}),
        (b"&k a: 1\nb: *k", {"a": "1", "b": "a"}),
        ("a: ü\n".encode(), {"a": "ü"}),
        (b"a: \xff", {"a": "\udcff"}),
    ],
)
def test_yaml_says_the_same_as_json_would(text: bytes, value: object) -> None:
    assert parsed(text) == [value]


def test_documents_come_one_after_the_other() -> None:
    assert parsed(b"---\na: 1\n---\n---\n- b\n...\n") == [{"a": "1"}, None, ["b"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a: [1, 2", "line 1, column 9: expected a comma or the end of the list"),
        (b"a: {b: 1", "line 1, column 9: expected a comma or the end of the mapping"),
        (b"a: b: c", "line 1, column 5: expected no colon here"),
        (b"a: 1\n b: 2", "line 2, column 3: expected no colon here"),
        (b"a: 'b", "line 1, column 6: expected the closing quote"),
        (b"a: *b", "line 1, column 4: expected an anchor before its alias"),
        (b"a: &b [*b]", "line 1, column 8: expected an anchor before its alias"),
        (b"? [a]\n: b", "line 1, column 3: expected a text as key"),
        (b"a: &b [c]\n*b : d", "line 2, column 1: expected a text as key"),
        (b"a: @b", "line 1, column 4: expected a value"),
        (b"a:\n\t- b", "line 2, column 1: expected a value"),
        (b"a: !x!y z", "line 1, column 4: expected YAML"),
    ],
)
def test_mistake_is_a_place_and_what_was_expected(text: bytes, expected: str) -> None:
    assert yamltext.parse(b"# first\n" + text, 0)[1] == expected


def test_documents_before_a_mistake_are_there() -> None:
    documents, flaw = yamltext.parse(b"a: 1\n---\nb: [", 1)

    assert [plain(document) for document in documents] == [{"a": "1"}]
    assert flaw == "line 3, column 5: expected a value"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a: " + b"[" * 200, "line 1, column 131: expected at most 128 levels"),
        (b"a: &a " + b"[" * 90 + b"]" * 90 + b"\nb: " + b"[" * 90 + b"*a" + b"]" * 90, "line 2, column 94: expected at most 128 levels"),
        (b"- x\n" * 500_001, "line 500000, column 3: expected at most 500000 things"),
        (
            b"a: &a [" + b"x," * 9 + b"x]\n" + b"".join(b"b: &a [" + b"*a," * 9 + b"*a]\n" for _ in range(9)),
            "line 6, column 17: expected at most 500000 things",
        ),
        (b"a: &a '" + b"x" * 1_000_000 + b"'\nb: [" + b"*a," * 20 + b"]", "line 2, column 50: expected at most 500000 things"),
        (b"%TAG !a! x\n" * 101 + b"--- a", f"expected at most {64 << 20} bytes and few directives of YAML"),
    ],
    ids=["depth", "depth-by-alias", "things", "things-by-alias", "text-by-alias", "directives"],
)
def test_what_is_too_much_is_not_read(text: bytes, expected: str) -> None:
    assert yamltext.parse(text, 1) == ((), expected)


@pytest.mark.parametrize(
    ("text", "line", "has_offset"),
    [
        (b"# c\na: value\n", 2, True),
        (b"a: 'value'\n", 1, True),
        (b'a: "value"\n', 1, True),
        (b'a: "val\\x75e"\n', 1, False),
        (b"a: &x !!str value\n", 1, False),
        (b"a: |-\n  value\n", 2, False),
        (b"a: >-\n  value\n", 2, False),
        (b"[{a: value}]\n", 1, True),
    ],
)
def test_scalar_knows_where_it_stands(text: bytes, line: int, has_offset: bool) -> None:
    (document,), _ = yamltext.parse(text, 1)
    record = document[0] if isinstance(document, list) else document
    assert isinstance(record, Record)
    value = record.get("a")

    assert isinstance(value, Placed)
    assert (value, value.line, value.offset is not None) == ("value", line, has_offset)
    assert value.offset is None or text[value.offset :].startswith(b"value")


@pytest.mark.parametrize("text", [b'a: "x\\ny"', b"a: 'x\n\n  y'", b"a: >\n  x\n\n  y\n"])
def test_lines_that_are_not_those_of_the_file_are_not_counted_there(text: bytes) -> None:
    (document,), _ = yamltext.parse(text, 1)
    assert isinstance(document, Record)
    value = document.get("a")

    assert isinstance(value, Placed)
    assert (value.strip(), value.line) == ("x\ny", None)


def test_name_of_a_section_is_no_json() -> None:
    assert content_of("hosts", b"# hosts\n[web]\na\n").documents is None
    assert content_of("list", b"[web\n").documents == ()


texts = st.text(st.characters(exclude_categories=("Cs", "Co")), max_size=8)
trees = st.recursive(
    st.none() | texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.filter(lambda key: key != "<<"), inner, max_size=3)
)


@given(tree=trees)
def test_json_is_read_as_yaml_as_it_is_as_json(tree: Mapping[str, object]) -> None:
    written = spelled(tree).encode()

    assert parsed(written) == [tree]


def spelled(tree: object) -> str:
    """The tree in flow style, every character that YAML could mistake escaped."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{spelled(key)}: {spelled(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(spelled, tree)) + "]"
    if tree is None:
        return "null"
    return '"' + "".join(letter if letter.isascii() and letter.isalnum() else f"\\U{ord(letter):08x}" for letter in str(tree)) + '"'
