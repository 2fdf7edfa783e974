"""The configuration file: its values, and the exact sentence for each mistake."""

import re
import tomllib
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relancier.config import Config, find, load, make_key, read_key, read_oauth2, read_secret, secret, secrets_trouble
from relancier.config.secrets import SecretRefused
from relancier.config.sentences import keys, table_at
from relancier.core.case import Signer
from relancier.core.problem import Problem

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
SMALLEST = """\
[company]
name = "Atelier Lumen"
address = ["12 rue des Forges", "69003 Lyon"]
legal_form = "SAS"
capital = "50 000 €"
siren = "732 829 320"
rcs = "RCS Lyon"
iban = "FR76 3000 6000 0112 3456 7890 189"
[mailbox]
address = "compta@atelier-lumen.example"
[mailbox.imap]
host = "imap.example"
password_credential = "imap"
[mailbox.smtp]
host = "smtp.example"
password_credential = "smtp"
"""


def written(tmp_path: Path, text: str) -> tuple[Config | None, tuple[Problem, ...]]:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return load(path)


def accepted(tmp_path: Path, text: str) -> Config:
    config, problems = written(tmp_path, text)
    assert [str(problem) for problem in problems] == []
    assert config is not None
    return config


def changed(old: str, new: str) -> str:
    assert old in SMALLEST
    return SMALLEST.replace(old, new, 1)


def test_the_smallest_file_takes_every_default(tmp_path: Path) -> None:
    config = accepted(tmp_path, SMALLEST)
    assert config.mailbox.imap.port == 993
    assert config.mailbox.smtp.port == 465
    assert config.mailbox.imap.user == config.mailbox.address
    assert config.team.digest_to == (config.mailbox.address,)
    assert config.colleagues == frozenset()
    assert config.sending.days == frozenset({0, 1, 2, 3, 4})
    assert config.sending.hours == (time(9), time(17, 30))
    assert config.sending.customer_gap == 3
    assert config.sending.quiet == (((8, 1), (8, 20)), ((12, 24), (1, 2)))
    assert config.sending.minimum == Decimal(5)
    assert config.replies.after_colleague_answer is None
    assert config.late_interest.rate is None
    assert config.company.iban == "FR7630006000011234567890189"
    assert config.company.siren == "732829320"
    assert config.company.zone.key == "Europe/Paris"


def test_values_are_read_as_they_are_written(tmp_path: Path) -> None:
    more = """
[sending]
days = ["sat", "mon"]
hours = "8:00-12:15"
closed = ["2026-05-15", "2026-08-03/2026-08-21"]
customer_gap = "0d"
minimum = 7.50
[replies]
after_colleague_answer = "10d"
pause_limit = "2w"
[late_interest]
rate = 12.5
[invoices]
customers = "customers.csv"
[invoices.columns]
number = "Réf. pièce"
[plans.by_risk]
high = "mauvais-payeurs"
low = ""
[state]
keep = "5y"
[team]
addresses = ["Lea.Roux@atelier-lumen.example"]
"""
    config = accepted(tmp_path, SMALLEST + more)
    assert config.colleagues == {"lea.roux@atelier-lumen.example"}
    assert config.sending.days == frozenset({0, 5})
    assert config.sending.hours == (time(8), time(12, 15))
    assert config.sending.closed == (
        (date(2026, 5, 15), date(2026, 5, 15)),
        (date(2026, 8, 3), date(2026, 8, 21)),
    )
    assert config.sending.customer_gap == 0
    assert config.sending.minimum == Decimal("7.50")
    assert config.replies.after_colleague_answer == timedelta(days=10)
    assert config.replies.pause_limit == timedelta(days=14)
    assert config.late_interest.rate == Decimal("12.5")
    assert config.invoices.customers == tmp_path / "customers.csv"
    assert config.invoices.columns.given() == {"number": "Réf. pièce"}
    assert config.plans.by_risk == {"high": "mauvais-payeurs"}
    assert config.state.keep == timedelta(days=1827)


def test_relative_paths_start_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    config = accepted(tmp_path, SMALLEST + '[plans]\nfolder = "/etc/plans"')
    assert config.mailbox.key_file == tmp_path / "mailbox.key"
    assert config.templates.folder == tmp_path / "templates"
    assert config.plans.folder == Path("/etc/plans")
    assert config.state.folder == Path("/var/lib/relancier")


