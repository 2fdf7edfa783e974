"""A bank's statement, which invoices each payment is for, and to when payments are known."""
