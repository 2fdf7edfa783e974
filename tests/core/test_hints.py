"""Every reply is seen from Wednesday 18 November 2026."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest

from relancier.core.hints import Hint, HintKind, hints

WRITTEN = date(2026, 11, 18)

SAID = {
    # Promises
    "virement le 15": "promise 12-15",
    "Bonjour, le virement partira le 20 novembre. Cordialement": "promise 11-20",
    "Règlement prévu fin de semaine prochaine.": "promise 11-27",
    "vous serez payés le 30": "promise 11-30",
    "Vous serez réglés vendredi sans faute": "promise 11-20",
    "ok pr le 15": "promise 12-15",
    "OK pour le 15 décembre, cdlt": "promise 12-15",
    "rglt prévu le 25/11": "promise 11-25",
    "Bjr, vir. prévu le 25": "promise 11-25",
    "VIREMENT PROGRAMME AU 30/11": "promise 11-30",
    "Nous procéderons au règlement d'ici une dizaine de jours.": "promise 11-28",
    "Le paiement interviendra au plus tard le 15/12/2026.": "promise 12-15",
    "nous vous payons demain": "promise 11-19",
    "je vous règle en début de semaine prochaine": "promise 11-24",
    "Le chèque part au courrier lundi.": "promise 11-23",
    "La facture sera soldée fin du mois": "promise 11-30",
    "Votre facture passera dans notre prochaine campagne de règlement du 30 novembre.": "promise 11-30",
    "Le 30 novembre, nous vous ferons un virement de 1 250,50 €.": "promise 11-30 1250.50",
    "nous ne manquerons pas de vous régler le 30 novembre": "promise 11-30",
    "Pas de souci, virement vendredi": "promise 11-20",
    "Nous n'avons pas encore payé mais le virement partira le 30.": "promise 11-30",
    "Nous ne contestons pas et réglerons le 15 décembre.": "promise 12-15",
    "Nous réglerons le 30, cela vous convient-il ?": "promise 11-30",
    "Merci de noter que le virement sera fait semaine 49.": "promise 12-04",
    "La facture du 15 octobre sera réglée le 15 décembre": "promise 12-15",
    "Le règlement est prévu sous 48h": "promise 11-20",
    "paiemt prevu mi decembre": "promise 12-15",
    "Mandatement prévu semaine prochaine, le comptable public paiera ensuite": "promise 11-27",
    "Le virement sera émis, comme convenu au téléphone, le 4 décembre": "promise 12-04",
    "Paid on Friday": "promise 11-20",
    "Payment will be made by 30 November.": "promise 11-30",
    "We will pay next week": "promise 11-27",
    "You will be paid at the end of the month.": "promise 11-30",
    "This invoice is scheduled for our payment run on Dec 4th": "promise 12-04",
    "We're going to settle the balance of EUR 300.00 within 10 days": "promise 11-28 300.00",
    "No problem, payment goes out tomorrow": "promise 11-19",
    "Payment no later than 15 December.": "promise 12-15",
    # Paid
    "Bonjour, la facture a été réglée le 3 novembre par virement.": "paid 11-03",
    "payé le 3": "paid 11-03",
    "Viré hier": "paid 11-17",
    "Nous avons déjà réglé cette facture.": "paid",
    "facture deja payee !": "paid",
    "VIREMENT EFFECTUE LE 12/11": "paid 11-12",
    "Avez-vous reçu notre paiement ?": "paid",
    "Avez-vous bien reçu notre virement du 10/11 ?": "paid 11-10",
    "Vous avez dû recevoir notre virement de 300 € lundi": "paid 11-16 300",
    "Sauf erreur de notre part, cette facture a été soldée par chèque.": "paid",
    "Ci-joint l'avis de virement.": "paid",
    "Le virement est parti ce matin": "paid 11-18",
    "Nous venons de faire le virement": "paid",
    "notre règlement du 2 novembre de 1.234,56 EUR": "paid 11-02 1234.56",
    "chq envoyé le 5 nov": "paid 11-05",
    "la fact. est réglée depuis le 2/11": "paid",
    "The invoice has been paid on 3 November": "paid 11-03",
    "We already paid this invoice.": "paid",
    "Payment was sent last Friday": "paid 11-13",
    "Have you received our payment?": "paid",
    "Please find attached proof of payment.": "paid",
    "We've just sent the wire": "paid",
    "Paid yesterday by bank transfer": "paid 11-17",
    # Disputes
    "Nous contestons cette facture.": "dispute",
    "Cette facture fait l'objet d'un litige": "dispute",
    "nous ne sommes pas d'accord avec le montant facturé": "dispute",
    "La facture est erronée, le prix ne correspond pas au devis": "dispute",
    "Nous sommes toujours en attente d'un avoir de 250 €": "dispute 250",
    "Nous attendons votre avoir": "dispute",
    "Marchandise non conforme": "dispute",
    "il manque 3 colis, livraison incomplete": "dispute",
    "Nous n'avons jamais commandé cette prestation.": "dispute",
    "vous nous avez facturé deux fois la même chose": "dispute",
    "Les travaux ne sont pas terminés": "dispute",
    "Nous n'avons pas reçu la marchandise.": "dispute",
    "Erreur sur la facture : la quantité est de 10": "dispute",
    "We dispute this invoice": "dispute",
    "The invoice is wrong, please send a credit note": "dispute",
    "The goods arrived damaged.": "dispute",
    "We never ordered this": "dispute",
    "You charged us twice": "dispute",
    # Invoice not received
    "Nous n'avons pas reçu la facture.": "not_received",
    "Je n'ai jamais reçu cette facture, pouvez-vous me la renvoyer ?": "not_received",
    "Pouvez-vous nous envoyer une copie de la facture ?": "not_received",
    "merci de nous transmettre la facture FA-2026-0042 en pdf": "not_received",
    "DUPLICATA SVP": "not_received",
    "La pièce jointe est manquante": "not_received",
    "Nous ne retrouvons pas trace de cette facture": "not_received",
    "facture jamais reçue": "not_received",
    "We have not received this invoice": "not_received",
    "Could you please send us a copy of the invoice?": "not_received",
    "We have no record of that invoice.": "not_received",
    "The attachment is missing": "not_received",
    # Portal, purchase order
    "Merci de déposer votre facture sur Chorus Pro": "portal",
    "Vos factures doivent être transmises via notre portail fournisseurs.": "portal",
    "facture rejetée sur chorus": "portal",
    "Merci d'indiquer le n° de commande": "portal",
    "Il manque le numéro de bon de commande": "portal",
    "Sans BDC nous ne pouvons pas comptabiliser": "portal",
    "Le numéro d'engagement est obligatoire": "portal",
    "Invoices must be submitted through Coupa": "portal",
    "Please upload the invoice to Ariba": "portal",
    "Please provide a PO number": "portal",
    "No PO, no pay": "portal",
    # Wrong contact
    "Je ne suis pas la bonne personne, voyez avec compta@client.example": "wrong_contact compta@client.example",
    "Je ne suis plus en charge. Contact : Lea.Petit@client.example.": "wrong_contact lea.petit@client.example",
    "Merci de contacter notre service comptabilité": "wrong_contact",
    "Veuillez vous adresser à fournisseurs@client.example": "wrong_contact fournisseurs@client.example",
    "Mme Durand ne fait plus partie de l'entreprise": "wrong_contact",
    "Je transmets à ma collègue (lea@client.example) qui gère": "wrong_contact lea@client.example",
    "mauvaise adresse": "wrong_contact",
    "I am not the right person for this": "wrong_contact",
    "Please send invoices to ap@client.example": "wrong_contact ap@client.example",
    "Paul no longer works here": "wrong_contact",
    # Instalments
    "Serait-il possible d'avoir un échéancier ?": "instalments",
    "Pouvons-nous payer en trois fois ?": "instalments",
    "Nous proposons 500 € par mois": "instalments 500",
    "Nous sollicitons un délai de paiement supplémentaire": "instalments",
    "la moitié maintenant et le solde ensuite": "instalments",
    "reglement en 3x possible ?": "instalments",
    "Could we agree on a payment plan?": "instalments",
    "Can we pay in three instalments?": "instalments",
    "We need more time to pay": "instalments",
    # Insolvency
    "La société est en redressement judiciaire depuis mars": "insolvency",
    "Nous avons été placés en liquidation": "insolvency",
    "Merci de déclarer votre créance auprès du mandataire": "insolvency",
    "ouverture d'une procédure de sauvegarde": "insolvency",
    "nous avons déposé le bilan": "insolvency",
    "The company has entered administration": "insolvency",
    "We have filed for bankruptcy": "insolvency",
    # Bank details
    "Pouvez-vous nous transmettre votre RIB ?": "bank_details",
    "RIB ?": "bank_details",
    "Merci de noter notre changement de RIB": "bank_details",
    "Nos coordonnées bancaires ont changé": "bank_details",
    "Voici : FR76 3000 6000 0112 3456 7890 189": "bank_details",
    "sur quel compte dois-je virer": "bank_details",
    "Please confirm your bank details": "bank_details",
    "Our bank account has changed, new IBAN attached": "bank_details",
    # As they came
    "Bonjour, c'est bon pour moi, je fais le virement en fin de semaine. Bonne journée": "promise 11-20",
    "bjr vs serez paye fin du mois cdt": "promise 11-30",
    "Votre facture sera honorée le 15 décembre prochain.": "promise 12-15",
    "La facture est en cours de validation chez le responsable, paiement prévu au 10/12.": "promise 12-10",
    "Nous avons transmis votre facture au service comptable qui la réglera d'ici vendredi.": "promise 11-20",
    "Désolé du retard, notre comptable était absente. On vous règle ça demain sans faute.": "promise 11-19",
    "Virement fait ce matin, vous devriez le recevoir d'ici 48h.": "paid 11-18",
    "Je viens de vous faire le virement.": "paid",
    "Le virement a été effectué en date du 13/11/2026, merci de vérifier auprès de votre banque": "paid 11-13",
    "Cette facture a été payée par chèque n° 1234567 débité le 4 novembre.": "paid 11-04",
    "cette facture est deja reglee depuis 15 jours !!!": "paid",
    "Nous vous avons payé cette facture le 28 octobre par virement.": "paid 10-28",
    "Sauf erreur, nous vous l'avons réglée en octobre.": "paid",
    "Payée.": "paid",
    "C'est réglé": "paid",
    "Réglé ce jour.": "paid 11-18",
    "Facture réglée le 10/11": "paid 11-10",
    "le rglt est parti hier": "paid 11-17",
    "Facture bloquée car non conforme au BC : le prix unitaire est de 12€ et non 15€": "dispute 12",
    "Nous avons un litige sur cette facture, la quantité livrée est inférieure": "dispute",
    "Cette facture ne nous concerne pas": "dispute",
    "Cette facture n'est pas due, la prestation n'a jamais été réalisée.": "dispute",
    "nous sommes en attente de votre avoir pr les articles manquants": "dispute",
    "Le matériel livré est en panne, nous bloquons le règlement": "dispute",
    "Facture à corriger : la TVA doit être à 10%": "dispute",
    "merci d annuler cette facture et de nous faire un avoir": "dispute",
    "Je n'ai pas reçu cette facture, pourriez vous me l'envoyer svp ?": "not_received",
    "Facture non reçue, merci de nous la renvoyer.": "not_received",
    "Pouvez vous me transmettre un duplicata de la facture svp": "not_received",
    "Je ne trouve pas votre facture, pouvez-vous me la transmettre à nouveau ?": "not_received",
    "Je n'ai pas cette facture dans mon système, merci de me l'envoyer": "not_received",
    "Merci de nous adresser la facture en pièce jointe car nous ne l'avons pas.": "not_received",
    "Vous devez passer par Chorus pour que nous puissions payer": "portal",
    "Il faut déposer la facture sur Chorus avec le numéro d'engagement EJ 4500012345": "portal",
    "Merci de nous indiquer le numéro de commande svp, sans quoi la facture ne peut être traitée": "portal",
    "Toute facture sans numéro de commande est rejetée": "portal",
    "Vous n'êtes pas au bon endroit, il faut écrire à factures@client.example": "wrong_contact factures@client.example",
    "Je ne m'occupe plus de la compta, voir Sophie : sophie@client.example": "wrong_contact sophie@client.example",
    "Merci d'envoyer vos relances à compta@client.example": "wrong_contact compta@client.example",
    "Serait-il possible de régler en 2 fois ?": "instalments",
    "Notre trésorerie est tendue, pourriez-vous nous accorder un délai ?": "instalments",
    "Je vous propose 3 versements de 500€ le 30/11, 30/12 et 30/01": "instalments 500",
    "Nous traversons des difficultés, est-il possible d'étaler le paiement ?": "instalments",
    "La société a fait l'objet d'une liquidation judiciaire": "insolvency",
    "Pouvez-vous me renvoyer votre RIB svp, je ne le retrouve plus.": "bank_details",
    "Merci de nous faire parvenir un RIB pour paiement": "bank_details",
    "Attention nous avons changé de banque, voici notre nouveau RIB": "bank_details",
    "Hi, your invoice has been approved and will be paid in our next payment run on 27 November.": "promise 11-27",
    "This was paid on 12 November via BACS.": "paid 11-12",
    "It's been paid already": "paid",
    "Payment is scheduled for Friday.": "promise 11-20",
    "You should receive the funds by the end of the week": "promise 11-20",
    "Can you resend the invoice please? I don't have it.": "not_received",
    "I've never received that invoice": "not_received",
    "We have a dispute on the quantity": "dispute",
    "We are waiting for a credit note before paying.": "dispute",
    "Could we pay this in two parts?": "instalments",
    "Please send your bank details": "bank_details",
    "We need a PO number on the invoice": "portal",
    "Your invoice must be uploaded to our supplier portal": "portal",
    "On n'est pas d'accord pour payer le 30": "dispute",
}


def told(text: str) -> str:
    return "; ".join(shown(hint) for hint in hints(text, WRITTEN))


def shown(hint: Hint) -> str:
    """The hint's kind and what it found, dates of 2026 as 12-15."""
    on = hint.on.isoformat().removeprefix("2026-") if hint.on else ""
    found = (hint.kind, on, "" if hint.amount is None else str(hint.amount), hint.address)
    return " ".join(filter(None, found))


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_what_a_reply_says(text: str, said: str) -> None:
    assert told(text) == said
    assert told(f"Bonjour,\n\n{text}\n\nCordialement,\nPaul Petit\nSociété Cliente") == said


