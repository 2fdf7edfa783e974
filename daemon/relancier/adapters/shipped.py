"""Where the files that come with the program are: in the installed package, else in the checkout."""

from importlib.resources import files
from pathlib import Path
from typing import Literal


def shipped(kind: Literal["plans", "templates"]) -> Path:
    """The folder of shipped plans or templates. Raises FileNotFoundError when the installation lacks it."""
    package = Path(str(files("relancier")))
    for folder in (package / kind, package.parents[1] / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation has no {kind} folder; install relancier again")
