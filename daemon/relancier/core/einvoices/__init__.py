"""Invoices found in the mailbox: as their own data or their page tells them."""
