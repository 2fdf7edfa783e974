"""What customers write about an invoice: for each kind of hint the phrases that say it and those that take it back.

All are looked for in folded text, a sentence at a time; one alternative a line, every repetition bounded.
"""

import re
from typing import NamedTuple

from relancier.core.reading.phrases import Words, any_word


class Phrases(NamedTuple):
    """`near` are bits of text without which nothing is looked for; `denies` takes back what `says` finds."""

    near: tuple[str, ...]
    says: Words
    denies: Words


PAYMENT = (
    r"(?:virements?|vire?m?t\b|vir\b|reglements?|regle?mt\b|regle?t\b|rglm?ts?\b|rgts?\b|paiements?|paie?mts?\b"
    r"|pa?ymts?\b"
    r"|pmn?ts?\b|cheques?|chq\b|prelevements?|payments?|transfers?|wire\b|remittances?)"
)

BANK_DETAILS = Phrases(
    ("rib", "iban", "bic", "swift", "banc", "bank", "compte", "account"),
    any_word(
        r"(?:nouve\w{1,3}|changement de|modification de|mise a jour de|new|updated?|change of"
        r"|changed?) (?:\w{1,12} ){0,3}"
        r"(?:ribs?|iban|bic|coordonnees|comptes? (?:bancaires?|en banque)|banque|bank|banking|account)\b",
        r"(?:ribs?|iban|bic|swift|coordonnees bancaires|compte bancaire|releves? d'identite bancaire)\b.{0,60}"
        r"(?:\?|chang|modifi|mis a jour|confirm|verifi|invalid|rejet|erron|incorrect|faux\b|manqu|suivant"
        r"|ci-joint|ci-dessous"
        r"|svp|stp|s'il vous plait|desormais|dorenavant|clotur|differe)",
        r"(?:quel|votre|vos|un|le|les|du|des|de|notre|nos|a jour|sans|ci-joint) (?:ribs?|iban|bic|coordonnees bancaires"
        r"|releve d'identite bancaire) ?\?",
        r"(?:transmettre|envoyer|renvoyer|communiquer|fournir|adresser|parvenir|indiquer|preciser|donner"
        r"|joindre|avoir|besoin"
        r"|rappeler|confirmer|verifier|attente|manque|trouver|prendre note|noter|recu|retrouv\w{1,4}|mettre a jour) "
        r"(?:[\w'-]{1,16} |[ldmst]'){0,4}?(?:ribs?|iban|bic|coordonnees bancaires|releve d'identite bancaire)\b",
        r"(?:which|quel) (?:bank |de )?(?:account|compte)",
        r"(?:faut|manque|avons pas|ai pas|avons plus|ai plus) (?:\w{1,8} )?(?:le |un |de |vos |votre )(?:rib"
        r"|iban|bic|coordonnees bancaires)\b",
        r"bank(?:ing)? (?:account )?(?:details|information|coordinates|data)\b",
        r"(?:sort code|swift code|account number)s?\b",
    ),
    any_word(
        r"(?:avons|ai|a) bien (?:recu|note|enregistre|vos coord|votre rib)",
        r"(?:rib|iban|coordonnees bancaires|bank details|bank account|details) (?:\w{1,12} ){0,3}(?:inchange"
        r"|habituel|bien recu|bien enregistre|unchanged|usual|on file|have not changed)",
        r"(?:n'ont pas|n'a pas|pas de|aucun) chang",
        r"usual (?:bank )?account",
        r"have your bank",
    ),
)

IBAN = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")

INSOLVENCY = Phrases(
    (
        "judic",
        "liquid",
        "collectiv",
        "sauvegarde",
        "bilan",
        "cessation",
        "cr\u00e9ance",
        "creance",
        "ad hoc",
        "insolv",
        "bankrupt",
        "chapter",
        "administration",
        "administrator",
        "receiver",
        "winding",
        "trading",
        "proof of",
        "wound",
    ),
    any_word(
        r"(?:redressement|liquidation|administrateur|mandataire|liquidateur)s? judiciaires?",
        r"(?:en|mise? en|de|la|une) liquidation\b(?! (?:de|des|du) (?:la |l'|les |nos |vos )?(?:stock|tva|prime"
        r"|conges|operation|facture|solde))",
        r"(?:mis|place|placee|mise|est|sommes|entre|entree|societe|entreprise) en redressement\b(?! fiscal)",
        r"liquidateurs?\b",
        r"mandataire liquid",
        r"procedures? (?:collectives?|de (?:sauvegarde|redressement|liquidation|conciliation))",
        r"(?:sous|en|plan de) sauvegarde\b(?! (?:inform|de (?:donn|fich)|quotid))",
        r"depot (?:de|du|de notre) bilan",
        r"depos(?:e|er|ons|era|ee?s?) (?:son |le |notre |leur )?bilan",
        r"cessation d(?:e|es|e nos) (?:paiements?|activite)",
        r"(?:declar\w{2,6}|declaration) (?:d')?(?:\w{1,8} ){0,2}creances?",
        r"mandat(?:aire)? ad hoc",
        r"insolven(?:t|cy)",
        r"bankrupt(?:cy)?\b",
        r"chapter (?:11|7)\b",
        r"(?:in|into|enter(?:ed|ing)?|under) (?:voluntary |court )?administration\b",
        r"(?:in|into) (?:receivership|liquidation)\b",
        r"administrators? (?:has|have|was|were) (?:been )?appointed",
        r"winding[- ]up|wound up",
        r"ceased (?:trading|operations)",
        r"proof of (?:debt|claim)",
    ),
    any_word(
        r"(?:pas|aucune?|ni|jamais|not|no|never|nor) (?:\w{1,10} ){0,4}(?:en |in |into |de |d')?(?:redressement"
        r"|liquidation|procedure|sauvegarde|cessation"
        r"|insolven|bankrupt|administration|receivership|depot)",
        r"redressement fiscal",
        r"(?:afin|pour) d?'?eviter (?:la |le |une )?(?:liquidation|procedure)",
    ),
)

