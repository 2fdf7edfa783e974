"""The report of the month, which its first digest carries."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from relancier.core.overviews.measures import Followed
from relancier.core.overviews.report import report
from relancier.core.reading.mail import Attachment
from relancier.ports import Library, RenderFailed, Store
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

MOST = 20_000  # cases: the report needs all of them at once, and a tick is no place for more


@dataclass(frozen=True, slots=True)
class Monthly:
    """Makes the report as it is now; nothing, and a line in the log, where it cannot be made."""

    store: Store
    library: Library
    setup: Callable[[], Setup]
    most: int = MOST

    def __call__(self, now: datetime) -> tuple[Attachment, ...]:
        keys = self.store.case_keys()
        if len(keys) > self.most:
            log.warning("report_left_out", extra={"reason": f"{len(keys)} cases: relancier report"})
            return ()
        setup, company = self.setup(), self.setup().config.company
        followed = [Followed(case, self.store.events(case.key)) for case in self.store.cases(sorted(keys))]
        made = report(followed, setup.plans, setup.calendar, now, company.name)
        try:
            page = self.library.report(made, company.language)
        except RenderFailed as error:
            log.warning("report_left_out", extra={"reason": str(error)})
            return ()
        return (Attachment(f"relancier-{made.on:%Y-%m}.html", page.encode(), "text/html"),)
