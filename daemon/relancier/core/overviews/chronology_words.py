"""The words of the legal file, French and English: what happened, what the figures rest on, days and amounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from relancier.core.case import Kind
from relancier.core.claim import Remark, Source
from relancier.core.recorded import Letter
from relancier.core.text.typography import french

NBSP = "\N{NO-BREAK SPACE}"
FRENCH_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre"),
    "décembre",
)
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
HAPPENED: dict[Kind, tuple[str, str]] = {
    Kind.OPENED: ("Suivi de la facture ouvert", "The invoice is followed from here on"),
    Kind.CHANGED: ("Facture mise à jour dans la comptabilité", "The invoice changed in the books"),
    Kind.MISSING: ("Facture absente de la comptabilité", "The invoice is no longer in the books"),
    Kind.RETURNED: ("Facture de retour dans la comptabilité", "The invoice is in the books again"),
    Kind.REOPENED: ("Facture due à nouveau selon la comptabilité", "Owed again by the books"),
    Kind.MONEY: ("Paiement à rapprocher", "Payment to be matched"),
    Kind.MONEY_SETTLED: ("Paiement rapproché", "Payment matched"),
    Kind.UNCLEAR: ("Ordre à préciser, suivi suspendu", "Order not clear, held"),
    Kind.SHORT: ("Escompte déduit hors délai", "Discount taken off too late"),
    Kind.CREDITED: ("Avoir ou paiement non affecté du client", "Credit of the customer that no invoice uses"),
    Kind.STEP_DONE: ("Relance faite", "Reminder made"),
    Kind.SEND_FAILED: ("Message non remis au serveur", "Message not accepted by the server"),
    Kind.UNCERTAIN: ("Envoi d'issue inconnue", "Message of unknown outcome"),
    Kind.SETTLED: ("Issue de l'envoi établie", "Outcome of the message established"),
    Kind.REPLIED: ("Message reçu", "Message received"),
    Kind.WITHDRAWN: ("Le message précédent venait de notre équipe", "The message before came from our own team"),
    Kind.UNREADABLE: ("Message illisible reçu", "A message that could not be read"),
    Kind.BOUNCED: ("Message non distribué", "Message not delivered"),
    Kind.AUTOREPLIED: ("Réponse automatique reçue", "Automatic reply received"),
    Kind.RECEIPT: ("Accusé de réception ou de lecture reçu", "Delivery or read receipt received"),
    Kind.ANSWERED: ("Réponse de notre équipe", "Answer by our team"),
    Kind.PAUSED: ("Relances suspendues", "Reminders paused"),
    Kind.RESUMED: ("Relances reprises", "Reminders go on"),
    Kind.PROMISED: ("Paiement promis", "Payment promised"),
    Kind.DISPUTED: ("Facture contestée", "Invoice disputed"),
    Kind.BALANCE: ("Solde non contesté relancé seul", "Only the undisputed part is pursued"),
    Kind.PAID: ("Paiement enregistré", "Payment recorded"),
    Kind.CLOSED: ("Dossier clos", "Case closed"),
    Kind.HANDED_OVER: ("Dossier transmis pour procédure", "Case handed over for proceedings"),
    Kind.REMINDED_TO_ACT: ("Signalé à un responsable", "Told to a person in charge"),
    Kind.NOTED: ("Message noté au dossier", "Message noted"),
    Kind.CALLED: ("Appel téléphonique", "Telephone call"),
    Kind.CONTACT: ("Interlocuteurs modifiés", "Contacts changed"),
    Kind.POSTED: ("Lettre postée", "Letter posted"),
    Kind.LETTER: ("Suite donnée à la lettre", "What became of the letter"),
    Kind.TASK_AGAIN: ("Tâche retirée avant d'être faite", "Task called off before it was done"),
    Kind.INSTALMENTS: ("Échéancier convenu", "Instalment plan agreed"),
    Kind.INSOLVENT: ("Procédure collective", "Insolvency proceedings"),
    Kind.SOLVENT: ("Procédure collective : facture postérieure au jugement", "Invoice from after the judgment"),
    Kind.REJECTED: ("Prélèvement, effet ou chèque rejeté", "Direct debit, bill or cheque returned"),
    Kind.LIMITATION: ("Prescription signalée à un responsable", "Limitation told to a person in charge"),
}
DELAYED = ("Distribution retardée", "Delivery delayed")
SENT, TASK, BY_HAND, ADOPTED = "sent", "task", "by_hand", "adopted"
MADE: dict[str, tuple[str, str]] = {
    SENT: ("Message envoyé", "Message sent"),
    TASK: ("Tâche confiée à un collègue", "Task given to a colleague"),
    BY_HAND: ("Relance faite par un collègue", "Reminder made by a colleague"),
    ADOPTED: ("Message retrouvé dans les envois", "Message found among those sent"),
}
TASKS: dict[str, tuple[str, str]] = {
    "call": ("Appel confié à un collègue", "Call given to a colleague"),
    "sms": ("SMS confié à un collègue", "Text message given to a colleague"),
    "letter": ("Lettre remise à poster", "Letter handed over to be posted"),
    "registered_letter": ("Lettre à poster en recommandé", "Letter handed over for registered post"),
    "legal": ("Suite judiciaire confiée à un responsable", "Proceedings given to a person in charge"),
}
LETTERS: dict[str, tuple[str, str]] = {
    Letter.RECEIVED: ("reçue", "received"),
    Letter.UNCLAIMED: ("non réclamée", "not claimed"),
    Letter.REFUSED: ("refusée", "refused"),
    Letter.UNKNOWN_ADDRESS: ("destinataire inconnu à l'adresse", "not known at the address"),
}
SOURCES: dict[Source, tuple[str, str]] = {
    Source.PERSON: ("daté par notre équipe", "dated by our team"),
    Source.BANK: ("daté par la banque", "dated by the bank"),
    Source.BOOKS: ("daté du jour où la comptabilité l'a montré", "dated by the day on which the books showed it"),
    Source.BEFORE: ("antérieur au suivi, compté à l'échéance", "before the follow-up, counted at the due date"),
}
REMARKS: dict[Remark, tuple[str, str]] = {
    Remark.ESTIMATED: (
        (
            "Le taux officiel d'un semestre n'est pas encore connu : le dernier taux connu a été repris, le montant des"
            " pénalités est donc provisoire."
        ),
        "The official rate of a half-year is not known yet: the last known rate was used, so interest is provisional.",
    ),
    Remark.BELOW_FLOOR: (
        "Le taux contractuel est inférieur à trois fois le taux d'intérêt légal d'un semestre au moins.",
        "The contract's rate lies below three times the legal rate of at least one half-year.",
    ),
    Remark.BOOKS_DAY: (
        (
            "Un paiement au moins est daté du jour où la comptabilité l'a fait connaître : la date de valeur peut être"
            " antérieure."
        ),
        "At least one payment is dated by the day on which the books made it known: it may have arrived earlier.",
    ),
    Remark.PAID_BEFORE: (
        (
            "Ce qui était déjà payé au début du suivi est compté comme payé à l'échéance : aucune pénalité n'est"
            " demandée sur cette part."
        ),
        "What was paid before the follow-up began counts as paid on the due date: no interest is claimed on it.",
    ),
    Remark.DISPUTED: (
        "Une part de la somme est contestée par le client : elle est comprise dans les calculs et nommée à part.",
        "The customer contests a part of the sum: it is included in the figures and named apart.",
    ),
    Remark.NO_NOTICE: (
        "Le client est un consommateur et n'a pas été mis en demeure : aucun intérêt n'est compté.",
        "The customer is a consumer and was given no formal notice: no interest is counted.",
    ),
    Remark.INSOLVENT: (
        (
            "Une procédure collective a été ouverte : les intérêts sont arrêtés au jugement et l'indemnité forfaitaire"
            " n'est pas demandée."
        ),
        "Insolvency proceedings were opened: interest stops at the judgment and no recovery charge is claimed.",
    ),
    Remark.INTEREST_FIRST: (
        "Les paiements partiels sont imputés d'abord sur les intérêts (Code civil, art. 1343-1).",
        "Part payments are set against interest first (Code civil, art. 1343-1).",
    ),
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """Words, days and amounts in one language: French, else English."""

    language: str

    @property
    def french(self) -> bool:
        return self.language == "fr"

    def one(self, pair: tuple[str, str]) -> str:
        """The one of two that is in this language."""
        return french(pair[0]) if self.french else pair[1]

    def plain(self, pair: tuple[str, str]) -> str:
        """The same for a name, whose spaces stay as they are."""
        return pair[0] if self.french else pair[1]

    def of(self, table: Mapping[str, tuple[str, str]], name: str) -> str:
        return self.one(table.get(name, (name, name)))

    def joined(self, parts: Iterable[str]) -> str:
        return (f"{NBSP}; " if self.french else "; ").join(parts)

    def day(self, on: date) -> str:
        month = (FRENCH_MONTHS if self.french else ENGLISH_MONTHS)[on.month - 1]
        number = "1er" if self.french and on.day == 1 else str(on.day)
        return f"{number}{NBSP}{month}{NBSP}{on.year}"

    def moment(self, at: datetime) -> str:
        """As in a table: 02/03/2026 10:30, or 2026-03-02 10:30."""
        return at.strftime("%d/%m/%Y %H:%M" if self.french else "%Y-%m-%d %H:%M")

    def short(self, on: date) -> str:
        return on.strftime("%d/%m/%Y" if self.french else "%Y-%m-%d")

    def amount(self, value: Decimal, currency: str) -> str:
        symbol = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, currency)
        number = self.number(value)
        return f"{number}{NBSP}{symbol}" if self.french else f"{symbol}{'' if len(symbol) == 1 else NBSP}{number}"

    def number(self, value: Decimal, places: int = 2) -> str:
        written = f"{value:,.{places}f}"
        return written.replace(",", NBSP).replace(".", ",") if self.french else written
