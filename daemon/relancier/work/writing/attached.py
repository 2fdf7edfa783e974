"""What goes with the words of a message: the invoices' PDF files as far as they fit, and the QR code of a transfer."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from errno import ENOENT

from relancier.core.case import IN_STORE, Case
from relancier.core.money import Money
from relancier.core.reading.mail import Attachment, Draft
from relancier.core.writing.transfer import remittance, transfer
from relancier.ports import Codes, RenderFailed, Store
from relancier.work.writing.telling import Fields

Read = Callable[[str], bytes]
FILE_NAME = re.compile(r"[^\w.-]+")
NO_CODE = frozenset({"instalments", "thank-you"})  # they ask for no transfer now
OF_ONE_INSTALMENT = "instalment"
QR_FILE = "virement-sepa.png"


# --- The invoices ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Files:
    """The files that go along, the most important first, and for each invoice named whether its own is among them."""

    files: tuple[Attachment, ...] = ()
    there: tuple[bool, ...] = ()

    def told_in(self, told: Fields) -> Fields:
        """The fields of a message, with what goes along with it."""
        rows = told["invoices"]
        marks = self.there or (False,) * len(_rows(rows))
        invoices = tuple({**row, "has_pdf": there} for row, there in zip(_rows(rows), marks, strict=True))
        return {**told, "invoices": invoices, "has_pdf": bool(marks) and all(marks)}


def invoices(cases: Sequence[Case], read: Read, most: int) -> Files:
    """Each invoice's PDF once, as far as they fit in `most` bytes; the cases come in the order of their importance.

    Raises RenderFailed for a file that cannot be read.
    """
    found = [_invoice(case, read) for case in cases]
    once = {file.name: file for file in found if file is not None}
    kept = tuple(_fitting(once.values(), most))
    names = {file.name for file in kept}
    return Files(kept, tuple(file is not None and file.name in names for file in found))


def kept_bytes(path: str, store: Store) -> bytes:
    """The bytes that the store keeps under this path. Raises FileNotFoundError."""
    content = store.blob(path.removeprefix(IN_STORE))
    if content is None:
        raise FileNotFoundError(ENOENT, "it is not kept any more", path)
    return content


def _invoice(case: Case, read: Read) -> Attachment | None:
    path = case.invoice.pdf
    if not path:
        return None
    try:
        return Attachment(f"{FILE_NAME.sub('-', case.invoice.number)}.pdf", read(path))
    except OSError as error:
        raise RenderFailed(f"The invoice's PDF cannot be read: {path} ({error.strerror}).") from error


def _fitting(files: Iterable[Attachment], most: int) -> Iterator[Attachment]:
    """Those that fit, in their order; one that is too large leaves room for a smaller one after it."""
    left = most
    for file in files:
        if len(file.content) <= left:
            left -= len(file.content)
            yield file


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    return value if isinstance(value, tuple) else ()


# --- The code of a transfer -----------------------------------------------------------------------------------------


def transfer_code(template: str, told: Fields, codes: Codes | None) -> Attachment | None:
    """The QR code of what a message asks for, if it asks and a code can say it."""
    amount = told.get("instalment_due") if template == OF_ONE_INSTALMENT else told.get("total_due")
    if codes is None or template in NO_CODE or not isinstance(amount, Money):
        return None
    numbers = dict.fromkeys(str(row["number"]) for row in _rows(told["invoices"]))
    text = remittance(numbers, str(told["customer"]))
    asked = transfer(str(told.get("factor") or told["company"]), str(told["iban"]), str(told["bic"]), amount, text)
    if asked is None:
        return None
    picture = codes.transfer(asked)
    domain = str(told["reply_to"]).rpartition("@")[2]
    cid = f"{hashlib.sha256(picture).hexdigest()[:16]}@{domain}"
    return Attachment(QR_FILE, picture, "image/png", cid)


def with_code(told: Fields, code: Attachment | None) -> Fields:
    """The fields of a message, with the picture that its template may show."""
    return {**told, "transfer_qr": f"cid:{code.cid}"} if code else told


def showing(draft: Draft, code: Attachment | None) -> Draft:
    """The draft with the picture, where its HTML shows it."""
    return replace(draft, attachments=(*draft.attachments, code)) if code and f"cid:{code.cid}" in draft.html else draft
