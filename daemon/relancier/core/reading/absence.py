"""What an auto-reply is about: an absence and its end, a mere acknowledgement, or somebody who has left.

It rests on the subject and on the text above any quotation. "Until the 15th" counts the 15th as away.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from relancier.core.reading.asking_phrases import ADDRESS
from relancier.core.reading.mail import Message
from relancier.core.reading.phrases import Words, any_word
from relancier.core.text.folding import composed, fold, shortened
from relancier.core.text.newtext import own_words
from relancier.core.text.numbers import strip_prefixes
from relancier.core.text.sentences import sentences
from relancier.core.text.spoken import Spoken, days_in

_LONGEST_READ = 4 * 1024
_MOST_SENTENCES = 60
_MOST_CONTACTS = 5


class AutoReply(StrEnum):
    """What an auto-reply tells."""

    ABSENCE = "absence"
    ACKNOWLEDGEMENT = "acknowledgement"
    LEFT = "left"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Absence:
    """What an auto-reply tells: `until` is the last day away, `back_on` the first one back, as far as they are told.

    `contacts` are the addresses named to turn to instead, neither the writer's nor those it was sent to; `words` quotes
    what the verdict rests on, on one line of at most 160 characters.
    """

    sort: AutoReply
    since: date | None = None
    until: date | None = None
    back_on: date | None = None
    contacts: tuple[str, ...] = ()
    words: str = ""


_LEFT = any_word(
    r"(?:ne|n') ?(?:fai[st]|font) (?:desormais )?plus partie",
    r"(?:a|ai|ayant|avons) (?:definitivement |desormais )?quitte (?:l'|la |notre |le |ses |mes )?(?:entreprise"
    r"|societe|groupe"
    r"|etablissement|association|cabinet|fonctions|structure|organisation|effectifs|equipe|agence)",
    r"(?:n'est|ne suis|n'etes) (?:desormais |maintenant )?plus (?:chez|dans|en poste|employee?|salariee?"
    r"|presente? (?:dans|chez|au sein)"
    r"|collaborat|au sein|joignable a cette|membre|a cette adresse|parmi nous|en fonction)",
    r"ne travaille (?:desormais )?plus (?:chez|ici|dans|pour|au|a )",
    r"(?:a|ai) (?:fait valoir|pris) (?:ses |mes |sa |ma )(?:droits a la )?retraite|(?:est|suis) (?:partie?"
    r"|desormais) (?:a la|en) retraite",
    r"(?:adresse|boite|messagerie|compte)(?: [\w-]{1,16}){0,3} n'est plus (?:\w{1,8} )?(?:utilisee?|active?"
    r"|valide|consultee?|en service|lue?|relevee?)",
    r"no longer (?:works?|working|with|employed|at|part of|an? employee|a member|in (?:the|our) (?:company|team"
    r"|organi[sz]ation))\b",
    r"(?:has|have|had) (?:now |recently |since )?left (?:the |our )?(?:company|business|organi[sz]ation|team"
    r"|firm|group|[a-z]{3,20}\.|employ)",
    r"left the (?:company|organi[sz]ation|business|firm)",
    r"(?:has|have) (?:now |recently )?retired\b",
    r"(?:address|mailbox|account|e-?mail)(?: [\w-]{1,16}){0,2} is no longer (?:in use|active|valid|used"
    r"|monitored|checked)",
)
_AWAY = any_word(
    r"(?:^|en |on )(?:conges?|vacances|leave|holidays?|vacation)\b(?= ?(?:$|[.!,]| until| till| from| jusqu))",
    r"^(?:away|absente?|offline|closed|fermee?s?)\b",
    r"(?:when i return|a mon retour|a notre retour|on my return)\b",
    r"(?:will not|won't|not) (?:be )?read(?:ing)? (?:my )?(?:e-?)?mails?",
    r"ne (?:lirai|lis|consulte\w{0,3}|releve) pas (?:mes|mon|ma|la) (?:courrier|courriel|mail|message)",
    r"(?:on the road|a l'etranger|abroad|sans connexion|off(?:line| grid))\b",
    r"(?:je|nous|il|elle|j'|m\.|mme|monsieur|madame|actuellement|equipe|service|bureaux?|societe|entreprise"
    r"|sommes|suis|serai|serons|est|sera)"
    r"(?: [\w.'-]{1,16}){0,4}? (?:absente?s?|en (?:conges?|vacances|deplacement|formation|arret|rtt|mission)"
    r"|en cong\w{1,4}|indisponibles?|fermee?s?)\b",
    r"(?:actuellement|momentanement|absent\(e\)|\(e\)) ?(?:absente?s?|absent\(e\)|en conges?|indisponible|du bureau)",
    r"absente? (?:du bureau|jusqu|du \d|le \d|pour|a partir|cette|la semaine|ce |aujourd|depuis|et )",
    r"(?:en )?conges? (?:jusqu|du \d|annuels|d'ete|maternite|paternite|parental|maladie|a partir|depuis)",
    r"(?:conge|arret) (?:de )?(?:maternite|paternite|parental|maladie)",
    r"(?:message|avis|notification) d'absence",
    r"absence du bureau",
    r"pendant (?:mon|cette|notre|son) absence",
    r"(?:serai|serons|suis|sera) de retour",
    r"fermeture (?:annuelle|estivale|de fin d'annee|exceptionnelle)",
    r"out[- ]of[- ](?:the[- ])?office",
    r"\bo\.?o\.?o\b",
    r"(?:am|is|are|be|currently|been|i'm|we're) (?:currently |now |still )?(?:away|on (?:annual |maternity "
    r"|paternity |parental |sick |medical )?(?:leave|holidays?|vacation)"
    r"|out (?:until|from|of|today|this|on|till)|travell?ing|absent|unavailable|closed)",
    r"(?:annual|maternity|parental|paternity|sick) leave",
    r"away from (?:my |the )?(?:desk|office|e-?mail)",
    r"(?:limited|no|intermittent) access to (?:my )?(?:e-?mail|mail)",
    r"(?:will|'ll) (?:be (?:back|returning)|return)\b",
    r"(?:bin|sind|ist) (?:[\w.]{1,12} ){0,4}(?:abwesend|nicht im (?:buro|haus)|im urlaub)",
)
_AWAY_ELSEWHERE = any_word(
    r"(?:abwesen|urlaub|nicht im buro|au(?:ß|ss)er haus|betriebsferien)",
    r"(?:vacaciones|ausente|fuera de la oficina|cerrad[oa] (?:por|hasta))",
    r"(?:in ferie|per ferie|assente|fuori (?:ufficio|sede)|(?:sono )?in maternita)",
    r"(?:afwezig|vakantie|niet op kantoor)",
    r"(?:de ferias|para ferias|fora do escritorio|em viagem)",
    r"(?:semester|ferie\b|fellesferie|fravær|lukket|sommarstangt|lomalla)",
    r"(?:urlopie|urlop|nieobecn|nieczynn|dovolen|nepritom|sluzebni ceste|atvalinajum)",
)
_GONE_ELSEWHERE = any_word(
    r"nicht mehr (?:im unternehmen|bei uns|fur uns|tatig|in unserem|beschaftigt)",
    r"ya no (?:trabaja|forma parte)",
    r"non (?:lavora|fa) piu",
    r"niet (?:meer|langer) (?:werkzaam|in dienst)",
    r"ja nao (?:trabalha|faz parte)",
)
_RECEIVED_ELSEWHERE = any_word(
    r"(?:eingangsbestatigung|eingang ihrer|ihre (?:anfrage|nachricht|e-?mail) (?:\w{1,12} ){0,4}(?:eingegangen"
    r"|erhalten|angekommen|erfasst|angelegt|wurde)|deine anfrage)",
    r"(?:hemos recibido|se ha creado una|gracias por contactar)",
    r"(?:abbiamo ricevuto|conferma di ricezione|acquisita al protocollo)",
    r"(?:bericht is ontvangen|hebben uw|ontvangen op)",
    r"(?:recebemos|foi recebid)",
    r"(?:modtaget din|mottagit|mottatt din|dziekujemy za wiadomosc)",
)
_NOT_AWAY = re.compile(
    r"\babsence de (?:reponse|reglement|paiement|retour)|\ben (?:cas d'|l')absence\b|\ben l'absence de\b"
)
_RECEIVED = any_word(
    r"(?:merci|thank you|thanks|many thanks) (?:de|pour|for) (?:votre|your) (?:message|e-?mail|courriel|mail"
    r"|demande|courrier|request|enquiry)",
    r"(?:demande|ticket|message|dossier) (?:\w{1,6} )?(?:est|was|is) (?:bien )?(?:enregistree?|recu\w?|created"
    r"|logged|ouvert|opened)",
    r"(?:we|we've) (?:have )?got your",
    r"(?:come|get) back to you\b",
    r"(?:are|is|be) processed within",
    r"(?:avons|ai) bien (?:recu|pris|enregistre|note)",
    r"bien (?:recu|enregistre) votre",
    r"(?:accusons|accuse) (?:\w{1,6} )?reception",
    r"accuse de reception",
    r"(?:a|ont) (?:bien )?ete (?:\w{1,8} )?(?:enregistree?s?|prise?s? en (?:compte|charge)|transmise?s?"
    r"|recue?s?|creee?s?|receptionnee?s?|attribuee?s?)",
    r"(?:est|a) bien (?:arrivee?|parvenue?)",
    r"(?:nous est|est) bien parvenu",
    r"(?:sera|seront) traitee?s? (?:dans|sous|par|des)",
    r"(?:numero|n°) de (?:demande|dossier|ticket|suivi|reclamation)",
    r"ticket (?:n°|#|no|num|id)",
    r"reviendrons vers vous",
    r"(?:vous )?repondr(?:ons|ai|a) (?:dans|sous|des|au plus)",
    r"(?:have|has) (?:been )?(?:successfully )?(?:received|registered|logged|recorded|forwarded|created|assigned)",
    r"(?:we|i) (?:have |'ve )?received your",
    r"acknowledge(?:s|ment)? (?:receipt|of)",
    r"(?:case|ticket|request|reference) (?:number|id|no|#)",
    r"thank you for (?:contacting|getting in touch|reaching out)",
    r"(?:get back to|respond to|reply to|answer) you(?:r \w{1,10})? (?:within|as soon|shortly|soon|in )",
    r"(?:ticket|request|case) (?:\w{1,4} )?#? ?\d",
    r"(?:eingangsbestatigung|ihre anfrage)",
)
_BACK = re.compile(
    r"\b(?:retour|reviens|revien[st]|reviendrai|reprendrai|reprends|reprendra|reprise|rentre|rouvr\w{2,6}"
    r"|reouverture|back"
    r"|return(?:ing|s)?|resume|re-?open\w{0,4}|zuruck|wieder)\b[^\d.!?]{0,30}$"
    r"|\b(?:traiter\w{1,4}|repondr\w{1,4}|lir\w{1,4}|lue?s?)\b[^\d.!?]{0,30} (?:a partir d[ue]|a compter d[ue]"
    r"|des)(?: le)? ?$"
    r"|(?:^|, )a $"
)
_UNTIL = re.compile(
    r"(?:\bjusqu'(?:a|au|en)(?: la)?|\b(?:until|till|through|thru|bis(?: einschlie(?:ß|ss)lich)?"
    r"|up to)(?: and including)?)(?: (?:le|the"
    r"|zum))?,? ?$"
)
_SINCE = re.compile(
    r"(?:(?P<past>\bdepuis|\bsince)|\bas of|\bstarting|\ba partir d[ue]|\ba compter d[ue]|\bfrom"
    r"|\bdes)(?: (?:le|the))? ?$"
)
_OPEN = re.compile(r"\b(?:ouverte?s?|horaires?|open|hours|joignables?|permanence|available|disponibles?)\b")
_SHUT = re.compile(r"\b(?:ferme|closed)")
_SORTS = (
    (AutoReply.LEFT, (_LEFT, _GONE_ELSEWHERE)),
    (AutoReply.ABSENCE, (_AWAY, _AWAY_ELSEWHERE)),
    (AutoReply.ACKNOWLEDGEMENT, (_RECEIVED, _RECEIVED_ELSEWHERE)),
)
_CONTACT = re.compile(
    r"contact|adress|ecri|urgen|joindre|voir avec|remplac|reach|e-?mail|mail|please|colleg|colleague|envo"
    r"|forward|transf"
    r"|interlocut|s'occupe|handle|write|send|tourn|retour|merci|suivant|dispon|instead|desormais"
)


def about(message: Message, on: date | None = None) -> Absence:
    """What an auto-reply tells; `on` is the local day of its writing where that is known better than by its date."""
    lines = _lines(message)
    folded = [fold(line) for line in lines]
    written = on or (message.date.date() if message.date else None)
    told = {sort: place for sort, phrases in _SORTS if (place := _place(folded, phrases)) is not None}
    if not told and written and (place := _return(lines, folded, written)) is not None:
        told = {AutoReply.ABSENCE: place}
    if not told:
        return Absence(AutoReply.UNKNOWN)
    sort = next(iter(told))
    found = Absence(sort, contacts=_contacts(message, lines, folded))
    if sort is AutoReply.ABSENCE and written:
        found = _settled(_with_days(found, lines, folded, written))
    if found.until is None and AutoReply.ACKNOWLEDGEMENT in told and _SHUT.search(folded[told[sort]]):
        sort = AutoReply.ACKNOWLEDGEMENT
    return replace(found, sort=sort, words=shortened(lines[told[sort]], 0, 0))


def _lines(message: Message) -> list[str]:
    """The subject, and the sentences of what stands above a quotation."""
    said = [*sentences(own_words(message.text[:_LONGEST_READ]))][:_MOST_SENTENCES]
    return [composed(strip_prefixes(message.subject)[:400]), *said]


def _place(folded: list[str], phrases: tuple[Words, ...]) -> int | None:
    """The place of the line that says it: the text's own rather than the subject."""
    said = ((place, phrase, _NOT_AWAY.sub(" ", folded[place])) for phrase in phrases for place in _places(folded))
    return next((place for place, phrase, line in said if phrase.search(line)), None)


