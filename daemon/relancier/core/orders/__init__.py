"""Orders that a person writes in the first line of an answer to a note."""
