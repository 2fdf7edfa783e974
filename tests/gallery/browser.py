"""A real Chromium, driven over its own pipe: pages laid out at a width, looked at and photographed. No network."""

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
)
PATIENCE = 60.0
TALLEST = 12_000
SETTLED = """
Promise.all([...document.images].map(image => image.decode().catch(() => null))).then(() => document.fonts.ready)
    .then(() => Math.ceil(document.documentElement.getBoundingClientRect().height))
"""


def program() -> str | None:
    """The browser that this machine has, if any."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Browser:
    """One browser and one tab; `with Browser() as browser`."""

    def __enter__(self) -> Self:
        path = program()
        if path is None:
            raise FileNotFoundError("Chromium is not installed: run `sudo make servers`.")
        self._folder = Path(tempfile.mkdtemp(prefix="relancier-browser-"))
        to_child, self._out = os.pipe()
        self._in, from_child = os.pipe()
        self._process = _spawn(path, self._folder, to_child, from_child)
        os.close(to_child)
        os.close(from_child)
        self._kept = b""
        self._number = 0
        self._session = ""
        self.asked_for: list[str] = []
        self._open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._out)
        os.close(self._in)
        for _ in range(20):  # its children write for a moment after they were told to end
            shutil.rmtree(self._folder, ignore_errors=True)
            if not self._folder.exists():
                return
            time.sleep(0.05)

    def show(self, html: str, *, width: int, dark: bool = False) -> int:
        """Lays a page out; gives back its height. What it asks of the network is kept in `asked_for`."""
        phone = width < 600
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": phone}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", media="screen", features=[scheme])
        self.asked_for.clear()
        self._ask("Page.setDocumentContent", frameId=self._frame, html=html)
        height = self.ask(SETTLED)
        return min(int(height), TALLEST)

    def ask(self, script: str) -> Any:
        """The value of an expression in the page shown."""
        answer = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def picture(self, width: int, height: int) -> bytes:
        """The page shown, as PNG, to its end."""
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self._ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def _open(self) -> None:
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")
        self._ask("Network.enable")
        self._ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self._frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def _ask(self, method: str, **params: object) -> dict[str, Any]:
        self._number += 1
        question: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            question["sessionId"] = self._session
        _write(self._out, json.dumps(question).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == self._number:
                if "error" in said:
                    raise AssertionError(f"{method}: {said['error']}")
                answer: dict[str, Any] = said["result"]
                return answer
            self._heard(said)

    def _heard(self, said: dict[str, Any]) -> None:
        if said.get("method") == "Network.requestWillBeSent":
            address = str(said["params"]["request"]["url"])
            if not address.startswith(("data:", "about:")):
                self.asked_for.append(address)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._kept:
            ready, _, _ = select.select([self._in], [], [], PATIENCE)
            chunk = os.read(self._in, 1 << 20) if ready else b""
            if not chunk:
                raise AssertionError("Chromium has ended or fallen silent.")
            self._kept += chunk
        line, _, self._kept = self._kept.partition(b"\0")
        said: dict[str, Any] = json.loads(line)
        return said


def _spawn(path: str, folder: Path, reads: int, writes: int) -> int:
    """The browser's process, which leads a group of its own, its two pipes where it looks for them."""
    high = [_above(reads), _above(writes)]
    actions: list[tuple[Any, ...]] = [
        (os.POSIX_SPAWN_DUP2, high[0], 3),
        (os.POSIX_SPAWN_DUP2, high[1], 4),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    command = [path, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    environment = {**os.environ, "HOME": str(folder)}
    try:
        return os.posix_spawn(path, command, environment, file_actions=actions, setpgroup=0)
    finally:
        for descriptor in high:
            os.close(descriptor)


def _above(descriptor: int) -> int:
    """A copy of a descriptor whose number is neither of the browser's own two."""
    copy = os.dup(descriptor)
    if copy > 4:
        return copy
    higher = _above(descriptor)
    os.close(copy)
    return higher


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
