"""Filters that hold our message until a person proves to be one, worded as such products word it, sent by Exim."""

from tests.mail.made.building import CHALLENGE, answered, programmed

MAILINBLACK_FR = """\
From: "Atelier Roux (Mailinblack)" <no-reply@invitation.mailinblack.com>
Reply-To: $to
To: $own
Subject: =?utf-8?Q?Demande_d'authentification_-_Votre_message_est_en_attente?=
Date: Mon, 02 Mar 2026 09:12:05 +0100
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p>Bonjour,</p><p>Vous avez envoyé un message à $to, dont la messagerie est protégée par Mailinblack.</p>
<p>Pour que votre message soit remis, <a href="https://app.mailinblack.com/captcha?id=77">prouvez en un clic que vous
n'êtes pas un robot</a>. Cette opération n'est à faire qu'une seule fois.</p></body></html>
"""
MAILINBLACK_EN = """\
From: "Mailinblack" <no-reply@mailinblack.com>
To: $own
Subject: Authentication request - your message to $to is on hold
Date: Mon, 02 Mar 2026 09:12:05 +0100
Message-ID: <mib.778@exim.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello,

$to uses Mailinblack to protect their mailbox. To have your message delivered, please click the link
below and solve the captcha, one time only: https://app.mailinblack.com/captcha?id=78
"""
TMDA_EN = """\
From: $to
Reply-To: j-confirm-1772439120.4242.a1b2c3@exim.test
To: $own
Subject: Please confirm your message
Date: Mon, 02 Mar 2026 09:12:05 +0100
Message-ID: <1772439125.4242.TMDA@exim.test>
Auto-Submitted: auto-replied
X-Delivery-Agent: TMDA/1.1.12
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software (TMDA).

Your message attached below is being held because the address <$own>
has not been verified. To release your message for delivery, please send
an empty message to the following address, or use your mailer's Reply feature.
"""
TMDA_FR = """\
From: $to
Reply-To: p-confirm-1772439120.4243.b1c2d3@exim.test
To: $own
Subject: Confirmez votre message
Date: Mon, 02 Mar 2026 09:12:05 +0100
Message-ID: <1772439126.4243.TMDA@exim.test>
Auto-Submitted: auto-replied
X-Delivery-Agent: TMDA/1.1.12
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Ce message a été créé automatiquement (TMDA).

Votre message ci-joint est en attente car l'adresse <$own> n'a pas été vérifiée.
Pour le libérer, répondez à ce message sans en changer l'adresse.
"""
SPAMARREST_EN = """\
From: j.moreau <challenge@spamarrest.com>
Reply-To: $to
To: $own
Subject: =?utf-8?Q?Re:_FA-2026-0042_=E2=80=93_Relance_=28verification_required=29?=
Date: Mon, 02 Mar 2026 09:12:05 +0100
Message-ID: <sa.991@exim.test>
In-Reply-To: $message_id
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

j.moreau here,

I'm protecting myself from receiving junk mail. Just this once, click the link below so I can
receive your emails: http://www.spamarrest.com/a2?AQV3ZQp2. You won't have to do this again.
"""
BOXBE_EN = """\
From: "Julie Roy's guest list" <notify@boxbe.com>
To: $own
Subject: Your message to Julie Roy: action required
Date: Mon, 02 Mar 2026 09:12:05 +0100
Message-ID: <bx.12@exim.test>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Your message was not delivered to the inbox: the sender is not on Julie's guest list.
Click to request that you be added: https://www.boxbe.com/crs?tc=1
"""
EARTHLINK_EN = """\
From: $to
To: $own
Subject: Automatic reply to your message: please complete the request to be an allowed sender
Date: Mon, 02 Mar 2026 09:12:05 +0100
Message-ID: <el.3@exim.test>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

This is an automated message. My inbox only accepts mail from allowed senders. Please visit
http://webmail.exim.test/addme?a=1 and complete the short form so that I can receive your message.
"""

CASES = (
    programmed("Mailinblack, French", MAILINBLACK_FR, CHALLENGE),
    programmed("Mailinblack, English", MAILINBLACK_EN, CHALLENGE, sender="no-reply@mailinblack.com"),
    programmed("TMDA, English", TMDA_EN, CHALLENGE),
    programmed("TMDA, French", TMDA_FR, CHALLENGE),
    programmed("SpamArrest, English", SPAMARREST_EN, CHALLENGE, sender="challenge@spamarrest.com"),
    programmed("Boxbe, English", BOXBE_EN, CHALLENGE),
    programmed("EarthLink, English", EARTHLINK_EN, CHALLENGE),
    answered(
        "French filter, authentication",
        "Demande d'authentification de votre adresse",
        "Bonjour,\nVotre message est retenu par notre antispam. Authentifiez-vous ici, une seule fois :\n"
        "https://filtre.exim.test/valider?id=9\nSans action de votre part, il sera détruit sous 7 jours.",
        kinds=CHALLENGE,
    ),
    answered(
        "French filter, a robot?",
        "Votre message à la société Roux est en attente de validation",
        "Pour prouver que vous n'êtes pas un robot, recopiez le code affiché sur https://filtre.exim.test/c/18",
        sender="Filtre <filtre@exim.test>",
        kinds=CHALLENGE,
    ),
    answered(
        "French filter, white list",
        "Validez votre message",
        "Vous ne figurez pas sur la liste blanche de ce destinataire. Cliquez pour y être ajouté, et votre message "
        "lui sera remis :\nhttps://filtre.exim.test/liste/4",
        kinds=CHALLENGE,
    ),
    answered(
        "English filter, verify",
        "Please verify that you sent this message",
        "Your message is held until you prove you are human. Visit https://filter.exim.test/verify/7",
        kinds=CHALLENGE,
    ),
    answered(
        "English filter, confirm",
        "Confirm your e-mail to Paul Roy",
        "To reach my inbox you must be an approved sender: https://filter.exim.test/ok/2",
        headers="X-Mailer: Gate 3",
        kinds=CHALLENGE,
    ),
    answered(
        "English filter, quarantined",
        "Your message is waiting for your confirmation (action required)",
        "Unsolicited mail is held. Confirm this is from you, one time only: https://filter.exim.test/q/5",
        kinds=CHALLENGE,
    ),
)  # fmt: skip
