"""The rules that every message to a customer keeps, as data: each names itself and says what is wrong, or None."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.messages.reading import Rendered, words, words_of

Fields = Mapping[str, Any]
STOCK = ("reminder-1", "reminder-2", "reminder-3", "one-off")
LETTERS = ("letter", "formal-notice-announcement", "formal-notice")
REMINDERS = (*STOCK, "follow-up", "rejected", "letter", "formal-notice-announcement")
FIRM = ("reminder-2", "reminder-3", "one-off", "follow-up", "rejected", *LETTERS)
ASKING = ("notification", *REMINDERS, "formal-notice", "recap", "instalments")
PAYING = (*ASKING, "instalment")
CUSTOMER = (*PAYING, "thank-you", "sms")
WRITTEN = tuple(name for name in CUSTOMER if name != "sms")
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
    last = sent.template in {"reminder-3", "formal-notice-announcement"}
    last = last or (sent.template == "follow-up" and fields["last_reminder"])
    may = last and fields["next_step"] == "formal_notice"
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
    whole = " - ".join((fields["numbers"], fields["company"], "payment received", fields["customer"]))
    if len(whole) <= 78 and sent.template not in {"recap", "sms"} and not fields["by_post"]:
        return missing(title, [fields["company"], fields["customer"]])
    return None


@rule("number")
def _number(sent: Rendered, fields: Fields) -> str | None:
    return missing(re.sub(r"https?://\S+", "", sent.text), rows(fields, "number"))


@rule("issued", ASKING)
def _issued(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, map(sent.day, rows(fields, "issued")))


@rule("due", ASKING)
def _due(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, map(sent.day, rows(fields, "due")))


@rule("amount due", ASKING)
def _amount_due(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, map(sent.money, [*rows(fields, "amount_due"), fields["total_due"]]))


TAKEN_OFF = ("deposit", "credited", "retained", "paid")


@rule("why less is due than the amount", ASKING)
def _why_less(sent: Rendered, fields: Fields) -> str | None:
    """Whatever makes the sum smaller stands beside it, and it adds up; of a payment also the days, where known."""
    for row in fields["invoices"]:
        less = [row[name] for name in TAKEN_OFF if row[name]]
        if not less:
            continue
        figures = [row["amount"], *less, *([row["disputed"]] if row["disputed"] else []), row["amount_due"]]
        if figures[0].amount - sum(money.amount for money in figures[1:-1]) != figures[-1].amount:
            return f"the example of {row['number']} does not add up"
        if wrong := missing(sent.text, [*map(sent.money, figures), *map(sent.day, row["paid_on"])]):
            return wrong
    said = sent.says(r"déjà réglé", r"already paid")
    return None if said == any(row["paid"] for row in fields["invoices"]) else "speaks of a payment exactly when part"


@rule("purpose", ASKING)
def _purpose(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, rows(fields, "purpose"))


@rule("part", ASKING)
def _part(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.text, rows(fields, "part"))


@rule("attachment", PAYING)
def _attachment(sent: Rendered, fields: Fields) -> str | None:
    does = sent.says(r"jointes? à (?:ce message|cette lettre)", r"attached to this message|enclosed with this letter")
    return None if does == bool(fields["has_pdf"]) else "speaks of an attachment exactly when there is one"


@rule("IBAN", PAYING)
def _iban(sent: Rendered, fields: Fields) -> str | None:
    if not fields["iban"]:
        return None
    same = "IBAN identique à celui de" if sent.language == "fr" else "same IBAN as on our"
    if not fields["same_iban"] and same in sent.text:
        return f"says {same}, though the invoice's file was not compared"
    return missing(sent.text, [" ".join(re.findall(".{1,4}", fields["iban"])), *([same] * fields["same_iban"])])


@rule("payment link", (*PAYING, "sms"))
def _link(sent: Rendered, fields: Fields) -> str | None:
    found = re.findall(r"https?://\S+", sent.draft.text)
    wanted = [fields["payment_url"]] if fields["payment_url"] else []
    return None if found == wanted else f"links to {found}, not {wanted}"


@rule("person", WRITTEN)
def _person(sent: Rendered, fields: Fields) -> str | None:
    known = [fields[name] for name in ("signer_name", "signer_title", "company", "reply_to") if fields[name]]
    phone = fields["signer_phone"] or fields["company_phone"]
    if fields["by_post"]:  # the letter's own head and foot name the rest
        known = [fields[name] for name in ("signer_name", "reply_to") if fields[name]]
    where = sent.text if fields["by_post"] else sent.text.removeprefix(sent.body)
    return missing(where, [*known, *([phone] if phone else [])])


@rule("one reply address")
def _reply_address(sent: Rendered, fields: Fields) -> str | None:
    shown = sent.draft.text + re.sub(r'src="cid:[^"]*"', "", sent.draft.html)
    found = set(re.findall(r"[\w.+-]+@[\w.-]+\w", shown))
    may = set() if sent.template == "sms" else {fields["reply_to"]}
    return None if found in ({fields["reply_to"]}, may) else f"shows {found}"


@rule("one date", REMINDERS)
def _one_date(sent: Rendered, fields: Fields) -> str | None:
    asked = len(re.findall(rf"(?<!\w){sent.day(fields['deadline'])}", sent.body))
    asked -= fields["next_on"] == fields["deadline"]  # what follows that very day
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


@rule("help", PAYING)
def _help(sent: Rendered, _: Fields) -> str | None:
    return (
        None if sent.says(r"bloque|manque", r"holding (?:it )?up|need anything|what it is|lack") else "offers no help"
    )


@rule("a time to talk", (*REMINDERS, "formal-notice"))
def _talk(sent: Rendered, fields: Fields) -> str | None:
    phone = fields["signer_phone"] or fields["company_phone"]
    return missing(sent.body, [phone]) if phone else None


@rule("instalments", (*REMINDERS, "formal-notice"))
def _instalments(sent: Rendered, fields: Fields) -> str | None:
    does = sent.says(r"plusieurs fois|échelonnement", r"in instalments")
    return None if does == bool(fields["instalments"]) else "offers instalments exactly where the plan does"


@rule("confirmation", PAYING)
def _confirmation(sent: Rendered, _: Fields) -> str | None:
    asks = sent.says(
        r"(?:confirmer|indiquer|répondre).*(?:ce message|échéancier|compta@)",
        r"(?:confirm|tell us).*(?:this message|compta@)",
    )
    return None if asks else "asks for no confirmation"


@rule("crossed", PAYING)
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
    "sms": (r"nous vous enverrons un SMS", r"we will send you a text message"),
    "letter": (r"courrier postal", r"letter by post"),
    "registered_letter": (r"adresserons une lettre recommandée", r"send you a registered letter"),
    "formal_notice": (r"mise en demeure par lettre recommandée", r"formal notice by registered letter"),
    "legal": (r"en justice|saisirons la juridiction", r"the courts|the competent court"),
}


@rule("next step", WRITTEN)
def _next(sent: Rendered, fields: Fields) -> str | None:
    announced = {name for name, (french, english) in NEXT.items() if sent.says(french, english)}
    may = REMINDERS if fields["next_step"] != "legal" else (*REMINDERS, "formal-notice")
    really = {fields["next_step"]} if fields["next_step"] and sent.template in may else set()
    if fields["public"]:
        really -= {"legal"}
    if announced != really:
        return f"announces {announced or 'nothing'}, the plan has {really or 'nothing'}"
    of_notice = sent.template.startswith("formal-notice")
    if not really and not of_notice and sent.says(r"mise en demeure|tribunal", r"formal notice|court"):
        return "names a step that is not in the plan"
    dated = really and fields["next_on"] and sent.template != "formal-notice"
    return missing(sent.body, [sent.day(fields["next_on"])]) if dated else None


CONSEQUENCE = (r"pénalité|moratoires|indemnité|40,00", r"late-payment|recovery charge|40\.00")


@rule("consequences", WRITTEN)
def _consequences(sent: Rendered, fields: Fields) -> str | None:
    does = sent.says(*CONSEQUENCE)
    may = bool(fields["consequences"]) and sent.template in FIRM
    return None if does == may else "names penalties exactly when it may, and never to a consumer"


@rule("only the invoices that have come to it", FIRM)
def _whose(sent: Rendered, fields: Fields) -> str | None:
    pattern = CONSEQUENCE[sent.language == "en"]
    named = " ".join(
        line for line in sent.sentences if re.search(pattern, line) or re.match("- .*(?:facture|invoice) ", line)
    )
    wrong = [row["number"] for row in fields["invoices"] if not row["consequences"] and row["number"] in named]
    reached = [row["number"] for row in fields["invoices"] if row["consequences"]]
    if wrong or not (fields["consequences"] and fields["several"]):
        return f"names consequences for {wrong}" if wrong else None
    return missing(named, reached)


@rule("figures", ("reminder-3", "follow-up", "formal-notice-announcement", "formal-notice"))
def _figures(sent: Rendered, fields: Fields) -> str | None:
    detailed = sent.template != "follow-up" or fields["last_reminder"]
    if not (detailed and fields["consequences"] and fields["penalties"]):
        return None
    figures = [row[name] for row in fields["invoices"] for name in ("interest", "charge") if row["consequences"]]
    if sent.template == "formal-notice":
        figures = [*rows(fields, "interest"), fields["total_due"], fields["charge"], fields["claimed"]]
        return missing(sent.text, map(sent.money, figures))
    return missing(sent.text, map(sent.money, [*(one for one in figures if one), fields["penalties"]]))


@rule("upcoming apart", (*STOCK, "follow-up"))
def _upcoming(sent: Rendered, fields: Fields) -> str | None:
    before, _, after = sent.text.partition(
        "Pour votre information" if sent.language == "fr" else "For your information"
    )
    numbers = [row["number"] for row in fields["upcoming"] or ()]
    apart = set(numbers) - set(rows(fields, "number"))  # the next part of one invoice bears its number
    mixed = [number for number in apart if number in before + sent.draft.subject]
    return f"mixes in {mixed}" if mixed else missing(after, numbers)


@rule("capitals")
def _capitals(sent: Rendered, fields: Fields) -> str | None:
    own = {"IBAN", "SIREN", "BIC", "SMS", *re.findall(r"\w+", " ".join(str(value) for value in fields.values()))}
    shouted = [
        word for word in re.findall(r"\b[A-ZÀ-Ý]{3,}\b", re.sub(r"IBAN ?: .*", "", sent.text)) if word not in own
    ]
    return f"shouts {shouted}" if shouted else None


@rule("our invoice")
def _ours(sent: Rendered, _: Fields) -> str | None:
    says = sent.says(r"(?:notre|nos) factures?", r"our invoices?") and sent.says(
        r"r[èé]gl|solder", r"pa(?:y|id)|settle"
    )
    return None if says else "speaks of 'notre facture' and of 'règlement'"


@rule("civility", WRITTEN)
def _civility(sent: Rendered, fields: Fields) -> str | None:
    first = sent.text.split("\n")[0]
    if fields["by_post"]:
        return _letter_civility(sent, first, fields)
    if fields["salutation_name"]:
        return missing(first, [fields["salutation_name"]])
    return "guesses a civility" if re.search(r"Madame|Monsieur|\bM\.|\bMme|Sir|\bMr|\bMs|Dear", sent.text) else None


def _letter_civility(sent: Rendered, first: str, fields: Fields) -> str | None:
    """A letter's closing repeats its salutation."""
    if sent.language == "en":
        wanted = (f"Dear {fields['salutation_name']},", "Yours sincerely,")
        wanted = wanted if fields["salutation_name"] else ("Dear Sir or Madam,", "Yours faithfully,")
        return None if first == wanted[0] and wanted[1] in sent.text else f"opens with {first!r}"
    wanted_fr = fields["civility"] or "Madame, Monsieur"
    closes = f"agréer, {wanted_fr}, l'expression de nos salutations distinguées"
    return None if first == f"{wanted_fr}," and closes in sent.text else f"opens with {first!r}"


