"""Every reply is seen from Wednesday 18 November 2026."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from tests.core.replies import SAID
from tests.core.replies_near import SAYS_NONE

from relancier.core.reading.hints import Hint, HintKind, hints

WRITTEN = date(2026, 11, 18)


def told(text: str) -> str:
    return "; ".join(shown(hint) for hint in hints(text, WRITTEN))


def shown(hint: Hint) -> str:
    """The hint's kind and what it found, dates of 2026 as 12-15."""
    on = hint.on.isoformat().removeprefix("2026-") if hint.on else ""
    found = (hint.kind, on, "" if hint.amount is None else str(hint.amount), hint.address)
    return " ".join(filter(None, found))


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_what_a_reply_says(text: str, said: str) -> None:
    assert told(text) == said
    assert told(f"Bonjour,\n\n{text}\n\nCordialement,\nPaul Petit\nSociété Cliente") == said


@pytest.mark.parametrize("text", SAYS_NONE)
def test_what_only_sounds_like_it_says_nothing(text: str) -> None:
    assert told(text) == ""
    assert told(f"Bonjour,\n\n{text}\n\nCordialement,\nPaul Petit") == ""


def test_several_hints_come_with_the_weightiest_first() -> None:
    text = (
        "Nous réglerons 500 € le 30 novembre. La facture 12 a été payée le 3. Nous contestons la 13 : pouvez-vous nous "
        "envoyer une copie de la facture ? Notre RIB a changé. Et pouvons-nous payer la 14 en trois fois ? "
        "Merci de déposer la 15 sur Chorus Pro. Je ne suis plus en charge, voyez avec lea@client.example. "
        "Nous avons déposé le bilan. Nous contestons aussi la 16."
    )
    found = hints(text, WRITTEN)
    assert [hint.kind for hint in found] == list(HintKind)[:8]
    assert len({hint.kind for hint in found}) == 8
    assert found[5] == Hint(HintKind.PROMISE, "Nous réglerons 500 € le 30 novembre.", date(2026, 11, 30), Decimal(500))


def test_the_words_are_the_writers_on_one_short_line() -> None:
    filler = "et nous en parlerons ensemble au siège quand vous le voudrez bien "
    text = f"Bonjour,\n\n{filler * 3}\nnous procéderons au\nrèglement le 30 novembre {filler * 4}."
    (hint,) = hints(text, WRITTEN)
    assert "règlement le 30" in hint.words
    assert len(hint.words) <= 160
    assert hint.words in " ".join(text.split())
    assert hint.words.split()[0] in filler.split()
    assert hint.words.split()[-1] in filler.split()


def test_what_is_quoted_is_not_the_writers() -> None:
    ours = "Si un litige retarde le règlement avant le 30 novembre, un échéancier peut s'envisager."
    reply = f"Bien noté.\n\nLe 17/11/2026 à 10:04, Compta <compta@lumen.example> a écrit :\n> {ours}\n"
    assert hints(reply, WRITTEN) == ()
    assert hints(ours, WRITTEN) != ()


LONG = 256 * 1024
HOSTILE = [
    "virement " * (LONG // 9),
    "virement le 15 " * (LONG // 15),
    "nous ne n'avons pas " * (LONG // 20),
    "facture de la facture " * (LONG // 22),
    "a" * LONG,
    "a@" * (LONG // 2),
    "envoyer envoyer " * (LONG // 16),
    "virement a b c d e f g h i j k. " * (LONG // 32),
    "merci de transmettre via via sur sur chorus le le litige. " * (LONG // 58),
    ", " * (LONG // 2),
    "contacter a. b@c.d. " * (LONG // 20),
    "en en en plusieurs fois pas pas d'échéancier RIB ? " * (LONG // 50),
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:20] for text in HOSTILE])
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    start = process_time()
    hints(text, WRITTEN)
    assert process_time() - start < 3
