"""The forms in which people write days, spans of days and amounts: patterns over folded text, French and English.

Every repetition is bounded, so that a search takes time in proportion to the text.
"""

import re


def _named(*rows: str) -> dict[str, int]:
    """Each name of a row (parted by spaces), with the place of its row, from 1."""
    return {name: place for place, row in enumerate(rows, 1) for name in row.split()}


_MONTHS_FR = _named(
    "janvier janv jan",
    "fevrier fevr fev",
    "mars",
    "avril avr",
    "mai",
    "juin",
    "juillet juil",
    "aout",
    "septembre sept",
    "octobre oct",
    "novembre nov",
    "decembre dec",
)
_MONTHS_EN = _named(
    "january jan",
    "february feb",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sept sep",
    "october oct",
    "november nov",
    "december dec",
)
MONTHS = {**_MONTHS_FR, **_MONTHS_EN}
FULL_WEEKDAYS = _named(
    "lundi monday",
    "mardi tuesday",
    "mercredi wednesday",
    "jeudi thursday",
    "vendredi friday",
    "samedi saturday",
    "dimanche sunday",
)
_SHORT_WEEKDAYS = _named(
    "lun mon", "mar tue tues", "mer wed", "jeu thu thur thurs", "ven vend fri", "sam sat", "dim sun"
)
WEEKDAYS = {**FULL_WEEKDAYS, **_SHORT_WEEKDAYS}
"""Monday is 1."""

COUNTS = _named(
    "un une a an one the",
    "deux two couple",
    "trois three",
    "quatre four",
    "cinq five",
    "six",
    "sept seven",
    "huit eight huitaine",
    "neuf nine",
    "dix ten dizaine",
    "onze eleven",
    "douze twelve douzaine",
    "treize thirteen",
    "quatorze fourteen fortnight",
    "quinze fifteen quinzaine",
) | {"vingt": 20, "vingtaine": 20, "twenty": 20, "trente": 30, "trentaine": 30, "thirty": 30}
NEARBY = {
    "avant-hier": -2,
    "hier": -1,
    "yesterday": -1,
    "aujourd'hui": 0,
    "ce jour": 0,
    "ce matin": 0,
    "ce midi": 0,
    "cet apres-midi": 0,
    "ce soir": 0,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "demain": 1,
    "tomorrow": 1,
    "apres-demain": 2,
    "apres demain": 2,
    "the day after tomorrow": 2,
}


def _one_of(*names: str) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<month>{_one_of(*MONTHS)})\b\.?"
_ENGLISH_MONTH = rf"(?P<month>{_one_of(*_MONTHS_EN)})\b\.?"
_ANY_WEEKDAY = rf"(?:{_one_of(*WEEKDAYS)})\.?,? (?:the |le |on )?"
_FULL_WEEKDAY = rf"(?P<weekday>{_one_of(*FULL_WEEKDAYS)})\b"
_DAY = r"(?P<day>\d{1,2})(?:er|st|nd|rd|th|eme)?(?![\w])"
_YEAR = r"(?:,? (?P<year>20\d\d)(?![\w]))?"
_ARTICLE = r"(?:le |the |on )?"
_NOT_A_DAY = (
    r"(?! ?(?:[%€$£:+&]|[/.,-]\d|\d|h\b|h\d|heures?\b|jours?\b|jrs\b|j\b|euros?\b|eur\b|ans?\b|annees?\b"
    r"|mois\b|semaines?\b"
    r"|rue\b|avenue\b|av\b|bd\b|boulevard\b|place\b|chemin\b|allees?\b|quai\b|cours\b|route\b|impasse\b|bis\b|ter\b"
    r"|rappels?\b|relances?\b|trimestre\b|semestre\b|versement\b|acompte\b|paiement\b|reglement\b|etage\b|virement\b"
    r"|arr(?:ondissement)?\b|mails?\b|factures?\b|reminder\b|invoices?\b|payment\b|time\b|quarter\b|floor\b|instal"
    r"|half\b|days?\b|weeks?\b|months?\b|of (?!this|next|the month)|derniers?\b|premiers?\b|am\b|pm\b))"
)
_PART = r"(?P<part>debut|milieu|mi|fin|courant|cours|beginning|start|early|middle|mid|end|late|later)"
_NEXT = r"(?P<next> prochaine?\b| suivante?\b| pro\b| qui vient\b| d'apres\b)"
_COUNT = (
    rf"(?:environ |about |max(?:imum)? )?(?:(?:une |a |la |les |the )(?=[a-z]+(?:aine|ple|night)\b))?"
    rf"(?:\d{{1,3}} ?(?:/|-|a|ou|to|or) ?(?=\d))?(?P<count>\d{{1,3}}|(?:{_one_of(*COUNTS)})\b)(?: de\b| of\b)? ?"
)
_UNIT = r"(?P<unit>jours?|jrs?|j|days?|semaines?|sem|weeks?|wks?|mois|months?|heures?|hours?|hrs?|h)\b"
_NOT_TERMS = (
    r"(?!,? (?:fin de mois|fdm|apres|after|from|of|following|de la\b|de date|date de|suivant|a compter|a partir"
    r"|a reception|des recep|net\b|nets\b|late\b|notice|de retard))"
)

