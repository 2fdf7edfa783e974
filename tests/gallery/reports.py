"""The report, in both languages."""

from collections.abc import Iterator

from tests.core.cases import CALENDAR, at
from tests.core.follow import PLAN, TODAY, year
from tests.gallery.pages import Page

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.overviews.report import report


def pages() -> Iterator[Page]:
    library = FileLibrary(shipped("templates"), shipped("plans"))
    made = report(year(), {PLAN.name: PLAN}, CALENDAR, at(TODAY), "Atelier Lumen SAS")
    for language in ("fr", "en"):
        html = library.report(made, language)
        yield Page(name=f"report-{language}", group="Report", title="Report", language=language, html=html, dark=True)
