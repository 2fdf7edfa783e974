"""QR codes by segno."""

from functools import lru_cache
from io import BytesIO

import segno

from relancier.core.writing.transfer import Transfer

DOTS = 4  # a module's side: sharp also where a screen shows two dots for one
QUIET = 4  # the white margin that readers need, in modules
MASK = 0  # choosing the best of the eight costs five times as much as all the rest; readers take any


class QrCodes:
    """Implements ports.Codes; the same transfer gives the same bytes."""

    def transfer(self, transfer: Transfer) -> bytes:
        return _drawn(transfer)


@lru_cache(maxsize=16)  # a message is prepared, then made anew before it leaves
def _drawn(transfer: Transfer) -> bytes:
    code = segno.make_qr(transfer.payload, error="m", boost_error=False, mask=MASK)  # the level that the rule wants
    picture = BytesIO()
    code.save(picture, kind="png", scale=DOTS, border=QUIET)
    return picture.getvalue()