@rule("singular and plural", WRITTEN)
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
        if re.search(r"\d,\d\d(?!\d)|\d %", sent.text):
            return "a number written as in French"
        return "an ordinal date" if re.search(r"\d(?:st|nd|rd|th) [A-Z]", sent.text) else None
    if re.search(r"(?<!\d)1 (?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)|\d{4}-\d\d-\d\d", sent.text):
        return "a date not written as 1er juin 2026"
    if re.search(r"\d [€%]|\d \d{3},\d\d|\d\.\d\d €", sent.draft.text):
        return "an amount that can part at the end of a line"
    loose = re.search(r"(?<!\S)\S*[\wé)] [:;?!»]|« ", sent.draft.text)
    return f"a space that is not fixed: {loose.group()!r}" if loose else None


@rule("earlier messages", (*STOCK, "formal-notice-announcement", "formal-notice"))
def _earlier(sent: Rendered, fields: Fields) -> str | None:
    dates = fields["earlier"] or ()
    if fields["several"] and sent.template == "reminder-1" and not fields["last_reply_on"]:
        dates = dates[-1:]
    return missing(sent.body, map(sent.day, dates))


@rule("their last message", ("notification", *STOCK, "follow-up", "formal-notice-announcement", "formal-notice"))
def _reply(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.body, [sent.day(fields["last_reply_on"])]) if fields["last_reply_on"] else None


