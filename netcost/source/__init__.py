"""Texts of others: files read once and within bounds, YAML with the place of everything in it, and what is wrong with it."""
