"""The files of a new installation, ready to edit (`relancier init DIR`); what exists already is never touched."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

from relancier.config import make_key

EXAMPLE = "config.example.toml"
# As French programs write it: semicolons, day first, decimal comma, and the mark by which Excel knows UTF-8.
INVOICES = """\
\ufeffN° facture;Client;Code client;Date facture;Échéance;Montant TTC;Réglé;Objet;Contact comptable;Email comptable
F-2026-0141;Menuiserie Aubry SARL;C0012;02/11/2026;02/12/2026;1 284,00;0,00;Pose de luminaires, atelier de Bron;\
Claire Aubry;compta@menuiserie-aubry.example
F-2026-0147;Hôtel des Alpes;C0027;16/11/2026;16/12/2026;3 610,80;1 000,00;Éclairage du hall;\
Service comptable;factures@hotel-des-alpes.example
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What was created, and what was there already and is as it was."""

    created: tuple[Path, ...]
    kept: tuple[Path, ...]


def example() -> Path:
    """The shipped config.example.toml: in the checkout, else where the installation says that it put it."""
    checkout = Path(str(resources.files("relancier"))).parents[1] / EXAMPLE
    if checkout.is_file():
        return checkout
    for file in metadata.files("relancier") or ():
        if file.name == EXAMPLE and (path := Path(str(file.locate()))).is_file():
            return path.resolve()
    raise FileNotFoundError(f"this installation has no {EXAMPLE}; install relancier again")


def write(folder: Path, *, plans: Path, templates: Path) -> Written:
    """Writes config.toml, plans/, templates/, invoices.csv and mailbox.key below `folder`. Raises OSError."""
    created: list[Path] = []
    kept: list[Path] = []
    contents = [
        (folder / "config.toml", example().read_bytes()),
        *_copies(plans, folder / "plans"),
        *_copies(templates, folder / "templates"),
        (folder / "invoices.csv", INVOICES.encode()),
    ]
    for path, content in contents:
        (created if _write_new(path, content) else kept).append(path)
    key = folder / "mailbox.key"
    (created if _new_key(key) else kept).append(key)
    return Written(tuple(created), tuple(kept))


def _copies(source: Path, target: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a shipped folder with the place it goes to, in order; caches and hidden files stay behind."""
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if path.is_file() and not any(part.startswith((".", "__")) for part in relative.parts):
            yield target / relative, path.read_bytes()


def _write_new(path: Path, content: bytes) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _new_key(path: Path) -> bool:
    try:
        make_key(path)
    except FileExistsError:
        return False
    return True
