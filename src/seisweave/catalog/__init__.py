"""Earthquake catalogs: one record, many formats, nothing lost in silence."""

from seisweave.catalog.as_catalog import as_catalog
from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.checks import check
from seisweave.catalog.local_xyz import LocalPoints, read_local_xyz
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.read import ReadOptions, read_catalog
from seisweave.catalog.selection import Selection
from seisweave.catalog.summary import CatalogSummary, summarize
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.catalog.write import write_catalog

__all__ = [
    "Catalog",
    "CatalogSummary",
    "LocalPoints",
    "LocalProjection",
    "LocationUncertainty",
    "Provenance",
    "ReadOptions",
    "Selection",
    "as_catalog",
    "check",
    "read_catalog",
    "read_local_xyz",
    "summarize",
    "write_catalog",
]
