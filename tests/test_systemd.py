"""The units in systemd/, checked with systemd's own tools where they are installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "systemd"
UNITS = ("relancier.service", "relancier@.service")
LONGEST_DATA = 600
EXPOSURE = re.compile(r"Overall exposure level for \S+: ([0-9.]+)")


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install systemd")
    return found


def run(*command: str, env: dict[str, str] | None = None) -> str:
    """What the tool says on both outputs; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (FOLDER / unit).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units in a folder of their own, where the program they start exists and each template has an instance."""
    for file in FOLDER.glob("*.service"):
        text = file.read_text(encoding="utf-8").replace("ExecStart=/opt/relancier/bin/relancier", "ExecStart=/bin/true")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    shutil.copy(tmp_path / "relancier@.service", tmp_path / "relancier@lyon.service")
    shutil.copy(tmp_path / "relancier-failure@.service", tmp_path / "relancier-failure@relancier.service.service")
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_the_daemon_may_do_little(unit: str) -> None:
    said = run(tool("systemd-analyze"), "security", "--offline=yes", "--no-pager", str(FOLDER / unit))
    exposure = EXPOSURE.search(said)
    assert exposure is not None, said
    assert float(exposure[1]) <= 2.0


@pytest.mark.parametrize(
    "unit", ["relancier.service", "relancier@lyon.service", "relancier-failure@relancier.service.service"]
)
def test_systemd_understands_every_line(unit: str, units: Path) -> None:
    said = run(tool("systemd-analyze"), "verify", "--man=no", str(units / unit), env={"SYSTEMD_UNIT_PATH": f"{units}:"})
    assert str(units) not in said, said


@pytest.mark.parametrize("unit", UNITS)
def test_stopping_and_watching_wait_longer_than_the_servers_last_answer_may_take(unit: str) -> None:
    values = settings(unit)
    assert int(values["TimeoutStopSec"][0]) > LONGEST_DATA
    assert int(values["WatchdogSec"][0]) > LONGEST_DATA


@pytest.mark.parametrize("unit", UNITS)
def test_the_service_keeps_what_the_daemon_relies_on(unit: str) -> None:
    values = settings(unit)
    assert values["Type"] == ["notify"]
    assert values["NotifyAccess"] == ["main"]
    assert values["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert values["Restart"] == ["on-failure"]
    assert values["RestartPreventExitStatus"] == ["78"]
    assert values["OnFailure"] == ["relancier-failure@%n.service"]
    assert {"AF_INET", "AF_INET6", "AF_UNIX"} == set(values["RestrictAddressFamilies"][0].split())
    assert not {"PrivateNetwork", "IPAddressDeny", "DynamicUser", "InaccessiblePaths"} & values.keys()


def test_an_instance_differs_only_in_whose_mailbox_it_is() -> None:
    single, instance = settings(UNITS[0]), settings(UNITS[1])
    differing = {key for key in single.keys() | instance.keys() if single.get(key) != instance.get(key)}
    assert differing == {"Description", "ExecStart", "LoadCredential", "StateDirectory"}
    assert instance["StateDirectory"] == ["relancier/%i"]
    assert [line.replace("/%i/", "/") for line in instance["LoadCredential"]] == single["LoadCredential"]
    assert instance["ExecStart"][0].replace("/%i/", "/") == single["ExecStart"][0]


def test_the_account_and_its_folders_are_made(tmp_path: Path) -> None:
    (tmp_path / "etc/relancier/lyon").mkdir(parents=True)
    secrets = [tmp_path / "etc/relancier/imap.password", tmp_path / "etc/relancier/lyon/smtp.password"]
    keys = [tmp_path / "etc/relancier/mailbox.key", tmp_path / "etc/relancier/lyon/mailbox.key"]
    for file in (*secrets, *keys):
        file.touch(0o644)
    tool("systemd-tmpfiles")
    run(tool("systemd-sysusers"), f"--root={tmp_path}", str(FOLDER / "sysusers.d/relancier.conf"))
    account = (tmp_path / "etc/passwd").read_text(encoding="utf-8").strip().split(":")
    assert (account[0], account[6]) == ("relancier", "/usr/sbin/nologin")
    if os.geteuid() != 0:
        pytest.skip("only root may give folders away: run the tests as root")
    run(tool("systemd-tmpfiles"), f"--root={tmp_path}", "--create", str(FOLDER / "tmpfiles.d/relancier.conf"))
    modes = {path: path.stat().st_mode & 0o777 for path in (*secrets, *keys)}
    assert modes == {**dict.fromkeys(secrets, 0o600), **dict.fromkeys(keys, 0o640)}
    folder, state = (tmp_path / "etc/relancier").stat(), (tmp_path / "var/lib/relancier").stat()
    assert (folder.st_mode & 0o777, folder.st_uid, folder.st_gid) == (0o750, 0, int(account[3]))
    assert (state.st_mode & 0o777, state.st_uid, state.st_gid) == (0o700, int(account[2]), int(account[3]))


def calls(group: str) -> set[str]:
    """The system calls of a group, and of the groups in it."""
    lines = [line.strip() for line in run(tool("systemd-analyze"), "syscall-filter", group).splitlines()[1:]]
    named = [line for line in lines if line and not line.startswith("#")]
    return {call for name in named for call in (calls(name) if name.startswith("@") else {name})}


@pytest.mark.parametrize("unit", UNITS)
def test_the_process_that_reads_an_invoice_may_start_and_limit_itself(unit: str) -> None:
    allowed, forbidden = settings(unit)["SystemCallFilter"]
    denied = {call for group in forbidden.removeprefix("~").split() for call in calls(group)}
    left = (calls(allowed) | calls("@default")) - denied
    assert {"vfork", "execve", "pipe2", "wait4", "kill", "prlimit64"} <= left
