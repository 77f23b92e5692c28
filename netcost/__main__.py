"""`python -m netcost`."""

from netcost.cli import run

run()
