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
    Field("deposit", Kind.MONEY, "the deposit invoiced before, taken off"),
    Field("credited", Kind.MONEY, "what credit notes take off"),
    Field("retained", Kind.MONEY, "what is kept back as retention money, a part of its own"),
    Field("paid", Kind.MONEY, "what was paid of it so far, if anything"),
    Field("paid_on", Kind.DATES, "the days on which that was paid, where all of them are known"),
    Field("discount", Kind.MONEY, "the discount agreed, while it may still be taken off"),
    Field("discount_until", Kind.DATE, "the last day for that discount"),
    Field("sort", Kind.TEXT, "retention or deposit_invoice where it is that; `|word` says it in the language"),
    Field("purpose", Kind.TEXT, "what was delivered"),
    Field("days_late", Kind.NUMBER, "days since the due date; 0 or less before it", always=True),
    Field("consequences", Kind.YES_NO, "whether its own plan has come to naming penalties", always=True),
    Field("interest", Kind.MONEY, "its late-payment interest to this day"),
    Field("rates", Kind.TEXTS, "the yearly rates at which that interest was worked out, oldest first"),
    Field("charge", Kind.MONEY, "its recovery charge; of an invoice due in parts, named by one of them only"),
    Field("has_pdf", Kind.YES_NO, "whether its PDF file is attached"),
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

