"""Cases into the outbox, and the outbox into mail: last look, send, record, copy in Sent."""
