"""Budgets: what a network may cost, whether it does, and what changed between two versions of it."""
