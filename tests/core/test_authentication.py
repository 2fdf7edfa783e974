"""What our own server found out about a sender, and what anyone may have written under another name."""

import time

from relancier.core.reading.authentication import Result, authentication

OURS = "mx.lumen.test"
WRITTEN = (
    "mx.lumen.test; spf=pass (sender IP is 192.0.2.1; ok) smtp.mailfrom=compta@client.test;\n"
    " dkim=pass header.d=client.test header.s=s1; dkim=fail (bad; key) header.i=@autre.test;\n"
    " dmarc=pass (p=none) header.from=Client.Test; x-tls.subject=none"
)


def test_the_results_of_our_server_are_read_with_their_domains() -> None:
    assert authentication([WRITTEN], OURS) == (
        Result("spf", "pass", "client.test"),
        Result("dkim", "pass", "client.test"),
        Result("dkim", "fail", "autre.test"),
        Result("dmarc", "pass", "client.test"),
    )


def test_what_another_server_wrote_counts_for_nothing() -> None:
    assert authentication([WRITTEN], "mx.autre.test") == ()
    assert authentication([WRITTEN.replace("mx.lumen", "mx.lumen.test.evil")], OURS) == ()
    assert authentication([WRITTEN], "") == ()
    assert authentication(["", ";", "spf=pass smtp.mailfrom=a@b.test"], OURS) == ()


def test_the_uppermost_field_decides_for_each_method() -> None:
    fields = [f"{OURS}; spf=fail smtp.mailfrom=a@evil.test", f"{OURS} 1; spf=pass; dkim=pass header.d=evil.test"]
    found = authentication(fields, "MX.Lumen.Test ")
    assert found == (Result("spf", "fail", "evil.test"), Result("dkim", "pass", "evil.test"))


def test_odd_writing_is_read_or_passed_over() -> None:
    field = f'"{OURS}"; none; DKIM / 1 = PASS header.d="client.test"; dmarc; spf=; reason="a;dkim=fail"'
    assert authentication([field], OURS) == (Result("dkim", "pass", "client.test"),)


def test_a_field_without_end_is_read_in_part_and_at_once() -> None:
    began = time.process_time()
    fields = [OURS + ";" + filler * 50_000 for filler in ("(", '"', "a=", "spf=pass ; ", " \t")] * 100
    found = authentication(fields, OURS)
    assert time.process_time() - began < 2
    assert {one.method for one in found} == {"spf"}
    assert len(found) == 10
