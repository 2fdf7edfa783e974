"""A text as sentences of one line each, whatever line breaks a mail program put in."""

import re
from collections.abc import Iterator

LONGEST = 600
_END = re.compile(r"[.!?;…]+[)»\"']?(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:\w|vir|virt|rglt|rgt|pmt|fact|fac|ref|env|nb|cf|ex|mr|mrs|ms|mme|st|sté|ste|ets|dr|tel|tél|no|nr|num|inv"
    r"|janv?|f[eé]vr?|feb|mar|avr|apr|juil|jul|aug|sept?|oct|nov|d[eé]c|approx|max|min|art|etc|resp|sem|jrs|svp|cde|qté|ht|ttc)\.$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[-*•–>]|\d{1,2}[.)]\s")


def sentences(text: str) -> Iterator[str]:
    """The sentences in order, their spaces single, each bounded; a full stop after an abbreviation ends none."""
    for paragraph in _paragraphs(text):
        start = 0
        for end in _END.finditer(paragraph):
            if end.end() - start >= LONGEST or not _ABBREVIATION.search(
                paragraph[max(start, end.end() - 8) : end.end()]
            ):
                yield from _pieces(paragraph[start : end.end()])
                start = end.end()
        yield from _pieces(paragraph[start:])


def _paragraphs(text: str) -> Iterator[str]:
    """Lines joined where one goes on in the next."""
    joined: list[str] = []
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if joined and not _goes_on(joined[-1], line):
            yield " ".join(joined)
            joined = []
        joined.append(line)
    yield " ".join(joined)


def _goes_on(line: str, after: str) -> bool:
    if not line or not after or line.endswith((".", "!", "?", ":", ";")) or _BULLET.match(after):
        return False
    return after[0].islower() or after[0].isdigit() or len(line) > 60


def _pieces(sentence: str) -> Iterator[str]:
    for start in range(0, len(sentence), LONGEST):
        yield sentence[start : start + LONGEST].strip()
