import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.reading.token import alias_id, mark, marked, message_id, new_token, tokens_in, valid

KEY = b"k" * 32
TOKEN = new_token(KEY, "abcdefgh2345")


def test_a_token_is_ours_and_nobody_else_can_make_one() -> None:
    assert valid(KEY, TOKEN)
    assert not valid(b"x" * 32, TOKEN)
    assert not valid(KEY, TOKEN[:-1] + ("a" if TOKEN[-1] != "a" else "b"))
    assert not valid(KEY, "z" + TOKEN)


@given(st.text())
def test_no_other_text_is_a_token(text: str) -> None:
    assert not valid(KEY, text)
    assert tokens_in(KEY, text) == ()


@pytest.mark.parametrize("nonce", ["", "short", "UPPER12", "with.dot1", "a" * 41, "abcdef\n"])
def test_a_nonce_that_could_not_be_found_again_is_refused(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        new_token(KEY, nonce)


def test_a_token_is_found_in_identifiers_folded_upper_case_or_twice() -> None:
    other = new_token(KEY, "zyxwvut98765")
    line = f"<a@b> {message_id(TOKEN, 'x.example')}\r\n {alias_id(other, 'x.example').upper()} {TOKEN}"

    assert tokens_in(KEY, line) == (TOKEN, other)
    assert tokens_in(KEY, f"<r.{TOKEN[:20]}\r\n {TOKEN[20:]}@x.example>") == (TOKEN,)


def test_a_token_cut_out_of_a_longer_word_does_not_count() -> None:
    assert tokens_in(KEY, f"x{TOKEN}") == ()
    assert tokens_in(KEY, f"{TOKEN}x") == ()


def test_a_text_full_of_forged_tokens_costs_a_bounded_search() -> None:
    forged = " ".join([TOKEN[:-4] + "aaaa"] * 300)

    assert tokens_in(KEY, f"{forged} {TOKEN}") == ()


def test_marks_name_what_a_message_carried_and_nothing_can_be_read_from_them() -> None:
    candidates = [("FA-1|2026-01-01", "first"), ("FA-1|2026-01-01", "second"), ("FA-2|2026-01-01", "first")]
    marks = (mark(KEY, TOKEN, "FA-1|2026-01-01", "second"),)

    assert marked(KEY, TOKEN, marks, candidates) == [("FA-1|2026-01-01", "second")]
    assert marked(KEY, new_token(KEY, "another1"), marks, candidates) == []
    assert "second" not in marks[0]
    assert mark(KEY, TOKEN, "a", "bc") != mark(KEY, TOKEN, "ab", "c")
