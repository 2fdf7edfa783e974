"""`explain`: all that reading a message yields, as JSON whose first keys are fixed and as lines for a person."""

import base64
import gzip
import io
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli_desk import CUSTOMER, OWN, Desk, called

from relancier.cli import explaining, ground
from relancier.config.loading import SYSTEM

FIXED = ["file", "kind", "cases", "confidence", "rule", "evidence", "effect"]
HEAD = f"From: Mme Petit <{CUSTOMER}>\nTo: {OWN}\nSubject: Re: F-2026-0001\nDate: Sun, 1 Mar 2026 23:30:00 +0000\n"
PAGE = Path(__file__).parents[1] / "docs" / "reading-mail.md"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def write(desk: Desk, text: str, *, head: str = HEAD, name: str = "one.eml") -> str:
    path = desk.folder / name
    path.write_text(head + "Content-Type: text/plain; charset=utf-8\n\n" + text + "\n", "utf-8")
    return str(path)


def explained(desk: Desk, text: str, *options: str, head: str = HEAD) -> dict[str, Any]:
    outcome = desk.run("explain", "--json", *options, write(desk, text, head=head))
    assert (outcome.status, outcome.err) == (0, "")
    (line,) = outcome.out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_the_fixed_keys_come_first_and_everything_else_after_them(desk: Desk) -> None:
    found = explained(desk, "Non.")
    assert list(found)[:7] == FIXED
    table = PAGE.read_text("utf-8").partition("| keys | hold |")[2].partition("\n\n")[0]
    told = [
        key for row in table.splitlines() for key in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    ]
    assert sorted(told) == sorted(found)
    assert (found["kind_rule"], found["layer"], found["rule"]) == ("person", "subject", "person, subject")
    assert found["evidence"] == f"{found['kind_evidence']}; {found['layer_evidence']}"
    assert (found["event"], found["flags"], found["keyword"]) == ("replied", ["\\Flagged"], "$RelanceReply")
    assert found["new_text"] == "Non."


def test_one_object_a_line_in_the_order_given_whatever_the_files_are(desk: Desk) -> None:
    odd = write(desk, "Non.", name="a\u2028b\u0085c\u2029d.eml")
    named = [str(desk.folder), odd, "no.eml", odd]
    outcome = desk.run("explain", "--json", *named)
    lines = outcome.out.splitlines()
    assert outcome.status == 1
    assert [json.loads(line)["file"] for line in lines] == named
    assert [json.loads(line)["kind"] for line in lines] == ["unreadable", "human", "unreadable", "human"]
    assert all(list(json.loads(line))[:7] == FIXED for line in lines)


def test_hints_rest_on_the_words_and_the_local_day(desk: Desk) -> None:
    """Written on a Sunday in UTC, and on a Monday in Paris."""
    found = explained(desk, "Bonjour,\nnous paierons demain.\n\n> Nous contestons.")
    assert found["hints"] == [
        {
            "hint": "promise",
            "words": "Bonjour, nous paierons demain.",
            "on": "2026-03-03",
            "amount": None,
            "currency": None,
            "address": "",
        }
    ]
    assert found["new_text"] == "Bonjour,\nnous paierons demain."


def test_a_message_without_a_date_counts_from_the_file(desk: Desk) -> None:
    found = explained(desk, "Nous paierons demain.", head=HEAD.partition("Date:")[0])
    assert found["date"] is None
    assert found["hints"][0]["on"] is not None


@pytest.mark.parametrize("date", ["Mon, 1 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:30:00 +0000"])
def test_dates_at_the_end_of_time_are_no_trouble(desk: Desk, date: str) -> None:
    found = explained(desk, "Nous paierons demain.", head=HEAD.partition("Date:")[0] + f"Date: {date}\n")
    assert found["kind"] == "human"


def test_an_auto_reply_tells_its_sort_its_days_and_who_stands_in(desk: Desk) -> None:
    head = HEAD + "Auto-Submitted: auto-replied\n"
    away = explained(desk, "Absent jusqu'au 15 mars. Contactez paul@alpes.test.", head=head)
    assert (away["kind"], away["autoreply"]["sort"]) == ("autoreply", "absence")
    assert (away["autoreply"]["until"], away["autoreply"]["contacts"]) == ("2026-03-15", ["paul@alpes.test"])
    assert away["effect"] == "noted on its cases; nothing stops ($RelanceAuto)"
    left = explained(desk, "Mme Petit ne travaille plus chez Alpes SA.", head=head)
    assert left["autoreply"]["sort"] == "left"
    assert "; a colleague is asked for another contact" in left["effect"]


REPORT = f"""\
From: MAILER-DAEMON@mx.alpes.test
To: {OWN}
Subject: Undelivered F-2026-0001
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Some failed.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.alpes.test

Final-Recipient: rfc822; {CUSTOMER}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

Final-Recipient: rfc822; deux@alpes.test
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822; trois@alpes.test
Action: delivered
Status: 2.0.0

--b--
"""


