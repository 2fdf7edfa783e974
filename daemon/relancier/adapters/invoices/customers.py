"""The customers: from the columns of the invoice file, and from a file of their own where there is one."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from relancier.adapters.invoices import cells
from relancier.adapters.invoices.rows import Findings, Row, Sheet
from relancier.core.case import Contact, Customer, Role

COLUMNS = (
    "customer", "customer_id", "language", "professional", "never", "phone", "address", "sector", "risk",
    "key_account",
    "accounting_name", "accounting_email", "sales_name", "sales_email", "management_name", "management_email",
)  # fmt: skip


def identity(customer_id: str, name: str) -> str:
    """What tells customers apart: the code in the books, else the name without case and double spaces."""
    return customer_id or " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class Entry:
    """What the customers file says; None and "" where it says nothing."""

    customer: Customer
    plan: str
    professional: bool | None
    line: int


class Reader:
    """Reads a customer from a row; knows the addresses that are ours and therefore nobody's."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = frozenset(address.casefold() for address in own)

    def read(self, row: Row) -> tuple[Customer, bool | None]:
        """The customer of a row, and whether it says that the customer is a professional."""
        professional = row.value("professional", _yes, None)
        name, customer_id = row.text("customer"), row.text("customer_id")
        customer = Customer(
            id=identity(customer_id, name),
            name=name,
            contacts=tuple(self._contacts(row)),
            language=row.value("language", cells.language, ""),
            professional=professional is not False,
            phone=row.text("phone"),
            address=tuple(line.strip() for line in row.text("address").split("|") if line.strip()),
            sector=row.value("sector", cells.sector, ""),
            risk=row.value("risk", cells.risk, ""),
            never=row.value("never", cells.yes, otherwise=False),
            key_account=row.value("key_account", cells.yes, otherwise=False),
        )
        return customer, professional

    def spared(self, sheet: Sheet) -> list[Customer]:
        """The customers that a file says never to chase; what is wrong in it is told by nobody."""
        rows = (sheet.row(line, row_cells, Findings()) for line, row_cells in sheet.table.rows)
        customers = (self.read(row)[0] for row in rows)
        return [customer for customer in customers if customer.never]

    def _contacts(self, row: Row) -> list[Contact]:
        found = []
        for role in Role:
            email = row.value(f"{role}_email", cells.email, "")
            if email.casefold() in self._own:
                row.error(f"{role}_email", f'"{email}" is our own mailbox; write the customer\'s address.')
            elif email:
                found.append(Contact(role, email, row.text(f"{role}_name")))
        return found


def _yes(text: str) -> bool | None:
    return cells.yes(text)


class Directory:
    """The customers file by code and by name."""

    def __init__(self) -> None:
        self._by_key: dict[str, Entry] = {}

    def add_all(self, sheet: Sheet, reader: Reader, findings: Findings) -> None:
        """Takes up every row; a customer that stands twice is an error."""
        for line, row_cells in sheet.table.rows:
            row = sheet.row(line, row_cells, findings)
            customer, professional = reader.read(row)
            if not customer.id:
                row.error("customer", "neither a name nor a code; fill one of them in.")
                continue
            earlier = self._by_key.setdefault(customer.id, Entry(customer, row.text("plan"), professional, line))
            if earlier.line != line:
                row.error("customer", f"this customer stands on line {earlier.line} already; keep one of the two.")
        self._index_names()

    def _index_names(self) -> None:
        """A name finds its customer too, unless two customers bear it."""
        named: dict[str, list[Entry]] = {}
        for entry in self._by_key.values():
            named.setdefault(identity("", entry.customer.name), []).append(entry)
        for name, entries in named.items():
            if name and len(entries) == 1:
                self._by_key.setdefault(name, entries[0])

    def entries(self) -> tuple[Entry, ...]:
        """Every customer once, in the order of the file."""
        return tuple({entry.line: entry for entry in self._by_key.values()}.values())

    def never(self) -> list[Customer]:
        """The customers that are never chased."""
        return [entry.customer for entry in self.entries() if entry.customer.never]

    def find(self, customer_id: str, name: str) -> Entry | None:
        """The customer with this code, or with this name where the invoice has no code."""
        return self._by_key.get(identity(customer_id, name))


def merged(ours: Customer, professional: bool | None, entry: Entry | None, language: str) -> Customer:
    """A customer as the invoice file tells it, completed by the customers file; the invoice file goes first.

    Where either says never, it is never.
    """
    if entry is None:
        return replace(ours, language=ours.language or language, sector=ours.sector or "private")
    other = entry.customer
    said = professional if professional is not None else entry.professional
    return Customer(
        id=other.id,
        name=ours.name or other.name,
        contacts=_contacts(ours, other),
        language=ours.language or other.language or language,
        professional=said is not False,
        phone=ours.phone or other.phone,
        address=ours.address or other.address,
        sector=ours.sector or other.sector or "private",
        risk=ours.risk or other.risk,
        never=ours.never or other.never,
        key_account=ours.key_account or other.key_account,
    )


def _contacts(ours: Customer, other: Customer) -> tuple[Contact, ...]:
    by_role = {contact.role: contact for contact in (*other.contacts, *ours.contacts)}
    return tuple(by_role[role] for role in Role if role in by_role)
