"""The one layout that every HTML part stands in."""

from functools import lru_cache

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from relancier.adapters.library.grammar import Fault
from relancier.adapters.library.inlining import StyleFailed, inlined
from relancier.adapters.library.sandbox import RUNTIME, TemplateFailed, read
from relancier.adapters.library.shelf import Shelf

FILE = "layout.html"
STYLE = "style.css"
LARGEST = 100_000


def laid_out(shelf: Shelf, *, body: str, subject: str, language: str, company: str) -> str:
    """The whole HTML document, or '' when it would be too large for mail clients to show. Raises TemplateFailed."""
    source, style = read(shelf.own / FILE), style_of(shelf)
    values = {"body": Markup(body), "subject": subject, "language": language, "company": company}  # noqa: S704
    try:
        html = inlined(_layout(source).render(values), style)
    except RUNTIME as error:
        raise TemplateFailed(FILE, Fault(getattr(error, "lineno", 1), f"{error}")) from None
    except StyleFailed as failed:
        raise TemplateFailed(STYLE, Fault(1, str(failed))) from None
    return html if len(html.encode()) < LARGEST else ""


def style_of(shelf: Shelf) -> str:
    """The style sheet, '' where there is none. Raises TemplateFailed."""
    file = shelf.shared(STYLE)
    return read(file) if file.exists() else ""


@lru_cache(maxsize=8)
def _layout(source: str) -> Template:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, loader=None)
    return environment.from_string(source)
