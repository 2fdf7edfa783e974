"""`explain`: how messages would be read, with the rule and the evidence; nothing is written or flagged."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from relancier.adapters.flufl import FluflBounces
from relancier.adapters.invoices import InvoiceFile
from relancier.adapters.memory_store import MemoryStore
from relancier.cli.ending import DONE, REFUSED, UNUSABLE, Asked, Stop, first_of, tell
from relancier.cli.showing import table
from relancier.cli.states import reading
from relancier.config import Config, SecretRefused, find, load, read_key
from relancier.core.case import Kind
from relancier.core.history import open_case
from relancier.core.match import NO_MATCH, Match, match
from relancier.core.read import read
from relancier.core.reply import Context, Effect, MailKind, Verdict, effect, normalise
from relancier.core.second import judge
from relancier.ports import Store

FIRST_BYTES = 512 * 1024
INBOX = "inbox"
CHANGES = {
    Kind.REPLIED: "its cases pause, and a colleague is asked",
    Kind.BOUNCED: "its cases are held, and a colleague is asked to mend the address",
    Kind.AUTOREPLIED: "noted on its cases; nothing stops",
    Kind.RECEIPT: "noted on its cases as a receipt; nothing stops",
    Kind.NOTED: "noted on its cases; nothing stops",
    Kind.UNREADABLE: "its cases are held, and a colleague is asked to read it",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file was read as, in the words of `explain --json`."""

    file: str
    kind: str
    cases: tuple[str, ...]
    confidence: str
    rule: str
    evidence: str
    effect: str


@click.command
@click.argument("files", metavar="FILE.eml…", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in the order given.")
@click.pass_obj
def explain(asked: Asked, files: tuple[str, ...], as_json: bool) -> int:
    """Tell how each message would be read: kind, cases, the rule and the evidence for both, and the effect."""
    status, shown = DONE, []
    with _known(asked) as (known, context):
        for name in files:
            reading = _read(name, known, context)
            if reading is None:
                reading, status = _no_file(name), REFUSED
            if as_json:
                click.echo(json.dumps(_as_object(reading), ensure_ascii=False))
            shown.append(reading)
    if not as_json:
        headings = ("File", "Kind", "Cases", "Confidence", "Rule", "Evidence", "Effect")
        table(headings, [_as_row(reading) for reading in shown])
    return status


def _read(name: str, known: Store, context: Context) -> Reading | None:
    """The file as the daemon would read it; None when it cannot be opened."""
    try:
        with Path(name).open("rb") as file:
            raw = file.read(FIRST_BYTES)
            complete = not file.read(1)
    except OSError:
        return None
    message, verdict = judge(read(raw, complete=complete), context, lambda: FluflBounces().read(raw))
    matched = match(message, known, context, verdict.kind)
    outcome = effect(verdict.kind, bool(matched.cases), context.folder_role, doubtful=verdict.doubtful)
    return _told(name, verdict, matched, outcome)


def _told(name: str, verdict: Verdict, matched: Match, outcome: Effect) -> Reading:
    ours = verdict.kind is MailKind.OWN
    rules, evidence = [verdict.rule], [verdict.evidence]
    if matched is not NO_MATCH:
        rules.append(matched.rule)
        evidence.append(matched.evidence)
    return Reading(
        file=name,
        kind=MailKind.OTHER.value if ours else verdict.kind.value,
        cases=tuple(dict.fromkeys(key.rpartition("|")[0] for key in matched.cases)),
        confidence=matched.confidence,
        rule=", ".join(rules),
        evidence="; ".join(evidence),
        effect="our own message: nothing" if ours else _effect(outcome),
    )


def _effect(outcome: Effect) -> str:
    if outcome.event is None:
        return "left untouched"
    marks = [*outcome.flags, *([outcome.keyword] if outcome.keyword else [])]
    return f"{CHANGES[outcome.event]} ({', '.join(marks)})"


def _no_file(name: str) -> Reading:
    why = "it is a folder" if Path(name).is_dir() else "there is no such file, or it may not be read"
    return Reading(name, MailKind.UNREADABLE.value, (), NO_MATCH.confidence, "no_file", why, "left untouched")


def _as_object(reading: Reading) -> dict[str, object]:
    return {name: getattr(reading, name) for name in Reading.__dataclass_fields__} | {"cases": list(reading.cases)}


def _as_row(reading: Reading) -> tuple[str, ...]:
    cases = ", ".join(reading.cases)
    return (reading.file, reading.kind, cases, reading.confidence, reading.rule, reading.evidence, reading.effect)


@contextmanager
def _known(asked: Asked) -> Iterator[tuple[Store, Context]]:
    """What the message is read against: the state, else the invoice file; nothing without a configuration."""
    path = find(asked.config, os.environ)
    if not path.exists() and asked.config is None and "RELANCIER_CONFIG" not in os.environ:
        yield MemoryStore(normalise), Context()
        return
    config, problems = load(path)
    if config is None:
        raise Stop(first_of(problems), UNUSABLE)
    with reading(config.state.folder) as state:
        yield state or _from_books(config), _context(config)


def _from_books(config: Config) -> MemoryStore:
    """The cases that the invoice file would open."""
    source = InvoiceFile(
        config.invoices.file,
        config.invoices.customers,
        config.invoices.columns.given(),
        language=config.company.language,
        own_addresses={config.mailbox.address.lower()},
    )
    memory = MemoryStore(normalise)
    snapshot = source.read()
    for problem in snapshot.problems:
        if not problem.warning:
            tell(f"{problem} No case can match.")
            break
    memory.commit(*(open_case(one, plan="", at=snapshot.as_of, on=snapshot.as_of.date()) for one in snapshot.invoices))
    return memory


def _context(config: Config) -> Context:
    try:
        key = read_key(config.mailbox.key_file)
    except SecretRefused as refusal:
        tell(f"{config.mailbox.key_file}: {refusal} Our own messages are not recognised.")
        key = b""
    team = {*config.team.addresses, *(sender.email for sender in config.sender)}
    return Context(
        own_address=config.mailbox.address.lower(),
        team=frozenset(address.lower() for address in team),
        key=key,
        folder_role=INBOX,
    )
