"""Answers that people write, after the servers between them and us have had their way with them."""

from dataclasses import replace

from tests.mail.made.building import nothing, somebody
from tests.mail.made.world import Asked, Case, World

from relancier.core.reading.reply import MailKind

WRITER = "julie.roy@client.test"
ANSWER = """\
From: Julie Roy <julie.roy@client.test>
To: $own
Subject: =?utf-8?Q?RE=C2=A0:_FA-2026-0042_=E2=80=93_Relance_=3A_facture_=C3=A9chue?=
Date: Mon, 02 Mar 2026 11:03:00 +0100
Message-ID: $message_id
In-Reply-To: <r.0.k3v9x0@lumen.test>
References: <r.0.k3v9x0@lumen.test>
{more}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}

Julie Roy

Le 2 mars 2026 à 09:12, Claire Martin a écrit :
> Vous pouvez nous répondre à cette adresse, nous ne sommes pas un robot.
"""
GROUP = """\
Precedence: list
List-ID: <compta.lumen.test>
List-Unsubscribe: <mailto:compta+unsubscribe@lumen.test>
"""
TEXT = "Bonjour, nous ne retrouvons pas le bon de livraison ; pouvez-vous nous l'envoyer ?"
ABSENT = "J'étais absente du bureau : votre message n'a été lu qu'hier. Le virement part jeudi."


def answer(name: str, text: str = TEXT, *, more: str = "", via: str = "relay") -> Case:
    """What she writes to us, with more fields in its head, by the server `via`."""
    return Case(
        maker="Exim" if via == "exim" else "Postfix",
        name=name,
        kinds=(MailKind.HUMAN,),
        via=via,
        to="",
        prepare=nothing,
        letter=ANSWER.replace("{more}", more).replace("{text}", text),
        writer=WRITER,
    )


def _sent_on_by_sieve() -> Case:
    """She writes to a colleague, whose mailbox sends everything on to us."""
    to = f"{somebody()}@client.test"

    def prepare(world: World, asked: Asked) -> None:
        world.sieve(to, asked.fill('require "copy";\nredirect :copy "$own";\n'))

    return replace(answer("sent on"), maker="Pigeonhole", via="host", to=to, prepare=prepare)


def _sent_on_by_exim() -> Case:
    user = somebody()

    def prepare(world: World, asked: Asked) -> None:
        world.exim.filter(user, asked.fill("deliver $own"))

    return replace(answer("sent on", ABSENT, via="exim"), to=f"{user}@exim.test", prepare=prepare)


CASES = (
    answer("an answer"),
    answer("after an absence", ABSENT),
    answer("through a group", more=GROUP),
    answer("from Exchange", more="X-Auto-Response-Suppress: All\nX-MS-Has-Attach: yes\n", via="relay_fr"),
    answer("marked by no program", more="Auto-Submitted: no\n"),
    answer("about a bounce", "Vous avez dû recevoir une erreur (boîte pleine), c'est réparé. Renvoyez la facture ?"),
    answer("English", "We were out of office last week. Could you send the invoice again?", via="exim"),
    _sent_on_by_sieve(),
    _sent_on_by_exim(),
)
