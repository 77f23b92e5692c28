"""A network, whatever it was read from, written as a spec."""
