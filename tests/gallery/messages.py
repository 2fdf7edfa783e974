"""Every message to customers and colleagues, as the shipped templates say it with the sample values."""

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.gallery.pages import Page

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.mail import Draft
from relancier.core.samples import minimal, sample

TEMPLATES = shipped("templates")
DARK = ("reminder-1", "reminder-3", "note-reply")


def pages() -> Iterator[Page]:
    library = FileLibrary(TEMPLATES, shipped("plans"))
    for language in ("fr", "en"):
        for template in names(language):
            for situation, fields in situations(template, language).items():
                draft = library.render(template, language, fields)
                yield Page(
                    name=f"{language}-{template}-{situation}",
                    group="Team" if for_team(template) else "Customers",
                    title=f"{template}, {situation}",
                    language=language,
                    html=alone(draft),
                    dark=template in DARK and situation in {"one", "several"},
                )


def names(language: str) -> list[str]:
    """The shipped templates of a language, those to customers first."""
    found = [path.stem for path in Path(TEMPLATES / language).glob("[!_]*.txt")]
    return sorted(found, key=lambda name: (for_team(name), name))


def for_team(template: str) -> bool:
    return template.startswith(("task", "note-", "digest", "call"))


def situations(template: str, language: str) -> Mapping[str, Mapping[str, object]]:
    if for_team(template):
        return {"one": sample(language)}
    return {
        "one": sample(language),
        "several": sample(language, several=True),
        "least": minimal(language),
    }


def alone(draft: Draft) -> str:
    """A message's HTML with its pictures inside, so that it can be shown by itself."""
    pictures = {one.cid: one for one in draft.attachments if one.cid}

    def inside(match: re.Match[str]) -> str:
        picture = pictures[match[1]]
        return f'src="data:{picture.type};base64,{base64.b64encode(picture.content).decode()}"'

    return re.sub(r'src="cid:([^"]+)"', inside, draft.html)
