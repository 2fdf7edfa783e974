"""Books that have lost so much at once that a person must look: how it is kept, and what is told of it."""

from datetime import date, datetime

from relancier.ports import Store
from relancier.work.setup import Setup

SHRUNK = "shrunk"  # {"before", "after", "since"}


def shrunk_books(store: Store, setup: Setup) -> str:
    """The file, and how many open invoices it had and has; nothing where it has not shrunk."""
    facts = store.setting(SHRUNK)
    if not isinstance(facts, dict):
        return ""
    name = setup.config.invoices.file.name if setup.config.invoices.file is not None else ""
    return " ".join(part for part in (name, f"({facts.get('before')} → {facts.get('after')})") if part)


def shrunk_since(store: Store, setup: Setup) -> date | None:
    """The day on which that was first seen."""
    facts = store.setting(SHRUNK)
    since = facts.get("since") if isinstance(facts, dict) else None
    return setup.today(datetime.fromisoformat(str(since))) if since else None
