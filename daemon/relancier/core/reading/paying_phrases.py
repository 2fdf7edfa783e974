"""How people write that they paid, will pay or want to pay in parts, and what takes it back; over folded text."""

import re

from relancier.core.reading.hint_phrases import PAYMENT, Phrases
from relancier.core.reading.phrases import any_word

_PAID = r"(?:paye|regle|vire|mandate|acquitte|solde|debite|honore)e?s?\b"
_ADVERBS = (
    r"(?:(?:bien|deja|donc|effectivement|egalement|ete|d'ores et deja|entierement|integralement|partiellement"
    r"|aussi|enfin"
    r"|pourtant|normalement|juste|bel et bien|toutefois|tous|toutes|en date du [\d/ ]{1,10}) ){0,3}"
)
_DONE = (
    r"(?:effectue|fait|emis|envoye|passe|parti|realise|execute|transmis|adresse|poste|expedie|debite|encaisse|ordonne"
    r"|valide|initie|ordonnance|mandate)e?s?\b"
)
_SENT = (
    r"(?:sent|made|issued|processed|released|wired|transferred|initiated|executed|mailed|posted|remitted|completed)\b"
)


NEAR_PAYING = (
    "honor",
    "funds",
    "vir",
    "paie",
    "paye",
    "paya",
    "paym",
    "payo",
    "pay ",
    "pays",
    "regl",
    "rgl",
    "rgt",
    "pmt",
    "pmnt",
    "pymt",
    "ymt",
    "cheque",
    "chq",
    "prelev",
    "lcr",
    "sold",
    "mandat",
    "acquit",
    "aiem",
    "paid",
    "settl",
    "wire",
    "transfer",
    "remit",
    "check",
    "ok",
    "accord",
    "entendu",
    "debit",
    "paimt",
    "pai",
)

