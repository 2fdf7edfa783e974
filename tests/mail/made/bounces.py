"""Failures and delays as Postfix and Exim report them, in English and in French, for the answers that servers give."""

from tests.mail.made.building import (
    DELAY_THEN_EXPIRED,
    PERMANENT,
    TEMPORARY,
    filtered,
    plain,
    refused,
    sieve,
    somebody,
)

UNKNOWN = "550 5.1.1 <x@refuse.test>: Recipient address rejected: User unknown in virtual mailbox table"
GOOGLE = (
    "550 5.1.1 The email account that you tried to reach does not exist. Please try\n"
    "550 5.1.1 double-checking the recipient's email address for typos or\n"
    "550 5.1.1 unnecessary spaces. gsmtp"
)
EXCHANGE = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
ORANGE = "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]"
FRENCH = "550 5.1.1 Cette adresse n'existe pas dans notre organisation"
SPAM = "554 5.7.1 Message refused: considered as spam"
POLICY = "550 5.7.1 Votre message a ete refuse par notre politique de securite"
BLOCKED = "550 SC-001 Mail rejected for policy reasons"
DISABLED = "550 5.2.1 The email account that you tried to reach is disabled"
RELAYING = "554 5.7.1 <x@refuse.test>: Relay access denied"
FULL = "552 5.2.2 Mailbox full"
FULL_FRENCH = "552 5.2.2 Boite aux lettres pleine : quota depasse"
TOO_LARGE = "552 5.3.4 Message size exceeds fixed limit"
NO_CODE = "550 unknown user"
FULL_FOR_NOW = "452 4.2.2 The recipient's inbox is out of storage space"
GREYLISTED = "451 4.7.1 Greylisted, please try again in 5 minutes"
BUSY = "421 4.3.2 Service momentanement indisponible"

BY_POSTFIX = (
    plain("unknown to Dovecot", "host", f"{somebody()}@nulle-part.test", PERMANENT),
    refused("unknown user", UNKNOWN),
    refused("unknown user, French", UNKNOWN, via="relay_fr"),
    refused("Google's answer", GOOGLE),
    refused("Google's answer, French", GOOGLE, via="relay_fr"),
    refused("Exchange's answer", EXCHANGE),
    refused("Orange's answer", ORANGE, via="relay_fr"),
    refused("a French answer", FRENCH, via="relay_fr"),
    refused("spam", SPAM, at_data=True),
    refused("spam, French", SPAM, via="relay_fr", at_data=True),
    refused("policy, French", POLICY, via="relay_fr", at_data=True),
    refused("no enhanced code, blocked", BLOCKED),
    refused("disabled", DISABLED),
    refused("relaying denied, French", RELAYING, via="relay_fr"),
    refused("too large", TOO_LARGE, at_data=True),
    refused("no enhanced code", NO_CODE),
    refused("mailbox full", FULL, TEMPORARY),
    refused("mailbox full, French", FULL_FRENCH, TEMPORARY, via="relay_fr"),
    plain("delayed, expired", "relay", f"{somebody()}@closed.test", DELAY_THEN_EXPIRED),
    plain("delayed, expired, French", "relay_fr", f"{somebody()}@closed.test", DELAY_THEN_EXPIRED),
    refused("full for now", FULL_FOR_NOW, DELAY_THEN_EXPIRED),
    refused("greylisted, French", GREYLISTED, DELAY_THEN_EXPIRED, via="relay_fr"),
    refused("busy, French", BUSY, DELAY_THEN_EXPIRED, via="relay_fr"),
)

BY_EXIM = (
    plain("unrouteable", "exim", f"{somebody()}@exim.test", PERMANENT),
    plain("unrouteable, French", "exim_fr", f"{somebody()}@exim-fr.test", PERMANENT),
    refused("unknown user", UNKNOWN, via="exim"),
    refused("unknown user, French", UNKNOWN, via="exim_fr"),
    refused("Orange's answer", ORANGE, via="exim_fr"),
    refused("Exchange's answer", EXCHANGE, via="exim"),
    refused("spam, French", SPAM, via="exim_fr", at_data=True),
    refused("no enhanced code, French", NO_CODE, via="exim_fr"),
    refused("mailbox full", FULL, TEMPORARY, via="exim"),
    refused("mailbox full, French", FULL_FRENCH, TEMPORARY, via="exim_fr"),
    refused("delayed", FULL_FOR_NOW, TEMPORARY, via="exim"),
    refused("delayed, French", GREYLISTED, TEMPORARY, via="exim_fr"),
    filtered("the user's filter fails it", 'fail text "Ce destinataire refuse ce message."', PERMANENT, via="exim_fr"),
)

# Pigeonhole's `reject` writes a disposition notification that says *deleted*.
REJECTED = (
    sieve("reject", 'require "reject";\nreject "We do not take invoices by mail. Use the portal.";\n', PERMANENT),
    sieve("reject, French", 'require "reject";\nreject "Réservé à nos clients : message refusé.";\n', PERMANENT),
)

CASES = (*BY_POSTFIX, *BY_EXIM)
