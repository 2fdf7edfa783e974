"""The one layout that every HTML part stands in."""

from pathlib import Path

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from relancier.adapters.library.grammar import Fault
from relancier.adapters.library.sandbox import RUNTIME, TemplateFailed, read

FILE = "layout.html"
LARGEST = 100_000


def laid_out(folder: Path, *, body: str, subject: str, language: str) -> str:
    """The whole HTML document, or '' when it would be too large for mail clients to show. Raises TemplateFailed."""
    source = read(folder / FILE)
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, loader=None)
    try:
        html = environment.from_string(source).render(body=Markup(body), subject=subject, language=language)  # noqa: S704
    except RUNTIME as error:
        raise TemplateFailed(FILE, Fault(getattr(error, "lineno", 1), f"{error}")) from None
    return html if len(html.encode()) < LARGEST else ""
