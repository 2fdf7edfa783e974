"""An invoice being chased: its values and what can happen to it (core/history applies it).

A case is identified by (invoice number, due date): an invoice due in parts is several cases.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Role(StrEnum):
    """Who a contact is at the customer (never one of our own people)."""

    ACCOUNTING = "accounting"
    SALES = "sales"
    MANAGEMENT = "management"


class Signer(StrEnum):
    """Who signs on our side."""

    SUPPLIER = "supplier"
    ACCOUNT_MANAGER = "account_manager"
    MANAGEMENT = "management"


class State(StrEnum):
    """Where a case stands; reminders leave only while it is open."""

    OPEN = "open"
    PAUSED = "paused"
    PROMISED = "promised"
    DISPUTED = "disputed"
    PAID = "paid"
    CLOSED = "closed"
    LEGAL = "legal"


IN_STORE = "blob:"  # before the name of bytes in the store, where a path would stand
ENDED = frozenset({State.PAID, State.CLOSED})


class Origin(StrEnum):
    """Where an invoice is known from: the watched books, a file given once, or the message that carried it."""

    BOOKS = "books"
    IMPORT = "import"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer."""

    role: Role
    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who owes the invoice. `id` is the code in the books, or the name where there is none."""

    id: str
    name: str
    contacts: tuple[Contact, ...] = ()
    language: str = ""
    professional: bool = True
    phone: str = ""
    address: tuple[str, ...] = ()
    sector: str = "private"
    risk: str = ""
    never: bool = False
    key_account: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One line of the invoice file, checked. Amounts include VAT, in `currency`.

    `factor` names the factor to whom it was sold, who is to be paid. `pdf` is a path, or `blob:` and the name of bytes
    in the store. `known_on`: its own source knows what was paid up to that day (None: as the books do). Of `amount`,
    `deposit` was invoiced and paid before, `credited` taken off by `credit_notes` (their numbers), `retained` is kept
    back as a part with a due date of its own. `discount` may be taken off by a customer who pays until
    `discount_until`. `part` says what it is a part of ("retention"), or what it is ("deposit", "proforma").
    """

    number: str
    customer: Customer
    due: date
    amount: Decimal
    paid: Decimal = Decimal(0)
    currency: str = "EUR"
    issued: date | None = None
    delivered: date | None = None
    purpose: str = ""
    plan: str = ""
    payment_method: str = ""
    payment_url: str = ""
    pdf: str = ""
    factor: str = ""
    origin: Origin = Origin.BOOKS
    known_on: date | None = None
    deposit: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    discount_until: date | None = None
    part: str = ""
    credit_notes: tuple[str, ...] = ()
    retained: Decimal = Decimal(0)

    @property
    def payable(self) -> Decimal:
        """What is to be paid in all: the amount without what was invoiced before, credited since or is retained."""
        return self.amount - self.deposit - self.credited - self.retained

    @property
    def amount_due(self) -> Decimal:
        return self.payable - self.paid

    @property
    def key(self) -> str:
        """What tells this case from every other: the number and the due date."""
        return f"{self.number}|{self.due.isoformat()}"


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of an agreed instalment plan (échéancier)."""

    on: date
    amount: Decimal


class How(StrEnum):
    """How a step came to be done."""

    SENT = "sent"
    TASK = "task"
    SKIPPED = "skipped"
    ADOPTED = "adopted"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that will not be taken again: on which local day and instant, and how."""

    step: str
    how: How
    at: datetime
    on: date
    entry: str = ""


