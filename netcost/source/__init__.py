"""Text that others wrote: files read once, within bounds."""