@pytest.mark.parametrize(("security", "ports"), [("tls", (993, 465)), ("starttls", (143, 587)), ("none", (143, 25))])
def test_the_port_follows_from_the_security(tmp_path: Path, security: str, ports: tuple[int, int]) -> None:
    text = SMALLEST.replace('host = "imap.example"', f'host = "127.0.0.1"\nsecurity = "{security}"')
    text = text.replace('host = "smtp.example"', f'host = "localhost"\nsecurity = "{security}"')
    config = accepted(tmp_path, text)
    assert (config.mailbox.imap.port, config.mailbox.smtp.port) == ports


def test_someone_signs_for_every_role(tmp_path: Path) -> None:
    config = accepted(tmp_path, SMALLEST)
    assert {config.signer(role).name for role in Signer} == {"Atelier Lumen"}
    assert config.signer(Signer.MANAGEMENT).email == config.mailbox.address
    sender = '[[sender]]\nrole = "management"\nname = "D. Lumen"\nemail = "d@lumen.example"\n'
    config = accepted(tmp_path, SMALLEST + sender)
    assert config.signer(Signer.MANAGEMENT).name == "D. Lumen"
    assert config.signer(Signer.ACCOUNT_MANAGER).name == "Atelier Lumen"


IMAP = 'host = "imap.example"\n'
CREDENTIAL = 'password_credential = "imap"\n'
ASIDE = (
    "a secret never stands in this file; put it alone in a file of mode 0600 that password_file names, "
    "or pass it through systemd as password_credential names it, and change it if others could read this file."
)
TOKENS = {
    "provider": "microsoft",
    "tenant": "lumen.example",
    "client_id": "1234",
    "client_secret_file": "oauth2.password",
}


def tokens(**keys: str) -> str:
    """A file whose two logins take tokens; a key changed, added, or left out where it is empty."""
    text = SMALLEST.replace(CREDENTIAL, 'auth = "oauth2"\n').replace('password_credential = "smtp"', 'auth = "oauth2"')
    table = {name: value for name, value in {**TOKENS, **keys}.items() if value}
    return text + "[mailbox.oauth2]\n" + "".join(f'{name} = "{value}"\n' for name, value in table.items())


