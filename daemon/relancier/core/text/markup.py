"""HTML to words, crudely: enough to look for numbers and phrases, in one pass whatever the page holds."""

import html

_QUOTATION = {"blockquote": 1, "/blockquote": -1}
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "td", "h1", "h2", "h3", "blockquote", "pre", "table", "hr"})


def without_tags(page: str, *, quotations: bool = True) -> str:
    """The words of an HTML page, crudely, in one pass over it; if asked for, without those in its quotations."""
    words: list[str] = []
    skipping = ""
    depth = 0
    before, *chunks = page.split("<")
    for chunk in chunks:
        tag, _, rest = chunk.partition(">")
        name = tag.split(None, 1)[0].lower() if tag.strip() else ""
        if skipping:
            skipping = "" if _ends(skipping, chunk, name) else skipping
            said = "" if skipping else rest.rpartition("-->")[2]
        elif name.startswith("!--"):
            skipping = "" if "-->" in chunk else "!--"
            said = chunk.partition("-->")[2]
        else:
            skipping = name if name in ("script", "style", "head") else ""
            depth = max(0, depth + _QUOTATION.get(name, 0))
            words.append("\n" if name.strip("/") in _BREAKS else "")
            said = "" if skipping else rest
        words.append(said if quotations or not depth else "")
    return html.unescape(before + "".join(words)).replace("\xa0", " ").strip()


def _ends(skipping: str, chunk: str, name: str) -> bool:
    return "-->" in chunk if skipping == "!--" else name == f"/{skipping}"
