from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.ci_exports.xmltext import Element, parse, root_of

WHOLE = """<?xml version='1.1' encoding='UTF-8'?>
<!-- a comment -->
<a one="1 &lt; 2" two='q
z'>
 <b>te&#x1b;xt é &#8364;</b><c/><d><![CDATA[<&]]> <!-- no --> e</d>
</a>""".encode()


def root(text: bytes) -> Element:
    found, flaw = parse(text)
    assert (flaw, found is None) == (None, False)
    assert found is not None
    return found


def test_texts_and_attributes_are_those_of_the_document_with_references_undone() -> None:
    found = root(WHOLE)

    assert [(element.tag, element.line, element.content.value) for element in found.walk() if element.is_leaf] == [
        ("b", 5, "te\x1bxt é €".encode()),
        ("c", 5, b""),
        ("d", 5, b"<&  e"),
    ]
    assert [(name, span.value, span.line) for name, span in found.attributes] == [("one", b"1 < 2", 3), ("two", b"q\nz", 3)]
    assert [span.offset for _, span in found.attributes] == [None, WHOLE.index(b"q\nz")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (WHOLE, "a"),
        (b'  <!DOCTYPE a SYSTEM "../b.dtd"><a/>', "a"),
        (b"<a:b-c x='1'/>", "a:b-c"),
        (b"text <a/>", ""),
        (b"{}", ""),
        (b"<" * 1000, ""),
        (b"<!--" + b"-" * 100_000, ""),
        (b"<?" + b"?" * 100_000, ""),
    ],
)
def test_root_is_told_from_the_beginning(text: bytes, name: str) -> None:
    assert root_of(text) == name


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        (b"", "line 1, column 1: expected an element or the end tag of the one that is open"),
        (b"<a>\n<b", "line 2, column 1: expected the end of the tag that begins here"),
        (b"<a>\n<b>", "line 2, column 4: expected an element or the end tag of the one that is open"),
        (b"<a x='1' x='2'/>", "line 1, column 10: expected each attribute once"),
        (b"<a/><b/>", "line 1, column 5: expected nothing after the root element"),
        (b"<a>&b;</a>", "line 1, column 4: expected one of the entities that XML has itself"),
        (b"<a><![CDATA[x</a>", "line 1, column 18: expected the end of the CDATA section"),
        (b"<a>]]></a>", "line 1, column 6: expected well-formed XML"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "line 1, column 13: expected no definitions in the document type"),
        (b"<a x='" + b"y" * 20_000_000 + b"'/>", "line 1, column 1: expected shorter attributes"),
        (b"<a>" * 300, "line 1, column 601: nested too deeply"),
        (b"<a>" + b"<b/>" * 400_000 + b"</a>", "line 1, column 1600000: more than 400000 elements"),
        (b"<a>" + b"<b>" * 800_000 + b"</a>", "more than 800000 tags"),
        (b"<a " + b"b='' " * 500_001, "more than 1000000 quotes"),
    ],
    ids=range(14),
)
def test_mistake_is_told_with_its_place(text: bytes, flaw: str) -> None:
    assert parse(text)[1] == flaw


def test_type_that_is_named_only_is_no_mistake_and_is_not_read() -> None:
    assert root(b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a>x &b; y</a>').content.value == b"x &b; y"


def test_lines_count_from_the_first() -> None:
    found, flaw = parse(b"<a>\n<b>x</b>\n</c>", first_line=5)

    assert found is not None
    assert (found.children[0].line, flaw) == (6, "line 7, column 3: expected the end tag of the element that is open")


def test_element_that_is_never_closed_has_no_text() -> None:
    found, _ = parse(b"<a><b>x</b><c>y")

    assert found is not None
    assert [(element.tag, element.is_leaf, element.content.value) for element in found.walk()] == [
        ("a", False, b""),
        ("b", True, b"x"),
        ("c", False, b""),
    ]


def test_bytes_that_are_no_text_are_kept() -> None:
    assert root(b"<a b='\x00\xff'>\x01\x80</a>").content.value == b"\x01\x80"
    assert root(b"<a b='\x00\xff'/>").word("b") == "\0\udcff"


@pytest.mark.parametrize("reference", [b"&#xffffffff;", b"&#99999999999999;", b"&#x;", b"&#zz;"])
def test_reference_to_no_character_stays(reference: bytes) -> None:
    found, flaw = parse(b"<a>" + reference + b"</a>")

    assert flaw is not None or (found is not None and found.content.value == reference)


@given(
    data=st.binary(max_size=200)
    | st.lists(st.sampled_from(["<a>", "</a>", "<b/>", "&", ";", "#", "x", "<!--", "-->", "]]>", "<![CDATA["])).map("".join).map(str.encode)
)
def test_anything_is_read_to_its_end(data: bytes) -> None:
    found, flaw = parse(data)

    assert found is not None or flaw is not None
    assert root_of(data) is not None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_other_unicode_is_read_through_the_reader(tmp_path: Path, codec: str) -> None:
    from tests.scanner.sources.ci_exports.exports import filled, read, values  # noqa: PLC0415

    mark = codecs.BOM_UTF16_LE if codec.endswith("le") else codecs.BOM_UTF16_BE
    data = mark + filled("jenkins-credentials.xml").decode().encode(codec)

    assert values(read(tmp_path, data)) == values(read(tmp_path, filled("jenkins-credentials.xml")))
