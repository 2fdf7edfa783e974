"""`make docs`: writes anew the parts of the pages that are made from what the code reads."""

import re
from pathlib import Path

from relancier.adapters.invoices.headings import SYNONYMS
from relancier.adapters.statements.headings import KNOWN
from relancier.core.paid.allot import LAYERS
from relancier.core.reading.guide import filled

DOCS = Path(__file__).parents[1] / "docs"
READING = DOCS / "reading-mail.md"
FEEDING = DOCS / "feeding.md"
STATEMENTS = DOCS / "statements.md"
HEADINGS = re.compile(r"(<!-- made: headings -->\n).*?(<!-- end -->)", re.DOTALL)
MATCHING = re.compile(r"(<!-- made: matching -->\n).*?(<!-- end -->)", re.DOTALL)


def headings() -> str:
    """Every heading that is understood, column by column."""
    rows = (f"| `{column}` | {', '.join(known)} |\n" for column, known in SYNONYMS.items())
    return "".join(("| column | headings |\n|---|---|\n", *rows))


def matching() -> str:
    """By what a payment is placed, in order."""
    rows = (f"| {layer.looks_at} | `{layer.example}` |\n" for layer in LAYERS)
    return "".join(("| what the statement says | as in |\n|---|---|\n", *rows))


def statement_headings() -> str:
    """Every heading of a bank's CSV that is understood, column by column."""
    rows = (f"| `{column}` | {', '.join(known)} |\n" for column, known in KNOWN.items())
    return "".join(("| column | headings |\n|---|---|\n", *rows))


def banked(page: str) -> str:
    """docs/statements.md with the headings as they are now."""
    return HEADINGS.sub(lambda part: f"{part[1]}{statement_headings()}{part[2]}", page)


def fed(page: str) -> str:
    """docs/feeding.md with the headings and the layers of matching as they are now."""
    page = MATCHING.sub(lambda part: f"{part[1]}{matching()}{part[2]}", page)
    return HEADINGS.sub(lambda part: f"{part[1]}{headings()}{part[2]}", page)


def main() -> None:
    READING.write_text(filled(READING.read_text("utf-8")), "utf-8")
    FEEDING.write_text(fed(FEEDING.read_text("utf-8")), "utf-8")
    STATEMENTS.write_text(banked(STATEMENTS.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
