"""A year-end's statement whose maker knows the truth: 500 invoices, 1,000 movements, and what each is for.

Every customer plays one story, so that what a movement pays is never open to argument.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tests.work.rig import customer as make_customer

from relancier.core.case import Customer, Invoice
from relancier.core.paid.statement import Movement, Statement, counted

ACCOUNT = "FR7630006000011234567890189"
SINCE, UNTIL = date(2026, 2, 2), date(2026, 2, 27)
FORMS = ("SARL", "SAS", "SA", "EURL", "", "SCI")
FIRST = (
    "Atelier", "Menuiserie", "Garage", "Cabinet", "Hôtel", "Transports", "Boulangerie", "Imprimerie", "Domaine",
    "Clinique", "Pharmacie", "Verger",
)  # fmt: skip
SECOND = (
    "Aubry", "Bellec", "Carlier", "Delmas", "Estève", "Fabrègue", "Gaudin", "Hamelin", "Imbert", "Jourdan",
    "Kerleau", "Lagarde", "Mercœur", "Noiret", "Ollivier", "Pasquier", "Rouvière", "Tisserand", "Vasseur", "Weiss",
    "Zeller", "Quentin", "Prudhomme",
)  # fmt: skip
STRANGERS = (
    "URSSAF RHONE", "EDF ENTREPRISES", "ORANGE SA", "LOYER SCI DES LILAS", "MME PAULE SIMON",
    "SOCIETE GENERALE FRAIS",
)  # fmt: skip


class Wanted(StrEnum):
    """What must become of a movement: booked exactly so, put before a person, known to the books, or kept silently.

    HELD: booked on nothing, and put before a person while an invoice of just that amount is open.
    """

    CERTAIN = "certain"
    ASKED = "asked"
    SETTLED = "settled"
    NOTHING = "nothing"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Truth:
    """A movement and what it is for; `pays` are cases with their amounts, `mean` the cases that a person is to see."""

    movement: Movement
    story: str
    wanted: Wanted
    pays: Mapping[str, Decimal] = field(default_factory=dict)
    mean: tuple[str, ...] = ()


@dataclass
class Made:
    """The books, and the statement with its truth."""

    invoices: list[Invoice] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)

    @property
    def statement(self) -> Statement:
        movements = counted(truth.movement for truth in self.truths)
        return Statement(account=ACCOUNT, since=SINCE, until=UNTIL, movements=movements)


class Maker:
    """Customers and their stories, from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - tests only
        self.made = Made()
        self.numbers = 0
        names = [f"{one} {two}" for one in FIRST for two in SECOND]
        self.dice.shuffle(names)
        self.names = iter(names)

    def customer(self, name: str = "") -> Customer:
        name = name or next(self.names)
        form = self.dice.choice(FORMS)
        whole = f"{form} {name}" if self.dice.random() < 0.3 else f"{name} {form}"
        return replace(make_customer("client"), id=f"C{len(self.made.invoices):04}-{name}", name=whole.strip())

    def number(self) -> str:
        self.numbers += 1
        at = self.numbers
        styles = (f"FA-2026-{at:04}", f"F26/{at:05}", f"INV 26-{at:04}", f"2026-{at:05}", f"VTE{at:06}")
        return styles[at % len(styles)]

    def invoice(self, customer: Customer, cents: int = 0, **other: object) -> Invoice:
        amount = Decimal(cents or self.dice.randint(5_000, 900_000)) / 100
        due = date(2026, 1, 1) + timedelta(days=self.dice.randint(0, 60))
        values = {"issued": date(2025, 12, 1), "due": due, "amount": amount, "number": self.number(), **other}
        invoice = Invoice(customer=customer, **values)  # type: ignore[arg-type]
        self.made.invoices.append(invoice)
        return invoice

    def money(self, amount: Decimal, wording: str = "", **other: object) -> Movement:
        on = SINCE + timedelta(days=self.dice.randint(0, 25))
        at = len(self.made.truths)
        values = {"account": ACCOUNT, "on": on, "amount": amount, "wording": wording, "reference": f"R{at:05}", **other}
        return Movement(**values)  # type: ignore[arg-type]

    def tell(
        self, story: str, movement: Movement, wanted: Wanted, *pays: Invoice, mean: Sequence[Invoice] = ()
    ) -> None:
        shares = {invoice.key: invoice.amount for invoice in pays}
        seen = tuple(invoice.key for invoice in mean)
        self.made.truths.append(Truth(movement, story, wanted, shares, seen))

    def payer(self, customer: Customer) -> str:
        """The name as a bank has it: capitals without accents, the legal form anywhere or nowhere."""
        words = [word for word in plain(customer.name).split() if word not in FORMS]
        form = self.dice.choice(FORMS)
        return " ".join([*words, form] if self.dice.random() < 0.5 else [form, *words]).strip()


