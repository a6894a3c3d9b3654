"""From an earthquake catalog to its fault network."""

__version__ = "0.1.0.dev0"
