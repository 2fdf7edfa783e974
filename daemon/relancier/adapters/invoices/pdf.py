"""The invoice's own PDF: below the invoice folder, a real PDF, of bounded size."""

import os
import stat
from pathlib import Path

LARGEST = 10_000_000


def checked(text: str, folder: str) -> str:
    """The full path of a PDF named relative to `folder` (already resolved). Raises ValueError with why not.

    Links are followed before the folder is compared, so that none leads out of it.
    """
    real = os.path.realpath(Path(folder, text))
    if os.path.commonpath([real, folder]) != folder:
        raise ValueError(f"lies outside {folder}; put the PDF below the folder of the invoice file.")
    try:
        status = os.stat(real)  # noqa: PTH116 - a hundred thousand of them: Path costs twice as much
    except OSError:
        raise ValueError(f"is not there; put the PDF into {folder}, or correct its name.") from None
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("is not a file; name the invoice's PDF.")
    if status.st_size > LARGEST:
        raise ValueError(f"is larger than {LARGEST // 1_000_000} MB; make it smaller.")
    if not _is_pdf(real):
        raise ValueError("is not a PDF, or cannot be read; export the invoice as PDF again.")
    return real


def _is_pdf(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file.read(4) == b"%PDF"
    except OSError:
        return False
