"""The [sms] table: by what way a text message leaves, its values checked, and the token of a gateway."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

from relancier.config import written as w

PHONE = "{phone}"
BY_URL = f"{PHONE}@sms.invalid"  # a name for the copy in Sent; nothing is ever sent to it
_EXAMPLE = "33612345678"
_TWO_WAYS = "url names a way already; keep one of the two."
_TWICE = "token_credential names it already; keep one of the two."
_NO_URL = "the token is for a gateway by its web address; add url, or take this out."


def gateway(value: str) -> str:
    """An address with {phone} in it, or nothing."""
    text = w.line(value)
    try:
        fit = not text or (text.count(PHONE) == 1 and bool(w.address(text.replace(PHONE, _EXAMPLE))))
    except ValueError:
        fit = False
    if not fit:
        raise ValueError(
            f'must be an address with {PHONE} in it, as in "{PHONE}@sms.example"; it is {w.shown(text)} now.'
        )
    return text


def url(value: object) -> str:
    """Where a gateway takes messages: https, or http on this machine, or nothing."""
    try:
        return w.token_url(value)
    except ValueError:
        raise ValueError(
            f'must be an https address, as in "https://sms.example/send"; it is {w.shown(value)} now.'
        ) from None


def country(value: object) -> str:
    """A country's telephone code, without + or zeros."""
    if isinstance(value, str) and re.fullmatch(r"[1-9]\d{0,2}", value.strip()):
        return value.strip()
    raise ValueError(f'must be a country\'s telephone code, as in "33"; it is {w.shown(value)} now.')


def header(value: str) -> str:
    """The name of a header."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,63}", value):
        return value
    raise ValueError(f'must be the name of a header, as in "Authorization"; it is {w.shown(value)} now.')


def further(value: object) -> dict[str, str]:
    """Fields with the same value in every message."""
    if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
        return dict(value)
    raise ValueError('must hold texts by the names of fields, as in { from = "Lumen" }.')


Gateway = Annotated[str, AfterValidator(gateway)]
Url = Annotated[str, PlainValidator(url)]
Further = Annotated[dict[str, str], PlainValidator(further)]
Header = Annotated[str, AfterValidator(header)]
Country = Annotated[str, PlainValidator(country)]


class Sms(BaseModel):
    """How an SMS leaves: as mail to a gateway, by its web address, or, with neither, as a task for a colleague.

    `country` is the telephone code of numbers written without one. The token itself is read by `read_sms_token`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gateway: Gateway = ""
    url: Url = ""
    format: Literal["json", "form"] = "json"
    phone_field: w.Filled = "to"
    text_field: w.Filled = "text"
    more: Further = Field(default_factory=dict)
    token_credential: w.Credential = ""
    token_file: w.OptionalPath = None
    header: Header = "Authorization"
    prefix: str = "Bearer "
    country: Country = "33"
    ca_file: w.OptionalPath = None

    @property
    def address(self) -> str:
        """What a message by SMS is addressed to, with {phone} in it; nothing where a colleague sends it."""
        return self.gateway or (BY_URL if self.url else "")


def of_sms(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Two ways at once, two tokens, a token without a use."""
    table = raw.get("sms")
    if not isinstance(table, dict):
        return
    if table.get("gateway") and table.get("url"):
        yield "sms.gateway", _TWO_WAYS
    if table.get("token_credential") and table.get("token_file"):
        yield "sms.token_file", _TWICE
    for key in ("token_credential", "token_file"):
        if table.get(key) and not table.get("url"):
            yield f"sms.{key}", _NO_URL
