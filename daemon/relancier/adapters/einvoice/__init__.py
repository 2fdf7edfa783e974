"""Invoices inside PDF and XML files (pypdf), read by a child process within hard limits."""
