"""From the text of a spec to a network: a positioned tree, expressions, fields, and the building of layers."""