CLEAR = (
    '"none" would send the password in clear, so it is for 127.0.0.1, ::1 and localhost only; '
    'write "tls" or "starttls".'
)
MISTAKES: list[tuple[str, str, str]] = [
    # unknown and missing keys
    (changed(IMAP, IMAP + "prot = 993\n"), "mailbox.imap.prot", 'unknown key; did you mean "port"?'),
    (SMALLEST + "[sendings]\n", "sendings", 'unknown key; did you mean "sending"?'),
    (
        changed("[mailbox]\n", "[mailbox]\nsurge = 3\n"),
        "mailbox.surge",
        "unknown key here; it belongs in [sending].",
    ),
    (
        SMALLEST + "[team]\nzzz = 1",
        "team.zzz",
        "unknown key; [team] knows addresses, digest, digest_at, digest_to; remove it or correct it.",
    ),
    (SMALLEST + '[invoices.columns]\nnumbr = "N"', "invoices.columns.numbr", 'unknown key; did you mean "number"?'),
    (
        changed('name = "Atelier Lumen"\n', ""),
        "company.name",
        "this key is missing; add it, as config.example.toml shows.",
    ),
    (
        changed('[mailbox.smtp]\nhost = "smtp.example"\npassword_credential = "smtp"\n', ""),
        "mailbox.smtp",
        "this table is missing; add [mailbox.smtp] and its keys, as config.example.toml shows.",
    ),
    (changed('name = "Atelier Lumen"', 'name = " "'), "company.name",
     "must not be empty; write it between the quotation marks."),
    (SMALLEST + "[[sender]]\nrole = 'management'\nname = 'D. Lumen'\n", "sender[1].email",
     "this key is missing; add it, as config.example.toml shows."),
    # types
    (changed(IMAP, IMAP + 'port = "993"\n'), "mailbox.imap.port",
     'must be a whole number without quotation marks, as in 10; it is "993" now.'),
    (changed(IMAP, IMAP + "port = 70000\n"), "mailbox.imap.port", "must be 65535 or less; it is 70000 now."),
    (SMALLEST + "[sending]\nper_hour = 0", "sending.per_hour", "must be 1 or more; it is 0 now."),
    (SMALLEST + "[sending]\nper_hour = 1.5", "sending.per_hour",
     "must be a whole number without quotation marks, as in 10; it is 1.5 now."),
    (SMALLEST + '[sending]\nauto_submitted = "yes"', "sending.auto_submitted",
     'must be true or false, without quotation marks; it is "yes" now.'),
    (changed('name = "Atelier Lumen"', "name = 3"), "company.name", "must be text in quotation marks; it is 3 now."),
    (changed('["12 rue des Forges", "69003 Lyon"]', '"12 rue des Forges"'), "company.address",
     'must be a list in square brackets, as in ["…", "…"]; it is "12 rue des Forges" now.'),
    ("sending = 3\n" + SMALLEST, "sending", "must be a table; write its keys under a heading [sending]."),
    (changed('"Atelier Lumen"', '"Atelier\\nLumen"'), "company.name",
     'must be one line of plain text; take the control character out of "Atelier�Lumen".'),
    # choices
    (changed(IMAP, IMAP + 'security = "ssl"\n'), "mailbox.imap.security",
     'must be one of tls, starttls, none; it is "ssl" now.'),
    (SMALLEST + '[invoices]\nmissing = "close"', "invoices.missing", 'must be one of hold, paid; it is "close" now.'),
    (SMALLEST + "[[sender]]\nrole = 'boss'\nname = 'D'\nemail = 'd@l.example'", "sender[1].role",
     'must be one of supplier, account_manager, management; it is "boss" now.'),
    (SMALLEST + '[plans.by_risk]\nhuge = "x"', "plans.by_risk",
     'knows no risk "huge"; the risks are low, medium, high.'),
    # values of their own kind
    (SMALLEST + '[sending]\ndays = ["lun"]', "sending.days",
     'knows no day "lun"; the days are mon, tue, wed, thu, fri, sat, sun.'),
    (SMALLEST + "[sending]\nmax_attached = 10", "sending.max_attached",
     'must be text in quotation marks, as in "10 MB"; it is 10 now.'),
    (SMALLEST + '[sending]\nmax_attached = "10"', "sending.max_attached",
     'must be a size of at most 50 MB, as in "10 MB" or "800 KB"; it is "10" now.'),
    (SMALLEST + '[sending]\nmax_attached = "51 MB"', "sending.max_attached",
     'must be a size of at most 50 MB, as in "10 MB" or "800 KB"; it is "51 MB" now.'),
    (SMALLEST + "[sending]\ndays = []", "sending.days", 'must be a list of days, as in ["mon", "tue"].'),
    (SMALLEST + '[sending]\nhours = "9h-17h"', "sending.hours",
     'must be two times of day, as in "09:00-17:30"; it is "9h-17h" now.'),
    (SMALLEST + '[sending]\nhours = "18:00-09:00"', "sending.hours",
     'must begin before it ends; it is "18:00-09:00" now.'),
    (SMALLEST + "[sending]\ncustomer_gap = 3", "sending.customer_gap",
     'must be text in quotation marks, as in "3d"; it is 3 now.'),
    (SMALLEST + '[sending]\ncustomer_gap = "1w"', "sending.customer_gap",
     'must be a number and its unit, as in "3d"; it is "1w" now.'),
    (SMALLEST + '[sending]\nquiet = ["08-01/08-32"]', "sending.quiet",
     'holds "08-01/08-32"; a period is month-day/month-day, as in "08-01/08-20".'),
    (SMALLEST + "[sending]\nclosed = [2026-08-03]", "sending.closed",
     'must be a list of text in quotation marks, as in ["2026-08-03/2026-08-21"].'),
    (SMALLEST + '[sending]\nclosed = ["2026-08-21/2026-08-03"]', "sending.closed",
     'holds "2026-08-21/2026-08-03", which ends before it begins; swap the two dates.'),
    (SMALLEST + '[sending]\nclosed = ["août"]', "sending.closed",
     'holds "août"; write a day or two, as in "2026-05-15" or "2026-08-03/2026-08-21".'),
    (SMALLEST + "[sending]\nminimum = -1", "sending.minimum",
     "must be an amount of zero or more, as in 40 or 7.50; it is -1 now."),
    (SMALLEST + "[sending]\nminimum = nan", "sending.minimum",
     "must be an amount of zero or more, as in 40 or 7.50; it is NaN now."),
    (SMALLEST + '[sending]\nholidays = "France"', "sending.holidays",
     'must be a country, as in "FR", or one with a region, as in "FR-57"; it is "France" now.'),
    (SMALLEST + '[sending]\nredirect_to = "moi"', "sending.redirect_to",
     '"moi" is not a mail address: an email address must have an @-sign.'),
    (SMALLEST + '[replies]\npause_limit = "a month"', "replies.pause_limit",
     'must be a number and its unit, as in "30d"; it is "a month" now.'),
    (SMALLEST + '[replies]\nafter_colleague_answer = "never"', "replies.after_colleague_answer",
     'must be "hold" or a span of days, as in "10d"; it is "never" now.'),
    (SMALLEST + '[late_interest]\nrate = "12 %"', "late_interest.rate",
     'must be "legal" or a percentage, as in 12.5; it is "12 %" now.'),
    (SMALLEST + '[team]\ndigest_at = "8h30"', "team.digest_at",
     'must be a time of day, as in "08:30"; it is "8h30" now.'),
    (SMALLEST + '[team]\naddresses = ["a@lumen.example", "b"]', "team.addresses[2]",
     '"b" is not a mail address: an email address must have an @-sign.'),
    (changed("compta@atelier-lumen.example", "compta@atelier-lumen"), "mailbox.address",
     '"compta@atelier-lumen" is not a mail address: the part after the @-sign is not valid.'),
    (changed("7890 189", "7890 188"), "company.iban",
     '"FR76 3000 6000 0112 3456 7890 188" is not an IBAN, its check digits do not fit; compare it with the bank\'s.'),
    (changed("FR76 3000 6000 0112 3456 7890 189", "see below"), "company.iban",
     '"see below" is not an IBAN; copy it from the bank\'s statement.'),
    (changed("732 829 320", "732 829 321"), "company.siren",
     '"732 829 321" is not a SIREN; it has nine digits, the last a check digit.'),
    (changed("[mailbox]\n", 'bic = "AGRI"\n[mailbox]\n'), "company.bic",
     '"AGRI" is not a BIC; it has 8 or 11 letters and digits, as in AGRIFRPP.'),
    (changed("[mailbox]\n", 'language = "French"\n[mailbox]\n'), "company.language",
     'must be two letters, as in "fr" or "en"; it is "French" now.'),
    (changed("[mailbox]\n", 'timezone = "Europe/Pari"\n[mailbox]\n'), "company.timezone",
     '"Europe/Pari" is no known time zone; did you mean "Europe/Paris"?'),
    (changed("[mailbox]\n", 'timezone = "Europe"\n[mailbox]\n'), "company.timezone",
     '"Europe" is no known time zone; did you mean "Europe/Rome"?'),
    # logins
    (changed(IMAP, IMAP + 'security = "none"\n'), "mailbox.imap.security",
     CLEAR),
    (changed(IMAP, IMAP + 'security = "starttls"\nport = 993\n'), "mailbox.imap.port",
     'port 993 speaks TLS from the start; write security = "tls".'),
    (changed(CREDENTIAL, ""), "mailbox.imap.password_file",
     "nothing says where the password is; add password_credential or password_file."),
    (changed(CREDENTIAL, CREDENTIAL + 'password_file = "imap.password"\n'), "mailbox.imap.password_file",
     "password_credential names the password already; keep one of the two."),
    (changed(CREDENTIAL, 'password_credential = "S3cr3t !"\n'), "mailbox.imap.password_credential",
     'must be the name of a systemd credential, as in "imap"; the password itself never stands here.'),
    (changed(CREDENTIAL, 'password = "S3cr3t"\n'), "mailbox.imap.password", ASIDE),
    (changed("[mailbox.smtp]\n", '[mailbox.smtp]\nPassword = "S3cr3t"\n'), "mailbox.smtp.Password", ASIDE),
    (SMALLEST + "[[sender]]\nrole='management'\nname='D'\nemail='d@l.example'\ntoken='S3cr3t'", "sender[1].token",
     ASIDE),
    (changed(CREDENTIAL, 'auth = "oauth"\n'), "mailbox.imap.auth",
     'must be one of password, oauth2; it is "oauth" now.'),
    # OAuth2
    (changed(CREDENTIAL, 'auth = "oauth2"\n'), "mailbox.oauth2",
     "this table is missing; add [mailbox.oauth2] and its keys, as config.example.toml shows."),
    (tokens().replace('auth = "oauth2"\n', 'auth = "oauth2"\n' + CREDENTIAL, 1), "mailbox.imap.password_credential",
     'auth = "oauth2" takes a token, not a password; remove one of the two.'),
    (tokens(provider="yahoo"), "mailbox.oauth2.provider",
     'must be one of microsoft, google, nothing; it is "yahoo" now.'),
    (tokens(provider=""), "mailbox.oauth2.provider",
     'nothing says where tokens come from; write provider = "microsoft" or "google", or the address in token_url.'),
    (tokens(tenant=""), "mailbox.oauth2.tenant",
     'nothing names your organisation at Microsoft; add tenant, as in "atelier-lumen.onmicrosoft.com".'),
    (tokens(tenant="a/b"), "mailbox.oauth2.tenant",
     'must be a domain or a directory identifier, as in "atelier-lumen.onmicrosoft.com"; it is "a/b" now.'),
    (tokens(client_id=""), "mailbox.oauth2.client_id",
     "nothing names the program to the provider; add client_id, which its registration shows."),
    (tokens(client_secret_file=""), "mailbox.oauth2.client_secret_file",
     "nothing says where the client's secret is; add client_secret_credential or client_secret_file."),
    (tokens(client_secret_credential="oauth2"), "mailbox.oauth2.client_secret_file",
     "client_secret_credential names it already; keep one of the two."),
    (tokens(provider="google"), "mailbox.oauth2.refresh_token_file",
     "Google gives tokens to a person's program only; add refresh_token_credential or refresh_token_file."),
    (tokens(provider="google", client_secret_file="", refresh_token_file="r"), "mailbox.oauth2.client_secret_file",
     "nothing says where the client's secret is; add client_secret_credential or client_secret_file."),
    (tokens(client_secret="S3cr3t", client_secret_file=""), "mailbox.oauth2.client_secret",
     ASIDE.replace("password", "client_secret")),
    (tokens(refresh_token="S3cr3t"), "mailbox.oauth2.refresh_token",
     ASIDE.replace("password", "refresh_token")),
    *((tokens(token_url=url), "mailbox.oauth2.token_url",
       f'must be an https address, as in "https://login.example/token"; it is "{url}" now.')
      for url in ("http://login.example/t", "https://", "login.example", "https://u:p@login.example", "https://h:x/")),
    (SMALLEST + "[[sender]]\nrole='management'\nname='D'\nemail='d@l.example'\n" * 2, "sender[2].role",
     'sender[1] has the role "management" already; keep one of the two.'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "sentence"), MISTAKES, ids=lambda value: value[:30] if len(value) < 60 else "")
