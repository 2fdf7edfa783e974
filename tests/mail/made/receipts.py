"""Receipts: success reports by Postfix and Exim, and the notices that mail programs send when a person has read."""

from tests.mail.made.building import OTHER, RECEIPT, plain, programmed, somebody, vacation
from tests.mail.made.world import Asked, Case, World


def shown(said: str, by: str, disposition: str) -> str:
    """A disposition notification (RFC 8098) as an entity: what a person reads, and what a program does."""
    return f"""\
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="=_mdn"

--=_mdn
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{said}

--=_mdn
Content-Type: message/disposition-notification

Reporting-UA: {by}
Final-Recipient: rfc822; $to
Original-Message-ID: $message_id
Disposition: {disposition}

--=_mdn--
"""


def read_by(subject: str, said: str, by: str, disposition: str, *, headers: str = "") -> str:
    """The same as a whole message by a mail program."""
    head = f"From: Julie Roy <$to>\nTo: $own\nSubject: {subject}\nDate: Mon, 02 Mar 2026 10:40:00 +0100\n"
    return f"{head}{headers}References: $message_id\n{shown(said, by, disposition)}"


def delivered(name: str, via: str, to: str) -> Case:
    return plain(name, via, to, RECEIPT, notify="SUCCESS,FAILURE,DELAY")


def _box() -> Case:
    to = f"{somebody()}@client.test"

    def prepare(world: World, _asked: Asked) -> None:
        world.host.add(to)

    kinds, notify = RECEIPT, "SUCCESS,FAILURE"
    return Case(maker="Postfix", name="into Dovecot", kinds=kinds, via="host", to=to, prepare=prepare, notify=notify)


MANUAL, SENT_BY_HAND = "manual-action/MDN-sent-manually; displayed", "manual-action/MDN-sent-manually"
AUTOMATIC = "manual-action/MDN-sent-automatically; displayed"
LU = "Votre message a été lu le lundi 2 mars 2026 10:40:00 (UTC+01:00)."
READ = "This is a return receipt for the mail that you sent. It was displayed on the recipient's computer."

CASES = (
    _box(),
    delivered("to a mailbox", "relay", "a@boxes.test"),
    delivered("to a mailbox, French", "relay_fr", "a@boxes.test"),
    delivered("handed on", "relay", f"{somebody()}@outside.test"),
    delivered("handed on, French", "relay_fr", f"{somebody()}@outside.test"),
    delivered("to an alias of two", "relay", "achats@team.test"),
    delivered("to an alias of two, French", "relay_fr", "achats@team.test"),
    delivered("by Exim to a mailbox", "exim", f"box.{somebody()}@exim.test"),
    delivered("by Exim to a mailbox, French server", "exim_fr", f"box.{somebody()}@exim-fr.test"),
    delivered("by Exim, handed on", "exim", f"{somebody()}@outside.test"),
    delivered("by Exim, handed on, French server", "exim_fr", f"{somebody()}@outside.test"),
    vacation("shown, French", ':mime :subject "Lu : FA-2026-0042"', shown(LU, "Courriel 3", MANUAL), RECEIPT),
    vacation("shown, English", ':mime :subject "Read: FA-2026-0042"', shown(READ, "Mail 1.0", AUTOMATIC), RECEIPT),
    vacation("confirmation de lecture", ":mime", shown("Message lu.", "Courriel 3", AUTOMATIC), RECEIPT),
    vacation("processed", ':mime :subject "Traité"', shown("Traité.", "GED 2", f"{SENT_BY_HAND}; processed"), RECEIPT),
    programmed("Outlook, French", read_by("Lu : FA-2026-0042", LU, "Microsoft Outlook", AUTOMATIC), RECEIPT),
    programmed(
        "Outlook, English", read_by("Read: FA-2026-0042", "Your message was read.", "Outlook; 16.0", MANUAL), RECEIPT
    ),
    programmed(
        "Thunderbird, English", read_by("Return Receipt (displayed) - FA", READ, "Thunderbird", MANUAL), RECEIPT
    ),
    programmed(
        "Thunderbird, French",
        read_by(
            "=?utf-8?Q?Accus=C3=A9_de_r=C3=A9ception_=28affich=C3=A9=29_-_FA-2026-0042?=",
            "Ceci est un accusé de réception pour le courrier que vous avez envoyé.",
            "exim.test; Thunderbird 128",
            MANUAL,
        ),
        RECEIPT,
        sender="julie@exim.test",
    ),
    programmed(
        "Roundcube, French",
        read_by("=?utf-8?Q?Accus=C3=A9_de_lecture_=28lu=29?=", LU, "Roundcube Webmail/1.6", MANUAL),
        RECEIPT,
        sender="julie@exim.test",
    ),
    programmed("Zimbra, English", read_by("Read-Receipt: FA-2026-0042", "It was read.", "Zimbra", MANUAL), RECEIPT),
    programmed("SOGo, French", read_by("Accuse de reception", "Le message a été affiché.", "SOGo", AUTOMATIC), RECEIPT),
    programmed(
        "Notes, French",
        read_by("Accuse de reception : FA-2026-0042", LU, "IBM Notes", AUTOMATIC, headers="X-Mailer: Notes\n"),
        RECEIPT,
    ),
    programmed("K-9, both", read_by("Read: FA", "Lu.", "K-9", MANUAL.replace(" ", "")), RECEIPT, sender="j@exim.test"),
)

# The person threw it away, or would not say: nothing is proved.
NOT_RECEIPTS = (
    vacation("deleted", ':mime :subject "Non lu"', shown("Supprimé.", "Courriel 3", f"{SENT_BY_HAND}; deleted"), OTHER),
    programmed("denied", read_by("Not read: FA", "Refusé.", "Mail 1.0", f"{SENT_BY_HAND}; denied"), OTHER),
)
