"""The channel over SMTP submission (aiosmtplib)."""

from relancier.adapters.smtp.channel import SmtpChannel
from relancier.adapters.smtp.login import SmtpLogin, Timeouts

__all__ = ["SmtpChannel", "SmtpLogin", "Timeouts"]
