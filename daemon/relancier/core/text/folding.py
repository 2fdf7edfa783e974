"""Text made comparable without moving a character: places found in the folded text are places in the text itself."""

import unicodedata

_PLAIN = {ord(char): ord(plain) for char, plain in zip("’‘ʼ`´–—−‐‑\u00a0\u202f\u2009\t", "'''''-----    ", strict=True)}


def _letters() -> dict[int, int]:
    """All characters up to the Latin letters, each with its own: a look-up that misses would cost ten times as much."""
    bases = {}
    for code in range(0x250):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        bases[code] = ord(base) if len(base) == 1 else code
    return bases


_FOLDED = {**_letters(), **_PLAIN, ord("œ"): ord("e"), ord("Œ"): ord("e")}
_UNSEEN = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])


def composed(text: str) -> str:
    """One character for each accented letter and none that is not seen, so that folding finds them."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_UNSEEN)


def fold(text: str) -> str:
    """Lower case, no accents, plain apostrophes, dashes and spaces; exactly as long as the text."""
    return text.translate(_FOLDED)


def shortened(text: str, start: int, end: int, limit: int = 160) -> str:
    """The words about a place on one line: all of the text where it is short enough, else whole words round it."""
    if len(text) > limit:
        room = max(limit - (end - start), 0) // 2
        start = max(min(start - room, len(text) - limit), 0)
        text = _whole_words(text, start, start + limit)
    return " ".join(text.split())


def _whole_words(text: str, start: int, end: int) -> str:
    cut = text[start:end]
    if start and not text[start - 1].isspace():
        cut = cut.partition(" ")[2] or cut
    if end < len(text) and not text[end].isspace():
        cut = cut.rpartition(" ")[0] or cut
    return cut
