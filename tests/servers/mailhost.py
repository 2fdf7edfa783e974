"""A private Dovecot and Postfix on free loopback ports, everything under one folder. Needs root, for Postfix."""

import base64
import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import ssl
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.servers import settings
from tests.servers.certificates import Authority, Certificate
from tests.servers.process import Process, ServerFailed, free_ports
from tests.servers.waiting import wait_until

MAIN_USER = "compta@lumen.test"
TOKEN_KEY = b"0123456789abcdef0123456789abcdef"  # who signs an access token with it is let in
PASSWORD = "gâteau de 8 heures".encode().hex()
PROGRAMS = ("/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp", "/usr/lib/postfix/sbin/master")
PORTS = ("imap_port", "imaps_port", "lmtp_port", "smtp_port", "submission_port", "smtps_port")
QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace"


def unusable() -> str:
    """Why these servers cannot run here, as a sentence; empty when they can."""
    missing = [program for program in PROGRAMS if not Path(program).exists()]
    if missing or shutil.which("openssl") is None:
        return "Dovecot, Postfix or openssl is not installed: run `sudo make servers`."
    if os.geteuid() != 0:
        return "Postfix needs root: run these tests as root, after `make servers`."
    return ""


class MailHost:
    """A mail host for the domains lumen.test and client.test, and any other domain under .test.

    A user exists once named in `users` or `add`, with the folders Sent, Drafts, Junk, Trash and Archive. Mail for
    `inconnu…@` any domain is refused at RCPT; mail for any other unknown user (all of nulle-part.test) is accepted
    and comes back as a bounce. IMAP, delivery (LMTP and logins for SMTP) and SMTP are three servers.
    """

    host = "localhost"

    def __init__(self, folder: Path, users: Iterable[str] = ()) -> None:
        self.folder = folder.resolve()
        self.users: set[str] = set()
        self._wanted = (MAIN_USER, *users)
        self.imap_port = self.imaps_port = self.lmtp_port = 0
        self.smtp_port = self.submission_port = self.smtps_port = 0
        self._servers: dict[str, Process] = {}

    # --- life ---

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Boots everything. Raises ServerFailed, and then nothing is left running."""
        self._lay_out()
        self.add(*self._wanted)
        for attempt in range(3):
            self._configure()
            try:
                for server in self._servers.values():
                    server.start()
            except ServerFailed:
                self.stop()
                if attempt == 2:
                    raise
            else:
                return

    def stop(self) -> None:
        for server in reversed(self._servers.values()):
            server.stop()

    def start_imap(self) -> None:
        self._servers["imap"].start()

    def stop_imap(self) -> None:
        """Ends IMAP alone, cutting every session; sending and delivery go on."""
        self._servers["imap"].stop()

    def start_smtp(self) -> None:
        self._servers["smtp"].start()

    def stop_smtp(self) -> None:
        """Ends Postfix alone, after the deliveries under way; what it has deferred waits until it is started again."""
        queue = self.folder / "postfix/queue"
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: not [*queue.glob("incoming/*"), *queue.glob("active/*")], seconds=3)
        self._servers["smtp"].stop()

    def start_delivery(self) -> None:
        self._servers["lmtp"].start()

    def stop_delivery(self) -> None:
        """Mail is accepted and stays in Postfix's queue; logins for SMTP fail for now."""
        self._servers["lmtp"].stop()

    # --- users and mail ---

    def add(self, *users: str) -> None:
        """Makes mailboxes for these addresses, also while the servers run."""
        owner = pwd.getpwnam("mail")
        for user in sorted(set(users) - self.users):
            # A file each, never written again: Dovecot would look at most once a second whether one has changed.
            line = f"{user}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{self._home(user)}::\n"
            fresh = self.folder / "users.new"
            fresh.write_text(line)
            fresh.replace(self.folder / "users" / user)
            self.users.add(user)

    def password(self, user: str) -> str:
        """The password for IMAP and SMTP; `user` must exist."""
        if user not in self.users:
            raise KeyError(user)
        return PASSWORD

    def maildir(self, user: str) -> Path:
        """The user's Maildir; it appears with the first delivery or login."""
        return self._home(user) / "Maildir"

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a folder, oldest first, with CRLF as IMAP shows it."""
        box = self.maildir(user) if folder == "INBOX" else self.maildir(user) / f".{folder.replace('/', '.')}"
        for _ in range(20):
            try:
                files = sorted([*box.glob("new/*"), *box.glob("cur/*")], key=_arrival)
                return [file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for file in files]
            except FileNotFoundError:
                continue  # moved from new to cur by a session just now
        raise ServerFailed(f"{box} does not keep still")

    def await_messages(
        self,
        user: str,
        count: int = 1,
        folder: str = "INBOX",
        *,
        where: Callable[[bytes], bool] = bool,
        seconds: float = 15,
    ) -> list[bytes]:
        """Waits until `count` messages (for which `where` holds) lie there; gives all of those. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while len(found := [raw for raw in self.messages(user, folder) if where(raw)]) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(found)} of {count} messages in {folder} of {user} after {seconds} s")
            time.sleep(0.02)
        return found

    def deliver(self, raw: bytes, to: str | Iterable[str], sender: str = "a@client.test") -> None:
        """Hands a message to port 25 as the outside world does."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="outside.test", timeout=10) as connection:
            connection.sendmail(sender, [to] if isinstance(to, str) else list(to), raw)

    def file(self, user: str, folder: str, raw: bytes, flags: str = "") -> None:
        """Appends a message to a folder over IMAP, as a mail program does; makes the folder if needed."""
        with imaplib.IMAP4_SSL(self.host, self.imaps_port, ssl_context=self.context(), timeout=10) as connection:
            connection.login(user, self.password(user))
            connection.create(f'"{folder}"')
            answer, _ = connection.append(f'"{folder}"', f"({flags})", "", raw)
        if answer != "OK":
            raise ServerFailed(f"{folder} of {user} does not take the message: {answer}")

    def sieve(self, user: str, script: str) -> None:
        """Installs a Sieve script (vacation, reject, …) for what arrives from now on."""
        home = self._home(user)
        home.mkdir(parents=True, exist_ok=True)
        (home / ".dovecot.sieve").write_text(script)
        for path in (home.parent, home, home / ".dovecot.sieve"):
            shutil.chown(path, "mail", "mail")

    # --- certificates ---

    @property
    def ca_file(self) -> Path:
        return self.authority.ca_file

    def context(self) -> ssl.SSLContext:
        """For a client that trusts this host."""
        return ssl.create_default_context(cafile=self.ca_file)

    # --- how it is laid out ---

    def _home(self, user: str) -> Path:
        local, _, domain = user.partition("@")
        return self.folder / "mail" / domain / local

    def _lay_out(self) -> None:
        keys = self.folder / "oauth2-keys/default/HS256"
        for name in ("log", "mail", "users", "imap", "imap-state", "lmtp", "lmtp-state", keys):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
        self.folder.chmod(0o755)
        shutil.chown(self.folder / "mail", "mail", "mail")
        self.authority = Authority(self.folder / "tls")
        lay_out_postfix(self.folder)

    def _configure(self) -> None:
        for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True):
            setattr(self, name, port)
        values = self._values(self.authority.good())
        self._servers = {
            "lmtp": self._dovecot("lmtp", (self.lmtp_port,), values),
            "imap": self._dovecot("imap", (self.imap_port, self.imaps_port), values),
            "smtp": self._postfix(values),
        }

    def _values(self, certificate: Certificate) -> dict[str, object]:
        ports = {name: getattr(self, name) for name in PORTS}
        return {**ports, "d": self.folder, "cert": certificate.cert, "key": certificate.key}

    def _dovecot(self, run: str, ports: tuple[int, ...], values: dict[str, object]) -> Process:
        dialect = settings.DOVECOT_23 if _dovecot_version() < (2, 4) else settings.DOVECOT_24
        text = dialect.substitute(values, run=run, protocols=run) + settings.DOVECOT_BOTH.substitute(values)
        (self.folder / "oauth2.conf.ext").write_text(settings.OAUTH2_23.substitute(values))
        file = self.folder / f"{run}.conf"
        file.write_text(text)
        return Process(["/usr/sbin/dovecot", "-F", "-c", str(file)], ports, self.folder / "log" / f"{run}.log")

    def _postfix(self, values: dict[str, object]) -> Process:
        files = {
            "main.cf": settings.MAIN_CF.substitute(values),
            "master.cf": settings.MASTER_CF.substitute(values),
            "domains": settings.DOMAINS,
            "recipients": settings.RECIPIENTS,
        }
        return postfix(self.folder, files, (self.smtp_port, self.submission_port, self.smtps_port))


def lay_out_postfix(folder: Path) -> None:
    """What `postfix start` would make below `folder`, in milliseconds instead of two seconds."""
    queue = folder / "postfix/queue"
    for path in (folder / "log", folder / "postfix/conf", folder / "postfix/data", queue, queue / "pid"):
        path.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder / "postfix/data", "postfix")
    owner, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    for name in QUEUES.split():
        (queue / name).mkdir(mode=0o700, exist_ok=True)
        os.chown(queue / name, owner, 0)
    for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
        (queue / name).mkdir(exist_ok=True)
        os.chown(queue / name, owner, group)
        (queue / name).chmod(mode)


def postfix(folder: Path, files: Mapping[str, str], ports: Sequence[int]) -> Process:
    """A Postfix laid out in `folder` that reads these configuration files."""
    conf = folder / "postfix/conf"
    for name, text in files.items():
        (conf / name).write_text(text)
    for file in conf.iterdir():
        os.utime(file, (time.time() - 60,) * 2)  # Postfix dozes while its files are under two seconds old
    command = ["/usr/lib/postfix/sbin/master", "-d", "-c", str(conf)]
    return Process(command, ports, folder / "log/postfix.log", environment={"MAIL_CONFIG": str(conf)})


def _arrival(file: Path) -> tuple[float, str]:
    """Maildir names begin with the second and the microsecond of the delivery."""
    second, _, rest = file.name.partition(".")
    microsecond = rest.partition("M")[2].partition("P")[0]
    return float(f"{second}.{microsecond.zfill(6)}"), file.name


def _dovecot_version() -> tuple[int, ...]:
    said = subprocess.run(["/usr/sbin/dovecot", "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in said.split()[0].split(".")[:2])
