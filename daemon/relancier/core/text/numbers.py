"""Invoice numbers as they stand in what people write: one form to compare, and every place where one may stand."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

from relancier.core.text.places import JOINT, LITTLE, places

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
_ANY_SEPARATORS = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(rf"[ {JOINT}]?([-/._])[ {JOINT}]?")
_LOOSE = re.compile(rf"[ {JOINT}][-/._]|[-/._][ {JOINT}]")
_IN_DIGITS = re.compile(rf"(?<=\d){JOINT}(?=\d)")
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
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
# What is kept of a stranger's text: neither words nor long numbers, such as those of accounts and telephones.
_KEPT = re.compile(
    r"(?!\d{9})(?!.*\.[a-z]{2,}$)(?=.{1,24}$)(?=(?:\D*\d){3})(?:[\w./-]+|(?P<word>[a-z]{1,4})(?: \d{1,8}){1,3})"
)
_ADDRESSES = re.compile(r"\S{1,200}@\S{1,200}|https?://\S{1,2000}")
_LONGEST_KEPT = 8 * 1024
_MOST_KEPT = 20
_LONGEST_READ = 64 * 1024
_MOST_CANDIDATES = 20_000


def normalise(text: str) -> str:
    """The form in which numbers and subjects are compared: compatible characters, one dash, no case, tidy spaces."""
    return _SEPARATORS.sub(r"\1", _plain(text).replace(JOINT, " "))


def squash(number: str) -> str:
    """A number without what separates its parts: FA-2026-0042 and FA20260042 are alike."""
    return _ANY_SEPARATORS.sub("", normalise(number))


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
    found = numbers_in("; ".join(_ADDRESSES.sub(" ", text[:_LONGEST_KEPT]) for text in texts))
    return tuple(islice((number for number, counts in found.items() if counts and _may_be_kept(number)), _MOST_KEPT))


def _may_be_kept(number: str) -> bool:
    found = _KEPT.fullmatch(number)
    return found is not None and found["word"] not in LITTLE


class Candidates:
    """What `numbers_in` finds, with the places where each stands."""

    def __init__(self, text: str) -> None:
        plain = _plain(text[:_LONGEST_READ])
        self._plain, self._spaced = plain, plain.replace(JOINT, " ")
        self._beside: dict[int, bool] = {}
        self.places: dict[str, list[tuple[int, int]]] = {}
        for place in islice(places(plain), _MOST_CANDIDATES):
            for number in _forms(plain[slice(*place)]):
                self.places.setdefault(number, []).append(place)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def counts(self, number: str, place: tuple[int, int]) -> bool:
        """Whether a number counts there whoever wrote it: by itself, or beside a word for an invoice."""
        thousands = number.isdigit() and JOINT in self._plain[slice(*place)]
        return (not thousands and not weak(number)) or self.beside(place)

    def beside(self, place: tuple[int, int]) -> bool:
        """Whether a word for an invoice stands before it."""
        start = place[0]
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
