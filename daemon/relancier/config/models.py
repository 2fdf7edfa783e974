"""The configuration as frozen values: one model a table, one field a key, defaults included.

`config.example.toml` documents each key; how a value is written stands in `written`.
"""

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from relancier.config import rulebook as book
from relancier.config import written as w
from relancier.config.feeding import Invoices, Payments
from relancier.config.sms import Sms
from relancier.config.table import Table
from relancier.core.case import Signer
from relancier.core.choosing import Rules

# What a server listens on, by the security asked for.
IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
# What the two large providers want, by whether a person's refresh token or the program itself asks.
TOKEN_URLS = {
    "": "",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    "google": "https://oauth2.googleapis.com/token",
}
SCOPES = {
    ("microsoft", False): "https://outlook.office365.com/.default",
    ("microsoft", True): "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
    " offline_access",
    ("google", True): "https://mail.google.com/",
}


class Company(Table):
    """Who we are: what stands under every message and on every letter."""

    name: w.Filled
    address: w.Lines = ()
    phone: w.Line = ""
    legal_form: w.Line = ""
    capital: w.Line = ""
    siren: w.Siren = ""
    rcs: w.Line = ""
    iban: w.Iban = ""
    bic: w.Bic = ""
    language: w.Language = "fr"
    timezone: w.Timezone = "Europe/Paris"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Login(Table):
    """A server and how to log in to it; the password itself is read by `read_secret`."""

    host: w.Filled
    port: w.Port
    security: Literal["tls", "starttls", "none"] = "tls"
    user: w.Filled
    auth: Literal["password", "oauth2"] = "password"
    password_credential: w.Credential = ""
    password_file: w.OptionalPath = None
    ca_file: w.OptionalPath = None


class Imap(Login):
    """Where mail is read."""

    port: w.Port = 993


class Smtp(Login):
    """Where mail is handed in."""

    port: w.Port = 465


class OAuth2(Table):
    """Where access tokens come from: for a person who gave a refresh token, else for the program itself.

    A provider fills in `token_url` and `scope` where they are left out; the secrets are read by `read_oauth2`.
    """

    provider: Literal["microsoft", "google", ""] = ""
    tenant: w.Tenant = ""
    token_url: w.TokenUrl = ""
    client_id: w.Line = ""
    client_secret_credential: w.Credential = ""
    client_secret_file: w.OptionalPath = None
    refresh_token_credential: w.Credential = ""
    refresh_token_file: w.OptionalPath = None
    scope: w.Line = ""
    ca_file: w.OptionalPath = None

    @property
    def refreshes(self) -> bool:
        """Whether a person's refresh token stands behind the access tokens."""
        return bool(self.refresh_token_credential or self.refresh_token_file)

    @property
    def endpoint(self) -> str:
        """The address that gives out tokens."""
        return self.token_url or TOKEN_URLS[self.provider].format(tenant=self.tenant)

    @property
    def asked_scope(self) -> str:
        """What the tokens are to be good for."""
        return self.scope or SCOPES.get((self.provider, self.refreshes), "")


class Folders(Table):
    """Names for folders that the server does not mark by SPECIAL-USE; `ignore` are never looked at."""

    sent: w.Line = ""
    drafts: w.Line = ""
    junk: w.Line = ""
    trash: w.Line = ""
    ignore: w.Lines = ()


class Mailbox(Table):
    """The shared mailbox."""

    address: w.Address
    key_file: w.RelativePath = Path("mailbox.key")
    authserv_id: w.Line = ""
    plus_addresses: w.Switch = False
    imap: Imap
    smtp: Smtp
    oauth2: OAuth2 = Field(default_factory=OAuth2)
    folders: Folders = Field(default_factory=Folders)

    @property
    def wants_tokens(self) -> bool:
        """Whether one of the two logins takes an access token instead of a password."""
        return "oauth2" in {self.imap.auth, self.smtp.auth}


class Sending(Table):
    """When mail may leave, and how much of it."""

    days: w.Days = frozenset(range(5))
    hours: w.Hours = (time(9), time(17, 30))
    holidays: w.Holidays = "FR"
    per_minute: w.Count = 10
    per_hour: w.Count = 100
    customer_gap: w.WorkingDays = 3
    quiet: w.Quiet = (((8, 1), (8, 20)), ((12, 24), (1, 2)))
    closed: w.Closed = ()
    minimum: w.Amount = Decimal(5)
    per_day_old: w.CountOrNone = 20
    surge: w.Count = 20
    thank_you: w.Switch = False
    max_attached: w.Size = 10_000_000
    redirect_to: w.OptionalAddress = ""
    auto_submitted: w.Switch = True


