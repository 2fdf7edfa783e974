"""Absences, closures and acknowledgements by Dovecot Pigeonhole: `vacation` with its options, and `notify`."""

from tests.mail.made.building import sieve, vacation

HTML_FR = """\
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p>Bonjour,</p><p>Je suis <b>absente</b> jusqu'au lundi 16 mars inclus.</p>
<p>Pour toute question sur une facture&nbsp;: <a href="mailto:compta@client.test">la comptabilité</a>.</p></body></html>
"""
ALTERNATIVE_EN = """\
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_both"

--=_both
Content-Type: text/plain; charset=us-ascii

I am travelling until 20 March with no access to e-mail.

--=_both
Content-Type: text/html; charset=us-ascii

<p>I am travelling until <b>20 March</b> with no access to e-mail.</p>

--=_both--
"""
LATIN_FR = """\
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Bonjour,

Je suis en cong=E9s jusqu'au 9 mars. En cas d'urgence, =E9crivez =E0 Paul.
"""
MIXED_FR = """\
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_with"

--=_with
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Nos bureaux ont déménagé : le plan d'accès est joint. Nous vous répondrons sous 48 h.

--=_with
Content-Type: image/png; name="plan.png"
Content-Disposition: attachment; filename="plan.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
--=_with--
"""
SIGNED_FR = """\
Bonjour,

Je suis en déplacement cette semaine et ne consulte mes messages qu'épisodiquement.
Je reviendrai vers vous dès que possible.

Bien cordialement,

Sofia BENALI
Responsable administrative et financière
ÉTABLISSEMENTS ROUX ET FILS - 14 quai de la Rapée, 75012 Paris
Tél. +33 1 44 00 00 00 - Mob. +33 6 00 00 00 00

Avant d'imprimer ce message, pensez à l'environnement. Ce message peut contenir des informations confidentielles ;
si vous n'en êtes pas le destinataire, merci de nous le signaler."""

CASES = (
    vacation("French, no subject", "", "Bonjour,\nJe suis absent jusqu'au 13 mars.\nCordialement,\nJulien Moreau"),
    vacation("English, no subject", "", "I am out of the office until Monday 16 March.\n\nKind regards,\nAnn Lee"),
    vacation("a word only", "", "Absent."),
    vacation("Réponse automatique", ':subject "Réponse automatique"', "Je suis absente du 2 au 6 mars inclus."),
    vacation("Réponse automatique with a name", ':subject "Réponse automatique : Julie Roy absente"', "À bientôt."),
    vacation("Absence du bureau", ':subject "Absence du bureau"', "Retour prévu le 10 mars, en cas d'urgence : Paul."),
    vacation("Message d'absence", ':subject "Message d’absence"', "Je suis en arrêt jusqu'à nouvel ordre."),
    vacation("Out of office", ':subject "Out of office"', "I am away with limited access. Back on 9 March 2026."),
    vacation("Automatic reply", ':subject "Automatic reply: on leave"', "I am on annual leave until 23 March."),
    vacation("thanks for your message", ':subject "Merci pour votre message"', "Nous le lirons lundi."),
    vacation("congés", ':subject "Congés de printemps"', "L'atelier est fermé du 27/02 au 15/03. Bonne semaine !"),
    vacation("annual closure", ':subject "Fermeture annuelle"', "Notre société est fermée jusqu'au 24 août inclus."),
    vacation("maternity leave", ':days 7 :handle "bebe"', "Je suis en congé maternité ; Léa me remplace."),
    vacation("left the company", ':subject "Départ"', "Je ne fais plus partie de l'entreprise. Voyez rh@client.test."),
    vacation("left, English", "", "I no longer work at Client Ltd. Please contact accounts@client.test instead."),
    vacation("address no longer read", "", "Cette adresse n'est plus relevée ; merci d'utiliser factures@client.test."),
    vacation("acknowledgement", ':subject "Accusé de réception"', "Message bien reçu, il sera traité sous 5 jours."),
    vacation("ticket", ':subject "[#48213] Votre demande est enregistrée"', "Ticket ouvert. Ne modifiez pas l'objet."),
    vacation("invoices by portal", ':subject "Dépôt de vos factures"', "Déposez vos factures sur Chorus Pro, pas ici."),
    vacation("subject kept", ':subject "Re: FA-2026-0042 – Relance : facture échue"', "Je vous réponds à mon retour."),
    vacation("from a service", ':from "Service achats <achats@client.test>"', "Le service est fermé le vendredi."),
    vacation("every minute", ':days 0 :subject "Absent(e)"', "Je suis absent(e). Ce message part à chaque fois."),
    vacation("HTML only", ":mime", HTML_FR),
    vacation("both forms", ':mime :subject "Travelling"', ALTERNATIVE_EN),
    vacation("an old charset", ':mime :subject "Absence"', LATIN_FR),
    vacation("with a picture", ':mime :subject "Nouveaux locaux"', MIXED_FR),
    vacation("a long signature", ':subject "En déplacement"', SIGNED_FR),
    vacation("late deliveries", "", "Livraison impossible avant le 12 mars ; nos envois sont retardés. Absent."),
    vacation("words of a bounce", ':subject "Adresse inconnue ?"', "If you got an error (user unknown), write here."),
    vacation("a captcha on the site", "", "Absent. Notre formulaire (http://client.test/captcha) reste ouvert."),
    vacation("German", ':subject "Abwesenheitsnotiz"', "Ich bin bis zum 16. März nicht im Büro."),
    vacation("Spanish", "", "Estoy fuera de la oficina hasta el 20 de marzo. Un saludo."),
    sieve(
        "after a filing",
        'require ["fileinto", "mailbox", "vacation"];\n'
        'fileinto :create "Factures";\n'
        'vacation :subject "Bien reçu" "Votre facture est classée ; elle sera payée à son échéance.";\n',
    ),
    sieve(
        "its own subject only for invoices",
        'require ["vacation", "variables"];\n'
        'if header :matches "subject" "*" { set "was" "$${1}"; }\n'
        'vacation :subject "Absence : $${was}" "Je suis absente cette semaine.";\n',
    ),
    sieve(
        "notify",
        'require ["enotify"];\nnotify :from "$to" :message "Message recu, il sera lu demain" "mailto:$own";\n',
    ),
)
