"""What a message's words cost: the shipped reminder in French, from its fields to text and HTML."""

import statistics
from time import perf_counter

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.writing.samples import sample


def render_ms(times: int = 100) -> tuple[float, float]:
    """The milliseconds of the first message of a template, and the median of those that follow."""
    library, fields, taken = FileLibrary(shipped("templates"), shipped("plans")), sample("fr"), []
    for number in range(times):
        named = {**fields, "customer": f"Client {number}"}
        start = perf_counter()
        library.render("reminder-1", "fr", named)
        taken.append(1000 * (perf_counter() - start))
    return taken[0], statistics.median(taken[1:])
