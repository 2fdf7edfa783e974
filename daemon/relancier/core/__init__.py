"""Values in, values out: no input or output, no clock, no library that touches the world."""
