"""How customers ask for an invoice, a purchase order or another contact; the form is that of hint_phrases."""

import re

from relancier.core.reading.hint_phrases import PAYMENT, Phrases
from relancier.core.reading.phrases import any_word

_INVOICE = (
    r"(?:factures?|fact\b\.?|fac\b|fc\b|invoices?|pieces? jointes?|pj\b|documents?|pdf|releves?|statements?"
    r"|attachments?)"
)

NOT_RECEIVED = Phrases(
    (
        "joind",
        "aucune",
        "see ",
        "recu",
        "copie",
        "duplicat",
        "envoyer",
        "transmettre",
        "trouv",
        "trace",
        "joint",
        "pj",
        "possession",
        "receiv",
        "copy",
        "send",
        "record",
        "locate",
        "find",
        "missing",
        "attach",
        "forward",
        "manqu",
        "parven",
        "double",
        "adresser",
        "illisible",
        "got",
        "communiquer",
        "reexped",
        "envoi",
    ),
    any_word(
        rf"(?:pas|jamais|toujours pas|rien) (?:\w{{1,8}} ){{0,4}}(?:recu|eu"
        rf"|recue)\w? ?(?:[\w'-]{{1,20}} ){{0,3}}(?:l'|d')?{_INVOICE}",
        rf"{_INVOICE}(?: [\w°/-]{{1,16}}){{0,4}} (?:ne |n')(?:\w{{1,6}} ){{0,3}}(?:a |est |sont |ont )?(?:pas"
        rf"|jamais) (?:\w{{1,10}} ){{0,2}}(?:ete )?(?:recue?s?|parvenue?s?|jointe?s?|arrivee?s?)",
        rf"{_INVOICE}(?: [\w°/-]{{1,16}}){{0,3}} (?:non|jamais|pas) (?:recue?s?|parvenue?s?|jointe?s?|trouvee?s?)",
        r"(?:renvoyer|envoyer|transmettre|retransmettre|adresser|communiquer|parvenir|reexpedier|renvoyez"
        r"|envoyez|transmettez|fournir|avoir|recevoir|renvoi|obtenir|joindre)(?:-(?:nous"
        r"|moi))? (?:\w{1,12} ){0,3}(?:(?:une |la |les |d'une )?copies? (?:de |des |d'|du )|(?:un |le |de "
        r"|les )?(?:duplicata|double)s? (?:de |des |d'|du )?|(?:la |votre |cette |ces |vos |les "
        r"|de la )(?:\w{1,8} )?)(?:\w{1,8} ){0,2}(?:factures?|fact\b|fac\b|pdf|releve)",
        r"(?:copie|duplicata|double) (?:de |des |d'|du )(?:\w{1,8} ){0,3}(?:factures?|fact\b"
        r"|fac\b)(?: [\w°/-]{1,16}){0,3} ?(?:svp|stp|s'il|merci|\?)",
        r"(?:demande|besoin|souhait\w{1,5}|voudrais|voulons|merci|attente|manque) (?:\w{1,10} ){0,3}(?:d'un "
        r"|d'une |un |une |du |de la |le |la )?(?:duplicata|copie de la facture|copie de votre facture"
        r"|facture originale)",
        r"duplicata (?:svp|stp|s'il)",
        r"pas de (?:piece jointe|pj\b|facture jointe|pdf)",
        r"aucune facture (?:[\w°'-]{1,14} ){0,3}(?:a|avec|sous|de) ce (?:numero|nom)",
        rf"(?:ne |n')(?:\w{{1,8}}'?){{1,2}}(?:\w{{1,10}} ){{0,3}}(?:pas|aucune?) (?:\w{{1,10}} ){{0,4}}"
        rf"(?:trouv\w{{1,4}}|trace|possession|retrouv\w{{1,4}})(?: [\w'-]{{1,20}}){{0,4}} (?:d'"
        rf"|de )?(?:\w{{1,8}} )?{_INVOICE}",
        rf"(?:aucune|pas de) trace (?:de |d')?(?:\w{{1,8}} ){{0,2}}{_INVOICE}",
        rf"(?:trouvons|trouve|retrouvons|retrouve|avons|ai) (?:pas|plus"
        rf"|aucune trace)(?: de)? (?:\w{{1,10}} ){{0,3}}{_INVOICE}",
        rf"{_INVOICE}(?: [\w°/-]{{1,16}}){{0,3}} (?:introuvable|manquante?s?|absente?s?|illisible|inconnue?)",
        rf"(?:il (?:nous |me )?manque|sans) (?:\w{{1,8}} ){{0,2}}(?:la |le |les )?(?:copie de )?{_INVOICE}\b(?! pro)",
        r"(?:piece jointe|pj|facture|pdf) (?:[\w'-]{1,20} ){0,3}(?:manquante|absente|pas jointe|oubliee"
        r"|illisible)",
        rf"(?:\w{{1,6}}n't|not|never|nor) (?:\w{{1,8}} ){{0,3}}(?:received?|got|gotten|seen?|have|see|find"
        rf"|locate)(?: \w{{1,8}}){{0,3}} (?:copy of )?(?:\w{{1,8}} )?{_INVOICE}",
        r"(?:\w{1,6}n't|not|never) (?:\w{1,6} ){0,2}received? (?:it|this|that one|yet)\b",
        rf"{_INVOICE}(?: [\w#/-]{{1,16}}){{0,3}} (?:has|was|have|were|is|does)(?:n't| not"
        rf"| never)(?: \w{{1,8}}){{0,2}} (?:received|attached|arrived?|reached|in our system|on our system)",
        rf"(?:send|forward|provide|e-?mail|share|re-?send|attach|supply)(?: (?:me|us|over|again|through|to us"
        rf"|please)){{0,4}}(?: (?:a|the|an|your|another|this|that|full))?(?: (?:pdf|electronic|duplicate"
        rf"|new)){{0,3}}(?: (?:copy|copies|duplicate)(?: of)?)?(?: (?:the|this|that|your|these|each|all|said|original"
        rf"|relevant|missing)){{0,4}}"
        rf" {_INVOICE}\b(?! (?:to|via|through|on)\b)",
        rf"(?:need|require|request|have|get)(?: \w{{1,6}}){{0,2}} (?:copy|copies"
        rf"|duplicate) (?:of )?(?:\w{{1,8}} ){{0,2}}{_INVOICE}",
        rf"(?:no|any) (?:record|trace|sign|copy) of (?:\w{{1,10}} ){{0,3}}{_INVOICE}",
        rf"(?:cannot|can't|unable to|could not|couldn't) (?:\w{{1,8}} )?(?:find|locate|open|trace"
        rf"|see) (?:\w{{1,8}} ){{0,3}}{_INVOICE}",
        rf"(?:missing|lost) (?:\w{{1,8}} )?{_INVOICE}|{_INVOICE} (?:is |was |are )?missing",
    ),
    any_word(
        r"(?:avons|ai|a) bien (?:recu|eu|retrouve)",
        r"(?:have|has|did) (?:indeed |duly |well )?received? (?:your|the) inv",
        r"pas besoin|no need|inutile",
        r"(?:je|nous) vous (?:envoie|envoyons|transmets|transmettons|adresse|ai envoye|joins|joignons|renvoie)",
        r"(?:i|we) (?:will|'ll|shall|are|am|have|'ve)(?: \w{1,8})? (?:send|sent|sending|forward|forwarded"
        r"|attach|attached)",
        rf"(?:copie|copy) (?:de la |de l'|du |d'un |of the |of our |of )(?:{PAYMENT}|ordre|transfer|bank)",
        r"ci-joint\w? (?:la |une )?copie",
    ),
)

