"""The rules that every message to a customer keeps, as data: each names itself and says what is wrong, or None."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.messages.reading import Rendered, words, words_of

Fields = Mapping[str, Any]
REMINDERS = ("reminder-1", "reminder-2", "reminder-3", "one-off")
FIRM = ("reminder-2", "reminder-3", "one-off")
CUSTOMER = ("notification", *REMINDERS, "recap")
Check = Callable[[Rendered, Fields], str | None]


@dataclass(frozen=True)
class Rule:
    name: str
    check: Check
    templates: tuple[str, ...] = CUSTOMER


RULES: list[Rule] = []


def rule(name: str, templates: tuple[str, ...] = CUSTOMER) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        RULES.append(Rule(name, check, templates))
        return check

    return add


def broken(rendered: Rendered, fields: Fields) -> dict[str, str]:
    """The rules a message breaks, each with what is wrong."""
    checks = ((one.name, one.check(rendered, fields)) for one in RULES if rendered.template in one.templates)
    return {name: fault for name, fault in checks if fault}


def missing(where: str, wanted: Iterable[str]) -> str | None:
    lacking = [text for text in wanted if not re.search(rf"(?<!\w){re.escape(text)}(?!\w)", where)]
    return f"lacks {', '.join(lacking)}" if lacking else None


def rows(fields: Fields, column: str) -> list[Any]:
    return [row[column] for row in fields["invoices"] if row[column] is not None]


def never(name: str, french: str, english: str, templates: tuple[str, ...] = CUSTOMER) -> None:
    """A rule against words, wherever they stand."""

    @rule(name, templates)
    def check(sent: Rendered, _: Fields) -> str | None:
        pattern = french if sent.language == "fr" else english
        found = re.search(pattern, f"{sent.draft.subject}\n{sent.text}", re.IGNORECASE)
        return f"says {found.group()!r}" if found else None


ORDINAL_FR = r"(?:\d+ ?(?:re|ère|e|ème|nde?)|première|deuxième|seconde|troisième|quatrième|énième|ultime)"
COUNT_FR = r"(?:deux|trois|quatre|plusieurs|nos|précédentes|\d+) (?:précédentes )?relances"
never(
    "no ordinal",
    rf"{ORDINAL_FR} (?:relance|rappel)|{COUNT_FR}|relance n° ?\d",
    r"(?:\d(?:st|nd|rd|th)|first|second|third|fourth|final) (?:reminder|notice)|(?:two|three|several|our|\d) reminders",
)
never("no exclamation", r"!", r"!")
never(
    "no filler",
    r"piqûre|meilleurs délais|sauf erreur|je me permets|petit (?:rappel|mot)",
    r"gentle|friendly|earliest convenience|just a|kindly",
)
never(
    "no judgement",
    r"débiteur|débitrice|créance|impayé|mauvais payeur|négligen|mauvaise foi|malgré|inadmissible",
    r"debtor|delinquent|unpaid|bad payer|negligen|bad faith|despite|unacceptable",
)
never(
    "no fee, no threat",
    r"frais de (?:relance|dossier|rappel)|presse|fisc|administration fiscale|vos (?:clients|fournisseurs)",
    r"(?:chasing|reminder|admin\w*) fee|the press|tax office|your (?:customers|suppliers)",
)
never(
    "no inner names",
    r"reminder-\d|one-off|mauvais-payeurs|grand-compte|clients-douteux|\bsquad\b|risque|plan de relance|relancier",
    r"reminder-\d|one-off|mauvais-payeurs|grand-compte|clients-douteux|\bsquad\b|\brisk\b|relancier",
)
LEFT_OVER = r"(?-i:\bNone\b)|\{\{|\{%|[\ue000-\uf8ff]|\\|  "
never("nothing left over", LEFT_OVER, LEFT_OVER)
never("no formal notice by mail", r"\brecommandée? électronique|vaut mise en demeure", r"serves as formal notice")


@rule("last reminder")
def _last_reminder(sent: Rendered, fields: Fields) -> str | None:
    may = sent.template == "reminder-3" and fields["next_step"] == "formal_notice"
    does = sent.says("dernière relance", "last reminder")
    return None if may == does else "dernière relance only, and always, in the last step before the formal notice"


@rule("subject")
def _subject(sent: Rendered, fields: Fields) -> str | None:
    title = sent.draft.subject
    if not title.startswith(fields["number"]):
        return f"does not begin with the number: {title}"
    if len(title) > 78 or re.search(r"[\r\n\0]", title):
        return f"is too long or not one line: {title}"
    if re.search(r"€|\d,\d\d|impayé|demeure|unpaid|notice|overdue", title, re.IGNORECASE):
        return f"tells too much: {title}"
    whole = " - ".join((fields["numbers"], fields["company"], "factures", fields["customer"]))
    if len(whole) <= 78 and sent.template != "recap":
        return missing(title, [fields["company"], fields["customer"]])
    return None


@rule("number")
def _number(sent: Rendered, fields: Fields) -> str | None:
    return missing(re.sub(r"https?://\S+", "", sent.text), rows(fields, "number"))


@rule("issued")
def _issued(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, map(sent.day, rows(fields, "issued")))


@rule("due")
def _due(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, map(sent.day, rows(fields, "due")))


@rule("amount due")
def _amount_due(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, map(sent.money, [*rows(fields, "amount_due"), fields["total_due"]]))


@rule("purpose")
def _purpose(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, rows(fields, "purpose"))


@rule("part")
def _part(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, rows(fields, "part"))


@rule("attachment")
def _attachment(sent: Rendered, fields: Fields) -> str | None:
    does = sent.says(r"jointes? à ce message", r"attached to this message")
    return None if does == bool(fields["has_pdf"]) else "speaks of an attachment exactly when there is one"


@rule("IBAN")
def _iban(sent: Rendered, fields: Fields) -> str | None:
    if not fields["iban"]:
        return None
    same = "IBAN identique à celui de" if sent.language == "fr" else "same IBAN as on our"
    return missing(sent.text, [" ".join(re.findall(".{1,4}", fields["iban"])), same])


@rule("payment link")
def _link(sent: Rendered, fields: Fields) -> str | None:
    found = re.findall(r"https?://\S+", sent.draft.text)
    wanted = [fields["payment_url"]] if fields["payment_url"] else []
    return None if found == wanted else f"links to {found}, not {wanted}"


@rule("person")
def _person(sent: Rendered, fields: Fields) -> str | None:
    known = [fields[name] for name in ("signer_name", "signer_title", "company", "reply_to") if fields[name]]
    phone = fields["signer_phone"] or fields["company_phone"]
    return missing(sent.text.removeprefix(sent.body), [*known, *([phone] if phone else [])])


@rule("one reply address")
def _reply_address(sent: Rendered, fields: Fields) -> str | None:
    shown = sent.draft.text + re.sub(r'src="cid:[^"]*"', "", sent.draft.html)
    found = set(re.findall(r"[\w.+-]+@[\w.-]+\w", shown))
    return None if found == {fields["reply_to"]} else f"shows {found}"


@rule("one date", REMINDERS)
def _one_date(sent: Rendered, fields: Fields) -> str | None:
    asked = len(re.findall(rf"(?<!\w){sent.day(fields['deadline'])}", sent.body))
    return None if asked == 1 else f"asks by the deadline {asked} times"


@rule("one date", ("notification",))
def _due_asked(sent: Rendered, fields: Fields) -> str | None:
    asked = [line for line in sent.sentences if re.search(r"confirm", line)]
    wanted = "échéance" if sent.language == "fr" else "fall due"
    return missing(" ".join(asked), [wanted if fields["several"] else sent.day(fields["due"])])


@rule("what was said", ("recap",))
def _said(sent: Rendered, fields: Fields) -> str | None:
    answered = bool(fields["promised_on"] or fields["detail"])
    nobody = bool(fields["unanswered"]) and not answered
    if nobody != sent.says(r"sans y parvenir", r"without success"):
        return "a call without an answer has its own text, and only it"
    if not fields["promised_on"] and sent.says(r"annoncé", r"told us"):
        return "states what was not said"
    told = [sent.day(fields["promised_on"])] if fields["promised_on"] else []
    called = [sent.day(fields["called_on"])] if fields["called_on"] else []
    asked = [] if answered else [sent.day(fields["deadline"])]
    return missing(sent.body, [*told, *called, *asked, *([fields["detail"]] if fields["detail"] else [])])


@rule("help")
def _help(sent: Rendered, _: Fields) -> str | None:
    return (
        None if sent.says(r"bloque|manque", r"holding (?:it )?up|need anything|what it is|lack") else "offers no help"
    )


@rule("a time to talk", REMINDERS)
def _talk(sent: Rendered, fields: Fields) -> str | None:
    phone = fields["signer_phone"] or fields["company_phone"]
    return missing(sent.body, [phone]) if phone else None


@rule("instalments", REMINDERS)
def _instalments(sent: Rendered, fields: Fields) -> str | None:
    does = sent.says(r"plusieurs fois|échelonnement", r"in instalments")
    return None if does == bool(fields["instalments"]) else "offers instalments exactly where the plan does"


@rule("confirmation")
def _confirmation(sent: Rendered, _: Fields) -> str | None:
    asks = sent.says(r"(?:confirmer|indiquer).*(?:ce message)", r"(?:confirm|tell us).*this message")
    return None if asks else "asks for no confirmation"


@rule("crossed")
def _crossed(sent: Rendered, fields: Fields) -> str | None:
    pattern = r"parti depuis|croisé|a croisé" if sent.language == "fr" else r"paid since|crossed"
    found = [match.start() for match in re.finditer(pattern, sent.body)]
    if len(found) != 1 or found[0] < len(sent.body) * 0.6:
        return "says once, near the end, that it may have crossed the payment"
    known = [sent.day(fields["known_to"])] if fields["known_to"] else []
    return missing(sent.body[found[0] - 120 :], known)


NEXT = {
    "call": (r"nous vous appellerons", r"we will telephone"),
    "reminder": (r"nous vous écrirons de nouveau", r"we will write again"),
    "letter": (r"courrier postal", r"letter by post"),
    "formal_notice": (r"mise en demeure par lettre recommandée", r"formal notice by registered letter"),
    "legal": (r"en justice", r"the courts"),
}


@rule("next step")
def _next(sent: Rendered, fields: Fields) -> str | None:
    announced = {name for name, (french, english) in NEXT.items() if sent.says(french, english)}
    really = {fields["next_step"]} if fields["next_step"] and sent.template in REMINDERS else set()
    if announced != really:
        return f"announces {announced or 'nothing'}, the plan has {really or 'nothing'}"
    if not really and sent.says(r"mise en demeure|tribunal", r"formal notice|court"):
        return "names a step that is not in the plan"
    return missing(sent.body, [sent.day(fields["next_on"])]) if really and fields["next_on"] else None


CONSEQUENCE = (r"pénalité|indemnité|40,00", r"late-payment|recovery charge|40\.00")


@rule("consequences")
def _consequences(sent: Rendered, fields: Fields) -> str | None:
    does = sent.says(*CONSEQUENCE)
    may = bool(fields["consequences"]) and sent.template in FIRM
    return None if does == may else "names penalties exactly when it may, and never to a consumer"


@rule("only the invoices that have come to it", FIRM)
def _whose(sent: Rendered, fields: Fields) -> str | None:
    pattern = CONSEQUENCE[sent.language == "en"]
    named = " ".join(
        line for line in sent.sentences if re.search(pattern, line) or re.match("- (?:facture|invoice) ", line)
    )
    wrong = [row["number"] for row in fields["invoices"] if not row["consequences"] and row["number"] in named]
    reached = [row["number"] for row in fields["invoices"] if row["consequences"]]
    if wrong or not (fields["consequences"] and fields["several"]):
        return f"names consequences for {wrong}" if wrong else None
    return missing(named, reached)


@rule("figures", ("reminder-3",))
def _figures(sent: Rendered, fields: Fields) -> str | None:
    if not (fields["consequences"] and fields["penalties"]):
        return None
    figures = [row[name] for row in fields["invoices"] for name in ("interest", "charge") if row["consequences"]]
    return missing(sent.text, map(sent.money, [*(one for one in figures if one), fields["penalties"]]))


@rule("upcoming apart", REMINDERS)
def _upcoming(sent: Rendered, fields: Fields) -> str | None:
    before, _, after = sent.text.partition(
        "Pour votre information" if sent.language == "fr" else "For your information"
    )
    numbers = [row["number"] for row in fields["upcoming"] or ()]
    mixed = [number for number in numbers if number in before + sent.draft.subject]
    return f"mixes in {mixed}" if mixed else missing(after, numbers)


@rule("capitals")
def _capitals(sent: Rendered, fields: Fields) -> str | None:
    own = {"IBAN", "SIREN", "BIC", *re.findall(r"\w+", " ".join(str(value) for value in fields.values()))}
    shouted = [
        word for word in re.findall(r"\b[A-ZÀ-Ý]{3,}\b", re.sub(r"IBAN ?: .*", "", sent.text)) if word not in own
    ]
    return f"shouts {shouted}" if shouted else None


@rule("our invoice")
def _ours(sent: Rendered, _: Fields) -> str | None:
    says = sent.says(r"(?:notre|nos) factures?", r"our invoices?") and sent.says(r"r[èé]gl|solder", r"pay|settle")
    return None if says else "speaks of 'notre facture' and of 'règlement'"


@rule("civility")
def _civility(sent: Rendered, fields: Fields) -> str | None:
    first = sent.text.split("\n")[0]
    if fields["salutation_name"]:
        return missing(first, [fields["salutation_name"]])
    return "guesses a civility" if re.search(r"Madame|Monsieur|\bM\.|\bMme|Sir|\bMr|\bMs|Dear", sent.text) else None


@rule("singular and plural")
def _number_of(sent: Rendered, fields: Fields) -> str | None:
    one = (r"cette facture|notre facture|la facture FA-\S+ et", r"this invoice|the invoice |our invoice ")
    more = (r"ces factures|nos factures|les factures FA", r"these invoices|our invoices|the invoices ")
    wrong = one if fields["several"] else more
    if sent.says(r"\b1 jours|\b0 jours", r"\b1 days|\b0 days"):
        return "days in the wrong number"
    return "singular and plural do not agree" if sent.says(*wrong) else None


@rule("dates and amounts")
def _typography(sent: Rendered, _: Fields) -> str | None:
    if sent.language == "en":
        return "an ordinal date" if re.search(r"\d(?:st|nd|rd|th) [A-Z]", sent.text) else None
    if re.search(r"(?<!\d)1 (?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)|\d{4}-\d\d-\d\d", sent.text):
        return "a date not written as 1er juin 2026"
    if re.search(r"\d [€%]|\d \d{3},\d\d|\d\.\d\d €", sent.draft.text):
        return "an amount that can part at the end of a line"
    loose = re.search(r"(?<!\S)\S*[\wé)] [:;?!»]|« ", sent.draft.text)
    return f"a space that is not fixed: {loose.group()!r}" if loose else None


@rule("earlier messages", REMINDERS)
def _earlier(sent: Rendered, fields: Fields) -> str | None:
    dates = fields["earlier"] or ()
    if fields["several"] and sent.template == "reminder-1":
        dates = dates[-1:]
    return missing(sent.body, map(sent.day, dates))


@rule("their last message", ("notification", *REMINDERS))
def _reply(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.body, [sent.day(fields["last_reply_on"])]) if fields["last_reply_on"] else None


@rule("legal mentions")
def _legal(sent: Rendered, fields: Fields) -> str | None:
    known = [*(fields["company_address"] or ()), *([fields["company_legal"]] if fields["company_legal"] else [])]
    return missing(sent.text, known)


@rule("text and HTML agree")
def _agree(sent: Rendered, _: Fields) -> str | None:
    text = words(sent.text)
    html = words_of(sent.draft.html)
    return None if text == html else f"differ in {sorted(text ^ html)}"


@rule("safe HTML")
def _safe(sent: Rendered, _: Fields) -> str | None:
    html = sent.draft.html
    remote = re.search(r"<(?:script|iframe|link|form|object|video)\b|\ssrc=(?!\"cid:)|url\(|@import|\son\w+=", html)
    if remote:
        return f"holds {remote.group()!r}"
    if f'<html lang="{sent.language}">' not in html or len(html.encode()) > 100_000:
        return "lacks its language, or is too large"
    return "a heading without scope" if re.search(r"<th(?![^>]*scope=)[\s>]", html) else None
