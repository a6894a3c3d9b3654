"""Earthquake catalogs: one record, many formats, nothing lost in silence."""

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.checks import check
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.read import read_catalog
from seisweave.catalog.selection import Selection
from seisweave.catalog.uncertainty import LocationUncertainty

__all__ = [
    "Catalog",
    "LocalProjection",
    "LocationUncertainty",
    "Provenance",
    "Selection",
    "check",
    "read_catalog",
]