@rule("legal mentions", WRITTEN)
def _legal(sent: Rendered, fields: Fields) -> str | None:
    if fields["by_post"]:
        return None
    known = [*(fields["company_address"] or ()), *([fields["company_legal"]] if fields["company_legal"] else [])]
    return missing(sent.text, known)


@rule("text and HTML agree")
def _agree(sent: Rendered, fields: Fields) -> str | None:
    text = words(sent.text) | (words(fields["company"]) if fields["by_post"] else set())
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


@rule("another address", ("notification", *STOCK, "formal-notice-announcement", "formal-notice"))
def _elsewhere(sent: Rendered, fields: Fields) -> str | None:
    dates = fields["elsewhere"] or ()
    if sent.says("une autre adresse de votre société", "another address at your company") != bool(dates):
        return "speaks of another address exactly when there was one"
    return missing(sent.body, map(sent.day, dates))


@rule("deadline of the notice", ("formal-notice",))
def _notice_deadline(sent: Rendered, fields: Fields) -> str | None:
    asked = sent.body.count(sent.day(fields["notice_deadline"]))
    other = fields["deadline"] != fields["notice_deadline"] and sent.day(fields["deadline"]) in sent.body
    if asked != 1 or other:
        return f"gives its own deadline {asked} times"
    return missing(sent.body, [sent.money(fields["claimed"] or fields["total_due"])])


