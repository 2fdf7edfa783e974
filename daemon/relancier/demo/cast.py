"""Who plays: ten invented customers, the part each of them has, and their invoices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Part(StrEnum):
    """What a customer does in the demo."""

    SILENT = "never answers"
    FOUR = "owes four invoices, pays after the second reminder"
    ABSENT = "is out of office, pays when back"
    ANSWERS = "answers while its reminder is about to leave"
    PAYS = "pays after the first reminder"
    BOUNCES = "has an address that no longer exists"
    DISPUTES = "disputes the invoice"
    PROMISES = "promises a date and does not keep it"
    ASKS = "asks a question, which a colleague answers"
    MAILED = "gets its invoice by mail, pays as the bank's statement tells"


# Days from the start to the due date. Who answers just before its reminder shares that day with others, whose
# reminders leave first.
DUE_AFTER = {
    Part.SILENT: 8,
    Part.FOUR: 8,
    Part.ABSENT: 8,
    Part.ANSWERS: 8,
    Part.PAYS: 9,
    Part.BOUNCES: 9,
    Part.DISPUTES: 10,
    Part.PROMISES: 10,
    Part.ASKS: 10,
    Part.MAILED: 33,
}
WRITTEN_TO_FIRST = frozenset({Part.SILENT, Part.FOUR, Part.ABSENT})
TERM = timedelta(days=30)
LENGTH = timedelta(days=61)
USUAL_START = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class House:
    """A company that buys: its name, mail domain and people."""

    name: str
    domain: str
    accounting: str
    sales: str
    management: str
    phone: str
    address: str
    purpose: str


HOUSES = (
    House(
        "Menuiserie Aubry", "menuiserie-aubry.example", "Mme Claire Aubry", "M. Paul Aubry", "M. Henri Aubry",
        "+33 4 00 00 00 11", "4 chemin du Bois|01000 Bourg-en-Bresse", "la pose de luminaires dans l'atelier",
    ),
    House(
        "Hôtel des Alpes", "hotel-des-alpes.example", "Mme Inès Faure", "M. Luc Perrin", "Mme Anne Savoie",
        "+33 4 00 00 00 12", "1 place de la Gare|74000 Annecy", "l'éclairage du hall",
    ),
    House(
        "Boulangerie Petit", "boulangerie-petit.example", "M. Jean Petit", "Mme Lucie Petit", "M. Jean Petit",
        "+33 4 00 00 00 13", "27 rue du Four|69002 Lyon", "la vitrine éclairée",
    ),
    House(
        "Garage Rolland", "garage-rolland.example", "Mme Sophie Rolland", "M. Marc Rolland", "M. Marc Rolland",
        "+33 4 00 00 00 14", "90 route de Vienne|69007 Lyon", "les projecteurs de l'atelier",
    ),
    House(
        "Clinique Saint-Roch", "clinique-saint-roch.example", "Mme Nadia Benali", "M. Yves Carlier", "Mme Odile Marin",
        "+33 4 00 00 00 15", "15 avenue des Soins|38000 Grenoble", "le balisage des couloirs",
    ),
    House(
        "Imprimerie Vasseur", "imprimerie-vasseur.example", "M. Denis Vasseur", "Mme Emma Colin", "M. Denis Vasseur",
        "+33 4 00 00 00 16", "8 impasse des Presses|42000 Saint-Étienne", "les rampes de l'atelier de reliure",
    ),
    House(
        "Librairie du Port", "librairie-du-port.example", "Mme Agathe Noël", "Mme Agathe Noël", "Mme Agathe Noël",
        "+33 4 00 00 00 17", "3 quai du Port|71100 Chalon-sur-Saône", "l'éclairage des rayons",
    ),
    House(
        "Transports Meyer", "transports-meyer.example", "M. Karl Meyer", "Mme Julie Hans", "M. Karl Meyer",
        "+33 4 00 00 00 18", "60 rue de la Plaine|69800 Saint-Priest", "les mâts du parking",
    ),
    House(
        "Domaine de la Côte", "domaine-de-la-cote.example", "Mme Rose Girard", "M. Alban Girard", "M. Alban Girard",
        "+33 4 00 00 00 19", "Route des Vignes|69430 Régnié-Durette", "l'illumination du chai",
    ),
    House(
        "Brasserie du Lac", "brasserie-du-lac.example", "Mme Lina Costa", "M. Éric Blondel", "Mme Lina Costa",
        "+33 4 00 00 00 20", "2 quai des Cygnes|74000 Annecy", "l'éclairage de la salle",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice of ours."""

    number: str
    issued: date
    due: date
    amount: Decimal

    @property
    def case(self) -> str:
        """The key of its case."""
        return f"{self.number}|{self.due.isoformat()}"


@dataclass(frozen=True, slots=True)
class Actor:
    """A customer with its part and its invoices."""

    part: Part
    house: House
    code: str
    bills: tuple[Bill, ...]

    @property
    def accounting(self) -> str:
        return f"compta@{self.house.domain}"

    @property
    def sales(self) -> str:
        return f"achats@{self.house.domain}"

    @property
    def management(self) -> str:
        return f"direction@{self.house.domain}"

    @property
    def addresses(self) -> tuple[str, str, str]:
        return self.accounting, self.sales, self.management

    @property
    def due(self) -> date:
        return self.bills[0].due

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(bill.case for bill in self.bills)


@dataclass(frozen=True, slots=True)
class Scenario:
    """The day on which it begins, and the parts in the order in which the customers stand in the books."""

    start: date = USUAL_START
    cast: tuple[tuple[House, Part], ...] = tuple(zip(HOUSES, Part, strict=True))

    def __post_init__(self) -> None:
        parts = [part for _, part in self.cast]
        before = parts[: parts.index(Part.ANSWERS)]
        if not WRITTEN_TO_FIRST & set(before):
            raise ValueError(f"Somebody due on the same day must stand before who {Part.ANSWERS}.")

    @property
    def end(self) -> date:
        return self.start + LENGTH

    def actors(self) -> tuple[Actor, ...]:
        return tuple(self._actors())

    def _actors(self) -> Iterator[Actor]:
        number = 100
        for place, (house, part) in enumerate(self.cast, 1):
            due = self.start + timedelta(days=DUE_AFTER[part])
            bills = []
            for _ in range(4 if part is Part.FOUR else 1):
                number += 1
                amount = Decimal(number * 37_91) / 100
                bills.append(Bill(f"FA-{due.year}-{number:04}", due - TERM, due, amount))
            yield Actor(part, house, f"C{place:04}", tuple(bills))
