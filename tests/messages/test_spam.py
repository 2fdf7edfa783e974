"""What SpamAssassin thinks of every message to a customer, by its own rules alone: nothing is asked of the network."""

import mailbox
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.gallery.messages import for_team, names, situations, written
from tests.messages.test_look import composed

from relancier.core.reading.mail import Attachment, Draft

pytestmark = pytest.mark.servers
MOST = 2.0
MISSING = "SpamAssassin is not installed: run `sudo make servers`."
# What the authors of SpamAssassin call spam by agreement, so that a filter can be tried.
AGREED = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
SPAM = "spam"
NAME = "X-Name"


def messages() -> Iterator[tuple[str, Draft]]:
    invoice = Attachment("FA-2026-0042.pdf", b"%PDF-1.4\n%%EOF\n")
    for language in ("fr", "en"):
        for template in names(language):
            if for_team(template):
                continue
            for situation in ("one", "several"):
                fields = situations(template, language)[situation]
                draft = written(template, language, fields)
                files = (*draft.attachments, invoice) if fields["has_pdf"] else draft.attachments
                yield f"{language}-{template}-{situation}", replace(draft, attachments=files, language=language)


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, float]:
    """The points of every message by its name, all given in one run."""
    program = shutil.which("spamassassin")
    if program is None and os.environ.get("RELANCIER_REQUIRE_SERVERS") == "1":
        pytest.fail(MISSING)
    if program is None:
        pytest.skip(MISSING)
    drafts = {**dict(messages()), SPAM: Draft(subject="x", text=f"{AGREED}\n")}
    folder = tmp_path_factory.mktemp("spam")
    (folder / "in").write_bytes(b"".join(unix(name, draft) for name, draft in drafts.items()))
    with (folder / "in").open("rb") as given, (folder / "out").open("wb") as told:
        subprocess.run(
            [
                program,
                "--mbox",
                "--local",
                "--nocreate-prefs",
                "--cf=use_bayes 0",
                "--cf=use_txrep 0",
                "--cf=score AWL 0",
            ],
            stdin=given,
            stdout=told,
            check=True,
            timeout=100,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        )
    return dict(read(folder / "out"))


def unix(name: str, draft: Draft) -> bytes:
    """The message with its name, as it stands in a file of many."""
    raw = composed(draft).replace(b"\r\n", b"\n")
    return f"From a Mon Jun 22 08:00:00 2026\n{NAME}: {name}\n".encode() + raw + b"\n"


def read(told: Path) -> Iterator[tuple[str, float]]:
    """The points of each message by its name; they come in no order."""
    box = mailbox.mbox(told)
    try:
        for message in box:
            status = " ".join(str(message["X-Spam-Status"]).split())
            yield str(message[NAME] or SPAM), float(status.partition("score=")[2].partition(" ")[0])
    finally:
        box.close()


def test_no_message_to_a_customer_looks_like_spam(scores: Mapping[str, float]) -> None:
    customers = {name: points for name, points in scores.items() if name != SPAM}
    assert len(customers) == len(dict(messages()))
    assert {name: points for name, points in customers.items() if points >= MOST} == {}


def test_the_filter_was_awake(scores: Mapping[str, float]) -> None:
    assert scores[SPAM] > 100
