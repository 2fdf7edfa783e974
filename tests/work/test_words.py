"""What a message may say, worked out from cases at the moment of sending."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.work.rig import config, customer, setup
from tests.work.saying import DUE, at, done, of, told

from relancier.core.case import Case, Contact, Event, How, Instalment, Kind, Role
from relancier.core.money import HalfYear, Money
from relancier.core.outbox import Carried, Entry, Sort, Status
from relancier.core.plan import Channel


def test_the_deadline_of_a_notice_is_a_working_day_eight_days_away_and_never_in_a_quiet_period() -> None:
    assert told(of(), "formal-notice", date(2026, 4, 7))["notice_deadline"] == date(2026, 4, 15)
    assert told(of(), "formal-notice", date(2026, 5, 6))["notice_deadline"] == date(2026, 5, 15)  # 14 May is a holiday
    assert told(of(), "formal-notice", date(2026, 7, 28))["notice_deadline"] == date(2026, 8, 21)


@pytest.mark.parametrize("step", ["reminder", "penalties", "last-reminder"])
def test_the_deadline_leaves_five_working_days(step: str) -> None:
    assert told(of(), step, date(2026, 3, 6))["deadline"] == date(2026, 3, 13)
    assert told(of(), step, date(2026, 7, 29))["deadline"] == date(2026, 8, 21)


NEXT = [
    ("standard", "reminder", date(2026, 3, 5), ("reminder", None)),  # on the very day of the deadline
    ("standard", "penalties", date(2026, 3, 12), ("call", date(2026, 3, 17))),
    ("standard", "last-reminder", date(2026, 3, 27), ("formal_notice", date(2026, 4, 7))),
    ("standard", "formal-notice", date(2026, 4, 7), ("legal", date(2026, 4, 16))),
    ("standard", "legal", date(2026, 4, 16), (None, None)),
    ("grand-compte", "penalties", date(2026, 3, 17), ("call", date(2026, 3, 23))),
    ("squad", "call-again", date(2026, 3, 16), ("sms", date(2026, 3, 19))),
    ("workflow", "firm-reminder", date(2026, 3, 9), ("formal_notice", None)),  # what waits for a call is not announced
    ("silence", "silence-sms", date(2026, 3, 9), ("letter", None)),  # it leaves before our request has had its time
    ("silence", "silence-letter", date(2026, 3, 10), ("registered_letter", None)),
    ("clients-douteux", "urgent", date(2026, 3, 18), ("registered_letter", date(2026, 3, 26))),
    ("clients-douteux", "last-reminder", date(2026, 3, 26), ("formal_notice", date(2026, 4, 3))),
    ("clients-douteux", "formal-notice", date(2026, 4, 3), (None, None)),  # what remains are tasks of ours
]


@pytest.mark.parametrize(("plan", "step", "today", "follows"), NEXT)
def test_the_next_step_is_one_of_the_plan_and_its_day_leaves_time_to_pay(
    plan: str, step: str, today: date, follows: tuple[str | None, date | None]
) -> None:
    said = told(of(plan=plan, customer=customer(address=("1 rue Haute", "69001 Lyon"))), step, today)
    assert (said["next_step"], said["next_on"]) == follows


def test_no_day_is_named_before_which_we_write_about_another_invoice_of_the_message() -> None:
    today, earlier, later = date(2026, 3, 12), of("FA-1", due=date(2026, 3, 6)), of("FA-2", due=date(2026, 3, 10))
    assert told(later, "reminder", today)["next_on"] == date(2026, 3, 20)
    said = told(later, "reminder", today, together=(earlier,))
    assert (said["next_step"], said["next_on"]) == ("reminder", None)


def test_a_letter_that_has_no_address_to_go_to_is_announced_as_the_message_it_will_be() -> None:
    assert told(of(plan="clients-douteux"), "urgent", date(2026, 3, 18))["next_step"] == "reminder"


def test_no_court_is_announced_to_a_public_body_and_no_notice_where_a_part_is_in_dispute() -> None:
    assert told(of(customer=customer(sector="public")), "formal-notice", date(2026, 4, 7))["next_step"] is None
    assert told(of(disputed=Decimal(10)), "last-reminder", date(2026, 3, 27))["next_step"] is None


def test_the_last_reminder_is_that_of_the_plan() -> None:
    assert told(of(), "last-reminder", date(2026, 3, 27))["last_reminder"] is True
    assert told(of(), "penalties", date(2026, 3, 12))["last_reminder"] is False


def test_a_plan_that_names_a_suspension_says_so() -> None:
    assert told(of(plan="clients-douteux"), "urgent", date(2026, 3, 18))["suspension"] is True
    assert told(of(), "penalties", date(2026, 3, 12))["suspension"] is False


# --- What being late costs ----------------------------------------------------------------------------------------


def test_the_rate_of_a_public_body_is_lower_and_is_said() -> None:
    private = told(of(), "penalties", date(2026, 3, 12))
    public = told(of(customer=customer(sector="public")), "penalties", date(2026, 3, 12))
    assert (private["rate"], public["rate"]) == ("12,15\u00a0%", "10,15\u00a0%")
    assert public["public"] is True
    assert public["charge"] == Money(Decimal(40))


def test_a_delay_over_two_rates_names_no_single_one() -> None:
    made = setup(config())
    made = replace(made, rates=made.rates.plus([HalfYear(date(2026, 7, 1), Decimal("2.40"))]))
    said = told(of(due=date(2026, 6, 15)), "penalties", date(2026, 7, 10), conf=made)
    assert said["rate"] is None
    assert said["invoices"][0]["rates"] == ("12,15\u00a0%", "12,40\u00a0%")
    assert said["penalties"].amount == said["interest"].amount + 40


def test_no_figure_is_named_while_the_official_rate_is_not_known() -> None:
    said = told(of(due=date(2026, 6, 15)), "penalties", date(2026, 7, 10))
    assert said["consequences"] is True
    assert [said[name] for name in ("rate", "interest", "penalties", "claimed")] == [None] * 4


def test_a_notice_claims_the_principal_with_interest_and_charge() -> None:
    said = told(of(), "formal-notice", date(2026, 4, 7))
    assert said["total_due"] == Money(Decimal("1200.00"))
    assert said["interest"] == Money(Decimal("14.38"))  # 1200 x 12.15 % x 36 / 365
    assert said["claimed"] == Money(Decimal("1254.38"))


def test_a_consumer_owes_no_charge_and_the_notice_claims_what_is_due() -> None:
    said = told(of(customer=customer(professional=False)), "formal-notice", date(2026, 4, 7))
    assert said["consumer"] is True
    assert (said["consequences"], said["charge"], said["penalties"]) == (False, None, None)
    assert said["claimed"] == said["total_due"]


def test_an_invoice_due_in_parts_bears_one_recovery_charge() -> None:
    first, second = of(due=date(2026, 1, 30)), of(due=DUE)
    late = [replace(one, done=(done("penalties", date(2026, 3, 12)),)) for one in (first, second)]
    said = told(late[0], "last-reminder", date(2026, 3, 27), late[1])
    assert [row["part"] for row in said["invoices"]] == ["1/2", "2/2"]
    assert [row["charge"] for row in said["invoices"]] == [Money(Decimal(40)), None]
    assert said["charge"] == Money(Decimal(40))


# --- To whom ------------------------------------------------------------------------------------------------------

NAMES = [
    ("Mme Alice Petit", "fr", "Madame Alice Petit", "Madame"),
    ("Me Paul Roux", "fr", "Maître Paul Roux", "Maître"),
    ("Dr Anne Bel", "fr", "Dr Anne Bel", "Docteur"),
    ("Mme Alice Petit", "en", "Ms Alice Petit", "Ms"),
    ("Alice Petit", "fr", None, None),
    ("Mme", "fr", None, None),
]


@pytest.mark.parametrize(("name", "language", "salutation", "civility"), NAMES)
def test_a_letter_knows_the_civility_alone(
    name: str, language: str, salutation: str | None, civility: str | None
) -> None:
    who = customer(contacts=(Contact(Role.ACCOUNTING, "compta@dupont.test", name),))
    made = setup(config(company={"language": language}))
    said = told(of(customer=who), "reminder", date(2026, 3, 5), conf=made)
    assert (said["salutation_name"], said["civility"]) == (salutation, civility)


def test_our_legal_mentions_are_written_as_french_companies_write_them() -> None:
    mentions = {"legal_form": "SAS", "capital": "50 000 €", "siren": "732829320", "rcs": "RCS Lyon"}
    french = told(of(), "reminder", date(2026, 3, 5), conf=setup(config(company=mentions)))
    english = told(of(), "reminder", date(2026, 3, 5), conf=setup(config(company={**mentions, "language": "en"})))
    assert french["company_legal"] == "SAS au capital de 50 000 €, SIREN 732 829 320, RCS Lyon"
    assert english["company_legal"] == "SAS capital 50 000 €, SIREN 732 829 320, RCS Lyon"


# --- What was written and said ------------------------------------------------------------------------------------


def sent_to(address: str, number: int = 1) -> Entry:
    return Entry(
        id=f"e{number}", sort=Sort.REMINDER, status=Status.SENT, carries=(Carried("x", str(number)),), to=(address,),
        queued_at=at(DUE), template="reminder-1", token=f"t{number}", message_id=f"<t{number}@lumen.test>",
    )  # fmt: skip


def test_the_first_message_to_a_new_contact_says_that_another_address_was_written_to() -> None:
    wrote = (done("notification", date(2026, 2, 27), entry="e1"), done("reminder", date(2026, 3, 5), entry="e1"))
    moved = of(done=wrote, thread=("<a>", "<b>"), thread_from=2)
    said = told(moved, "penalties", date(2026, 3, 12), entries=(sent_to("avant@dupont.test"),))
    assert said["earlier"] == ()
    assert said["elsewhere"] == (date(2026, 2, 27), date(2026, 3, 5))


def test_the_messages_after_it_go_on_from_the_one_before() -> None:
    wrote = (done("notification", date(2026, 2, 27), entry="e1"), done("reminder", date(2026, 3, 5), entry="e2"))
    moved = of(done=wrote, thread=("<a>", "<b>"), thread_from=1)
    both = (sent_to("avant@dupont.test"), sent_to("Compta@dupont.test", 2))
    said = told(moved, "penalties", date(2026, 3, 12), entries=both)
    assert (said["earlier"], said["elsewhere"]) == ((date(2026, 3, 5),), ())


def test_without_a_changed_contact_every_message_counts_whoever_had_it() -> None:
    wrote = of(done=(done("reminder", date(2026, 3, 5), entry="e1"),))
    said = told(wrote, "penalties", date(2026, 3, 12), entries=(sent_to("autre@dupont.test"),))
    assert (said["earlier"], said["elsewhere"]) == ((date(2026, 3, 5),), ())


def test_a_reply_is_spoken_of_once_and_told_to_colleagues_always() -> None:
    answered = of(done=(done("reminder", date(2026, 3, 5)),), last_reply_on=date(2026, 3, 4))
    assert told(answered, "penalties", date(2026, 3, 12))["last_reply_on"] is None
    assert told(answered, "call", date(2026, 3, 17), sort=Sort.TASK)["last_reply_on"] == date(2026, 3, 4)
    newer = replace(answered, last_reply_on=date(2026, 3, 6))
    assert told(newer, "penalties", date(2026, 3, 12))["last_reply_on"] == date(2026, 3, 6)


def happened(case: Case, kind: Kind, day: date, **other: Any) -> Event:
    return Event(case=case.key, kind=kind, at=at(day), ref=f"{kind}{day}{other.get('step', '')}", **other)


def test_a_letter_lists_every_exchange_and_no_machine() -> None:
    case = of(plan="silence")
    events = (
        happened(case, Kind.STEP_DONE, date(2026, 3, 2), step="silence-firm-email", on=date(2026, 3, 2)),
        happened(case, Kind.STEP_DONE, date(2026, 3, 4), step="silence-call", how=How.TASK, on=date(2026, 3, 4)),
        happened(case, Kind.CALLED, date(2026, 3, 5), on=date(2026, 3, 4), note="pas de réponse"),
        happened(case, Kind.AUTOREPLIED, date(2026, 3, 5)),
        happened(case, Kind.REPLIED, date(2026, 3, 6), on=date(2026, 3, 6)),
        happened(case, Kind.ANSWERED, date(2026, 3, 7)),
        happened(case, Kind.CALLED, date(2026, 3, 7), on=date(2026, 3, 7), note="rappelle lundi"),
        happened(case, Kind.POSTED, date(2026, 3, 9), on=date(2026, 3, 8)),
        happened(case, Kind.NOTED, date(2026, 3, 9), note="à surveiller"),
    )
    said = told(case, "silence-letter", date(2026, 3, 10), events=events, channel=Channel.LETTER)
    assert [(row["day"].day, row["what"]) for row in said["exchanges"]] == [
        (2, "our_message"), (4, "our_call_unanswered"), (6, "your_message"), (7, "our_call"), (7, "our_message"),
        (8, "our_letter"),
    ]  # fmt: skip
    assert said["by_post"] is True
    assert told(case, "silence-firm-email", date(2026, 3, 10), events=events)["exchanges"] == ()


def test_a_letter_that_was_posted_is_one_of_our_messages() -> None:
    case = of(plan="silence", done=(done("silence-letter", date(2026, 3, 10), How.TASK),))
    posted = happened(case, Kind.POSTED, date(2026, 3, 11), on=date(2026, 3, 11))
    said = told(case, "silence-announcement", date(2026, 3, 16), events=(posted,), channel=Channel.REGISTERED_LETTER)
    assert said["earlier"] == (date(2026, 3, 11),)
    assert told(case, "silence-announcement", date(2026, 3, 16))["earlier"] == ()


# --- What was agreed ----------------------------------------------------------------------------------------------

PARTS = tuple(Instalment(date(2026, month, 10), Decimal(400)) for month in (4, 5, 6))


def test_an_instalment_plan_is_told_part_by_part() -> None:
    case = of(instalments=PARTS, agreed_on=date(2026, 3, 16), paid=Decimal(500))
    said = told(case, "instalments:2026-03-16", date(2026, 5, 20))
    assert said["agreed_on"] == date(2026, 3, 16)
    states = [(row["day"].month, row["amount"].amount, row["state"]) for row in said["agreed"]]
    assert states == [
        (4, 400, "instalment_paid"), (5, 400, "instalment_missed"), (6, 400, "instalment_to_come"),
    ]  # fmt: skip
    assert (said["instalment_on"], said["instalment_due"]) == (date(2026, 5, 10), Money(Decimal(300)))


def test_the_reminder_of_an_instalment_names_its_own() -> None:
    case = of(instalments=PARTS, agreed_on=date(2026, 3, 16))
    said = told(case, "instalment:2026-05-10", date(2026, 5, 7))
    assert (said["instalment_on"], said["instalment_due"]) == (date(2026, 5, 10), Money(Decimal(400)))
    assert told(case, "instalment:2026-09-10", date(2026, 5, 7))["instalment_on"] is None


def test_what_is_agreed_names_no_other_invoice() -> None:
    case, other = of(instalments=PARTS, agreed_on=date(2026, 3, 16)), of("FA-2")
    later = of("FA-3", date(2026, 9, 1))
    said = told(case, "instalments:2026-03-16", date(2026, 3, 17), other, later)
    assert (said["numbers"], said["upcoming"]) == ("FA-1", ())


def test_a_promise_is_spoken_of_when_its_day_has_passed_and_once() -> None:
    wrote = of(done=(done("reminder", date(2026, 3, 5)),), promised_on=date(2026, 3, 10))
    assert told(wrote, "penalties", date(2026, 3, 12))["promised_on"] == date(2026, 3, 10)
    assert told(wrote, "penalties", date(2026, 3, 9))["promised_on"] is None
    spoken = replace(wrote, done=(*wrote.done, done("penalties", date(2026, 3, 12))))
    assert told(spoken, "last-reminder", date(2026, 3, 27))["promised_on"] is None
    assert told(spoken, "call", date(2026, 3, 27), sort=Sort.TASK)["promised_on"] == date(2026, 3, 10)


def test_the_message_after_a_call_names_what_was_promised_in_it() -> None:
    case = of(plan="squad", called_on=date(2026, 3, 16), said="paie le 25", promised_on=date(2026, 3, 25))
    before = happened(case, Kind.PROMISED, date(2026, 3, 11), on=date(2026, 3, 25))
    since = happened(case, Kind.PROMISED, date(2026, 3, 16), on=date(2026, 3, 25))
    assert told(case, "recap", date(2026, 3, 16), events=(before,))["promised_on"] is None
    assert told(case, "recap", date(2026, 3, 16), events=(before, since))["promised_on"] == date(2026, 3, 25)
    known = replace(case, recap="recap")
    assert told(known, "recap", date(2026, 3, 16))["promised_on"] == date(2026, 3, 25)


CAME_BACK = [
    ("prélèvement SEPA", "direct_debit"), ("Direct debit", "direct_debit"), ("chèque reçu", "cheque"),
    ("LCR acceptée", "bill"), ("bill of exchange", "bill"), ("virement", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "word"), CAME_BACK)
def test_what_came_back_is_named_by_how_it_was_to_be_paid(method: str, word: str | None) -> None:
    case = of(payment_method=method, rejected_on=date(2026, 3, 4))
    said = told(case, "reminder", date(2026, 3, 5))
    assert (said["rejected_on"], said["rejected"]) == (date(2026, 3, 4), word)
    assert told(replace(case, rejected_on=None), "reminder", date(2026, 3, 5))["rejected"] is None