def test_each_mistake_has_its_sentence(tmp_path: Path, text: str, key: str, sentence: str) -> None:
    config, problems = written(tmp_path, text)
    assert config is None
    assert [str(problem) for problem in problems] == [f"config.toml: {key}: {sentence}"]


SYNTAX = [
    ("[company]\nname = 'Lumen\n", 2, "a text opened with ' is not closed; add the missing ' on this line or above it"),
    ("[company]\nname = 'Lumen\nrcs = 'Lyon'\n", 2, "a text is not closed; add the missing quotation mark"),
    ('[company]\nname = "Lumen\n', 2, "a text is not closed; add the missing quotation mark"),
    ("[company]\nname = Lumen\n", 2,
     'this value is not understood; put text in straight quotation marks, as in "text"'),
    ("[company]\nname = “Lumen”\n", 2,
     'this value is not understood; put text in straight quotation marks, as in "text"'),
    ("[company]\nname Lumen\n", 2,
     'a key needs = and a value, as in name = "text"; keys have no accents or spaces'),
    ("[company\n", 1, "a table's heading is not closed; add the missing ]"),
    ('[company]\nname = "a"\nname = "b"\n', 3, "a key is written twice; remove one of the two"),
    ("[company]\n[company]\n", 2, "a table's heading is written twice; put its keys under one heading"),
    ("[sending]\nhours = 09:00-17:30\n", 2, "more stands on this line than one value; put text in quotation marks"),
    ("[sending]\ndays = ['mon',\n", 2,
     "a value is missing or a list is not closed; add what is missing"),
    ("[sending]\ndays = ['mon'\n", 2, "a list is not closed; add the missing ]"),
    ("[company]\nname = 'a\x01b'\n", 2, "a control character stands in a text; take it out"),
    ('[state]\nfolder = "C:\\data"\n', 2,
     "a \\ in a text starts an escape; write it twice, or take single quotation marks"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "sentence"), SYNTAX)