class Because(StrEnum):
    """Why nothing leaves for a case just now, beside its state."""

    REPLY = "reply"
    UNREAD = "unread"
    UNCERTAIN = "uncertain"
    MISSING = "missing"
    BOUNCED = "bounced"
    EARLIER_REPLY = "earlier_reply"
    UNKNOWN_SENT = "unknown_sent"
    OWED_AGAIN = "owed_again"
    PARTS = "parts"
    CREDIT = "credit"
    ADDRESS = "address"
    INSOLVENT = "insolvent"
    DRAFT = "draft"
    PAYMENT = "payment"
    DISCOUNT = "discount"
    ORDER = "order"
    IBAN = "iban"


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason why nothing leaves, and what it stems from (a message's identity, an entry's id)."""

    because: Because
    ref: str
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """The accounts that a file of the invoice asks to pay to, place by place (its data, its pages): only compared.

    `source` is the path as the invoice names it, or says that it was mailed; `sha256` stands for its content ('' for
    what could not be read).
    """

    source: str
    sha256: str
    places: tuple[tuple[str, ...], ...] = ()


class Kind(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    CHANGED = "changed"
    MISSING = "missing"
    RETURNED = "returned"
    REOPENED = "reopened"
    CREDITED = "credited"
    CREDIT_GONE = "credit_gone"
    QUEUED = "queued"
    STEP_DONE = "step_done"
    STEP_SKIPPED = "step_skipped"
    SEND_FAILED = "send_failed"
    UNCERTAIN = "uncertain"
    SETTLED = "settled"
    REPLIED = "replied"
    WITHDRAWN = "withdrawn"
    UNREADABLE = "unreadable"
    BOUNCED = "bounced"
    AUTOREPLIED = "autoreplied"
    RECEIPT = "receipt"
    ANSWERED = "answered"
    PAUSED = "paused"
    RESUMED = "resumed"
    PROMISED = "promised"
    DISPUTED = "disputed"
    PAID = "paid"
    CLOSED = "closed"
    HANDED_OVER = "handed_over"
    REMINDED_TO_ACT = "reminded_to_act"
    PLAN_CHOSEN = "plan_chosen"
    NOTED = "noted"
    CALLED = "called"
    BALANCE = "balance"
    CONTACT = "contact_changed"
    POSTED = "posted"
    LETTER = "letter_result"
    DISMISSED = "dismissed"
    INSTALMENTS = "instalments"
    PROPOSED = "proposed"
    TASK_DONE = "task_done"
    TASK_AGAIN = "task_again"
    INSOLVENT = "insolvent"
    SOLVENT = "sign_withdrawn"
    REJECTED = "payment_rejected"
    LIMITATION = "limitation"
    MONEY = "money"
    MONEY_SETTLED = "money_settled"
    SHORT = "short"
    UNCLEAR = "order_unclear"
    IBAN = "iban_differs"
    IBAN_AGREES = "iban_agrees"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one case at an instant.

    `ref` names what it stems from (message identity, entry id, order id): the same kind with the same ref (and step,
    where a step is done) is applied once. `detail` is an English sentence for the history. `on`, `amount`, `step`,
    `how`, `invoice`, `plan` are set where the kind needs them, `note` to a person's own words. `seen` are the replies
    and reasons to hold that a person knew of when giving an order, by what they stem from (None: all): what came later
    is not seen to by it.
    """

    case: str
    kind: Kind
    at: datetime
    ref: str = ""
    detail: str = ""
    step: str = ""
    how: How = How.SENT
    on: date | None = None
    amount: Decimal | None = None
    invoice: Invoice | None = None
    plan: str = ""
    message_id: str = ""
    seen: tuple[str, ...] | None = None
    note: str = ""
    instalments: tuple[Instalment, ...] = ()

    @property
    def mark(self) -> str:
        """What tells whether it was applied before: one entry may carry several steps of a case."""
        step = f":{self.step}" if self.kind is Kind.STEP_DONE else ""
        return f"{self.kind.value}:{self.ref}{step}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An invoice being chased, as its events left it.

    `plan_start` is the local day from which `S+n` steps count. `thread` holds the Message-IDs of this case's mail,
    oldest first. `unseen` holds the replies nobody has seen to yet: while it is not empty, the customer's other cases
    are held too; a person took our flag off those in `dismissed`, and nobody is called about them again. `state_on` is
    the promised day, or the day at which a pause comes back to a person; from `resume_on` a pause ends by itself (only
    where the configuration says so). `needs_person` is the sentence shown until a person acts. `in_flight` holds the
    outbox entries that carry the current steps, `tries` counts the entries that came to nothing (a new entry has a new
    Message-ID). `absent`: it left the invoice file. `carried_to` is the key under which it goes on, since its number or
    due date changed. `waiting` says why the last decision was to wait, and `look_at` is the next instant at which
    deciding may give something new (None: only an event can). `applied` holds the marks of the events that came from
    outside. `called_on` is the day of the last call that was recorded, `said` what was said in it, `recap` the step
    that confirms to the customer what was promised on the phone. `disputed` is the part that the customer contests
    (zero while the whole is, or nothing). The mail to the contacts as they are now begins at `thread_from` in `thread`.
    `instalments` is the instalment plan agreed with the customer, oldest first, `agreed_on` the day of that agreement.
    `promised_on` is the day that was promised last, kept when it has passed; `broken` counts the promises that were not
    kept. `rejected_on` is the day on which a direct debit, a bill or a cheque came back, `insolvent_on` that of the
    judgment that a person has confirmed. `earlier` are the steps taken by the plans before this one. `paid_on` is the
    day of the last payment that a person or the bank told of, `shown_on` the day on which the books last showed more
    as paid. `shown` are the accounts in the files of the invoice, as they were last read.
    """

    key: str
    invoice: Invoice
    plan: str
    opened_at: datetime
    plan_start: date
    state: State = State.OPEN
    state_on: date | None = None
    state_at: datetime | None = None
    done: tuple[StepDone, ...] = ()
    holds: tuple[Hold, ...] = ()
    unseen: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()
    last_reply_on: date | None = None
    needs_person: str = ""
    in_flight: tuple[str, ...] = ()
    tries: int = 0
    absent: bool = False
    carried_to: str = ""
    paid_by_order: Decimal = Decimal(0)
    resume_on: date | None = None
    waiting: str = ""
    look_at: datetime | None = None
    applied: tuple[str, ...] = ()
    called_on: date | None = None
    said: str = ""
    disputed: Decimal = Decimal(0)
    thread_from: int = 0
    dismissed: tuple[str, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    promised_on: date | None = None
    agreed_on: date | None = None
    recap: str = ""
    broken: int = 0
    rejected_on: date | None = None
    insolvent_on: date | None = None
    earlier: tuple[str, ...] = ()
    paid_on: date | None = None
    shown_on: date | None = None
    shown: tuple[Shown, ...] = ()

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def let_be(self) -> bool:
        """Whether a person took our flag off every reply that waits: it stays held, and nobody is called again."""
        return bool(self.unseen) and set(self.unseen) <= set(self.dismissed)

    @property
    def amount_due(self) -> Decimal:
        """What is still to be paid: by the books, or by a person's word where that is more recent knowledge."""
        return self.invoice.payable - max(self.invoice.paid, self.paid_by_order)

    @property
    def asked(self) -> Decimal:
        """What the customer may be asked for: what is still to be paid, without the part in dispute."""
        return self.amount_due - self.disputed

    def step_done(self, step: str) -> StepDone | None:
        return next((done for done in self.done if done.step == step), None)
