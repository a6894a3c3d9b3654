"""Weight moves from badly located events to the well located ones they overlap."""

from typing import TYPE_CHECKING

from seisweave.condensation.condense import condense
from seisweave.condensation.condensed import CondensedCatalog, Moves, open_condensed
from seisweave.condensation.event_gaussians import EventGaussians
from seisweave.condensation.membership import most_likely_parts
from seisweave.condensation.options import CondensationOptions
from seisweave.renamed import renamed_names

__all__ = [
    "CondensationOptions",
    "CondensedCatalog",
    "EventGaussians",
    "Moves",
    "condense",
    "most_likely_parts",
    "open_condensed",
]

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)