def test_a_mistake_of_toml_has_its_line(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    config, problems = written(tmp_path, text)
    assert config is None
    whole = f"config.toml:{line}: {sentence} (the file must be TOML, as config.example.toml is)."
    assert [str(problem) for problem in problems] == [whole]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = changed(IMAP, IMAP + 'prot = 1\nport = "a"\nsecurity = "none"\n') + '[sending]\nhours = "x"\n[zzz]\n'
    _, problems = written(tmp_path, text)
    assert {problem.where.removeprefix("config.toml: ") for problem in problems} == {
        "mailbox.imap.prot", "mailbox.imap.port", "mailbox.imap.security", "sending.hours", "zzz",
    }  # fmt: skip


def test_a_mistake_is_told_once_where_others_follow_from_it(tmp_path: Path) -> None:
    _, problems = written(tmp_path, changed("compta@atelier-lumen.example", "nobody"))
    assert [problem.where for problem in problems] == ["config.toml: mailbox.address"]


def test_no_word_of_the_library_shows() -> None:
    jargon = re.compile(
        r"pydantic|input|valid (string|integer)|validation|_type|NoneType|tuple|dictionary", re.IGNORECASE
    )
    assert not [sentence for _, _, sentence in MISTAKES if jargon.search(sentence)]


def test_missing_mentions_are_warnings(tmp_path: Path) -> None:
    text = changed('legal_form = "SAS"\ncapital = "50 000 €"\nsiren = "732 829 320"\nrcs = "RCS Lyon"\n', "")
    config, problems = written(tmp_path, text.replace("iban = ", "phone = "))
    assert config is not None
    assert all(problem.warning for problem in problems)
    assert [str(problem) for problem in problems] == [
        f"config.toml: company.{key}: {words} is missing; letters and mails of a company must carry it, so add it."
        for key, words in [
            ("legal_form", "the legal form"),
            ("capital", "the capital"),
            ("siren", "the SIREN"),
            ("rcs", "the town of registration (RCS)"),
        ]
    ] + ["config.toml: company.iban: the IBAN is missing; add it, or no message can say where to pay."]


def test_a_sole_trader_has_no_capital(tmp_path: Path) -> None:
    accepted(tmp_path, changed('legal_form = "SAS"\ncapital = "50 000 €"', 'legal_form = "EI"'))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_windows_editors_are_welcome(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(SMALLEST.replace("\n", "\r\n").encode(encoding))
    config, problems = load(path)
    assert problems == ()
    assert config is not None


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert [str(problem) for problem in load(path)[1]] == [
        f"{path}: there is no such file; `relancier init DIR` writes one, and --config FILE names another."
    ]
    assert [str(problem) for problem in load(tmp_path)[1]] == [
        f"{tmp_path}: this is a folder; name the file in it, as in --config DIR/config.toml."
    ]
    path.write_bytes("[company]\nname = 'é'".encode("cp1252"))
    assert [str(problem) for problem in load(path)[1]] == [
        f"{path}: line 2 is not UTF-8; save the file as UTF-8 in the editor."
    ]


def test_find_looks_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find("a.toml", {"RELANCIER_CONFIG": "b.toml"}) == Path("a.toml")
    assert find(None, {"RELANCIER_CONFIG": "b.toml"}) == Path("b.toml")
    assert find(None, {}) == Path("/etc/relancier/config.toml")
    (tmp_path / "config.toml").touch()
    assert find(None, {}) == Path("config.toml")


MICROSOFT = "https://login.microsoftonline.com/lumen.example/oauth2/v2.0/token"


@pytest.mark.parametrize(
    ("keys", "endpoint", "scope"),
    [
        ({}, MICROSOFT, "https://outlook.office365.com/.default"),
        (
            {"client_secret_file": "", "refresh_token_file": "oauth2.refresh"},
            MICROSOFT,
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        ),
        (
            {"provider": "google", "tenant": "", "refresh_token_file": "oauth2.refresh"},
            "https://oauth2.googleapis.com/token",
            "https://mail.google.com/",
        ),
        ({"provider": "", "token_url": "http://127.0.0.1:8080/t"}, "http://127.0.0.1:8080/t", ""),
        ({"token_url": "https://login.example/t", "scope": "a b"}, "https://login.example/t", "a b"),
    ],
)
def test_a_provider_fills_in_what_is_left_out(tmp_path: Path, keys: dict[str, str], endpoint: str, scope: str) -> None:
    config = accepted(tmp_path, tokens(**keys))
    assert config.mailbox.wants_tokens
    assert (config.mailbox.oauth2.endpoint, config.mailbox.oauth2.asked_scope) == (endpoint, scope)


def test_one_login_by_token_and_one_by_password(tmp_path: Path) -> None:
    text = tokens().replace('auth = "oauth2"', 'password_credential = "imap"', 1)
    config = accepted(tmp_path, text)
    assert (config.mailbox.imap.auth, config.mailbox.smtp.auth) == ("password", "oauth2")


def test_a_table_of_tokens_that_no_login_uses_is_told(tmp_path: Path) -> None:
    config, problems = written(tmp_path, SMALLEST + '[mailbox.oauth2]\nprovider = "google"\n')
    assert config is not None
    assert [(problem.warning, problem.where) for problem in problems] == [(True, "config.toml: mailbox.oauth2")]


# --- the example ----------------------------------------------------------------------------------------------------

EXAMPLES = {
    "plans.by_risk", "team.digest_to", "sender", "mailbox.address", "mailbox.imap", "mailbox.smtp", "company",
}  # fmt: skip


def test_the_example_loads_without_a_problem() -> None:
    config, problems = load(EXAMPLE)
    assert problems == ()
    assert config is not None


def test_the_example_shows_every_key() -> None:
    section, shown = "", set()
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"\[+([a-z0-9_.]+)\]+(\s*#.*)?", line):
            section = heading[1]
            shown.add(tuple(f".{section}".rsplit(".", 1)))
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            shown.add((section, key[1]))
    known = {(f".{table}".rstrip(".") if table_at([name]) and not table else table, name) for table, name in keys()}
    missing = {f"{table}.{name}".strip(".") for table, name in known} - {f"{a}.{b}".strip(".") for a, b in shown}
    assert missing == set()


def test_what_the_example_shows_is_the_default() -> None:
    shown = load(EXAMPLE)[0]
    table = tomllib.loads(EXAMPLE.read_text("utf-8"))
    required = {"company": table["company"], "mailbox": {"address": table["mailbox"]["address"]}}
    for name in ("imap", "smtp"):
        login: dict[str, Any] = table["mailbox"][name]
        required["mailbox"][name] = {key: login[key] for key in ("host", "password_credential")}
    bare = Config.model_validate(required, context={"folder": EXAMPLE.parent})
    assert shown is not None
    example = {"sender": (), "plans": shown.plans.model_copy(update={"by_risk": {}})}
    assert shown.model_copy(update=example) == bare
    for key in ("language", "timezone"):
        assert getattr(shown.company, key) == type(shown.company).model_fields[key].default


# --- secrets --------------------------------------------------------------------------------------------------------


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "imap.password"
    path.touch(0o600)
    path.write_text("S3cr3t é\n")
    return path


def test_a_password_comes_from_its_file(tmp_path: Path, password: Path) -> None:
    config = accepted(tmp_path, changed(CREDENTIAL, 'password_file = "imap.password"\n'))
    assert read_secret(config.mailbox.imap, {}) == ("S3cr3t é", None)
    assert secret(password) == "S3cr3t é"


def test_a_password_comes_from_systemd(tmp_path: Path, password: Path) -> None:
    config = accepted(tmp_path, SMALLEST)
    password.rename(tmp_path / "imap")
    (tmp_path / "imap").chmod(0o444)
    assert read_secret(config.mailbox.imap, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == ("S3cr3t é", None)
    problem = read_secret(config.mailbox.imap, {})[1]
    assert str(problem) == (
        'password_credential: the password comes from systemd as "imap", and systemd did not start this; '
        "name a password_file instead, or set $CREDENTIALS_DIRECTORY to a folder that holds it."
    )


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400, 0o440])
def test_a_narrow_mode_is_accepted(password: Path, mode: int) -> None:
    password.chmod(mode)
    assert secret(password) == "S3cr3t é"


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o641, 0o700])
def test_a_wide_mode_is_refused(password: Path, mode: int) -> None:
    password.chmod(mode)
    with pytest.raises(SecretRefused) as refusal:
        secret(password)
    assert str(refusal.value) == f"others may read or change it (mode {mode:04o}); run `chmod 600 {password}`."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty; write the secret into it, alone."),
        (b"\n", "the file is empty; write the secret into it, alone."),
        (b"a\nb\n", "the file holds more than one line of text; leave the secret alone in it."),
        (b"a\0b", "the file holds more than one line of text; leave the secret alone in it."),
        (b"\xff", "the file is not text in UTF-8; write the secret into it, alone."),
    ],
)
def test_what_is_no_password(password: Path, content: bytes, sentence: str) -> None:
    password.write_bytes(content)
    with pytest.raises(SecretRefused, match=re.escape(sentence)):
        secret(password)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "mailbox.key"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    key = read_key(path)
    assert len(key) == 32
    with pytest.raises(FileExistsError):
        make_key(path)
    assert read_key(path) == key


