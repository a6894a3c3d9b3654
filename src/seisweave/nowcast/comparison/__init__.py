"""Many models on the same days: each part of each fitted once, kept, and shared between rows."""
