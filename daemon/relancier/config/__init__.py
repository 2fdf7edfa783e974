"""The configuration: a file that a person wrote becomes frozen values, or every problem at once."""

from relancier.config.feeding import Columns, Invoices
from relancier.config.loading import find, load
from relancier.config.models import (
    Company,
    Config,
    Imap,
    Login,
    Mailbox,
    OAuth2,
    Sender,
    Sending,
    Smtp,
)
from relancier.config.rulebook import Factor
from relancier.config.secrets import (
    SecretRefused,
    make_key,
    read_database,
    read_key,
    read_oauth2,
    read_secret,
    read_sms_token,
    secret,
    secrets_trouble,
)
from relancier.config.sms import Sms
from relancier.config.written import UNSAFE, address, shown

__all__ = [
    "UNSAFE",
    "Columns",
    "Company",
    "Config",
    "Factor",
    "Imap",
    "Invoices",
    "Login",
    "Mailbox",
    "OAuth2",
    "SecretRefused",
    "Sender",
    "Sending",
    "Sms",
    "Smtp",
    "address",
    "find",
    "load",
    "make_key",
    "read_database",
    "read_key",
    "read_oauth2",
    "read_secret",
    "read_sms_token",
    "secret",
    "secrets_trouble",
    "shown",
]