def plain(name: str) -> str:
    """A name as banks write it."""
    return name.upper().translate(str.maketrans("ÉÈÊÔÎŒ", "EEEOIE"))


def written(dice: random.Random, number: str) -> str:
    """A number as people write it: another dash, another case, spaces round the separators."""
    return dice.choice((number, number.lower(), number.replace("-", " - "), number))


def squashed(dice: random.Random, number: str) -> str:
    """A number as banks make it: separators dropped, or others."""
    bare = number.replace("-", "").replace("/", "").replace(" ", "")
    spaced = number.replace("-", " ").replace("/", " ")
    return dice.choice((bare, spaced, spaced.replace(" ", "."), bare.lower()))


# --- The stories ----------------------------------------------------------------------------------------------------


def exact(maker: Maker) -> None:
    """The number as it is, the whole amount; sometimes paid by someone else."""
    customer = maker.customer()
    for _ in range(3):
        invoice = maker.invoice(customer)
        payer = maker.payer(customer) if maker.dice.random() < 0.8 else "HOLDING DU RHONE"
        wording = f"VIR SEPA {payer} FACT {written(maker.dice, invoice.number)} MERCI"
        maker.tell("exact", maker.money(invoice.amount, wording, payer=payer), Wanted.CERTAIN, invoice)
    maker.invoice(customer)


def without_separators(maker: Maker) -> None:
    customer = maker.customer()
    for _ in range(2):
        invoice = maker.invoice(customer)
        wording = f"REGLEMENT {squashed(maker.dice, invoice.number)}"
        movement = maker.money(invoice.amount, wording, payer=maker.payer(customer))
        maker.tell("squashed", movement, Wanted.CERTAIN, invoice)


def reference(maker: Maker) -> None:
    customer = maker.customer()
    invoice = maker.invoice(customer)
    payer = maker.payer(customer)
    quoted = invoice.number.replace(" ", "").replace("/", "-")
    maker.tell(
        "reference", maker.money(invoice.amount, "VIREMENT", end_to_end=quoted, payer=payer), Wanted.CERTAIN, invoice
    )


def cut(maker: Maker) -> None:
    """Three invoices in one transfer, the last number cut off at the end of the wording: never a guess."""
    customer = maker.customer()
    three = [maker.invoice(customer) for _ in range(3)]
    maker.invoice(customer)
    payer = maker.payer(customer)
    text = f"VIR SEPA RECU {payer} " + "REGLEMENT DE NOS FACTURES DU TRIMESTRE " * 3
    tail = ", ".join(invoice.number for invoice in three)
    wording = (text[: 140 - len(tail) + 3] + " " + tail)[:140]
    total = sum((invoice.amount for invoice in three), Decimal(0))
    movement = maker.money(total, wording, payer=payer)
    maker.made.truths.append(
        Truth(movement, "cut", Wanted.ASKED, {one.key: one.amount for one in three[:2]}, (three[2].key,))
    )


def summed(maker: Maker) -> None:
    customer = maker.customer()
    for many in (2, 3):
        some = [maker.invoice(customer) for _ in range(many)]
        numbers = " ".join(written(maker.dice, one.number) for one in some)
        total = sum((one.amount for one in some), Decimal(0))
        payer = maker.payer(customer)
        maker.tell("sum", maker.money(total, f"FACTURES {numbers}", payer=payer), Wanted.CERTAIN, *some)


def part(maker: Maker) -> None:
    """A part of it, and the rest later."""
    customer = maker.customer()
    invoice = maker.invoice(customer, cents=2 * maker.dice.randint(10_000, 400_000) + 1)
    maker.invoice(customer)
    first = (invoice.amount / 3).quantize(Decimal("0.01"))
    payer = maker.payer(customer)
    for share, word in ((first, "ACOMPTE"), (invoice.amount - first, "SOLDE")):
        movement = maker.money(share, f"{word} {invoice.number}", payer=payer)
        maker.made.truths.append(Truth(movement, "part", Wanted.CERTAIN, {invoice.key: share}))


def payer_only(maker: Maker) -> None:
    customer = maker.customer()
    paid = maker.invoice(customer)
    for _ in range(2):
        maker.invoice(customer)
    maker.tell("payer", maker.money(paid.amount, "VIREMENT", payer=maker.payer(customer)), Wanted.CERTAIN, paid)


