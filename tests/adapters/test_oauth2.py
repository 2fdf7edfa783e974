"""Access tokens: asked for once, kept, renewed in time; what each answer of an endpoint means; what is never shown."""

import asyncio
import json
import os
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.servers.certificates import Authority, Certificate
from tests.servers.token_endpoint import CLIENT, CONSENT, SECRET, Answer, TokenEndpoint, no, yes

from relancier.adapters.oauth2 import Client, Consent, Tokens
from relancier.ports import LoginRefused, Unavailable

Learned = Callable[[Iterable[str]], None]


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with TokenEndpoint("compta@lumen.test") as running:
        yield running


def client(endpoint: TokenEndpoint, **other: Any) -> Client:
    return Client(**{"url": endpoint.url, "client_id": CLIENT, "secret": SECRET, "scope": "mail", **other})


def tokens(endpoint: TokenEndpoint, consent: Consent | None = None, **other: Any) -> Tokens:
    made = Tokens(client(endpoint, **other), consent)
    made.rest = 0
    return made


async def refused(asked: Tokens) -> str:
    with pytest.raises(LoginRefused) as caught:
        await asked.get()
    return str(caught.value)


async def unavailable(asked: Tokens) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await asked.get()
    assert not isinstance(caught.value, LoginRefused)
    return caught.value


# --- getting and keeping ---


async def test_the_program_asks_for_itself(endpoint: TokenEndpoint) -> None:
    assert await tokens(endpoint).get() == endpoint.issued[0]
    assert endpoint.asked == [
        {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET, "scope": "mail"}
    ]


