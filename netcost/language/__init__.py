"""The spec language: items, blocks and expressions, which become calls of `Network.add`."""
