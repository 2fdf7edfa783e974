"""What flufl.bounce adds, its bounds, and the faults of its own that do not get through."""

import time
from email import message_from_bytes
from email.message import Message

import pytest
from flufl.bounce import all_failures

from relancier.adapters import flufl
from relancier.adapters.flufl import LONGEST, FluflBounces
from relancier.core.reading.second import Failures

FAILED = b"""\
From: info@gateway.example
Subject: Your letter

Here is your list of failed recipients:
<Paul@Client.example>
<zoe@client.example>
Here is your returned mail:
"""
DELAYED = b"""\
From: info@gateway.example
Subject: Your letter

The address to which the message has not yet been delivered is:
  paul@client.example
No action is required on your part.
"""


def test_forms_that_only_the_library_knows() -> None:
    assert FluflBounces().read(FAILED) == Failures(permanent=("paul@client.example", "zoe@client.example"))
    assert FluflBounces().read(DELAYED) == Failures(temporary=("paul@client.example",))
    assert FluflBounces().read(FAILED.replace(b"\n", b"\r\n")) == FluflBounces().read(FAILED)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (FAILED.partition(b"\n")[2], IndexError),
        (FAILED.replace(b"info@", b"\xe9@"), AttributeError),
    ],
    ids=["no sender", "a sender that is not ASCII"],
)
def test_what_the_library_alone_fails_at_is_read(raw: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        all_failures(message_from_bytes(raw))
    assert FluflBounces().read(raw).permanent == ("paul@client.example", "zoe@client.example")


@pytest.mark.parametrize(
    "fault", [LookupError, ValueError, AttributeError, TypeError, RecursionError, ZeroDivisionError]
)
def test_any_other_fault_of_the_library_is_no_bounce(fault: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Message) -> None:
        raise fault

    monkeypatch.setattr(flufl, "all_failures", fails)

    assert FluflBounces().read(FAILED) == Failures()


def test_only_the_beginning_is_read_and_long_lines_cost_little() -> None:
    far = b"From: info@gateway.example\nSubject: x\n\n" + b"x\n" * LONGEST + FAILED
    openings = b"A message that you sent could not be delivered\nYour message could not be delivered to\nDid not reach"
    slow = FAILED.replace(b"<Paul", openings + b" the following recipient\n" + b"a" * 1_000_000 + b"\n<Paul")
    began = time.perf_counter()

    assert FluflBounces().read(far) == Failures()
    FluflBounces().read(slow)
    FluflBounces().read(openings + b"\n" + (b"a" * 300 + b"\n") * 300)

    assert time.perf_counter() - began < 5
