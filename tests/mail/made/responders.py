"""Absences and acknowledgements by Exim: a user's filter with `vacation` or `mail`, many words and headers."""

from tests.mail.made.building import AUTOREPLY, answered, filtered, programmed

EXCHANGE_FR = """\
From: Sofia Benali <$to>
To: $own
Subject: =?utf-8?Q?R=C3=A9ponse_automatique=C2=A0:_FA-2026-0042_=E2=80=93_Relance?=
Date: Mon, 02 Mar 2026 09:12:04 +0100
Message-ID: <PR3P195MB0555.EURP195.PROD@exim.test>
In-Reply-To: $message_id
References: $message_id
X-MS-Has-Attach:
X-Auto-Response-Suppress: All
X-MS-Exchange-Inbox-Rules-Loop: $to
Auto-Submitted: auto-generated
Content-Language: fr-FR
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p>Bonjour, je suis absente jusqu'au 9 mars.</p></body></html>
"""
GMAIL_EN = """\
From: Ann Lee <$to>
To: $own
Subject: =?utf-8?Q?Out_of_office_Re:_FA-2026-0042_=E2=80=93_Relance?=
Date: Mon, 02 Mar 2026 00:12:04 -0800
Message-ID: <CAFake123@exim.test>
In-Reply-To: $message_id
References: $message_id
Precedence: bulk
X-Autoreply: yes
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

I’m away until Thursday. – Ann
"""
TICKET_FR = """\
From: Support fournisseurs <$to>
To: $own
Subject: =?utf-8?Q?[Demande_n=C2=B0_88213]_Nous_avons_bien_re=C3=A7u_votre_demande?=
Date: Mon, 02 Mar 2026 09:12:09 +0100
Message-ID: <ticket-88213-1@exim.test>
In-Reply-To: $message_id
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Precedence: auto_reply
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

##- Merci de saisir votre réponse au-dessus de cette ligne -##

Votre demande (88213) a bien été reçue ; notre équipe la traite.
"""
OVH_FR = """\
From: $to
To: $own
Subject: =?utf-8?Q?Re:_FA-2026-0042_=E2=80=93_Relance_:_facture_=C3=A9chue?=
Date: Mon, 02 Mar 2026 09:12:11 +0100
Message-ID: <20260302081211.31337.blah@exim.test>
Delivered-To: Autoresponder
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour, nous sommes fermés jusqu'au 8 mars.
"""

CASES = (
    filtered("vacation, nothing said", 'vacation text "I am away until Monday."'),
    filtered("vacation, French", 'vacation from "$to" subject "Absence" text "Bonjour,\\nJe suis absent.\\nP. Roy"'),
    filtered(
        "vacation, encoded subject", 'vacation from "$to" subject "$${rfc2047:Congés d\'été}" text "Fermé en août."'
    ),
    filtered(
        "vacation, the old subject", 'vacation from "P. Roy <$to>" subject "Re: $$h_subject:" text "Back on Thursday."'
    ),
    filtered("vacation, from the user", 'vacation from "Paul Roy <$to>" text "Je rentre le 12 mars."'),
    answered("absence, bare", "Absence", "Je suis absent jusqu'au 12 mars."),
    answered("absence, raw accents", "Réponse automatique : absent jusqu'à lundi", "Cordialement, Paul"),
    answered("out of office", "Out of Office: FA-2026-0042", "I will reply on my return.", sender="Ann Lee <$to>"),
    answered("acknowledgement", "Accusé de réception de votre message", "Nous vous répondrons sous 48 h ouvrées."),
    answered("acknowledgement, English", "We have received your message", "A member of our team will reply shortly."),
    answered("registered", "Votre demande a été enregistrée (réf. 2026-118)", "Conservez cette référence."),
    answered("ticket", "[Ticket#2026030210000042] FA-2026-0042", "Ticket opened.", headers="X-OTRS-Loop: yes"),
    answered("loop mark", "Bien reçu", "Merci, message bien reçu.", headers="X-Loop: $to\nPrecedence: junk"),
    answered("auto-response header", "Merci", "Bien reçu.", headers="X-Auto-Response: yes\nX-Mailer: Repondeur 2.1"),
    answered("left", "Changement d'interlocuteur", "Mme Petit a quitté la société ; écrivez à compta@exim.test."),
    answered("left, English", "Ann Lee has left the company", "Please write to accounts@exim.test from now on."),
    answered("new address", "Changement d'adresse e-mail", "Notre nouvelle adresse : compta@nouvelle.test."),
    answered("closure", "Fermeture exceptionnelle ce jour", "Nous rouvrons demain à 9 h.", sender="Accueil <$to>"),
    answered("sick leave", "Arrêt maladie", "Je suis en arrêt ; ma collègue Léa prend le relais."),
    answered("parental leave", "Parental leave until June", "Please contact Tom in the meantime."),
    answered("training", "En formation", "Je suis en formation les 2 et 3 mars, sans accès à mes messages."),
    answered("invoices elsewhere", "Adresse dédiée aux factures", "Envoyez vos factures à factures@exim.test."),
    answered("paid later", "Traitement de votre facture", "Elle sera réglée à 45 jours fin de mois. Message type."),
    answered("the same subject", "Re: FA-2026-0042 – Relance : facture échue", "Je suis absent cette semaine."),
    answered("words of a bounce", "Message non lu", "Votre message n'a pas été lu : boîte pleine de congés !"),
    answered("no-reply", "Notification", "Message automatique, n'y répondez pas.", sender="no-reply@exim.test"),
    answered("German", "Automatische Antwort: Rechnung", "Ich bin bis 9. März im Urlaub."),
    answered(
        "a survey in it", "Merci de votre message", "Bien reçu ! Répondez à notre enquête : http://exim.test/avis"
    ),
    programmed("Exchange, French", EXCHANGE_FR, AUTOREPLY, sender=""),
    programmed("Gmail, English", GMAIL_EN, AUTOREPLY),
    programmed("help desk, French", TICKET_FR, AUTOREPLY, sender="support@exim.test"),
    programmed("OVH", OVH_FR, AUTOREPLY, sender="accueil@exim.test"),
)
