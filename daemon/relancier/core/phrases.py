"""What machines write: one alternative a line, in lower case, plain apostrophes."""

import re


def any_of(*alternatives: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """An expression for any of these."""
    return re.compile(f"{before}(?:{'|'.join(alternatives)}){after}")


REJECTED = any_of(
    r"your (?:message|e-?mail)(?: to <?\S+?>?)? (?:was|has been) (?:automatically )?(?:rejected|refused)",
    r"votre (?:message|courriel)(?: (?:adress[ée] )?[àa] <?\S+?>?)? a [ée]t[ée] (?:automatiquement )?(?:rejet|refus)",
)

COMPLAINT_SUBJECT = any_of(
    r"complaint about message from \d{1,3}\.", r"(?:email )?abuse report(?: for|:)", r"fw: \[abuse"
)

RECEIPT_SUBJECT = any_of(
    r"lu ?:",
    r"read ?:",
    r"gelesen ?:",
    r"le[ií]do ?:",
    r"letto ?:",
    r"return receipt",
    r"read receipt",
    r"accus[ée] de lecture",
    r"confirmation de lecture",
    r"lesebest[äa]tigung",
    r"delivered ?:",
    r"relayed ?:",
    r"remis ?:",
)

CHALLENGERS = any_of(
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
    r"spamblocker\.earthlink",
    r"spamenmoins",
    r"knowspam",
    r"mailblocks",
    r"qurb",
    r"cleanmymailbox",
    r"trustedmail",
    before=r"(?:^|[.@])",
    after=r"\.(?:com|net|fr|org|br)$",
)

CHALLENGE_SUBJECT = any_of(
    r"demande d'authentification",
    r"authentification (?:requise|de votre)",
    r".{0,80}en attente d'authentification",
    r"action requise : authentifi",
    r".{0,60}(?:please (?:confirm|verify) (?:your|that|you)|requires? (?:confirmation|verification|approval))",
    r".{0,60}\[spam ?arrest",
    r".{0,60}\(verify",
    r".{0,60}\(action required\)",
    r".{0,60}confirm your (?:message|e-?mail)",
    r"verification (?:required|requise)",
    r"validez votre (?:message|envoi|e-?mail)",
    r"confirmez votre (?:message|envoi|e-?mail)",
    r"votre message .{0,60}(?:en attente|mis en quarantaine)",
)

CHALLENGE_STRONG = any_of(
    r"captcha",
    r"mailinblack",
    r"(?:n'[êe]tes|[êe]tre) pas un robot",
    r"not a (?:robot|spammer|machine)",
    r"(?:are|by a) human",
    r"human sender",
    r"prove (?:that )?you",
    r"verify (?:yourself|that you|your identity)",
    r"vous authentifier",
    r"demande d'authentification",
    r"guest list",
    r"(?:approved|allowed|authori[sz]ed) senders?",
    r"sender verification",
    r"exp[ée]diteurs? (?:approuv|autoris|v[ée]rifi)",
    r"challenge[/-]response",
)

CHALLENGE_TEXT = any_of(
    r"authentifi",
    r"(?:verify|confirm) your",
    r"confirm(?:ation)? (?:this|that|the|is)",
    r"release your (?:message|e-?mail)",
    r"white ?list",
    r"liste blanche",
    r"anti-?spam",
    r"one[- ]time",
    r"unsolicited",
    r"held (?:until|pending|for)",
    r"en attente",
)

AUTO_REPLY_SUBJECT = any_of(
    r"\[?r[ée]ponse automatique",
    r"\[?auto(?:matic|mated|matische)?[-_ ]?(?:re(?:ply|sponse|sponder)|antwort)",
    r"absence du bureau",
    r"absent\(?e?\)? du bureau",
    r"(?:message|notification|avis) d'absence",
    r"(?:message|r[ée]ponse) automatique",
    r"absence\s*[:-]\s*(?:re|tr)\s?:",
    r"je suis (?:actuellement )?(?:absente?|en cong[ée]s?)",
    r"en cong[ée]s? (?:jusqu|du )",
    r"accus[ée] de r[ée]ception automatique",
    r"out[- ]of[- ](?:the[- ])?office",
    r"vacation (?:reply|message|response|notice)",
    r"away from (?:my |the )?(?:mail|office|desk)",
    r"i am (?:currently )?(?:out of (?:the )?office|away|on (?:vacation|holiday|leave))",
    r"abwesenheit",
    r"automatische antwort",
    r".{0,40}automatiska atbilde",
    r"nicht im b[üu]ro",
    r"respuesta autom[áa]tica",
    r"fuera de (?:la )?oficina",
    r"risposta automatica",
    r"fuori sede|fuori ufficio",
    r"automatisch antwoord|afwezig(?:heid)?\b",
    r"resposta autom[áa]tica",
    r"autosvar|automatiskt svar|automatisk svar",
    r"autoodpowied|odpowied[źz] automatyczna",
    r"autom[áa]tick[áa] odpove[ďd]|automatick[áa] odpov[ěe][ďd]",
    r"automatikus v[áa]lasz",
    r"automaattinen vastaus",
    r"r[ăa]spuns automat",
    r"samodejni odgovor|automatski odgovor",
    r"otomatik yan[ıi]t",
    r"automatinis atsakymas",
    r"автоматический ответ|автоответ",
    r"αυτόματη απάντηση",
    r"自動応答|自動返信|自动答复|自动回复|自動回覆",
    r"afwezigheidsbericht",
    r"auto ?: .{1,80}(?:out of (?:the )?office|est absent|absence|away)",
)

ABSENT_LOTUS = any_of(
    r"est absente?\(?e?\)?",
    r"is out of (?:the )?office",
    r"(?:ist|bin) (?:au(?:ß|ss)er haus|nicht im b[üu]ro)",
    r"est[áa] ausente",
    r"[èe] assente",
)
