"""What a PDF holds for us: the XML files embedded in it, and the text of its pages. Only ever run by the child."""

import logging
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader, overwrite_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject

MB = 1024 * 1024
MOST_PAGES, MOST_FILES, DEEPEST, MOST_TEXT = 8, 200, 12, 200_000
LARGEST_XML = 10 * MB
KNOWN_NAMES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
UNREADABLE = (
    PyPdfError,
    DependencyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)  # what pypdf raises for fonts and pages that it does not understand

logging.getLogger("pypdf").addHandler(logging.NullHandler())
logging.getLogger("pypdf").propagate = False


class PdfError(ValueError):
    """Why the PDF is not read, as a sentence."""


def limit_pypdf() -> None:
    """No stream unpacks to more than fits beside the rest, no other program is called."""
    overwrite_configuration(
        maximum_declared_stream_length=12 * MB,
        array_based_stream_maximum_output_length=12 * MB,
        lzw_maximum_output_length=12 * MB,
        run_length_maximum_output_length=12 * MB,
        zlib_maximum_output_length=12 * MB,
        zlib_maximum_recovery_input_length=MB,
        stream_decoding_work_maximum_length=40 * MB,
        stream_parsing_work_maximum_count=500_000,
        page_tree_maximum_entries=5_000,
        page_tree_maximum_depth=50,
        xform_maximum_invocations_per_extraction=200,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    )


def open_pdf(content: bytes) -> PdfReader:
    """The document, also where it is encrypted with an empty password. Raises PdfError."""
    try:
        reader = PdfReader(BytesIO(content), root_object_recovery_limit=2_000, xref_stream_maximum_entries=200_000)
        _ = reader.root_object
    except (DependencyError, FileNotDecryptedError):
        raise PdfError("The PDF is protected by a password or a cipher that cannot be read here.") from None
    except LimitReachedError:
        raise PdfError("The PDF unpacks to more than any invoice needs.") from None
    except PyPdfError:
        raise PdfError("The PDF is damaged.") from None
    return reader


def attached_xml(reader: PdfReader) -> Iterator[tuple[str, bytes]]:
    """Name and content of each XML file embedded, whether a name tree or the list of associated files leads to it."""
    seen: set[int] = set()
    try:
        for name, stream in _embedded(reader):
            if id(stream) not in seen:
                seen.add(id(stream))
                yield from _xml(name, stream)
    except (DependencyError, FileNotDecryptedError):
        raise PdfError("The PDF is protected by a password or a cipher that cannot be read here.") from None
    except LimitReachedError:
        raise PdfError("A file embedded in the PDF unpacks to more than any invoice needs.") from None
    except PyPdfError:
        raise PdfError("A file embedded in the PDF is damaged.") from None


def _xml(name: str, stream: StreamObject) -> Iterator[tuple[str, bytes]]:
    plain = name.strip().lower()
    if plain.endswith(".xml") or stream.get("/Subtype") in {"/text/xml", "/application/xml", "/text#2Fxml"}:
        content = stream.get_data()
        yield plain, content if isinstance(content, bytes) else content.encode("latin-1", "replace")


def _embedded(reader: PdfReader) -> Iterator[tuple[str, StreamObject]]:
    root = reader.root_object
    listed = [*_tree(_plain(_plain(root.get("/Names")), "/EmbeddedFiles"), DEEPEST), *_items(root.get("/AF"))]
    if len(listed) > MOST_FILES:
        raise PdfError(f"The PDF has more than {MOST_FILES} files embedded.")
    for specification in listed:
        one = _plain(specification)
        files = _plain(one, "/EF")
        stream = _resolved(files.get("/UF") or files.get("/F"))
        if isinstance(stream, StreamObject):
            yield str(_resolved(one.get("/UF") or one.get("/F")) or ""), stream


def _tree(node: DictionaryObject, depth: int) -> Iterator[PdfObject]:
    """The values of a name tree: each second item of its leaves."""
    if depth == 0:
        raise PdfError("The PDF lists its embedded files in a tree that is too deep.")
    yield from _items(node.get("/Names"))[1::2]
    for kid in _items(node.get("/Kids")):
        yield from _tree(_plain(kid), depth - 1)


def _items(value: PdfObject | None) -> list[PdfObject]:
    found = _resolved(value)
    if not isinstance(found, ArrayObject):
        return []
    if len(found) > 2 * MOST_FILES:
        raise PdfError(f"The PDF has more than {MOST_FILES} files embedded.")
    return list(found)


def _plain(value: PdfObject | None, key: str = "") -> DictionaryObject:
    found = _resolved(value)
    if isinstance(found, DictionaryObject) and key:
        found = _resolved(found.get(key))
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _resolved(value: PdfObject | None) -> PdfObject | None:
    return None if value is None else value.get_object()


def page_text(reader: PdfReader) -> str:
    """The text of all pages; nothing of a document with many, or of one whose pages are beyond understanding."""
    try:
        if len(reader.pages) > MOST_PAGES:
            return ""
        return "\n".join(page.extract_text() for page in reader.pages)[:MOST_TEXT]
    except UNREADABLE:
        return ""