SAYS_NONE = [
    # No promise
    "Nous ne pourrons pas régler vendredi.",
    "nous ne paierons pas avant le 15",
    "Le virement ne partira pas le 30",
    "pas de paiement le 15 !",
    "Impossible de payer fin novembre",
    "Pouvons-nous régler le 15 ?",
    "Nous payons nos fournisseurs le 10 de chaque mois.",
    "Nos conditions de paiement sont à 45 jours fin de mois.",
    "Règlement à 60 jours, c'est dans le contrat",
    "Votre relance de paiement du 15 décembre",
    "La facture du 20 novembre est en cours de règlement",
    "Nous allons régler rapidement.",
    "Je suis absent jusqu'au 30, je regarde le règlement à mon retour",
    "La réunion est le 30 novembre",
    "Je regarde demain.",
    "Pouvez-vous me rappeler le 20 pour le règlement ?",
    "Merci de nous rembourser par virement le 30",
    "Le virement du mois était prévu le 10",
    "We cannot pay before 15 December",
    "We won't be paying on Friday",
    "Could you pay us on Friday?",
    "I will check on Friday",
    "Our payment terms are end of month",
    "The invoice dated 25 November is with our payment team",
    "Please call me on Friday",
    "Payment due on 30 November, noted",
    # Not paid
    "Nous n'avons pas encore payé",
    "La facture n'a pas été réglée",
    "facture non payée à ce jour",
    "Cette facture reste impayée",
    "Est-ce que cette facture a été payée ?",
    "Je vérifie si la facture a été réglée",
    "une fois la facture payée, nous reviendrons vers vous",
    "Le problème est réglé",
    "nos factures sont payées à 60 jours",
    "Le virement n'a pas pu être effectué",
    "Le paiement est en attente de validation",
    "Je vous enverrai l'avis de virement",
    "We have not paid yet",
    "The invoice hasn't been paid",
    "This is unpaid",
    "Has this invoice been paid?",
    "Once paid, we will let you know",
    "We settled on a new supplier",
    # No dispute
    "Nous ne contestons pas la facture",
    "Il n'y a aucun litige",
    "sans litige de notre côté",
    "Le litige est clos",
    "Nous avons bien reçu l'avoir, merci",
    "je pense avoir transmis votre message à la direction",
    "d'accord",
    "Dans ce contexte, merci de patienter",
    "C'est incontestable",
    "Service litiges clients",
    "La livraison s'est bien passée",
    "We do not dispute the invoice",
    "The dispute has been resolved",
    "Thank you for the credit note",
    "no error on our side",
    # Invoice at hand
    "Nous avons bien reçu la facture",
    "Je vous envoie une copie de la facture signée",
    "Nous n'avons pas reçu de réponse",
    "Ci-joint la copie",
    "We received the invoice, thanks",
    "I will send you a copy of the contract",
    # No portal wanted
    "Votre facture est bien reçue sur Chorus Pro",
    "La commande est arrivée ce matin",
    "Ci-joint notre bon de commande",
    "The invoice is visible on Ariba and was approved",
    "PO box 12, London",
    "Le port est calme",
    # The right contact
    "Merci de me contacter au 04 72 00 00 00",
    "N'hésitez pas à contacter notre service comptabilité.",
    "Pour toute question, contactez compta@client.example",
    "Je suis bien la bonne personne",
    "Please contact me",
    "If you have any question please contact ap@client.example",
    # No instalments
    "Nous ne demandons pas d'échéancier",
    "pas besoin de délai",
    "Nous avons été livrés en deux fois",
    "L'échéance est passée",
    "Je vous ai appelé plusieurs fois",
    "We do not need a payment plan",
    "The subscription is 10 € per month",
    # Solvent
    "Nous ne sommes pas en liquidation",
    "liquidation de stock dans nos magasins",
    "Nous avons eu un redressement fiscal",
    "Je transmets au service administration",
    "sauvegarde informatique cette nuit",
    "We are not in administration",
    "trading hours have changed",
    # Bank details known
    "Nous avons bien vos coordonnées bancaires",
    "Notre banque est fermée lundi",
    "Frais bancaires à votre charge",
    "Le compte est bon",
    "Nous avons ajouté la ligne au tableau",
    "Bank holiday on Monday",
    # As they came
    "I have forwarded your email to our accounts payable team.",
    "Bonjour, bien reçu. Je regarde cela avec la comptabilité et reviens vers vous.",
    "Je suis en déplacement, je vous réponds lundi.",
    "Merci pour votre message, nous revenons vers vous la semaine prochaine.",
    "Pouvez-vous me rappeler demain ?",
    "Votre facture est en cours de traitement.",
    "Nous attendons la validation de la direction pour procéder au règlement.",
    "Nous n'avons pas la trésorerie pour vous payer actuellement.",
    "Avant de payer, nous souhaitons un rendez-vous le 25 novembre",
    "La facture n'arrive à échéance que le 15 décembre",
    "L'échéance est au 31/12, pas encore de paiement prévu",
    "Nous vous réglerons dès que notre client nous aura payés.",
    "Quand est-ce que le règlement est attendu ? Le 30 ?",
    "Qui a réglé la facture précédente ?",
    "Merci de ne plus m'envoyer de relances par mail",
    "Joyeux Noël et à l'année prochaine",
    "Pourriez-vous nous dire à quelle date vous attendez le virement ?",
    "Le virement du 15 novembre a été rejeté par la banque",
    "Our accountant is back on Monday, I will ask about payment",
    "I'll look into it and get back to you by Friday",
    "We are still waiting for our customer to pay us",
    "Thanks for the reminder, it is with our finance team for approval",
    "Has the payment term changed to 30 days?",
    "We don't have any record of late payment",
    "I am out until Monday 23 November, I will check the payment then",
    "Il n'y a pas de différend entre nous. Nous étudions votre demande",
    "votre commande est livrée le 30 novembre",
    "Le service de paiement en ligne est fermé jusqu'au 30 novembre",
    "Le document comptable sera prêt le 30",
    "Nous pouvons nous voir le 30 pour parler du paiement ?",
    "Rappelez-moi après le 30 pour le paiement",
    # Nothing
    "Bonjour, bien reçu, merci.",
    "Je reviens vers vous.",
    "ok",
    "",
]