async def test_a_person_stands_behind_it(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    consent = Consent(CONSENT, tmp_path / "newest")
    assert await tokens(endpoint, consent, scope="").get() == endpoint.issued[0]
    assert endpoint.asked == [
        {"grant_type": "refresh_token", "client_id": CLIENT, "client_secret": SECRET, "refresh_token": CONSENT}
    ]
    assert not consent._kept.exists()


async def test_one_token_serves_all_who_ask_at_once_and_later(endpoint: TokenEndpoint) -> None:
    asked = tokens(endpoint)
    assert set(await asyncio.gather(*(asked.get() for _ in range(20)))) == {endpoint.issued[0]}
    assert await asked.get() == endpoint.issued[0]
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(("life", "kept"), [(3600, 3300), (10, 9), (0.2, 0.18)])
async def test_a_token_is_renewed_before_it_ends(endpoint: TokenEndpoint, life: float, kept: float) -> None:
    endpoint.life = life
    asked = tokens(endpoint)
    await asked.get()
    assert asked._renew_at - asked._issued_at == pytest.approx(kept)
    assert asked._ends_at - asked._issued_at == pytest.approx(life)
    asked._renew_at = asyncio.get_running_loop().time()
    assert await asked.get() == endpoint.issued[1]


@pytest.mark.parametrize("told", ["3599", 3599, 3599.5, None, "soon", 0, -1, "nan", "inf", 10**400])
async def test_a_life_in_any_form_is_kept(endpoint: TokenEndpoint, told: object) -> None:
    endpoint.answers = [yes(access_token="T", expires_in=told)]
    asked = tokens(endpoint)
    assert [await asked.get(), await asked.get()] == ["T", "T"]


async def test_a_failure_just_before_the_end_lets_the_old_token_serve_on(endpoint: TokenEndpoint) -> None:
    asked = tokens(endpoint)
    first = await asked.get()
    asked._renew_at = 0
    endpoint.answers = [(503, {}, b"")]
    assert await asked.get() == first
    asked._ends_at = 0
    endpoint.answers = [(503, {}, b"")]
    await unavailable(asked)
    assert await asked.get() == endpoint.issued[1]


# --- a server that does not take the token ---


async def test_a_refused_token_is_replaced_once_for_all(endpoint: TokenEndpoint) -> None:
    asked = tokens(endpoint)
    old = await asked.get()
    asked.youth = 0
    fresh = await asked.instead_of(old)
    assert fresh == endpoint.issued[1] != old
    assert await asked.instead_of(old) == fresh
    assert await asked.get() == fresh


async def test_a_young_token_that_is_refused_starts_no_storm(endpoint: TokenEndpoint) -> None:
    asked = tokens(endpoint)
    young = await asked.get()
    assert await asked.instead_of(young) == young
    assert await asked.instead_of(young) == young
    assert len(endpoint.asked) == 1
    assert await asked.get() == endpoint.issued[1]  # the next attempt begins with a new one


# --- what an endpoint answers ---

REFUSALS: list[tuple[Answer, str]] = [
    (no("invalid_client", status=401), "Check client_id and the client's secret"),
    (no("unauthorized_client"), "Check client_id and the client's secret"),
    (no("invalid_grant", "AADSTS5: expired\r\nTrace ID: 1"), r"\(invalid_grant: AADSTS5: expired\)\. The permission"),
    (no("consent_required"), "The permission has ended"),
    (no("invalid_scope"), "Check scope"),
    (no("something_new", "", status=403), r"\(something_new\)\. Check \[mailbox.oauth2\]"),
    ((404, {}, b"<html>"), r"\(HTTP 404\)"),
    ((400, {}, b'{"error": {"code": 7}}'), r"\(HTTP 400\)"),
    ((400, {}, b"[" * 100_000), r"\(HTTP 400\)"),
    ((302, {"Location": "http://127.0.0.1:9/"}, b""), "elsewhere"),
    ((307, {"Location": "http://127.0.0.1:9/"}, b""), "elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), REFUSALS)
async def test_what_a_person_must_mend(endpoint: TokenEndpoint, answer: Answer, words: str) -> None:
    endpoint.answers = [answer]
    with pytest.raises(LoginRefused, match=words):
        await tokens(endpoint).get()
    assert len(endpoint.asked) == 1


async def test_a_refresh_token_that_is_refused_asks_for_the_consent_again(
    endpoint: TokenEndpoint, tmp_path: Path
) -> None:
    endpoint.answers = [no("invalid_grant")]
    with pytest.raises(LoginRefused, match=r"The consent has ended.*refresh token"):
        await tokens(endpoint, Consent(CONSENT, tmp_path / "kept")).get()


PASSING: list[tuple[Answer, float | None]] = [
    ((503, {}, b""), None),
    ((500, {}, b'{"error": "invalid_grant"}'), None),
    (no("temporarily_unavailable", "AADSTS90033: transient"), None),
    (no("slow_down", status=429, Retry_After="120"), 120),
    (no("x", status=429, Retry_After="Wed, 21 Oct 2026 07:30:00 GMT", Date="Wed, 21 Oct 2026 07:28:00 GMT"), 120),
    (no("x", status=429, Retry_After="soon"), None),
    (no("x", status=503, Retry_After="999999999"), 86_400),
    ((200, {}, b"<html>please log in to this hotel</html>"), None),
    ((200, {}, b'{"token_type": "Bearer"}'), None),
    (yes(access_token="two words"), None),
    (yes(access_token="T\r\nA1 DELETE INBOX"), None),
    (yes(access_token=""), None),
    ((200, {}, b'{"access_token": "T"}' + b" " * 300_000), None),
]


@pytest.mark.parametrize(("answer", "delay"), PASSING)
async def test_what_may_pass(endpoint: TokenEndpoint, answer: Answer, delay: float | None) -> None:
    endpoint.answers = [answer]
    assert (await unavailable(tokens(endpoint))).delay == delay


async def test_an_endpoint_is_left_alone_for_as_long_as_it_asks(endpoint: TokenEndpoint) -> None:
    asked = tokens(endpoint)
    endpoint.answers = [no("slow_down", "too much", status=429, Retry_After="120")]
    await unavailable(asked)
    again = await unavailable(asked)
    assert len(endpoint.asked) == 1
    assert again.delay == pytest.approx(120, abs=5)
    assert "too much" in str(again)
    asked._closed_until = 0
    assert await asked.get() == endpoint.issued[0]


async def test_after_any_failure_that_may_pass_it_rests(endpoint: TokenEndpoint) -> None:
    asked = Tokens(client(endpoint))
    endpoint.answers = [(503, {}, b"")]
    await unavailable(asked)
    await unavailable(asked)
    assert len(endpoint.asked) == 1


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/token"
        assert "cannot be asked" in str(await unavailable(Tokens(Client(url=url, client_id="x"))))


async def test_an_endpoint_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/token"
        assert "in time" in str(await unavailable(Tokens(Client(url=url, client_id="x", seconds=0.2))))


async def test_a_proxy_of_the_environment_serves_all_but_this_machine(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(20)
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        assert await tokens(endpoint).get() == endpoint.issued[0]
        asking = asyncio.create_task(Tokens(Client(url="https://login.example/token", client_id="x")).get())
        connection, _ = await asyncio.to_thread(proxy.accept)
        with connection:
            heard = await asyncio.to_thread(connection.recv, 1000)
            connection.sendall(b"HTTP/1.1 502 not now\r\n\r\n")
        with pytest.raises(Unavailable, match=r"login\.example cannot be asked"):
            await asking
    assert heard.startswith(b"CONNECT login.example:443 ")


# --- whom it trusts ---


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tls")


def trusted(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context


async def test_a_private_authority_is_believed_where_it_is_named(authority: Authority) -> None:
    with TokenEndpoint("compta@lumen.test", tls=trusted(authority.good())) as endpoint:
        assert await tokens(endpoint, ca_file=str(authority.ca_file)).get() == endpoint.issued[0]
        assert "ca_file of [mailbox.oauth2]" in await refused(tokens(endpoint))
        assert "/nowhere" in await refused(tokens(endpoint, ca_file="/nowhere/ca.pem"))
        assert len(endpoint.asked) == 1


@pytest.mark.parametrize("kind", ["expired", "wrong_name"])
async def test_a_certificate_that_must_be_refused_gets_no_secret(authority: Authority, kind: str) -> None:
    with TokenEndpoint("compta@lumen.test", tls=trusted(getattr(authority, kind)())) as endpoint:
        assert "no secret was sent" in await refused(tokens(endpoint, ca_file=str(authority.ca_file)))
        assert endpoint.asked == []


@pytest.mark.parametrize("url", ["http://login.example/token", "ftp://localhost/x", "login.example"])
def test_nothing_but_https_beyond_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Client(url=url, client_id="x")


# --- the newest consent ---


async def test_a_newer_refresh_token_is_used_and_outlives_the_process(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    endpoint.rotates, kept = True, tmp_path / "state" / "oauth2.refresh"
    asked = tokens(endpoint, Consent(CONSENT, kept))
    await asked.get()
    asked._renew_at = 0
    await asked.get()
    await tokens(endpoint, Consent(CONSENT, kept)).get()
    used = [form["refresh_token"] for form in endpoint.asked]
    assert used == [CONSENT, "1//consent-1", "1//consent-2"]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(kept.parent) == ["oauth2.refresh"]  # noqa: PTH208 - pathlib's own is refused in a coroutine


async def test_two_processes_never_use_one_refresh_token_twice(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    endpoint.rotates = True
    both = [tokens(endpoint, Consent(CONSENT, tmp_path / "oauth2.refresh")) for _ in range(2)]
    for _ in range(3):
        await asyncio.gather(*(asked.get() for asked in both))
        for asked in both:
            asked._renew_at = 0
    used = [form["refresh_token"] for form in endpoint.asked]
    assert used == [CONSENT, *(f"1//consent-{number}" for number in range(1, 6))]


async def test_a_new_consent_wins_over_what_was_kept_of_the_former(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    endpoint.rotates = True
    await tokens(endpoint, Consent(CONSENT, tmp_path / "kept")).get()
    endpoint.consent = "1//given anew".replace(" ", "-")
    await tokens(endpoint, Consent("1//given-anew", tmp_path / "kept")).get()
    assert endpoint.asked[-1]["refresh_token"] == "1//given-anew"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"follows": 1, "refresh_token": "x"}', b"[" * 99_999]
)
async def test_a_spoilt_file_is_as_good_as_none(endpoint: TokenEndpoint, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kept").write_bytes(content)
    assert await tokens(endpoint, Consent(CONSENT, tmp_path / "kept")).get() == endpoint.issued[0]


async def test_what_cannot_be_kept_is_told_and_used(
    endpoint: TokenEndpoint, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.rotates = True
    (tmp_path / "file").touch()
    asked = tokens(endpoint, Consent(CONSENT, tmp_path / "file" / "kept"))
    await asked.get()
    asked._renew_at = 0
    await asked.get()
    assert endpoint.asked[-1]["refresh_token"] == "1//consent-1"
    assert {record.message for record in caplog.records} == {"consent_not_kept"}
    assert "1//consent" not in repr([vars(record) for record in caplog.records])


# --- secrets ---


async def test_an_endpoint_that_repeats_what_it_was_told_shows_nothing(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    asked = tokens(endpoint, Consent(CONSENT, tmp_path / "kept"))
    endpoint.answers = [no("invalid_grant", f"not {SECRET} nor client+secret%3A+s3cr3t+%26+more nor {CONSENT}")]
    assert "(invalid_grant: not … nor … nor …)" in await refused(asked)
    assert "s3cr3t" not in f"{client(endpoint)!r}{asked!r}{asked._consent!r}"


async def test_the_log_is_told_every_secret_in_use(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    endpoint.rotates = True
    told: list[set[str]] = []
    asked = Tokens(client(endpoint), Consent(CONSENT, tmp_path / "k"), learned=lambda all_: told.append(set(all_)))
    await asked.get()
    asked._renew_at = 0
    await asked.get()
    assert told == [{endpoint.issued[0], "1//consent-1"}, {*endpoint.issued, "1//consent-2"}]


def test_what_is_kept_says_what_it_follows_without_showing_it(tmp_path: Path) -> None:
    Consent("given", tmp_path / "kept").keep("newer")
    content = json.loads((tmp_path / "kept").read_text())
    assert content["refresh_token"] == "newer"
    assert "given" not in json.dumps(content)
