"""Access tokens for both logins: kept until shortly before they end, one renewal at a time, no storm of requests."""

import asyncio
from collections.abc import Callable, Iterable

from relancier.adapters.oauth2.consent import Consent
from relancier.adapters.oauth2.endpoint import Client, Grant, ask
from relancier.ports import LoginRefused, Unavailable

AHEAD = 300.0  # longer than one wait in IDLE, so that a session is left before its token ends
YOUTH = 60.0
REST = 30.0


class Tokens:
    """What a login takes instead of a password: `get` before it, `instead_of` where the server refused the token.

    A token younger than `youth` is not renewed because a server refused it: a new one would fare no better. After a
    failure that may pass, the endpoint is left alone for `rest` seconds, or for as long as it asked for. `learned` is
    told every secret that is in use, for the log to leave out.
    """

    def __init__(
        self,
        client: Client,
        consent: Consent | None = None,
        *,
        learned: Callable[[Iterable[str]], None] = lambda _: None,
    ) -> None:
        self.youth = YOUTH
        self.rest = REST
        self._client = client
        self._consent = consent
        self._learned = learned
        self._lock = asyncio.Lock()
        self._token = self._useless = ""
        self._issued_at = self._renew_at = self._ends_at = 0.0
        self._failure: Unavailable | None = None
        self._closed_until = 0.0

    async def get(self) -> str:
        """A token that is still good for a while. Raises LoginRefused, Unavailable."""
        async with self._lock:
            if self._token and _now() < self._renew_at:
                return self._token
            try:
                return await self._renew()
            except LoginRefused:
                raise
            except Unavailable:
                if self._token and _now() < self._ends_at:
                    return self._token
                raise

    async def instead_of(self, refused: str) -> str:
        """Another token than the refused one; that one itself where none is worth trying. Raises as `get` does."""
        async with self._lock:
            if refused == self._useless:
                return refused
            if self._token and self._token != refused:
                return self._token
            if self._token and _now() < self._issued_at + self.youth:
                self._token, self._useless = "", refused
                return refused
            return await self._renew()

    async def _renew(self) -> str:
        now = _now()
        if self._failure is not None and now < self._closed_until:
            raise Unavailable(str(self._failure), delay=self._closed_until - now)
        try:
            grant = await self._ask()
        except LoginRefused:
            raise
        except Unavailable as error:
            self._failure, self._closed_until = error, now + max(error.delay or 0.0, self.rest)
            raise
        self._failure = None
        self._token, self._issued_at, self._ends_at = grant.access_token, now, now + grant.seconds
        self._renew_at = self._ends_at - min(AHEAD, grant.seconds / 10)
        return self._token

    async def _ask(self) -> Grant:
        """In a thread, to its end: a newer refresh token must be kept even if nobody waits any more."""
        try:
            async with asyncio.timeout(2 * self._client.seconds):
                return await asyncio.to_thread(self._exchange)
        except TimeoutError:
            raise Unavailable(f"{self._client.where} gives no access token in time.") from None

    def _exchange(self) -> Grant:
        if self._consent is None:
            grant = ask(self._client)
            self._tell(grant, "")
            return grant
        with self._consent.alone():
            grant = ask(self._client, self._consent.read())
            newest = self._consent.keep(grant.refresh_token)
        self._tell(grant, newest)
        return grant

    def _tell(self, grant: Grant, consent: str) -> None:
        """The secrets in use from now on, and the token that is still being used."""
        self._learned(secret for secret in (grant.access_token, self._token, consent) if secret)


def _now() -> float:
    return asyncio.get_running_loop().time()
