"""Pages of PDF/A by typst, where the extra `letters` is installed."""

from relancier.adapters.printing.none import NoPrinter
from relancier.ports import Printer

try:
    from relancier.adapters.printing.pages import TypstPrinter
except ImportError:  # the extra is not installed
    printer: Printer = NoPrinter()
else:
    printer = TypstPrinter()

__all__ = ["NoPrinter", "printer"]