def balance(maker: Maker) -> None:
    customer = maker.customer()
    some = [maker.invoice(customer) for _ in range(4)]
    total = sum((one.amount for one in some), Decimal(0))
    maker.tell("balance", maker.money(total, "SOLDE DE TOUT", payer=maker.payer(customer)), Wanted.CERTAIN, *some)


def alike(maker: Maker) -> None:
    """Two invoices of one amount, and no number."""
    customer = maker.customer()
    cents = maker.dice.randint(10_000, 90_000)
    two = [maker.invoice(customer, cents) for _ in range(2)]
    movement = maker.money(two[0].amount, "VIREMENT", payer=maker.payer(customer))
    maker.tell("alike", movement, Wanted.ASKED, mean=two)


def wrong_number(maker: Maker) -> None:
    """The payer quotes somebody else's invoice, and pays their own."""
    theirs, others = maker.customer(), maker.customer()
    own, quoted = maker.invoice(theirs), maker.invoice(others)
    movement = maker.money(own.amount, f"FACTURE {quoted.number}", payer=maker.payer(theirs))
    maker.tell("wrong number", movement, Wanted.ASKED, mean=[own])


def own_wrong_number(maker: Maker) -> None:
    """The payer quotes another invoice of their own than the one that the amount is of."""
    customer = maker.customer()
    paid, quoted = maker.invoice(customer, 30_000), maker.invoice(customer, 70_000)
    movement = maker.money(paid.amount, f"FACTURE {quoted.number}", payer=maker.payer(customer))
    maker.tell("own wrong number", movement, Wanted.ASKED, mean=[paid, quoted])


def namesakes(maker: Maker) -> None:
    name = next(maker.names)
    one, two = (maker.customer(f"{name}") for _ in range(2))
    invoice, _other = maker.invoice(one), maker.invoice(replace(two, id=f"{two.id}-bis"))
    payer = maker.payer(one)
    maker.tell("namesake", maker.money(invoice.amount, "VIREMENT", payer=payer), Wanted.ASKED, mean=[invoice])


def nothing_fits(maker: Maker) -> None:
    customer = maker.customer()
    some = [maker.invoice(customer, 100_000 + at) for at in range(2)]
    movement = maker.money(Decimal("317.23"), "VIREMENT", payer=maker.payer(customer))
    maker.tell("loose", movement, Wanted.ASKED, mean=some)


def twice(maker: Maker) -> None:
    """The same transfer made twice: the second one is for nothing that is open."""
    customer = maker.customer()
    paid, other = maker.invoice(customer), maker.invoice(customer)
    movement = maker.money(paid.amount, f"FACT {paid.number}", payer=maker.payer(customer))
    maker.tell("twice", movement, Wanted.CERTAIN, paid)
    maker.tell("twice", replace(movement, on=movement.on + timedelta(days=1)), Wanted.ASKED, mean=[other])


def short_number(maker: Maker) -> None:
    """A number too plain to mean anything but beside a word for an invoice."""
    customer = maker.customer()
    maker.numbers += 1
    invoice = maker.invoice(customer, number=f"4{maker.numbers:03}")
    movement = maker.money(invoice.amount, f"FACTURE N° {invoice.number}", payer="HOLDING DU RHONE")
    maker.tell("short", movement, Wanted.CERTAIN, invoice)
    stray = maker.money(invoice.amount + 11, f"{invoice.number} LOYER", payer="SCI DES LILAS")
    maker.tell("short stray", stray, Wanted.NOTHING)


def stranger_with_our_number(maker: Maker) -> None:
    """A stranger's own number is that of an invoice of ours: another amount, so nobody's until a person has looked."""
    invoice = maker.invoice(maker.customer())
    movement = maker.money(invoice.amount - 7, f"AVOIR {invoice.number}", payer="FOURNISSEUR DURAND")
    maker.tell("stranger's number", movement, Wanted.ASKED, mean=[invoice])


def in_the_books(maker: Maker) -> None:
    """Paid before the books were written: they had it, quoted or not."""
    customer = maker.customer()
    known, silent, waiting = (maker.invoice(customer) for _ in range(3))
    for invoice, wording in ((known, f"FACT {known.number}"), (silent, "VIREMENT")):
        at = maker.made.invoices.index(invoice)
        maker.made.invoices[at] = replace(invoice, paid=invoice.amount)
        maker.tell("books", maker.money(invoice.amount, wording, payer=maker.payer(customer)), Wanted.SETTLED)
    paid = maker.money(waiting.amount, f"FACT {waiting.number}", payer=maker.payer(customer))
    maker.tell("books", paid, Wanted.CERTAIN, waiting)


