"""What goes along with a message: the invoices' files within a limit, and the QR code of the transfer it asks for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from tests.work.rig import NOON, MemorySource, Rig, config, customer, invoice

from relancier.adapters.memory_channel import MemoryChannel
from relancier.core.case import Case
from relancier.core.money import Money
from relancier.core.reading.mail import Attachment, Draft
from relancier.core.writing.samples import sample
from relancier.core.writing.transfer import Transfer
from relancier.ports import RenderFailed
from relancier.work.writing.attached import invoices, showing, transfer_code, with_code


class Codes:
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Transfer] = []

    def transfer(self, transfer: Transfer) -> bytes:
        self.asked.append(transfer)
        return f"PNG {transfer.amount}".encode()


def cases(**files: str) -> list[Case]:
    return [
        Case(
            key=name,
            invoice=invoice(name.replace("_", "-"), pdf=path),
            plan="standard",
            opened_at=NOON,
            plan_start=NOON.date(),
        )
        for name, path in files.items()
    ]


def of_size(path: str) -> bytes:
    return b"x" * int(path or 0)


def names(files: Sequence[Attachment]) -> list[str]:
    return [file.name for file in files]


def test_every_invoice_goes_along_where_all_fit() -> None:
    found = invoices(cases(FA_1="40", FA_2="60"), of_size, 100)
    assert (names(found.files), found.there) == (["FA-1.pdf", "FA-2.pdf"], (True, True))


def test_the_least_important_stay_behind_and_a_small_one_still_fits() -> None:
    found = invoices(cases(FA_1="60", FA_2="50", FA_3="40"), of_size, 100)
    assert (names(found.files), found.there) == (["FA-1.pdf", "FA-3.pdf"], (True, False, True))


def test_where_even_the_first_is_too_large_nothing_fails() -> None:
    found = invoices(cases(FA_1="101"), of_size, 100)
    assert (found.files, found.there) == ((), (False,))


def test_a_file_is_named_once_for_all_parts_of_its_invoice() -> None:
    parts = [*cases(FA_1="60"), *cases(FA_1="60")]
    found = invoices(parts, of_size, 100)
    assert (names(found.files), found.there) == (["FA-1.pdf"], (True, True))


def test_an_invoice_without_a_file_is_told() -> None:
    found = invoices(cases(FA_1="", FA_2="5"), of_size, 100)
    told = found.told_in({"invoices": ({"number": "FA-1"}, {"number": "FA-2"}), "has_pdf": True})
    assert told == {
        "invoices": ({"number": "FA-1", "has_pdf": False}, {"number": "FA-2", "has_pdf": True}),
        "has_pdf": False,
    }


def test_a_file_that_cannot_be_read_keeps_its_message_back() -> None:
    def read(path: str) -> bytes:
        raise FileNotFoundError(2, "No such file", path)

    with pytest.raises(RenderFailed, match="cannot be read"):
        invoices(cases(FA_1="a.pdf"), read, 100)


def code(template: str = "reminder-1", **told: Any) -> tuple[Attachment | None, list[Transfer]]:
    codes = Codes()
    return transfer_code(template, sample("fr") | told, codes), codes.asked


def test_the_code_asks_for_what_is_due_by_its_reference() -> None:
    made, asked = code()
    assert asked == [
        Transfer(
            name="Atelier Lumen SAS",
            iban="FR7630006000011234567890189",
            bic="AGRIFRPP",
            amount=Decimal("1234.56"),
            text="FA-2026-0042 Moulins Dupré",
        )
    ]
    assert made is not None
    assert (made.type, made.content) == ("image/png", b"PNG 1234.56")
    assert made.cid.endswith("@atelier-lumen.example")


def test_of_several_invoices_it_asks_for_the_sum() -> None:
    codes = Codes()
    transfer_code("reminder-1", sample("fr", several=True), codes)
    assert codes.asked[0].amount == Decimal("14284.56")
    assert codes.asked[0].text == "FA-2026-0042 FA-2026-0051 FA-2026-0057 Moulins Dupré"


def test_an_instalment_asks_for_itself_alone() -> None:
    _, asked = code("instalment", instalment_due=Money(Decimal("411.52")))
    assert [one.amount for one in asked] == [Decimal("411.52")]


@pytest.mark.parametrize("template", ["instalments", "thank-you"])
def test_what_asks_for_nothing_now_has_no_code(template: str) -> None:
    assert code(template) == (None, [])


@pytest.mark.parametrize("told", [{"iban": ""}, {"iban": "FR00"}, {"total_due": Money(Decimal(5), "CHF")}])
def test_what_no_code_can_say_has_none(told: dict[str, Any]) -> None:
    assert code(**told) == (None, [])
    fields = sample("fr")
    assert with_code(fields, None) is fields


def test_the_picture_goes_along_only_where_it_is_shown() -> None:
    made, _ = code()
    assert made is not None
    shown = Draft(subject="x", text="x", html=f'<img src="cid:{made.cid}">')
    assert showing(shown, made).attachments == (made,)
    assert showing(Draft(subject="x", text="x", html="<p>x</p>"), made).attachments == ()
    assert showing(shown, None) is shown


# --- A whole daemon -------------------------------------------------------------------------------------------------


async def sent(folder: Path, *sizes: int, attach: bool = True, **sending: Any) -> EmailMessage:
    """The reminder about invoices whose files have these sizes, by a plan that sends them along or does not."""
    made = []
    for number, size in enumerate(sizes, start=1):
        (folder / f"{number}.pdf").write_bytes(b"%PDF-" + b"x" * size)
        pdf = str(folder / f"{number}.pdf")
        made.append(invoice(f"FA-2026-000{number}", due=date(2026, 2, 26), customer=customer(), pdf=pdf))
    rig = Rig(MemorySource(made), conf=config(sending=sending))
    plans = rig.holder.setup.plans
    steps = tuple(replace(step, attach=attach) for step in plans["standard"].steps)
    rig.holder.setup = replace(rig.holder.setup, plans={**plans, "standard": replace(plans["standard"], steps=steps)})
    rig.confirm()
    await rig.go(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    assert isinstance(rig.channel, MemoryChannel)
    message = message_from_bytes(rig.channel.sent[0].raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


async def test_a_reminder_carries_its_files_and_shows_its_code(tmp_path: Path) -> None:
    message = await sent(tmp_path, 10, 10)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf", "application/pdf",
    ]  # fmt: skip
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    page = message.get_body(("html",))
    assert page is not None
    assert f'src="cid:{str(picture["Content-ID"]).strip("<>")}"' in page.get_content()


async def test_what_does_not_fit_stays_behind_and_is_offered(tmp_path: Path) -> None:
    message = await sent(tmp_path, 900, 900, max_attached="1 KB")
    body = message.get_body(("plain",))
    assert [part.get_filename() for part in message.iter_attachments()] == ["FA-2026-0001.pdf"]
    assert body is not None
    assert "duplicata" in body.get_content()


async def test_a_step_that_attaches_nothing_offers_the_invoices(tmp_path: Path) -> None:
    message = await sent(tmp_path, 10, attach=False)
    body = message.get_body(("plain",))
    assert list(message.iter_attachments()) == []
    assert message.get_content_type() == "multipart/alternative"
    assert body is not None
    assert "duplicata" in body.get_content()
    assert "jointe" not in body.get_content()
