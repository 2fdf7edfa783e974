"""New mail into events and flags, and the notes that go with them."""
