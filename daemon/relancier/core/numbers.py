"""Invoice numbers as they stand in what people write: one form to compare, and every place where one may stand."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0x00AD, 0xFE58, 0xFE63, 0xFF0D], "-")
_NOTHING = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x180E])
_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r" ?([-/._]) ?")
_RUN = re.compile(r"[^\W_]+")
_GLUE = re.compile(r"[-_] ?.|/ ?[^a-z]|\..| [-/._].")
_PREFIX = re.compile(
    r"""\s*(?:
      (?:re|r\xe9f?|r\xe9p|rép|réf|ref|tr|fwd?|aw|wg|sv|vs|rv|r|i|rif|odp|enc)(?:\s?\[\d{1,4}\]|\s?\(\d{1,4}\))?\s?:
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
_LONGEST = 64
_MOST_RUNS = 8
_LONGEST_GAP = 3
_LONGEST_READ = 64 * 1024
_MOST_CANDIDATES = 20_000


def normalise(text: str) -> str:
    """The form in which numbers and subjects are compared: compatible characters, one dash, no case, tidy spaces."""
    return _SEPARATORS.sub(r"\1", _plain(text))


def strip_prefixes(subject: str) -> str:
    """A subject without the Re, TR, Fwd and [EXTERNE] that answers and servers put before it."""
    rest = _SPACES.sub(" ", subject).strip()
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
    plain = _plain(text[:_LONGEST_READ])
    found: dict[str, bool] = {}
    for start, end in islice(_places(plain), _MOST_CANDIDATES):
        number = _SEPARATORS.sub(r"\1", plain[start:end])
        if not found.get(number):
            found[number] = not weak(number) or _BESIDE.search(plain[max(0, start - 80) : start]) is not None
    return found


def _plain(text: str) -> str:
    """All of `normalise` but the spaces round separators."""
    mapped = text.translate(_DASHES).translate(_NOTHING)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", mapped).casefold())
    return _SPACES.sub(" ", folded.translate(_DASHES)).strip()


def _places(plain: str) -> Iterator[tuple[int, int]]:
    """From where to where a number may reach: whole words, with a digit, not cut out of a longer number."""
    runs = [found.span() for found in _RUN.finditer(plain)]
    digits = [any(map(str.isdigit, plain[start:end])) for start, end in runs]
    for first, (start, _) in enumerate(runs):
        if first and _continues(plain, runs[first - 1], start):
            continue
        for last in _reach(runs, first):
            if any(digits[first : last + 1]) and not (last + 1 < len(runs) and _goes_on(plain, *runs[last : last + 2])):
                yield start, runs[last][1]


def _continues(plain: str, before: tuple[int, int], start: int) -> bool:
    """Whether a number that began earlier goes on here: 2026-0042 is not a number of its own in FA-2026-0042."""
    word = plain[slice(*before)]
    if not _glued(plain[before[1] : start + 1]) or _WORD_BESIDE.fullmatch(word):
        return False
    return not (word.isalpha() and len(word) > 3 and plain[start].isalpha())


def _goes_on(plain: str, here: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a number that reaches to here goes on: FA-2026-0042 is no number in FA-2026-0042-2 or …-0042-BIS."""
    word = plain[slice(*after)]
    ends = (word.isalpha() and len(word) > 3) or _ENDING.fullmatch(word) is not None
    return _glued(plain[here[1] : after[0] + 1]) and not ends


def _reach(runs: list[tuple[int, int]], first: int) -> Iterator[int]:
    """The runs at which a number that begins at this one may end."""
    for last in range(first, min(first + _MOST_RUNS, len(runs))):
        if runs[last][1] - runs[first][0] > _LONGEST:
            return
        if last > first and runs[last][0] - runs[last - 1][1] > _LONGEST_GAP:
            return
        yield last


def _glued(gap: str) -> bool:
    """Whether two words are one: a separator between them, with a space on one side at most (a folded line).

    `gap` ends with the first character of the second word: a slash before a letter starts another number.
    """
    return _GLUE.fullmatch(gap) is not None
