"""A state that version 0.1.0 wrote: what it did not know yet has its default."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from tests.core.cases import after, case, due, event

from relancier.adapters.store import open_store
from relancier.core.case import Because, Kind
from relancier.core.stored import Order
from relancier.core.text.numbers import normalise

CASE = """{"key":"F1|2026-06-01","invoice":{"number":"F1","customer":{"id":"C1","name":"Dupont","contacts":[
{"role":"accounting","email":"compta@dupont.test","name":"Mme Alice Petit"}],"language":"","professional":true,
"phone":"+33 1","address":["1 rue A"],"sector":"private","risk":"","never":false},"due":"2026-06-01","amount":"1000",
"paid":"0","currency":"EUR","issued":null,"delivered":null,"purpose":"","plan":"","payment_method":"","payment_url":"",
"pdf":""},"plan":"plan","opened_at":"2026-06-01T08:00:00.000000+00:00","plan_start":"2026-06-01","state":"open",
"state_on":null,"state_at":null,"done":[{"step":"first","how":"sent","at":"2026-06-01T08:00:00.000000+00:00",
"on":"2026-06-01","entry":"e"}],"holds":[{"because":"bounced","ref":"b","detail":"x",
"since":"2026-06-01T08:00:00.000000+00:00"}],"unseen":[],"thread":["<1@x>"],"last_reply_on":null,"needs_person":"x",
"in_flight":[],"tries":0,"absent":false,"carried_to":"","paid_by_order":"0","resume_on":null,"waiting":"",
"look_at":"2026-06-01T08:00:00.000000+00:00","applied":["bounced:b"]}"""
EVENT = """{"case":"F1|2026-06-01","kind":"disputed","at":"2026-06-01T08:00:00.000000+00:00","ref":"o","detail":"x",
"step":"","how":"sent","on":null,"amount":null,"invoice":null,"plan":"","message_id":"","seen":null}"""
ORDER = """{"id":"o","word":"dispute","at":"2026-06-01T08:00:00.000000+00:00","cases":["F1|2026-06-01"],"customer":"",
"on":null,"amount":"","note":"","keys":[],"seen":null}"""


def test_what_was_written_before_calls_letters_and_contacts_were_known_is_read(tmp_path: Path) -> None:
    with closing(open_store(tmp_path, normalise, exclusive=True)) as store:
        store.commit(case(), event(case(), Kind.NOTED), Order(id="o", word="pause", at=due(0)))
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, connection:
        for table, body in (("cases", CASE), ("events", EVENT), ("orders", ORDER)):
            connection.execute("UPDATE document SET body = ? WHERE tbl = ?", (body.replace("\n", ""), table))
    with closing(open_store(tmp_path, normalise, exclusive=True)) as store:
        old = store.case("F1|2026-06-01")
        assert old is not None
        assert (old.called_on, old.said, old.disputed, old.thread_from) == (None, "", Decimal(0), 0)
        assert ([hold.because for hold in old.holds], old.thread) == ([Because.BOUNCED], ("<1@x>",))
        (happened,), (order,) = store.events(old.key), store.orders()
        assert (happened.kind, happened.note, order.word, order.contact) == (Kind.DISPUTED, "", "dispute", None)
        assert after(old, happened).disputed == 0
