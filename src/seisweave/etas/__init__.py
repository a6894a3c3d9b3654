"""ETAS."""