@rule("grounds of the notice", ("formal-notice",))
def _grounds(sent: Rendered, fields: Fields) -> str | None:
    """Civil code 1344 for all; then the law that governs interest for this customer, and no other."""
    law = "L2192-13" if fields["public"] else "L441-10"
    wanted = {"1344"} | ({law} if fields["consequences"] else set()) | ({"1231-6"} if fields["consumer"] else set())
    found = set(re.findall(r"\b(?:1344|1231-6|L441-10|L2192-13)\b", sent.text))
    return None if found == wanted else f"cites {sorted(found)}, not {sorted(wanted)}"


@rule("exchanges", ("letter",))
def _exchanges(sent: Rendered, fields: Fields) -> str | None:
    return missing(sent.body, (sent.day(row["day"]) for row in fields["exchanges"] or ()))


@rule("what was said is dated", ("follow-up",))
def _refers(sent: Rendered, fields: Fields) -> str | None:
    spoken = fields["called_on"] if not fields["unanswered"] else None
    return missing(
        sent.body, [sent.day(day) for day in (fields["promised_on"], spoken, fields["last_reply_on"]) if day]
    )


@rule("rejection", ("rejected",))
def _rejection(sent: Rendered, fields: Fields) -> str | None:
    asks = sent.says("rejeté par la banque.*virement", "returned by the bank.*transfer")
    if not asks and not re.search("rejeté|returned", sent.body):
        return "speaks of no rejection"
    return missing(sent.body, [sent.day(fields["rejected_on"])] if fields["rejected_on"] else [])


