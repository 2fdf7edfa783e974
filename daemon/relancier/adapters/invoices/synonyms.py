"""The headings that people and programs write above each column, in French and in English."""

from collections.abc import Mapping

# Each of these says what the column is; two of them for one column are a question for a person.
SURE: Mapping[str, tuple[str, ...]] = {
    "number": (
        "n° facture", "no facture", "num facture", "numéro facture", "numéro de facture", "n° de facture", "facture",
        "référence facture", "invoice", "invoice number", "invoice no",
    ),
    "customer": ("client", "nom client", "nom du client", "raison sociale", "customer name", "société"),
    "customer_id": ("code client", "n° client", "numéro client", "compte client", "customer number"),
    "issued": (
        "date facture", "date de facture", "date de la facture", "date d'émission", "émise le", "date de facturation",
        "invoice date", "issue date",
    ),
    "due": (
        "échéance", "date échéance", "date d'échéance", "date d’échéance", "échéance le", "due date",
        "date limite de paiement",
    ),
    "amount": ("montant ttc", "total ttc", "ttc", "montant facture", "amount incl vat", "total incl vat"),
    "paid": ("réglé", "montant réglé", "déjà réglé", "payé", "montant payé", "encaissé", "amount paid"),
    "currency": ("devise", "monnaie"),
    "purpose": ("objet", "désignation"),
    "plan": ("plan de relance",),
    "risk": ("risque", "niveau de risque"),
    "key_account": ("compte clé", "compte-clé", "grand compte", "client grand compte", "client stratégique"),
    "factor": ("affactureur", "affacturage", "société d'affacturage", "factor (affacturage)", "factoring company"),
    "balance": ("solde dû", "reste dû", "reste à payer", "restant dû", "montant dû", "solde restant", "balance due"),
    "debit": ("débit", "montant débit"),
    "credit": ("crédit", "montant crédit"),
    "kind": ("type", "type de pièce", "type de document", "nature", "document type"),
    "credits": ("facture d'origine", "avoir sur", "facture créditée", "credited invoice"),
    "deposit": ("acompte", "acompte déduit", "acomptes versés", "down payment"),
    "discount": ("escompte", "montant escompte", "early payment discount"),
    "discount_until": ("escompte jusqu'au", "date escompte", "date limite d'escompte"),
    "retention": ("retenue de garantie", "retenue", "rg", "retention money"),
    "retention_due": ("échéance retenue", "échéance retenue de garantie", "libération retenue"),
    "accepted": ("date de réception", "réception des travaux", "date de réception des travaux", "acceptance date"),
    "language": ("langue",),
    "professional": ("professionnel", "pro"),
    "never": ("jamais", "ne jamais relancer", "ne pas relancer"),
    "delivered": ("date de livraison", "livré le", "livraison", "delivery date", "date de prestation"),
    "payment_method": ("mode de règlement", "mode de paiement", "moyen de paiement"),
    "sector": ("secteur",),
    "pdf": ("fichier", "fichier pdf", "pièce jointe", "pdf file"),
    "payment_url": ("lien de paiement", "url de paiement", "payment link"),
    "accounting_name": ("contact comptable", "nom comptable", "comptable", "contact comptabilité"),
    "accounting_email": (
        "email comptable", "e-mail comptable", "mail comptable", "courriel comptable", "email comptabilité",
    ),
    "sales_name": ("interlocuteur commercial", "contact commercial", "nom commercial", "interlocuteur"),
    "sales_email": (
        "email commercial", "email interlocuteur commercial", "e-mail interlocuteur commercial", "mail commercial",
        "courriel commercial", "email interlocuteur", "email contact commercial",
    ),
    "management_name": ("contact direction", "nom direction", "direction", "dirigeant"),
    "management_email": ("email direction", "mail direction", "courriel direction", "email dirigeant"),
    "phone": ("téléphone", "tél", "numéro de téléphone", "telephone number"),
    "address": ("adresse", "adresse postale", "postal address"),
}  # fmt: skip