PAID = any_word(
    r"^(?:deja |bien |c'est |tout est )?(?:paye|regle|vire|solde)e?s?\W{0,3}$",
    rf"(?:avons|ai|a|ont|est|sont|etait|avait|avions) {_ADVERBS}{_PAID}",
    rf"(?:avez|as) (?:\w{{1,5}} )?ete (?:\w{{1,5}} )?{_PAID}",
    rf"deja (?:ete )?{_PAID}",
    r"(?:paye|regle|vire|mandate|acquitte|soldee)e?s? (?:\w{1,10} )?(?:ce jour|ce matin|hier|aujourd'hui"
    r"|par (?:\w{1,4} )?(?:virement|vir|vrt|cheque|chq|lcr|prelevement|carte|cb)|le \d|le \w{4,8}di"
    r"|la semaine derniere|depuis|en date|debut|fin|avant-hier|il y a|via|lundi|mardi|mercredi|jeudi|vendredi)",
    rf"(?:avons|ai|a|ont|avions|vient de|venons de|viens de) (?:vous |te |l')?{_ADVERBS}(?:effectue|fait|faire"
    rf"|emis|envoye"
    rf"|procede|transmis|passe|adresse|realise|initie|ordonne|poste|lance|effectuer|proceder|envoyer|passer"
    rf"|emettre|virer|payer|regler)e?s?(?:(?: \w{{1,10}}'?){{0,4}} {PAYMENT}|(?<=virer)|(?<=payer)|(?<=regler))",
    rf"{PAYMENT}(?: (?!factures?\b|demande|mail|message|dossier|relance)[\w°.,€'/-]{{1,16}}){{0,7}}? {_DONE}",
    rf"(?:notre|mon|un|nos|son|par|le) {PAYMENT} (?:bancaire |international "
    rf"|sepa )?(?:de [\d.,]{{1,8}} ?[\d.,]{{0,8}} ?(?:€|euros|eur) )?(?:du|en date du|date du) (?:\w{{5,8}} )?\d",
    rf"(?:avez|auriez|as)(?:-vous|-tu)? (?:\w{{1,8}} ){{0,3}}(?:recu|recevoir|eu) (?:\w{{1,6}} )?(?:notre|mon"
    rf"|le|un|nos) {PAYMENT}",
    rf"(?:avis|ordre|preuve|justificatif|confirmation|copie|swift|releve) (?:de |du |d'un |d'execution du "
    rf"|de l'ordre de )(?:notre |votre |ce )?{PAYMENT}",
    r"(?:remittance advice|proof of (?:the )?payment|payment (?:confirmation|advice|receipt)|swift copy)",
    r"(?:have|has|had|'ve|was|were|been|is|are|already|just|we|i) (?:(?:already|just|been|now|actually|fully"
    r"|since|also|indeed|in fact) ){0,3}(?:paid|settled(?! on an? )|wired|transferred|remitted)\b",
    rf"(?:payments?|transfer|wire|cheque|check|funds)(?: [\w.,€'/#-]{{1,16}}){{0,7}}? {_SENT}",
    rf"(?:we|i|have|has|'ve|already|just|team|bank) (?:(?:already|just|have|now) ){{0,2}}{_SENT}(?: (?:the|a|an"
    rf"|our|your|this|full|partial|part|bank|in))* (?:payment|transfer|wire|cheque|check|funds)",
    r"(?:paid|settled|wired) (?:on (?!an? |monday|tuesday|wednesday|thursday|friday|next)|by|via|last|yesterday"
    r"|today|in full|this morning|already)\b",
    r"(?:receive|received|got|had) (?:our|my|the) (?:\w{1,8} )?(?:payment|transfer|wire|cheque|check|funds)",
    r"(?:cheque|check) (?:is |was )?(?:already )?in the (?:mail|post)",
)
ASKED_WHETHER_RECEIVED = any_word(
    rf"(?:avez|auriez|as)(?:-vous|-tu)? .{{0,30}}{PAYMENT}",
    r"(?:have|did|has|had) you .{0,30}(?:payment|transfer|wire|cheque|check|funds)",
    r"(?:payment|transfer|funds) (?:\w{1,8} ){0,3}(?:arrived?|reached?)",
)
NOT_YET_PAID = any_word(
    r"(?:ne|n') ?(?:[\w'-]{1,20} ){0,5}(?:pas|plus|jamais|aucun\w?|point)\b",
    r"(?:pas|jamais|non|aucun|sans|toujours pas)\b",
    r"(?:sera|serai|seront|serez|serons|seraient|serait|soit|soient|etre|fera|ferons|va|vont|allons|devra"
    r"|devrait|doit|doivent|pourra|pourrons|partira|aurait|auraient|a payer|aura|aurons)\b",
    r"(?:une fois|des que|lorsque|quand|si|s'il|s'ils|s'elle|avant d|apres que|jusqu'a|tant que|a condition"
    r"|en vue|pour que|afin)\b",
    r"(?:not|n't|never|cannot|yet to|unpaid|nor|no)\b",
    r"\w{2,6}n't\b",
    r"(?:will|'ll|to be|would|should be|shall|can|could be|may be|might|going to|gets?|being|must be|needs? to)\b",
    r"(?:once|until|when|if|whether|before|unless|as soon as|after)\b",
    r"(?:envoyer|transmettre|transmettrai|transmettrons|enverrai|enverrons|fournir|attente|attends|attendons|attend)\b",
    r"(?:send|provide|waiting|awaiting|need|await)\b",
    r"(?:probleme|souci|litige|incident|point|question|differend|dossier|sujet|issue|dispute|matter"
    r"|problem)s? (?:\w{1,10} ){0,4}(?:est|sont|a|ont|ete|is|was|been|has)\b",
    r"(?:nos|les|our) (?:factures|invoices|fournisseurs) (?:\w{1,8} )?(?:sont|are)\b",
    r"qui (?:a|ont|est) ",
)
HABIT = any_word(
    r"(?:chaque|tous les|toutes les|toujours|habituellement|generalement|every|usually|always|normally|each)\b",
    r"(?:payee?s?|reglee?s?|paid|settled) (?:a|at|sous|within|par virement a) \d",
)

