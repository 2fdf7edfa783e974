"""The Library on files: plans/<name>.toml and templates/<language>/<name>.txt, read anew each time."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from relancier.adapters.library.check import check
from relancier.adapters.library.checked import digest, remember, remembered
from relancier.adapters.library.plans import ReadPlan, read_plans
from relancier.adapters.library.printed import letterhead
from relancier.adapters.library.rendering import NAME, draft, texts
from relancier.adapters.library.report import report_page
from relancier.adapters.library.sandbox import TemplateFailed
from relancier.adapters.library.shelf import Shelf
from relancier.adapters.library.words import WordsFailed, read_words
from relancier.core.overviews.report import Report
from relancier.core.plan import Channel, Plan, Step, parse
from relancier.core.problem import Problem
from relancier.core.reading.mail import Draft
from relancier.core.text.blocks import Letterhead
from relancier.ports import RenderFailed

RECENT = 3
WRITTEN = frozenset({Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.REGISTERED_LETTER})
LANGUAGE = re.compile(r"[a-z]{2,3}")


class FileLibrary:
    """Implements ports.Library; an edit is in force at once, for what is kept was compiled from the very same text."""

    def __init__(
        self,
        templates: Path,
        plans: Path,
        read_plan: ReadPlan = parse,
        *,
        checked: Path | None = None,
        spare: Path | None = None,
    ) -> None:
        """`spare` is the shipped folder, for notes and words that the user's templates lack."""
        self._shelf = Shelf(templates, spare)
        self._templates = templates
        self._plans = plans
        self._read_plan = read_plan
        self._checked = checked
        self._recent: deque[tuple[object, Draft]] = deque(maxlen=RECENT)

    def plans(self) -> tuple[Mapping[str, Plan], tuple[Problem, ...]]:
        plans, problems = read_plans(self._plans, self._read_plan)
        return plans, tuple(problems)

    def languages(self) -> tuple[str, ...]:
        folders = (path for path in self._templates.glob("*/") if any(path.glob("*.txt")))
        return tuple(sorted(path.name for path in folders if LANGUAGE.fullmatch(path.name)))

    def render(self, template: str, language: str, fields: Mapping[str, object]) -> Draft:
        place = f"{self._templates.name}/{language}/{template}.txt"
        if not LANGUAGE.fullmatch(language) or not NAME.fullmatch(template) or not self._file(language, template):
            raise RenderFailed(f"{place}: there is no such template")
        try:
            return self._draft(language, template, fields)
        except TemplateFailed as failed:
            raise RenderFailed(f"{self._templates.name}/{language}/{failed}") from None
        except (WordsFailed, ValueError, OSError) as failed:
            raise RenderFailed(f"{place}: {failed}") from None

    def report(self, report: Report, language: str) -> str:
        """The report as one HTML page. Raises RenderFailed."""
        try:
            return report_page(self._shelf, language, report)
        except (WordsFailed, ValueError, OSError) as failed:
            raise RenderFailed(f"{self._templates.name}/{language}/report.toml: {failed}") from None

    def letterhead(
        self, language: str, day: date, *, place: str = "", subject: str = "", person: str = ""
    ) -> Letterhead:
        try:
            return letterhead(read_words(self._shelf, language), day, place=place, subject=subject, person=person)
        except WordsFailed as failed:
            raise RenderFailed(f"{self._templates.name}/{language}: {failed}") from None

    def _draft(self, language: str, template: str, fields: Mapping[str, object]) -> Draft:
        """The message; one of the last few with the very same texts and fields is not made twice."""
        try:
            wanted = (template, texts(self._shelf, language, template), dict(fields))
        except (TemplateFailed, OSError, ValueError):
            return draft(self._shelf, language, template, fields)
        made = next((made for known, made in self._recent if known == wanted), None)
        if made is None:
            made = draft(self._shelf, language, template, fields)
            self._recent.append((wanted, made))
        return made

    def _file(self, language: str, template: str) -> bool:
        return self._shelf.file(language, f"{template}.txt").is_file()

    def problems(self) -> tuple[Problem, ...]:
        if self._checked is None:
            return self._problems()
        now = digest(self._templates, self._plans)
        found = () if now == remembered(self._checked) else self._problems()
        if not found:
            remember(self._checked, now)
        return found

    def _problems(self) -> tuple[Problem, ...]:
        return (*check(self._shelf, self.languages()), *self._missing())

    def _missing(self) -> Iterator[Problem]:
        """Templates that a step names and a language lacks: no email leaves without one, a task lacks its words."""
        plans, _ = self.plans()
        for name, plan in plans.items():
            for language in (plan.language,) if plan.language else self.languages():
                yield from self._missing_of(f"{name}.toml", language, dict.fromkeys(map(_written, plan.steps)))

    def _missing_of(self, where: str, language: str, wanted: Iterable[tuple[str, bool]]) -> Iterator[Problem]:
        for template, sent in wanted:
            if template and not self._file(language, template):
                place = f"{self._templates.name}/{language}/{template}.txt"
                lacking = "" if sent else ", so a colleague's task holds no words to send"
                text = f"its template {place} does not exist{lacking}; write it, or name another in the plan"
                yield Problem(where, text, warning=not sent)


def _written(step: Step) -> tuple[str, bool]:
    """The template that a step's customer reads, if any, and whether a message leaves by it."""
    return (step.template if WRITTEN & set(step.channels) else "", Channel.EMAIL in step.channels)
