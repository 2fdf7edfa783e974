"""Invoices and statements that messages carry: read, taken as cases, or offered to a person."""
