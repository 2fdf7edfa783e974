"""The [sms] table: what it takes, and the sentence for each mistake."""

from pathlib import Path

import pytest
from tests.test_config import SMALLEST, accepted, written

from relancier.config import read_sms_token, secrets_trouble


def told(tmp_path: Path, table: str) -> list[str]:
    _, problems = written(tmp_path, f"{SMALLEST}[sms]\n{table}\n")
    return [str(problem) for problem in problems]


def test_without_the_table_a_colleague_sends_each_sms(tmp_path: Path) -> None:
    config = accepted(tmp_path, SMALLEST)
    assert (config.sms.address, config.sms.country) == ("", "33")


def test_a_gateway_by_mail_is_an_address_with_the_number_in_it(tmp_path: Path) -> None:
    config = accepted(tmp_path, f'{SMALLEST}[sms]\ngateway = " {{phone}}@sms.example "\n')
    assert config.sms.address == "{phone}@sms.example"


def test_a_gateway_by_url_names_its_fields_and_its_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("geheim\n")
    (tmp_path / "token").chmod(0o600)
    table = 'url = "https://sms.example/send"\nformat = "form"\nmore = { from = "Lumen" }\ntoken_file = "token"\n'
    config = accepted(tmp_path, f"{SMALLEST}[sms]\n{table}")
    assert config.sms.address == "{phone}@sms.invalid"
    assert config.sms.more == {"from": "Lumen"}
    assert read_sms_token(config.sms, {}) == ("geheim", None)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            'gateway = "a@b.example"',
            'sms.gateway: must be an address with {phone} in it, as in "{phone}@sms.example"; it is "a@b.example" now.',
        ),
        (
            'gateway = "{phone}"',
            'sms.gateway: must be an address with {phone} in it, as in "{phone}@sms.example"; it is "{phone}" now.',
        ),
        (
            'url = "http://sms.example/"',
            'sms.url: must be an https address, as in "https://sms.example/send"; it is "http://sms.example/" now.',
        ),
        ('country = "+33"', 'sms.country: must be a country\'s telephone code, as in "33"; it is "+33" now.'),
        (
            'header = "Auth orization"',
            'sms.header: must be the name of a header, as in "Authorization"; it is "Auth orization" now.',
        ),
        ("more = { from = 1 }", 'sms.more: must hold texts by the names of fields, as in { from = "Lumen" }.'),
        ('format = "xml"', 'sms.format: must be one of json, form; it is "xml" now.'),
        (
            'gateway = "{phone}@sms.example"\nurl = "https://sms.example/"',
            "sms.gateway: url names a way already; keep one of the two.",
        ),
        (
            'url = "https://sms.example/"\ntoken_file = "a"\ntoken_credential = "b"',
            "sms.token_file: token_credential names it already; keep one of the two.",
        ),
        (
            'token_file = "a"',
            "sms.token_file: the token is for a gateway by its web address; add url, or take this out.",
        ),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, table: str, sentence: str) -> None:
    assert told(tmp_path, table) == [f"config.toml: {sentence}"]


@pytest.mark.parametrize("table", ['token = "geheim"', 'more = { token = "geheim" }'])
def test_a_token_in_the_file_is_refused_and_never_shown(tmp_path: Path, table: str) -> None:
    (problem,) = told(tmp_path, f'url = "https://sms.example/"\n{table}')
    assert "a secret never stands in this file" in problem
    assert "token_file" in problem
    assert "geheim" not in problem


def test_a_token_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    config = accepted(tmp_path, f'{SMALLEST}[sms]\nurl = "https://sms.example/"\ntoken_file = "lacking"\n')
    where = [problem.where for problem in secrets_trouble(config, {"CREDENTIALS_DIRECTORY": str(tmp_path)})]
    assert f"sms.token_file {tmp_path / 'lacking'}" in where
