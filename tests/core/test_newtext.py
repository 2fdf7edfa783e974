from collections.abc import Callable
from time import process_time

import pytest

from relancier.core.text.newtext import LONGEST_SHOWN, new_text, own_words

OURS = """Madame, Monsieur,

Notre facture FA-2026-0042 est arrivée à échéance le 2 novembre 2026 et son règlement ne nous est pas encore parvenu.

Nous vous remercions d'effectuer son règlement le 30 novembre 2026 au plus tard, par virement ou par chèque.

Si un litige ou une difficulté retarde ce règlement, dites-nous ce qui bloque. Un échéancier peut s'envisager.

Si vous avez déjà réglé cette facture, ne tenez pas compte de ce message.

Cordialement,

Camille Roux
Atelier Lumen"""
QUOTED = "\n".join(f"> {line}".rstrip() for line in OURS.splitlines())
ANSWER = "Bonjour,\n\nLe virement partira vendredi.\n\nCordialement,\nPaul Petit"
FRENCH = "Le lun. 2 mars 2026 à 10:04, Compta <compta@lumen.example> a écrit :"
ENGLISH = "On Mon, Mar 2, 2026 at 10:04 AM Compta <compta@lumen.example> wrote:"
OUTLOOK = """De : Compta <compta@lumen.example>
Envoyé : lundi 2 mars 2026 10:04
À : Paul Petit <paul@client.example>
Objet : FA-2026-0042 - Atelier Lumen - facture"""
OUTLOOK_EN = """From: Compta <compta@lumen.example>
Sent: Monday, March 2, 2026 10:04 AM
To: Paul Petit <paul@client.example>
Subject: FA-2026-0042 - Atelier Lumen - invoice"""

BELOW_THE_ANSWER = {
    "nothing": "",
    "gmail": f"{FRENCH}\n\n{QUOTED}",
    "gmail, narrow spaces": f"{FRENCH}\n\n{QUOTED}".replace(" a écrit :", "\u202fa écrit\u00a0:"),
    "gmail, wrapped": f"{FRENCH}\n\n{QUOTED}".replace("Compta <", "Compta\n<").replace(" a écrit", "\na écrit"),
    "gmail, wrapped before the address": f"{FRENCH}\n\n{QUOTED}".replace(" <", "\n<"),
    "gmail, english": f"{ENGLISH}\n\n{QUOTED}",
    "gmail, english, wrapped": f"{ENGLISH}\n{QUOTED}".replace(" wrote:", "\nwrote:"),
    "gmail, html without marks": f"{FRENCH}\n\n{OURS}",
    "gmail, old": f"2026-03-02 10:04 GMT+01:00 Compta <compta@lumen.example>:\n\n{QUOTED}",
    "apple": f"Le 2 mars 2026 à 10:04, Compta Lumen <compta@lumen.example> a écrit :\n\n{QUOTED}",
    "apple, a name without an address": f"Le 2 mars 2026 à 10:04, Compta Lumen a écrit :\n{QUOTED}",
    "thunderbird": f"Le 02/03/2026 à 10:04, Compta a écrit :\n{QUOTED}",
    "thunderbird, english": f"On 02/03/2026 10:04, Compta wrote:\n{QUOTED}",
    "thunderbird, name only": f"Compta Lumen a écrit :\n{QUOTED}",
    "outlook": f"{OUTLOOK}\n\n{OURS}",
    "outlook, empty lines between": f"{OUTLOOK}\n\n{OURS}".replace("\nÀ :", "\n\nÀ :").replace("\nObjet", "\n\nObjet"),
    "outlook, underlined": f"________________________________\n{OUTLOOK}\n\n{OURS}",
    "outlook, bold": f"*De :* Compta\n*Envoyé :* lundi 2 mars\n*À :* Paul\n*Objet :* FA-2026-0042\n\n{OURS}",
    "outlook, no space": f"De: Compta\nEnvoyé: lundi 2 mars\nÀ: Paul\nCc: Léa\nObjet: FA-2026-0042\n\n{OURS}",
    "outlook, english": f"{OUTLOOK_EN}\n\n{OURS}",
    "outlook, german": f"Von: Compta\nGesendet: Montag, 2. März\nAn: Paul\nBetreff: FA-2026-0042\n\n{OURS}",
    "outlook, long list": OUTLOOK.replace("@client", "@client.example>,\n <lea@client") + f"\n\n{OURS}",
    "message d'origine": f"-----Message d'origine-----\n{OUTLOOK}\n\n{OURS}",
    "message d'origine, curly": f"-----Message d’origine-----\n{OUTLOOK}\n\n{OURS}",
    "original message": f"-----Original Message-----\n{OUTLOOK_EN}\n\n{OURS}",
    "german separator": f"-----Ursprüngliche Nachricht-----\n\n{OURS}",
    "zimbra": f"----- Mail original -----\nDe: Compta\nÀ: Paul\nEnvoyé: Lundi 2 Mars\nObjet: FA-2026-0042\n\n{OURS}",
    "zimbra, marked": f"----- Mail original -----\nDe: Compta\nÀ: Paul\nObjet: FA-2026-0042\n\n{QUOTED}",
    "forwarded": f"---------- Forwarded message ---------\n{OUTLOOK_EN}\n\n{OURS}",
    "forwarded by apple": f"Début du message transféré :\n\nDe: Compta\nObjet: FA-2026-0042\nDate: 2 mars\n\n{OURS}",
    "marks only": QUOTED,
    "two generations": f"{FRENCH}\n> Notre relance.\n> Le 1 mars à 9:00, Paul a écrit :\n>> Plus tard.\n>\n{QUOTED}",
    "signature": "-- \nPaul Petit\nSociété Cliente\n01 02 03 04 05",
    "signature and quotation": f"-- \nPaul Petit\nSociété Cliente\n\n{FRENCH}\n{QUOTED}",
    "phone": f"Envoyé de mon iPhone\n\n{FRENCH}\n\n{QUOTED}",
    "phone, english": f"Sent from my iPhone\n\n{ENGLISH}\n\n{QUOTED}",
    "phone, android": f"Envoyé depuis mon appareil Galaxy\n\n-------- Message d'origine --------\n{OUTLOOK}\n\n{OURS}",
    "phone, outlook": f"Télécharger Outlook pour iOS\n________________________________\n{OUTLOOK}\n\n{OURS}",
    "phone, outlook, english": f"Get Outlook for Android\n________________________________\n{OUTLOOK_EN}\n\n{OURS}",
    "orange": f"> Message du 02/03/26 10:04\n> De : compta@lumen.example\n> A : paul@client.example\n>\n{QUOTED}",
}


