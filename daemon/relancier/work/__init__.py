"""The three parts of a tick, written against ports only."""
