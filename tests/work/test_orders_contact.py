"""A contact that a person changes: where it counts, how long, and what it sets free."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    again,
    arrive,
    bounced,
    box,
    case,
    daemon,
    late,
    open_state,
    parsed,
    pass_days,
    reminders,
    words,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, NOON, OWN, config, customer

from relancier.core.case import Because, Contact, Hold, Kind, Role
from relancier.core.stored import Setting

NEW = Contact(Role.ACCOUNTING, "facturation@dupont.test", "M. Luc Neuf")
OTHER = "FA-2026-0002|2026-02-27"


async def test_a_changed_contact_gets_a_thread_of_its_own_that_says_what_it_follows() -> None:
    rig = daemon(late())
    await rig.tick()
    first = str(parsed(reminders(rig)[0].raw)["Message-ID"])
    rig.order("contact", KEY, contact=NEW)
    await pass_days(rig, 8)
    last = parsed(reminders(rig)[-1].raw)
    assert reminders(rig)[-1].recipients[0] == NEW.email
    assert first not in f"{last['References']} {last['In-Reply-To']}"
    assert "Monsieur Luc Neuf" not in words(reminders(rig)[0].raw)
    assert "2 mars 2026" in words(reminders(rig)[-1].raw)
    assert first in case(rig).thread
    await pass_days(rig, 40)
    again_written = [sent for sent in reminders(rig)[2:] if NEW.email in sent.recipients]
    assert again_written
    assert str(last["Message-ID"]) in str(parsed(again_written[-1].raw)["References"])


async def test_whoever_is_new_is_told_once_that_another_address_was_written_to() -> None:
    alone = customer(contacts=(Contact(Role.ACCOUNTING, CUSTOMER, "Mme Alice Petit"),))
    rig = daemon(late(customer=alone))
    await rig.tick()
    rig.order("contact", KEY, contact=NEW)
    await pass_days(rig, 8)
    second = words(reminders(rig)[1].raw)
    assert "Nous avions écrit à ce sujet à une autre adresse de votre société le 2 mars 2026." in second
    assert "Petit" not in second
    await pass_days(rig, 15)
    third = words(reminders(rig)[2].raw)
    assert "une autre adresse" not in third
    assert "2 mars 2026" not in third
    assert "9 mars 2026" in third


async def test_a_changed_contact_outlives_the_books_until_they_name_somebody_else() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    rig.order("contact", KEY, contact=NEW)
    await pass_days(rig, 2)
    assert {case(rig, key).invoice.customer.contacts[0] for key in (KEY, OTHER)} == {NEW}
    changes = [event for event in rig.store.events(KEY) if event.kind in {Kind.CONTACT, Kind.CHANGED}]
    assert [event.detail for event in changes] == [f"accounting is now {NEW.email}, no longer {CUSTOMER}"]
    restarted = again(rig)
    restarted.source.set(late(), late("FA-2026-0002"), late("FA-2026-0003"), at=restarted.wake.now())
    await restarted.tick()
    assert case(restarted, "FA-2026-0003|2026-02-27").invoice.customer.contacts[0] == NEW
    third = Contact(Role.ACCOUNTING, "troisieme@dupont.test", "Mme Trois")
    books = customer(contacts=(third, *late().customer.contacts[1:]))
    restarted.source.set(late(customer=books), at=restarted.wake.now())
    await restarted.tick()
    assert case(restarted).invoice.customer.contacts[0] == third
    restarted.order("contact", KEY, contact=NEW)
    restarted.source.touch(restarted.wake.now())
    await restarted.tick()
    assert case(restarted).invoice.customer.contacts[0] == NEW


async def test_a_contact_that_was_changed_twice_goes_by_what_the_books_said_first() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("contact", KEY, contact=NEW)
    rig.order("contact", KEY, contact=replace(NEW, email="autre@dupont.test"))
    await rig.tick()
    rig.source.touch(rig.wake.now())
    await rig.tick()
    assert case(rig).invoice.customer.contacts[0].email == "autre@dupont.test"


async def test_a_contact_is_of_one_customer() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    await rig.tick()
    rig.order("contact", KEY, OTHER, contact=NEW)
    await rig.tick()
    assert NEW not in (*case(rig).invoice.customer.contacts, *case(rig, OTHER).invoice.customer.contacts)
    rig.order("contact", KEY, customer="martin", contact=NEW)
    await rig.tick()
    assert NEW in case(rig).invoice.customer.contacts
    assert NEW not in case(rig, OTHER).invoice.customer.contacts


async def test_a_role_that_nobody_had_is_added_by_the_customers_code() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("contact", customer="dupont", contact=Contact(Role.MANAGEMENT, "Direction@Dupont.TEST"))
    await rig.tick()
    assert case(rig).invoice.customer.contacts[-1] == Contact(Role.MANAGEMENT, "Direction@dupont.test")
    assert rig.store.events(KEY)[-1].detail == "management is now Direction@dupont.test"


async def test_a_message_that_came_back_holds_no_more_once_its_address_is_replaced() -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, bounced(reminders(rig)[0]))
    await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.BOUNCED]
    rig.order("contact", KEY, contact=replace(NEW, role=Role.SALES))
    await rig.tick()
    assert case(rig).holds
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    rig.order("contact", KEY, contact=NEW)
    await rig.tick()
    assert open_state(rig)
    assert case(rig).needs_person == ""
    assert "\\Flagged" not in box(rig).flags_of("INBOX", uid)


@pytest.mark.parametrize("email", [OWN, OWN.upper(), MANAGER, "nobody@", "x y@dupont.test", "a@b@c.test"])
async def test_our_own_address_and_what_is_none_is_refused(email: str) -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("contact", KEY, contact=replace(NEW, email=email))
    rig.order("contact", KEY)
    await rig.tick()
    assert case(rig).invoice == late()
    assert rig.store.setting("contacts") is None


async def test_our_own_address_is_refused_however_it_is_written() -> None:
    team = {"addresses": ["Paul.Roux@lumen.test"]}
    rig = daemon(late(), conf=config(team=team))
    await rig.tick()
    rig.order("contact", KEY, contact=replace(NEW, email="paul.roux@lumen.test"))
    await rig.tick()
    assert case(rig).invoice == late()


async def test_who_is_new_may_have_written_already() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written("compta@groupe.test", "Bonjour", "Nous avons un souci.", at=NOON))
    await rig.tick()
    assert open_state(rig)
    rig.order("contact", KEY, contact=replace(NEW, email="compta@groupe.test"))
    await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.EARLIER_REPLY]


async def test_what_waits_for_the_former_address_is_decided_again() -> None:
    rig = daemon(late(), now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    rig.order("hold")
    await rig.tick()
    rig.order("contact", KEY, contact=NEW)
    rig.order("release")
    await pass_days(rig, 1)
    assert [sent.recipients[0] for sent in reminders(rig)] == [NEW.email]


async def test_a_setting_that_is_no_table_of_contacts_changes_nothing() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.store.commit(Setting("contacts", "not a table"))
    rig.source.touch(rig.wake.now())
    await rig.tick()
    assert case(rig).invoice == late()


async def test_a_hold_that_is_not_a_bounce_stays_when_the_contact_changes() -> None:
    rig = daemon(late())
    await rig.tick()
    held = Hold(Because.CREDIT, "", "credit", NOON)
    rig.store.commit(replace(case(rig), holds=(held,), needs_person="credit"))
    rig.order("contact", KEY, contact=NEW)
    await rig.tick()
    assert (case(rig).holds, case(rig).needs_person) == ((held,), "credit")
