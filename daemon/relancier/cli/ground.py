"""What a message is explained against: what the configuration knows, or nothing where there is none."""

import importlib
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from relancier.cli.ending import Asked
from relancier.core.reading.kinds import Context
from relancier.core.reading.look import Known, NothingKnown
from relancier.core.reading.mail import Message

# Where a configuration is looked for that nobody names.
PLACES = (Path("config.toml"), Path("/etc/relancier/config.toml"))


@dataclass(frozen=True, slots=True)
class Ground:
    """The cases that are known, who we are, the name under which our server authenticates, the zone of our days."""

    known: Known
    context: Context
    authserv_id: str = ""
    zone: ZoneInfo | None = None

    def about(self, message: Message) -> Context:
        """Who we are beside this sender, who may be a customer's contact."""
        contact = message.sender is not None and self.known.by_address(message.sender.email)
        return replace(self.context, sender_is_contact=True) if contact else self.context


def ground(asked: Asked, folder: str) -> AbstractContextManager[Ground]:
    """What is known of us and of the cases.

    A configuration's libraries take longer to import than a hundred messages to read: its module is imported by name,
    as a command's is, and only where there is one.
    """
    if asked.config is None and "RELANCIER_CONFIG" not in os.environ and not any(place.exists() for place in PLACES):
        return nullcontext(Ground(NothingKnown(), Context(folder_role=folder)))
    knowing = importlib.import_module("relancier.cli.knowing")
    return cast("AbstractContextManager[Ground]", knowing.configured(asked, folder))
