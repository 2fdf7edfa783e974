"""What we write: fields and messages to try templates on, addresses, SMS, transfers, bytes."""
