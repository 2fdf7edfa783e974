"""The variables a template may use: one list, from which the check, the samples and docs/templates.md are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a variable holds: how it is written in a message follows from this and the language."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes/no"
    DATE = "date"
    MOMENT = "date and time"
    MONEY = "amount"
    IBAN = "IBAN"
    LINK = "web address"
    PICTURE = "picture"
    TEXTS = "list of texts"
    DATES = "list of dates"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Field:
    """One variable; `always` promises it for every invoice, `columns` are those of each of its rows.

    `quoted` holds the words of a customer, a colleague or a server: no space of theirs is changed.

    A value that is not known is given as None (or "", or an empty tuple).
    """

    name: str
    kind: Kind
    meaning: str
    always: bool = False
    columns: tuple["Field", ...] = ()
    quoted: bool = False


INVOICE = (
    Field("number", Kind.TEXT, "the invoice's number", always=True),
    Field("part", Kind.TEXT, "which part of an invoice due in parts, as 2/3"),
    Field("issued", Kind.DATE, "the day it was issued"),
    Field("due", Kind.DATE, "the day it is due", always=True),
    Field("amount", Kind.MONEY, "its amount, VAT included", always=True),
    Field("amount_due", Kind.MONEY, "what is still to be paid of it, without a part in dispute", always=True),
    Field("disputed", Kind.MONEY, "the part of it that the customer contests"),
    Field("purpose", Kind.TEXT, "what was delivered"),
    Field("days_late", Kind.NUMBER, "days since the due date; 0 or less before it", always=True),
    Field("consequences", Kind.YES_NO, "whether its own plan has come to naming penalties", always=True),
    Field("interest", Kind.MONEY, "its late-payment interest to this day"),
    Field("charge", Kind.MONEY, "its recovery charge"),
)
CONTACT = (
    Field("role", Kind.TEXT, "accounting, sales or management; `|word` says it in the language"),
    Field("name", Kind.TEXT, "the person's name"),
    Field("email", Kind.TEXT, "the person's address"),
)
HAPPENED = (
    Field("at", Kind.MOMENT, "when it happened"),
    Field("event", Kind.TEXT, "what happened, as `relancier status` names it; `|word` says it in the language"),
    Field("step", Kind.TEXT, "the step of the plan that was done"),
    Field("on", Kind.DATE, "the day that it names: promised, paused until, paid, called, posted"),
    Field("sum", Kind.MONEY, "the amount that it names"),
    Field("detail", Kind.TEXT, "to or from whom, the plan that was chosen, or a colleague's remark", quoted=True),
)

HINT = (
    Field("hint", Kind.TEXT, "what the customer seems to say; `|word` says it in the language", always=True),
    Field("words", Kind.TEXT, "the customer's own words it rests on", always=True, quoted=True),
    Field("on", Kind.DATE, "the day that they name"),
    Field("sum", Kind.MONEY, "the amount that they name"),
    Field("address", Kind.TEXT, "the address that they name"),
)
CHOICE = (
    Field("line", Kind.TEXT, "the first line of the answer that gives this order", always=True),
    Field("meaning", Kind.TEXT, "what it does; `|word` says it in the language", always=True),
    Field("link", Kind.LINK, "opens that answer, ready to be sent"),
)

INVOICE_FIELDS = (
    Field("number", Kind.TEXT, "the number of the (first) overdue invoice", always=True),
    Field("numbers", Kind.TEXT, "the numbers of all overdue invoices in the message, joined", always=True),
    Field("several", Kind.YES_NO, "whether the message is about several invoices", always=True),
    Field("invoices", Kind.ROWS, "the overdue invoices (or the one that falls due)", always=True, columns=INVOICE),
    Field("upcoming", Kind.ROWS, "the customer's invoices not yet due, for information", columns=INVOICE),
    Field("total_due", Kind.MONEY, "what is still to be paid of all of `invoices`", always=True),
    Field("disputed", Kind.MONEY, "the contested parts of `invoices`, together; no message asks for them"),
    Field("issued", Kind.DATE, "the day the invoice was issued"),
    Field("due", Kind.DATE, "the day the invoice is due", always=True),
    Field("amount", Kind.MONEY, "the invoice's amount, VAT included", always=True),
    Field("amount_due", Kind.MONEY, "what is still to be paid of the invoice, without a part in dispute", always=True),
    Field("purpose", Kind.TEXT, "what was delivered"),
    Field("part", Kind.TEXT, "which part of an invoice due in parts, as 2/3"),
    Field("days_late", Kind.NUMBER, "days since the due date; 0 or less before it", always=True),
    Field("payment_url", Kind.LINK, "where to pay in a browser; the only link that a message may hold"),
    Field("transfer_qr", Kind.PICTURE, "the QR code of a transfer of `total_due`, where a banking app can read one"),
    Field("has_pdf", Kind.YES_NO, "whether the invoice is attached"),
)
CUSTOMER_FIELDS = (
    Field("customer", Kind.TEXT, "the customer's name", always=True),
    Field("contact_name", Kind.TEXT, "the name of the person written to"),
    Field("salutation_name", Kind.TEXT, "civility and name, only when both are known"),
    Field("contact_phone", Kind.TEXT, "the customer's telephone number"),
    Field("contacts", Kind.ROWS, "the people known at the customer", columns=CONTACT),
)
COMPANY_FIELDS = (
    Field("company", Kind.TEXT, "our company's name", always=True),
    Field("company_address", Kind.TEXTS, "our postal address, one line each"),
    Field("company_legal", Kind.TEXT, "legal form, capital, SIREN, RCS"),
    Field("company_phone", Kind.TEXT, "our company's telephone number"),
    Field("iban", Kind.IBAN, "where to pay, written in groups of four"),
    Field("bic", Kind.TEXT, "the bank's BIC"),
    Field("signer_name", Kind.TEXT, "who signs"),
    Field("signer_title", Kind.TEXT, "the signer's function"),
    Field("signer_phone", Kind.TEXT, "the signer's telephone number"),
    Field("reply_to", Kind.TEXT, "the shared mailbox, the only address to answer to", always=True),
)
COURSE_FIELDS = (
    Field("deadline", Kind.DATE, "by when we ask for payment, a working day", always=True),
    Field("known_to", Kind.DATE, "the day to which payments are known to us"),
    Field("earlier", Kind.DATES, "the dates of our earlier messages about these invoices"),
    Field("last_reply_on", Kind.DATE, "the day of the customer's last message"),
    Field("called_on", Kind.DATE, "the day of the last call that a colleague recorded"),
    Field("unanswered", Kind.YES_NO, "whether that call reached nobody"),
    Field("promised_on", Kind.DATE, "the payment date that the customer announced"),
    Field("next_step", Kind.TEXT, "what follows in the plan: call, reminder, letter, formal_notice or legal"),
    Field("next_on", Kind.DATE, "the day on which that follows"),
    Field("instalments", Kind.YES_NO, "whether the plan offers payment in instalments"),
)
CONSEQUENCE_FIELDS = (
    Field("consequences", Kind.YES_NO, "whether penalties may be named (professional customers only)", always=True),
    Field("interest", Kind.MONEY, "late-payment interest to this day, all invoices together"),
    Field("charge", Kind.MONEY, "recovery charges, all invoices together"),
    Field("rate", Kind.TEXT, "the yearly rate of late-payment interest, as 12,15 %"),
    Field("penalties", Kind.MONEY, "interest and recovery charges together"),
)
TEAM_FIELDS = (
    Field("channel", Kind.TEXT, "how the step is taken: call, sms, letter, …; `|word` says it in the language"),
    Field("step_title", Kind.TEXT, "the step's name in the plan"),
    Field("history", Kind.ROWS, "what happened so far, oldest first", columns=HAPPENED),
    Field("reason", Kind.TEXT, "why the note is written; `|word` says it in a sentence"),
    Field("detail", Kind.TEXT, "a further sentence, or what was said", quoted=True),
    Field("lines", Kind.TEXTS, "further lines: addresses, files, invoices", quoted=True),
    Field("count", Kind.NUMBER, "how many the note is about"),
    Field("command", Kind.TEXT, "the command that helps"),
    Field("until", Kind.DATE, "until when something holds"),
    Field("writer", Kind.TEXT, "who wrote the message that the note is about", quoted=True),
    Field("written", Kind.MOMENT, "when that message was written"),
    Field("about", Kind.TEXT, "its subject", quoted=True),
    Field("checks", Kind.TEXT, "what our mail server found out about that sender (SPF, DKIM, DMARC)", quoted=True),
    Field("quote", Kind.TEXTS, "its new text, one line each", quoted=True),
    Field("unverified", Kind.YES_NO, "whether its sender is not known for this customer"),
    Field("hints", Kind.ROWS, "what it seems to say, for a person to check", columns=HINT),
    Field("choices", Kind.ROWS, "the orders that answer the note", columns=CHOICE),
)
REASONS = (
    "mailbox_login",
    "mailbox_unreachable",
    "smtp_login",
    "smtp_waits",
    "server_refuses",
    "refused_in_a_row",
    "no_sent_folder",
    "surge",
    "render_failed",
    "delivery_waits",
    "copy_refused",
    "reload_refused",
    "books_wrong",
    "books_shrunk",
    "books_old",
    "away",
    "owed_again",
    "parts_changed",
    "credit",
    "plan_missing",
    "unknown_sent",
    "promise_broken",
    "pause_limit",
    "nothing_chased",
    "address_fails",
    "server_gave_up",
    "colleague_fails",
    "challenge",
    "order_unknown",
    "order_date",
    "order_past",
    "order_future",
    "order_not_late",
    "order_amount",
    "order_contact",
    "order_name",
    "order_rest",
    "order_bare",
    "order_which",
    "order_other",
    "order_no_case",
    "order_no_plan",
    "order_not_uncertain",
    "order_no_part",
    "order_outside",
    "order_to_others",
    "order_overtaken",
)
"""What `reason` may hold; words.toml of each language has a sentence for each."""

GROUPS = (
    ("The invoices", INVOICE_FIELDS),
    ("The customer", CUSTOMER_FIELDS),
    ("Our company", COMPANY_FIELDS),
    ("What was written, what follows", COURSE_FIELDS),
    ("Consequences", CONSEQUENCE_FIELDS),
    ("Only in tasks and notes to the team", TEAM_FIELDS),
)
FIELDS = tuple(field for _, group in GROUPS for field in group)
BY_NAME = {field.name: field for field in FIELDS}
COLUMNS = {column.name for field in FIELDS for column in field.columns}


def markdown() -> str:
    """The list of variables as it stands in docs/templates.md."""
    tables = (_table(f"### {title}", group) for title, group in GROUPS)
    rows = (
        _table("### Columns of `invoices` and `upcoming`", INVOICE),
        _table("### Columns of `contacts`", CONTACT),
        _table("### Columns of `history`", HAPPENED),
        _table("### Columns of `hints`", HINT),
        _table("### Columns of `choices`", CHOICE),
    )
    return "\n\n".join((*tables, *rows)) + "\n"


def _table(title: str, fields: tuple[Field, ...]) -> str:
    return "\n".join((title, "", "| variable | holds | always | meaning |", "|---|---|---|---|", *_rows(fields)))


def _rows(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        always = "yes" if field.always else ""
        yield f"| `{field.name}` | {field.kind} | {always} | {field.meaning} |"
