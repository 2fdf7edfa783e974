"""Which column of a file is which: the headings people and programs write, in English and in French."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from relancier.adapters.invoices.synonyms import ELSE, FIRST, SURE

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    column: (*FIRST.get(column, ()), *sure, *ELSE.get(column, ())) for column, sure in SURE.items()
}

# What a sentence calls each column that a file cannot do without.
FRENCH = {"number": "n° facture", "customer": "client", "due": "échéance", "amount": "montant ttc"}
NEEDED = ("number", "customer", "due", "amount")
EMAILS = ("accounting_email", "sales_email", "management_email")


def plain(heading: str) -> str:
    """A heading without case, accents, spaces and punctuation."""
    spread = unicodedata.normalize("NFKD", heading.replace("°", "o").replace("º", "o").casefold())
    return re.sub(r"[^a-z0-9%]", "", spread)


KNOWN: Mapping[str, str] = {
    plain(heading): column for column, synonyms in SYNONYMS.items() for heading in (column, *synonyms)
}


# How sure a heading is of its column: -1 before all others, 0 sure, then where nothing else is there, in order.
RANKS: Mapping[tuple[str, str], int] = {
    (column, plain(heading)): rank
    for column in SURE
    for ranked in (enumerate(ELSE.get(column, ()), 1), ((-1, heading) for heading in FIRST.get(column, ())))
    for rank, heading in ranked
}
IN_EUROS = re.compile(r"(en)?(eur|euros?)$")
# Odoo's totals: in the currency of the invoice, which another column names, and in that of the company.
IN_ANOTHER = frozenset(map(plain, ("total in currency", "total in currency signed", "total en devise",
                                   "total en devises", "total signé en devises")))  # fmt: skip
SIGNED = ("totalsigne", "totalsigned")
LIKE = 0.6  # from here on a heading may be proposed for a column that is missing
RUNNING = frozenset({"solde"})  # beside a debit and a credit it is what the account comes to, line by line


def known(heading: str) -> str:
    """The column that a heading stands for, "" for none; that amounts are in euros may be said in it."""
    written = plain(heading)
    return KNOWN.get(written) or KNOWN.get(IN_EUROS.sub("", written), "")


def recognised(headings: Sequence[str], given: Mapping[str, str]) -> int:
    """How many of the headings are understood."""
    ours = {plain(heading) for heading in given.values()}
    return sum(1 for heading in headings if plain(heading) in ours or known(heading))


def columns(headings: Sequence[str], given: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """The place of each column, by its name, and a sentence for each heading that stands twice.

    A heading that the configuration gives to a column goes before those known here.
    """
    ours = {plain(heading): column for column, heading in given.items()}
    found: dict[str, int] = {}
    ranks: dict[str, int] = {}
    sentences = []
    for place, heading in enumerate(headings):
        column = ours.get(plain(heading)) or known(heading)
        if not column or (column in given and plain(heading) not in ours):
            continue
        rank = RANKS.get((column, plain(heading)), 0)
        if column not in found or rank < ranks[column]:
            found[column], ranks[column] = place, rank
        elif rank == ranks[column] and (rank == 0 or column in NEEDED):
            sentences.append(_twice(column, headings[found[column]], heading))
    return _mended(headings, found, given), sentences


def _mended(headings: Sequence[str], found: dict[str, int], given: Mapping[str, str]) -> dict[str, int]:
    """What some headings mean only beside others."""
    written = [plain(heading) for heading in headings]
    ledger = {"debit", "credit", "balance"} <= found.keys() and "balance" not in given
    if ledger and written[found["balance"]] in RUNNING:
        del found["balance"]
    signed = [] if "currency" in found or "amount" in given else [one for one in written if one in SIGNED]
    if signed and written[found["amount"]] in IN_ANOTHER:
        found["amount"] = written.index(signed[0])
    if "tiers" not in written or given.keys() & {"customer", "customer_id"}:
        return found
    tiers, code = written.index("tiers"), found.get("customer_id")
    if found.get("customer") == tiers and code is not None and written[code] == "refclient":
        del found["customer_id"]  # the customer's own reference of the invoice, another each time
    elif "customer" in found and found["customer"] != tiers and code is None:
        found["customer_id"] = tiers  # beside a name it is the code
    return found


def _twice(column: str, first: str, second: str) -> str:
    return (
        f'columns "{first}" and "{second}" both read as {column}; '
        f'say which one in [invoices.columns], as in {column} = "{second}", and rename the other if they are the same.'
    )


def absent(given: Mapping[str, str], *tables: Sequence[str]) -> list[str]:
    """A sentence for each heading that the configuration names and no file has."""
    headings = [heading for table in tables for heading in table]
    present = {plain(heading) for heading in headings}
    return [
        f'[invoices.columns] {column} = "{heading}", but no column has this heading; {_near(heading, headings)}'
        for column, heading in given.items()
        if plain(heading) not in present
    ]


def _near(heading: str, headings: Sequence[str]) -> str:
    near = difflib.get_close_matches(heading, headings, 1, 0.6)
    return f'did you mean "{near[0]}"?' if near else f"the headings are {listed(headings)}."


def listed(headings: Sequence[str]) -> str:
    """The headings of a file, in quotation marks, bounded."""
    shown = ", ".join(f'"{heading[:30]}"' for heading in headings[:12])
    return f"{shown} and {len(headings) - 12} more" if len(headings) > 12 else shown


def missing(column: str, headings: Sequence[str], read: Collection[int] = ()) -> str:
    """The sentence for a column that must be there and is not; `read` are the places of those that mean something."""
    french = f" ({FRENCH[column]})" if column in FRENCH else ""
    return (
        f"no column for {column}{french}; the headings are {listed(headings)}: "
        f'add the column, or name it in [invoices.columns], as in {column} = "{_meant(column, headings, read)}".'
    )


def _meant(column: str, headings: Sequence[str], read: Collection[int]) -> str:
    """Of the headings that are not read the likest to this column's own, or the only one."""
    free = [heading for place, heading in enumerate(headings) if heading.strip() and place not in read]
    ours = [plain(heading) for heading in (column, *SYNONYMS[column])]
    near = [(max(_alike(plain(heading), one) for one in ours), heading) for heading in free]
    likeness, heading = max(near, key=lambda pair: pair[0], default=(0.0, ""))
    return heading[:30] if likeness >= LIKE or len(free) == 1 else "…"


def _alike(heading: str, ours: str) -> float:
    return difflib.SequenceMatcher(None, heading, ours).ratio()
