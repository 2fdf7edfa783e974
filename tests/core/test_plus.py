import pytest

from relancier.core.reading.mail import Message
from relancier.core.reading.plus import FIELDS, addressed, ours, plus_address
from relancier.core.reading.token import new_token

KEY = b"k" * 32
TOKEN = new_token(KEY, "abcdefgh2345ijklmnop")
TAGGED = f"compta+{TOKEN}@atelier.example"


def to(value: str, field: str = "delivered-to") -> Message:
    return Message(identity="1", headers={field: (value,)})


def test_the_token_stands_after_a_plus_unless_the_address_became_too_long() -> None:
    assert plus_address("compta@atelier.example", TOKEN) == TAGGED
    assert len(TAGGED.partition("@")[0]) <= 64
    assert plus_address("comptabilite.clients@atelier.example", TOKEN) == "comptabilite.clients@atelier.example"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "value",
    [
        TAGGED,
        TAGGED.upper(),
        f"Compta <{TAGGED}>, ann@client.example",
        f"compta-{TOKEN}@atelier.example",
        f"prvs=1234=compta+{TOKEN}@atelier.example",
        f"SRS0=ab12=cd=atelier.example=compta+{TOKEN}@relay.example",
    ],
)
def test_a_token_is_found_in_every_field_and_form_of_an_address(field: str, value: str) -> None:
    assert addressed(to(value, field), KEY) == (TOKEN,)


@pytest.mark.parametrize(
    "value",
    [
        f"{TOKEN}@atelier.example",
        f"<r.{TOKEN}@atelier.example>",
        f"compta+{TOKEN[:-1]}@atelier.example",
        f"compta+{new_token(b'other', 'abcdefgh2345')}@atelier.example",
        f"compta+{TOKEN}",
        "compta+urgent@atelier.example",
        "",
    ],
)
def test_anything_else_is_no_token(value: str) -> None:
    assert addressed(to(value), KEY) == ()


def test_without_a_key_there_are_no_tokens() -> None:
    assert addressed(to(TAGGED), b"") == ()


def test_only_so_many_fields_are_looked_at() -> None:
    many = Message(identity="1", headers={"delivered-to": (*["ann@client.example"] * 20, TAGGED)})

    assert addressed(many, KEY) == ()


@pytest.mark.parametrize(
    "email", ["compta@atelier.example", "Compta@Atelier.Example", TAGGED, "compta+x@atelier.example"]
)
def test_our_own_address_is_ours_in_every_form(email: str) -> None:
    assert ours(email, "Compta@atelier.example")


@pytest.mark.parametrize(
    "email", ["compta2@atelier.example", "compta-client@atelier.example", "compta@elsewhere.example", "", "compta"]
)
def test_another_address_is_not(email: str) -> None:
    assert not ours(email, "compta@atelier.example")
    assert not ours(email, "")