def test_a_report_tells_what_became_of_each_recipient(desk: Desk) -> None:
    path = desk.folder / "report.eml"
    path.write_text(REPORT)
    found = json.loads(desk.run("explain", "--json", str(path)).out)
    assert (found["kind"], found["layer"], found["cases"]) == ("bounce_permanent", "recipient", ["F-2026-0001"])
    assert [(one["address"], one["outcome"], one["status"]) for one in found["recipients"]] == [
        (CUSTOMER, "permanent", "5.1.1"), ("deux@alpes.test", "temporary", "4.4.1"),
        ("trois@alpes.test", "delivered", "2.0.0"),
    ]  # fmt: skip
    shown = desk.run("explain", str(path)).out
    assert f"{CUSTOMER}: failed for good (5.1.1" in shown
    assert "deux@alpes.test: failed for now (4.4.1)" in shown


def test_a_bounce_in_a_form_of_its_own_names_whom_it_could_not_reach(desk: Desk) -> None:
    head = HEAD.replace(CUSTOMER, "mailer-daemon@mx.test").replace("Re: ", "failure notice ")
    found = explained(desk, f"I wasn't able to deliver.\n<{CUSTOMER}>:\n550 no such user", head=head)
    assert found["kind"] == "bounce_permanent"
    assert [(one["address"], one["outcome"]) for one in found["recipients"]] == [(CUSTOMER, "permanent")]


def test_the_folder_decides_what_a_colleagues_message_does(desk: Desk) -> None:
    head = HEAD.replace(CUSTOMER, OWN).replace(f"To: {OWN}", f"To: {CUSTOMER}")
    effects = {}
    for role in ("inbox", "sent", "drafts", "junk", "trash", "other"):
        found = explained(desk, "Bonjour Madame.", "--folder", role, head=head)
        assert (found["kind"], found["folder"]) == ("colleague", role)
        effects[role] = found["event"]
    assert effects == {
        "inbox": "replied", "junk": "replied", "other": "replied", "sent": "answered", "drafts": None, "trash": None,
    }  # fmt: skip
    assert desk.run("explain", "--folder", "attic", "one.eml").status == 2


def test_our_own_message_is_other_in_json_and_ours_to_a_person(desk: Desk) -> None:
    desk.run("preview", "F-2026-0002", "--output", str(desk.folder))
    path = str(desk.folder / "F-2026-0002-notification.eml")
    found = json.loads(desk.run("explain", "--json", path).out)
    assert (found["kind"], found["rule"], found["effect"]) == ("other", "own", "our own message: nothing")
    assert "Kind            our own message\n" in desk.run("explain", path).out
    assert "our own message" in desk.run("explain", path, path).out.splitlines()[1]


def test_only_what_our_server_wrote_of_the_sender_is_shown(desk: Desk) -> None:
    desk.edit(f'address = "{OWN}"', f'address = "{OWN}"\nauthserv_id = "mx.lumen.test"')
    found_out = "spf=fail smtp.mailfrom=alpes.test; dmarc=fail header.from=alpes.test"
    ours = f"Authentication-Results: mx.lumen.test;\n {found_out}\n"
    forged = "Authentication-Results: mx.evil.test; dkim=pass header.d=alpes.test\n"
    found = explained(desk, "Non.", head=ours + forged + HEAD)
    assert [(one["method"], one["result"]) for one in found["authentication"]] == [("spf", "fail"), ("dmarc", "fail")]
    shown = desk.run("explain", str(desk.folder / "one.eml")).out
    assert "Authentication  spf fail (alpes.test), dmarc fail (alpes.test), by mx.lumen.test\n" in shown
    assert explained(desk, "Non.", head=forged + HEAD)["authentication"] == []
    assert "nothing written by mx.lumen.test" in desk.run("explain", str(desk.folder / "one.eml")).out


# --- For a person ---


def test_one_message_is_shown_as_lines_with_its_new_text_quoted(desk: Desk) -> None:
    path = write(desk, "Bonjour,\nvirement de 100 EUR le 15.\n\n> Merci de payer.")
    assert desk.run("explain", path).out.splitlines() == [
        path,
        f"  From            Mme Petit <{CUSTOMER}>",
        "  Subject         Re: F-2026-0001",
        "  Date            2026-03-01 23:30+00:00",
        "  Kind            human",
        "  because         person: no sign of a machine",
        "  Cases           F-2026-0001 (matched)",
        "  because         subject: number in the subject 'Re: F-2026-0001'",
        "  Effect          its cases pause, and a colleague is asked (\\Flagged, $RelanceReply)",
        "  Says            promise (on 2026-03-15, 100.00 EUR): “Bonjour, virement de 100 EUR le 15.”",
        "  New text        > Bonjour,",
        "                  > virement de 100 EUR le 15.",
    ]


def test_what_would_follow_about_a_case_is_told_where_none_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELANCIER_CONFIG", raising=False)
    Path("one.eml").write_text(HEAD + "\nNon.\n")
    shown = called("explain", "one.eml").out
    assert "  Effect          left untouched\n  about a case    its cases pause" in shown


