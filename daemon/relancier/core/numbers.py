"""Invoice numbers as they stand in what people write: one form to compare, and every place where one may stand."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

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
_PLAIN_SPACES = re.compile(r"[ \t\r\n]+")
_SPACES_AND_JOINTS = re.compile(rf"[\s{JOINT}]+")
_SEPARATORS = re.compile(rf"[ {JOINT}]?([-/._])[ {JOINT}]?")
_LOOSE = re.compile(rf"[ {JOINT}][-/._]|[-/._][ {JOINT}]")
_DIGIT = re.compile(r"\d")
_IN_DIGITS = re.compile(rf"(?<=\d){JOINT}(?=\d)")
_RUN = re.compile(r"[^\W_]+")
_GLUE = re.compile(r"[-_] ?.|/ ?[^a-z]|\..| [-/._].")
_APART_WORDS = re.compile(r"[,;!?<>«»\"]|: |.{4}", re.DOTALL)
_APART = re.compile(r" [-/._] ")
_ENDS_HERE = re.compile(r"\s*(?:$|[:)\]])")
_DATE_BEFORE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$")
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
      \d+(?:[\ {JOINT}.]\d{{3}}){{0,4}}(?:[.,]\d{{2}})?[\ {JOINT}]?(?:[€£$]|(?:euros?|eur|usd|gbp|chf)(?!\w))
      |\d+(?:[\ {JOINT}]\d{{3}}){{0,4}},\d{{2}}(?![\w,]|{JOINT}\d|[-/._]\w)
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
# What is kept of a stranger's text: neither words nor long numbers, such as those of accounts and telephones.
_KEPT = re.compile(r"(?!\d{9})(?=.{1,24}$)(?=(?:\D*\d){3})(?:[^ @]+|[a-z]{1,4}(?: \d{1,8}){1,3})")
_LONGEST_KEPT = 8 * 1024
_MOST_KEPT = 20
_LONGEST = 64
_MOST_RUNS = 8
_LONGEST_READ = 64 * 1024
_MOST_CANDIDATES = 20_000


def normalise(text: str) -> str:
    """The form in which numbers and subjects are compared: compatible characters, one dash, no case, tidy spaces."""
    return _SEPARATORS.sub(r"\1", _plain(text).replace(JOINT, " "))


def strip_prefixes(subject: str) -> str:
    """A subject without the Re, TR, Fwd and [EXTERNE] that answers and servers put before it."""
    rest = _PLAIN_SPACES.sub(" ", unicodedata.normalize("NFC", subject).translate(_NOTHING)).strip()
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
    candidates = Candidates(text)
    return {
        number: any(candidates.counts(number, place) for place in candidates.places[number]) for number in candidates
    }


def kept_numbers(texts: Iterable[str]) -> tuple[str, ...]:
    """What may be invoice numbers in the beginning of some texts, without their words, a few at most."""
    found = numbers_in("; ".join(text[:_LONGEST_KEPT] for text in texts))
    likely = (number for number, counts in found.items() if counts and _KEPT.fullmatch(number))
    return tuple(islice(likely, _MOST_KEPT))


class Candidates:
    """What `numbers_in` finds, with the places where each stands."""

    def __init__(self, text: str) -> None:
        plain = _plain(text[:_LONGEST_READ])
        self._plain, self._spaced = plain, plain.replace(JOINT, " ")
        self._beside: dict[int, bool] = {}
        self.places: dict[str, list[tuple[int, int]]] = {}
        for place in islice(_places(plain), _MOST_CANDIDATES):
            for number in _forms(plain[slice(*place)]):
                self.places.setdefault(number, []).append(place)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def counts(self, number: str, place: tuple[int, int]) -> bool:
        """Whether a number counts there whoever wrote it: by itself, or beside a word for an invoice."""
        start, end = place
        thousands = number.isdigit() and JOINT in self._plain[start:end]
        if not thousands and not weak(number):
            return True
        if start not in self._beside:
            self._beside[start] = _BESIDE.search(self._spaced[max(0, start - 80) : start]) is not None
        return self._beside[start]

    def standing(self, known: Iterable[str]) -> dict[str, bool]:
        """Those of some known numbers that stand somewhere outside all the others, and whether each counts there."""
        found: dict[str, bool] = {}
        widest = (0, 0)
        places = sorted((start, -end, number) for number in known for start, end in self.places[number])
        for start, before, number in places:
            if -before > widest[1] or (start, -before) == widest:
                widest = (start, -before)
                found[number] = found.get(number, False) or self.counts(number, widest)
        return found


def _plain(text: str) -> str:
    """All of `normalise` but the spaces round separators; spaces that join words are kept apart from the others."""
    if text.isascii():
        return _SPACES.sub(" ", text.lower()).strip()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_READ)).casefold())
    dashed = folded.translate(_DASHES)
    if JOINT not in dashed:
        return _SPACES.sub(" ", dashed).strip()
    return _SPACES_AND_JOINTS.sub(lambda found: " " if found.group().strip(JOINT) else JOINT, dashed).strip(f" {JOINT}")


def _forms(words: str) -> Iterable[str]:
    """The numbers that a piece of text may be: a space that joins is one, or nothing."""
    tidy = _SEPARATORS.sub(r"\1", words) if _LOOSE.search(words) else words
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
        self.digits = [_DIGIT.search(plain, start, end) is not None for start, end in self.runs]
        self.money = _inside(self.runs, [found.span() for found in _AMOUNT.finditer(plain)])
        gaps = ((before[1], after[0]) for before, after in pairwise(self.runs))
        self.apart = [False, *(_APART_WORDS.search(plain, *gap) is not None for gap in gaps)]
        self.glued = [False]
        for at in range(1, len(self.runs)):
            self.glued.append(self._glued(at))
        self.glued.append(False)

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
        farthest = self.runs[first][0] + _LONGEST
        for last in range(first, min(first + _MOST_RUNS, len(self.runs))):
            if (last > first and self.apart[last]) or self.runs[last][1] > farthest or last in self.money:
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
        return (self._begins(at - 1) and after[0].isdigit()) or (before[-1].isdigit() and _part(after))

    def _spaced(self, at: int) -> bool:
        """Whether a separator with spaces round it belongs to a number, and not to the sentence."""
        before, after = self.word(at - 1), self.word(at)
        if not (before[-1].isdigit() and after.isdigit()):
            return self._begins(at - 1) and after[0].isdigit()
        alike = len(before) - len(before.rstrip("0123456789")) == len(after)  # as in 1234 - 1235
        start, end = self.runs[max(0, at - 3)][0], self.runs[at - 1][1]
        if alike or len(after) > 4 or _DATE_BEFORE.search(self.plain[start:end]):
            return False
        return _ENDS_HERE.match(self.plain, self.runs[at][1]) is not None

    def _begins(self, at: int) -> bool:
        gap = self.plain[self.runs[at - 1][1] : self.runs[at][0]] if at else ""
        return _part(self.word(at)) and not set(gap) & set("-/._")


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
