"""What explaining costs: all of tests/mail in one call of `explain --json`, the start of the process included."""

import statistics
from pathlib import Path

from tests.corpus import explained

MAIL = Path(__file__).parents[1] / "mail"
ROUNDS = 5


def a_second() -> tuple[float, str]:
    """Messages a second by the median of some rounds, and of how many messages and seconds that is."""
    paths = sorted(MAIL.glob("*/*.eml"))
    rounds = [explained(paths) for _ in range(ROUNDS)]
    assert all(len(answers) == len(paths) for answers, _ in rounds)
    seconds = statistics.median(spent.seconds for _, spent in rounds)
    processor = statistics.median(spent.processor for _, spent in rounds)
    return len(paths) / seconds, f"{len(paths)} in {seconds:.2f} s; {processor:.2f} s of the processor"