def test_many_are_a_table_when_piped_and_blocks_on_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    path = write(desk, "Bonjour " * 40)
    piped = desk.run("explain", path, path).out.splitlines()
    assert piped[0].split() == ["File", "Kind", "Cases", "Confidence", "Rule", "Evidence", "Effect"]
    assert len(piped) == 3
    shown = desk.run("explain", path, path, terminal=True).out.splitlines()
    assert shown.count(path) == 2
    assert shown.count("") == 1
    assert max(len(line) for line in shown if line != path) <= 100
    assert sum(line.lstrip().removeprefix("New text").lstrip().startswith("> Bonjour") for line in shown) >= 8


def test_a_long_text_is_cut_and_says_so(desk: Desk) -> None:
    shown = desk.run("explain", write(desk, "\n".join(f"Ligne {number}." for number in range(100)))).out
    assert "> Ligne 39." in shown
    assert "> Ligne 40." not in shown
    assert shown.endswith("… and 60 more lines\n")


# --- Whatever comes ---


def test_an_error_that_nobody_foresaw_is_a_reading_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(explaining, "explained", fail)
    path = write(desk, "Non.")
    outcome = desk.run("explain", "--json", path, path)
    assert outcome.status == 0
    for found in map(json.loads, outcome.out.splitlines()):
        assert (found["kind"], found["rule"], found["evidence"]) == ("unreadable", "failed", "ZeroDivisionError: odd")
    assert "set aside" in desk.run("explain", path).out


def test_a_configuration_is_looked_for_where_the_daemon_finds_one() -> None:
    assert SYSTEM in ground.PLACES
    assert ground.PLACES[0] == Path("config.toml")


def bomb() -> str:
    """A gigabyte of zeros in a few kilobytes, attached."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(1024):
            file.write(bytes(1024 * 1024))
    text = base64.encodebytes(packed.getvalue()[: 256 * 1024]).decode()
    head = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nNon.\n--b\nContent-Type: application/gzip"
    named = "Content-Disposition: attachment; filename=F-2026-0001.pdf"
    return f"{head}\nContent-Transfer-Encoding: base64\n{named}\n\n{text}\n--b--\n"


HOSTILE = {
    "parentheses": "(" * 400_000,
    "angles": "<" * 400_000,
    "addresses": "<a@b.c> " * 50_000,
    "quotes": "> " * 200_000,
    "attributions": "Le 3 mars 2026 a écrit :\n" * 20_000,
    "headers of Outlook": "De : a\nEnvoyé : b\n" * 20_000,
    "numbers": "F-2026-000" * 40_000,
    "codes": "550 5.1.1 " * 40_000,
    "promises": "nous paierons le 15 ou le " * 15_000,
    "absences": "absent jusqu'au " * 25_000,
    "tags": "<div><a href=" * 30_000,
    "spaces": " \t" * 200_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(
    "more", ["", "Auto-Submitted: auto-replied\n", "Content-Language: fr\nX-Failed-Recipients: a\n"]
)
def test_text_made_to_slow_an_expression_is_read_at_once(desk: Desk, kind: str, more: str) -> None:
    began = time.process_time()
    explained(desk, HOSTILE[kind], head=HEAD + more)
    one_line = " ".join(HOSTILE[kind].split("\n"))
    explained(desk, "Non.", head=HEAD.replace("Re: ", one_line[:50_000]) + f"X-A: {one_line}\nReferences: {one_line}\n")
    assert time.process_time() - began < 5


def test_a_gigabyte_of_headers_is_read_at_its_beginning_only(desk: Desk) -> None:
    path = desk.folder / "huge.eml"
    with path.open("wb") as file:
        file.write(HEAD.encode() + b"X-Long: ")
        file.truncate(1024**3)
    began = time.process_time()
    found = json.loads(desk.run("explain", "--json", str(path)).out)
    assert time.process_time() - began < 5
    assert found["kind"] == "unreadable"
    assert found["cases"] == ["F-2026-0001"]


def test_a_message_may_come_through_a_pipe(desk: Desk) -> None:
    readable, writable = os.pipe()
    os.write(writable, HEAD.encode() + b"\nNon.\n")
    os.close(writable)
    found = json.loads(desk.run("explain", "--json", f"/dev/fd/{readable}").out)
    os.close(readable)
    assert (found["kind"], found["new_text"]) == ("human", "Non.")


def test_an_attached_bomb_is_named_and_never_opened(desk: Desk) -> None:
    path = desk.folder / "bomb.eml"
    path.write_text(HEAD.replace("Re: F-2026-0001", "Bonjour") + bomb())
    began = time.process_time()
    found = json.loads(desk.run("explain", "--json", str(path)).out)
    assert time.process_time() - began < 5
    assert (found["kind"], found["layer"], found["cases"]) == ("human", "text", ["F-2026-0001"])
