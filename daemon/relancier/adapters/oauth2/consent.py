"""A person's consent: the refresh token that stands in the configuration's place, or the newer one sent since.

Some providers send another refresh token with each access token and end the former one. The newest is kept in a file
that only the daemon's account may read. It counts as long as the one it followed stands in its place: a new consent
always wins.
"""

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("relancier")

LARGEST = 64 * 1024


class Consent:
    """The refresh token in force; `kept` is the file for newer ones."""

    def __init__(self, given: str, kept: Path) -> None:
        self._given = given
        self._kept = kept
        self._newest = given

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For one process at a time: a refresh token used twice may end the whole consent."""
        try:
            descriptor = os.open(self._kept.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            yield  # no folder yet: nobody else is there either
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self) -> str:
        """The newest refresh token, whichever process got it."""
        try:
            with self._kept.open("rb") as file:
                found = json.loads(file.read(LARGEST))
            if found["follows"] == self._digest():
                self._newest = str(found["refresh_token"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            pass  # none was sent since, or the file is spoilt: what this process knows stands
        return self._newest

    def keep(self, newer: str) -> str:
        """Remembers what the provider sent, if anything; gives the refresh token in force.

        A file that cannot be written is told, and this process goes on with what it knows.
        """
        if newer and newer != self._newest:
            self._newest = newer
            try:
                self._write(json.dumps({"follows": self._digest(), "refresh_token": newer}).encode())
            except OSError as error:
                log.warning("consent_not_kept", extra={"file": str(self._kept), "reason": str(error.strerror)})
        return self._newest

    def _digest(self) -> str:
        return hashlib.sha256(self._given.encode()).hexdigest()

    def _write(self, content: bytes) -> None:
        """Whole or not at all; what root writes belongs to the folder's owner, who must read it."""
        self._kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._kept.with_name(f"{self._kept.name}.new")
        with suppress(FileNotFoundError):
            fresh.unlink()
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if os.geteuid() == 0:
                owner = self._kept.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._kept)
