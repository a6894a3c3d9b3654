"""Networks to compare, and the one registry that names them (`registry.MODELS`)."""