PORTAL = Phrases(
    (
        "chorus",
        "coupa",
        "ariba",
        "tradeshift",
        "basware",
        "jaggaer",
        "ivalua",
        "esker",
        "portail",
        "portal",
        "plateforme",
        "platform",
        "commande",
        "bdc",
        "bc",
        "engagement",
        "code service",
        "purchase order",
        "po",
        "pdp",
        "ppf",
    ),
    any_word(
        r"(?:depos\w{1,4}|deposer|passer|transm\w{2,8}|envoy\w{1,4}|saisi\w{0,3}|charg\w{1,4}|publi\w{1,4}"
        r"|emis\w{0,2}|adress\w{1,3}|integr\w{1,4}|mettre|mise|enregistr\w{1,4}|rejet\w{1,4}|recycl\w{1,4}"
        r"|doi\w{1,4}|uniquement|exclusivement|obligatoire\w{0,4}|desormais|merci|refus\w{1,4}|factur\w{1,6}"
        r"|submit\w{0,4}|upload\w{0,3}|enter\w{0,3}|must|only|please|send|sent|through|register\w{0,3}"
        r"|need\w{0,3}|rejected|invoices?)"
        r"(?: [\w,'°/-]{1,20}){0,10}? (?:sur|via|par|dans|a travers|on|in|through|to|into|with|using|by|vers)"
        r" (?:le |la |notre |l'|the |our |your )?(?:portail|plateforme|portal|platform|site"
        r"|outil)?(?: \w{1,14}){0,2}? ?(?:chorus(?: ?pro)?|coupa|(?:sap )?ariba|tradeshift|basware|jaggaer"
        r"|ivalua|esker|portail|plateforme|supplier portal|vendor portal|portal)\b",
        r"(?:chorus(?: ?pro)?|coupa|ariba|tradeshift|basware|jaggaer|ivalua|portail fournisseurs?"
        r"|supplier portal|vendor portal)(?: [\w'-]{1,16}){0,8} (?:obligatoire|rejet\w{1,4}|exclusiv|uniquement"
        r"|only|mandatory|required|must|deposer|depot|deposez|svp|refus|\?)",
        r"(?:depos\w{1,4}|deposer) (?:\w{1,10} ){0,4}(?:chorus|ariba|coupa|portail)",
        r"(?:sans|manque|absence d[eu]|pas de|aucun|indiquer|preciser|rappeler|mentionner|communiquer"
        r"|transmettre|ajouter|porter|donner|connaitre|fournir|avoir|attente d[eu]|figurer|reporter"
        r"|besoin d[eu]|refaire|faire apparaitre|comporter|quel est)"
        r" (?:\w{1,10} ){0,3}?(?:d'|de |du |un |le |votre |notre )?(?:\w{1,10} )?(?:n°|no\.?|num\.?|numero"
        r"|reference|ref\.?)s? (?:de |du |d')?(?:\w{1,5} )?(?:commandes?|cde|bon|bdc|bc|engagement|ej|marche|po)\b",
        r"(?:sans|manque|absence d[eu]|pas de|aucun|indiquer|joindre|attente d[eu]|attente|emettre|besoin d[eu]"
        r"|avoir) (?:\w{1,8} ){0,2}?(?:d'|de |du |un |le |votre |notre |l')?(?:bons? de commandes?|bdc|bc"
        r"|numero d'engagement|engagement juridique|code service|po)\b",
        r"(?:n°|numero|reference|ref\.?|bon) de (?:commandes?|cde)(?: [\w'-]{1,16}){0,6} (?:manqu\w{1,4}"
        r"|obligatoire|absent|doit|n'appara|ne figure|pas indique|necessaire|requis|svp|stp|\?)",
        r"(?:n°|numero|code) (?:d'engagement|service)(?: [\w'-]{1,16}){0,6} (?:manqu\w{1,4}|obligatoire|absent"
        r"|doit|ne figure|necessaire|requis|svp|stp|\?)",
        r"(?:provide|include|quote|add|need|require|missing|without|no|valid|send|state|show|reference|indicate"
        r"|have|lacks?|requires?|give us) (?:\w{1,8} ){0,3}(?:purchase order|po)\b(?! box)",
        r"(?:purchase order|po)(?: (?:number|no\.?|#|ref\w{0,7}|nr))?(?: [\w'-]{1,12}){0,4} (?:missing|required"
        r"|mandatory|needed|must|not (?:quoted|shown|valid|on)|\?)",
        r"no po,? no pay",
        r"(?:n°|numero|reference|ref\.?|bon) de (?:commandes?|cde)(?: [\w'-]{1,16}){0,4} ?\?",
        r"(?:purchase order|po)(?: (?:number|no\.?|#))?(?: [\w'-]{1,12}){0,3} ?\?",
    ),
    any_word(
        r"(?:bien|deja) (?:ete )?(?:recue?s?|deposee?s?|integree?s?|validee?s?|presente?s?)",
        r"(?:recu\w{0,2}|paye\w{0,2}|reglee?s?|mandatee?s?|validee?s?) (?:\w{1,8} ){0,3}(?:via|sur|par"
        r"|dans) (?:le portail |la plateforme )?(?:chorus|coupa|ariba|portail|notre portail)",
        r"(?:was|were|been|is|are) (?:\w{1,8} )?(?:received|approved|paid|validated|visible"
        r"|available) (?:\w{1,8} ){0,2}(?:on|in|via|through)",
        r"(?:votre|la) facture (?:\w{1,8} )?(?:est|figure|apparait) (?:bien|correctement)",
        r"pas besoin|no need|not (?:required|needed|necessary)|pas (?:obligatoire|necessaire)",
        r"(?:ci-joint\w?|voici|trouverez|attached|here is|enclosed)(?: \w{1,8}){0,4} (?:bon|bdc|bc|numero|n°"
        r"|purchase|po)\b",
    ),
)

