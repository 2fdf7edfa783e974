"""Invoice numbers as they stand in what people write: one form to compare, and every place where one may stand."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

# What a space that joins words (no-break, narrow, thin) is while a text is read: it may stand inside a number or not.
JOINT = "\ue000"
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0x00AD, 0xFE58, 0xFE63, 0xFF0D], "-")
_NOTHING = dict.fromkeys(
    [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x180E, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_JOINTS = dict.fromkeys([0x00A0, 0x202F, *range(0x2006, 0x200B), 0x205F], JOINT)
_ORDINALS = {0x00BA: "°", 0x2116: "n°"}  # as in nº and №, which would be letters of the number otherwise
_READ = _DASHES | _NOTHING | _JOINTS | _ORDINALS
_SPACES = re.compile(r"\s+")
_SPACES_AND_JOINTS = re.compile(rf"[\s{JOINT}]+")
_SEPARATORS = re.compile(rf"[ {JOINT}]?([-/._])[ {JOINT}]?")
_IN_DIGITS = re.compile(rf"(?<=\d){JOINT}(?=\d)")
_RUN = re.compile(r"[^\W_]+")
_GLUE = re.compile(r"[-_] ?.|/ ?[^a-z]|\..| [-/._].")
_APART = re.compile(r" [-/._] ")
_ENDS_HERE = re.compile(r"\s*(?:$|[:)\]])")
_PREFIX = re.compile(
    r"""\s*(?:
      (?:re|réf?|rép|ref|tr|fwd?|aw|wg|sv|vs|rv|r|i|rif|odp|enc|antw)(?:\s?\[\d{1,4}\]|\s?\(\d{1,4}\))?\s?[:：]
      |\[(?:externe|ext|external|spam|extern)\]
      |\*{2,10}\s?spam\s?\*{2,10}
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_BESIDE = re.compile(
    r"""(?:(?<![^\W\d_])(?:factures?|fact|fac|fc|invoices?|inv|n|no|nos|nr|num|num\xe9ros?|numeros?|numbers?|rechnung(?:en)?
      |fattur[ae]|facturas?|n\s?[°o])|\#)[\s.:°\#]{0,4}
      (?:n\s?[°o.]\s?|no\.?\s|nr\.?\s)?
      (?:\d[\d./-]{0,30}\s?(?:[,;&+/]|et\s|and\s|und\s)\s?(?:n\s?[°o]\s?)?){0,20}$""",
    re.VERBOSE,
)
_WORD_BESIDE = re.compile(r"factures?|fact|fac|invoices?|inv|rechnung|fattura|factura|no|nr|ref|réf|re|tr|fwd?")
_ENDING = re.compile(r"pdf|xml|zip|doc|xls|eml|txt|csv|v\d{1,2}")
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_AMOUNT = re.compile(
    rf"""(?<![\w.,/-])(?:
      [1-9]\d{{0,2}}(?:{JOINT}\d{{3}}){{1,4}}(?:[.,]\d{{2}})?(?!\w)
      |\d+(?:[\ {JOINT}.]\d{{3}}){{0,4}}(?:[.,]\d{{2}})?[\ {JOINT}]?(?:[€£$]|(?:euros?|eur|usd|gbp|chf)(?!\w))
      |\d+(?:[\ {JOINT}]\d{{3}}){{0,4}},\d{{2}}(?![\w,])
    )""",
    re.VERBOSE,
)
# Words of one or two letters that stand before or after a number without being its first or last part.
_LITTLE = frozenset({
    "a", "à", "ab", "ag", "al", "am", "an", "as", "at", "au", "bv", "by", "ce", "co", "de", "du", "ed", "el", "en",
    "et", "ex", "gr", "ht", "id", "if", "il", "in", "is", "it", "je", "kg", "la", "le", "li", "lo", "ma", "me",
    "mm", "mr", "my", "n", "ne", "no", "nr", "nv", "of", "oh", "ok", "on", "or", "ou", "où", "p", "pm", "pp", "re",
    "sa", "sc", "se", "si", "so", "sr", "ss", "st", "su", "ta", "te", "to", "tr", "tu", "un", "up", "us", "va",
    "vu", "y",
})  # fmt: skip
_LONGEST = 64
_MOST_RUNS = 8
_LONGEST_GAP = 3
_LONGEST_READ = 64 * 1024
_MOST_CANDIDATES = 20_000


class Spot(NamedTuple):
    """Where a number stands in a text (once tidied), and whether it counts there whoever wrote it."""

    start: int
    end: int
    counts: bool


def normalise(text: str) -> str:
    """The form in which numbers and subjects are compared: compatible characters, one dash, no case, tidy spaces."""
    return _SEPARATORS.sub(r"\1", _plain(text).replace(JOINT, " "))


def strip_prefixes(subject: str) -> str:
    """A subject without the Re, TR, Fwd and [EXTERNE] that answers and servers put before it."""
    rest = _SPACES.sub(" ", unicodedata.normalize("NFC", subject).translate(_NOTHING)).strip()
    for _ in range(30):
        found = _PREFIX.match(rest)
        if found is None:
            break
        rest = rest[found.end() :]
    return rest


def weak(number: str) -> bool:
    """Whether a normalised number is too short or too plain (42, 2026, a date) to mean an invoice by itself."""
    characters = [one for one in number if one.isalnum()]
    plain = not any(one.isalpha() for one in characters)
    return len(characters) < 5 or (plain and len(characters) < 7) or _DATE.fullmatch(number) is not None


def numbers_in(text: str) -> dict[str, bool]:
    """Every normalised word of a text that may be a number, and whether it counts whoever wrote it.

    A weak one counts only beside a word such as "facture". Bounded: no more than 20,000 candidates in 64 KiB.
    """
    return {number: any(spot.counts for spot in spots) for number, spots in spots_in(text).items()}


def spots_in(text: str) -> dict[str, list[Spot]]:
    """Every place where one may stand, by the normalised number. A space that joins may belong to it or not."""
    plain = _plain(text[:_LONGEST_READ])
    spaced = plain.replace(JOINT, " ")
    beside: dict[int, bool] = {}
    found: dict[str, list[Spot]] = {}
    for start, end in islice(_places(plain), _MOST_CANDIDATES):
        for number in _forms(plain[start:end]):
            if weak(number) and start not in beside:
                beside[start] = _BESIDE.search(spaced[max(0, start - 80) : start]) is not None
            found.setdefault(number, []).append(Spot(start, end, not weak(number) or beside[start]))
    return found


def standing(known: Mapping[str, Iterable[Spot]]) -> dict[str, bool]:
    """Those of some known numbers that stand by themselves somewhere, not inside another: whether each counts."""
    places = sorted((spot.start, -spot.end, spot.counts, number) for number, spots in known.items() for spot in spots)
    found: dict[str, bool] = {}
    widest = (0, 0)
    for start, end, counts, number in places:
        if -end > widest[1] or (start, -end) == widest:
            widest = (start, -end)
            found[number] = found.get(number, False) or counts
    return found


def _plain(text: str) -> str:
    """All of `normalise` but the spaces round separators; spaces that join words are kept apart from the others."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_READ)).casefold())
    dashed = folded.translate(_DASHES)
    if JOINT not in dashed:
        return _SPACES.sub(" ", dashed).strip()
    return _SPACES_AND_JOINTS.sub(lambda found: " " if found.group().strip(JOINT) else JOINT, dashed).strip(f" {JOINT}")


def _forms(words: str) -> Iterable[str]:
    """The numbers that a piece of text may be: a space that joins is one, or nothing."""
    tidy = _SEPARATORS.sub(r"\1", words)
    if JOINT not in tidy:
        return (tidy,)
    inner = _IN_DIGITS.sub("", tidy)
    return dict.fromkeys((tidy.replace(JOINT, " "), inner.replace(JOINT, " "), tidy.replace(JOINT, "")))


# --- Where a number may stand ---------------------------------------------------------------------------------------


def _places(plain: str) -> Iterator[tuple[int, int]]:
    """From where to where a number may reach: whole words, with a digit, not cut out of a longer number."""
    text = _Text(plain)
    for first in range(len(text.runs)):
        if first == 0 or not text.continues(first):
            yield from ((text.runs[first][0], text.runs[last][1]) for last in text.reach(first))


class _Text:
    """The words of a text, which of them are amounts of money, and which belong together as parts of one number."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.runs = [found.span() for found in _RUN.finditer(plain)]
        self.digits = [any(map(str.isdigit, plain[start:end])) for start, end in self.runs]
        self.money = _inside(self.runs, [found.span() for found in _AMOUNT.finditer(plain)])
        self.glued = [False, *(self._glued(at) for at in range(1, len(self.runs))), False]

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
        if not self.glued[at + 1]:
            return False
        after = self.word(at + 1)
        return not ((after.isalpha() and len(after) > 3) or _ENDING.fullmatch(after))

    def reach(self, first: int) -> Iterator[int]:
        """The runs at which a number that begins at this one may end."""
        has_digit = False
        for last in range(first, min(first + _MOST_RUNS, len(self.runs))):
            far = last > first and self.runs[last][0] - self.runs[last - 1][1] > _LONGEST_GAP
            if far or self.runs[last][1] - self.runs[first][0] > _LONGEST or last in self.money:
                return
            has_digit = has_digit or self.digits[last]
            if has_digit and not self.goes_on(last):
                yield last

    def _glued(self, at: int) -> bool:
        """Whether a word and the one before are one: a separator between them, with a space on one side at most."""
        gap = self.plain[self.runs[at - 1][1] : self.runs[at][0]].replace(JOINT, " ")
        if gap == " ":
            return self.plain[self.runs[at][0] - 1] == JOINT and self._joined(at)
        if _APART.fullmatch(gap):
            return self._spaced(at)
        return _GLUE.fullmatch(gap + self.plain[self.runs[at][0]]) is not None

    def _joined(self, at: int) -> bool:
        """Whether a space that joins two words stands inside one number: between digits, or beside a single letter."""
        before, after = self.word(at - 1), self.word(at)
        if before[-1].isdigit() and after[0].isdigit():
            return not {at - 1, at} & self.money
        return (_part(before) and after[0].isdigit()) or (before[-1].isdigit() and _part(after))

    def _spaced(self, at: int) -> bool:
        """Whether a separator with spaces round it belongs to a number, and not to the sentence."""
        before, after = self.word(at - 1), self.word(at)
        if not (before[-1].isdigit() and after.isdigit()):
            return _part(before) and after[0].isdigit()
        last = len(before) - len(before.rstrip("0123456789"))
        return len(after) <= 4 and len(after) != last and _ENDS_HERE.match(self.plain, self.runs[at][1]) is not None


def _part(word: str) -> bool:
    """Whether a word looks like the first or last part of a number, as in FA 12 or 12 B."""
    return word.isalpha() and len(word) <= 2 and word not in _LITTLE


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
