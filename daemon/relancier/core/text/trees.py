"""XML from strangers into a tree: no DTD, no entities, and bounds on everything that a hostile file could make grow."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "cp1252"}
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a file may be, in bytes, elements, levels, and characters of one attribute or name."""

    size: int = 20 * MB
    elements: int = 500_000
    depth: int = 60
    attributes: int = 40
    characters: int = 4_000


@dataclass(slots=True, eq=False)
class Element:
    """One element: its name and the names of its attributes without prefix, its namespace apart, its own text."""

    name: str
    space: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, path: str) -> Iterator["Element"]:
        """Every element at the end of a path of names, such as "Ntry/NtryDtls/TxDtls", in the file's order."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                yield from child.all(rest) if rest else (child,)

    def first(self, path: str) -> "Element | None":
        """The first element at the end of a path, if any."""
        return next(self.all(path), None)

    def value(self, path: str) -> str:
        """The text of the first element at the end of a path that has any, without white space around it; or ''."""
        return next((text for one in self.all(path) if (text := one.text.strip())), "")


def parse(content: bytes, bounds: Bounds | None = None) -> Element:
    """The root of an XML file. Raises ValueError with a sentence for everything that is not plain XML within bounds."""
    bounds = bounds or Bounds()
    if len(content) > bounds.size:
        raise ValueError(f"The XML is larger than {bounds.size // MB} MB.")
    builder = _Builder(bounds)
    try:
        builder.parser().Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"It is no well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}.") from None
    return builder.root.children[0]


class _Builder:
    """What the parser tells, made into elements."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.root = Element("")
        self._open = [self.root]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise ValueError(f"The encoding {encoding[:20]!r} is not read: save it as UTF-8.")

    def _doctype(self, *_parts: object) -> None:
        raise ValueError("It has a document type declaration (DOCTYPE), which may hide an attack.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._check(name, attributes)
        space, local = _apart(name)
        plain = {_apart(key)[1]: value for key, value in attributes.items()}
        element = Element(local, space, plain)
        self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def _check(self, name: str, attributes: dict[str, str]) -> None:
        bounds = self.bounds
        if self._count > bounds.elements:
            raise ValueError(f"The XML has more than {bounds.elements} elements.")
        if len(self._open) > bounds.depth:
            raise ValueError(f"The XML is nested deeper than {bounds.depth} levels.")
        longest = max(map(len, (name, *attributes, *attributes.values())))
        if len(attributes) > bounds.attributes or longest > bounds.characters:
            raise ValueError("The XML has names or attributes beyond all measure.")

    def _end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def _characters(self, text: str) -> None:
        self._texts[-1].append(text)


def _apart(name: str) -> tuple[str, str]:
    """Namespace and local name."""
    space, _, local = name.rpartition(" ")
    return space, local
