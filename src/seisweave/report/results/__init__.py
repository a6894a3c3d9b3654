"""Result folders: what they hold, how they appear whole, and how they are opened again."""

from typing import TYPE_CHECKING

from seisweave.renamed import renamed_names

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)
