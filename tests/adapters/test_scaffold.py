"""What `init` writes is complete, loads as it is, and never overwrites."""

from pathlib import Path

from relancier.adapters.invoices import InvoiceFile
from relancier.adapters.scaffold import Written, example, write
from relancier.config import load, read_key

CHECKOUT = Path(__file__).parents[2]


def shipped(tmp_path: Path) -> tuple[Path, Path]:
    plans, templates = tmp_path / "shipped" / "plans", tmp_path / "shipped" / "templates"
    for path in (plans / "standard.toml", templates / "fr" / "rappel.txt", templates / "__pycache__" / "x.pyc"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    (plans / ".hidden").touch()
    return plans, templates


def written(tmp_path: Path) -> Written:
    plans, templates = shipped(tmp_path)
    return write(tmp_path / "new", plans=plans, templates=templates)


def test_a_new_folder_gets_everything(tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert written(tmp_path) == Written(
        created=(
            new / "config.toml",
            new / "plans" / "standard.toml",
            new / "templates" / "fr" / "rappel.txt",
            new / "invoices.csv",
            new / "mailbox.key",
        ),
        kept=(),
    )
    assert (new / "config.toml").read_bytes() == (CHECKOUT / "config.example.toml").read_bytes()


def test_what_is_written_is_valid_as_it_is(tmp_path: Path) -> None:
    written(tmp_path)
    config, problems = load(tmp_path / "new" / "config.toml")
    assert problems == ()
    assert config is not None
    assert config.invoices.file is not None
    snapshot = InvoiceFile(config.invoices.file, config.invoices.customers, config.invoices.columns.given()).read()
    assert snapshot.problems == ()
    assert [invoice.number for invoice in snapshot.invoices] == ["F-2026-0141", "F-2026-0147"]
    assert snapshot.invoices[1].customer.name == "Hôtel des Alpes"
    assert len(read_key(config.mailbox.key_file)) == 32
    assert config.mailbox.key_file.stat().st_mode & 0o777 == 0o600


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    first = written(tmp_path)
    for path in first.created:
        path.write_text("mine")
    (tmp_path / "new" / "plans" / "standard.toml").unlink()
    second = written(tmp_path)
    assert second.created == (tmp_path / "new" / "plans" / "standard.toml",)
    assert set(second.kept) == set(first.created) - set(second.created)
    assert {path.read_text() for path in second.kept} == {"mine"}


def test_a_link_to_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "config.toml").symlink_to(tmp_path / "elsewhere")
    assert tmp_path / "new" / "config.toml" in written(tmp_path).kept
    assert not (tmp_path / "elsewhere").exists()


def test_the_example_is_found() -> None:
    assert example().read_bytes() == (CHECKOUT / "config.example.toml").read_bytes()
