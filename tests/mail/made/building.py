"""Short ways to say which server answers, and how."""

import itertools

from tests.mail.made.world import Asked, Case, World

from relancier.core.reading.reply import MailKind

AUTOREPLY, RECEIPT, CHALLENGE = (MailKind.AUTOREPLY,), (MailKind.RECEIPT,), (MailKind.CHALLENGE,)
OTHER = (MailKind.OTHER,)
PERMANENT, TEMPORARY = (MailKind.BOUNCE_PERMANENT,), (MailKind.BOUNCE_TEMPORARY,)
DELAY_THEN_EXPIRED = TEMPORARY * 2
NAMES = ("accueil", "achats", "compta", "contact", "direction", "j.moreau", "facturation", "s.benali", "info", "p.roy")
_names = itertools.count()


def somebody() -> str:
    """A local part that nobody else has."""
    number = next(_names)
    return f"{NAMES[number % len(NAMES)]}{number}"


def nothing(_world: World, _asked: Asked) -> None:
    """The server is ready as it is."""


def sieve(name: str, script: str, kinds: tuple[MailKind, ...] = AUTOREPLY) -> Case:
    """A customer on a Dovecot server whose Sieve script answers; `script` may hold $own, $to and $message_id."""
    to = f"{somebody()}@client.test"

    def prepare(world: World, asked: Asked) -> None:
        world.sieve(to, asked.fill(script))

    return Case(maker="Pigeonhole", name=name, kinds=kinds, via="host", to=to, prepare=prepare)


def vacation(name: str, options: str, text: str, kinds: tuple[MailKind, ...] = AUTOREPLY) -> Case:
    """A Sieve script with one `vacation`: its options and its text, or with :mime its whole entity."""
    return sieve(name, f'require ["vacation", "variables"];\nvacation {options} text:\n{text}\n.\n;\n', kinds)


def filtered(name: str, script: str, kinds: tuple[MailKind, ...] = AUTOREPLY, *, via: str = "exim") -> Case:
    """A customer on an Exim server whose filter answers."""
    user = somebody()

    def prepare(world: World, asked: Asked) -> None:
        getattr(world, via).filter(user, asked.fill(script))

    return Case(maker="Exim", name=name, kinds=kinds, via=via, to=f"{user}@{_domain(via)}", prepare=prepare)


def answered(
    name: str,
    subject: str,
    text: str,
    *,
    headers: str = "",
    sender: str = "$to",
    kinds: tuple[MailKind, ...] = AUTOREPLY,
) -> Case:
    """A customer on an Exim server whose filter's `mail` command answers with this subject, text and headers."""
    more = f" extra_headers {_quoted(headers)}" if headers else ""
    script = f"mail from {_quoted(sender)} to $own subject {_quoted(subject)} text {_quoted(text)}{more}"
    return filtered(name, script, kinds)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def programmed(name: str, letter: str, kinds: tuple[MailKind, ...], *, sender: str = "") -> Case:
    """A customer on an Exim server where a program answers: a filter's product, a mail client's receipt."""
    user = somebody()

    def prepare(world: World, asked: Asked) -> None:
        world.exim.answer(user, asked.fill(letter).encode(), asked.own, sender)

    return Case(maker="Exim", name=name, kinds=kinds, via="exim", to=f"{user}@exim.test", prepare=prepare)


def refused(
    name: str, answer: str, kinds: tuple[MailKind, ...] = PERMANENT, *, via: str = "relay", at_data: bool = False
) -> Case:
    """A customer whose server gives this answer to the relay that carries our mail there."""
    to = f"{somebody()}@refuse.test"

    def prepare(world: World, _asked: Asked) -> None:
        answers = world.outside.at_data if at_data else world.outside.at_rcpt
        answers[to] = answer

    return Case(maker=_maker(via), name=name, kinds=kinds, via=via, to=to, prepare=prepare)


def plain(name: str, via: str, to: str, kinds: tuple[MailKind, ...], *, notify: str = "FAILURE,DELAY") -> Case:
    """An address that the server reports on without more ado."""
    return Case(maker=_maker(via), name=name, kinds=kinds, via=via, to=to, prepare=nothing, notify=notify)


def _maker(via: str) -> str:
    return "Exim" if via.startswith("exim") else "Postfix"


def _domain(via: str) -> str:
    return via.replace("_", "-") + ".test"
