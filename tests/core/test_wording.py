import pytest

from relancier.core.writing.wording import forbidden


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fr", "Ceci est notre 2e relance."),
        ("fr", "Malgré nos deux relances"),
        ("fr", "dans les meilleurs délais"),
        ("fr", "notre débiteur"),
        ("fr", "des frais de relance"),
        ("en", "our second reminder"),
        ("en", "a gentle reminder"),
        ("en", "Pay now!"),
    ],
)
def test_words_are_named_with_their_line(language: str, line: str) -> None:
    assert next(forbidden(language, f"Subject: a\n\n{line}\n"))[0] == 3


def test_a_subject_tells_no_amount() -> None:
    assert next(forbidden("fr", "Subject: {{ number }} - {{ amount_due }}\n"))[0] == 1


def test_template_tags_are_no_words() -> None:
    assert list(forbidden("fr", "Subject: a\n\n{% if amount != amount_due %}\nx\n")) == []
