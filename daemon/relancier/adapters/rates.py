"""The dated table of rates for late-payment interest, shipped with the program and extended by the user."""

import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from relancier.core.money import HalfYear, Rates, half_year


def load_rates(path: Path | None = None) -> Rates:
    """The shipped table, with the lines of the user's own file over it. Raises ValueError, OSError for that file."""
    shipped = _read(files("relancier").joinpath("rates.toml").read_text(encoding="utf-8"), "rates.toml")
    rates = Rates(()).plus(shipped)
    return rates if path is None else rates.plus(_read(path.read_text(encoding="utf-8"), path.name))


def _read(text: str, name: str) -> list[HalfYear]:
    try:
        rows = tomllib.loads(text, parse_float=Decimal).get("half_year")
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name} is not valid TOML: {error}.") from None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{name} lists no rates; write one [[half_year]] for each.")
    return [_half_year(row, f"{name}: half_year[{place}]") for place, row in enumerate(rows, 1)]


def _half_year(row: dict[str, Any], where: str) -> HalfYear:
    start = row.get("from")
    if type(start) is not date or start != half_year(start):
        raise ValueError(f"{where}.from: write the 1 January or 1 July of the half-year, such as 2026-07-01.")
    unknown = row.keys() - {"from", "ecb", "legal"}
    if unknown:
        raise ValueError(f"{where}.{min(unknown)}: this key is not known; write from, ecb, legal.")
    if "ecb" not in row:
        raise ValueError(f"{where}.ecb: the European Central Bank's rate on {start.isoformat()} is missing.")
    return HalfYear(start, _percent(row, "ecb", where), _percent(row, "legal", where) if "legal" in row else None)


def _percent(row: dict[str, Any], key: str, where: str) -> Decimal:
    value = row[key]
    if not isinstance(value, bool) and isinstance(value, int | Decimal):
        percent = Decimal(value)
        if percent.is_finite() and 0 <= percent <= 100:
            return percent
    raise ValueError(f"{where}.{key}: write a percentage without quotes, such as 2.15.")