@pytest.mark.parametrize("below", BELOW_THE_ANSWER.values(), ids=BELOW_THE_ANSWER)
def test_what_follows_an_answer_is_left_out(below: str) -> None:
    assert new_text(f"{ANSWER}\n\n{below}\n") == ANSWER


@pytest.mark.parametrize("below", BELOW_THE_ANSWER.values(), ids=BELOW_THE_ANSWER)
def test_no_word_of_ours_is_taken_for_the_writers_however_short_the_answer(below: str) -> None:
    assert own_words(f"Payé.\n\n{below}\n", OURS) == "Payé."
    assert "litige" not in new_text(f"Payé.\n\n{below}\n", OURS)


@pytest.mark.parametrize("lead_in", [FRENCH, ENGLISH, f"-----Message d'origine-----\n{OUTLOOK}", OUTLOOK, ""])
def test_answers_below_the_quotation_are_kept(lead_in: str) -> None:
    assert new_text(f"{lead_in}\n\n{QUOTED}\n\n{ANSWER}\n-- \nPaul") == ANSWER


def test_answers_between_quoted_lines_are_kept() -> None:
    text = f"Voir ci-dessous.\n\n{FRENCH}\n> Quand ?\nVendredi.\n>\n> Comment ?\n\nPar virement.\n> Merci\n"
    assert new_text(text) == "Voir ci-dessous.\n\nVendredi.\n\nPar virement."


@pytest.mark.parametrize("lead_in", ["----- Original Message -----\nFrom: Compta", ENGLISH])
def test_a_quotation_whose_marks_come_late_does_not_swallow_the_answer_below(lead_in: str) -> None:
    assert new_text(f"\n{lead_in}\n[...]\n{QUOTED}\n\n{ANSWER}") == f"[...]\n\n{ANSWER}"


