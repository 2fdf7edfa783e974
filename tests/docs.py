"""`make docs`: writes anew the parts of docs/reading-mail.md that are made from the rules themselves."""

from pathlib import Path

from relancier.core.guide import filled

READING = Path(__file__).parents[1] / "docs" / "reading-mail.md"


def main() -> None:
    READING.write_text(filled(READING.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
