"""Pages of PDF/A by typst, where the extra `letters` is installed."""

from importlib.util import find_spec

from relancier.adapters.printing.none import NoPrinter
from relancier.adapters.printing.pages import DRIVER, TypstPrinter
from relancier.ports import Printer

printer: Printer = TypstPrinter() if find_spec(DRIVER) else NoPrinter()

__all__ = ["NoPrinter", "printer"]