AGREED = (
    Field("day", Kind.DATE, "the day on which the instalment is due", always=True),
    Field("amount", Kind.MONEY, "its amount", always=True),
    Field(
        "state",
        Kind.TEXT,
        "instalment_paid, instalment_missed or instalment_to_come; `|word` says it in the language",
        always=True,
    ),
)
EXCHANGE = (
    Field("day", Kind.DATE, "the day of the exchange", always=True),
    Field("what", Kind.TEXT, "our_message, our_call, … or your_message; `|word` says it in the language", always=True),
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

MORNING = (
    Field("number", Kind.TEXT, "the invoice's number, or several"),
    Field("customer", Kind.TEXT, "the customer's name"),
    Field("step", Kind.TEXT, "the step of the plan that is taken"),
    Field("sum", Kind.MONEY, "what is still to be paid, without a part in dispute"),
    Field("on", Kind.DATE, "the day: since when, until when, or on which"),
    Field("channel", Kind.TEXT, "how a task is done: call, sms, letter, …, draft; `|word` says it in the language"),
    Field("whom", Kind.TEXT, "to whom a message goes, or whose task it is"),
    Field("detail", Kind.TEXT, "a fixed word that `|word` says, or what a server answered (`to_mend`)"),
    Field("order", Kind.TEXT, "the first line of the answer that stops it"),
    Field("link", Kind.LINK, "opens that answer, ready to be sent"),
    Field("count", Kind.NUMBER, "how many invoices"),
    Field("rest", Kind.NUMBER, "only in the last row of a list cut short: how many more there are"),
)
AGE = (
    Field("age", Kind.TEXT, "not due, late by up to 30, 60, 90 days or more, all; `|word` says it in the language"),
    Field("count", Kind.NUMBER, "how many invoices"),
    Field("amount", Kind.MONEY, "what they still owe together"),
)
SOON = (
    Field("days", Kind.NUMBER, "within so many days"),
    Field("count", Kind.NUMBER, "how many invoices fall due"),
    Field("amount", Kind.MONEY, "what they owe together"),
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
    Field("sort", Kind.TEXT, "retention or deposit_invoice where the invoice is that"),
    Field("deposit", Kind.MONEY, "the deposit invoiced before, taken off the amount"),
    Field("credited", Kind.MONEY, "what credit notes take off the amount"),
    Field("retained", Kind.MONEY, "what is kept back as retention money, a part of its own"),
    Field("paid", Kind.MONEY, "what was paid of the invoice so far, if anything"),
    Field("paid_on", Kind.DATES, "the days on which that was paid, where all of them are known"),
    Field("received", Kind.MONEY, "what was paid of the invoice so far", always=True),
    Field("unused_credit", Kind.MONEY, "what the customer has to the good and no invoice uses, where a person went on"),
    Field("days_late", Kind.NUMBER, "days since the due date; 0 or less before it", always=True),
    Field("payment_url", Kind.LINK, "where to pay in a browser; the only link that a message may hold"),
    Field("transfer_qr", Kind.PICTURE, "the QR code of a transfer of `total_due`, where a banking app can read one"),
    Field("has_pdf", Kind.YES_NO, "whether the invoice is attached"),
)
CUSTOMER_FIELDS = (
    Field("customer", Kind.TEXT, "the customer's name", always=True),
    Field("contact_name", Kind.TEXT, "the name of the person written to"),
    Field("salutation_name", Kind.TEXT, "civility and name, only when both are known"),
    Field("civility", Kind.TEXT, "the civility alone, as a letter repeats it, only when it is known"),
    Field("consumer", Kind.YES_NO, "whether the customer is no professional"),
    Field("public", Kind.YES_NO, "whether the customer is a public body"),
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
    Field(
        "same_iban",
        Kind.YES_NO,
        "whether the IBAN may be called that of the invoice: its file was compared, or there is none",
    ),
    Field("factor", Kind.TEXT, "the factor to whom the invoice was sold, who is to be paid at that IBAN"),
    Field("signer_name", Kind.TEXT, "who signs"),
    Field("signer_title", Kind.TEXT, "the signer's function"),
    Field("signer_phone", Kind.TEXT, "the signer's telephone number"),
    Field("reply_to", Kind.TEXT, "the shared mailbox, the only address to answer to", always=True),
)
COURSE_FIELDS = (
    Field("deadline", Kind.DATE, "by when we ask for payment, a working day", always=True),
    Field(
        "notice_deadline",
        Kind.DATE,
        "by when a formal notice asks for payment: eight days or a little more",
        always=True,
    ),
    Field("by_post", Kind.YES_NO, "whether this is printed as a letter, with its own head and signature"),
    Field("known_to", Kind.DATE, "the day to which payments are known to us"),
    Field("earlier", Kind.DATES, "the dates of our earlier messages about these invoices"),
    Field("elsewhere", Kind.DATES, "those to another address, in the first message to a contact who is new"),
    Field("exchanges", Kind.ROWS, "what was written and said with the customer, oldest first", columns=EXCHANGE),
    Field("last_reply_on", Kind.DATE, "the day of the customer's last message"),
    Field("called_on", Kind.DATE, "the day of the last call that a colleague recorded"),
    Field("unanswered", Kind.YES_NO, "whether that call reached nobody"),
    Field("promised_on", Kind.DATE, "the payment date that the customer announced"),
    Field("agreed", Kind.ROWS, "the instalment plan that was agreed, oldest first", columns=AGREED),
    Field("agreed_on", Kind.DATE, "the day on which it was agreed"),
    Field("instalment_on", Kind.DATE, "the day of the instalment that the message is about"),
    Field("instalment_due", Kind.MONEY, "what is to be paid that day"),
    Field("rejected_on", Kind.DATE, "the day on which the customer's payment came back"),
    Field("rejected", Kind.TEXT, "what came back: direct_debit, cheque or bill; `|word` says it in the language"),
    Field("next_step", Kind.TEXT, "what follows in the plan: call, sms, reminder, letter, formal_notice or legal"),
    Field("next_on", Kind.DATE, "the day on which that follows, where it leaves time for our request"),
    Field("instalments", Kind.YES_NO, "whether the plan offers payment in instalments"),
    Field("last_reminder", Kind.YES_NO, "whether the plan comes to its last reminder before the formal notice"),
    Field("suspension", Kind.YES_NO, "whether the plan names a suspension, where the contract allows it"),
)
CONSEQUENCE_FIELDS = (
    Field("consequences", Kind.YES_NO, "whether penalties may be named (professional customers only)", always=True),
    Field("interest", Kind.MONEY, "late-payment interest to this day, all invoices together"),
    Field("charge", Kind.MONEY, "recovery charges, all invoices together"),
    Field("rate", Kind.TEXT, "the yearly rate of late-payment interest, as 12,15 %, where there is one for all of it"),
    Field("penalties", Kind.MONEY, "interest and recovery charges together"),
    Field("claimed", Kind.MONEY, "`total_due` with them: what a formal notice demands, where it is known to the cent"),
)
TEAM_FIELDS = (
    Field("channel", Kind.TEXT, "how the step is taken: call, sms, letter, …; `|word` says it in the language"),
    Field("step_title", Kind.TEXT, "the step's name in the plan"),
    Field("attached", Kind.TEXT, "the file of the letter that is attached to a task, ready to be printed"),
    Field("unprinted", Kind.TEXT, "why no letter is attached; `|word` says it in a sentence"),
    Field("words", Kind.TEXTS, "the words of the SMS, or of a letter that could not be printed", quoted=True),
    Field("history", Kind.ROWS, "what happened so far, oldest first", columns=HAPPENED),
    Field("reason", Kind.TEXT, "why the note is written; `|word` says it in a sentence"),
    Field("detail", Kind.TEXT, "a further sentence, or what was said", quoted=True),
    Field("lines", Kind.TEXTS, "further lines: addresses, files, invoices", quoted=True),
    Field("count", Kind.NUMBER, "how many the note is about"),
    Field("command", Kind.TEXT, "the command that helps"),
    Field("until", Kind.DATE, "until when something holds"),
    Field("since", Kind.DATE, "since when a task is to be done"),
    Field("writer", Kind.TEXT, "who wrote the message that the note is about", quoted=True),
    Field("written", Kind.MOMENT, "when that message was written"),
    Field("about", Kind.TEXT, "its subject", quoted=True),
    Field("checks", Kind.TEXT, "what our mail server found out about that sender (SPF, DKIM, DMARC)", quoted=True),
    Field("quote", Kind.TEXTS, "its new text, one line each", quoted=True),
    Field("stopped_on", Kind.DATE, "the day of what calls a task off, or of the promise that does"),
    Field("before", Kind.MONEY, "what was due of the invoice when the task was given"),
    Field("unverified", Kind.YES_NO, "whether its sender is not known for this customer"),
    Field("payment", Kind.MONEY, "the amount of the payment that the note is about"),
    Field("payment_on", Kind.DATE, "the day on which the bank booked it"),
    Field("payer", Kind.TEXT, "who paid, as the bank writes it", quoted=True),
    Field("wording", Kind.TEXT, "what payer and bank wrote", quoted=True),
    Field("file", Kind.TEXT, "the statement that tells it", quoted=True),
    Field("hints", Kind.ROWS, "what it seems to say, for a person to check", columns=HINT),
    Field("choices", Kind.ROWS, "the orders that answer the note", columns=CHOICE),
)
UNPLACED = (
    Field("count", Kind.NUMBER, "how many payments"),
    Field("amount", Kind.MONEY, "what they are together, in one currency"),
)
DIGEST_FIELDS = (
    Field("today", Kind.DATE, "the day that the digest is about"),
    Field("nothing", Kind.YES_NO, "whether there is nothing to send and nothing to do"),
    Field("leaving", Kind.ROWS, "the messages that leave today", columns=MORNING),
    Field("duties", Kind.ROWS, "calls, letters and other tasks to do", columns=MORNING),
    Field("drafts", Kind.ROWS, "messages in Drafts for a person to send", columns=MORNING),
    Field("offers", Kind.ROWS, "invoices found in the mailbox that nobody has taken up or refused", columns=MORNING),
    Field("replies", Kind.ROWS, "cases whose customer waits for an answer", columns=MORNING),
    Field("promises", Kind.ROWS, "promises that come due or were broken", columns=MORNING),
    Field("parts_due", Kind.ROWS, "instalments that come due or were missed", columns=MORNING),
    Field("to_mend", Kind.ROWS, "contacts to mend, since messages came back", columns=MORNING),
    Field("not_sent", Kind.ROWS, "why nothing leaves for some cases, and for how many", columns=MORNING),
    Field("firm_steps", Kind.ROWS, "firm steps taken since the digest before", columns=MORNING),
    Field("limits", Kind.ROWS, "invoices whose claim soon cannot be pursued any more", columns=MORNING),
    Field("purged", Kind.NUMBER, "closed cases removed since their time to be kept has passed, this month"),
    Field("unplaced", Kind.ROWS, "money that came in since the digest before and is nobody's", columns=UNPLACED),
    Field("falling", Kind.ROWS, "what falls due in 7, 15 and 30 days", columns=SOON),
    Field("ages", Kind.ROWS, "the aged balance, with its total", columns=AGE),
    Field("chart", Kind.PICTURE, "the aged balance as a picture"),
)
GROUPS = (
    ("The invoices", INVOICE_FIELDS),
    ("The customer", CUSTOMER_FIELDS),
    ("Our company", COMPANY_FIELDS),
    ("What was written, what follows", COURSE_FIELDS),
    ("Consequences", CONSEQUENCE_FIELDS),
    ("Only in tasks and notes to the team", TEAM_FIELDS),
    ("Only in the morning's digest", DIGEST_FIELDS),
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
        _table("### Columns of `agreed`", AGREED),
        _table("### Columns of `exchanges`", EXCHANGE),
        _table("### Columns of `history`", HAPPENED),
        _table("### Columns of `hints`", HINT),
        _table("### Columns of `choices`", CHOICE),
        _table("### Columns of the digest's lists", MORNING),
        _table("### Columns of `ages`", AGE),
        _table("### Columns of `falling`", SOON),
        _table("### Columns of `unplaced`", UNPLACED),
    )
    return "\n\n".join((*tables, *rows)) + "\n"


def _table(title: str, fields: tuple[Field, ...]) -> str:
    return "\n".join((title, "", "| variable | holds | always | meaning |", "|---|---|---|---|", *_rows(fields)))


def _rows(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        always = "yes" if field.always else ""
        yield f"| `{field.name}` | {field.kind} | {always} | {field.meaning} |"
