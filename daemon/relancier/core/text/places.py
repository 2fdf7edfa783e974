"""Where an invoice number may stand in a text: whole words, told from amounts and from the sentence round them."""

import re
from collections.abc import Iterator
from itertools import pairwise

# What a space that joins words (no-break, narrow, thin) is while a text is read: it may stand inside a number or not.
JOINT = "\ue000"
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"[^\W_]+")
_GLUE = re.compile(r"[-_] ?.|/ ?[^a-z]|\..| [-/._].")
_APART_WORDS = re.compile(r"[,;!?<>«»\"]|: |.{4}", re.DOTALL)
_APART = re.compile(r" [-/._] ")
_ENDS_HERE = re.compile(r" ?(?:$|[:)\](]|[,;.!?…»](?: |$))")
_LAST_PART = re.compile(r"bis|ter|quater")
_DATE_BEFORE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$")
_WORD_BESIDE = re.compile(r"factures?|fact|fac|invoices?|inv|rechnung|fattura|factura|no|nr|ref|réf|re|tr|fwd?")
_ENDING = re.compile(r"pdf|xml|zip|doc|xls|eml|txt|csv|v\d{1,2}")
_AMOUNT = re.compile(
    rf"""(?<![\w.,/-])(?:
      \d+(?:[\ {JOINT}.]\d{{3}}){{0,4}}(?:[.,]\d{{2}})?[\ {JOINT}]?(?:[€£$]|(?:euros?|eur|usd|gbp|chf)(?!\w))(?!\ ?\d)
      |\d+(?:[\ {JOINT}]\d{{3}}){{0,4}},\d{{2}}(?![\w,]|{JOINT}\d|[-/._]\w)
    )""",
    re.VERBOSE,
)
_LONGEST = 64
_MOST_RUNS = 8
_MOST_SPACES = 3
# Words of one or two letters that stand before or after a number without being its first or last part.
LITTLE = frozenset({
    "a", "à", "ab", "ag", "al", "am", "an", "as", "at", "au", "bv", "by", "ce", "co", "de", "du", "ed", "el", "en",
    "et", "ex", "gr", "ht", "id", "if", "il", "in", "is", "it", "je", "kg", "la", "le", "li", "lo", "ma", "me",
    "mm", "mr", "my", "n", "ne", "no", "nr", "nv", "of", "oh", "ok", "on", "or", "ou", "où", "p", "pm", "pp", "re",
    "sa", "sc", "se", "si", "so", "sr", "ss", "st", "su", "ta", "te", "to", "tr", "tu", "un", "up", "us", "va",
    "vu", "y",
})  # fmt: skip


def places(plain: str) -> Iterator[tuple[int, int]]:
    """From where to where a number may reach: whole words, with a digit, not cut out of a longer number."""
    text = _Text(plain)
    for first in text.near_digits():
        if not text.continues(first):
            yield from ((text.runs[first][0], text.runs[last][1]) for last in text.reach(first))


