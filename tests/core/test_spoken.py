"""Every date is seen from Wednesday 18 November 2026, unless told otherwise."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest

from relancier.core.text.spoken import amounts_in, currency_of, days_in

WRITTEN = date(2026, 11, 18)


def spans(text: str, written: date = WRITTEN, *, past: bool = False) -> list[str]:
    """Each day or span as 12-15 or 12-15..12-20, with the year where it is not 2026."""
    found = days_in(text, written, past=past)
    return [short(one.on) if one.on == one.until else f"{short(one.on)}..{short(one.until)}" for one in found]


def short(day: date) -> str:
    return day.isoformat().removeprefix("2026-")


DAYS = {
    "le 15": "12-15",
    "le 18": "11-18",
    "le 20": "11-20",
    "LE 20 COURANT": "11-20",
    "le 15 courant": "12-15",
    "le 20 crt": "11-20",
    "le 20 de ce mois": "11-20",
    "le 5 du mois prochain": "12-05",
    "le 10 prochain": "12-10",
    "le 31": "12-31",
    "le 1er": "12-01",
    "ok pr le 15": "12-15",
    "avant le 15, par virement": "12-15",
    "au 15/12": "12-15",
    "le 15/12.": "12-15",
    "le 15.12": "12-15",
    "15/12/2026": "12-15",
    "15/12/26": "12-15",
    "15-12-2026": "12-15",
    "15.12.2026": "12-15",
    "2026-12-15": "12-15",
    "05/01": "2027-01-05",
    "03/04/2027": "2027-04-03",
    "15 décembre": "12-15",
    "le 15 decembre 2026": "12-15",
    "15 DÉC.": "12-15",
    "15 déc 2026": "12-15",
    "1er juin": "2027-06-01",
    "le 3 janv.": "2027-01-03",
    "10 nov": "11-10",
    "29 février": "",
    "29 février 2028": "2028-02-29",
    "31 février": "",
    "31/02/2026": "",
    "32/12": "",
    "15/13": "",
    "le 32": "",
    "le 0": "",
    "lundi": "11-23",
    "Mercredi": "11-25",
    "jeudi": "11-19",
    "lundi prochain": "11-23",
    "vendredi prochain": "11-27",
    "vendredi de la semaine prochaine": "11-27",
    "vendredi semaine prochaine": "11-27",
    "vendredi en huit": "11-27",
    "ce vendredi": "11-20",
    "vendredi dernier": "11-13",
    "mercredi dernier": "11-11",
    "lundi 23 novembre": "11-23",
    "mardi 23 novembre": "11-23",
    "lundi 23": "11-23",
    "lundi 23/11": "11-23",
    "ven. 20/11": "11-20",
    "lun 23": "11-23",
    "vendredi à 14h": "11-20",
    "demain": "11-19",
    "demain matin": "11-19",
    "après-demain": "11-20",
    "apres demain": "11-20",
    "aujourd’hui": "11-18",
    "ce jour": "11-18",
    "hier": "11-17",
    "avant-hier": "11-16",
    "cette semaine": "11-18..11-20",
    "dans la semaine": "11-18..11-20",
    "en cours de semaine": "11-18..11-20",
    "semaine prochaine": "11-23..11-27",
    "la semaine pro": "11-23..11-27",
    "en début de semaine": "11-23..11-24",
    "en début de semaine prochaine": "11-23..11-24",
    "en milieu de semaine prochaine": "11-25",
    "fin de semaine": "11-19..11-20",
    "fin de semaine prochaine": "11-26..11-27",
    "semaine 49": "11-30..12-04",
    "S49": "11-30..12-04",
    "en semaine 2": "2027-01-11..2027-01-15",
    "semaine 53": "12-28..2027-01-01",
    "semaine 0": "",
    "fin du mois": "11-24..11-30",
    "fin de mois": "11-24..11-30",
    "fin de mois prochain": "12-25..12-31",
    "à la fin du mois prochain": "12-25..12-31",
    "début de mois": "12-01..12-10",
    "courant du mois": "11-18..11-30",
    "ce mois-ci": "11-18..11-30",
    "le mois prochain": "12-01..12-31",
    "fin janvier": "2027-01-25..2027-01-31",
    "fin novembre 2026": "11-24..11-30",
    "fin du mois de janvier": "2027-01-25..2027-01-31",
    "mi-mars": "2027-03-15",
    "mi décembre": "12-15",
    "début avril": "2027-04-01..2027-04-10",
    "courant décembre": "12-01..12-31",
    "en janvier": "2027-01-01..2027-01-31",
    "fin d'année": "12-25..12-31",
    "fin 2027": "2027-12-25..2027-12-31",
    "sous 8 jours": "11-18..11-26",
    "sous huit jours": "11-18..11-26",
    "sous 8/10 jours": "11-18..11-28",
    "sous huitaine": "11-18..11-25",
    "sous quinzaine": "11-18..12-03",
    "dans la quinzaine": "11-18..12-03",
    "d'ici une dizaine de jours": "11-18..11-28",
    "d’ici 10 jours": "11-18..11-28",
    "dans deux semaines": "12-02",
    "dans 2 sem": "12-02",
    "dans un mois": "12-18",
    "dans les 10 jours": "11-18..11-28",
    "sous 48h": "11-18..11-20",
    "sous 24/48h": "11-18..11-20",
    "sous 36 heures": "11-18..11-20",
    "sous 3 jours ouvrés": "11-18..11-23",
    "dans un délai de 15 jours": "11-18..12-03",
    "sous 15j": "11-18..12-03",
    "d'ici vendredi": "11-20",
    "il y a 3 jours": "11-15",
    "il y a deux semaines": "11-04",
    "du 1er au 15 août": "2027-08-01..2027-08-15",
    "du 24 décembre au 4 janvier": "12-24..2027-01-04",
    "du 24/12 au 04/01 inclus": "12-24..2027-01-04",
    "du 16 novembre au 20 novembre": "11-16..11-20",
    "du 25 au 30": "11-25..11-30",
    "du 24 décembre à midi au 2 janvier": "12-24..2027-01-02",
    "du 24 décembre 18 h au 2 janvier": "12-24..2027-01-02",
    "de lundi à vendredi": "11-16..11-20",
    "du 10 au 20": "11-10..11-20",
    "du lundi 23 au vendredi 27 novembre": "11-23..11-27",
    "entre le 10 et le 15 décembre": "12-10..12-15",
    "du 28 au 3 janvier": "12-28..2027-01-03",
    "du 15/12/2026 au 18/12/2026": "12-15..12-18",
    "15/12 - 18/12": "12-15..12-18",
    "le 10 et le 15 décembre": "12-10 12-15",
    "Friday": "11-20",
    "next Friday": "11-27",
    "Friday next week": "11-27",
    "this Friday": "11-20",
    "last Friday": "11-13",
    "on Monday, Nov 23": "11-23",
    "by the end of next week": "11-26..11-27",
    "the end of the week": "11-19..11-20",
    "this week": "11-18..11-20",
    "next week": "11-23..11-27",
    "early next week": "11-23..11-24",
    "Dec 15th": "12-15",
    "December 15, 2026": "12-15",
    "Dec. 15": "12-15",
    "15 December": "12-15",
    "15th of December": "12-15",
    "the 15th": "12-15",
    "by the 15th": "12-15",
    "on the 5th of next month": "12-05",
    "the 20th of this month": "11-20",
    "1st March 2027": "2027-03-01",
    "in May": "2027-05-01..2027-05-31",
    "end of January": "2027-01-25..2027-01-31",
    "mid-March": "2027-03-15",
    "within 10 days": "11-18..11-28",
    "within ten days": "11-18..11-28",
    "within 5 business days": "11-18..11-25",
    "within 7 to 10 days": "11-18..11-28",
    "within 48 hours": "11-18..11-20",
    "within the next two weeks": "11-18..12-02",
    "in a couple of weeks": "12-02",
    "in a fortnight": "12-02",
    "in 3 days": "11-21",
    "end of the month": "11-24..11-30",
    "month end": "11-24..11-30",
    "end of next month": "12-25..12-31",
    "next month": "12-01..12-31",
    "this month": "11-18..11-30",
    "end of the year": "12-25..12-31",
    "tomorrow": "11-19",
    "the day after tomorrow": "11-20",
    "today": "11-18",
    "yesterday": "11-17",
    "3 days ago": "11-15",
    "in two weeks": "12-02",
    "from 1 to 15 August": "2027-08-01..2027-08-15",
    "from August 1st until August 15th": "2027-08-01..2027-08-15",
    "between 10 and 15 December": "12-10..12-15",
}


@pytest.mark.parametrize(("text", "said"), DAYS.items())
def test_days_as_people_write_them(text: str, said: str) -> None:
    assert " ".join(spans(text)) == said
    assert " ".join(spans(f"Bonjour, virement {text}, cordialement.")) == said


NO_DAYS = [
    "à ce jour nous n'avons rien",
    "tél. au 04 72 00 00 00",
    "12 rue des Forges",
    "rendez-vous au 15 rue des Forges",
    "le 2ème rappel",
    "le 2e rappel",
    "le 15 %",
    "le 300 €",
    "le 15 h",
    "24/7",
    "1/2 journée",
    "paiement à 45 jours fin de mois",
    "30 jours net fin de mois",
    "sous 30 jours date de facture",
    "within 30 days of the invoice date",
    "within 30 days from receipt",
    "FA-2026-12-15",
    "12/2026/0042",
    "version 15.12",
    "15.12 €",
    "une semaine",
    "the week",
    "le mois",
    "the month",
    "tous les mois",
    "you may pay",
    "pays, mardis, mars",
    "may",
    "le montant",
    "l'année",
    "depuis 8 jours",
    "dans le détail",
    "dans 0042 cas",
    "au 1er trimestre",
    "the 1st reminder",
    "the 15 of us",
    "2026-13-45",
    "in 999999999 days",
]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_only_looks_like_a_day_is_none(text: str) -> None:
    assert spans(text) == []


PAST = {
    "payé le 15": "11-15",
    "payé le 20": "10-20",
    "viré le 3/11": "11-03",
    "payé le 15 janvier": "01-15",
    "viré lundi": "11-16",
    "viré mercredi": "11-11",
    "viré ce mercredi": "11-25",
    "payé fin octobre": "10-25..10-31",
    "réglé en début de mois": "11-01..11-10",
    "semaine 45": "11-02..11-06",
    "absent du 10 au 20": "10-10..10-20",
}


@pytest.mark.parametrize(("text", "said"), PAST.items())
def test_what_is_told_as_past_lies_behind(text: str, said: str) -> None:
    assert " ".join(spans(text, past=True)) == said


@pytest.mark.parametrize(
    ("written", "text", "said"),
    [
        (date(2026, 11, 21), "cette semaine", "11-21..11-22"),
        (date(2026, 11, 21), "fin de semaine", "11-26..11-27"),
        (date(2026, 11, 22), "lundi prochain", "11-23"),
        (date(2026, 11, 23), "lundi prochain", "11-30"),
        (date(2026, 11, 30), "fin du mois", "11-30"),
        (date(2026, 12, 31), "demain", "2027-01-01"),
        (date(2026, 12, 31), "15 janvier", "2027-01-15"),
        (date(2026, 1, 31), "dans un mois", "02-28"),
        (date(2026, 1, 31), "le 30", "03-30"),
        (date(2028, 2, 1), "le 29 février", "2028-02-29"),
        (date(2026, 11, 20), "sous 2 jours ouvrés", "11-20..11-24"),
        (date(2026, 11, 21), "sous 2 jours ouvrés", "11-21..11-24"),
    ],
)
def test_the_day_of_writing_decides(written: date, text: str, said: str) -> None:
    assert spans(text, written) == [said]


def test_words_and_places_are_those_of_the_text() -> None:
    text = "Bonjour,\nle virement partira Mardi\u00a023 Décembre, au plus tard le 30, au 31 ou au 15/12."
    found = days_in(text, WRITTEN)
    assert [one.words for one in found] == ["Mardi\u00a023 Décembre", "le 30", "31", "15/12"]
    assert [text[one.start : one.end] for one in found] == [one.words for one in found]


AMOUNTS = {
    "1 234,56 €": "1234.56",
    "1\u202f234,56\u00a0€": "1234.56",
    "1.234,56 EUR": "1234.56",
    "1,234.56 EUR": "1234.56",
    "300€": "300",
    "300 euros": "300",
    "EUR 300.00": "300",
    "€300": "300",
    "1 234 567,8 €": "1234567.8",
    "12 k€": "12000",
    "500 € puis 250,50 €": "500 250.50",
    "$1,000": "1000",
    "FA-2026-0042 300 €": "300",
    "300": "",
    "le 15 décembre": "",
    "300 europe": "",
}


@pytest.mark.parametrize(("text", "amounts"), AMOUNTS.items())
def test_amounts_as_people_write_them(text: str, amounts: str) -> None:
    found = amounts_in(f"Il reste {text}, merci.")
    assert [value for value, *_ in found] == [Decimal(one) for one in amounts.split()]
    assert all(f"Il reste {text}, merci."[start:end] == words for _, words, start, end in found)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("£1,431.50", "GBP"),
        ("GBP 1,000.00", "GBP"),
        ("1,000 gbp", "GBP"),
        ("$500", "USD"),
        ("500 USD", "USD"),
        ("CHF 1'200.50", "CHF"),
        ("500 €", "EUR"),
        ("EUR 500", "EUR"),
        ("500 euros", "EUR"),
    ],
)
def test_an_amount_is_in_the_currency_that_stands_beside_it(text: str, currency: str) -> None:
    ((_, words, *_),) = amounts_in(f"We will pay {text} on Monday.")
    assert currency_of(words) == currency


LONG = 256 * 1024
HOSTILE = [
    "1" * LONG,
    "1 " * (LONG // 2),
    "1.111 " * (LONG // 6),
    "le 15 " * (LONG // 6),
    "du 1 au 2 " * (LONG // 10),
    "fin de " * (LONG // 7),
    "dans un delai de " * (LONG // 17),
    "semaine " * (LONG // 8),
    "lundi " * (LONG // 6),
    " " * LONG,
    "/" * LONG,
    "15/12/" * (LONG // 6),
    "€" * LONG,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:18] for text in HOSTILE])
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    start = process_time()
    days_in(text, WRITTEN)
    amounts_in(text)
    assert process_time() - start < 3
