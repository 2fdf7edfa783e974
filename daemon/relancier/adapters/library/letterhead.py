"""The one layout that every HTML part stands in."""

from functools import lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from relancier.adapters.library.grammar import Fault
from relancier.adapters.library.sandbox import RUNTIME, TemplateFailed, read

FILE = "layout.html"
LARGEST = 100_000


def laid_out(folder: Path, *, body: str, subject: str, language: str) -> str:
    """The whole HTML document, or '' when it would be too large for mail clients to show. Raises TemplateFailed."""
    source = read(folder / FILE)
    try:
        html = _layout(source).render(body=Markup(body), subject=subject, language=language)  # noqa: S704
    except RUNTIME as error:
        raise TemplateFailed(FILE, Fault(getattr(error, "lineno", 1), f"{error}")) from None
    return html if len(html.encode()) < LARGEST else ""


@lru_cache(maxsize=8)
def _layout(source: str) -> Template:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, loader=None)
    return environment.from_string(source)
