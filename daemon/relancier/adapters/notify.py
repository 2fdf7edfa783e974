"""Telling systemd how we are (sd_notify): ready, reloading, alive, stopping. Without systemd nothing happens."""

import os
import socket
from collections.abc import Mapping


class Notifier:
    """Sends states to $NOTIFY_SOCKET, as sd_notify(3) describes; an address that starts with @ is abstract."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def tell(self, *states: str) -> None:
        """Sends lines such as READY=1; a socket that is gone is no reason to stop."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            try:
                sender.sendto("\n".join(states).encode(), self._address)
            except OSError:
                return
