"""The [invoices] and [payments] tables: where invoices and statements come from, and what does not fit together."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, model_validator

from relancier.config import written as w
from relancier.config.table import Table

NO_DATABASE = (
    "nothing says which database the query is for; add the path of an SQLite file, or postgresql://user@host/name."
)


def query(value: str) -> str:
    """One SELECT, over as many lines as it needs."""
    words = value.strip().rstrip(";").strip()
    if words and not re.match(r"(select|with)\b", words, re.IGNORECASE):
        raise ValueError("is no query; write one that begins with SELECT, as in select * from open_invoices.")
    return words


def database(value: object, info: ValidationInfo) -> str:
    """The path of an SQLite file, or postgresql://user@host/name without a password."""
    text = w.line(w.text_of(value, "accounting.sqlite"))
    if not text.startswith(("postgresql://", "postgres://")):
        return str(w.path(text, info)) if text else ""
    if ":" in text.split("://", 1)[1].partition("@")[0]:
        raise ValueError("holds a password; take it out and name the file it lies in as password_file.")
    return text


Query = Annotated[str, AfterValidator(query)]
Database = Annotated[str, PlainValidator(database)]


class Headings(Table):
    """The headings of a file by our columns."""

    def given(self) -> dict[str, str]:
        """The headings that the configuration names, by column."""
        return {column: heading for column, heading in self if heading}


class Columns(Headings):
    """The headings of the invoice file, where they are not the ones Relancier knows."""

    number: w.Line = ""
    customer: w.Line = ""
    customer_id: w.Line = ""
    issued: w.Line = ""
    due: w.Line = ""
    amount: w.Line = ""
    paid: w.Line = ""
    currency: w.Line = ""
    purpose: w.Line = ""
    plan: w.Line = ""
    risk: w.Line = ""
    key_account: w.Line = ""
    factor: w.Line = ""
    balance: w.Line = ""
    debit: w.Line = ""
    credit: w.Line = ""
    kind: w.Line = ""
    credits: w.Line = ""
    deposit: w.Line = ""
    discount: w.Line = ""
    discount_until: w.Line = ""
    retention: w.Line = ""
    retention_due: w.Line = ""
    accepted: w.Line = ""
    language: w.Line = ""
    professional: w.Line = ""
    never: w.Line = ""
    delivered: w.Line = ""
    payment_method: w.Line = ""
    sector: w.Line = ""
    pdf: w.Line = ""
    payment_url: w.Line = ""
    accounting_name: w.Line = ""
    accounting_email: w.Line = ""
    sales_name: w.Line = ""
    sales_email: w.Line = ""
    management_name: w.Line = ""
    management_email: w.Line = ""
    phone: w.Line = ""
    address: w.Line = ""


class Invoices(Table):
    """Where invoices come from: a file or a folder of them, else a query to a database; and the messages in Sent.

    `folder_reads`: of each export in a folder only the newest file, or all. `database` is a path (SQLite) or the
    address of a PostgreSQL server, its password read by `read_secret`.
    """

    file: w.FileOrNone = Path("invoices.csv")
    folder_reads: Literal["newest", "all"] = "newest"
    customers: w.OptionalPath = None
    query: Query = ""
    database: Database = ""
    password_credential: w.Credential = ""
    password_file: w.OptionalPath = None
    from_sent: w.Switch = True
    max_age: w.Week = timedelta(days=7)
    missing: Literal["hold", "paid"] = "hold"
    columns: Columns = Field(default_factory=Columns)

    @model_validator(mode="before")
    @classmethod
    def _query_instead_of_file(cls, raw: object) -> object:
        return {"file": ""} | raw if isinstance(raw, dict) and raw.get("query") else raw

    @property
    def has_books(self) -> bool:
        """Whether there are books beside what was imported or found in Sent."""
        return self.file is not None or bool(self.query)

    @property
    def shown(self) -> str:
        """What a sentence calls the books."""
        return self.file.name if self.file is not None else "the query's answer" if self.query else "no invoice file"


class PaymentColumns(Headings):
    """The headings of a CSV statement, where they are not the ones Relancier knows."""

    date: w.Line = ""
    amount: w.Line = ""
    credit: w.Line = ""
    debit: w.Line = ""
    wording: w.Line = ""
    payer: w.Line = ""
    payer_iban: w.Line = ""
    reference: w.Line = ""
    account: w.Line = ""


class Payments(Table):
    """Where bank statements come from: a file or a folder of them, and the banks that mail them.

    `accounts` are those that must all be known; none: those of which a statement has come.
    """

    file: w.OptionalPath = None
    accounts: tuple[w.Iban, ...] = ()
    senders: tuple[w.Address, ...] = ()
    max_age: w.Week = timedelta(days=7)
    columns: PaymentColumns = Field(default_factory=PaymentColumns)

    @property
    def awaited(self) -> bool:
        """Whether statements are to come, so that old ones stop what is sent."""
        return self.file is not None or bool(self.senders or self.accounts)


def of_invoices(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A query without a database, a database without a query, and both a file and a query."""
    table = raw.get("invoices")
    invoices = table if isinstance(table, dict) else {}
    asks, database = bool(invoices.get("query")), bool(invoices.get("database"))
    if asks and not database:
        yield "invoices.database", NO_DATABASE
    if database and not asks:
        yield "invoices.query", "nothing is asked of the database; add one SELECT, or leave database empty."
    if asks and invoices.get("file"):
        yield "invoices.file", "invoices come from the query already; keep one of the two."