@pytest.mark.parametrize("text", SAYS_NONE)
def test_what_only_sounds_like_it_says_nothing(text: str) -> None:
    assert told(text) == ""
    assert told(f"Bonjour,\n\n{text}\n\nCordialement,\nPaul Petit") == ""


def test_several_hints_come_with_the_weightiest_first() -> None:
    text = (
        "Nous réglerons 500 € le 30 novembre. La facture 12 a été payée le 3. Nous contestons la 13 : pouvez-vous nous "
        "envoyer une copie de la facture ? Notre RIB a changé. Et pouvons-nous payer la 14 en trois fois ? "
        "Merci de déposer la 15 sur Chorus Pro. Je ne suis plus en charge, voyez avec lea@client.example. "
        "Nous avons déposé le bilan. Nous contestons aussi la 16."
    )
    found = hints(text, WRITTEN)
    assert [hint.kind for hint in found] == list(HintKind)[:8]
    assert len({hint.kind for hint in found}) == 8
    assert found[5] == Hint(HintKind.PROMISE, "Nous réglerons 500 € le 30 novembre.", date(2026, 11, 30), Decimal(500))


def test_the_words_are_the_writers_on_one_short_line() -> None:
    filler = "et nous en parlerons ensemble au siège quand vous le voudrez bien "
    text = f"Bonjour,\n\n{filler * 3}\nnous procéderons au\nrèglement le 30 novembre {filler * 4}."
    (hint,) = hints(text, WRITTEN)
    assert "règlement le 30" in hint.words
    assert len(hint.words) <= 160
    assert hint.words in " ".join(text.split())
    assert hint.words.split()[0] in filler.split()
    assert hint.words.split()[-1] in filler.split()


def test_what_is_quoted_is_not_the_writers() -> None:
    ours = "Si un litige retarde le règlement avant le 30 novembre, un échéancier peut s'envisager."
    reply = f"Bien noté.\n\nLe 17/11/2026 à 10:04, Compta <compta@lumen.example> a écrit :\n> {ours}\n"
    assert hints(reply, WRITTEN) == ()
    assert hints(ours, WRITTEN) != ()


LONG = 256 * 1024
HOSTILE = [
    "virement " * (LONG // 9),
    "virement le 15 " * (LONG // 15),
    "nous ne n'avons pas " * (LONG // 20),
    "facture de la facture " * (LONG // 22),
    "a" * LONG,
    "a@" * (LONG // 2),
    "envoyer envoyer " * (LONG // 16),
    "virement a b c d e f g h i j k. " * (LONG // 32),
    "merci de transmettre via via sur sur chorus le le litige. " * (LONG // 58),
    ", " * (LONG // 2),
    "contacter a. b@c.d. " * (LONG // 20),
    "en en en plusieurs fois pas pas d'échéancier RIB ? " * (LONG // 50),
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:20] for text in HOSTILE])
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    start = process_time()
    hints(text, WRITTEN)
    assert process_time() - start < 3
