"""A person's orders, by command or in Sent."""
