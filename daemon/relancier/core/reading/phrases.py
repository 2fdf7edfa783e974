"""What machines write: one alternative a line, in lower case, plain apostrophes."""

import re
from collections.abc import Iterator
from functools import cached_property


class Words:
    """An expression that is compiled when it is first needed: most commands read no mail."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source)

    def search(self, text: str) -> re.Match[str] | None:
        return self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        return self._compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._compiled.finditer(text)


def any_of(*alternatives: str, before: str = "", after: str = "") -> Words:
    """An expression for any of these."""
    return Words(f"{before}(?:{'|'.join(alternatives)}){after}")


def any_word(*alternatives: str) -> Words:
    """An expression for any of these at the beginning of a word."""
    return any_of(*alternatives, before=r"\b")


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

# An answer that a ticket system writes when a message comes in; people write in answer to it through the same system.
ACKNOWLEDGED = any_of(
    r"nous (?:accusons|avons bien (?:re[çc]u|enregistr[ée])) (?:bonne )?(?:r[ée]ception de )?votre "
    r"(?:demande|message|courriel|e-?mail|ticket|requ[êe]te)",
    r"nous accusons (?:bonne )?r[ée]ception",
    r"votre (?:demande|message|courriel|e-?mail|ticket|requ[êe]te)\b.{0,40}? a (?:bien )?[ée]t[ée] "
    r"(?:bien )?(?:re[çc]ue?|enregistr[ée]e?|prise? en (?:charge|compte)|transmise?|cr[ée][ée]e?)",
    r"(?:un|votre) (?:ticket|dossier|incident) (?:a [ée]t[ée]|vient d'[êe]tre) (?:cr[ée][ée]|ouvert)",
    r"we (?:have |'ve |just )?(?:received|got|registered|logged) your (?:request|message|e-?mail|ticket|[ei]nquiry)",
    r"(?:we|confirming that we) got your (?:request|message|e-?mail)",
    r"your (?:request|message|e-?mail|ticket|enquiry|inquiry|case)\b.{0,40}? (?:has been|was) "
    r"(?:received|created|registered|logged|opened|assigned|submitted)",
    r"(?:a|your) (?:new )?(?:support )?(?:ticket|case) (?:has been|was) (?:created|opened|logged)",
    r"(?:thank you|thanks) for (?:contacting|your (?:request|enquiry|inquiry))",
    r"ihre (?:anfrage|nachricht|e-?mail)\b.{0,40}? (?:wurde|ist)\b.{0,40}?(?:eingegangen|registriert|erfasst)",
    r"(?:su|sua) (?:solicitud|solicita[çc][ãa]o|mensaje|consulta)\b.{0,40}? (?:ha sido|foi|se ha) "
    r"(?:recibid|recebid|registrad)",
)

# Above what a person wrote in a ticket system, when it passes the words on.
COMMENTED = any_of(
    r"\((?:additional |work |public )?(?:comments?|notes?)\)",
    r"comments? added",
    r"(?:added|posted|left) a (?:new )?(?:comment|reply|response|note)",
    r"\b(?:commented|replied|responded|wrote)\b",
    r"a (?:ajout[ée] (?:un|une) (?:commentaire|r[ée]ponse|note)|comment[ée]|r[ée]pondu|[ée]crit)",
    r"(?:nouveau|nouvelle) (?:commentaire|r[ée]ponse) de",
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


# What only programs begin a subject with, whatever follows.
AUTO_REPLY_SUBJECT = any_of(
    r"\[?r[ée]ponse automatique",
    r"\[?auto(?:matic|mated|matische)?[-_ ]?(?:re(?:ply|sponse|sponder)|antwort)",
    r".{0,80}[\[(]auto(?:matic|mated)?[-_ ]?(?:re(?:ply|sponse|sponder))[\])]",
    r"(?:an? )?automatic(?:ally)? (?:generated )?(?:reply|response|answer)",
    r"(?:message|r[ée]ponse) automatique",
    r"(?:oof|ooo|o\.o\.o\.?) ?[:-]",
    r"\[(?:ooo|oof|absence|out of office)\]",
    r"(?:auto-)?accus[ée] (?:de )?r[ée]ception automatique",
    r"vacation (?:reply|message|response|notice)",
    r"(?:automatische )?(?:eingangs|empfangs)best[äa]tigung",
    r"automatische (?:r[üu]ck)?(?:antwort|meldung|nachricht)",
    r".{0,40}automatiska atbilde",
    r"respuesta autom[áa]tica|(?:mensaje|aviso) autom[áa]tico",
    r"risposta automatica|(?:messaggio|avviso) automatico",
    r"automatisch antwoord|(?:auto|automatisch)[- ]?(?:antwoord|bericht)",
    r"resposta autom[áa]tica|mensagem autom[áa]tica",
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
    r"auto ?: .{1,80}(?:out of (?:the )?office|est absent|absence|away)",
)

# How the subject of a notice of absence goes on after its first words, if it does not end with them.
_GOES_ON = (
    r"(?:re|aw|tr|jusqu'|until|till|du|le|au|d[èe]s|depuis|from|to|since|for|by|today|this|next|bis|vom|ab|am|hasta|desde"
    r"|fino|dal|al|tot|van|t/m|t\.o\.m|fra|til|message|notice|notification|reply|response|auto\w*|retour|back|returning)\b"
)

# Words for an absence that people use too: they count where the subject ends with them, or goes on as notices do.
ABSENCE_SUBJECT = any_of(
    r"absence du bureau",
    r"absence ?[:-] ?(?:re|tr) ?:",
    r"absent\(?e?\)? du bureau",
    r"absente?(?:\(e\))? (?=(?:jusqu'|du|le|au) ?\w)",
    r"(?:message|notification|avis) d'absence",
    r"je suis (?:actuellement )?(?:absente?|en (?:cong[ée]s?|vacances))",
    r"en (?:cong[ée]s?|vacances)",
    r"cong[ée]s? (?:annuels?|maternit[ée]|d'[ée]t[ée])",
    r"bureaux? ferm[ée]s?",
    r"fermeture (?:annuelle|estivale|pour cong[ée]s|des bureaux)",
    r"(?:i'm |i am |we are |currently |now )*out[- ]of[- ](?:the[- ])?office",
    r"(?:i'm |i am |currently |now )*on (?:annual |maternity |parental |sick |holiday )?(?:leave|vacation|holidays?)",
    r"(?:i'm |i am |currently )*away from (?:my |the )?(?:mail|office|desk|e-?mail)",
    r"i(?:'m| am) (?:currently )?away",
    r"annual (?:closure|shutdown|leave)",
    r"abwesen(?:d|heit)\w*",
    r"(?:ich )?bin (?:derzeit |zurzeit |momentan )?(?:abwesend|im urlaub|nicht (?:im b[üu]ro|erreichbar))",
    r"(?:nicht im b[üu]ro|au(?:ß|ss)er haus|im urlaub|betriebsferien)",
    r"fuera de (?:la )?oficina",
    r"aus(?:ente|encia) (?:de la oficina|temporal)|aviso de ausencia",
    r"fuori (?:sede|ufficio)|avviso di assenza",
    r"afwezig(?:heid\w*)?",
    r"aus[êe]ncia|fora do escrit[óo]rio",
    r"frav[æa]e?r\w*|fr[åa]nvaro\w*|ikke til stede|p[åa] ferie",
    r"poissa (?:toimistolta|paikalta)|poissaolo\w*",
    r"nieobecno\w+",
    r"mimo kancel[áa][řr]",
    r"irod[áa]n k[íi]v[üu]l",
    after=rf"(?= ?(?:$|[:;(\[.,/|!*–—-]|{_GOES_ON}))",
)

ABSENT_LOTUS = any_of(
    r"est absente?\(?e?\)?",
    r"is out of (?:the )?office",
    r"(?:ist|bin) (?:au(?:ß|ss)er haus|nicht im b[üu]ro)",
    r"est[áa] ausente",
    r"[èe] assente",
)

# What a mail gateway writes about a message that it took for harmful.
VIRUS_SUBJECT = any_of(
    r"\[?virus\b",
    r"(?:a )?virus (?:alert|found|detected|warning|notification)",
    r"alerte virus|virus (?:d[ée]tect[ée]|trouv[ée])",
    r"(?:banned|forbidden|infected) (?:contents?|file|attachment|message|e-?mail)",
)
VIRUS_TEXT = any_of(
    r"virus (?:scanner|checker|alert|filter|scan)",
    r"content (?:checker|filter|scanner)",
    r"(?:mail|e-?mail|antivirus|security) (?:gateway|system|server|scanner)",
    r"antivirus|anti-virus",
    r"(?:analyse|filtre|passerelle) (?:antivirus|de messagerie)",
)
