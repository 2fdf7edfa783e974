from dataclasses import replace

import pytest
from tests.core.cases import DUE, case, customer, plan, step

from relancier.core.case import Case, Contact, Customer, Role, Signer
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken, contacts, missing, parcels, recipients
from relancier.core.plan import Channel, Step

CALL, REGISTERED = Channel.CALL, Channel.REGISTERED_LETTER
A, S, M = Role.ACCOUNTING, Role.SALES, Role.MANAGEMENT
NOBODY = customer(contacts=(), phone="")


def taken(one: Step, of: Case | None = None) -> Taken:
    return Taken(of or case(), plan(one), one)


def carried(parcel: Parcel) -> list[str]:
    return [one.carried.key for one in parcel.carries]


def emails(people: tuple[Contact, ...]) -> list[str]:
    return [contact.email.partition("@")[0] for contact in people]


@pytest.mark.parametrize(
    ("roles", "who", "found"),
    [
        ((A,), customer(), ["compta"]),
        ((S, A), customer(), ["achats", "compta"]),
        ((A, S), customer(contacts=(Contact(S, "achats@x"),)), ["achats"]),
        ((A,), customer(contacts=(Contact(M, "direction@x"), Contact(S, "achats@x"))), ["achats"]),
        ((A,), NOBODY, []),
        ((A,), customer(contacts=(Contact(A, "un@x"), Contact(A, "deux@x"))), ["un", "deux"]),
    ],
)
def test_a_step_reaches_everyone_it_names_else_another_known_contact(
    roles: tuple[Role, ...], who: Customer, found: list[str]
) -> None:
    assert emails(recipients(step("s", 3, to=roles), who)) == found


def test_contacts_are_those_in_the_roles_asked_for() -> None:
    assert emails(contacts((M, A), customer())) == ["direction", "compta"]
    assert contacts((), customer()) == ()


@pytest.mark.parametrize(
    ("roles", "to_all", "known", "lacking"),
    [
        ((A, S), True, (A,), (S,)),
        ((A, S), False, (A,), ()),
        ((A, S), False, (M,), (A, S)),
        ((A, S), True, (A, S), ()),
        ((A,), False, (), (A,)),
        ((), False, (A,), ()),
    ],
)
def test_missing_roles_are_told(
    roles: tuple[Role, ...], to_all: bool, known: tuple[Role, ...], lacking: tuple[Role, ...]
) -> None:
    who = customer(contacts=tuple(Contact(role, f"{role}@x") for role in known))
    assert missing(step("s", 3, to=roles, to_all=to_all), who) == lacking


def test_an_email_is_a_reminder_and_everything_else_a_task_for_the_one_who_signs() -> None:
    [mail] = parcels([taken(step("s", 3, to=(A, S), cc=(M, A)))])
    assert (mail.sort, mail.channel, mail.signer) == (Sort.REMINDER, Channel.EMAIL, Signer.SUPPLIER)
    assert (mail.to, mail.cc) == (("compta@dupont.test", "achats@dupont.test"), ("direction@dupont.test",))
    [call] = parcels([taken(step("s", 3, CALL, to=(S,), signer=Signer.ACCOUNT_MANAGER))])
    assert (call.sort, call.channel, call.signer) == (Sort.TASK, CALL, Signer.ACCOUNT_MANAGER)
    assert (call.to, call.customer.id) == (("achats@dupont.test",), "C1")


def test_a_step_that_names_nobody_reaches_nobody() -> None:
    [legal] = parcels([taken(step("s", 45, Channel.LEGAL, to=()))])
    assert (legal.sort, legal.to) == (Sort.TASK, ())


def test_an_email_step_that_resolves_to_a_call_is_a_task() -> None:
    who = customer(contacts=())
    [parcel] = parcels([taken(step("s", 8, Channel.EMAIL, CALL), case(who=who))])
    assert (parcel.sort, parcel.channel, parcel.to) == (Sort.TASK, CALL, ())


