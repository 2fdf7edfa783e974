"""Cases about which nothing was written yet, as the books would open them: what a message is matched against then."""

from collections.abc import Iterable, Mapping

from relancier.core.case import Case
from relancier.core.text.numbers import normalise

_Index = dict[str, tuple[str, ...]]


class FreshCases:
    """Known from the books alone: the open cases by number, and by their contacts' addresses and domains."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._numbers: _Index = {}
        self._addresses: _Index = {}
        self._domains: _Index = {}
        for case in cases:
            if not case.ended:
                self._add(case)

    def _add(self, case: Case) -> None:
        emails = [contact.email.lower() for contact in case.invoice.customer.contacts if contact.email]
        _note(self._numbers, [normalise(case.invoice.number)], case.key)
        _note(self._addresses, emails, case.key)
        _note(self._domains, [email.rpartition("@")[2] for email in emails], case.key)

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return {number: self._numbers[number] for number in numbers if number in self._numbers}

    def by_address(self, address: str) -> tuple[str, ...]:
        return self._addresses.get(address, ())

    def by_domain(self, domain: str) -> tuple[str, ...]:
        return self._domains.get(domain, ())

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:  # noqa: ARG002 - nothing was sent
        return {}

    def entry_by_token(self, token: str) -> None:  # noqa: ARG002
        return None

    def blob(self, sha256: str) -> None:  # noqa: ARG002
        return None


def _note(index: _Index, values: Iterable[str], key: str) -> None:
    for value in dict.fromkeys(values):
        index[value] = (*index.get(value, ()), key)
