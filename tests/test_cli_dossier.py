"""`dossier` and `forget` on a configured folder."""

import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli_desk import TODAY, Desk, row

from relancier.core.case import Kind
from relancier.core.stored import Order

NUMBER = "F-2026-0001"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.new(tmp_path / "desk")
    assert desk.run("pause", NUMBER).status == 0
    return desk


def opened(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_file_is_written_whole_for_its_owner_only_and_says_what_lacks(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    before = desk.fingerprint()
    outcome = desk.run("dossier", NUMBER, "--output", str(path))
    files = opened(path)
    assert outcome.status == 0
    assert outcome.out == f"Written: {path}, {len(files)} files.\n"
    assert outcome.err.startswith("Lacking: La facture elle-même (PDF)")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [child.name for child in tmp_path.iterdir() if child.name.startswith(".")] == []
    assert NUMBER in files["01-dossier.txt"].decode()
    assert desk.fingerprint() == before


def test_nothing_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    path.write_text("mine")
    outcome = desk.run("dossier", NUMBER, "--output", str(path))
    assert outcome.status == 1
    assert "exists already" in outcome.err
    assert path.read_text() == "mine"
    missing = desk.run("dossier", NUMBER, "--output", str(tmp_path / "no" / "file.zip"))
    assert "There is no folder" in missing.err


def test_the_day_of_the_figures_can_be_named_and_the_same_day_gives_the_same_file(desk: Desk, tmp_path: Path) -> None:
    on = (TODAY + timedelta(days=90)).isoformat()
    paths = [tmp_path / f"{name}.zip" for name in "ab"]
    for path in paths:
        assert desk.run("dossier", NUMBER, "--on", on, "--output", str(path)).status == 0
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    assert first == second
    assert "Pénalités de retard" in opened(paths[0])["01-dossier.txt"].decode()


def test_mistakes_end_in_one_sentence(desk: Desk, tmp_path: Path) -> None:
    path = str(tmp_path / "file.zip")
    assert "There is no invoice" in desk.run("dossier", "F-9", "--output", path).err
    assert desk.run("dossier", NUMBER).status == 2
    fresh = Desk.new(tmp_path / "fresh")
    assert "There is no state" in fresh.run("dossier", NUMBER, "--output", path).err
    assert "There is no state" in fresh.run("forget", "alpes").err
    assert "There is no customer" in desk.run("forget", "nobody").err


# --- forget


def test_an_open_customer_is_kept_and_nothing_is_exported(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("forget", "alpes", "--output", str(tmp_path / "out"))
    assert outcome.status == 1
    assert outcome.err == (
        "Nothing was removed: F-2026-0002 is still open; `--override` removes it all the same, "
        "where a person has decided so.\n"
    )
    assert not (tmp_path / "out").exists()


def closed(desk: Desk) -> None:
    desk.run("close", "--customer", "alpes")
    desk.invoices.write_text(desk.invoices.read_text().splitlines()[0] + "\n" + row("F-2026-0003", 50, customer="bora"))
    desk.run("pause", "F-2026-0003")


def test_a_closed_customer_within_limitation_is_kept_unless_a_person_decides(desk: Desk, tmp_path: Path) -> None:
    closed(desk)
    refused = desk.run("forget", "Alpes SA", "--output", str(tmp_path / "out"))
    assert refused.status == 1
    assert "may be needed as evidence until" in refused.err
    outcome = desk.run("forget", "Alpes SA", "--override", "--output", str(tmp_path / "out"))
    assert outcome.status == 0
    assert outcome.out.endswith("Alpes SA: removed. Applied.\n")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"F-2026-0001.zip", "F-2026-0002.zip"}
    assert "Alpes SA" in opened(tmp_path / "out" / "F-2026-0002.zip")["01-dossier.txt"].decode()
    with desk.store() as store:
        assert {case.invoice.customer.name for case in store.all_cases()} == {"Bora SA"}
    assert b"alpes" not in (desk.state / "state.db").read_bytes().lower()
    assert "There is no customer" in desk.run("forget", "alpes").err


def test_what_was_exported_before_is_not_overwritten_and_keeps_everything(desk: Desk, tmp_path: Path) -> None:
    closed(desk)
    (tmp_path / "F-2026-0002.zip").write_text("mine")
    outcome = desk.run("forget", "alpes", "--override", "--output", str(tmp_path))
    assert outcome.status == 1
    assert not (tmp_path / "F-2026-0001.zip").exists()
    with desk.store() as store:
        assert len(store.of_customer("alpes")) == 2


def test_beside_a_daemon_it_is_an_order(desk: Desk, tmp_path: Path) -> None:
    closed(desk)
    with desk.store(exclusive=True) as daemon:
        outcome = desk.run("forget", "alpes", "--override", "--output", str(tmp_path))
        (order,) = daemon.orders()
        assert len(daemon.of_customer("alpes")) == 2
    assert outcome.out.endswith("Alpes SA: to be removed. The daemon will apply it before it sends anything.\n")
    assert (order.word, order.customer, order.note) == ("forget", "alpes", "override")
    assert {key.split("|")[0] for key in order.cases} == {"F-2026-0001", "F-2026-0002"}


def test_what_happens_during_the_export_keeps_everything(desk: Desk, tmp_path: Path) -> None:
    closed(desk)
    with desk.store() as store:
        (case, *_) = store.of_customer("alpes")
        store.commit(
            Order(
                id="9", word="dispute", at=datetime.now(UTC) + timedelta(minutes=5), cases=(case.key,), note="meanwhile"
            )
        )
    outcome = desk.run("forget", "alpes", "--override", "--output", str(tmp_path))
    assert outcome.status == 1
    assert "something happened" in outcome.err
    with desk.store() as store:
        assert Kind.DISPUTED in {event.kind for event in store.events(case.key)}


# --- limitation in forecast and status


def test_forecast_and_status_tell_until_when_a_claim_can_be_pursued(desk: Desk) -> None:
    old = (TODAY - timedelta(days=1700)).isoformat()
    text = desk.invoices.read_text()
    line = next(one for one in text.splitlines() if one.startswith(NUMBER))
    cells = line.split(";")
    cells[3] = old
    desk.invoices.write_text(text.replace(line, ";".join(cells)))
    last = date.fromisoformat(old).replace(year=date.fromisoformat(old).year + 5).isoformat()
    assert f"{NUMBER}" in (shown := desk.run("forecast").out)
    assert "Claims that can soon no longer be pursued:" in shown
    assert last in shown
    assert f'"on": "{last}"' in desk.run("forecast", "--json").out
    assert f"until {last} only" in desk.run("status", NUMBER).out
    assert f'"limitation_on": "{last}"' in desk.run("status", NUMBER, "--json").out
