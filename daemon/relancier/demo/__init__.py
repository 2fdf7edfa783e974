"""The demo: the real daemon beside an embedded mail server, two months in seconds, customers played by a script.

Everything but time is real: IMAP and SMTP over loopback, the store, the invoice file, the shipped plans and templates.
"""

from relancier.demo.show import run

__all__ = ["run"]
