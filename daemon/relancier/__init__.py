"""Payment reminders from a shared mailbox, stopped by the first answer."""

__version__ = "0.4.0"
