"""The channels keep their promise: in memory, over SMTP to Postfix or to a bare server, over an SMS gateway."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.contracts.channel import RAW, ChannelContract, World
from tests.servers.fixtures import Accounts
from tests.servers.gateway import SmsGateway
from tests.servers.mailhost import MailHost
from tests.servers.scripted import ScriptedSmtp

from relancier.adapters.memory_channel import UNKNOWN, MemoryChannel
from relancier.adapters.sms import LIMIT, Gateway, SmsChannel, words
from relancier.adapters.smtp import SmtpChannel, SmtpLogin

SENDER, CUSTOMER, OTHER, REFUSED = "compta@lumen.test", "a@client.test", "b@client.test", "inconnu@client.test"


class TestMemoryChannel(ChannelContract):
    @pytest.fixture
    def world(self) -> World:
        channel = MemoryChannel(script={REFUSED: UNKNOWN}, limit=1000)

        async def arrived(address: str, _: int) -> list[bytes]:
            return [sent.raw for sent in channel.sent if address in sent.recipients]

        return World(channel, SENDER, CUSTOMER, OTHER, REFUSED, 1000, arrived)


class TestSmtpChannelToPostfix(ChannelContract):
    @pytest.fixture(params=["tls", "starttls"])
    async def world(
        self, request: pytest.FixtureRequest, mailhost: MailHost, accounts: Accounts
    ) -> AsyncIterator[World]:
        channel = SmtpChannel(
            SmtpLogin(
                host=mailhost.host,
                port=mailhost.smtps_port if request.param == "tls" else mailhost.submission_port,
                security=request.param,
                user=accounts.shared,
                password=mailhost.password(accounts.shared),
                ca_file=str(mailhost.ca_file),
            )
        )

        async def arrived(address: str, count: int) -> list[bytes]:
            return await asyncio.to_thread(mailhost.await_messages, address, count)

        customer, other = accounts.customer("a"), accounts.customer("b")
        yield World(channel, accounts.shared, customer, other, accounts.refused, 26214400, arrived)
        await channel.close()


class RefusingSmtp(ScriptedSmtp):
    """Refuses one recipient and too large messages, and keeps nothing apart: each message is for all recipients."""

    def _usual(self, verb: str) -> bytes:
        line = self.lines[-1] if self.lines else b""
        if verb == "RCPT" and REFUSED.encode() in line:
            return b"550-5.1.1 no such\r\n550 5.1.1 address\r\n"
        if verb == "MAIL" and line.endswith(b"SIZE=1001"):
            return b"552 5.3.4 too large\r\n"
        return super()._usual(verb)

    def recipients(self) -> list[set[str]]:
        """For each message, who it was for."""
        found: list[set[str]] = []
        for line in self.lines:
            verb, _, rest = line.decode().partition(" ")
            if verb == "MAIL":
                envelope: set[str] = set()
            elif verb == "RCPT" and REFUSED not in rest:
                envelope.add(rest.partition("<")[2].partition(">")[0])
            elif verb == "DATA":
                found.append(envelope)
        return found


class TestSmtpChannelToABareServer(ChannelContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with RefusingSmtp(offers=["SIZE 1000"]) as server:
            channel = SmtpChannel(SmtpLogin(host="127.0.0.1", port=server.port, security="none"))

            async def arrived(address: str, _: int) -> list[bytes]:
                pairs = zip(server.recipients(), server.messages, strict=True)
                return [raw for envelope, raw in pairs if address in envelope]

            yield World(channel, SENDER, CUSTOMER, OTHER, REFUSED, 1000, arrived)
            await channel.close()


class TestSmsChannel(ChannelContract):
    """Only a message's words leave by SMS: where these are the message's, the message counts as arrived."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        customer, other = "33612345678@sms.invalid", "33712345678@sms.invalid"
        async with SmsGateway() as server:
            channel = SmsChannel(Gateway(url=server.url(), seconds=5.0))

            async def arrived(address: str, _: int) -> list[bytes]:
                number = f"+{address.partition('@')[0]}"
                return [RAW for to, text in server.texts if to == number and text == words(RAW)]

            yield World(channel, SENDER, customer, other, "nobody@sms.invalid", LIMIT, arrived)
            await channel.close()