WRONG_CONTACT = Phrases(
    (
        "travaill",
        "tromp",
        "pas moi",
        "voyez",
        "occupe",
        "envoy",
        "personne",
        "interlocut",
        "charge",
        "adress",
        "contact",
        "rapproch",
        "ecri",
        "voir avec",
        "quitte",
        "destinat",
        "partie",
        "suis",
        "person",
        "reach",
        "direct",
        "no longer",
        "department",
        "responsib",
        "email",
        "send",
        "write",
        "left",
        "copie",
        "transf",
        "transm",
    ),
    any_word(
        r"(?:pas|plus) (?:\w{1,8} ){0,2}(?:la bonne personne|le bon (?:interlocuteur|contact|service"
        r"|destinataire)|la personne (?:en charge|concernee|qui)"
        r"|en charge|votre (?:interlocut|contact)|l'interlocut|(?:le |la )?responsable d|concernee? par|charge d)",
        r"tromp\w{1,3} (?:de |d')(?:interlocut|personne|service|adresse|destinataire)",
        r"(?:pas moi qui|pas de mon ressort|pas mon service)",
        r"mauvaise?s? (?:adresse|interlocut|personne|destinataire|contact|service)",
        r"(?:erreur|trompee?s?) (?:de |sur le )(?:destinataire|personne|interlocut|service|adresse)",
        r"ne (?:fait|font) plus partie",
        r"(?:a|avait|ayant) quitte (?:l'|la |notre |le )?(?:entreprise|societe|groupe|service|poste)",
        r"ne (?:travaille|suis|gere|m'occupe|s'occupe|traite|gerons)(?:nt)? (?:plus"
        r"|pas) (?:\w{1,8} ){0,3}(?:ici|chez|de|cette|ce|les|la|en charge|factur|compta)",
        r"(?:adressez|rapprochez)-vous (?:\w{1,8} ){0,2}(?:a|au|aux|de|du)\b",
        r"(?:vous )?(?:adresser|rapprocher|retourner) (?:directement )?(?:votre demande |vos demandes "
        r"|vos factures |vos relances |cette demande )?(?:a|au|aux|vers|de|du) "
        r"(?:notre |nos |la |le |ma |mon |l'|m\. |mme |mr |madame |monsieur )?(?:service|compta|comptable"
        r"|collegue|siege|direction|m\.|mme|madame|monsieur|achats|fournisseurs"
        r"|(?:[\w.-]{1,14} ){0,4}\(?[\w.+-]{1,40}@)",
        r"(?:contacter|contactez|(?:voir|voyez) (?:directement |plutot )?avec|ecrire a|ecrivez a|joindre"
        r"|relancer) (?:plutot "
        r"|directement )?(?!nous\b|moi\b|vous\b|le \d|au \d)"
        r"(?:notre |nos |la |le |ma |mon |l'|m\. |mme |mr |madame |monsieur )?(?:service|compta|comptable"
        r"|collegue|siege|direction|m\.|mme|madame|monsieur|achats|fournisseurs"
        r"|(?:[\w.-]{1,14} ){0,4}\(?[\w.+-]{1,40}@)",
        r"(?:envoyer|transmettre|adresser|envoyez|adressez) (?:desormais |dorenavant |directement "
        r"|plutot )?(?:\w{1,10} ){0,6}a (?:l'adresse (?:suivante )?)?:? ?[\w.+-]{1,40}@",
        r"(?:transmets|transfere|transmis|transfere|fais suivre|forwarding|forwarded|passing|copie"
        r"|cc) (?:\w{1,14} ){0,9}\(?[\w.+-]{1,40}@",
        r"not (?:the )?(?:right|correct|appropriate) (?:person|contact|address|department|mailbox)",
        r"wrong (?:person|contact|address|department|mailbox|recipient|email)",
        r"no longer (?:\w{1,8} )?(?:works?|working|with|in charge|responsible|handles?|employed|deals?)",
        r"(?:has|have) left (?:the |our )?(?:company|business|organi[sz]ation|team|firm|group)",
        r"(?:do not|don't|does not|doesn't) (?:handle|deal with|manage|process|work in)",
        r"not (?:responsible|in charge)\b",
        r"(?:please |should |kindly |must )(?:\w{1,8} )?(?:contact|reach out to|write to|e-?mail"
        r"|get in touch with|speak (?:to|with))(?: (?:our|the|my) (?:account|finance|payable|colleague|ap\b|purchas)"
        r"|(?: \w{1,14}){0,5} \(?(?:at |on )?\(?[\w.+-]{1,40}@)",
        r"(?:please |should |kindly |must )(?:\w{1,8} )?(?:send|direct|forward|address|submit|email"
        r"|re-?send)(?: \w{1,12}){0,6} to:? (?:[\w.+-]{1,40}@|our (?:account|finance|ap\b))",
    ),
    any_word(
        r"(?:pour toute (?:question|demande|info\w{0,10})|for any (?:question|quer)|if you have any|n'hesitez pas)",
        r"(?:ecri|envoy)\w{1,5} (?:a|par) (?:votre|mon) ",
        r"suis bien (?:la|le|l'|votre|en)",
        r"(?:am|are) the (?:right|correct)",
    ),
)

ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}", re.IGNORECASE)
