"""What results say in a few lines, as commands print them: one module a stage."""
