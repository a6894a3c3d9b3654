"""Result folders: what they hold, how they appear whole, and how they are opened again."""
