"""The printer of an installation without typst."""

from relancier.core.text.blocks import Document, Letter
from relancier.ports import PrintFailed

MISSING = 'Letters cannot be printed here: install relancier with its extra, pip install "relancier[letters]".'


class NoPrinter:
    """Implements ports.Printer by saying what is missing."""

    def letter(self, letter: Letter) -> bytes:
        del letter
        raise PrintFailed(MISSING)

    def document(self, document: Document) -> bytes:
        del document
        raise PrintFailed(MISSING)
