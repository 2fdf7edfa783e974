"""QR codes by segno."""

from functools import lru_cache
from io import BytesIO

from segno import helpers

from relancier.core.transfer import Transfer

DOTS = 4  # a module's side: sharp also where a screen shows two dots for one
QUIET = 4  # the white margin that readers need, in modules


class QrCodes:
    """Implements ports.Codes; the same transfer gives the same bytes."""

    def transfer(self, transfer: Transfer) -> bytes:
        return _drawn(transfer)


@lru_cache(maxsize=16)  # a message is prepared, then made anew before it leaves
def _drawn(transfer: Transfer) -> bytes:
    code = helpers.make_epc_qr(
        name=transfer.name,
        iban=transfer.iban,
        bic=transfer.bic or None,
        amount=transfer.amount,
        text=transfer.text,
        encoding="utf-8",
    )
    picture = BytesIO()
    code.save(picture, kind="png", scale=DOTS, border=QUIET)
    return picture.getvalue()
