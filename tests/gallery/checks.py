"""What a browser finds wrong with a page: what sticks out, what is hard to read, spaces that may part at a line end."""

import re

from tests.gallery.browser import Browser

LEAST_CONTRAST = 4.5
LOOK = """
(() => {
  const wide = document.documentElement.clientWidth;
  const shows = element => { const box = element.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  const named = element => element.tagName.toLowerCase() + (element.className ? '.' + element.className : '');
  const said = element => (element.textContent || '').trim().slice(0, 40);
  const out = [...document.body.querySelectorAll('*')].filter(one => shows(one) &&
      (one.getBoundingClientRect().right > wide + 1 || one.getBoundingClientRect().left < -1));
  const colour = text => {
    const found = (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return found.length > 3 ? found : [...found, 1];
  };
  const over = (top, below) => [0, 1, 2].map(at => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const ground = element => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const layer = colour(getComputedStyle(one).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const canvas = dark && getComputedStyle(document.documentElement).colorScheme.includes('dark') ? 18 : 255;
    return layers.reduceRight((below, layer) => over(layer, below), [canvas, canvas, canvas, 1]);
  };
  const light = rgb => rgb.slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
      .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = element => {
    const style = getComputedStyle(element), below = ground(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const one = light(over(colour(ink), below)), two = light(below);
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !shows(element) || /^(STYLE|SCRIPT|TITLE)$/i.test(element.tagName)) continue;
    const found = contrast(element);
    if (found < LEAST) faint.add(`${found.toFixed(2)} ${named(element)} "${said(element)}"`);
  }
  return {
    wider: document.documentElement.scrollWidth - wide,
    out: out.filter(one => document.documentElement.scrollWidth > wide).map(one => `${named(one)} "${said(one)}"`),
    faint: [...faint], text: document.body.innerText,
    broken: [...document.images].filter(one => !one.naturalWidth).map(one => one.src.slice(0, 80)),
    unnamed: [...document.images].filter(one => !one.hasAttribute('alt')).map(one => one.src.slice(0, 80)),
  };
})()
""".replace("LEAST", str(LEAST_CONTRAST))
NO_WORDS = re.compile(r"\S*(?:https?://|mailto:|@)\S*")
# A plain space where a fixed one belongs, or none at all.
LOOSE = re.compile(r"\S* [:;!?%€»](?=\s|[.,)]|$)|« \S*|\S*[\w)][!?;€%»](?=\s|[.,)]|$)")
LOOSE_THOUSAND = re.compile(r"(?<![\d+])\d{1,3} \d{3}[,\u00a0\u202f ]?(?:\d\d)?[\u00a0\u202f ]€")


def faults(browser: Browser, html: str, *, width: int, dark: bool, language: str) -> list[str]:
    """What is wrong with a page at this width, in this light."""
    browser.show(html, width=width, dark=dark)
    seen = browser.ask(LOOK)
    found = [f"asks the network for {address}" for address in browser.asked_for]
    if seen["wider"] > 0:
        found.append(f"is {seen['wider']} px too wide: {', '.join(seen['out'][-3:])}")
    found += [f"is hard to read: {one}" for one in seen["faint"]]
    found += [f"shows no picture: {one}" for one in seen["broken"]]
    found += [f"says nothing of a picture: {one}" for one in seen["unnamed"]]
    return found + (loose(seen["text"]) if language == "fr" else [])


def loose(text: str) -> list[str]:
    """The French signs and amounts of a text that a line's end could part from their words."""
    words = NO_WORDS.sub("", text)
    matches = (*LOOSE.finditer(words), *LOOSE_THOUSAND.finditer(words))
    return [f"lacks a fixed space: {match.group()!r}" for match in matches]
