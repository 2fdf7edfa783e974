"""What is remembered of a message that matched nothing: enough to find it again, and nothing to be done to it."""

from tests.core.cases import due

from relancier.core.stored import Seen


def test_a_message_just_read_concerns_no_case_and_wants_no_flag() -> None:
    seen = Seen(identity="i", message_id="<m@x>", folder="INBOX", uid=7, kind="human", at=due(0))
    assert seen.unmatched
    assert (seen.cases, seen.flags, seen.flagged) == ((), (), ())