def test_the_end_of_a_quoted_line_that_was_broken_in_two_is_quoted_too() -> None:
    broken = (
        "> Nous vous remercions d'effectuer le règlement de cette facture avant le\n15 décembre 2026\n> au plus tard."
    )
    assert own_words(f"D'accord pour cela.\n\n{broken}") == "D'accord pour cela."
    assert own_words(broken.replace("15 décembre 2026", "Pourquoi ?")) == "Pourquoi ?"
    assert (
        own_words(broken.replace("15 décembre 2026", "Nous ne pourrons pas le faire avant la fin du mois prochain"))
        != ""
    )


def test_our_lines_are_left_out_wherever_they_stand() -> None:
    assert new_text(f"{OURS}\n\n{ANSWER}", OURS) == ANSWER
    rewrapped = (
        OURS.replace(" ne nous est", "\nne nous est")
        .replace(" au plus tard", "\nau plus tard")
        .replace(" novembre", "  NOVEMBRE")
    )
    assert (
        new_text(f"{rewrapped}\n\nLe 30 novembre 2026\nserait trop tôt pour nous.", OURS)
        == "Le 30 novembre 2026\nserait trop tôt pour nous."
    )


def test_the_short_end_of_a_line_of_ours_is_ours_and_the_same_words_elsewhere_are_not() -> None:
    broken = OURS.replace(" encore parvenu", "\nencore parvenu")
    assert own_words(f"{broken}\n\n{ANSWER}", OURS) == ANSWER
    assert own_words("encore parvenu.", OURS) == "encore parvenu."


def test_few_words_that_ours_hold_too_stay_the_writers() -> None:
    assert own_words("Cordialement,\n\nMadame, Monsieur,\n\nle 30 novembre 2026", OURS) != ""
    assert own_words("le 30 novembre 2026", OURS) == "le 30 novembre 2026"
    assert own_words(f"{OURS}\n\nle 30 novembre 2026\n", OURS) == "le 30 novembre 2026"


def test_the_whole_is_shown_where_next_to_nothing_would_be_left() -> None:
    assert new_text(f"OK\n\n{FRENCH}\n{QUOTED}").endswith("Atelier Lumen")
    assert own_words(f"OK\n\n{FRENCH}\n{QUOTED}") == "OK"
    assert len(new_text("> mot\n" * 50_000)) == LONGEST_SHOWN
    assert (new_text(""), new_text(" \n"), own_words(f"{FRENCH}\n{QUOTED}")) == ("", "", "")
    assert new_text("x", "Du texte.") == "x"


KEPT = [
    "Le directeur a écrit : non, et c'est son dernier mot.",
    "De : la part de Paul\n\nNous paierons.",
    "Le 15 décembre 2026 au plus tard, par virement.\nMerci",
    "From Monday we are closed.\nTo pay, we need the invoice.",
    "Objet : facture FA-2026-0042\n\nNous paierons vendredi.",
    "________________________________\nNous paierons vendredi.",
    "Le détail :\n\n- facture A\n- facture B",
    "On Friday we will pay:\n\n- invoice A",
    "Date : 15 décembre\nMontant : 300 euros\nObjet : facture A",
    "Envoyé par chèque le 15 décembre.",
    "Sent by bank transfer on Friday.",
    "Le service a écrit :\nrien du tout.",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_a_quotation_is_kept(text: str) -> None:
    assert new_text(text) == text


LONG = 256 * 1024
HOSTILE = {
    "one line": "a" * LONG,
    "le": "Le 2\n" * (LONG // 5),
    "de": "De : a\n" * (LONG // 7),
    "headers": "Objet : a\n" * (LONG // 10),
    "underlines": "________________\n" * (LONG // 17),
    "dashes": "-" * LONG,
    "quotes": "> a\nb\n" * (LONG // 6),
    "spaces": " " * LONG,
    "a écrit": "Le 2 a écrit " * (LONG // 13),
    "angles": "<a@b" * (LONG // 4),
    "accents": "é\u0301" * (LONG // 2),
    "empty": "\n" * LONG,
    "words": "a b c d e f\n" * (LONG // 12),
}


def seconds(work: Callable[[], object]) -> float:
    """The processor's time, the better of two."""
    times = []
    for _ in range(2):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    assert seconds(lambda: new_text(text, text)) < 2
