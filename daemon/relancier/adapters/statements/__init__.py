"""Bank statements: `BankStatements` reads them, `StatementFolder` is where they are laid down."""

from relancier.adapters.statements.folder import StatementFolder
from relancier.adapters.statements.reader import BankStatements

__all__ = ["BankStatements", "StatementFolder"]
