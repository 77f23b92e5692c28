"""What a neural network costs, from a short YAML file: shapes, memory, parameters and operations."""

__version__ = "0.1.0"
