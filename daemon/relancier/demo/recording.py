"""A recording of the demo for the README: one SVG in which the lines roll by and the end stays a while.

docs/demo.svg is made by `relancier demo --svg docs/demo.svg`.
"""

from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI

SHOWN = 36  # lines in the window
LINE = 24.4  # the height that rich gives a line
SECONDS_A_LINE = 0.35
SECONDS_AT_THE_BEGIN, SECONDS_AT_THE_END = 5.0, 10.0
TOP, MARGIN = 40, 12
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {{width}} {height}" xmlns="http://www.w3.org/2000/svg">
<title>relancier demo</title>
<style>
.{{unique_id}}-matrix {{{{ font-family: "Fira Code", "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {{char_height}}px; line-height: {{line_height}}px; font-variant-east-asian: full-width; }}}}
.film {{{{ transform: translateY({end}px); animation: roll {seconds}s steps({steps}, end) infinite; }}}}
@keyframes roll {{{{
  0%, {begun}% {{{{ transform: translateY(0); }}}}
  {rolled}%, 100% {{{{ transform: translateY({end}px); }}}}
}}}}
@media (prefers-reduced-motion: reduce) {{{{ .film {{{{ animation: none; }}}} }}}}
{{styles}}
</style>
<defs>
<clipPath id="{{unique_id}}-window"><rect x="0" y="3" width="{{terminal_width}}" height="{window}"/></clipPath>
<clipPath id="{{unique_id}}-clip-terminal"><rect width="{{terminal_width}}" height="{{terminal_height}}"/></clipPath>
{{lines}}
</defs>
<rect fill="{background}" x="1" y="1" width="{{width}}" height="{height}" rx="8"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/>
<circle cx="62" cy="20" r="6" fill="#28c840"/>
<g transform="translate({{terminal_x}}, {top})" clip-path="url(#{{unique_id}}-window)">
<g class="film">
{{backgrounds}}
<g class="{{unique_id}}-matrix">
{{matrix}}
</g>
</g>
</g>
</svg>
"""


def save_svg(console: Console, path: Path) -> None:
    """Writes what the console has shown."""
    lines = console.export_text(clear=False, styles=False).count("\n")
    theme = DIMMED_MONOKAI
    drawn = console.export_svg(theme=theme, code_format=_frame(lines, theme.background_color.hex), unique_id="demo")
    path.write_text(drawn, encoding="utf-8")


def _frame(lines: int, background: str) -> str:
    """What surrounds the lines: a window over them, and how they roll past it."""
    window = SHOWN * LINE
    hidden = max(1, lines - SHOWN)
    rolled = SECONDS_AT_THE_BEGIN + hidden * SECONDS_A_LINE
    seconds = rolled + SECONDS_AT_THE_END
    return FRAME.format(
        height=round(window + TOP + MARGIN),
        window=round(window, 1),
        top=TOP,
        end=round(-hidden * LINE, 1),
        steps=hidden,
        begun=round(100 * SECONDS_AT_THE_BEGIN / seconds, 1),
        seconds=round(seconds, 1),
        rolled=round(100 * rolled / seconds, 1),
        background=background,
    )
