"""A message from bytes to what it is, which cases it is about and what it seems to say."""
