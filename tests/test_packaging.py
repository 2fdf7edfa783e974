"""What is shipped: a wheel that holds the plans, the templates, the rates and the example, and no secret file."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.txt"))


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("kind", ["plans", "templates"])
def test_the_wheel_holds_every_plan_and_template(names: set[str], kind: str) -> None:
    shipped = {f"relancier/{path.relative_to(ROOT)}" for path in (ROOT / kind).rglob("*") if path.is_file()}
    assert shipped
    assert shipped <= names


def test_the_wheel_holds_the_example_the_rates_and_the_units(names: set[str]) -> None:
    ends = ("share/relancier/config.example.toml", "relancier/rates.toml", "share/relancier/systemd/relancier.service")
    assert all(any(name.endswith(end) for name in names) for end in ends)
    assert "relancier/py.typed" in names


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    allowed = re.compile(r"relancier/.*\.(py|toml|txt|html|css|typ|typed)$|relancier-[\d.]+\.(dist-info|data)/")
    assert [name for name in sorted(names) if not allowed.match(name)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_its_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9_.-]+==\S+.*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pins) > 10
    assert [pin.split("==")[0] for pin in pins if "--hash=sha256:" not in pin] == []
