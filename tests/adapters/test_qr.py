import struct
from decimal import Decimal
from io import BytesIO

import pytest
import segno

from relancier.adapters.qr import QrCodes
from relancier.core.money import Money
from relancier.core.writing.transfer import Transfer, remittance, transfer
from relancier.ports import Codes

IBAN = "FR7630006000011234567890189"


def asked(amount: str = "1234.5", bic: str = "AGRIFRPP", text: str = "FA-2026-0042 Moulins Dupré") -> Transfer:
    made = transfer("Atelier Lumen SAS", IBAN, bic, Money(Decimal(amount)), text)
    assert made is not None
    return made


@pytest.mark.parametrize(("bic", "third"), [("AGRIFRPP", "AGRIFRPP"), ("", "")])
def test_the_code_holds_the_lines_of_the_rule(bic: str, third: str) -> None:
    lines = (
        "BCD", "002", "1", "SCT", third, "Atelier Lumen SAS", IBAN, "EUR1234.50", "", "", "FA-2026-0042 Moulins Dupré",
    )  # fmt: skip
    assert asked(bic=bic).payload.decode().split("\n") == [*lines]
    expected = segno.make_qr("\n".join(lines).encode(), error="m", boost_error=False, mask=0)
    wanted = QrCodes().transfer(asked(bic=bic))
    assert wanted == picture(expected)
    assert wanted != picture(
        segno.make_qr("\n".join(lines).replace("1234.5", "1234.6").encode(), error="m", boost_error=False, mask=0)
    )


def picture(code: segno.QRCode) -> bytes:
    """As the library itself saves it."""
    buffer = BytesIO()
    code.save(buffer, kind="png", scale=4, border=4)
    return buffer.getvalue()


def test_it_is_a_small_square_png_and_always_the_same() -> None:
    codes: Codes = QrCodes()
    made = codes.transfer(asked())
    width, height = struct.unpack(">II", made[16:24])
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    assert width == height
    assert 180 <= width <= 77 * 4
    assert len(made) < 3000
    assert codes.transfer(asked()) == made


def test_the_fullest_transfer_still_has_a_code() -> None:
    text = remittance([f"FA-2026-{number:04}" for number in range(40)], "é" * 200)
    fullest = transfer("É" * 70, IBAN, "AGRIFRPP882", Money(Decimal("999999999.99")), text)
    assert fullest is not None
    assert QrCodes().transfer(fullest) == picture(segno.make_qr(fullest.payload, error="m", boost_error=False, mask=0))
