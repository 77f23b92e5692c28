"""The bound on numbers: 2^63, so that every tool can keep each of them in 64 bits."""

from __future__ import annotations

BOUND = 2**63
"""Numbers of a spec stay below it in magnitude, and so do the elements of one tensor: no machine could address more."""