PAYING = any_word(
    rf"(?<!retard de )(?<!retards de )(?<!rappel de )(?<!relance de )"
    rf"(?<!demande de )(?<!delai de )(?<!delais de )(?<!conditions de )(?<!condition de )"
    rf"(?<!mode de )(?<!moyen de )(?<!defaut de )(?<!incident de )(?<!modalites de )"
    rf"(?<!echeance de )(?<!facilites de ){PAYMENT}(?! (?:europeen|interieur|general|terms|conditions|reminder"
    rf"|method|days|request))",
    r"(?:mise en paiement|mandatement|payment run|campagne de (?:paiement|reglement)s?|lcr)\b",
    r"(?:vir|pay|pai|regl|sold|mandat|acquitt|honor)er(?:ai|ons|a|ont|as|ez)?\b",
    r"(?:virons|payons|reglons|soldons|payerai|paierai)\b",
    r"(?:je|on|j'|il|elle|client|compta|societe|tresorerie) (?:\w{1,8} ){0,3}(?:vire|paye|paie|regle|solde)\b",
    rf"(?:sera|seront|serez|seras|etre|serait|seraient) (?:\w{{1,12}} ){{0,3}}{_PAID}",
    r"(?:payee?s?|reglee?s?|viree?s?|soldee?s?) (?=(?:\w{1,8} )?\d{1,2}/\d)",
    r"(?:the|your|our) funds\b",
    r"(?:pouvez|autorisons a|autorise a) (?:nous |me )?prelever\b",
    r"(?:pay|paying|pays|paid|settle|settled|settling|remit|remitted|wire|wired)\b",
    r"(?:a|the|our) check\b|check (?:will be|is being|goes|to be)\b",
)
AGREED = re.compile(r"\b(?:ok|okay|d'accord|entendu|c'est bon|bon|c bon|go)\b,? (?:donc |alors )?(?:pour|pr|p|for)\b")
NOT_PAYING = any_word(
    r"(?:ne|n') ?(?:[\w'-]{1,20} ){0,4}(?:pas|plus|jamais|aucun\w?|point|guere)\b",
    r"(?:pas|aucun|jamais|non|sans)\b",
    r"(?:impossible|incapables?|refus\w{0,4}|difficile|unable|cannot|can't|won't|unlikely|never|not|no|nor|without)\b",
    r"\w{2,6}n't\b",
    r"(?:merci|veuillez|priere|please|kindly) (?!(?:de |d')?(?:bien )?(?:noter|note|be|find|trouver|avance"
    r"|prendre|confirmer que))",
    r"(?:pouvez|pourriez|could|can|would|voudriez|peux)[- ](?:vous|tu|you)\b",
    r"(?:aurait du|auraient du|should have|etait|was|were|avait ete|had been|devait|supposed)\b",
    r"(?:conditions|delais?|modalites|terms)\b",
    r"(?:avant (?:de|d'|tout)|before paying|before any)",
    r"(?:parler|discuter|point sur|discuss|talk about|wire (?:me|us))\b",
)
HARMLESS = re.compile(
    r"(?:pas de (?:soucis?|problemes?|pb|retard)|sans (?:faute|probleme|soucis?|retard|delai)|no (?:problem"
    r"|worries)|not a problem"
    r"|n'hesitez pas|ne manquer\w{1,4} pas d|non seulement|do not hesitate|don't hesitate|without (?:delay"
    r"|fail)|si ce n'est pas"
    r"|ne vous inquietez pas|no later than|pas plus tard que|not later than)"
)
NOT_A_PAYDAY = re.compile(
    r"(?:(?:factures?|fact|fac|relances?|mails?|courriels?|messages?|commandes?|cde|devis|bl|avoirs?|courriers?"
    r"|lettres?|appel|echange|livraison"
    r"|entretien|reunion|rendez-vous|rdv|meeting|demande|bon|prestations?|intervention|invoices?|e-?mails?"
    r"|reminders?|orders?|po"
    r"|letters?|statement|quote|call|delivery)\b[^,;.!?]{0,30}?"
    r"\b(?:du|en date du|date du|de|of|dated|from|le|recue? le|emise? le)"
    r"|(?:apres|after|depuis|since|a partir d[ue]|a compter d[ue]|a partir|starting|echue?s?|echeance(?: au| le"
    r"| du| :)?|due(?: on| date)?|emise? le"
    r"|recue? le|ferme\w{0,3}|conges?|absente?|jusqu'a[u]?|until|till|closed|out of office|commandee?s? le|livree?s? le"
    r"|factures? d[eu]|periode d[ue]|mois d[eu']))"
    r"(?: (?:le|the|on|au|du|the month of))? ?$"
)
FAILED = any_word(
    r"(?:rejet|refus|annul|retourn|echou|bloqu|impay)\w{1,4}\b", r"(?:rejected|returned|failed|bounced|cancel+ed)\b"
)
AWAY = re.compile(
    r"\b(?:absente?s?|conges?|vacances|fermee?s?|fermeture|retour|closed|closing|away|out (?:of|until|from|on)"
    r"|holidays?|back)\b"
)
CLAUSE = re.compile(
    r"[,;:](?= )| (?:mais|but|however|et|and|car|donc|cependant|toutefois|en revanche|par contre)(?= )|\((?=\w)|\)| - "
)

