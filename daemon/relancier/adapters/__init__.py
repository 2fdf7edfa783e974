"""The world: one outside library each, none imports another."""
