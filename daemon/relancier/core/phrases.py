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

AUTO_REPLY_TEXT = any_of(
    r"(?:this is (?:an? )?|please note that this is an? )?auto(?:matic|mated|-?generated)(?:ally)? (?:generated )?"
    r"(?:e-?mail |mail )?(?:reply|response|acknowledge?ment|auto-?reply)",
    r"this (?:reply|response) (?:is|was|has been) (?:sent |generated )?automatic(?:ally)?",
    r"(?:ceci est une |il s'agit d'une |cette )?r[ée]ponse (?:est )?(?:automatique|g[ée]n[ée]r[ée]e automatiquement)",
    r"(?:ceci est un |il s'agit d'un )?accus[ée] de r[ée]ception automatique",
    r"ceci est un (?:message|e-?mail|courriel) d'absence",
    r"(?:dies ist )?(?:eine )?automatisch(?:e|er|es)? (?:generierte |erstellte )?(?:antwort|r[üu]ckmeldung)",
    r"(?:esta es una )?respuesta autom[áa]tica",
    r"(?:questa [èe] una )?risposta automatica",
    r"dit is een automatisch antwoord",
    r"esta [ée] uma resposta autom[áa]tica",
)

AUTO_MESSAGE_TEXT = any_of(
    r"this (?:is an? )?(?:e-?mail|message|auto\w+ (?:generated )?(?:e-?mail|message)) (?:is |was |has been )?"
    r"(?:an? )?(?:sent |generated |created )?(?:auto\w+|by an? auto)",
    r"this is an? auto(?:matic|mated|matically generated) (?:e-?mail|message|notification)",
    r"(?:ceci est un |ce )(?:message|e-?mail|courriel) (?:est |a [ée]t[ée] )?(?:envoy[ée] |g[ée]n[ée]r[ée] )?automati",
    r"dies ist eine automatisch",
    r"este (?:es un )?(?:mensaje|correo) (?:es )?autom[áa]tico",
)

UNREAD_SUBJECT = any_of(
    r"non lu ?:",
    r"not read ?:",
    r"unread ?:",
    r"ungelesen ?:",
    r"no le[ií]do ?:",
    r"n[ãa]o lid[oa] ?:",
    r"non letto ?:",
    r"(?:deleted|supprim[ée]|gel[öo]scht)(?: without being read| sans lecture| sans avoir [ée]t[ée] lu)? ?:",
)

RECEIPT_SUBJECT = any_of(
    r"lu ?:",
    r"read ?:",
    r"gelesen ?:",
    r"le[ií]do ?:",
    r"lid[oa] ?:",
    r"letto ?:",
    r"gelezen ?:",
    r"l[æa]st ?:",
    r"(?:accus[ée]|avis|confirmation) de (?:lecture|remise|r[ée]ception de lecture)",
    r"(?:delivery|relay) receipt",
    r"conferma di lettura",
    r"confirmaci[óo]n de lectura",
    r"leesbevestiging",
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
    after=r"\.(?:com|net|org|fr|eu|com\.br|br)$",
)

CHALLENGE_SUBJECT = any_of(
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

CHALLENGE_STRONG = any_of(
    r"captcha",
    r"(?:prot[ée]g[ée]e?|protected|filtr[ée]e?|secured) (?:par|by|with) "
    r"(?:\w+ ){0,2}(?:mailinblack|mail in black|boxbe|spamarrest)",
    r"(?:n'[êe]tes|[êe]tre|[êe]tes bien|suis) (?:pas un robot|(?:bien )?(?:un humain|une personne|un [êe]tre humain))",
    r"(?:exp[ée]diteur|correspondant|personne) (?:humaine?|r[ée]elle?)",
    r"not a (?:robot|spammer|machine|bot)",
    r"(?:are|by|is) (?:a )?(?:real )?(?:human|person)(?: being)?\b(?! resources)",
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
CHALLENGE_LIST = any_of(
    r"(?:approved|allowed|authori[sz]ed|accepted|trusted) senders?",
    r"(?:sender|recipient) (?:verification|authentication)",
    r"(?:approve|add) (?:you|your address) to",
    r"exp[ée]diteurs? (?:approuv|autoris|v[ée]rifi|accept|de confiance|connus)",
    r"challenge[/-]response",
)

CHALLENGE_TEXT = any_of(
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

AUTO_REPLY_SUBJECT = any_of(
    r".{0,80}[\[(]auto(?:matic|mated)?[-_ ]?(?:re(?:ply|sponse|sponder))[\])]",
    r"(?:an? )?automatic(?:ally)? (?:generated )?(?:reply|response|answer)",
    r"(?:oof|ooo|o\.o\.o\.?) ?[:-]",
    r"\[(?:ooo|oof|absence|out of office)\]",
    r"(?:absente?|absent\(e\)|en (?:cong[ée]s?|vacances)|indisponible) (?:jusqu|du \d|le \d|pour|depuis)",
    r"(?:i'm|i am|we are|currently|now) (?:currently )?out of (?:the )?office",
    r"(?:i'm|i am|currently|now) (?:currently )?on (?:annual |maternity |parental |sick )?leave",
    r"(?:bureaux? ferm[ée]s?|fermeture (?:annuelle|estivale|pour cong[ée]s))",
    r"annual (?:closure|shutdown)",
    r"(?:automatische )?(?:eingangs|empfangs)best[äa]tigung",
    r"automatische (?:r[üu]ck)?(?:antwort|meldung|nachricht)",
    r"(?:bin|ich bin) (?:derzeit |zurzeit |momentan )?(?:abwesend|im urlaub|nicht (?:im b[üu]ro|erreichbar))",
    r"(?:mensaje|aviso) (?:autom[áa]tico|de ausencia)",
    r"ausencia (?:de la oficina|temporal)|ausente de la oficina",
    r"(?:messaggio|avviso) (?:automatico|di assenza)",
    r"(?:auto|automatisch)[- ]?(?:antwoord|bericht)",
    r"(?:aus[êe]ncia|mensagem autom[áa]tica|fora do escrit[óo]rio)",
    r"(?:auto-)?accus[ée] r[ée]ception automatique",
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
