"""Our bank details: with others than earlier messages had nothing leaves before a person confirms them."""

from collections.abc import Mapping

from relancier.core.case import Invoice
from relancier.core.outbox import Entry, Sort
from relancier.core.paid.coverage import squeeze
from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

BANK = "bank_details"  # the IBAN that messages have carried, by factor ("" for our own)
CHANGED = "iban_changed"


def changed(store: Store, setup: Setup) -> str:
    """How the bank details differ from those that customers have been given, or nothing."""
    known, now = _known(store), ibans(setup)
    differing = [name for name in sorted(now) if known.get(name, now[name]) != now[name]]
    return "; ".join(f"{f'{name}: ' if name else ''}{known[name]} is now {now[name]}" for name in differing)


def ibans(setup: Setup) -> dict[str, str]:
    """The IBANs of the configuration: our own, and those of the factors."""
    found = {"": setup.config.company.iban, **{name: one.iban for name, one in setup.config.factor.items()}}
    return {name: iban for name, iban in found.items() if iban}


def iban_of(invoice: Invoice, setup: Setup) -> str:
    """The IBAN that our messages carry for an invoice: ours, or its factor's; '' where none is known."""
    factor = setup.factor_of(invoice)
    if invoice.factor:
        return factor.iban if factor else ""
    return setup.config.company.iban


def accepted(invoice: Invoice, setup: Setup) -> tuple[str, ...]:
    """The accounts that an invoice may show: that of our messages first, then all others that are ours."""
    others = () if invoice.factor else map(squeeze, setup.config.payments.accounts)
    return tuple(dict.fromkeys(filter(None, (iban_of(invoice, setup), *others))))


def learn(entry: Entry, desk: Desk) -> None:
    """Remembers the bank details that a customer has been given now; the first ones are taken as they are."""
    known, now = _known(desk.store), ibans(desk.setup)
    new = {name: iban for name, iban in now.items() if name not in known}
    if new and entry.sort is Sort.REMINDER and not entry.rehearsal:
        desk.ledger.put(Setting(BANK, {**known, **new}))


def confirm_bank(desk: Desk) -> None:
    """A person says that the bank details are as they should be."""
    known, now = _known(desk.store), ibans(desk.setup)
    if known:
        desk.ledger.put(Setting(BANK, {**known, **now}))


def tell_bank(desk: Desk) -> bool:
    """Whether the bank details have changed; a note says so once a day."""
    differing = changed(desk.store, desk.setup)
    if differing:
        facts = (("reason", CHANGED), ("detail", differing), ("command", "relancier confirm"))
        queue_note(desk, "held", f"{CHANGED}|{desk.today.isoformat()}", facts)
    return bool(differing)


def _known(store: Store) -> Mapping[str, str]:
    found = store.setting(BANK)
    return {str(name): str(iban) for name, iban in found.items()} if isinstance(found, dict) else {}
