"""What a colleague writes in the first line of an answer to a note, and what it orders."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relancier.core.case import Role
from relancier.core.orders.dictation import Said, Unclear, first_line, understand

TODAY = date(2026, 11, 22)
NUMBERS = ("FA-2026-0042", "FA-2026-0043", "INV 7781", "42")

CLEAR: list[tuple[str, str, dict[str, Any]]] = [
    ("reprendre", "resume", {}),
    ("REPRENDRE.", "resume", {}),
    ("> Reprendre la facture FA-2026-0042, merci", "resume", {"numbers": ("FA-2026-0042",)}),
    ("reprendre FA‑2026 – 0042 et FA-2026-0043", "resume", {"numbers": ("FA-2026-0042", "FA-2026-0043")}),
    ("reprendre facture n° 42", "resume", {"numbers": ("42",)}),
    ("reprendre INV 7781", "resume", {"numbers": ("INV 7781",)}),
    ("Resume", "resume", {}),
    ("reprendre : le client s'est trompé de facture", "resume", {"note": "le client s'est trompé de facture"}),
    ("pause", "pause", {}),
    ("Pause 10j", "pause", {"on": date(2026, 12, 2)}),
    ("pause 10 jours", "pause", {"on": date(2026, 12, 2)}),
    ("pause de 2 semaines, il rentre le 6", "pause", {"on": date(2026, 12, 6), "note": "il rentre le 6"}),
    ("pause 1 mois", "pause", {"on": date(2026, 12, 22)}),
    ("pause for 5 days", "pause", {"on": date(2026, 11, 27)}),
    ("pause jusqu'au 15/12", "pause", {"on": date(2026, 12, 15)}),
    ("pause until December 15th", "pause", {"on": date(2026, 12, 15)}),
    ("pause jusqu’au 15‑12", "pause", {"on": date(2026, 12, 15)}),
    ("pause 10j FA-2026-0042", "pause", {"on": date(2026, 12, 2), "numbers": ("FA-2026-0042",)}),
    ("promesse 15/12/2026", "promise", {"on": date(2026, 12, 15)}),
    ("Promesse : le 15 décembre", "promise", {"on": date(2026, 12, 15)}),
    ("Promesse de paiement le 15/12/2026", "promise", {"on": date(2026, 12, 15)}),
    ("pause jusqu’au 15/12", "pause", {"on": date(2026, 12, 15)}),
    ("promesse demain", "promise", {"on": date(2026, 11, 23)}),
    ("promise 2026-12-15 by cheque", "promise", {"on": date(2026, 12, 15), "note": "by cheque"}),
    ("promesse 1er janvier", "promise", {"on": date(2027, 1, 1)}),
    ("promesse 15.12.26", "promise", {"on": date(2026, 12, 15)}),
    ("litige", "dispute", {}),
    ("litige 300 deux luminaires cassés", "dispute", {"amount": Decimal(300), "note": "deux luminaires cassés"}),
    ("litige 1 234,56 € prix faux", "dispute", {"amount": Decimal("1234.56"), "note": "prix faux"}),
    ("litige 45 € transport", "dispute", {"amount": Decimal(45), "note": "transport"}),
    ("litige 2 colis manquants", "dispute", {"note": "2 colis manquants"}),
    ("litige : non conforme", "dispute", {"note": "non conforme"}),
    ("litige : pas encore livré", "dispute", {"note": "pas encore livré"}),
    ("litige : erreur de prix", "dispute", {"note": "erreur de prix"}),
    ("payé : par chèque", "paid", {"note": "par chèque"}),
    ("dispute wrong price", "dispute", {"note": "wrong price"}),
    ("litige 1234A référence fausse", "dispute", {"note": "1234A référence fausse"}),
    ("Relancer le solde", "balance", {}),
    ("chase the balance", "balance", {}),
    ("payé", "paid", {}),
    ("PAYE LE 20/11", "paid", {"on": date(2026, 11, 20)}),
    ("payé 300 € le 20/11/2026", "paid", {"on": date(2026, 11, 20), "amount": Decimal(300)}),
    ("réglée hier 300,00", "paid", {"on": date(2026, 11, 21), "amount": Decimal(300)}),
    ("paid yesterday", "paid", {"on": date(2026, 11, 21)}),
    ("stop", "close", {}),
    ("Stop : avoir émis", "close", {"note": "avoir émis"}),
    ("stop tout", "hold", {}),
    ("STOP ALL", "hold", {}),
    ("reprendre les envois", "release", {}),
    ("parti", "sent", {}),
    ("renvoyer", "resend", {}),
    ("appelé", "called", {"on": TODAY}),
    ("appelé hier, laissé un message", "called", {"on": date(2026, 11, 21), "note": "laissé un message"}),
    ("appelé avant-hier", "called", {"on": date(2026, 11, 20)}),
    ("appelé, paiement le 15/12", "called", {"on": TODAY, "note": "paiement le 15/12"}),
    ("called no answer", "called", {"on": TODAY, "note": "no answer"}),
    ("relancé 18/11/2026", "chased", {"on": date(2026, 11, 18)}),
    ("chased Nov 18", "chased", {"on": date(2026, 11, 18)}),
    ("silence", "silence", {}),
    ("plan Grand-Compte", "plan", {"note": "grand-compte"}),
    ("contact comptable A.Petit@Dupont.test", "contact", {"role": Role.ACCOUNTING, "address": "a.petit@dupont.test"}),
    ("contact direction : Luc Roy <l.roy@dupont.test>", "contact",
     {"role": Role.MANAGEMENT, "address": "l.roy@dupont.test", "note": "Luc Roy"}),
    ("contact sales x@y.test", "contact", {"role": Role.SALES, "address": "x@y.test"}),
    ("posté 1A 234 567 8901 2", "posted", {"on": TODAY, "note": "1A 234 567 8901 2"}),
    ("posted 20/11 RK123456789FR", "posted", {"on": date(2026, 11, 20), "note": "RK123456789FR"}),
    ("reçu 19/11", "letter", {"on": date(2026, 11, 19), "note": "received"}),
    ("non réclamé", "letter", {"on": TODAY, "note": "unclaimed"}),
    ("refusé le 19/11", "letter", {"on": date(2026, 11, 19), "note": "refused"}),
    ("NPAI", "letter", {"on": TODAY, "note": "unknown_address"}),
    ("ouvrir", "open", {}),
    ("Ouvrir la facture", "open", {}),
    ("ouvrir échéance 31/12/2026", "open", {"on": date(2026, 12, 31)}),
    ("ouvrir échéance : 31/12/2026", "open", {"on": date(2026, 12, 31)}),
    ("ouvrir le 31/12/2026", "open", {"on": date(2026, 12, 31)}),
    ("ouvrir échéance 31/08/2026", "open", {"on": date(2026, 8, 31)}),
    ("ouvrir Compta@Client.fr", "open", {"address": "compta@client.fr"}),
    ("ouvrir compta@client.fr échéance 31/12/2026", "open",
     {"on": date(2026, 12, 31), "address": "compta@client.fr"}),
    ("open due 2026-12-31 <mailto:ap@client.com>", "open", {"on": date(2026, 12, 31), "address": "ap@client.com"}),
    ("ignorer", "ignore", {}),
    ("Ignore : c'est un devis", "ignore", {"note": "c'est un devis"}),
]  # fmt: skip

UNCLEAR: list[tuple[str, Unclear]] = [
    ("", Unclear.UNKNOWN),
    ("Bonjour, que dois-je faire", Unclear.UNKNOWN),
    ("payé ?", Unclear.UNKNOWN),
    ("ne pas reprendre", Unclear.UNKNOWN),
    ("relancer", Unclear.UNKNOWN),
    ("reprendre tout", Unclear.REST),
    ("reprendre demain", Unclear.REST),
    ("reprendre, mais pas avant le 15", Unclear.REST),
    ("reprendre : seulement après le 15/12", Unclear.REST),
    ("reprendre (quand il aura répondu)", Unclear.REST),
    ("renvoyer : non, attendez", Unclear.REST),
    ("Résumé :", Unclear.UNKNOWN),
    ("Résumé : le client dit avoir payé", Unclear.UNKNOWN),
    ("stop toutes les relances du client", Unclear.REST),
    ("payé : pas encore", Unclear.REST),
    ("payé : sauf le port", Unclear.REST),
    ("payé le 20/11 : en partie", Unclear.REST),
    ("paid: not yet", Unclear.REST),
    ("stop : non", Unclear.REST),
    ("stop : pas celle-ci", Unclear.REST),
    ("stop (surtout pas)", Unclear.REST),
    ("stop tout : erreur", Unclear.REST),
    ("silence : finalement non", Unclear.REST),
    ("pause : non", Unclear.REST),
    ("pause 10j : annulez", Unclear.REST),
    ("litige : non, tout est réglé", Unclear.REST),
    ("promesse 15/12 : erreur", Unclear.REST),
    ("appelé : pas encore", Unclear.REST),
    ("posté : non", Unclear.REST),
    ("refusé : non", Unclear.REST),
    ("payé pas encore", Unclear.REST),
    ("payé 15", Unclear.BARE),
    ("payé 300", Unclear.BARE),
    ("payé 15/12", Unclear.REST),
    ("payé 15/12/2026", Unclear.FUTURE),
    ("payé 0 €", Unclear.AMOUNT),
    ("litige 0,00 rien", Unclear.AMOUNT),
    ("pause 10", Unclear.BARE),
    ("pause jusqu'au 15/11/2026", Unclear.PAST),
    ("promesse", Unclear.DATE),
    ("promesse 31/02/2027", Unclear.DATE),
    ("promesse 15/11", Unclear.DATE),
    ("promesse le 15 brumaire", Unclear.DATE),
    ("promesse 15/11/2026", Unclear.PAST),
    ("relancé", Unclear.DATE),
    ("relancé 01/12/2026", Unclear.FUTURE),
    ("appelé le 01/12/2026", Unclear.FUTURE),
    ("plan", Unclear.NAME),
    ("plan grand compte", Unclear.NAME),
    ("contact x@y.test", Unclear.CONTACT),
    ("contact comptable", Unclear.CONTACT),
    ("contact comptable a@y.test b@y.test", Unclear.CONTACT),
    ("posté", Unclear.NAME),
    ("posté 01/12/2026 1A", Unclear.FUTURE),
    ("reçu", Unclear.DATE),
    ("reçu 01/12/2026", Unclear.FUTURE),
    ("ouvrir échéance JJ/MM/AAAA", Unclear.DATE),
    ("ouvrir adresse", Unclear.DATE),
    ("ouvrir échéance 31/12/2026 si elle n'est pas payée", Unclear.REST),
    ("ouvrir a@client.fr b@client.fr", Unclear.CONTACT),
    ("ouvrir ?", Unclear.UNKNOWN),
    ("ignorer, non", Unclear.REST),
]


@pytest.mark.parametrize(("line", "word", "said"), CLEAR, ids=[line for line, *_ in CLEAR])
def test_a_clear_line_is_an_order(line: str, word: str, said: dict[str, Any]) -> None:
    assert understand(line, TODAY, NUMBERS) == Said(word=word, **said)


@pytest.mark.parametrize(("line", "why"), UNCLEAR, ids=[line for line, _ in UNCLEAR])
def test_what_could_mean_something_else_is_not_an_order(line: str, why: Unclear) -> None:
    assert understand(line, TODAY, NUMBERS) is why


def test_the_order_is_the_first_line_that_says_anything() -> None:
    assert first_line("\n \n > \nReprendre.\nstop\n") == "Reprendre"
    assert first_line("") == ""


def test_a_short_number_is_an_invoice_only_beside_a_word_that_says_so() -> None:
    assert understand("pause 42j", TODAY, NUMBERS) == Said(word="pause", on=date(2027, 1, 3))