class _Text:
    """The words of a text, which of them are amounts of money, and which belong together as parts of one number."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.runs = [found.span() for found in _RUN.finditer(plain)]
        self.digits = [_DIGIT.search(plain, start, end) is not None for start, end in self.runs]
        self.money = _inside(self.runs, [found.span() for found in _AMOUNT.finditer(plain)])
        self.gaps = ["", *(plain[one[1] : other[0]] for one, other in pairwise(self.runs))]
        self.glued = [self._glued(at) for at in range(len(self.runs))]

    def near_digits(self) -> Iterator[int]:
        """The runs from which a number could begin: a digit is not far."""
        last = -1
        for at in (at for at, digits in enumerate(self.digits) if digits):
            yield from range(max(last + 1, at - _MOST_RUNS + 1), at + 1)
            last = at

    def word(self, at: int) -> str:
        return self.plain[slice(*self.runs[at])]

    def continues(self, at: int) -> bool:
        """Whether a number that began earlier goes on here: 2026-0042 is not a number of its own in FA-2026-0042."""
        if not self.glued[at]:
            return False
        before = self.word(at - 1)
        another = before.isalpha() and len(before) > 3 and self.word(at)[0].isalpha()
        return not (_WORD_BESIDE.fullmatch(before) or another)

    def goes_on(self, at: int) -> bool:
        """Whether a number that reaches to here goes on: FA-2026-0042 is no number in FA-2026-0042-2 or …-0042-BIS."""
        if at + 1 == len(self.runs) or not self.glued[at + 1]:
            return False
        after = self.word(at + 1)
        return not ((after.isalpha() and len(after) > 3) or _ENDING.fullmatch(after))

    def reach(self, first: int) -> Iterator[int]:
        """The runs at which a number that begins at this one may end."""
        has_digit, spaces = False, 0
        farthest = self.runs[first][0] + _LONGEST
        for last in range(first, min(first + _MOST_RUNS, len(self.runs))):
            if last > first:
                spaces += " " in self.gaps[last]
                if spaces > _MOST_SPACES or self._apart(last):
                    return
            if self.runs[last][1] > farthest or last in self.money:
                return
            has_digit = has_digit or self.digits[last]
            if has_digit and not self.goes_on(last):
                yield last

    def _apart(self, at: int) -> bool:
        """Whether what stands before a word is in no number."""
        return self.gaps[at] != " " and _APART_WORDS.search(self.gaps[at]) is not None

    def _glued(self, at: int) -> bool:
        """Whether a word and the one before are one: a separator between them, with a space on one side at most."""
        gap = self.gaps[at]
        if gap in ("", " ", JOINT):
            return gap == JOINT and self._joined(at)
        gap = gap.replace(JOINT, " ")
        if _APART.fullmatch(gap):
            return self._spaced(at)
        return _GLUE.fullmatch(gap + self.plain[self.runs[at][0]]) is not None

    def _joined(self, at: int) -> bool:
        """Whether a space that joins two words stands inside one number: between digits, or beside a single letter."""
        before, after = self.word(at - 1), self.word(at)
        if before[-1].isdigit() and after[0].isdigit():
            return not {at - 1, at} & self.money
        return (self._begins(at - 1) and after[0].isdigit()) or (before[-1].isdigit() and _part(after))

    def _spaced(self, at: int) -> bool:
        """Whether a separator with spaces round it belongs to a number, and not to the sentence."""
        before, after = self.word(at - 1), self.word(at)
        ends = before[-1].isdigit() and _ENDS_HERE.match(self.plain, self.runs[at][1]) is not None
        if not after.isdigit():
            last = ends and (_part(after) or _LAST_PART.fullmatch(after))
            return bool(last) or (self._begins(at - 1) and after[0].isdigit())
        alike = len(before) - len(before.rstrip("0123456789")) == len(after)  # as in 1234 - 1235
        dated = _DATE_BEFORE.search(self.plain[self.runs[max(0, at - 3)][0] : self.runs[at - 1][1]])
        return self._begins(at - 1) or (ends and len(after) <= 4 and not alike and not dated)

    def _begins(self, at: int) -> bool:
        return _part(self.word(at)) and not set(self.gaps[at]) & set("-/._")


def _part(word: str) -> bool:
    """Whether a word looks like the first or last part of a number, as in FA 12 or 12 B."""
    return word.isalpha() and len(word) <= 2 and word not in LITTLE


def _inside(runs: list[tuple[int, int]], places: list[tuple[int, int]]) -> frozenset[int]:
    """Which of the words lie in one of the places; both are in order."""
    found, at = set(), 0
    for start, end in places:
        while at < len(runs) and runs[at][0] < start:
            at += 1
        while at < len(runs) and runs[at][0] < end:
            found.add(at)
            at += 1
    return frozenset(found)