# These count where none of those above is there, the first of them before the others: what programs also write, and
# headings that mean one thing in one program and another in the next.
ELSE: Mapping[str, tuple[str, ...]] = {
    "number": (
        "n° facture client", "numéro facture client", "facture n°", "n° fact", "réf facture",
        "référence de la facture", "invoice ref", "invoice num",
        "n° pièce", "n° de pièce", "num pièce", "numéro de pièce", "numéro pièce", "n° document", "n° de document",
        "numéro document", "numéro de document", "n° doc", "document number", "numéro", "n°", "num",
        "réf pièce", "référence pièce", "pieceref", "pièce", "document", "réf", "référence", "reference",
    ),
    "customer": (
        "raison sociale client", "nom de la société", "nom ou raison sociale", "nom client facturé",
        "client facturé", "nom du tiers", "nom tiers", "intitulé tiers", "intitulé du tiers", "intitulé client",
        "intitulé du client", "libellé tiers", "libellé auxiliaire", "compauxlib",
        "nom d'affichage du partenaire de la facture", "invoice partner display name",
        "nom d'affichage du partenaire", "partenaire/nom d'affichage", "partenaire", "partner", "intitulé du compte",
        "intitulé", "nom complet", "destinataire", "nom", "name", "tiers",
    ),
    "customer_id": (
        "n° de client", "numéro de client", "n° compte client", "code du client", "id client", "identifiant client",
        "customer code", "code tiers", "n° tiers", "numéro tiers", "compte tiers", "n° compte tiers",
        "code auxiliaire", "compte auxiliaire", "auxiliaire", "compauxnum", "partenaire/référence", "réf client",
    ),
    "issued": (
        "date émission", "date facturation", "facturé le", "invoice/bill date", "date de pièce", "date pièce",
        "date de la pièce", "date document", "date du document", "document date", "piecedate", "émission", "date",
    ),
    "due": (
        "date d'échéance de la facture", "invoice due date", "payment due date", "date limite paiement",
        "date limite de règlement", "date limite règlement", "date éch", "date d'éch", "à payer avant le",
        "à régler avant le", "à payer le", "éch",
    ),
    "amount": (
        "montant total ttc", "montant de la facture", "total facture", "total de la facture", "montant tvac",
        "total tvac", "invoice total", "invoice amount", "gross amount", "total amount", "amount total",
        "total", "montant", "montant total", "total document", "total in currency", "total in currency signed",
        "total en devise", "total en devises", "total signé en devises", "total signed", "total signé",
        "net à payer",
    ),
    "paid": (
        "déjà payé", "montant encaissé", "total réglé", "total payé", "total encaissé", "paid amount",
        "montant des règlements", "règlements",
    ),
    "currency": ("code devise", "devise de la facture", "currency code"),
    "purpose": ("objet de la facture", "libellé", "libellé écriture", "description", "prestation"),
    "balance": (
        "reste à encaisser", "reste à régler", "reste dû ttc", "restant à payer", "solde à payer", "solde ttc",
        "montant restant dû", "montant restant à payer", "montant restant", "montant non réglé", "solde facture",
        "amount due", "montant dû signé", "amount due signed", "montant dû en devise", "open balance",
        "outstanding", "outstanding amount", "solde",
    ),
    "debit": ("débit ttc", "debit amount"),
    "credit": ("crédit ttc", "credit amount"),
    "kind": ("type pièce", "type document", "type de facture", "type facture", "type d'opération", "transaction type"),
    "credits": ("n° facture d'origine", "facture origine", "avoir sur facture", "facture liée"),
    "deposit": ("acompte ttc", "montant acompte", "acompte versé", "acomptes"),
    "discount": ("montant de l'escompte", "escompte ttc"),
    "discount_until": ("date d'escompte",),
    "retention": ("montant retenue de garantie", "retenue garantie"),
    "payment_method": (
        "mode règlement", "mode paiement", "type de règlement", "type de paiement", "règlement",
    ),
    "accounting_name": ("contact",),
    "accounting_email": (
        "email facturation", "email de facturation", "email client", "email du client", "partenaire/email", "email",
        "e-mail", "mail", "courriel", "adresse email", "adresse mail", "adresse e-mail",
    ),
    "phone": ("téléphone client",),
    "address": ("adresse de facturation", "adresse client"),
}  # fmt: skip

# These go before all others: of an invoice due in parts they are the part, and each row is a part.
FIRST: Mapping[str, tuple[str, ...]] = {
    "amount": ("montant échéance", "montant de l'échéance"),
    "balance": ("solde échéance", "solde de l'échéance"),
}
