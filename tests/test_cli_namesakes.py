"""`check` and customers that nothing but their name tells apart."""

from pathlib import Path

import pytest
from tests.cli_desk import Desk

HEADINGS = "number;customer;customer_id;due;amount;accounting_email\n"
WARNING = "one name and addresses of several companies: martin; if they are several customers, give each a code"


def check(folder: Path, *rows: tuple[str, str]) -> str:
    desk = Desk.new(folder / "etc")
    lines = (f"F-{place};Martin;{code};2099-01-31;100;{email}\n" for place, (code, email) in enumerate(rows))
    desk.invoices.write_text(HEADINGS + "".join(lines), "utf-8")
    return desk.run("check", "--offline").out


@pytest.mark.parametrize(
    "rows",
    [
        (("", "compta@martin-nord.fr"), ("", "compta@martin-sud.fr")),
        (("", "martin.a@gmail.com"), ("", "martin.b@gmail.com")),
    ],
)
def test_one_name_with_addresses_of_several_companies_is_a_warning(
    tmp_path: Path, rows: tuple[tuple[str, str]]
) -> None:
    assert WARNING in check(tmp_path, *rows)


@pytest.mark.parametrize(
    "rows",
    [
        (("", "compta@martin.fr"), ("", "achats@martin.fr")),
        (("", "martin.a@gmail.com"), ("", "Martin.A@gmail.com")),
        (("", "compta@martin.fr"), ("", "")),
        (("C1", "compta@martin-nord.fr"), ("C2", "compta@martin-sud.fr")),
        (("C1", "compta@martin-nord.fr"), ("C1", "compta@martin-sud.fr")),
    ],
)
def test_one_company_or_a_code_is_none(tmp_path: Path, rows: tuple[tuple[str, str]]) -> None:
    assert "one name" not in check(tmp_path, *rows)