class Replies(Table):
    """What follows an answer; no `after_colleague_answer` means the case stays held.

    `ask`: a note accompanies each flagged message, with what it says and the orders that answer it.
    """

    ask: w.Switch = True
    after_colleague_answer: w.Patience = None
    pause_limit: w.Month = timedelta(days=30)


class LateInterest(Table):
    """What late payment costs between professionals; no `rate` means the legal one.

    `imputation` is what a part payment pays first. `rates_file` adds the official rates of half-years that this
    version does not know yet.
    """

    rate: w.Rate = None
    recovery_charge: w.Amount = Decimal(40)
    imputation: Literal["principal", "interest_first"] = "principal"
    rates_file: w.OptionalPath = None


class Sender(Table):
    """One of our people, who signs and receives the tasks of a role."""

    role: w.OurRole
    name: w.Filled
    title: w.Line = ""
    email: w.Address
    phone: w.Line = ""


class Team(Table):
    """Our colleagues, and the daily digest: in the mailbox, unless `digest` is off, and at `digest_to`."""

    addresses: tuple[w.Address, ...] = ()
    digest: w.Switch = True
    digest_at: w.Clock = time(8, 30)
    digest_to: tuple[w.Address, ...] = ()


class Plans(Table):
    """Which plan an invoice follows when it names none, the first rule that fits before the others."""

    folder: w.RelativePath = Path("plans")
    default: w.Filled = "standard"
    by_customer: book.ByCustomer = Field(default_factory=dict)
    key_account: w.Line = ""
    by_risk: w.ByRisk = Field(default_factory=dict)
    by_amount: book.ByAmount = ()
    by_history: book.History = None

    @property
    def rules(self) -> Rules:
        """What choosing needs of it."""
        return Rules(
            default=self.default,
            by_customer=self.by_customer,
            key_account=self.key_account,
            by_risk=self.by_risk,
            by_amount=self.by_amount,
            by_history=self.by_history,
        )


class Templates(Table):
    """Where the messages' texts lie."""

    folder: w.RelativePath = Path("templates")


class StateFolder(Table):
    """Where the state lies, how much mail a new one reads first, how long closed cases are kept."""

    folder: w.RelativePath = Path("/var/lib/relancier")
    lookback: w.Quarter = timedelta(days=90)
    keep: w.Years = timedelta(days=1827)


OPTIONAL = ("sending", "sms", "replies", "late_interest", "team", "invoices", "payments", "plans", "templates", "state")


class Config(Table):
    """The whole configuration file, checked; it holds no secret."""

    company: Company
    mailbox: Mailbox
    sending: Sending
    sms: Sms
    replies: Replies
    late_interest: LateInterest
    sender: tuple[Sender, ...] = ()
    factor: book.Factors = Field(default_factory=dict)
    team: Team
    invoices: Invoices
    payments: Payments
    plans: Plans
    templates: Templates
    state: StateFolder

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, raw: object) -> object:
        """Adds the tables left out (so that their paths are resolved) and the defaults that follow from other keys."""
        if not isinstance(raw, dict):
            return raw
        filled: dict[str, Any] = {name: {} for name in OPTIONAL} | raw
        mailbox = filled.get("mailbox")
        if isinstance(mailbox, dict):
            filled["mailbox"] = _with_login_defaults(mailbox)
            if isinstance(filled["team"], dict) and isinstance(mailbox.get("address"), str):
                filled["team"] = {"digest_to": [mailbox["address"]]} | filled["team"]
        return filled

    @property
    def colleagues(self) -> frozenset[str]:
        """The addresses from which people write who work here, in lower case."""
        return frozenset(
            address.lower() for address in (*self.team.addresses, *(sender.email for sender in self.sender))
        )

    def signer(self, role: Signer) -> Sender:
        """Who signs for a role: the sender configured for it, else the supplier, else the company itself."""
        by_role = {sender.role: sender for sender in self.sender}
        return by_role.get(role) or by_role.get(Signer.SUPPLIER) or self._company_as_sender()

    def _company_as_sender(self) -> Sender:
        """The company by what was found sound before: each message asks several times."""
        return Sender.model_construct(
            role=Signer.SUPPLIER, name=self.company.name, email=self.mailbox.address, phone=self.company.phone
        )


def _with_login_defaults(mailbox: dict[str, object]) -> dict[str, object]:
    """The usual port for the security asked for, and the mailbox address as user."""
    filled = dict(mailbox)
    for name, ports in (("imap", IMAP_PORTS), ("smtp", SMTP_PORTS)):
        login = filled.get(name)
        if isinstance(login, dict):
            implied: dict[str, object] = {"port": ports.get(str(login.get("security", "tls")), ports["tls"])}
            if isinstance(filled.get("address"), str):
                implied["user"] = filled["address"]
            filled[name] = implied | login
    return filled
