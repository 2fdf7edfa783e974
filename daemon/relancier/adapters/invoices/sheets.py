"""Workbooks for whoever reads something else than invoices in them: their sheets with every cell as text."""

from relancier.adapters.invoices.grid import Unreadable
from relancier.adapters.invoices.workbook import Opened, is_workbook, opened, written
from relancier.ports import Sheet, Sheets


class Workbooks:
    """XLSX, ODS and XLS as a WorkbookReader."""

    def is_workbook(self, content: bytes) -> bool:
        """Whether it begins like one."""
        return is_workbook(content)

    def read(self, name: str, content: bytes) -> Sheets:
        """Every sheet that people see, or the problem."""
        try:
            found, _ = opened(name, content)
        except Unreadable as unreadable:
            return Sheets(problems=unreadable.problems)
        return Sheets(tuple(map(_as_text, found)))


def _as_text(sheet: Opened) -> Sheet:
    rows = ((line, tuple(map(written, cells))) for line, cells in enumerate(sheet.cells, 1))
    return Sheet(sheet.name, tuple((line, row) for line, row in rows if any(map(str.strip, row))))