INSTALMENTS = Phrases(
    (
        "decal",
        "repouss",
        "differ",
        "versement",
        " in ",
        " en ",
        "echeancier",
        "echelonn",
        "fois",
        "plan d",
        "facilit",
        "delai",
        "report",
        "mensual",
        "fraction",
        "etal",
        "par mois",
        "moitie",
        "tranche",
        "acompte",
        "instal",
        "payment plan",
        "spread",
        "staged",
        "extension",
        "more time",
        "per month",
        "monthly",
        "half now",
        "a month",
        "part payment",
        "partial",
    ),
    any_word(
        r"echeanciers?\b",
        r"echelonn(?:er|ement|e|ee|es|ees|ements|ons)\b",
        r"(?:pay\w{1,6}|regl\w{1,7}|virements?|paiements?|solder|acquitter"
        r"|faire)\b(?: [\w,.€'/-]{1,14}){0,7}? en (?:plusieurs|deux|trois|quatre|cinq|six|\d{1,2}) ?(?:fois|x\b"
        r"|versements|echeances|mensualites|paiements|tranches|virements)",
        r"en (?:plusieurs|deux|trois|quatre|cinq|six|\d{1,2}) ?(?:versements|echeances|mensualites|paiements"
        r"|reglements|virements)",
        r"^(?:\w{1,12} ){0,4}en (?:plusieurs|deux|trois|quatre|\d{1,2}) ?(?:fois|x)\b",
        r"plans? (?:de (?:paiement|reglement|remboursement)|d'apurement)",
        r"facilites? de (?:paiement|reglement|tresorerie)",
        r"delais? (?:\w{1,16} )?(?:de (?:paiement|reglement|grace) )?(?:supplementaires?|additionnels?)",
        r"(?:accorder|obtenir|demand\w{1,5}|solliciter|sollicitons|besoin d|souhait\w{1,5}|avoir|beneficier d"
        r"|octroyer)'?e? ?(?:nous |un |d'un |des |de |du )?(?:un |de )?(?:delai|report|echelonnement|etalement)",
        r"reports? d'echeance",
        r"(?:paiements?|reglements?|versements?|virements?) (?:fractionne|echelonne|partiel|etale|mensuel)",
        r"mensualites?\b",
        r"(?:decaler|reporter|repousser|differer) (?:\w{1,8} ){0,3}(?:paiement|reglement|echeance|prelevement"
        r"|virement)",
        r"(?:\d{1,2}|deux|trois|quatre|cinq|six|plusieurs) (?:versements|virements|paiements|reglements"
        r"|cheques) (?:\w{1,10} ){0,2}de\b",
        r"etaler (?:\w{1,8} ){0,3}(?:le|la|les|ce|cette|notre|nos|sur|paiement|reglement|dette)",
        r"\d{1,9} ?(?:€|euros?|eur) (?:\w{1,6} )?(?:par|/|chaque) ?mois",
        r"moitie (?:\w{1,14} ){1,8}(?:moitie|solde|reste|autre)\b",
        r"instal+ments?\b",
        r"(?:payment|repayment) (?:plan|schedule|arrangement)s?\b",
        r"spread (?:\w{1,8} ){0,4}(?:payment|cost|balance|amount|invoice|over|it)",
        r"(?:pay|paid|settle|payment)(?: \w{1,10}){0,5} in (?:two|three|four|several"
        r"|\d{1,2}) (?:\w{1,8} )?(?:payments|parts|transfers|times|tranches)",
        r"(?:staged|partial|part|split|monthly) payments?\b",
        r"(?:more|additional|extra|some) time to (?:pay|settle)",
        r"extension (?:of|on|to|for) (?:\w{1,8} ){0,3}(?:payment|due|deadline|terms)",
        r"(?:payment|an) extension\b",
        r"\d{1,9}(?: ?(?:€|euros?|eur|gbp|usd))? (?:per|a|each|every) month",
        r"half (?:\w{1,12} ){1,6}(?:half|balance|rest|remainder)\b",
    ),
    any_word(
        r"(?:pas|aucun|sans|ni|plus|not?|without|never|n't) (?:\w{1,10} ){0,3}(?:d'|de |un |an "
        r"|any )?(?:\w{1,10} )?(?:echeancier|echelonn|delai|plan de|facilite|instal|payment plan|extension"
        r"|en plusieurs|en deux|en trois)",
        r"(?:livr|factur|expedi|command)\w{0,4} (?:\w{1,10} ){0,3}en (?:plusieurs|deux|trois|\d) ?fois",
        r"en (?:une|1) (?:seule )?fois",
        r"abonnement|subscription|licen[cs]e fee|loyer",
    ),
)