def test_a_key_that_is_none_is_refused(password: Path) -> None:
    with pytest.raises(SecretRefused, match="this is no key of Relancier"):
        read_key(password)


def test_check_learns_what_keeps_secrets_from_being_read(tmp_path: Path, password: Path) -> None:
    text = changed(CREDENTIAL, 'password_file = "imap.password"\nca_file = "ca.pem"\n')
    config = accepted(tmp_path, text)
    password.chmod(0o644)
    absent = "there is no such file; write the secret into it, alone, with mode 0600."
    keyless = "there is no such file; put back the key kept with the configuration, or let `relancier init` make one."
    assert [str(problem) for problem in secrets_trouble(config, {"CREDENTIALS_DIRECTORY": str(tmp_path)})] == [
        f"mailbox.imap.password_file {password}: others may read or change it (mode 0644); run `chmod 600 {password}`.",
        f"mailbox.imap.ca_file {tmp_path}/ca.pem: there is no such file; correct its path.",
        f"mailbox.smtp.password_credential {tmp_path}/smtp: {absent}",
        f"mailbox.key_file {tmp_path}/mailbox.key: {keyless}",
    ]


def test_check_learns_what_keeps_tokens_from_being_had(tmp_path: Path) -> None:
    more = {"refresh_token_credential": "consent", "ca_file": "ca.pem"}
    config = accepted(tmp_path, tokens(**more))
    assert read_secret(config.mailbox.imap, {}) == ("", None)
    make_key(config.mailbox.key_file)
    absent = "there is no such file; write the secret into it, alone, with mode 0600."
    lent = (
        'the refresh token comes from systemd as "consent", and systemd did not start this; '
        "name a refresh_token_file instead, or set $CREDENTIALS_DIRECTORY to a folder that holds it."
    )
    assert [str(problem) for problem in secrets_trouble(config, {})] == [
        f"mailbox.oauth2.client_secret_file {tmp_path}/oauth2.password: {absent}",
        f"mailbox.oauth2.refresh_token_credential: {lent}",
        f"mailbox.oauth2.ca_file {tmp_path}/ca.pem: there is no such file; correct its path.",
    ]
    for name in ("oauth2.password", "consent"):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(f"{name} S3cr3t\n")
    (tmp_path / "ca.pem").touch()
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert secrets_trouble(config, environ) == ()
    assert read_oauth2(config.mailbox.oauth2, environ) == ("oauth2.password S3cr3t", "consent S3cr3t", ())


def test_nothing_ever_prints_a_secret(tmp_path: Path, password: Path) -> None:
    config = accepted(tmp_path, changed(CREDENTIAL, 'password_file = "imap.password"\n'))
    read_secret(config.mailbox.imap, {})
    assert "S3cr3t" not in f"{config!r}{config!s}{config.model_dump()}"
    for content in ("S3cr3t\nS3cr3t", "S3cr3t\0"):
        password.write_text(content)
        assert "S3cr3t" not in repr(read_secret(config.mailbox.imap, {}))
    for text, _, _ in MISTAKES:
        if "S3cr3t" in text:
            assert "S3cr3t" not in repr(written(tmp_path, text))
