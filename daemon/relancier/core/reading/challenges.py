"""The rule for filters that hold our message until a person proves to be one (Mailinblack, Boxbe, TMDA and others)."""

import re

from relancier.core.reading import bounce
from relancier.core.reading.mail import Message
from relancier.core.reading.phrases import any_of
from relancier.core.reading.signs import answers, automatic, opening, plain_subject

_LONGEST = 4_000
_OWN_HEADERS = ("x-tmda-confirm", "x-boxbe-challenge", "x-spamarrest", "x-askversion", "x-sendio-sender")
_OWN_PROGRAM = re.compile(r"spam ?arrest|choicemail|active spam killer|\btmda\b")

_FILTERS = any_of(
    r"mailinblack",
    r"boxbe",
    r"spamarrest",
    r"choicemail",
    r"spamcopchallenge",
    r"bluebottle",
    r"sendio",
    r"vanquish",
    r"digiportal",
    r"uol-antispam",
    r"antispam\.uol",
    r"spamblocker\.earthlink",
    r"spamenmoins",
    r"knowspam",
    r"mailblocks",
    r"qurb",
    r"cleanmymailbox",
    r"trustedmail",
    r"altospam",
    r"spamfence",
    r"0spam",
    r"mailfrontier",
    r"sanebox",
    before=r"(?:^|[.@])",
    after=r"\.[a-z.]{2,12}$",
)

_SUBJECT = any_of(
    r".{0,60}demande d'authentification",
    r".{0,60}authentification (?:requise|n[ée]cessaire|de votre|de l'exp[ée]diteur|demand[ée]e)",
    r".{0,80}en attente (?:d'authentification|de validation|de confirmation|de v[ée]rification)",
    r"action requise ?: (?:authentifi|confirm|valid)",
    r".{0,60}(?:please (?:confirm|verify) (?:your|that|you)|requires? (?:confirmation|verification|approval))",
    r".{0,60}\[spam ?arrest",
    r".{0,60}[(\[](?:verify|verification required|action required|confirmation required)",
    r".{0,60}(?:confirm|verify|validate|authenticate) your (?:message|e-?mail|address)",
    r"(?:sender )?(?:verification|authentication|confirmation) (?:required|requise|requested|needed|request)",
    r"(?:authentifiez|validez|confirmez|v[ée]rifiez) votre (?:message|envoi|e-?mail|courriel|adresse|identit[ée])",
    r"votre (?:message|e-?mail|courriel) .{0,60}(?:en attente|mis en quarantaine|bloqu[ée])",
    r"(?:your|a) message .{0,60}(?:is|was|has been) (?:held|on hold|quarantined|waiting)",
    r"(?:merci de|veuillez) (?:vous authentifier|confirmer|valider)",
    r"best[äa]tigen sie ihre (?:e-?mail|nachricht)",
    r"(?:confirme|verifique) (?:su|seu|sua) (?:mensaje|mensagem|correo|e-?mail)",
    r"confirma[çc][ãa]o de e-?mail",
)

_STRONG = any_of(
    r"captcha",
    r"(?:prot[ée]g[ée]e?|protected|filtr[ée]e?|secured) (?:par|by|with) "
    r"(?:\w+ ){0,2}(?:mailinblack|mail in black|boxbe|spamarrest)",
    r"(?:n'[êe]tes|[êe]tre|[êe]tes bien|suis) (?:pas un robot|(?:bien )?(?:un humain|une personne|un [êe]tre humain))",
    r"(?:exp[ée]diteur|correspondant|personne) (?:humaine?|r[ée]elle?)",
    r"not a (?:robot|spammer|machine|bot)",
    r"\b(?:are|by|is) an? (?:real )?(?:human|person)(?: being)?\b|\bare human\b(?! resources)",
    r"human sender",
    r"prove (?:that )?you",
    r"prouve[rz] que vous",
    r"verify (?:yourself|that you|your identity)",
    r"(?:vous |m')authentifie[rz]",
    r"authentifiez[- ]vous",
    r"demande d'authentification",
    r"guest list",
    r"(?:cliquez|clic).{0,80}pour (?:lib[ée]rer|d[ée]bloquer|remettre|que votre message)",
    r"click.{0,80}to (?:release|deliver|unblock)",
    r"kein roboter|no (?:es|soy|eres) un robot|n[ãa]o [ée] um rob[ôo]",
)

# Said by filters that ask, and by servers that refuse for good: counts only where no server's answer is quoted.
_LIST = any_of(
    r"(?:approved|allowed|authori[sz]ed|accepted|trusted) senders?",
    r"(?:sender|recipient) (?:verification|authentication)",
    r"(?:approve|add) (?:you|your address) to",
    r"exp[ée]diteurs? (?:approuv|autoris|v[ée]rifi|accept|de confiance|connus)",
    r"challenge[/-]response",
)