DISPUTE = Phrases(
    (
        "chantier",
        "travaux",
        "prestation",
        "prix",
        "montant",
        "tarif",
        "avocat",
        "jurid",
        "lawyer",
        "solicitor",
        "attorney",
        "not paying",
        "demande",
        "annul",
        "corrig",
        "rectif",
        "concerne",
        "panne",
        "bloqu",
        "litig",
        "contest",
        "accord",
        "refus",
        "erreur",
        "erron",
        "incorrect",
        "conforme",
        "avoir",
        "credit",
        "livr",
        "command",
        "malfa",
        "reclam",
        "correspond",
        "ecart",
        "doubl",
        "fois",
        "reserve",
        "disput",
        "agree",
        "wrong",
        "overcharg",
        "deliver",
        "order",
        "damag",
        "defect",
        "twice",
        "duplicat",
        "will not pay",
        "abime",
        "casse",
        "manqu",
        "inacheve",
        "termine",
        "missing",
        "recu",
        "mistake",
        "error",
        "faux",
        "fausse",
        "deduct",
        " due",
    ),
    any_word(
        r"(?<!service )(?<!services )litiges?\b",
        r"contest(?:ons|e|es|er|ation|ations|ee|ees|ions|erons|ent|ed|ing)\b",
        r"(?:we|i|must|to|will|formally|hereby) contest\b",
        r"(?:pas|plus) (?:du tout )?(?:d'accord|daccord) (?:avec|sur|pour|quant|concernant)",
        r"(?:sommes |suis )?(?:en )?desaccord\b",
        r"(?:refusons|refuse|refuserons|refus) (?:de |le |du |cette |votre |la )?(?:\w{1,10} ){0,2}(?:pay|regl"
        r"|factur|paiement|reglement)",
        r"factur\w{1,6} (?:\w{1,12} ){0,5}(?:erronee?s?|incorrecte?s?|fausses?|injustifiee?s?|pas (?:due"
        r"|correcte|conforme|justifiee))\b",
        r"erreurs? (?:\w{1,10} ){0,3}(?:sur|dans|de|concernant|au niveau) (?:\w{1,12} ){0,3}?(?:factur\w{1,6}"
        r"|prix|tarif|quantite|tva|montant|facturation)",
        r"(?:montant|prix|tarif|quantite|total|tva)s? (?:[\w'-]{1,20} ){0,4}(?:errone|incorrect|faux"
        r"|fausse|ne (?:correspond|sont|est)|pas (?:conforme|correct|celui|le bon))",
        r"ne correspond\w{0,4} pas (?:\w{1,6} ){0,2}(?:au|a|aux) (?:\w{1,8} ){0,2}(?:devis|commande|bon|bc|bdc"
        r"|bl|tarif|prix|livraison|contrat|accord|quantite|ce )",
        r"(?:non|pas) conformes?\b",
        r"non[- ]conformite",
        r"malfacons?",
        r"(?:notre|nos|mon|our|my) (?:avocats?|conseil juridique|service juridique|lawyers?|solicitors?|attorneys?)\b",
        r"(?:pas|jamais) (?:\w{1,6} )?demandees?\b",
        r"not paying (?:for|until|this|it)\b",
        r"(?:annuler|corriger|rectifier|refaire|modifier) (?:\w{1,8} ){0,2}factur",
        r"factures? (?:[\w'°/-]{1,16} ){0,4}(?:a|doit etre|soit|est a|sont a) (?:corrige|rectifie|annule"
        r"|modifie|refaire)",
        r"ne (?:nous|me) concern\w{1,4} (?:pas|en rien|aucunement)",
        r"(?:en panne|ne fonctionn\w{1,4} (?:pas|plus|toujours))\b",
        r"bloqu\w{1,4} (?:le |la |votre |ce |tout )?(?:reglement|paiement)",
        r"(?:marchandise|materiel|produit|article|piece(?!s? jointe)|colis|palette"
        r"|(?<! de )commande)s? (?:\w{1,12} ){0,4}(?:abime|defectueu|casse|manquant|endommage|incomplet|deteriore)",
        r"livraison (?:\w{1,12} ){0,3}(?:incomplete|partielle|non conforme|manquante)",
        r"(?:pas|jamais|non|rien) (?:\w{1,6} ){0,2}(?:livree?s?|commandee?s?)\b",
        r"(?:pas|jamais) (?:encore )?recu (?:la |les |le |cette |ces |l'|de )?(?:marchandise|materiel|commande"
        r"|produit|article|livraison|colis)",
        r"(?:attendons|attends|attente|demand\w{1,5}|etablir|faire|emettre|faudrait|besoin|voulons"
        r"|souhait\w{1,5}|emission|edition|adresser"
        r"|envoyer|transmettre|reception) (?:\w{1,8} ){0,3}(?:un |d'un |l'|votre |cet |de l'|notre )avoir\b",
        r"(?:en attente|deduction|deduire|moins|deduit) (?:\w{1,8} ){0,3}(?:de |d'|un |votre |l'|de l')(?:un )?avoir\b",
        r"notes? de credit",
        r"(?:prestation|travaux|intervention|chantier|mission)s? (?:[\w'-]{1,20} ){0,4}(?:non realise"
        r"|pas (?:\w{1,8} ){0,2}(?:realise|termine|fini|fait|effectue)|inacheve|mal fait|incomplet|pas conforme)",
        r"reserves? (?:\w{1,10} ){0,3}(?:non levee|pas (?:ete )?levee|a lever|en cours)",
        r"(?:notre|une|ma|cette|nos) reclamations?\b",
        r"ecarts? (?:de|sur|entre) (?:\w{1,6} ){0,2}(?:prix|montant|quantite|facture|tarif|commande)",
        r"(?:double facturation|facturee?s? (?:deux|2) fois|doublon|fait double emploi)",
        r"(?:ne )?(?:nous )?(?:semble|est|sont) pas (?:due|dues|du|justifie)\b",
        r"disput(?:e|ed|es|ing)\b",
        r"(?:do not|don't|cannot|can't) (?:\w{1,10} )?(?:agree|accept) (?:with |to "
        r"|on )?(?:\w{1,10} ){0,3}(?:invoice|amount|charge|price|bill|this)",
        r"(?:we|i) (?:\w{1,10} )?disagree (?:with|on|about) (?:\w{1,8} ){0,3}(?:invoice|amount|charge|price"
        r"|bill|total|fee)",
        r"invoices? (?:[\w/-]{1,20} ){0,3}(?:is|are|was|seems|appears|looks)(?: \w{1,8}){0,2} (?:wrong"
        r"|incorrect|not (?:correct|due|right|ours)|a duplicate|overstated)",
        r"(?:wrong|incorrect) (?:amount|price|quantity|vat|invoice|item|goods|quantities|prices|total)",
        r"(?:error|mistake)s? (?:on|in|with) (?:\w{1,8} )?(?:invoice|amount|price|quantity|bill)",
        r"(?:waiting for|await(?:ing)?|need|expect(?:ing)?|request(?:ing)?|issue|send|require|pending"
        r"|raise) (?:\w{1,8} ){0,3}credit (?:note|memo)",
        r"overcharg(?:ed|e|es)\b",
        r"(?:never|not|\w{1,6}n't) (?:\w{1,6} ){0,2}(?:delivered|ordered)\b",
        r"(?:goods|items|products|parts|order|delivery) (?:\w{1,10} ){0,4}(?:damaged|defective|missing"
        r"|incomplete|faulty|broken|short)",
        r"(?:billed|invoiced|charged) (?:us )?(?:twice|double)",
        r"refus(?:e|es|ing) to pay",
        r"(?:will not|won't|are not going to) (?:be )?pay(?:ing)? (?:for )?(?:this|these|the|your"
        r"|for)(?! (?:before|until|today|this))",
    ),
    any_word(
        r"(?:ne |n'|pas |aucune?s? |sans |ni |jamais |plus |not |no |never |without "
        r"|any )(?:\w{1,10} ){0,3}(?:de )?(?:litige|contest|reclamation|desaccord|disput|disagree)",
        r"(?:litige|contestation|reclamation|dispute|desaccord)s? (?:\w{1,10} ){0,4}(?:clos|resolu|regle|leve"
        r"|termine|solde|closed|resolved|settled|cleared|over)",
        r"(?:recu|merci pour|thank you for|thanks for|received) (?:\w{1,8} ){0,3}(?:l'|un |your |the "
        r"|votre )?(?:avoir|credit note)",
        r"(?:incontest|sans contest)",
        r"(?:pas|aucune?) (?:d'|de )?(?:erreur|non-conformite|ecart|reserve)",
        r"no (?:error|mistake|issue)",
        r"(?:erreur|error|mistake) (?:de (?:notre|ma|mon)|on our|on my|from our)",
        r"en cas de (?:litige|contestation)",
    ),
)