@rule("agreement", ("instalments",))
def _agreement(sent: Rendered, fields: Fields) -> str | None:
    parts = fields["agreed"] or ()
    if not sent.says("reconnaissez nous devoir", "acknowledge that you owe us"):
        return "asks for no acknowledgement"
    if not sent.says("l'échéancier prendrait fin", "the plan would end"):
        return "does not say what follows a missed instalment"
    agreed = [sent.day(fields["agreed_on"])] if fields["agreed_on"] else []
    told = [text for row in parts for text in (sent.day(row["day"]), sent.money(row["amount"]))]
    return missing(sent.body, [*agreed, *told])


@rule("the instalment", ("instalment",))
def _instalment(sent: Rendered, fields: Fields) -> str | None:
    on, amount = fields["instalment_on"], fields["instalment_due"]
    return missing(sent.body, [sent.day(on), sent.money(amount)]) if on and amount else None


@rule("short and neutral", ("sms",))
def _short(sent: Rendered, fields: Fields) -> str | None:
    words_only = re.sub(r"[^.]*https?://\S+", "", sent.text).strip()
    if len(sent.text.strip()) > 320 or (
        not fields["several"] and len(words_only) > 160 and len(fields["customer"]) < 30
    ):
        return f"is too long: {len(words_only)} and {len(sent.text)}"
    if re.search(r"[€$]|\d[.,]\d\d\b|retard|relance|échue|impay|overdue|late|remind", sent.text):
        return "tells more than a neutral question"
    asks = sent.says("quel jour", "which day")
    due = [] if fields["several"] else [sent.day(fields["due"])]
    return missing(sent.text, [fields["company"], *due]) if asks else "asks for no date"


@rule("nothing asked", ("thank-you",))
def _nothing_asked(sent: Rendered, _: Fields) -> str | None:
    if sent.says("IBAN|au plus tard|confirmer", r"IBAN|\bby \d|confirm"):
        return "asks for something"
    return None if sent.says("remercions", "thank you") else "does not thank"


@rule("public body", WRITTEN)
def _public(sent: Rendered, fields: Fields) -> str | None:
    if not fields["public"]:
        return None
    threat = r"justice|juridiction|tribunal|suspend|pénalité|conditions de règlement"
    return "threatens a public body" if sent.says(threat, r"court|suspend|terms of payment") else None


@rule("consumer", CUSTOMER)
def _consumer(sent: Rendered, fields: Fields) -> str | None:
    if not fields["consumer"]:
        return None
    told = r"pénalité|indemnité|frais|40,00|L441|suspend"
    return "asks too much of a consumer" if sent.says(told, r"penalt|charge|40\.00|L441|suspend") else None


@rule("suspension", WRITTEN)
def _suspension(sent: Rendered, fields: Fields) -> str | None:
    may = sent.template in {"reminder-2", "reminder-3", "follow-up"} and fields["suspension"]
    may = bool(may and not fields["consumer"] and not fields["public"])
    return None if sent.says("suspendues", "suspended") == may else "names a suspension exactly where the plan does"
