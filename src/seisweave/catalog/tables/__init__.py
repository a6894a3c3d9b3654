"""Tables with named columns, from text, Parquet or pandas: which column holds what, in which unit, and what is told."""
