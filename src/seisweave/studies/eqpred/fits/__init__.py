"""The fits that a table needs: which they are, made in processes, kept as files."""
