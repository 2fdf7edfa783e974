"""An entry into bytes: the fields of its message, and what goes along."""
