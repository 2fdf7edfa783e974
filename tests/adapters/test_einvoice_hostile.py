"""Files made to do harm: the limits hold, the daemon itself neither fails, nor waits, nor grows."""

import gc
import io
import os
import resource
import sys
import time
import zlib
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, NameObject
from tests.adapters.papers_made import Given, attached, cii, page, page_of

from relancier.adapters.einvoice import caged, child
from relancier.adapters.einvoice.caged import DAMAGED, CagedReader, places
from relancier.ports import Paper

MB = 1024 * 1024
PREPARE = "import sys; sys.path[:0] = sys.argv[1:]; from relancier.adapters.einvoice import child; "
LIMITED = PREPARE + "child.prepare(); child.limit(); "
ANSWER = "import os; os.write(1, b'{}')"


@pytest.fixture(scope="module")
def reader() -> CagedReader:
    return CagedReader(seconds=20)


def saying(words: str, seconds: float = 20) -> CagedReader:
    """A reader whose child does this instead of reading."""
    return CagedReader(seconds=seconds, start=words)


def children() -> set[str]:
    """Every process whose parent we are, zombies too."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(stat.parent.name)
    return found


def zlib_bomb(size: int) -> bytes:
    """That many zeros, packed a thousand times smaller: one megabyte, packed alone, over and over."""
    packer, block = zlib.compressobj(9), b"\0" * MB
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (size // MB - 1) + packer.flush()


def embedding(stream: EncodedStreamObject) -> bytes:
    """A PDF that embeds this stream as its invoice."""
    writer = PdfWriter(clone_from=io.BytesIO(attached({"factur-x.xml": b"<a/>"})))
    names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]
    names[1].get_object()["/EF"][NameObject("/F")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed(data: bytes, *filters: str) -> EncodedStreamObject:
    stream = EncodedStreamObject()
    stream._data = data
    stream[NameObject("/Filter")] = ArrayObject(NameObject(name) for name in filters)
    stream[NameObject("/Subtype")] = NameObject("/text/xml")
    return stream


def test_a_file_that_takes_longer_than_its_time_is_given_up() -> None:
    before = children()
    start = time.monotonic()
    paper = CagedReader(seconds=2).read("x.pdf", slow())
    spent = time.monotonic() - start
    assert paper == Paper(refused="Reading the file took longer than 2 seconds, so it was given up.")
    assert 1.5 < spent < 8
    assert children() == before


def slow() -> bytes:
    """Eight pages, each with as many words as pypdf may look at: many seconds, in less than 100 KB."""
    writer = PdfWriter(clone_from=io.BytesIO(page_of(*[("Facture",)] * 8)))
    words = packed(zlib.compress(b"BT /F1 9 Tf " + b"(a b) Tj 1 0 Td " * 80_000 + b"ET"), "/FlateDecode")
    drawn = writer._add_object(words)
    for sheet in writer.pages:
        sheet[NameObject("/Contents")] = drawn
    out = io.BytesIO()
    writer.write(out)
    assert len(out.getvalue()) < 100_000
    return out.getvalue()


def test_a_file_that_takes_more_than_its_memory_is_refused(reader: CagedReader) -> None:
    large = b"<a>" + b" " * (11 * MB) + b"</a>"
    content = attached({f"{number}.xml": b"<a/>" for number in range(30)})
    writer = PdfWriter(clone_from=io.BytesIO(content))
    for number, name in enumerate(writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]):  # type: ignore[index]
        if number % 2:
            stream = packed(zlib.compress(large), "/FlateDecode")
            name.get_object()["/EF"][NameObject("/F")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    assert len(out.getvalue()) < MB
    assert reader.read("x.pdf", out.getvalue()) == Paper(refused=child.TOO_MUCH_MEMORY)


def test_the_child_may_take_two_hundred_megabytes_in_all() -> None:
    words = "x = []\ntry:\n  while True: x.append(bytes(1 << 20))\nexcept MemoryError: n = len(x); del x"
    told = saying(LIMITED + words + '\nimport os; os.write(1, b\'{"refused": "%d MB"}\' % n)').read("x", b"")
    assert 100 < int(told.refused.removesuffix(" MB")) < 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]><a>&b;</a>', "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///dev/zero"><a/>', "DOCTYPE"),
        (b"<a>" * 100_000, "nested deeper"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "nested deeper"),
        (b"<a " + b" ".join(b'a%d=""' % number for number in range(100_000)) + b"/>", "beyond all measure"),
        (b"<a b='" + b"x" * (5 * MB) + b"'/>", "beyond all measure"),
        (b"<a>" + b"<b/>" * 1_000_000 + b"</a>", "more than 150000 elements"),
        (b"%PDF-1.7\n" + b"[" * 200_000, "damaged"),
        (b"%PDF-1.7\n1 0 obj\n" + b"<</A" * 100_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF", "damaged"),
    ],
    ids=["entities", "external", "depth", "closed depth", "attributes", "attribute", "elements", "array", "dictionary"],
)
def test_bombs_are_refused_with_a_sentence(reader: CagedReader, content: bytes, sentence: str) -> None:
    paper = reader.read("x", content)
    assert paper.invoice is None
    assert sentence in paper.refused


@pytest.mark.parametrize(
    "stream",
    [
        packed(zlib_bomb(1024 * MB), "/FlateDecode"),
        packed(zlib.compress(zlib_bomb(1024 * MB), 9), "/FlateDecode", "/FlateDecode"),
        packed(b"\x81\0" * 500_000, "/RunLengthDecode"),
        packed(zlib.compress(b"\x81\0" * 4_000_000, 9), "/FlateDecode", "/RunLengthDecode"),
    ],
    ids=["one gigabyte", "packed twice", "run lengths", "packed run lengths"],
)
def test_a_stream_that_unpacks_to_a_gigabyte_is_refused(reader: CagedReader, stream: EncodedStreamObject) -> None:
    paper = reader.read("x.pdf", embedding(stream))
    assert paper.invoice is None
    assert "unpacks to more than any invoice needs" in paper.refused


def test_a_bomb_on_the_page_leaves_a_paper_without_invoice(reader: CagedReader) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(page(["Facture"])))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(packed(zlib_bomb(256 * MB), "/FlateDecode"))
    out = io.BytesIO()
    writer.write(out)
    assert reader.read("x.pdf", out.getvalue()).invoice is None


def test_a_tree_of_files_that_leads_back_to_itself_is_refused(reader: CagedReader) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(attached({"factur-x.xml": b"<a/>"})))
    tree = writer.root_object["/Names"]["/EmbeddedFiles"]  # type: ignore[index]
    node = writer._add_object(DictionaryObject())
    node.get_object()[NameObject("/Kids")] = ArrayObject([node, node])  # type: ignore[index]
    tree[NameObject("/Kids")] = ArrayObject([node])
    out = io.BytesIO()
    writer.write(out)
    assert "too deep" in reader.read("x.pdf", out.getvalue()).refused


def test_more_than_ten_megabytes_are_refused_without_a_process() -> None:
    paper = CagedReader(start="no python").read("x.pdf", b"%PDF-" + b" " * caged.LARGEST)
    assert paper == Paper(refused="The file is larger than 10 MB, which no invoice needs.")
    assert caged.LARGEST == child.LARGEST


@pytest.mark.parametrize(
    "words",
    [
        "",
        "raise SystemExit(3)",
        "import os; os.abort()",
        "import os; os.kill(os.getpid(), 9)",
        "print('nonsense')",
        "print('{}{}')",
        "print('[' * 500, ']' * 500)",
        "print('9' * 5000)",
        "import sys; sys.stdin.read(); print('[' * 100000)",
        "import os, sys\nsys.stdin.buffer.read()\nwhile True: os.write(1, b'x' * 65536)",
        "import sys; sys.stdin.close(); print('x')",
        'print(\'{"invoice": {"number": "1", "total": "NaN"}}\')',
        'print(\'{"invoice": {"number": "1", "total": "1e99"}}\')',
        'print(\'{"invoice": {"number": "a\\\\nb", "total": "1"}}\')',
        'print(\'{"invoice": {"number": "1", "total": "1", "kind": "other"}}\')',
        'import os; os.write(1, b\'{"refused": "\\xff"}\')',
    ],
)
def test_a_child_gone_mad_gives_a_paper(words: str) -> None:
    before = children()
    assert saying(words).read("x.pdf", page(["Facture"]) + b" " * MB) == Paper(refused=DAMAGED)
    assert children() == before


@pytest.mark.parametrize(
    "words", ["while True: pass", "import time; time.sleep(60)", "import os; os.close(1)\nwhile 1: 0"]
)
def test_a_child_that_hangs_is_ended(words: str) -> None:
    before = children()
    start = time.monotonic()
    paper = saying(words, 0.5).read("x.pdf", b"x" * MB)
    assert time.monotonic() - start < 5
    assert paper.invoice is None
    assert paper.refused
    assert children() == before


def test_a_refusal_is_one_line_of_bounded_length() -> None:
    paper = saying("print('{\"refused\": \"a\\\\u0007b\\\\n' + 'x' * 5000 + '\"}')").read("x", b"")
    assert paper.refused.startswith("a b x")
    assert len(paper.refused) == caged.LONGEST_SENTENCE


def test_without_a_process_to_be_had_the_file_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "no process could be started" in CagedReader().read("x", b"").refused


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/passwd')",
        "open('/tmp/x', 'w')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9)); assert os.geteuid()",
    ],
)
def test_the_child_can_open_nothing(deed: str) -> None:
    start = f"{PREPARE} import os, socket, subprocess; child.prepare(); child.limit(); "
    assert saying(start + ANSWER).read("x", b"") == Paper()
    assert saying(f"{start} {deed}; {ANSWER}").read("x", b"") == Paper(refused=DAMAGED)


def test_the_child_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCIER_SECRET", "hidden")
    words = "import os; os.write(1, b'{\"refused\": \"%s\"}' % ','.join([*os.environ, os.getcwd()]).encode())"
    told = saying(words).read("x", b"").refused
    assert "RELANCIER_SECRET" not in told
    assert told.endswith("/")


def test_the_child_loads_no_more_than_it_needs() -> None:
    heavy = "assert not {'pydantic', 'asyncio', 'imapclient', 'site', 'relancier.config'} & set(sys.modules); "
    assert saying(LIMITED + heavy + ANSWER).read("x", b"") == Paper()


def test_the_child_is_found_from_where_the_package_lies() -> None:
    ours, pypdf = places()[:2]
    assert (Path(ours) / "relancier").is_dir()
    assert (Path(pypdf) / "pypdf").is_dir()


def test_what_the_daemon_itself_holds_does_not_grow() -> None:
    bomb, sound = embedding(packed(zlib_bomb(256 * MB), "/FlateDecode")), cii(Given(), "BASIC")
    reader = CagedReader(seconds=20)
    for content in (bomb, sound):
        reader.read("x", content)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(4):
        reader.read("x", bomb)
        assert reader.read("x", sound).invoice is not None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024
    assert threads() < 5


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))