ISO = re.compile(r"(?<![\w/.-])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])")
NUMERIC = re.compile(
    rf"\b(?P<lead>{_ANY_WEEKDAY}|le |au |du |on |the )?(?<![\w/.-])(?P<day>\d{{1,2}})(?P<sep>[/.-])(?P<month>\d{{1,2}})"
    rf"(?:(?P=sep)(?P<year>20\d\d|\d\d))?(?![\w/-]|[.,]\d| ?[€%$£]| eur| ?h\b)"
)
FRACTIONS = frozenset({"1/2", "1/3", "1/4", "2/3", "3/4", "24/7", "24/24", "7/7"})
DAY_MONTH = re.compile(rf"\b(?:{_ANY_WEEKDAY})?{_ARTICLE}{_DAY}(?: of)? {_MONTH}{_YEAR}")
MONTH_DAY = re.compile(rf"\b(?:{_ANY_WEEKDAY})?{_ARTICLE}{_ENGLISH_MONTH} (?:the )?{_DAY}(?! ?[€%$£:]|[.,/]\d){_YEAR}")
WEEKDAY_DAY = re.compile(rf"\b{_ANY_WEEKDAY}{_DAY}{_NOT_A_DAY}(?P<tail>)")
WEEKDAY = re.compile(
    rf"\b(?P<lead>ce |this |next |last )?{_FULL_WEEKDAY}"
    rf"(?P<tail> en huit\b| derniere?\b| passee?\b|{_NEXT.replace('<next>', '<after>')}"
    rf"|,? (?:de )?(?:la )?semaine (?:prochaine|pro|suivante)\b|,? (?:of )?next week\b)?"
)
DAY = re.compile(
    r"\b(?P<art>le |au |du |l'"
    r"|(?:the |by |on |until |till |before |from |to |between |and )(?:the )?(?=\d{1,2}(?:st|nd|rd|th)\b)"
    rf"|(?:from |between )(?=\d{{1,2}} (?:to|and|-) \d)){_DAY}"
    rf"(?P<tail> (?:courant|crt|ct)\b| (?:du|de ce) mois(?:-ci)?\b(?! pro| suiv)| of (?:this|the) month\b"
    rf"| du mois (?:prochain|suivant)\b| prochain\b| of next month\b)?{_NOT_A_DAY}"
)
NEARBY_DAY = re.compile(rf"(?<!\ba )\b(?:{_one_of(*NEARBY)})\b")
WEEK = re.compile(
    rf"\b(?:{_PART}[ -](?:de )?(?:la )?)?(?P<which>cette |dans la )?semaine{_NEXT}?"
    rf"(?: (?P<number>[1-5]?\d)\b{_NOT_A_DAY})?"
)
ENGLISH_WEEK = re.compile(
    rf"\b(?:{_PART}[ -](?:of )?)?(?P<which>this |during the |(?:the )?(?P<next>next|following|coming) |the )week\b"
    r"(?!-?end)"
)
WEEK_NUMBER = re.compile(r"\b(?:s|sem\.? ?|week )(?P<number>[0-5]\d)\b(?![\w/-]|[.,]\d)")
MONTH_PART = re.compile(
    rf"\b(?:{_PART}[ -](?:de |du |of |in )?(?:the )?(?:mois de |month of )?|en |in |au mois de ){_MONTH}"
    rf"(?! ?\d{{1,2}}\b){_YEAR}"
)
THIS_MONTH = re.compile(
    rf"\b(?:{_PART} (?:de |du )?(?:ce )?|(?P<which>ce |dans le |courant |le ))mois(?:-ci)?\b{_NEXT}?"
)
ENGLISH_THIS_MONTH = re.compile(
    rf"\b(?:{_PART}[ -](?:of )?)?(?P<which>this |(?:the )?(?P<next>next|following|coming) |the )?month\b"
    r"(?P<end>[- ]end\b)?"
)
YEAR_END = re.compile(
    r"\b(?:fin (?:d'|de l'|de cette )annee|end of (?:the |this )?year|year[- ]end|fin (?P<year>20\d\d))\b"
)
WITHIN = re.compile(
    r"\b(?P<lead>sous(?: un delai de)?|d'ici(?: a)?|dans(?: un delai(?: maximum)? de| les| la)?|en moins de|avant"
    r"|within(?: the next)?|in(?: the next)?|over the next) "
    rf"{_COUNT}(?P<work>business |working |calendar )?(?:{_UNIT}|(?<=fortnight)|(?<=aine)|(?<=aine ))"
    rf"(?P<worked> ouvre?e?s?\b| ouvrables?\b)?{_NOT_TERMS}"
)
AGO = re.compile(
    rf"\bil y a {_COUNT}{_UNIT}|\b{_COUNT.replace('<count>', '<other>')}{_UNIT.replace('<unit>', '<units>')} ago\b"
)
TERMS = re.compile(r"\d ?(?:j|jrs?|jours?|d|days?)\.?,? (?:nets? )?(?:de |en |end of )?$")
"""Before "fin de mois", it tells terms of payment, not a day."""

_NUMBER = r"(?P<whole>\d{1,3}(?:[ .,']\d{3}){1,4}(?!\d)|\d{1,9})(?:[.,](?P<cents>\d{1,2}))?(?![\d])"
_CURRENCY = r"(?:€|\$|£|euros?\b|eur\b|usd\b|gbp\b|chf\b)"
AMOUNT = re.compile(
    rf"(?<![\w.,/€-])(?:{_CURRENCY} ?{_NUMBER}(?![.,]\d)"
    rf"|{_NUMBER.replace('<whole>', '<whole2>').replace('<cents>', '<cents2>')} ?(?P<thousand>k)?{_CURRENCY})"
)
