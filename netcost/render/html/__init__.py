"""Pictures of networks and pages that hold them: SVG and HTML of our own strings, which ask for nothing else.

A picture is a file with a function from a network to SVG text. Pages put pictures and tables into one file that works
from a disk, without a network, and without its script.
"""
