import pytest

from relancier.core.case import Customer
from relancier.core.writing.address import addressee, town


def customer(*address: str, name: str = "Dupont") -> Customer:
    return Customer(id="d", name=name, address=address)


def test_the_lines_are_the_name_the_person_and_the_address() -> None:
    lines = addressee(customer("1 rue A", " ", "75001 Paris "), "À l'attention de Mme Petit")
    assert lines == ("Dupont", "À l'attention de Mme Petit", "1 rue A", "75001 Paris")


def test_a_name_that_begins_the_address_does_not_stand_twice() -> None:
    assert addressee(customer("DUPONT", "1 rue A", "75001 Paris")) == ("Dupont", "1 rue A", "75001 Paris")


def test_a_long_address_leaves_the_person_out() -> None:
    five = ("a", "b", "c", "d", "75001 Paris")
    assert addressee(customer(*five), "À l'attention de Mme Petit") == ("Dupont", *five)
    assert addressee(customer(*five[1:]), "Mme Petit") == ("Dupont", "Mme Petit", *five[1:])


@pytest.mark.parametrize("address", [(), (" ",), ("Dupont",), ("a", "b", "c", "d", "e", "75001 Paris")])
def test_without_an_address_that_fits_there_are_no_lines(address: tuple[str, ...]) -> None:
    assert addressee(customer(*address)) == ()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (("12 rue des Forges", "69003 Lyon"), "Lyon"),
        (("BP 12", "13002 MARSEILLE CEDEX 02", "France"), "MARSEILLE"),
        (("1 Keizersgracht", "NL-1015 Amsterdam"), "Amsterdam"),
        (("12 rue des Forges", "06 000 Nice"), "Nice"),
        (("1 High Street", "London SW1A 1AA"), ""),
        ((), ""),
    ],
)
def test_the_town_is_what_follows_the_postcode(address: tuple[str, ...], name: str) -> None:
    assert town(address) == name