@pytest.mark.parametrize("channels", [(Channel.EMAIL,), (Channel.EMAIL, CALL), (CALL, Channel.EMAIL)])
def test_a_customer_without_any_email_or_phone_is_a_task_from_the_first_step(channels: tuple[Channel, ...]) -> None:
    [parcel] = parcels([taken(step("s", -2, *channels), case(who=NOBODY))])
    assert (parcel.sort, parcel.to) == (Sort.TASK, ())


def test_the_same_address_in_two_roles_gets_one_copy() -> None:
    who = customer(contacts=tuple(Contact(role, "seul@x") for role in Role))
    [parcel] = parcels([taken(step("s", 3, to=(A, S), cc=(M,)), case(who=who))])
    assert (parcel.to, parcel.cc) == (("seul@x",), ())
    twice = customer(contacts=(Contact(A, "a@x"), Contact(M, "m@x"), Contact(S, "m@x")))
    [parcel] = parcels([taken(step("s", 3, cc=(M, S)), case(who=twice))])
    assert parcel.cc == ("m@x",)


def test_emails_to_the_same_people_leave_together_and_the_firmest_sets_the_words() -> None:
    kind, firm = step("kind", 3), step("firm", 10, template="reminder-2", signer=Signer.MANAGEMENT)
    [parcel] = parcels([taken(kind, case("F1")), taken(firm, case("F2")), taken(kind, case("F3"))])
    assert carried(parcel) == ["F1|2026-06-01|kind", "F2|2026-06-01|firm", "F3|2026-06-01|kind"]
    assert (parcel.lead.step, parcel.signer) == (firm, Signer.MANAGEMENT)


def test_of_emails_to_different_people_only_the_firmest_leaves_and_every_task_does() -> None:
    kind, firm = step("kind", 3), step("firm", 10, to=(A, S), template="reminder-3")
    own, call = step("own", 5, template="our-own", to=(S,)), step("call", 3, CALL)
    made = parcels([taken(kind), taken(call, case("F2")), taken(firm, case("F3")), taken(call, case("F4"))])
    assert [carried(parcel) for parcel in made] == [
        ["F3|2026-06-01|firm"],
        ["F2|2026-06-01|call"],
        ["F4|2026-06-01|call"],
    ]
    assert carried(parcels([taken(firm), taken(own, case("F5"))])[0]) == ["F5|2026-06-01|own"]
    assert parcels([]) == []


@pytest.mark.parametrize(
    "other",
    [
        case("F2", currency="USD"),
        case("F2", who=customer(language="en")),
        case("F2", who=customer(contacts=(Contact(A, "autre@x"),))),
    ],
    ids=["currency", "language", "address"],
)
def test_what_differs_is_never_in_one_message(other: Case) -> None:
    mail = step("s", 3)
    [parcel] = parcels([taken(mail, case("F1")), taken(mail, other)])
    assert carried(parcel) == ["F1|2026-06-01|s"]


def test_a_notification_is_not_mixed_with_a_reminder() -> None:
    before, reminder = step("before", -2, template="notification"), step("s", 3)
    [parcel] = parcels([taken(before, case("F1")), taken(reminder, case("F2"))])
    assert carried(parcel) == ["F2|2026-06-01|s"]
    [both] = parcels([taken(before, case("F1")), taken(before, case("F2"))])
    assert len(both.carries) == 2


def test_a_formal_notice_is_never_with_anything_else() -> None:
    notice, firm = step("n", 35, template="formal-notice"), step("f", 35, template="reminder-3")
    for others in ([taken(firm, case("F2"))], [taken(notice, case("F2"))], [taken(firm, case("F0"))]):
        made = parcels([taken(notice, case("F1")), *others])
        assert [len(parcel.carries) for parcel in made] == [1]
        assert made[0].lead.step.formal_notice


def test_the_language_is_the_customers_else_the_plans() -> None:
    mail = step("s", 3)
    [parcel] = parcels([Taken(case(who=customer(language="en")), plan(mail), mail)])
    assert parcel.language == "en"
    [parcel] = parcels([Taken(case(), replace(plan(mail), language="en"), mail)])
    assert parcel.language == "en"
    assert case().invoice.due == DUE
