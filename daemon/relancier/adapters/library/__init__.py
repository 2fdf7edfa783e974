"""Plans and templates as files in two folders."""

from relancier.adapters.library.files import FileLibrary

__all__ = ["FileLibrary"]
