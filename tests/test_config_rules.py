"""The choice of a plan and the factors, as the configuration says them."""

from decimal import Decimal
from pathlib import Path

import pytest

from relancier.config import Factor, load
from relancier.core.choosing import ByHistory

SMALLEST = """
[company]
name = "Atelier Lumen"
[mailbox]
address = "compta@lumen.test"
[mailbox.imap]
host = "imap.test"
password_credential = "imap"
[mailbox.smtp]
host = "smtp.test"
password_credential = "smtp"
"""
IBAN = "FR7630006000011234567890189"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST + text, "utf-8")
    return path


def test_every_rule_is_read(tmp_path: Path) -> None:
    text = f"""
[plans]
key_account = "grand-compte"
[[plans.by_amount]]
from = 10000
plan = "b"
[[plans.by_amount]]
from = 500.50
plan = "a"
[plans.by_customer]
" C042 " = "squad"
[plans.by_history]
plan = "lent"
[factor.bnp]
name = "BNP Factor"
iban = "FR76 3000 6000 0112 3456 7890 189"
bic = "BNPAFRPP"
[factor.other]
iban = "{IBAN}"
"""
    config, problems = load(written(tmp_path, text))
    assert all(one.warning for one in problems)
    assert config is not None
    rules = config.plans.rules
    assert (rules.default, rules.key_account, rules.by_customer) == ("standard", "grand-compte", {"C042": "squad"})
    assert rules.by_amount == ((Decimal("500.50"), "a"), (Decimal(10000), "b"))
    assert rules.by_history == ByHistory("lent", 30, 3)
    assert config.factor == {"bnp": Factor("BNP Factor", IBAN, "BNPAFRPP"), "other": Factor("other", IBAN)}


def test_what_was_read_may_be_given_again(tmp_path: Path) -> None:
    text = '[plans]\nby_amount = [{ from = 5, plan = "a" }]\nby_history = { plan = "b", late = "10d", invoices = 2 }\n'
    config, _ = load(written(tmp_path, f'{text}[factor]\nbnp = {{ iban = "{IBAN}" }}\n'))
    assert config is not None
    again = type(config).model_validate(dict(config), context={"folder": tmp_path})
    assert (again.plans.rules, again.factor) == (config.plans.rules, config.factor)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ('[plans.by_customer]\nC1 = ""', "plans.by_customer", "must name a plan for each customer's code"),
        ("[plans.by_customer]\nC1 = 3", "plans.by_customer", "must name a plan for each customer's code"),
        ("[plans]\nby_amount = 3", "plans.by_amount", "must be tables of an amount and a plan"),
        ('[plans]\nby_amount = [{ from = 3, plam = "a" }]', "plans.by_amount", "must be tables"),
        ('[plans]\nby_amount = [{ from = 3, plan = " " }]', "plans.by_amount", "must be tables"),
        ('[plans]\nby_amount = [{ from = "x", plan = "a" }]', "plans.by_amount", "must be an amount of zero or more"),
        ("[plans]\nby_history = 3", "plans.by_history", 'must hold plan = "mauvais-payeurs"'),
        ('[plans.by_history]\nlate = "30d"', "plans.by_history", 'must hold plan = "mauvais-payeurs"'),
        ('[plans.by_history]\nplan = "a"\nlater = "30d"', "plans.by_history", 'must hold plan = "mauvais-payeurs"'),
        ('[plans.by_history]\nplan = "a"\ninvoices = 0', "plans.by_history", "from 1 to 100"),
        ('[plans.by_history]\nplan = "a"\nlate = "1w"', "plans.by_history", "30d"),
        ("[factor]\nbnp = 3", "factor", "bnp must hold name, iban and bic"),
        ('[factor.bnp]\nname = "BNP"', "factor", "bnp needs an iban"),
        (f'[factor.bnp]\niban = "{IBAN}"\nswift = "x"', "factor", "bnp must hold name, iban and bic"),
        (f'[factor.bnp]\niban = "{IBAN}"\nname = 3', "factor", "bnp needs its name as text"),
        ('[factor.bnp]\niban = "FR76"', "factor", "is not an IBAN"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, text: str, where: str, said: str) -> None:
    config, problems = load(written(tmp_path, text))
    assert config is None
    assert any(f"config.toml{': ' if where else ''}{where}" in one.where and said in one.text for one in problems)


def test_factors_must_be_tables(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"factor = 3\n{SMALLEST}", "utf-8")
    _, problems = load(path)
    assert "must hold a table for each factor" in problems[0].text
