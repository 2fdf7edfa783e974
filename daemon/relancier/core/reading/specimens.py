"""One message for each rule that says what a message is: as it would come in, as short as it can be.

The documentation shows them beside their rules, and a test holds that each is decided by its own rule.
"""

KEY = b"the key of the examples, 32 bytes"
OURS = "compta@atelier-lumen.example"
TEAM = "lea.roux@atelier-lumen.example"


def _report(action: str, status: str, diagnostic: str) -> str:
    """A delivery report (RFC 3464) about one recipient."""
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.client.example>
To: {OURS}
Subject: Delivery Status Notification
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.client.example

Final-Recipient: rfc822; paul@client.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b--
"""


def _notice(disposition: str, subject: str) -> str:
    """A disposition notification (RFC 8098)."""
    return f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; paul@client.example
Disposition: {disposition}

--b--
"""


OWN = f"""\
From: Atelier Lumen <{OURS}>
To: paul@client.example
Subject: FA-2026-0042 : facture en attente
X-Relancier-Id: example2026.rwdi4q5qnug2gnyay42wgdza

Bonjour,
"""

UNREADABLE = """\
<html><body>Bonjour</body></html>
"""

COLLEAGUE = f"""\
From: Léa Roux <{TEAM}>
To: paul@client.example
Cc: {OURS}
Subject: Re: FA-2026-0042

Bonjour Paul, merci pour votre appel.
"""

COMPLAINT = f"""\
From: Feedback <feedback@provider.example>
To: {OURS}
Subject: Email feedback report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse

--b--
"""

CHALLENGE = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Demande d'authentification
Auto-Submitted: auto-replied

Votre message est en attente. Prouvez que vous n'êtes pas un robot :
https://filtre.example/
"""

REPORT_FAILED = _report("failed", "5.1.1", "550 5.1.1 no such user")
REPORT_DELAYED = _report("delayed", "4.4.1", "451 4.4.1 connection timed out")
REPORT_DELIVERED = _report("delivered", "2.0.0", "250 2.0.0 accepted")

REFUSED = f"""\
From: Mail Delivery Subsystem <postmaster@client.example>
To: {OURS}
Subject: Automatically rejected mail
Auto-Submitted: auto-replied (rejected)

Your message to <paul@client.example> was automatically rejected:
Please write to my successor.
"""

DISPOSITION = _notice("manual-action/MDN-sent-manually; displayed", "Lu : FA-2026-0042")
OTHER_DISPOSITION = _notice("manual-action/MDN-sent-manually; deleted", "Non lu : FA-2026-0042")

RECEIPT_SUBJECT = f"""\
Return-Path: <>
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Lu : FA-2026-0042

Votre message a été lu.
"""

CALENDAR = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Accepté : point sur les factures
Content-Type: text/calendar; method=REPLY

BEGIN:VCALENDAR
"""

ABOUT_THE_MAIL = f"""\
From: reports@provider.example
To: {OURS}
Subject: Report Domain: atelier-lumen.example Submitter: provider.example

An aggregate report is attached.
"""

VACATION = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042
Auto-Submitted: auto-replied (vacation)

De retour lundi.
"""

AUTO_REPLY_HEADER = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042
X-Autoreply: yes

De retour lundi.
"""

AUTO_REPLY_SUBJECT = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Réponse automatique : FA-2026-0042

De retour lundi.
"""

BOUNCE_LATER = f"""\
From: MAILER-DAEMON@mx.client.example
To: {OURS}
Subject: Warning: message delayed

Your message has not yet been delivered to paul@client.example.
Delivery attempts will continue.
"""

BOUNCE_FINAL = f"""\
From: MAILER-DAEMON@mx.client.example
To: {OURS}
Subject: failure notice

I wasn't able to deliver your message.
<paul@client.example>:
550 no such user
"""

AUTO_SUBMITTED = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042
Auto-Submitted: auto-replied

Nous avons bien reçu votre message.
"""

EXCHANGE_GENERATED = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042
Auto-Submitted: auto-generated
X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent

De retour lundi.
"""

INBOX_RULE = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042
X-Auto-Response-Suppress: All
X-MS-Exchange-Inbox-Rules-Loop: paul@client.example

De retour lundi.
"""

VENDOR_FORM = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042
Delivered-To: Autoresponder

De retour lundi.
"""

SAYS_SO = f"""\
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042

Ceci est une réponse automatique : je suis de retour lundi.
"""

NO_RETURN_PATH = f"""\
Return-Path: <>
From: Paul Marchand <paul@client.example>
To: {OURS}
Subject: Re: FA-2026-0042

De retour lundi.
"""

ACKNOWLEDGED = f"""\
From: Support <tickets@client.example>
To: {OURS}
Subject: [Ticket 77] FA-2026-0042
In-Reply-To: <r.one@atelier-lumen.example>
Auto-Submitted: auto-generated

Votre demande a bien été enregistrée sous le numéro 77.
"""

AUTO_GENERATED = f"""\
From: Support <tickets@client.example>
To: {OURS}
Subject: Ticket 77 : FA-2026-0042
Auto-Submitted: auto-generated

Votre demande est prise en charge.
"""

NEWSLETTER = f"""\
From: Salon du bois <salon@bois.example>
To: {OURS}
Subject: Le programme du salon
List-Unsubscribe: <https://bois.example/stop>

Trois jours de rencontres.
"""