_TEXT = any_of(
    r"authentifi",
    r"(?:verify|confirm|authenticate) your",
    r"confirm(?:ation)? (?:this|that|the|is)",
    r"(?:release|deliver) your (?:message|e-?mail)",
    r"(?:pour que|afin que) votre (?:message|e-?mail|courriel)",
    r"white ?list",
    r"liste blanche",
    r"anti-?spam",
    r"one[- ]time",
    r"une seule fois",
    r"unsolicited",
    r"held (?:until|pending|for)",
    r"en attente",
)

# A challenge says three things, in any order: what to do once, to what end for the message, and against whom it guards.
_DEED = any_of(
    r"click|cliqu(?:ez|er|ant)",
    r"clique (?:aqui|no|em)",
    r"(?:haga|haz|pulse) (?:en )?clic",
    r"klicken sie",
    r"(?:simply |please |just )?reply to this (?:message|note|e-?mail|mail)",
    r"(?:press|hit) reply",
    r"r[ée]pond(?:ez|re|ant) (?:simplement )?[àa] ce (?:message|courriel|mail|e-?mail)",
    r"antworten sie (?:einfach )?auf diese",
    r"fill (?:in|out)",
    r"(?:remplir|remplissez|compl[ée]te[rz]) (?:le|ce) formulaire",
    r"(?:enter|type) the (?:letters|characters|code|word)",
    r"(?:recopie|saisi(?:sse)?|tape)[rz]? (?:le|les|ces?) (?:code|lettres|caract[èe]res|mot)",
    r"digite as letras",
    r"(?:suivant|suivez) (?:ce|le) lien|follow(?:ing)? (?:this|the) link",
)
_PURPOSE = any_of(
    r"(?:your|the|original) (?:original )?(?:message|e-?mail|mail)s?\b.{0,80}?"
    r"(?:will (?:then )?(?:be|stay)|(?:to|can|may) be (?:delivered|received|released|let)|has been (?:put on hold|held)"
    r"|is (?:in the|on hold|being held|held|waiting|pending))",
    r"(?:receive|read|accept|get) your (?:e-?mail|message|mail)s?",
    r"to be (?:let through|delivered)",
    r"votre (?:message|e-?mail|courriel|mail)\b.{0,80}?(?:sera|soit|puisse|lui parvienne|est en attente|est bloqu[ée])",
    r"(?:sua|su) (?:mensagem|mensaje|correo|e-?mail) (?:seja|ser[áa]|sea)",
    r"ihre (?:nachricht|e-?mail|mail)\b.{0,80}?(?:zugestellt|weitergeleitet|freigegeben)",
)
_GUARD = any_of(
    r"anti-?spam",
    r"spam ?arrest|end spam",
    r"protect(?:ing)? myself",
    r"pas un robot",
    r"captcha",
    r"(?:real|human) (?:person|being|sender)",
    r"challenge[/-]response",
    r"(?:new|unknown) (?:correspondents?|senders?)",
    r"authentification de l'exp[ée]diteur",
    r"letras da imagem",
)


def challenge(message: Message) -> str | None:
    """A filter that holds our message until a person proves to be one."""
    if own := _own_mark(message):
        return own
    domain = message.sender_email.rpartition("@")[2]
    known = _FILTERS.search(f"@{domain}")
    asked = _SUBJECT.match(plain_subject(message))
    machine = automatic(message) or _confirm_address(message)
    if answers(message) and not (machine or known):
        return None
    words = opening(message)[:_LONGEST]
    asks = _asks(words)
    if asks or not (known or asked or machine):
        return asks
    proof = _proof(message, words)
    if known and (proof or asked or _TEXT.search(words)):
        return f"from {domain}"
    if asked and (proof or (machine and _TEXT.search(words))):
        return f"subject {asked.group()[:80]!r}"
    link = "http" in words or "text/html" in message.parts
    return f"a program asks: {proof!r}" if machine and proof and link else None


def _own_mark(message: Message) -> str | None:
    name = next((one for one in _OWN_HEADERS if message.header(one)), "")
    if name:
        return f"{name}: {message.header(name)}"[:200]
    mailer = message.header("x-mailer")
    return f"X-Mailer: {mailer}"[:200] if _OWN_PROGRAM.search(mailer.lower()) else None


def _asks(words: str) -> str | None:
    """All that a challenge says: against whom, what to do, to what end."""
    found: list[str] = []
    for part in (_GUARD, _DEED, _PURPOSE):
        said = part.search(words)
        if said is None:
            return None
        found.append(said.group())
    return f"it asks: {', '.join(map(repr, found))}"[:300]


def _proof(message: Message, words: str) -> str:
    """The words that ask for a proof; those that refusals use too count only where no server's answer stands."""
    found = _STRONG.search(words)
    if found is None and not message.reports and not bounce.answers_of_servers(words):
        found = _LIST.search(words)
    return found.group() if found else ""


def _confirm_address(message: Message) -> bool:
    """Whether answers go to an address made for confirmations, as TMDA's do."""
    senders = f"{message.header('from')} {message.header('reply-to')}".lower()
    return "-confirm+" in senders or "+confirm" in senders
