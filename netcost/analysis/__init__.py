"""From a network to its report."""
