"""Servers that answer our mail as other companies' do: Exim, and a second Postfix with settings of its own.

Each sends what it makes to the mail host; mail for anyone else goes to `Refusing`, which says what it was told to say.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.servers import mailhost
from tests.servers.makers_settings import EXIM_CONF, RELAY_MAIN_CF, RELAY_MASTER_CF
from tests.servers.process import Process, free_ports

EXIM = Path("/usr/local/lib/relancier-test-servers/exim4")
EXIM_USER = "Debian-exim"


def unusable() -> str:
    """Why these servers cannot run here, as a sentence; empty when they can."""
    if reason := mailhost.unusable():
        return reason
    asked = [str(EXIM), "-C", "/dev/null", "-bV"]
    if not EXIM.exists() or subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        return "Exim is not there: run `sudo make servers`."
    return ""


class _Maker:
    """A server with a port for SMTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: Process | None = None

    def __enter__(self) -> Self:
        (self.port,) = free_ports(1)
        self._process = self._configured()
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.stop()

    def _configured(self) -> Process:
        raise NotImplementedError


class Exim(_Maker):
    """Exim for one domain, run as root without privileges of its own.

    A user with a `filter` (Exim's language) has it obeyed; `script` is run for one; a local part that begins with
    `box` is a mailbox; anyone else in the domain is unknown, and comes back as a bounce. `words` are lines of
    configuration that say how its bounces and warnings read.
    """

    def __init__(self, folder: Path, domain: str, *, home: int, outside: int, words: Sequence[str] = ()) -> None:
        super().__init__(folder)
        self.domain = domain
        self._values = {"domain": domain, "home": home, "outside": outside, "words": "\n".join(words)}

    @property
    def config(self) -> Path:
        return self.folder / "exim.conf"

    def filter(self, user: str, text: str) -> None:
        """What this user's filter does with mail."""
        (self.folder / "filters" / user).write_text(f"# Exim filter\n{text}\nseen finish\n", "utf-8")

    def answer(self, user: str, raw: bytes, to: str, sender: str = "") -> None:
        """A program of this user's sends these bytes, whatever arrives."""
        letter = self.folder / "scripts" / f"{user}.eml"
        letter.write_bytes(raw)
        script = letter.with_suffix(".sh")
        script.write_text(f"exec {EXIM} -C {self.config} -oi -f '<{sender}>' {to} <{letter}\n")
        self.filter(user, f'pipe "/bin/sh {script}"')

    def _configured(self) -> Process:
        for name in ("spool", "log", "boxes", "home"):
            (self.folder / name).mkdir(parents=True)
            shutil.chown(self.folder / name, EXIM_USER, EXIM_USER)
        for name in ("filters", "scripts"):
            (self.folder / name).mkdir()
        (self.folder / "home/.vacation.msg").write_text("This is a recorded message.\n")
        self.config.write_text(EXIM_CONF.substitute(self._values, exim=EXIM, d=self.folder, port=self.port), "utf-8")
        command = [str(EXIM), "-C", str(self.config), "-bdf", "-q1s"]
        return Process(command, (self.port,), self.folder / "log/mainlog")


class Relay(_Maker):
    """A Postfix that relays for anyone here, gives up within seconds, and reports in the words of `templates`.

    `…@closed.test` is a host that does not answer; `a@boxes.test` and `b@boxes.test` are mailboxes of its own,
    `achats@team.test` an alias of both.
    """

    def __init__(self, folder: Path, hostname: str, *, home: int, outside: int, templates: str = "") -> None:
        super().__init__(folder)
        self._templates = templates
        self._values = {"hostname": hostname, "home": home, "outside": outside}

    def _configured(self) -> Process:
        mailhost.lay_out_postfix(self.folder)
        boxes = self.folder / "boxes"
        boxes.mkdir()
        shutil.chown(boxes, "mail", "mail")
        self.folder.chmod(0o755)
        owner = boxes.stat()
        values = {**self._values, "d": self.folder, "port": self.port, "uid": owner.st_uid, "gid": owner.st_gid}
        files = {
            "main.cf": RELAY_MAIN_CF.substitute(values, closed=free_ports(1)[0]),
            "master.cf": RELAY_MASTER_CF.substitute(values),
            "bounce.cf": self._templates,
        }
        process = mailhost.postfix(self.folder, files, (self.port,))
        os.utime(self.folder / "postfix/conf/bounce.cf")
        return process
