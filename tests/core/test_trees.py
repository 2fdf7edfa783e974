"""XML from strangers: read within bounds, or refused with a sentence."""

import pytest

from relancier.core.text.trees import Bounds, parse

SMALL = Bounds(size=2_000, elements=20, depth=5, attributes=3, characters=50)


def test_elements_are_found_by_path_whatever_their_prefix() -> None:
    root = parse(b'<a:R xmlns:a="urn:x"><a:I n="1"><a:V> one </a:V></a:I><a:I><a:V>two</a:V></a:I><b/></a:R>')
    assert (root.name, root.space) == ("R", "urn:x")
    assert [one.text for one in root.all("I/V")] == [" one ", "two"]
    assert root.value("I/V") == "one"
    first = root.first("I")
    assert first is not None
    assert first.attributes == {"n": "1"}
    assert root.children[2].space == ""


def test_what_is_not_there_is_empty() -> None:
    root = parse(b"<a><b/><c><d>x</d></c></a>")
    assert root.first("c/e") is None
    assert root.value("b") == ""
    assert root.value("b/d") == ""


def test_the_first_text_that_says_anything_counts() -> None:
    assert parse(b"<a><b> </b><b>x</b></a>").value("b") == "x"


def test_text_around_children_belongs_to_the_element() -> None:
    root = parse(b"<a>one <b>two</b>three<![CDATA[ & four]]></a>")
    assert root.text == "one three & four"


def test_prefixes_of_attributes_are_left_out() -> None:
    assert parse(b'<a xmlns:x="u" x:y="1"/>').attributes == {"y": "1"}


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("utf-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("utf-16", "utf-16"), ("ISO-8859-1", "latin-1"),
        ("iso-8859-15", "iso-8859-15"), ("windows-1252", "cp1252"),
    ],
)  # fmt: skip
def test_the_usual_encodings_are_read(declared: str, codec: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><a>Société</a>'
    assert parse(text.encode(codec)).text == "Société"


def test_a_declaration_may_leave_the_encoding_out() -> None:
    assert parse('<?xml version="1.0"?><a>é</a>'.encode()).text == "é"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no well-formed XML"),
        (b"<a>", "no well-formed XML"),
        (b"<a>\x00</a>", "no well-formed XML"),
        (b"<a>&nbsp;</a>", "no well-formed XML"),
        (b'<?xml version="1.0" encoding="idna"?><a/>', "encoding 'idna'"),
        (b"<!DOCTYPE a><a/>", "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (b"<a>" * 100_000, "nested deeper than 5"),
        (b"<a>" + b"<b/>" * 20 + b"</a>", "more than 20 elements"),
        (b"<" + b"a" * 51 + b"/>", "beyond all measure"),
        (b'<a b="' + b"x" * 51 + b'"/>', "beyond all measure"),
        (b'<a b="" c="" d="" e=""/>', "beyond all measure"),
    ],
)
def test_what_is_not_plain_xml_is_refused(content: bytes, sentence: str) -> None:
    bounds = SMALL if len(content) < SMALL.size else Bounds(depth=5)
    with pytest.raises(ValueError, match=sentence):
        parse(content, bounds)


def test_a_large_file_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(ValueError, match="larger than 0 MB"):
        parse(b"<a/>" * 1_000, SMALL)


def test_the_bounds_themselves_are_within() -> None:
    assert parse(b"<a>" * 5 + b"</a>" * 5, SMALL).first("a/a/a/a") is not None
    assert len(parse(b"<a>" + b"<b/>" * 19 + b"</a>", SMALL).children) == 19
    assert parse(b'<a b="' + b"x" * 50 + b'" c="" d=""/>', SMALL).attributes["b"] == "x" * 50
