"""A recording of the demo as one SVG file, for the README."""

from pathlib import Path

from rich.console import Console


def save_svg(console: Console, path: Path) -> None:
    """Writes what the console has shown."""
    path.write_text(console.export_svg(title="relancier demo"), encoding="utf-8")
