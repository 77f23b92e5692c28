"""Many variants of one network: axes, the grid that they span, what is kept of it, and where it is worked out."""
