"""The invoice file, and whatever else brings invoices and customers, into cases."""
