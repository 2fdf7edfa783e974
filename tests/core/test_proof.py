"""House law 12's exception: what proves that a message comes from its sender's domain, and what only seems to."""

import pytest

from relancier.core.reading.mail import Message
from relancier.core.reading.proof import proved
from relancier.core.reading.read import read

OURS = "mx.lumen.test"
PASS = f"{OURS}; dkim=pass header.d=banque.test header.s=s1 header.b=abc123=="
SIGNED = "v=1; a=rsa-sha256; d=banque.test; s=s1; h=from:to; bh=x; b=y"


def message(
    *results: str, sender: str = "Ma Banque <releves@banque.test>", signature: str = SIGNED, more: str = ""
) -> Message:
    fields = [f"Authentication-Results: {one}" for one in results]
    signed = [f"DKIM-Signature: {signature}"] if signature else []
    head = [*fields, *signed, f"From: {sender}", "To: compta@lumen.test", "Subject: releve", *([more] if more else [])]
    return read("\r\n".join([*head, "", "Bonjour"]).encode(), complete=True)


@pytest.mark.parametrize(
    "results",
    [
        [PASS],
        [f"{OURS} 1; spf=pass smtp.mailfrom=banque.test; dkim=pass header.d=banque.test header.i=@banque.test"],
        [f'{OURS}; dkim=pass (2048-bit key) header.d=banque.test; dmarc=pass (p=REJECT "x") header.from=banque.test'],
        [f"{OURS}; dkim=fail header.d=autre.test; dkim=pass header.d=banque.test"],
        [f"{OURS}; spf=pass smtp.mailfrom=x@banque.test", PASS],  # a field for each filter
        [PASS, f"{OURS}; dkim=fail header.d=banque.test"],  # what came with it stands below
        [f'{OURS}; dkim=pass (2048-bit key; unprotected) header.d=banque.test header.b="ab/c+Z8="; dkim-atps=neutral'],
        [f'{OURS}; spf=pass smtp.mailfrom="" smtp.helo=m.banque.test; dkim=pass header.d=banque.test'],
        [f"{OURS}; spf=pass smtp.mailfrom=SRS0=h=1=banque.test=x@relay.test; dkim=pass header.d=banque.test"],
        [PASS.upper().replace(OURS.upper(), OURS)],
    ],
)
def test_a_signature_that_our_server_checked_proves_it(results: list[str]) -> None:
    assert proved(message(*results), OURS)


def test_a_signature_of_the_domain_above_proves_it() -> None:
    assert proved(message(PASS, sender="releves@mail.banque.test"), OURS)


@pytest.mark.parametrize(
    "results",
    [
        [],
        ["other.test; dkim=pass header.d=banque.test"],
        [f"{OURS}.evil.test; dkim=pass header.d=banque.test"],
        ["other.test; spf=pass smtp.mailfrom=x@banque.test", PASS],  # below another server's: it came with the message
        [f"{OURS}; none"],
        [f"{OURS}; none", "other.test; none", PASS],
        [f"{OURS}; dkim=fail header.d=banque.test"],
        [f"{OURS}; dkim=none", PASS],
        [f"{OURS}; dkim=pass header.d=evil.test"],
        [f"{OURS}; dkim=pass header.d=test"],
        [f"{OURS}; dkim=pass header.d=xbanque.test"],
        [f"{OURS}; dkim=pass header.d=sub.banque.test"],
        [f"{OURS}; dkim=pass header.i=@banque.test"],
        [f"{OURS}; dkim=pass header.d=evil.test header.d=banque.test"],
        [f"{OURS}; dkim=pass header.d=banque.test; dkim=fail header.d=banque.test"],
        [f"{OURS}; spf=pass smtp.mailfrom=banque.test; dmarc=pass header.from=banque.test"],
        [f'{OURS}; dkim=pass header.d=evil.test header.i="x header.d=banque.test "@evil.test'],
        [f"{OURS}; dkim=pass header.d=evil.test x.y=header.d=banque.test"],
        [f'{OURS}; dkim=pass header.d="banque.test"'],
        [f'{OURS}; spf=none smtp.mailfrom="x; dkim=pass header.d=banque.test; y"@evil.test'],
        [f"{OURS}; spf=none (x (dkim=pass) header.d=banque.test; dkim=pass header.d=banque.test"],
        [f"({OURS}); dkim=pass header.d=banque.test"],
        [f"{OURS} dkim=pass header.d=banque.test"],
        [f"{OURS}; dkim=pass header.d=banque.test" + " x" * 3000],
    ],
)
def test_nothing_else_does(results: list[str]) -> None:
    assert not proved(message(*results), OURS)


@pytest.mark.parametrize("authserv_id", ["", " ", "mx", "lumen.test"])
def test_nor_any_other_name_of_a_server(authserv_id: str) -> None:
    assert not proved(message(PASS), authserv_id)


@pytest.mark.parametrize("signature", ["", SIGNED + "; l=120", SIGNED.replace("banque", "evil"), f"{SIGNED}; L = 0"])
def test_the_signature_itself_must_be_there_and_cover_all(signature: str) -> None:
    assert not proved(message(PASS, signature=signature), OURS)


@pytest.mark.parametrize(
    "sender",
    [
        "releves@evil.test",
        "releves@banque.test <x@evil.test>",
        '"releves@banque.test" <x@evil.test>',
        "releves@banque.test.evil.test",
        "releves@test",
        "releves",
        "",
    ],
)
def test_the_sender_is_the_one_that_was_signed_for(sender: str) -> None:
    assert not proved(message(PASS, sender=sender), OURS)


def test_two_senders_prove_nothing() -> None:
    assert not proved(message(PASS, more="From: x@evil.test"), OURS)
    assert not proved(message(PASS, sender="<releves@banque.test>, x@evil.test"), OURS)
