"""SMTP against a server that misbehaves: every failure has its stage, and the next message finds a clean connection."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Literal

import pytest
from tests.servers.certificates import Authority, Certificate
from tests.servers.proxy import serve_tls
from tests.servers.scripted import CUT, SILENCE, ScriptedSmtp
from tests.servers.waiting import until

from relancier.adapters.smtp import SmtpChannel, SmtpLogin, Timeouts
from relancier.core.outbox import Stage
from relancier.ports import Lost, Rejected, Unavailable, Wish

SENDER, TO, CC = "compta@lumen.test", "achats@client.test", "copie@client.test"
RAW = b"From: compta@lumen.test\r\nSubject: Facture\r\n\r\nBonjour,\r\n"
PASSWORD = "mot de passe très secret"
QUICK = Timeouts(connect=2, command=2, body=2, quit=0.2)
STAGES = [
    ("GREETING", Stage.CONNECT),
    ("EHLO", Stage.CONNECT),
    ("AUTH", Stage.AUTH),
    ("MAIL", Stage.MAIL),
    ("RCPT", Stage.RCPT),
    ("DATA", Stage.DATA),
    (".", Stage.BODY),
]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedSmtp]:
    async with ScriptedSmtp() as server:
        yield server


@pytest.fixture
async def open_channel() -> AsyncIterator[Callable[..., SmtpChannel]]:
    """Makes channels (without TLS, on loopback, unless told otherwise) and closes them."""
    made: list[SmtpChannel] = []

    def make(
        port: int,
        *,
        security: Literal["tls", "starttls", "none"] = "none",
        ca_file: str = "",
        timeouts: Timeouts = QUICK,
        user: str = SENDER,
        password: str = PASSWORD,
    ) -> SmtpChannel:
        login = SmtpLogin(
            host="localhost" if security != "none" else "127.0.0.1",
            port=port,
            security=security,
            user=user,
            password=password,
            ca_file=ca_file,
            timeouts=timeouts,
        )
        made.append(SmtpChannel(login))
        return made[-1]

    yield make
    for channel in made:
        await channel.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "ours")


Make = Callable[..., SmtpChannel]


async def send(channel: SmtpChannel, *recipients: str, raw: bytes = RAW) -> str:
    transaction = await channel.open(Wish(SENDER, recipients or (TO,), len(raw), "R-1"))
    return str(await transaction.data(raw))


async def stage_of_failure(channel: SmtpChannel) -> Stage | None:
    try:
        await send(channel)
    except (Lost, Rejected) as failed:
        return failed.stage
    return None


def lines(server: ScriptedSmtp, verb: str) -> list[str]:
    return [line.decode() for line, said in zip(server.lines, server.verbs(), strict=True) if said == verb]


# --- what goes wrong at which stage ---


@pytest.mark.parametrize("answer", [b"421 4.3.2 fermeture\r\n", b"450 4.2.1 plus tard\r\n", b"550 5.7.1 non\r\n"])
@pytest.mark.parametrize(("verb", "stage"), STAGES)
async def test_a_no_at_each_stage(
    server: ScriptedSmtp, open_channel: Make, verb: str, stage: Stage, answer: bytes
) -> None:
    server.script = {verb: [answer]}
    channel = open_channel(server.port)
    with pytest.raises(Rejected) as rejected:
        await send(channel)
    assert rejected.value.stage is stage
    assert str(rejected.value.answer).encode() in answer.replace(rejected.value.answer.enhanced.encode() + b" ", b"")
    assert rejected.value.answer.enhanced.encode() in answer
    await send(channel)
    assert server.messages[-1] == RAW


@pytest.mark.parametrize(("verb", "stage"), STAGES)
async def test_a_cut_at_each_stage(server: ScriptedSmtp, open_channel: Make, verb: str, stage: Stage) -> None:
    server.script = {verb: [CUT]}
    channel = open_channel(server.port)
    with pytest.raises(Lost) as lost:
        await send(channel)
    assert lost.value.stage is stage
    assert server.connections == 1
    await send(channel)
    assert server.messages[-1] == RAW


@pytest.mark.parametrize(("verb", "stage"), STAGES)
async def test_silence_at_each_stage(server: ScriptedSmtp, open_channel: Make, verb: str, stage: Stage) -> None:
    server.script = {verb: [SILENCE]}
    channel = open_channel(server.port, timeouts=Timeouts(connect=0.2, command=0.2, body=0.2, quit=0.2))
    with pytest.raises(Lost, match="in time") as lost:
        await send(channel)
    assert lost.value.stage is stage
    await send(channel)
    assert server.messages[-1] == RAW


@pytest.mark.parametrize(("verb", "stage"), STAGES)
@pytest.mark.parametrize("answer", [b"bonjour ?\r\n", b"199 \xff\x07\r\n", b"abc"])
async def test_what_is_no_answer_is_a_loss(
    server: ScriptedSmtp, open_channel: Make, verb: str, stage: Stage, answer: bytes
) -> None:
    server.script = {verb: [answer if answer.endswith(b"\n") else b"\0" + answer]}
    with pytest.raises(Lost) as lost:
        await send(open_channel(server.port))
    assert lost.value.stage is stage
    assert str(lost.value).isprintable()


async def test_nobody_listens(server: ScriptedSmtp, open_channel: Make) -> None:
    port = server.port
    await server.__aexit__()
    with pytest.raises(Lost) as lost:
        await send(open_channel(port))
    assert lost.value.stage is Stage.CONNECT


async def test_a_421_for_one_recipient_is_about_the_connection(server: ScriptedSmtp, open_channel: Make) -> None:
    server.script = {"RCPT": [b"250 ok\r\n", b"421 4.3.2 fermeture\r\n"]}
    with pytest.raises(Rejected) as rejected:
        await send(open_channel(server.port), TO, CC)
    assert (rejected.value.stage, rejected.value.answer.code) == (Stage.RCPT, 421)
    assert server.messages == []


async def test_the_answer_may_take_longer_than_a_command(server: ScriptedSmtp, open_channel: Make) -> None:
    server.script = {".": [SILENCE], "MAIL": [b"250 ok\r\n", SILENCE]}
    channel = open_channel(server.port, timeouts=Timeouts(connect=2, command=0.1, body=0.7, quit=0.1))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    with pytest.raises(Lost):
        await send(channel)
    assert loop.time() - begun > 0.6
    begun = loop.time()
    with pytest.raises(Lost):
        await send(channel)
    assert loop.time() - begun < 0.5


async def test_a_failing_quit_is_nothing(server: ScriptedSmtp, open_channel: Make) -> None:
    for answer in (CUT, SILENCE, b"500 5.5.1 non\r\n", b"?\r\n"):
        server.script = {"QUIT": [answer]}
        channel = open_channel(server.port)
        assert await send(channel) == "250 queued"
        await channel.close()


async def test_a_bare_line_break_never_leaves(server: ScriptedSmtp, open_channel: Make) -> None:
    channel = open_channel(server.port)
    for raw in (b"a: b\r\n\r\nun\ndeux\r\n", b"a: b\r\n\r\nun\rdeux\r\n", b"a: b\r\n\r\n\n.\r\n"):
        with pytest.raises(Rejected) as rejected:
            await send(channel, raw=raw)
        assert rejected.value.stage is Stage.DATA
    assert server.messages == []
    await send(channel)


# --- one connection ---


async def test_a_connection_is_used_again(server: ScriptedSmtp, open_channel: Make) -> None:
    channel = open_channel(server.port)
    for _ in range(3):
        await send(channel)
    assert (server.connections, server.verbs().count("AUTH")) == (1, 1)


async def test_a_connection_that_rested_too_long_is_opened_anew(server: ScriptedSmtp, open_channel: Make) -> None:
    channel = open_channel(server.port, timeouts=Timeouts(idle=-1))
    await send(channel)
    await send(channel)
    assert server.connections == 2
    assert "QUIT" in server.verbs()


async def test_a_connection_that_the_server_closed_is_opened_anew(server: ScriptedSmtp, open_channel: Make) -> None:
    channel = open_channel(server.port)
    await send(channel)
    for writer in list(server.live):
        writer.write(b"421 4.4.2 trop long\r\n")
        writer.close()
    await until(lambda: channel._line is None or not channel._line.is_connected)
    await send(channel)
    assert (server.connections, len(server.messages)) == (2, 2)


@pytest.mark.parametrize("answer", [CUT, b"\x00421 4.7.0 trop de messages\r\n"])
async def test_a_loss_at_the_first_command_opens_anew_once(
    server: ScriptedSmtp, open_channel: Make, answer: bytes
) -> None:
    channel = open_channel(server.port)
    await send(channel)
    server.script = {"MAIL": [answer]}
    await send(channel)
    assert (server.connections, len(server.messages)) == (2, 2)
    server.script = {"MAIL": [answer, answer]}
    assert await stage_of_failure(channel) is Stage.MAIL
    assert server.connections == 3


@pytest.mark.parametrize("verb", ["AUTH", "MAIL", "RCPT", "DATA", "."])
async def test_cancelling_ends_the_connection(server: ScriptedSmtp, open_channel: Make, verb: str) -> None:
    server.script = {verb: [SILENCE]}
    channel = open_channel(server.port)
    sending = asyncio.create_task(send(channel))
    await until(lambda: server.messages if verb == "." else verb in server.verbs())
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert channel._line is None
    await send(channel)
    assert server.connections == 2


async def test_what_was_begun_when_cancelled_never_reaches_its_end(open_channel: Make) -> None:
    """A message half in our buffers: were it sent on after the cancellation, it would be accepted unseen."""
    begun, released, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    got = b""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal got
        for answer in (b"220 a\r\n", b"250 b\r\n", b"250 c\r\n", b"250 d\r\n", b"354 e\r\n"):
            writer.write(answer)
            if not answer.startswith(b"354"):
                await reader.readline()
        begun.set()
        await released.wait()
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 20):
                got += data
        writer.transport.abort()
        ended.set()

    async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
        channel = open_channel(server.sockets[0].getsockname()[1], user="")
        sending = asyncio.create_task(send(channel, raw=b"a: b\r\n\r\n" + b"Bonjour,\r\n" * 3_000_000))
        await begun.wait()
        await until(lambda: channel._line and channel._line.transport.get_write_buffer_size() > 1_000_000)  # type: ignore[union-attr]
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        released.set()
        await asyncio.wait_for(ended.wait(), 10)
    assert not got.endswith(b"\r\n.\r\n")


async def test_a_failed_transaction_is_cleared_at_once(server: ScriptedSmtp, open_channel: Make) -> None:
    server.script = {"DATA": [b"451 4.3.0 plus tard\r\n"], ".": [b"554 5.6.0 non\r\n"], "RCPT": [b"550 5.1.1 non\r\n"]}
    channel = open_channel(server.port)
    for stage in (Stage.RCPT, Stage.DATA, Stage.BODY):
        assert await stage_of_failure(channel) is stage
        assert server.verbs()[-1] == "RSET"


async def test_a_refused_reset_costs_the_connection_only(server: ScriptedSmtp, open_channel: Make) -> None:
    for answer in (b"502 5.5.1 non\r\n", CUT, b"421 4.3.2 fermeture\r\n"):
        server.script = {"RSET": [answer], "DATA": [b"554 5.5.1 non\r\n"]}
        channel = open_channel(server.port)
        with pytest.raises(Rejected):
            await send(channel)
        await send(channel)
    assert len(server.messages) == 3


# --- TLS ---


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["expired", "wrong_name", "unknown"])
async def test_a_bad_certificate_gets_no_password(
    authority: Authority, tmp_path: Path, open_channel: Make, security: str, fault: str
) -> None:
    trusted = Authority(tmp_path / "other") if fault == "unknown" else authority
    certificate: Certificate = getattr(authority, fault if fault != "unknown" else "good")()
    async with tls_server(certificate, security) as server:
        with pytest.raises(Lost, match=r"certificate is not to be trusted .* no password was sent") as lost:
            await send(open_channel(server.port, security=security, ca_file=str(trusted.ca_file)))
        assert lost.value.stage is Stage.TLS
        assert set(server.verbs()) <= {"EHLO", "STARTTLS"}


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_good_certificate_is_trusted(authority: Authority, open_channel: Make, security: str) -> None:
    async with tls_server(authority.good(), security) as server:
        channel = open_channel(server.port, security=security, ca_file=str(authority.ca_file))
        await send(channel)
        await send(channel)
        assert server.connections == 1
        with pytest.raises(Lost, match="certificate is not to be trusted"):
            await send(open_channel(server.port, security=security))


@pytest.mark.parametrize("answer", [b"454 4.7.0 pas maintenant\r\n", b"220 mais non\r\n", CUT])
async def test_a_starttls_that_fails_gets_no_password(
    server: ScriptedSmtp, authority: Authority, open_channel: Make, answer: bytes
) -> None:
    server.offers = ["STARTTLS", "AUTH PLAIN"]
    server.script = {"STARTTLS": [answer]}
    channel = open_channel(server.port, security="starttls", ca_file=str(authority.ca_file))
    assert await stage_of_failure(channel) is Stage.TLS
    assert lines(server, "AUTH") == []


async def test_a_hidden_starttls_gets_no_password(
    server: ScriptedSmtp, authority: Authority, open_channel: Make
) -> None:
    with pytest.raises(Lost, match=r"localhost:\d+ does not offer STARTTLS; no password was sent"):
        await send(open_channel(server.port, security="starttls", ca_file=str(authority.ca_file)))
    assert server.verbs() == ["EHLO"]


async def test_tls_to_a_port_that_speaks_in_clear(
    server: ScriptedSmtp, authority: Authority, open_channel: Make
) -> None:
    with pytest.raises(Lost, match="no encrypted connection") as lost:
        await send(open_channel(server.port, security="tls", ca_file=str(authority.ca_file)))
    assert lost.value.stage is Stage.TLS


async def test_a_missing_ca_file_is_told(server: ScriptedSmtp, open_channel: Make, tmp_path: Path) -> None:
    for name, content in (("none.pem", None), ("empty.pem", "rien")):
        file = tmp_path / name
        if content is not None:
            file.write_text(content)
        with pytest.raises(Lost, match=name) as lost:
            await send(open_channel(server.port, security="tls", ca_file=str(file)))
        assert lost.value.stage is Stage.TLS


def test_in_clear_on_loopback_only() -> None:
    for host in ("127.0.0.1", "::1", "[::1]", "localhost"):
        SmtpLogin(host=host, port=25, security="none")
    for host in ("smtp.example", "10.0.0.1", "localhost.example"):
        with pytest.raises(ValueError, match="loopback only"):
            SmtpLogin(host=host, port=25, security="none")
    with pytest.raises(ValueError, match="tls, starttls or none"):
        SmtpLogin(host="localhost", port=25, security="TLS")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="line break"):
        SmtpLogin(host="localhost", port=25, security="tls", user="a\r\nb")


def tls_server(certificate: Certificate, security: str) -> ScriptedSmtp:
    context = serve_tls(certificate)
    if security == "tls":
        return ScriptedSmtp(tls=context)
    return ScriptedSmtp(starttls=context, offers=["STARTTLS", "AUTH PLAIN"])


# --- logging in ---


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ("CRAM-MD5 LOGIN PLAIN", "AUTH PLAIN "),
        ("CRAM-MD5 LOGIN", "AUTH LOGIN "),
        ("GSSAPI CRAM-MD5", "AUTH CRAM-MD5"),
    ],
)
async def test_one_attempt_with_the_best_method(
    server: ScriptedSmtp, open_channel: Make, offered: str, said: str
) -> None:
    server.offers = [f"AUTH {offered}"]
    server.script = {"AUTH": [b"535 5.7.8 mot de passe faux\r\n"]}
    with pytest.raises(Rejected) as rejected:
        await send(open_channel(server.port))
    assert (rejected.value.stage, rejected.value.answer.enhanced) == (Stage.AUTH, "5.7.8")
    (line,) = lines(server, "AUTH")
    assert line.startswith(said)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("offered", "answers"),
    [("LOGIN", [b"334 UGFzc3dvcmQ6\r\n"]), ("CRAM-MD5", [b"334 PDFAeD4=\r\n"]), ("PLAIN", [])],
)
async def test_each_method_logs_in(
    server: ScriptedSmtp, open_channel: Make, offered: str, answers: list[bytes]
) -> None:
    server.offers = [f"AUTH {offered}"]
    server.script = {"AUTH": answers}
    assert await send(open_channel(server.port)) == "250 queued"


async def test_a_server_without_our_methods(server: ScriptedSmtp, open_channel: Make) -> None:
    for offers in (["AUTH GSSAPI"], ["SIZE 1"]):
        server.offers = offers
        with pytest.raises(Lost, match="no way to log in") as lost:
            await send(open_channel(server.port))
        assert lost.value.stage is Stage.AUTH


async def test_the_secret_is_never_repeated(server: ScriptedSmtp, open_channel: Make) -> None:
    plain = base64.b64encode(f"\0{SENDER}\0{PASSWORD}".encode())
    encoded = base64.b64encode(PASSWORD.encode())
    server.script = {"AUTH": [b"535 5.7.8 not " + plain + b" nor " + encoded + b" nor " + PASSWORD.encode() + b"\r\n"]}
    with pytest.raises(Rejected, match="535 not … nor … nor …") as rejected:
        await send(open_channel(server.port))
    assert rejected.value.__suppress_context__
    login = SmtpLogin(host="localhost", port=25, security="tls", user=SENDER, password=PASSWORD)
    assert PASSWORD not in repr(login)


async def test_a_token_stands_for_the_password(server: ScriptedSmtp) -> None:
    server.offers = ["AUTH PLAIN XOAUTH2"]

    async def token() -> str:
        return "jeton"

    async def no_token() -> str:
        raise Unavailable("consent was withdrawn")

    channel = SmtpChannel(SmtpLogin(host="127.0.0.1", port=server.port, security="none", user=SENDER, token=token))
    await send(channel)
    await channel.close()
    assert lines(server, "AUTH")[0].startswith("AUTH XOAUTH2 ")
    channel = SmtpChannel(SmtpLogin(host="127.0.0.1", port=server.port, security="none", user=SENDER, token=no_token))
    with pytest.raises(Lost, match="consent was withdrawn") as lost:
        await send(channel)
    assert lost.value.stage is Stage.AUTH


async def test_it_says_the_domain_of_the_login_never_this_machine(server: ScriptedSmtp, open_channel: Make) -> None:
    for user, name in ((SENDER, "lumen.test"), ("compta@lumière.test", "xn--lumire-6ua.test"), ("", "[127.0.0.1]")):
        await send(open_channel(server.port, user=user))
        assert lines(server, "EHLO")[-1] == f"EHLO {name}"


# --- the envelope ---


async def test_options_are_said_where_they_are_offered(server: ScriptedSmtp, open_channel: Make) -> None:
    server.offers = ["SIZE 1000", "DSN", "AUTH PLAIN"]
    channel = open_channel(server.port)
    await (await channel.open(Wish(SENDER, (TO,), 57, "R-1 +=é", success=True))).abandon()
    assert lines(server, "MAIL") == [f"MAIL FROM:<{SENDER}> SIZE=57 RET=HDRS ENVID=R-1+20+2B+3D+C3+A9"]
    assert lines(server, "RCPT") == [f"RCPT TO:<{TO}> NOTIFY=FAILURE,DELAY,SUCCESS"]
    await (await channel.open(Wish(SENDER, (TO,), 57))).abandon()
    assert lines(server, "MAIL")[-1] == f"MAIL FROM:<{SENDER}> SIZE=57 RET=HDRS"
    assert lines(server, "RCPT")[-1] == f"RCPT TO:<{TO}> NOTIFY=FAILURE,DELAY"


async def test_no_option_where_none_is_offered(server: ScriptedSmtp, open_channel: Make) -> None:
    server.offers = ["AUTH PLAIN"]
    await send(open_channel(server.port))
    assert lines(server, "MAIL") == [f"MAIL FROM:<{SENDER}>"]
    assert lines(server, "RCPT") == [f"RCPT TO:<{TO}>"]


async def test_accents_before_the_at_need_smtputf8(server: ScriptedSmtp, open_channel: Make) -> None:
    accent = "rené@client.test"
    channel = open_channel(server.port)
    transaction = await channel.open(Wish(SENDER, (TO, accent), 57))
    assert transaction.refused[accent].enhanced == "5.6.7"
    with pytest.raises(Rejected) as rejected:
        await channel.open(Wish(accent, (TO,), 57))
    assert rejected.value.stage is Stage.MAIL
    with pytest.raises(Rejected) as rejected:
        await channel.open(Wish(SENDER, (accent,), 57))
    assert rejected.value.stage is Stage.RCPT
    assert accent not in "".join(lines(server, "RCPT"))
    await channel.close()
    server.offers = ["SMTPUTF8", "AUTH PLAIN"]
    assert (await channel.open(Wish(SENDER, (TO, accent), 57))).refused == {}
    assert lines(server, "MAIL")[-1].endswith(" SMTPUTF8")
    assert lines(server, "RCPT")[-1] == f"RCPT TO:<{accent}>"


async def test_accents_in_a_domain_need_nothing(server: ScriptedSmtp, open_channel: Make) -> None:
    transaction = await open_channel(server.port).open(Wish(SENDER, ("achats@métal.test",), 57))
    assert transaction.refused == {}
    assert lines(server, "RCPT") == ["RCPT TO:<achats@xn--mtal-bpa.test>"]


@pytest.mark.parametrize("address", ["a@b.test>\r\nRCPT TO:<x@y.test", "a b@c.test", "", "a\0@b.test", "<a@b.test>"])
async def test_what_is_no_address_is_never_said(server: ScriptedSmtp, open_channel: Make, address: str) -> None:
    channel = open_channel(server.port)
    transaction = await channel.open(Wish(SENDER, (TO, address), 57))
    assert transaction.refused[address].enhanced == "5.1.3"
    assert lines(server, "RCPT") == [f"RCPT TO:<{TO}>"]
    if address:
        with pytest.raises(Rejected):
            await channel.open(Wish(address, (TO,), 57))
        assert len(lines(server, "MAIL")) == 1


async def test_what_is_done_meanwhile_runs_once_and_its_failure_is_none_of_the_message(
    server: ScriptedSmtp, open_channel: Make
) -> None:
    told: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, facts: told.append(str(facts["exception"])))

    def failing() -> None:
        raise KeyError("elsewhere")

    transaction = await open_channel(server.port).open(Wish(SENDER, (TO,), len(RAW), meanwhile=failing))
    answer = await transaction.data(RAW)
    assert answer.code == 250
    assert told == ["'elsewhere'"]
