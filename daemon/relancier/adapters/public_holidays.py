"""Public holidays of a country or region, from the holidays library."""

from collections.abc import Iterable
from datetime import date

import holidays

# Départements whose holidays the library knows under the name of their region.
_SAME_AS = {"FR-67": "FR-6AE", "FR-68": "FR-6AE"}


def public_holidays(region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of "FR", "FR-57", …; none for "". Raises ValueError for a region that is not known."""
    if not region:
        return frozenset()
    country, _, subdivision = _SAME_AS.get(region, region).partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years, expand=False)
    except NotImplementedError:
        raise ValueError(_unknown(region, country)) from None
    return frozenset(found)


def _unknown(region: str, country: str) -> str:
    regions = holidays.list_supported_countries(include_aliases=False).get(country)
    if regions is None:
        return f'The public holidays of "{region}" are not known; write a country code such as "FR", or "" for none.'
    if not regions:
        return f'"{region}" is not known; {country} has no regions with holidays of their own, write "{country}".'
    known = ", ".join(f"{country}-{name}" for name in regions)
    return f'The region "{region}" is not known; write "{country}" or one of {known}.'
