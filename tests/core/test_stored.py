"""What is remembered of a message that matched nothing: enough to find it again, and nothing to be done to it."""

from dataclasses import replace

from tests.core.cases import due

from relancier.core.stored import Seen, fingerprint


def test_a_message_just_read_concerns_no_case_and_wants_no_flag() -> None:
    seen = Seen(identity="i", message_id="<m@x>", folder="INBOX", uid=7, kind="human", at=due(0))
    assert seen.unmatched
    assert (seen.cases, seen.flags, seen.flagged) == ((), (), ())


def test_only_a_message_of_a_case_without_its_bytes_wants_them_from_where_it_lies() -> None:
    seen = Seen(identity="i", message_id="<m@x>", folder="INBOX", uid=7, kind="human", at=due(0), cases=("k",))
    assert seen.wants_bytes
    assert not replace(seen, blob="b").wants_bytes
    assert not replace(seen, folder="").wants_bytes
    assert not replace(seen, cases=()).wants_bytes


def test_a_fingerprint_is_the_same_each_time_and_tells_nothing_of_what_it_stands_for() -> None:
    assert fingerprint("token") == fingerprint("token") != fingerprint("other")
    assert "token" not in fingerprint("token")