def _places(folded: list[str]) -> list[int]:
    return [*range(1, len(folded)), 0]


def _return(lines: list[str], folded: list[str], written: date) -> int | None:
    """The place of a line that tells a day of return, or the end of something, without any word of absence."""
    days = (
        (place, folded[place][max(0, day.start - 60) : day.start])
        for place in _places(folded)
        for day in days_in(lines[place], written)
    )
    return next((place for place, before in days if place and (_BACK.search(before) or _UNTIL.search(before))), None)


def _contacts(message: Message, lines: list[str], folded: list[str]) -> tuple[str, ...]:
    """The addresses beside words such as "contact", or below them."""
    known = {address.email for address in (*message.to, *message.cc)} | {message.sender_email}
    found: dict[str, None] = {}
    for index in range(1, len(lines)):
        if _CONTACT.search(folded[index]) or _CONTACT.search(folded[index - 1]):
            found |= dict.fromkeys(address.lower() for address in ADDRESS.findall(lines[index]))
    return tuple(address for address in found if address not in known)[:_MOST_CONTACTS]


# --- Its days -------------------------------------------------------------------------------------------------------


def _with_days(found: Absence, lines: list[str], folded: list[str], written: date) -> Absence:
    """The absence with its days, each as told first; a lone day in a subject may be ours, and tells nothing."""
    days: dict[str, date] = {}
    for place, line in enumerate(lines):
        for day in days_in(line, written):
            told = dict(_told(folded[place], day, written))
            if place or len(told) == 1 or day.on != day.until:
                days = told | days
    return replace(found, since=days.get("since"), until=days.get("until"), back_on=days.get("back_on"))


def _told(plain: str, day: Spoken, written: date) -> Iterator[tuple[str, date]]:
    """Which days of an absence a day in a line tells."""
    before = plain[max(0, day.start - 60) : day.start]
    since = _SINCE.search(before)
    if _BACK.search(before):
        yield "back_on", day.on
    elif _UNTIL.search(before):
        yield "until", day.until
    elif since and day.on == day.until:
        yield "since", _behind(plain, day, written) if since["past"] else day.on
    elif _AWAY.search(plain) or (day.on < day.until and not _OPEN.search(plain)):
        yield from (("since", day.on), ("until", day.until))


def _behind(plain: str, day: Spoken, written: date) -> date:
    """The same words as a day that has passed."""
    return next((one.on for one in days_in(plain, written, past=True) if one.start == day.start), day.on)


def _settled(found: Absence) -> Absence:
    """The same, with the last day away told by the first one back, and no beginning after the end."""
    until = found.until
    if found.back_on and (until is None or until >= found.back_on):
        until = found.back_on - timedelta(days=1)
    since = None if found.since and until and found.since > until else found.since
    return replace(found, since=since, until=until)