def name_in_the_wording(maker: Maker) -> None:
    """The bank gives no payer; a name in its words proves nothing."""
    customer = maker.customer()
    invoice = maker.invoice(customer)
    movement = maker.money(invoice.amount, f"REGLEMENT CLIENT {maker.payer(customer)} MERCI")
    maker.tell("name", movement, Wanted.ASKED, mean=[invoice])


def cheque(maker: Maker) -> None:
    """A cheque deposited: the bank says neither who nor what."""
    invoice = maker.invoice(maker.customer())
    movement = maker.money(invoice.amount, f"REMISE CHEQUE {maker.numbers:07}")
    maker.tell("cheque", movement, Wanted.ASKED, mean=[invoice])


def trade_name(maker: Maker) -> None:
    """Whoever pays is known to us by another name."""
    invoice = maker.invoice(maker.customer())
    payer = f"AUX {maker.numbers} DELICES"
    maker.tell("trade name", maker.money(invoice.amount, "VIREMENT", payer=payer), Wanted.ASKED, mean=[invoice])


def cut_name(maker: Maker) -> None:
    """A name longer than the bank's field, with the whole amount and with a part."""
    customer = maker.customer(f"Compagnie Lyonnaise {next(maker.names)} et Associes")
    invoice, other = maker.invoice(customer), maker.invoice(customer)
    payer = "COMPAGNIE LYONNAISE " + plain(customer.name).split("LYONNAISE ")[1][:6].rstrip()
    maker.tell("cut", maker.money(invoice.amount, "VIREMENT", payer=payer), Wanted.ASKED, mean=[invoice])
    part = maker.money(Decimal("71.37"), "VIREMENT", payer=payer)
    maker.tell("cut", part, Wanted.ASKED, mean=[invoice, other])


def holding(maker: Maker) -> None:
    """One company of a group pays for the other, with the same amount as its own or with another."""
    mother, daughter = maker.customer(), maker.customer()
    own, theirs = maker.invoice(mother), maker.invoice(daughter)
    for amount in (own.amount, theirs.amount):
        wording = f"REGLEMENT POUR {plain(daughter.name)}"
        movement = maker.money(amount, wording, payer=maker.payer(mother))
        maker.tell("holding", movement, Wanted.ASKED, mean=[own, theirs])


def other_currency(maker: Maker) -> None:
    customer = maker.customer()
    invoice = maker.invoice(customer, currency="USD")
    movement = maker.money(invoice.amount, f"INVOICE {invoice.number}", payer=maker.payer(customer))
    maker.tell("currency", movement, Wanted.ASKED, mean=[invoice])


STORIES: tuple[tuple[Callable[[Maker], None], int], ...] = (
    (exact, 20), (without_separators, 16), (reference, 16), (cut, 6), (summed, 12), (part, 14), (payer_only, 16),
    (balance, 8), (alike, 10), (wrong_number, 8), (own_wrong_number, 6), (namesakes, 8), (nothing_fits, 8), (twice, 8),
    (short_number, 8), (stranger_with_our_number, 8), (in_the_books, 8), (name_in_the_wording, 8), (other_currency, 4),
    (cheque, 6), (trade_name, 6), (cut_name, 4), (holding, 4),
)  # fmt: skip


def noise(maker: Maker) -> Iterator[tuple[str, Movement]]:
    """Salaries, rents, refunds and strangers with numbers of their own."""
    dice = maker.dice
    while True:
        stranger = dice.choice(STRANGERS)
        at = dice.randint(1, 9999)
        yield "debit", maker.money(-Decimal(dice.randint(1_000, 500_000)) / 100, f"VIR SEPA EMIS SALAIRE {stranger}")
        amount = Decimal(dice.randint(1_000, 500_000)) / 100
        yield (
            "stranger",
            maker.money(amount, f"REMBOURSEMENT FACTURE FC-{at:05} DU 20260{dice.randint(101, 228)}", payer=stranger),
        )
        same = dice.choice(maker.made.invoices)
        yield "same amount", maker.money(same.amount, f"REMISE CARTES {at:06}", payer="MONETIQUE")


def make(seed: int, invoices: int = 500, movements: int = 1000) -> Made:
    """Books and a statement, shuffled."""
    maker = Maker(seed)
    for story, times in STORIES:
        for _ in range(times):
            if len(maker.made.invoices) < invoices - 4:
                story(maker)
    while len(maker.made.invoices) < invoices:
        maker.invoice(maker.customer())
    for story_name, movement in noise(maker):
        if len(maker.made.truths) == movements:
            break
        maker.tell(story_name, movement, Wanted.HELD if story_name == "same amount" else Wanted.NOTHING)
    maker.made.truths.sort(key=lambda truth: (truth.movement.on, truth.movement.reference))
    return maker.made
