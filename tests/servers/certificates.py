"""A private authority for the test servers, and the certificates that a careful program must refuse."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
SERVER = """subjectAltName={names}
extendedKeyUsage=serverAuth
keyUsage=critical,digitalSignature
basicConstraints=CA:FALSE
"""
LOCAL = "DNS:localhost,IP:127.0.0.1"
AUTHORITY = """
[ca]
default_ca = own
[own]
new_certs_dir = {folder}
database = {folder}/index
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    cert: Path
    key: Path


class Authority:
    """A certificate authority in a folder; `ca_file` is what a client has to trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca_file = folder / "ca.pem"
        folder.mkdir(parents=True)
        (folder / "index").touch()
        (folder / "authority.cnf").write_text(AUTHORITY.format(folder=folder))
        extensions = (
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
        )
        request = ("req", "-x509", *CURVE, "-days", "30", "-subj", "/CN=Authority for tests")
        _openssl(*request, "-keyout", folder / "ca.key", "-out", self.ca_file, *extensions)

    def good(self) -> Certificate:
        """For localhost and 127.0.0.1, valid now."""
        return self._issue("good", LOCAL, "-days", "30")

    def wrong_name(self) -> Certificate:
        """Valid, but for another host."""
        return self._issue("wrong-name", "DNS:mail.elsewhere.test", "-days", "30")

    def expired(self) -> Certificate:
        """For localhost, expired in 2021."""
        return self._issue("expired", LOCAL, "-startdate", "20200101000000Z", "-enddate", "20210101000000Z")

    def _issue(self, name: str, names: str, *validity: str) -> Certificate:
        made = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        if made.cert.exists():
            return made
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(SERVER.format(names=names))
        _openssl("req", *CURVE, "-subj", f"/CN={name}", "-keyout", made.key, "-out", request)
        authority = (
            "-config",
            self.folder / "authority.cnf",
            "-cert",
            self.ca_file,
            "-keyfile",
            self.folder / "ca.key",
        )
        files = ("-in", request, "-out", made.cert, "-extfile", extensions)
        _openssl("ca", "-batch", "-notext", *authority, *files, *validity)
        made.key.chmod(0o600)
        return made


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
